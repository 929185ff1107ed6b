/** What commands print on success: lines and tables for people, one JSON value for programs. */
import Table from 'cli-table3';

/** Prints the value with --json, the lines otherwise. */
export function print(flags: { json?: boolean }, value: unknown, lines: readonly string[]): void {
  if (flags.json) process.stdout.write(`${jsonText(value, 2)}\n`);
  else if (lines.length > 0) process.stdout.write(`${lines.map(harmless).join('\n')}\n`);
}

/** Controls (C0, DEL, C1), what reorders or hides text, and line breaks that terminals do not agree on. */
const NOT_PRINTED = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** Text of a remote party as part of one line: it must not move the cursor, reorder what is read or begin a new line. */
export const printable = (text: string): string => text.replaceAll(NOT_PRINTED, ' ');

/** Everything that is printed for people. Where lines end is for the caller to say. */
const harmless = (text: string): string => text.split('\n').map(printable).join('\n');

/** JSON that a terminal shows as it is. JSON itself lets through what {@link printable} takes out, from DEL on. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, jsonValue, indent).replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => escaped(character.charCodeAt(i))).join(''),
  );
}

const escaped = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`;

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
  const table = new Table({ head: head.map(harmless), chars: NO_BORDERS, style });
  for (const row of rows) table.push(row.map(harmless));
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
