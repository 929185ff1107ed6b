/**
 * The policy on who may send what to whom (SPEC.md section 10.1): clearance, agreements, groups, contact copies, originator
 * control. Pure: the state is only read.
 */
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import { AgencyStatus } from '../../protocol/generated/schema.ts';
import type { Mailbox } from '../../protocol/ids.ts';
import type { SubmitCommand } from '../decide.ts';
import type { State } from '../state.ts';
import { agreement, clearance, contactCopy } from './agreements.ts';
import { group } from './group-rules.ts';
import { followUp, marking, originals, permission, standing } from './origin-control.ts';
import { type Subject, subjectOf } from './subject.ts';

/** What a rule says: nothing when it is kept. */
export type Answer = LiaisonError | 'does not apply' | undefined;
type Rule = (subject: Subject) => Answer;

/** In the order of the checks. */
const POLICY: readonly (readonly [name: string, rule: Rule])[] = [
  ['clearance', clearance],
  ['agreement', agreement],
  ['group', group],
  ['contact copy', contactCopy],
  ['originals', originals],
  ['marking', marking],
  ['permission', permission],
  ['holders', followUp],
  ['standing', standing],
];

/** The first rule that the submission breaks, in the order of the checks. */
export function policyRefusal(state: State, command: SubmitCommand, nowMs: number): LiaisonError | undefined {
  const subject = subjectOf(state, command, nowMs);
  for (const [, rule] of POLICY) {
    const answer = rule(subject);
    if (answer instanceof LiaisonError) return answer;
  }
  return undefined;
}

/** Whether a mailbox is there, and its agency in good standing. */
export function recipientStanding(state: State, mailbox: Mailbox): LiaisonError | undefined {
  const row = state.get('mailboxes', mailbox);
  if (!row) return new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
  const isActive = state.get('agencies', row.agency)?.status === AgencyStatus.ACTIVE;
  return isActive ? undefined : new LiaisonError('RECIPIENT_SUSPENDED', mailbox);
}

export interface ExplainedStep {
  readonly rule: string;
  readonly outcome: 'passed' | 'failed' | 'does not apply';
  /** What decided, in sentences. */
  readonly detail: string;
}
export interface Explanation {
  readonly permitted: boolean;
  /** Of the first rule that failed. */
  readonly refusal?: { readonly rule: string; readonly code: ErrorCode; readonly text: string };
  readonly steps: readonly ExplainedStep[];
}

/** What precedes the policy of a decision, as far as it does not hang on keys and times. */
const BEFORE: readonly (readonly [name: string, rule: Rule])[] = [
  [
    'sender',
    ({ state, agency, sender }) => {
      if (!state.get('mailboxes', sender)) return new LiaisonError('SENDER_MISMATCH', `${sender} is not enrolled.`);
      const isActive = state.get('agencies', agency)?.status === AgencyStatus.ACTIVE;
      return isActive ? undefined : new LiaisonError('AGENCY_SUSPENDED', agency);
    },
  ],
  [
    'recipients',
    ({ state, recipients }) => {
      for (const mailbox of recipients) {
        const error = recipientStanding(state, mailbox);
        if (error) return error;
      }
      return undefined;
    },
  ],
];

/** What the same rules say of a message that nobody has sent: all of them, and which one decides. */
export function explain(subject: Subject): Explanation {
  let refusal: Explanation['refusal'];
  const steps = [...BEFORE, ...POLICY].map(([rule, judge]): ExplainedStep => {
    const notes: string[] = [];
    const answer = judge({ ...subject, note: (text) => notes.push(text) });
    if (!(answer instanceof LiaisonError)) {
      return { rule, outcome: answer ?? 'passed', detail: notes.join(' ') };
    }
    refusal ??= { rule, code: answer.code, text: answer.message };
    return { rule, outcome: 'failed', detail: answer.message };
  });
  return { permitted: refusal === undefined, ...(refusal && { refusal }), steps };
}
