/** What commands print on success: lines and tables for people, one JSON value for programs. */
import Table from 'cli-table3';

/** Prints the value with --json, the lines otherwise. */
export function print(flags: { json?: boolean }, value: unknown, lines: readonly string[]): void {
  if (flags.json) process.stdout.write(`${JSON.stringify(value, jsonValue, 2)}\n`);
  else if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Prints aligned columns. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({ head: [...head], chars: NO_BORDERS, style });
  for (const row of rows) table.push([...row]);
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Bytes as base64, so that nothing prints as a list of numbers. */
function jsonValue(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
