/**
 * The log's Merkle tree (RFC 6962 / RFC 9162 section 2.1) over stored tiles (C2SP tlog-tiles). In memory stand only the
 * right edge, the tiles that are not stored yet and a bounded number of others; appending costs one node hash a leaf.
 *
 * A node (height, index) is the root of the complete subtree of 2^height leaves that begins at leaf index·2^height. The
 * tile of level l holds the nodes of height 8·l; the heights between two levels are computed within the tile.
 *
 * Hashes that go in or come out are shared with the tree: nobody may change their bytes.
 */
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes } from '../protocol/ids.ts';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from '../protocol/merkle.ts';
import { fullTiles, partialWidth, TILE_BYTES, TILE_WIDTH, tilePath } from './tiles.ts';

/** Full: 256 hashes, 8192 bytes. Partial: fewer, the beginning of the full tile that it will become. */
export interface Tile {
  readonly level: number;
  readonly number: number;
  readonly hashes: Uint8Array;
}

/** Returns the full tile (8192 bytes) stored under level and number. Synchronous; throws DATA_DAMAGED when it is missing. */
export type TileReader = (level: number, number: number) => Uint8Array;

const TILE_HEIGHT = 8;
const CACHED_TILES_MAX = 64;

/** A tile's hashes and every complete node above them. `rows[0]` are the hashes; the last row is the full tile's root. */
class TileNodes {
  readonly rows: Uint8Array[][] = Array.from({ length: TILE_HEIGHT + 1 }, () => []);

  get width(): number {
    return (this.rows[0] as Uint8Array[]).length;
  }

  push(hash: Uint8Array): void {
    let node = hash;
    for (const row of this.rows) {
      row.push(node);
      if (row.length % 2 === 1) return;
      node = nodeHash(row.at(-2) as Uint8Array, node);
    }
  }

  /** The root of a full tile. */
  root(): Uint8Array {
    return this.rows[TILE_HEIGHT]?.[0] as Uint8Array;
  }

  hashes(): Uint8Array {
    const bytes = new Uint8Array(this.width * HASH_BYTES);
    for (const [i, hash] of (this.rows[0] as Uint8Array[]).entries()) bytes.set(hash, i * HASH_BYTES);
    return bytes;
  }
}

/** One writer appends; everything else only reads. Proofs can be asked for any size from 0 to the current one. */
export class TileTree {
  private readonly read: TileReader;
  private leaves = 0;
  /** The partial tile of each level; may be empty. */
  private edge: TileNodes[] = [];
  /** Full tiles that `append` has returned and `stored` has not yet confirmed. */
  private readonly fresh = new Map<number, TileNodes>();
  /** Recently used stored tiles, least recently used first. */
  private readonly cache = new Map<number, TileNodes>();
  /** Roots of the ranges [start, end) that are no complete subtree, by start, for one end: all paths of a size share them. */
  private ragged = { end: 0, roots: new Map<number, Uint8Array>() };

  /** An empty tree. */
  constructor(read: TileReader) {
    this.read = read;
  }

  /**
   * Rebuilds a tree from stored full tiles and the leaf hashes after the last full tile of level 0 (0 to 255 of them).
   * Reads at most 255 tiles for each level. The caller compares `root()` with the checkpoint: that proves the edge, and
   * every tile read later is compared with the hash above it.
   * @throws LiaisonError DATA_DAMAGED when a tile is missing or the parts do not make a tree of this size
   */
  static restore(size: number, tailLeafHashes: readonly Uint8Array[], read: TileReader): TileTree {
    if (tailLeafHashes.length !== partialWidth(size, 0)) {
      throw new LiaisonError('DATA_DAMAGED', `${tailLeafHashes.length} entries follow the last full tile of ${size}.`);
    }
    const tree = new TileTree(read);
    tree.leaves = size;
    tree.edge.push(nodesOf(tailLeafHashes));
    for (let level = 1; fullTiles(size, level - 1) > 0; level++) {
      const first = fullTiles(size, level) * TILE_WIDTH;
      const below = Array.from({ length: partialWidth(size, level) }, (_, i) => tree.load(level - 1, first + i).root());
      tree.edge.push(nodesOf(below));
    }
    return tree;
  }

  /** Number of leaves. */
  get size(): number {
    return this.leaves;
  }

  /**
   * Adds leaves at the end. There is no way back: when what it returned cannot be stored, the tree is ahead of the log
   * and must be thrown away and restored.
   * @returns the full tiles that became complete, lowest level first. They stay in memory until {@link stored}.
   * @throws LiaisonError INTERNAL, before anything has changed, when a hash has not 32 bytes
   */
  append(leafHashes: readonly Uint8Array[]): Tile[] {
    if (leafHashes.some((hash) => hash.length !== HASH_BYTES)) throw misuse('a leaf hash has 32 bytes');
    const completed: Tile[] = [];
    for (const leaf of leafHashes) {
      let hash: Uint8Array | undefined = leaf;
      for (let level = 0; hash; level++) hash = this.push(level, hash, completed);
      this.leaves++;
    }
    // Within a level they are in order already, and the sort is stable.
    return completed.sort((a, b) => a.level - b.level);
  }

  /** Adds a hash to the edge of a level; returns the hash for the level above when that completes a tile. */
  private push(level: number, hash: Uint8Array, completed: Tile[]): Uint8Array | undefined {
    const nodes = (this.edge[level] ??= new TileNodes());
    nodes.push(hash);
    if (nodes.width < TILE_WIDTH) return undefined;
    const number = fullTiles(this.leaves, level);
    completed.push({ level, number, hashes: nodes.hashes() });
    this.fresh.set(keyOf(level, number), nodes);
    this.edge[level] = new TileNodes();
    return nodes.root();
  }

  /** Says that all tiles returned so far are stored: from now on `read` finds them. */
  stored(): void {
    for (const [key, nodes] of this.fresh) this.keep(key, nodes);
    this.fresh.clear();
  }

  /** The partial tiles of the right edge, lowest level first; none is empty. */
  partialTiles(): Tile[] {
    return this.edge.flatMap((nodes, level) =>
      nodes.width === 0 ? [] : [{ level, number: fullTiles(this.leaves, level), hashes: nodes.hashes() }],
    );
  }

  /** Root of the current tree. */
  root(): Uint8Array {
    return this.rootAt(this.leaves);
  }

  /** Root of the tree as it was at a size. */
  rootAt(size: number): Uint8Array {
    this.checkSize(size);
    return size === 0 ? EMPTY_ROOT : this.rangeRoot(0, size);
  }

  /** Inclusion proof of a leaf in the tree of a size, leaf sibling first (RFC 9162 section 2.1.3.1). */
  inclusionPath(index: number, size = this.leaves): Uint8Array[] {
    this.checkSize(size);
    if (!Number.isSafeInteger(index) || index < 0 || index >= size)
      throw misuse(`no leaf ${index} in a tree of ${size}`);
    const path: Uint8Array[] = [];
    let start = 0;
    let end = size;
    while (end - start > 1) {
      const middle = start + splitPoint(end - start);
      if (index < middle) {
        path.push(this.rangeRoot(middle, end));
        end = middle;
      } else {
        path.push(this.rangeRoot(start, middle));
        start = middle;
      }
    }
    return path.reverse();
  }

  /** Consistency proof between two sizes (RFC 9162 section 2.1.4.1); empty when they are equal or the first is 0. */
  consistencyPath(from: number, to = this.leaves): Uint8Array[] {
    this.checkSize(to);
    if (!Number.isSafeInteger(from) || from < 0 || from > to) throw misuse(`no tree of ${from} within ${to}`);
    if (from === 0) return [];
    const path: Uint8Array[] = [];
    let start = 0;
    let end = to;
    while (end !== from) {
      const middle = start + splitPoint(end - start);
      if (from <= middle) {
        path.push(this.rangeRoot(middle, end));
        end = middle;
      } else {
        path.push(this.rangeRoot(start, middle));
        start = middle;
      }
    }
    // The verifier has the old root itself; anything else that both trees share it must be told.
    if (start > 0) path.push(this.rangeRoot(start, end));
    return path.reverse();
  }

  /** Root of the leaves [start, end), a range that splitting a tree at powers of two leads to. */
  private rangeRoot(start: number, end: number): Uint8Array {
    if (isPowerOfTwo(end - start)) return this.node(start, end - start);
    if (this.ragged.end !== end) this.ragged = { end, roots: new Map() };
    const { roots } = this.ragged;
    let root = roots.get(start);
    if (!root) {
      const middle = start + splitPoint(end - start);
      root = nodeHash(this.rangeRoot(start, middle), this.rangeRoot(middle, end));
      roots.set(start, root);
    }
    return root;
  }

  /** Root of the complete subtree of `width` leaves, a power of two, that begins at leaf `start`. */
  private node(start: number, width: number): Uint8Array {
    let level = 0;
    let rest = width;
    for (; rest >= TILE_WIDTH; rest /= TILE_WIDTH) level++;
    const position = start / (width / rest);
    const { rows } = this.tile(level, Math.floor(position / TILE_WIDTH));
    return rows[31 - Math.clz32(rest)]?.[(position % TILE_WIDTH) / rest] as Uint8Array;
  }

  private tile(level: number, number: number): TileNodes {
    if (number === fullTiles(this.leaves, level)) return this.edge[level] as TileNodes;
    const key = keyOf(level, number);
    const fresh = this.fresh.get(key);
    if (fresh) return fresh;
    const nodes = this.cache.get(key) ?? this.loadChecked(level, number);
    this.keep(key, nodes);
    return nodes;
  }

  /** Compares with the hash above, which stands in the edge or in a tile that was checked in the same way. */
  private loadChecked(level: number, number: number): TileNodes {
    const nodes = this.load(level, number);
    const width = TILE_WIDTH ** (level + 1);
    if (equalBytes(nodes.root(), this.node(number * width, width))) return nodes;
    throw new LiaisonError('DATA_DAMAGED', `${tilePath(level, number)} differs from what the tile above it states.`);
  }

  private load(level: number, number: number): TileNodes {
    const bytes = this.read(level, number);
    if (bytes.length !== TILE_BYTES) {
      throw new LiaisonError(
        'DATA_DAMAGED',
        `${tilePath(level, number)} has ${bytes.length} bytes, not ${TILE_BYTES}.`,
      );
    }
    const hashAt = (i: number): Uint8Array => new Uint8Array(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    return nodesOf(Array.from({ length: TILE_WIDTH }, (_, i) => hashAt(i)));
  }

  private keep(key: number, nodes: TileNodes): void {
    this.cache.delete(key);
    this.cache.set(key, nodes);
    if (this.cache.size <= CACHED_TILES_MAX) return;
    for (const oldest of this.cache.keys()) {
      this.cache.delete(oldest);
      return;
    }
  }

  private checkSize(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.leaves) {
      throw misuse(`no tree of ${size} within ${this.leaves}`);
    }
  }
}

function nodesOf(hashes: readonly Uint8Array[]): TileNodes {
  const nodes = new TileNodes();
  for (const hash of hashes) nodes.push(hash);
  return nodes;
}

const isPowerOfTwo = (n: number): boolean => n === 1 || 2 * splitPoint(n) === n;

/** The largest power of two below n, for n above 1 (RFC 9162 section 2.1.1). */
function splitPoint(n: number): number {
  let power = 1;
  while (2 * power < n) power *= 2;
  return power;
}

/** One number for a tile: there are 64 levels, and fewer than 2^45 tiles at any of them. */
const keyOf = (level: number, number: number): number => number * 64 + level;

const misuse = (detail: string): LiaisonError => new LiaisonError('INTERNAL', `Merkle tree: ${detail}.`);
