/** Attachments as the log sees them: which ciphertexts waiting messages refer to. */
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import type { SubmitCommand } from '../decide.ts';
import type { MessageRow } from '../rows.ts';
import type { Change, State } from '../state.ts';

/** ATTACHMENT_MISSING or ATTACHMENT_INVALID when something that the header refers to has not been stored. */
export function blobRefusal(_state: State, _command: SubmitCommand): LiaisonError | undefined {
  return undefined;
}

/** An accepted message refers to these. */
export function blobChanges(_state: State, _index: number, _parsed: ReadHeader): Change[] {
  return [];
}

/** A message's content is erased: it refers to its attachments no longer. */
export function releaseBlobs(_state: State, _message: MessageRow): Change[] {
  return [];
}
