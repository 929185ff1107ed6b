/** The fold of agreements, groups and what later messages are judged by. */
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import type { Act, GroupChange } from '../../protocol/generated/schema.ts';
import type { MessageRow } from '../rows.ts';
import type { Change, State } from '../state.ts';

/** What an accepted message leaves for the judgement of later ones. */
export function controlChanges(_state: State, _index: number, _parsed: ReadHeader): Change[] {
  return [];
}

/** Forgets what {@link controlChanges} has noted. */
export function forgetControls(_state: State, _message: MessageRow): Change[] {
  return [];
}

/** Acts about agreements, groups, agencies and units; nothing for any other. */
export function policyActChanges(_state: State, _index: number, _act: Act): Change[] {
  return [];
}

/** A group changed or ended by its owner. */
export function groupChanges(_state: State, _index: number, _event: GroupChange): Change[] {
  return [];
}
