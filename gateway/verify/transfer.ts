/** How verified work crosses from a verifying thread to the ledger's: as the frame itself and what was computed over it. */
import { decode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { FrameSchema, HandoverStatementSchema } from '../../protocol/generated/schema.ts';
import { BatchTree, HASH_BYTES } from '../../protocol/merkle.ts';
import type { Checked, HandoverItem, PackedWork, SubmitItem, VerifiedWork } from '../pipeline.ts';

/** @param frame the bytes that the work was read from */
export function packWork(work: VerifiedWork, frame: Uint8Array): PackedWork {
  const { kind, job, session, agency, request, receivedMs, verifiedMs, items } = work;
  const refusals: PackedWork['refusals'] = [];
  for (const [at, item] of items.entries()) {
    if (item.kind === 'refused') refusals.push({ at, messageId: item.messageId.slice(), fault: item.fault });
  }
  const hashes = work.kind === 'submit' ? headerHashes(work.items) : work.tree.pack();
  return { kind, job, session, agency, request, receivedMs, verifiedMs, frame, hashes, refusals };
}

/** Undoes {@link packWork}; the items' bytes are views of the frame. */
export function unpackWork(packed: PackedWork): VerifiedWork {
  const { job, session, agency, request, receivedMs, verifiedMs } = packed;
  const base = { job, session, agency, request, receivedMs, verifiedMs };
  const { frame } = decode(FrameSchema, packed.frame, 'open');
  const refused = new Map(packed.refusals.map(({ at, messageId, fault }) => [at, { messageId, fault }]));
  if (frame.kind === 'submit') {
    const items = frame.value.envelopes.map(({ header, signature, path, content, wrappedKeys }, at) =>
      checked(refused.get(at), (): SubmitItem => {
        const parsed = readHeader(header, packed.hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
        return { header, signature, path, content, wrappedKeys, parsed };
      }),
    );
    return { ...base, kind: 'submit', items };
  }
  if (frame.kind === 'handover') {
    const { statements, signature } = frame.value;
    const tree = BatchTree.unpack(statements.length, packed.hashes);
    const items = statements.map((leaf, at) =>
      checked(refused.get(at), (): HandoverItem => {
        const statement = decode(HandoverStatementSchema, leaf, 'signed');
        return { signed: { leaf, signature, path: { index: at, hashes: tree.path(at) } }, statement };
      }),
    );
    return { ...base, kind: 'handover', items, tree };
  }
  throw new LiaisonError('INTERNAL', `A ${frame.kind} frame is no work.`);
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
