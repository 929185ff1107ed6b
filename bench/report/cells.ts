/** Rows of results as cells of tables. */
import type { Correctness, Row } from '../measures/results.ts';
import { spreadText } from './text.ts';

/** What is compared in a row: a figure of each repetition. */
export function values<R>(row: Row<R> | undefined, of: (run: R) => number | undefined): number[] {
  // A repetition that is missing keeps its place: ratios are of the same repetition.
  return (row?.runs ?? []).map((run) => (run === null ? NaN : (of(run) ?? NaN)));
}

export const cell = <R>(row: Row<R>, of: (run: R) => number | undefined, unit = ''): string =>
  spreadText(values(row, of), unit);

/** Lost, doubled, receipts and audited entries of all repetitions. */
export function correctnessCells(row: Row<Correctness>): string[] {
  const sum = (of: (run: Correctness) => number): number =>
    row.runs.reduce((total, run) => total + (run ? of(run) : 0), 0);
  const isLiaison = row.key.startsWith('liaison');
  const audited = sum((run) => run.verified?.entries ?? 0);
  const findings = sum((run) => run.verified?.findings ?? 0);
  return [
    String(sum((run) => run.lost)),
    String(sum((run) => run.doubled)),
    isLiaison ? String(sum((run) => run.receipts)) : '–',
    isLiaison ? `${audited}, ${findings} findings` : '–',
  ];
}
export const CORRECTNESS_HEAD = ['lost', 'doubled', 'receipts verified', 'entries audited'];

/** The row of this key. */
export const find = <R>(rows: readonly Row<R>[] | undefined, key: string): Row<R> | undefined =>
  rows?.find((row) => row.key === key);
