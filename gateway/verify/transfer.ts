/** How verified work crosses from a verifying thread to the ledger's: as the frame itself and what was computed over it. */
import { decode, decodeCanonical, encode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  EventStatementSchema,
  FrameSchema,
  HandoverStatementSchema,
  type BatchSignature,
  type Envelope,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { BatchTree, HASH_BYTES } from '../../protocol/merkle.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import type { Checked, PackedWork, SubmitItem, VerifiedWork } from '../pipeline.ts';

/** @param frame the bytes that the work was read from */
export function packWork(work: VerifiedWork, frame: Uint8Array): PackedWork {
  const { kind, job, session, agency, request, receivedMs, verifiedMs, items } = work;
  const refusals: PackedWork['refusals'] = [];
  for (const [at, item] of items.entries()) {
    if (item.kind === 'refused') refusals.push({ at, messageId: item.messageId.slice(), fault: item.fault });
  }
  const base = { kind, job, session, agency, request, receivedMs, verifiedMs, count: items.length, refusals };
  if (work.kind === 'submit') {
    const isWhole = work.isCanonical && refusals.length === 0;
    return { ...base, frame: isWhole ? frame : withoutRefused(work), hashes: headerHashes(work.items) };
  }
  // Nothing within a statement is read before it has been verified, so refused ones may stay.
  const canonical = work.isCanonical ? frame : encode(FrameSchema, decode(FrameSchema, frame, 'open'));
  return { ...base, frame: canonical, hashes: work.tree.pack() };
}

/** Undoes {@link packWork}; the items' bytes are views of the frame. */
export function unpackWork(packed: PackedWork): VerifiedWork {
  const { job, session, agency, request, receivedMs, verifiedMs, count, hashes } = packed;
  const base = { job, session, agency, request, receivedMs, verifiedMs, isCanonical: true };
  const frame = decodeCanonical(FrameSchema, packed.frame)?.frame;
  const refused = new Map(packed.refusals.map(({ at, messageId, fault }) => [at, { messageId, fault }]));
  const all = Array.from({ length: count }, (_, at) => at);
  if (frame?.kind === 'submit') {
    const envelopes = frame.value.envelopes.values();
    const items = all.map((at) =>
      checked(refused.get(at), (): SubmitItem => {
        const { header, signature, path, content, wrappedKeys } = envelopes.next().value as Envelope;
        const parsed = readHeader(header, hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
        return { header, signature, path, content, wrappedKeys, parsed };
      }),
    );
    return { ...base, kind: 'submit', items };
  }
  if (frame?.kind === 'handover' || frame?.kind === 'events') {
    const tree = BatchTree.unpack(count, hashes);
    const signedAt = signedLeaves(frame.value, tree);
    if (frame.kind === 'handover') {
      const items = all.map((at) =>
        checked(refused.get(at), () => withStatement(signedAt(at), HandoverStatementSchema)),
      );
      return { ...base, kind: 'handover', items, tree };
    }
    const items = all.map((at) => checked(refused.get(at), () => withStatement(signedAt(at), EventStatementSchema)));
    return { ...base, kind: 'event', items, tree };
  }
  throw new LiaisonError('INTERNAL', 'What a verifying thread has sent cannot be read.');
}

function signedLeaves(
  { statements, signature }: { statements: Uint8Array[]; signature: BatchSignature },
  tree: BatchTree,
): (at: number) => SignedLeaf {
  return (at) => ({ leaf: statements[at] as Uint8Array, signature, path: { index: at, hashes: tree.path(at) } });
}

const withStatement = <T>(signed: SignedLeaf, schema: MessageSchema<T>): { signed: SignedLeaf; statement: T } => ({
  signed,
  statement: decode(schema, signed.leaf, 'signed'),
});

/** A frame of the envelopes that were verified; their bytes are copied, not encoded again. */
function withoutRefused({ request, items }: VerifiedWork & { kind: 'submit' }): Uint8Array {
  const envelopes = items.flatMap((checked): Envelope[] => (checked.kind === 'verified' ? [checked.item] : []));
  return encode(FrameSchema, { frame: { kind: 'submit', value: { request, envelopes } } });
}

function checked<T>(refusal: Omit<PackedWork['refusals'][0], 'at'> | undefined, item: () => T): Checked<T> {
  return refusal ? { kind: 'refused', ...refusal } : { kind: 'verified', item: item() };
}

function headerHashes(items: readonly Checked<SubmitItem>[]): Uint8Array {
  const hashes = new Uint8Array(items.length * HASH_BYTES);
  items.forEach((checked, at) => {
    if (checked.kind === 'verified') hashes.set(checked.item.parsed.digest, at * HASH_BYTES);
  });
  return hashes;
}
