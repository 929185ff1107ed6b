/** What a run of the benchmark has found, as it stands in the JSON file. */
import type { Measured, SystemFacts } from '../measures/results.ts';
import type { Sizes } from '../measures/sizes.ts';
import type { Machine } from './machine.ts';

export interface Report {
  readonly schema: 'liaison-bench@v1';
  readonly startedAt: string;
  readonly seconds: number;
  readonly quick: boolean;
  readonly repetitions: number;
  readonly sizes: Sizes;
  readonly machine: Machine;
  readonly systems: readonly SystemFacts[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly measured: Measured;
}

/** A table for a terminal or for Markdown. */
export interface ReportTable {
  readonly title: string;
  /** How it was measured and what it does not say. */
  readonly about: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** JSON has no NaN: what is not known is null. */
export const reportJson = (report: Report): string => `${JSON.stringify(report, null, 1)}\n`;
