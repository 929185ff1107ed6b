/**
 * Requests and the time for their answers: what a reply must fit, when a deadline begins, pauses and ends, and which stages
 * of it are due (SPEC.md section 7.4). Kept from signed headers alone.
 */
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import type { DeadlineEvent } from '../../protocol/generated/schema.ts';
import type { SubmitCommand } from '../decide.ts';
import type { MessageRow } from '../rows.ts';
import type { Change, State } from '../state.ts';

/** REPLY_INVALID when the message does not fit what it replies to. */
export function replyRefusal(_state: State, _command: SubmitCommand): LiaisonError | undefined {
  return undefined;
}

/** What an accepted message does to deadlines: sets, pauses, resumes or ends them. */
export function deadlineChanges(_state: State, _index: number, _atMs: number, _parsed: ReadHeader): Change[] {
  return [];
}

/** A stage of a deadline has been recorded. */
export function deadlineEventChanges(_state: State, _index: number, _event: DeadlineEvent): Change[] {
  return [];
}

/** Forgets the deadlines of a request. */
export function forgetDeadlines(_state: State, _message: MessageRow): Change[] {
  return [];
}
