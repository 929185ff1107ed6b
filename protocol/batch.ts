/**
 * Signed batches (SPEC.md section 4): one JWS over { kind, size, root } of a Merkle tree whose leaves are what is signed.
 * The protected header and the payload are built from known values and never parsed, so there is nothing to confuse.
 */
import { type KeyObject } from 'node:crypto';
import { algorithmOfKey, algorithmRow, keyThumbprint, signBytes, verifyBytes } from './algorithms.ts';
import { LiaisonError } from './errors.ts';
import { type BatchSignature, type Path, type SignatureAlgorithm, type SignedLeaf } from './generated/schema.ts';
import { equalBytes, toBase64Url, utf8 } from './ids.ts';
import { LIMITS } from './limits.ts';
import { BatchTree, leafHash, PathRoots } from './merkle.ts';

/** What a batch's leaves are. It stands in `typ` and in the payload, so one kind never passes for another. */
export const BATCH_KINDS = ['message', 'handover', 'keys', 'act', 'event', 'group', 'approval'] as const;
export type BatchKind = (typeof BATCH_KINDS)[number];

/** JWS protected header (RFC 7515 section 4) as compact JSON with sorted members. */
export function protectedHeader(kind: BatchKind, algorithm: SignatureAlgorithm, keyId: Uint8Array): string {
  return `{"alg":"${algorithmRow(algorithm).jose}","kid":"${toBase64Url(keyId)}","typ":"liaison-v1-${kind}"}`;
}

/** JWS payload: ASCII `liaison/v1/<kind>` ‖ 0x00 ‖ u64be size ‖ root. */
export function batchPayload(kind: BatchKind, size: number, root: Uint8Array): Uint8Array {
  const label = utf8(`liaison/v1/${kind}\0`);
  const payload = new Uint8Array(label.length + 8 + root.length);
  payload.set(label);
  new DataView(payload.buffer).setBigUint64(label.length, BigInt(size));
  payload.set(root, label.length + 8);
  return payload;
}

/** The protected header as it is signed. Who checks many signatures of a key makes it once. */
export const encodedHeader = (kind: BatchKind, algorithm: SignatureAlgorithm, keyId: Uint8Array): string =>
  toBase64Url(utf8(protectedHeader(kind, algorithm, keyId)));

/**
 * JWS signing input (RFC 7515 section 5.1).
 * @param header as {@link encodedHeader} gives it for the same kind, algorithm and key
 */
export function signingInput(
  kind: BatchKind,
  algorithm: SignatureAlgorithm,
  keyId: Uint8Array,
  size: number,
  root: Uint8Array,
  header = encodedHeader(kind, algorithm, keyId),
): Uint8Array {
  return utf8(`${header}.${toBase64Url(batchPayload(kind, size, root))}`);
}

export interface SignedBatch {
  readonly signature: BatchSignature;
  /** One path for each leaf, in order. */
  readonly paths: readonly Path[];
}

/** Signs all leaves with one signature. A single leaf is a tree of size 1 with an empty path. */
export function signBatch(kind: BatchKind, key: KeyObject, leaves: readonly Uint8Array[]): SignedBatch {
  if (leaves.length === 0 || leaves.length > LIMITS.batchLeavesMax) {
    throw new LiaisonError('LIMIT_EXCEEDED', `A batch has 1 to ${LIMITS.batchLeavesMax} leaves, not ${leaves.length}.`);
  }
  const tree = new BatchTree(leaves.map(leafHash));
  const algorithm = algorithmOfKey(key);
  const keyId = keyThumbprint(key);
  const signature = signBytes(key, signingInput(kind, algorithm, keyId, tree.size, tree.root()));
  return {
    signature: { algorithm, keyId, size: tree.size, signature },
    paths: leaves.map((_, index) => ({ index, hashes: tree.path(index) })),
  };
}

/** Signs one statement on its own. */
export function signLeaf(kind: BatchKind, key: KeyObject, leaf: Uint8Array): SignedLeaf {
  const { signature, paths } = signBatch(kind, key, [leaf]);
  return { leaf, signature, path: paths[0] as Path };
}

/**
 * The root that a leaf's path leads to.
 * @param roots shared between the leaves that are looked at together
 * @throws LiaisonError SIGNATURE_INVALID when path, index and size do not fit together
 */
export function batchRoot(leafDigest: Uint8Array, path: Path, size: number, roots = new PathRoots()): Uint8Array {
  const root = size <= LIMITS.batchLeavesMax ? roots.root(leafDigest, path.index, size, path.hashes) : undefined;
  if (!root) throw new LiaisonError('SIGNATURE_INVALID', 'The path does not fit the batch.');
  return root;
}

/** What each key was found to have signed last: the leaves of a batch come one after another and share one signature. */
const lastValid = new WeakMap<KeyObject, { readonly input: Uint8Array; readonly signature: Uint8Array }>();

/** Whether the signature covers a batch of this kind, size and root. `key` must be the one that `keyId` names. */
export function verifyBatchRoot(kind: BatchKind, key: KeyObject, signature: BatchSignature, root: Uint8Array): boolean {
  const input = signingInput(kind, signature.algorithm, signature.keyId, signature.size, root);
  const last = lastValid.get(key);
  if (last && equalBytes(last.input, input) && equalBytes(last.signature, signature.signature)) return true;
  if (!verifyBytes(key, signature.algorithm, input, signature.signature)) return false;
  // A copy: the bytes of a frame are views of it, and nobody should keep a frame for a signature.
  lastValid.set(key, { input, signature: Uint8Array.from(signature.signature) });
  return true;
}

/**
 * Checks one leaf of a batch, given its leaf hash.
 * @throws LiaisonError SIGNATURE_INVALID, ALGORITHM_REFUSED
 */
export function verifyLeafHash(
  kind: BatchKind,
  key: KeyObject,
  leafDigest: Uint8Array,
  signature: BatchSignature,
  path: Path,
): void {
  algorithmRow(signature.algorithm);
  if (!verifyBatchRoot(kind, key, signature, batchRoot(leafDigest, path, signature.size))) {
    throw new LiaisonError('SIGNATURE_INVALID');
  }
}

/** As {@link verifyLeafHash}, for a leaf that is at hand. */
export function verifyLeaf(kind: BatchKind, key: KeyObject, signed: SignedLeaf): void {
  verifyLeafHash(kind, key, leafHash(signed.leaf), signed.signature, signed.path);
}
