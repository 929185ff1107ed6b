/**
 * Merkle tree of RFC 6962 section 2.1 / RFC 9162 section 2.1: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ L ‖ R),
 * split at the largest power of two below the size. Verifying works over BigInt, so sizes up to 2^64 − 1 are safe.
 */
import { createHash, hash } from 'node:crypto';
import { equalBytes } from './ids.ts';

export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0x00);

export function sha256(data: Uint8Array): Uint8Array {
  return digestOf(data);
}

/** Room for most leaves: hashed in one call, which makes no object to be collected. Its first byte stays 0x00. */
const leafInput = new Uint8Array(64 * 1024);

export function leafHash(data: Uint8Array): Uint8Array {
  if (data.length >= leafInput.length) return bytesOf(createHash('sha256').update(LEAF).update(data).digest());
  leafInput.set(data, 1);
  return digestOf(leafInput.subarray(0, data.length + 1));
}

const nodeInput = new Uint8Array(65);
nodeInput[0] = 0x01;

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 33);
  return digestOf(nodeInput);
}

export const EMPTY_ROOT = sha256(new Uint8Array(0));

/** All levels of a small tree, so that root and paths need no hash twice. `levels[0]` are the leaf hashes. */
export class BatchTree {
  private readonly levels: Uint8Array[][];

  constructor(leafHashes: readonly Uint8Array[]) {
    this.levels = [[...leafHashes]];
    for (let level = this.levels[0] as Uint8Array[]; level.length > 1;) {
      const above: Uint8Array[] = [];
      for (let i = 0; i < level.length; i += 2) {
        const left = level[i] as Uint8Array;
        const right = level[i + 1];
        above.push(right ? nodeHash(left, right) : left);
      }
      this.levels.push(above);
      level = above;
    }
  }

  /** All nodes, level by level from the leaves up, in one piece: 32 bytes each. */
  pack(): Uint8Array {
    const bytes = new Uint8Array(this.levels.reduce((sum, level) => sum + level.length, 0) * HASH_BYTES);
    let at = 0;
    for (const level of this.levels) {
      for (const node of level) {
        bytes.set(node, at);
        at += HASH_BYTES;
      }
    }
    return bytes;
  }

  /** The tree of `size` leaves that {@link pack} has written. Its hashes are views; nothing is computed again. */
  static unpack(size: number, packed: Uint8Array): BatchTree {
    let at = 0;
    const row = (width: number): Uint8Array[] =>
      Array.from({ length: width }, () => packed.subarray(at, (at += HASH_BYTES)));
    const tree = new BatchTree([]);
    tree.levels[0] = row(size);
    for (let width = size; width > 1;) tree.levels.push(row((width = Math.ceil(width / 2))));
    return tree;
  }

  get size(): number {
    return this.levels[0]?.length ?? 0;
  }

  root(): Uint8Array {
    return this.levels.at(-1)?.[0] ?? EMPTY_ROOT;
  }

  /** Sibling hashes from the leaf to the root (RFC 9162 section 2.1.3.1). */
  path(index: number): Uint8Array[] {
    const path: Uint8Array[] = [];
    let at = index;
    for (const level of this.levels.slice(0, -1)) {
      const sibling = level[at ^ 1];
      if (sibling) path.push(sibling);
      at = Math.floor(at / 2);
    }
    return path;
  }
}

/**
 * The root that a leaf hash and its path lead to (RFC 9162 section 2.1.3.2), or `undefined` when the path does not have
 * the shape that index and size call for.
 */
export function rootFromPath(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  path: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index < 0n || index >= size || leaf.length !== HASH_BYTES) return undefined;
  let fn = index;
  let sn = size - 1n;
  let r = leaf;
  for (const p of path) {
    if (sn === 0n || p.length !== HASH_BYTES) return undefined;
    if ((fn & 1n) === 1n || fn === sn) {
      r = nodeHash(p, r);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n ? r : undefined;
}

/**
 * {@link rootFromPath} for many leaves of one small tree: a node whose two children were hashed before is not hashed again,
 * so all leaves together cost one hash each instead of one for each level. Remembers as many nodes as the trees have.
 */
export class PathRoots {
  /** Nodes that were hashed. */
  hashed = 0;
  private readonly known = new Map<number, { left: Uint8Array; right: Uint8Array; node: Uint8Array }>();

  /** @param size at most 2^20 */
  root(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Uint8Array | undefined {
    if (index < 0 || index >= size || leaf.length !== HASH_BYTES) return undefined;
    let fn = index;
    let sn = size - 1;
    let level = 0;
    let r = leaf;
    for (const p of path) {
      if (sn === 0 || p.length !== HASH_BYTES) return undefined;
      if ((fn & 1) === 1 || fn === sn) {
        r = this.node(level, fn >> 1, p, r);
        while ((fn & 1) === 0 && fn !== 0) {
          fn >>= 1;
          sn >>= 1;
          level++;
        }
      } else {
        r = this.node(level, fn >> 1, r, p);
      }
      fn >>= 1;
      sn >>= 1;
      level++;
    }
    return sn === 0 ? r : undefined;
  }

  /** The place only finds a candidate; what counts is that the children are the same. */
  private node(level: number, place: number, left: Uint8Array, right: Uint8Array): Uint8Array {
    const key = level * 2 ** 20 + place;
    const known = this.known.get(key);
    if (known && equalBytes(known.left, left) && equalBytes(known.right, right)) return known.node;
    const node = nodeHash(left, right);
    this.hashed++;
    this.known.set(key, { left, right, node });
    return node;
  }
}

/** Whether the path proves that the leaf hash stands at `index` of the tree of `size` leaves with `root`. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  const found = rootFromPath(leaf, index, size, path);
  return found !== undefined && equalBytes(found, root);
}

/**
 * Whether the proof shows that the tree of `newSize` extends the one of `oldSize` (RFC 9162 section 2.1.4.2). A proof
 * from size 0 says nothing and is refused here; the caller decides what an empty tree means to it.
 */
export function verifyConsistency(
  oldSize: bigint,
  newSize: bigint,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (oldSize <= 0n || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  if (proof.length === 0 || proof.some((item) => item.length !== HASH_BYTES)) return false;
  const isPowerOfTwo = (oldSize & (oldSize - 1n)) === 0n;
  const path = isPowerOfTwo ? [oldRoot, ...proof] : [...proof];
  let fn = oldSize - 1n;
  let sn = newSize - 1n;
  while ((fn & 1n) === 1n) {
    fn >>= 1n;
    sn >>= 1n;
  }
  let fr = path[0] as Uint8Array;
  let sr = fr;
  for (const c of path.slice(1)) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      sr = nodeHash(sr, c);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equalBytes(fr, oldRoot) && equalBytes(sr, newRoot);
}

// Declarations, because EMPTY_ROOT needs them while the module is loading.

/** Through a string, because Node makes a buffer for each digest otherwise: that takes longer than the hash. */
function digestOf(data: Uint8Array): Uint8Array {
  const text = hash('sha256', data, 'latin1');
  const digest = new Uint8Array(HASH_BYTES);
  for (let i = 0; i < HASH_BYTES; i++) digest[i] = text.charCodeAt(i);
  return digest;
}

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
