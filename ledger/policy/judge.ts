/**
 * The policy on who may send what to whom (SPEC.md section 10.1): clearance, agreements, groups, contact copies, originator
 * control. Pure: the state is only read.
 */
import type { LiaisonError } from '../../protocol/errors.ts';
import type { SubmitCommand } from '../decide.ts';
import type { State } from '../state.ts';

/** The first rule that the submission breaks, in the order of the checks. */
export function policyRefusal(_state: State, _command: SubmitCommand, _nowMs: number): LiaisonError | undefined {
  return undefined;
}
