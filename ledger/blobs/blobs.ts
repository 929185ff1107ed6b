/**
 * Attachments as the log sees them: which ciphertexts waiting messages refer to. Where the bytes are, and which uploads
 * nobody refers to yet, is no part of the state (gateway/blobs).
 */
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { toHex } from '../../protocol/ids.ts';
import type { DecisionContext, SubmitCommand } from '../decide.ts';
import type { MessageRow } from '../rows.ts';
import { put, type Change, type State } from '../state.ts';

/**
 * ATTACHMENT_MISSING or ATTACHMENT_INVALID when something that the header refers to has not been uploaded by the sender's
 * agency. What others have uploaded does not count: nobody learns what is here by naming it.
 */
export function blobRefusal(
  { agency, parsed }: SubmitCommand,
  { uploadedBytes }: DecisionContext,
): LiaisonError | undefined {
  if (!uploadedBytes) return undefined;
  for (const { digest, sizeBytes } of parsed.routing.attachments) {
    const uploaded = uploadedBytes(agency, digest);
    if (uploaded === undefined) return new LiaisonError('ATTACHMENT_MISSING', toHex(digest));
    if (uploaded !== sizeBytes) {
      return new LiaisonError('ATTACHMENT_INVALID', `${toHex(digest)} has ${uploaded} bytes, not ${sizeBytes}.`);
    }
  }
  return undefined;
}

/** An accepted message refers to these. */
export function blobChanges(state: State, index: number, { routing }: ReadHeader): Change[] {
  const { attachments } = routing;
  if (attachments.length === 0) return [];
  // Rows outlive the frame that the header came in: they must not hold its buffer.
  const digests = new Uint8Array(Buffer.concat(attachments.map(({ digest }) => digest)));
  const changes: Change[] = [put('blobUses', { entryIndex: index, digests })];
  for (const [i, digest] of eachDigest(digests)) {
    const messages = (state.get('blobs', digest)?.messages ?? 0) + 1;
    const sizeBytes = attachments[i]?.sizeBytes ?? 0;
    changes.push(put('blobs', { digest, sizeBytes, messages }), put('blobMessages', { digest, entryIndex: index }));
  }
  return changes;
}

/** A message's content is erased: it refers to its attachments no longer. */
export function releaseBlobs(state: State, { entryIndex }: MessageRow): Change[] {
  const use = state.get('blobUses', entryIndex);
  if (!use) return [];
  const changes: Change[] = [{ kind: 'delete', table: 'blobUses', key: [entryIndex] }];
  for (const [, digest] of eachDigest(use.digests)) {
    changes.push({ kind: 'delete', table: 'blobMessages', key: [digest, entryIndex] });
    const row = state.get('blobs', digest);
    if (row && row.messages > 1) changes.push(put('blobs', { ...row, messages: row.messages - 1 }));
    else changes.push({ kind: 'delete', table: 'blobs', key: [digest] }, { kind: 'erase-blob', digest });
  }
  return changes;
}

const DIGEST_BYTES = 32;

const eachDigest = (digests: Uint8Array): [number, Uint8Array][] =>
  Array.from({ length: digests.length / DIGEST_BYTES }, (_, i) => [
    i,
    digests.slice(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
  ]);
