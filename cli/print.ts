/** What commands print on success: lines and tables for people, one JSON value for programs. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import stringWidth from 'string-width';

/** Prints the value with --json, the lines otherwise. */
export function print(flags: { json?: boolean }, value: unknown, lines: readonly (string | Painted)[]): void {
  if (flags.json) process.stdout.write(`${jsonText(value, 2)}\n`);
  else if (lines.length > 0) process.stdout.write(`${lines.map(shown).join('\n')}\n`);
}

/** Text that may hold a terminal's codes, all of which were put there by {@link paint}. */
export class Painted {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Style = Parameters<typeof styleText>[0];

/** Coloured, unless standard output is no terminal or NO_COLOR is set. What the text itself holds cannot colour. */
export const paint = (style: Style, text: string): Painted =>
  new Painted(styleText(style, printable(text), { stream: process.stdout }));

/** A line of plain and painted parts: line`${name}  ${paint('red', state)}`. */
export const line = (texts: TemplateStringsArray, ...parts: readonly (string | number | Painted)[]): Painted =>
  new Painted(texts.map((text, i) => text + (i < parts.length ? shown(parts[i] ?? '') : '')).join(''));

const shown = (text: string | number | Painted): string =>
  text instanceof Painted ? text.text : harmless(String(text));

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

export interface TableOptions {
  /** Titles of columns that are never cut, because a part of what they hold is worth nothing. */
  readonly whole?: readonly string[];
  /** Titles of columns whose cells say nothing without them: they stand before the cell when rows become lines. */
  readonly named?: readonly string[];
  readonly styleOf?: (row: number, title: string) => Style | undefined;
}

const GAP = 2;
const COLUMN_MIN = 14;
const STACK_INDENT = '  ';

/**
 * Prints aligned columns. In a terminal that is too narrow for them cells are cut; when that would leave nothing of them,
 * each row becomes a few lines. Piped, everything is printed.
 */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): void {
  const cells = rows.map((row) => row.map(printable));
  const titles = head.map(printable);
  const total = process.stdout.columns || Infinity;
  const widths = fitted([titles, ...cells], titles, total, options.whole ?? []);
  const style = (text: string, row: number, column: number): string => {
    const chosen = options.styleOf?.(row, titles[column] ?? '');
    return chosen === undefined ? text : paint(chosen, text).text;
  };
  if (!widths) {
    const lines = cells.flatMap((row, r) => {
      const told = row.map((cell, i) => toldCell(cell, titles[i] ?? '', options.named ?? []));
      return stacked(told, total, (text, column) => style(text, r, column));
    });
    process.stdout.write(lines.map((text) => `${text}\n`).join(''));
    return;
  }
  const noStyle = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({
    head: titles.map((text, i) => cut(text, widths[i] ?? 0)),
    chars: NO_BORDERS,
    style: noStyle,
  });
  for (const [r, row] of cells.entries()) table.push(row.map((text, i) => style(cut(text, widths[i] ?? 0), r, i)));
  const lines = table
    .toString()
    .split('\n')
    .map((text) => text.trimEnd());
  process.stdout.write(`${[paint('bold', lines[0] ?? '').text, ...lines.slice(1)].join('\n')}\n`);
}

/** A cell without its column; a number says nothing without what it counts. */
function toldCell(cell: string, title: string, named: readonly string[]): string {
  const name = title.toLowerCase();
  if (/^\d+$/.test(cell)) return `${cell} ${cell === '1' ? name.replace(/s$/, '') : name}`;
  return named.includes(title) && cell !== '' ? `${name}: ${cell}` : cell;
}

/** The columns' widths, or `undefined` when they do not fit. The widest is made narrower first. */
function fitted(
  rows: readonly (readonly string[])[],
  titles: readonly string[],
  total: number,
  whole: readonly string[],
): number[] | undefined {
  const widths = titles.map((_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))));
  const room = total - GAP * (titles.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const [widest] = titles
      .map((title, i) => ({ i, width: whole.includes(title) ? 0 : (widths[i] ?? 0) }))
      .sort((a, b) => b.width - a.width);
    if (!widest || widest.width <= COLUMN_MIN) return undefined;
    widths[widest.i] = widest.width - 1;
  }
  return widths;
}

/** One row on as many lines as it takes; a cell that is longer than a line is broken at spaces. */
function stacked(row: readonly string[], total: number, style: (text: string, column: number) => string): string[] {
  const lines: string[] = [];
  let width = Infinity;
  for (const [column, cell] of row.entries()) {
    if (cell.trim() === '') continue;
    const indent = lines.length === 0 ? '' : STACK_INDENT;
    const isNew = width + GAP + stringWidth(cell) > total;
    const [text = '', ...more] = wrapped(cell, total - STACK_INDENT.length, '');
    if (isNew) lines.push(indent + style(text, column));
    else lines.push(`${lines.pop() ?? ''}${' '.repeat(GAP)}${style(text, column)}`);
    lines.push(...more.map((part) => STACK_INDENT + style(part, column)));
    width = more.length > 0 ? Infinity : (isNew ? indent.length : width + GAP) + stringWidth(text);
  }
  return lines;
}

/** Lines of at most so many columns, broken at spaces; all but the first begin with the indent. */
export function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(cut(word, width));
    else if (stringWidth(last) + 1 + stringWidth(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(indent + word, width));
  }
  return lines;
}

const graphemes = new Intl.Segmenter();

/** At most so many columns of a terminal; what is cut ends in an ellipsis. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Bytes as base64, so that nothing prints as a list of numbers. */
function jsonValue(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
