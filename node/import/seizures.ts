/**
 * Seizure reports from CSV, read as a stream. A row is one kind of goods; rows that follow each other with the same
 * `national_ref` are one report, whose other columns stand in the first of them and may be repeated. Each row is checked
 * by itself, by the rules that hold for every message, so that every bad row is found in one pass.
 */
import { compose, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Body } from '../../protocol/generated/schema.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import { validateBody } from '../../protocol/messages/validate.ts';
import { bodyOfRows, columnOf, isKnownColumn, isOfGoods, type Row } from './columns.ts';

export interface BadRow {
  /** As a spreadsheet counts: the line of names is row 1. */
  readonly row: number;
  readonly column: string;
  readonly rule: string;
}

export interface SeizureImport {
  /** Rows from first to last, and the body. A report with a bad row is not here. */
  readonly reports: readonly { readonly firstRow: number; readonly lastRow: number; readonly body: Body }[];
  readonly bad: readonly BadRow[];
  readonly rows: number;
}

export interface ImportOptions {
  /** Between cells; found out from the first line unless told. */
  readonly delimiter?: string;
  /** Language tag of rows that do not name one. */
  readonly language: string;
  /** Checks a body; the rules for messages unless told. @throws LiaisonError BODY_INVALID */
  readonly check?: (json: unknown) => Body;
}

type Mistake = Omit<BadRow, 'row'>;

interface Numbered {
  readonly number: number;
  readonly row: Row;
  /** What is wrong with it as a row of a table. */
  readonly mistake?: Mistake;
}

const DELIMITERS: readonly string[] = [',', ';', '\t'];
const REF = 'national_ref';
const ROWS_MAX = 100_000;
const RECORD_BYTES_MAX = 256 * 1024;

/** @throws LiaisonError FILE_INVALID when it is no CSV or its first line does not name columns; LIMIT_EXCEEDED */
export async function readSeizures(source: Readable, options: ImportOptions): Promise<SeizureImport> {
  const { check: checkJson = checkBody, language } = options;
  const check: Check = (rows) => checkJson(bodyOfRows(rows, language));
  const bad: BadRow[] = [];
  const reports: { firstRow: number; lastRow: number; body: Body }[] = [];
  const seen = new Set<string>();
  let group: Numbered[] = [];
  let rows = 0;
  const finish = (): void => {
    if (group.length === 0) return;
    const result = judge(group, check);
    bad.push(...result.bad);
    if (result.body) {
      reports.push({ firstRow: group[0]?.number ?? 0, lastRow: group.at(-1)?.number ?? 0, body: result.body });
    }
    group = [];
  };
  for await (const next of numberedRows(source, options.delimiter)) {
    if (++rows > ROWS_MAX) throw new LiaisonError('LIMIT_EXCEEDED', `A file has at most ${ROWS_MAX} rows.`);
    const ref = next.row.get(REF);
    if (group.length > 0 && ref === group[0]?.row.get(REF)) {
      group.push(next);
      continue;
    }
    finish();
    const again = { column: REF, rule: 'stands in an earlier row too, with other reports between' };
    group.push(ref !== undefined && seen.has(ref) ? { ...next, mistake: again } : next);
    if (ref !== undefined) seen.add(ref);
  }
  finish();
  return { reports, bad: bad.toSorted((a, b) => a.row - b.row), rows };
}

function checkBody(json: unknown): Body {
  const body = bodyFromJson(json);
  validateBody(body);
  return body;
}

/** Columns of a report without a mistake: beside them only what is wrong with a row's own goods shows. */
const FAULTLESS: readonly (readonly [string, string])[] = [
  ['national_ref', 'X-1'],
  ['seized_at', '2026-01-01T00:00:00Z'],
  ['location', 'X'],
  ['location_type', 'other'],
  ['direction', 'import'],
];

type Check = (rows: readonly Row[]) => Body;

/** The body of a report, or its bad rows: each with its first mistake. */
function judge(group: readonly Numbered[], check: Check): { readonly body?: Body; readonly bad: readonly BadRow[] } {
  const [first] = group;
  if (!first) return { bad: [] };
  const bad = group.flatMap((one) => {
    const mistake = one.mistake ?? (one === first ? undefined : difference(first, one)) ?? mistakeOf(first, one, check);
    return mistake ? [{ row: one.number, ...mistake }] : [];
  });
  if (bad.length > 0) return { bad };
  try {
    return { body: check(group.map(({ row }) => row)), bad };
  } catch (error) {
    return { bad: [{ row: first.number, ...mistakeIn(error) }] };
  }
}

/** What is wrong with a row by itself. A mistake in the columns of the report is told once, in its first row. */
function mistakeOf(first: Numbered, one: Numbered, check: Check): Mistake | undefined {
  const ofReport = one === first ? [...one.row].filter(([name]) => !isOfGoods(name)) : FAULTLESS;
  try {
    check([new Map([...ofReport, ...[...one.row].filter(([name]) => isOfGoods(name))])]);
    return undefined;
  } catch (error) {
    const mistake = mistakeIn(error);
    return one === first || isOfGoods(mistake.column) ? mistake : undefined;
  }
}

function difference(first: Numbered, one: Numbered): Mistake | undefined {
  const column = [...one.row].find(([name, text]) => !isOfGoods(name) && first.row.get(name) !== text)?.[0];
  return column === undefined
    ? undefined
    : { column, rule: `differs from row ${first.number}, which is the same report` };
}

/** A refusal names a member's path and then the rule. */
function mistakeIn(error: unknown): Mistake {
  if (!(error instanceof LiaisonError) || error.code !== 'BODY_INVALID') throw error;
  const [, path = '', rule = error.detail] = /^(\S+) (.*?)\.?$/s.exec(error.detail) ?? [];
  return { column: columnOf(path), rule };
}

/** Rows with their numbers; lines without any text count and are left out. */
async function* numberedRows(
  source: Readable,
  delimiter: string | undefined,
): AsyncGenerator<Numbered, void, undefined> {
  let names: string[] | undefined;
  let number = 0;
  for await (const cells of records(source, delimiter)) {
    number++;
    if (!names) {
      names = cells.map((cell) => cell.trim().toLowerCase());
      checkNames(names);
      continue;
    }
    const filled = cells.map((cell) => cell.trim());
    if (filled.every((cell) => cell === '')) continue;
    const row = new Map(names.flatMap((name, i) => (filled[i] ? [[name, filled[i]] as const] : [])));
    const mistake = tableMistake(filled, names);
    yield { number, row, ...(mistake && { mistake }) };
  }
  if (!names) throw new LiaisonError('FILE_INVALID', 'The file is empty.');
}

function tableMistake(cells: readonly string[], names: readonly string[]): Mistake | undefined {
  if (cells.slice(names.length).some((cell) => cell !== '')) {
    return { column: '', rule: `has ${cells.length} cells for ${names.length} columns` };
  }
  const garbled = cells.findIndex((cell) => cell.includes('\ufffd'));
  return garbled < 0 ? undefined : { column: names[garbled] ?? '', rule: 'is not in UTF-8' };
}

function checkNames(names: readonly string[]): void {
  const unknown = names.filter((name) => !isKnownColumn(name));
  if (unknown.length > 0) throw new LiaisonError('FILE_INVALID', `Row 1 names unknown columns: ${unknown.join(', ')}.`);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) throw new LiaisonError('FILE_INVALID', `Row 1 names columns twice: ${twice.join(', ')}.`);
  if (!names.includes(REF)) throw new LiaisonError('FILE_INVALID', `Row 1 does not name the column ${REF}.`);
}

async function* records(source: Readable, delimiter: string | undefined): AsyncGenerator<string[], void, undefined> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  const first = await chunks.next();
  const line = first.value?.toString('utf8').split(/\r?\n/)[0] ?? '';
  const parser = parse({
    bom: true,
    delimiter: delimiter ?? likelyDelimiter(line),
    relax_column_count: true,
    max_record_size: RECORD_BYTES_MAX,
  });
  try {
    // Errors of the source reach whoever reads.
    for await (const cells of compose(Readable.from(chained(first, chunks)), parser)) yield cells as string[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new LiaisonError('FILE_INVALID', `${error.message.replace(/\.$/, '')}.`, { cause: error });
  }
}

async function* chained(
  first: IteratorResult<Buffer, undefined>,
  rest: AsyncIterator<Buffer, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value;
}

/** Spreadsheets of many countries write semicolons. */
const likelyDelimiter = (line: string): string =>
  DELIMITERS.toSorted((a, b) => line.split(b).length - line.split(a).length)[0] ?? ',';
