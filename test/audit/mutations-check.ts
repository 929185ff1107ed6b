/** What a change of a log must be reported as. */
import { expect } from 'vitest';
import type { Rule } from '../../audit/findings.ts';
import type { LogReport } from '../../audit/verify-log.ts';
import type { LiaisonError } from '../../protocol/errors.ts';

/** What an audit says: its findings, or the error that ended it. */
export type Outcome = { readonly report: LogReport } | { readonly error: LiaisonError };

const REFUSALS: readonly string[] = [
  'DATA_DAMAGED',
  'DATA_VERSION',
  'FILE_INVALID',
  'CHECKPOINT_INVALID',
  'FILE_UNREADABLE',
];

export interface Expected {
  /** At least one of these is found. */
  readonly rules: readonly Rule[];
  /** That one is about this entry. */
  readonly at?: number;
  /** No entry before this one is blamed. */
  readonly from?: number;
  /** Whether the data may be refused altogether. */
  readonly mayRefuse?: boolean;
}

/** What is missing is missed at the message that it would have been about. */
const OMISSIONS: ReadonlySet<Rule> = new Set([
  ...(['deadline-overdue', 'delivery-overdue', 'consent-overdue'] as const),
  ...(['content-missing', 'content-kept', 'held-message', 'erasure'] as const),
]);

export function check(outcome: Outcome, { rules, at, from = at, mayRefuse = false }: Expected): void {
  if ('error' in outcome) {
    expect({ mayRefuse, code: REFUSALS.includes(outcome.error.code) || outcome.error }).toEqual({
      mayRefuse: true,
      code: true,
    });
    return;
  }
  const { verdict, findings } = outcome.report;
  expect(verdict).toBe('findings');
  const listed = findings.map(({ index, rule }) => `${index ?? '-'} ${rule}`);
  const isMeant = findings.some(({ index, rule }) => rules.includes(rule) && (at === undefined || index === at));
  expect({ isMeant, listed: isMeant || listed }).toEqual({ isMeant: true, listed: true });
  const isEarly = (index: number | undefined): boolean => index !== undefined && from !== undefined && index < from;
  const early = findings.filter(({ index, rule }) => isEarly(index) && !OMISSIONS.has(rule));
  expect(early).toEqual([]);
}
