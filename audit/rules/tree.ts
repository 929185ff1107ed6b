/** The rules for the tree: every stored tile and checkpoint against the hashes of the stored entries. */
import { LiaisonError } from '../../protocol/errors.ts';
import { EMPTY_ROOT, leafHash } from '../../protocol/merkle.ts';
import { equalBytes, toBase64, toHex } from '../../protocol/ids.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import type { Findings } from '../findings.ts';
import { parseNote } from '../note.ts';
import type { ShardSource, StoredBatch } from '../source.ts';
import { fullTiles, TILE_WIDTH, tilePath } from '../tiles.ts';
import { type Tile, TileTree } from '../tree.ts';
import type { Verifier } from '../verifier-key.ts';

/** A checkpoint that the auditor got elsewhere. */
export interface OutsideCheckpoint {
  /** Where it came from, for people. */
  readonly name: string;
  readonly note: Uint8Array;
}

/** An outside checkpoint and what the log shows at its size. */
export interface Comparison {
  readonly name: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: Uint8Array;
  /** Root that the stored entries give for this size; `undefined` when the log is shorter or has lost entries. */
  recomputed: Uint8Array | undefined;
  /** The first stored note that covers this size. */
  stored: Uint8Array | undefined;
}

/** Where a tree stood: at a checkpoint that the log's key has signed. */
export interface SavedTree {
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  readonly note: string;
  readonly goodCheckpoints: number;
}

export class TreeRules {
  readonly comparisons: readonly Comparison[];
  /** Checkpoints that are signed and have the recomputed root. */
  goodCheckpoints = 0;
  /** The last stored checkpoint and its note. Verified unless a finding says otherwise. */
  last: { checkpoint: Checkpoint; note: Uint8Array } | undefined;
  private tree = new TileTree(neverRead);
  private readonly findings: Findings;
  private readonly source: ShardSource;
  /** Entries are missing: nothing can be recomputed any more. */
  private broken = false;
  private isCovered = true;
  /** The last checkpoint has the recomputed root, and is signed if the key is known. */
  private isLastGood = false;

  /** @throws LiaisonError CHECKPOINT_INVALID when an outside note cannot be read */
  constructor(source: ShardSource, findings: Findings, outside: readonly OutsideCheckpoint[]) {
    this.source = source;
    this.findings = findings;
    this.comparisons = outside.map(({ name, note }) => {
      const { size, root } = parseCheckpoint(parseNote(note).text);
      return { name, size, root, note, recomputed: size === 0 ? EMPTY_ROOT : undefined, stored: undefined };
    });
  }

  /** Entries whose hashes are in the tree. */
  get size(): number {
    return this.tree.size;
  }

  /** The partial tiles that the entries give; none when entries are missing. */
  partialTiles(): readonly Tile[] {
    return this.broken ? [] : this.tree.partialTiles();
  }

  /** Root of the entries that were read. */
  get root(): Uint8Array {
    return this.tree.root();
  }

  /** Adds the entries of a batch and compares the tiles that they complete. */
  add(batch: StoredBatch, entries: readonly Uint8Array[]): void {
    const { firstIndex, count } = batch;
    if (this.broken) return;
    if (firstIndex !== this.tree.size || count !== entries.length || count === 0) {
      const what = `A row with entries ${firstIndex} to ${firstIndex + count - 1} holds ${entries.length} and follows`;
      this.findings.add('log-rows', `${what} entry ${this.tree.size - 1}.`, firstIndex);
      this.broken = true;
      return;
    }
    let hashes = entries.map(leafHash);
    for (const at of this.wantedSizes(firstIndex, firstIndex + count)) {
      this.append(hashes.slice(0, at - this.tree.size));
      hashes = hashes.slice(hashes.length - (firstIndex + count - at));
      const root = this.tree.root();
      for (const item of this.comparisons) if (item.size === at) item.recomputed = root;
    }
    this.append(hashes);
  }

  private wantedSizes(after: number, through: number): number[] {
    const sizes = this.comparisons.map(({ size }) => size).filter((size) => size > after && size <= through);
    return [...new Set(sizes)].sort((a, b) => a - b);
  }

  private append(hashes: readonly Uint8Array[]): void {
    for (const { level, number, hashes: expected } of this.tree.append(hashes)) {
      const stored = this.source.tile(level, number);
      if (stored && equalBytes(stored, expected)) continue;
      const what = stored ? 'differs from what the entries give' : 'is missing';
      this.findings.add('tile', `${tilePath(level, number)} ${what}.`);
    }
    this.tree.stored();
  }

  /** Compares a batch's checkpoint with the tree. */
  checkpoint(batch: StoredBatch, verifier: Verifier | undefined): void {
    const note = batch.checkpoint;
    this.isCovered = note.length > 0;
    if (!this.isCovered) return;
    const end = batch.firstIndex + batch.count;
    const before = this.findings.total;
    try {
      const checkpoint = verifier ? verifyCheckpoint(note, verifier) : parseCheckpoint(parseNote(note).text);
      this.last = { checkpoint, note };
      this.compareRoot(checkpoint, note, end);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.findings.add('checkpoint-signature', `The checkpoint of size ${end}: ${error.message}`, end - 1);
    }
    this.isLastGood = this.findings.total === before;
    if (this.isLastGood) this.goodCheckpoints++;
    for (const item of this.comparisons) if (item.size <= end) item.stored ??= note;
  }

  private compareRoot(checkpoint: Checkpoint, note: Uint8Array, end: number): void {
    if (checkpoint.size !== end) {
      const what = `The checkpoint stored with entry ${end - 1} is of size ${checkpoint.size}.`;
      this.findings.add('checkpoint-root', what, end - 1, [textOf(note)]);
    } else if (!this.broken && !equalBytes(checkpoint.root, this.tree.root())) {
      const roots = `${toBase64(checkpoint.root)}; the stored entries give ${toBase64(this.tree.root())}`;
      this.findings.add('checkpoint-root', `The checkpoint of size ${end} signs the root ${roots}.`, end - 1, [
        textOf(note),
      ]);
    }
  }

  /**
   * Outside checkpoints are the auditor's own material: one that is not this log's is a mistake, not a finding.
   * @throws LiaisonError CHECKPOINT_INVALID
   */
  verifyOutside(verifier: Verifier): void {
    for (const { name, note } of this.comparisons) {
      try {
        verifyCheckpoint(note, verifier);
      } catch (error) {
        if (!(error instanceof LiaisonError)) throw error;
        throw new LiaisonError(error.code, `${name}: ${error.detail}`, { cause: error });
      }
    }
  }

  /** Where it stands; `undefined` unless that is at a good checkpoint. */
  save(): SavedTree | undefined {
    const { last, goodCheckpoints } = this;
    if (this.broken || !this.isCovered || !this.isLastGood || last?.checkpoint.size !== this.tree.size)
      return undefined;
    return { size: this.tree.size, root: toHex(this.tree.root()), note: textOf(last.note), goodCheckpoints };
  }

  /**
   * Goes on where another audit of this log stood. The stored tiles and the last entries must lead to the same root, and the
   * stored checkpoint of that size must still be the same.
   * @returns whether they do; if not, nothing has changed
   */
  resume({ size, root, note, goodCheckpoints }: SavedTree): boolean {
    const tree = this.restored(size);
    if (!tree || toHex(tree.root()) !== root) return false;
    const stored = attempt(() => this.source.checkpointOf(size));
    if (!stored || textOf(stored) !== note) return false;
    const roots = this.comparisons.map((item) =>
      item.size <= size ? attempt(() => tree.rootAt(item.size)) : EMPTY_ROOT,
    );
    if (roots.includes(undefined)) return false;
    for (const [i, item] of this.comparisons.entries()) {
      if (item.size > size) continue;
      item.recomputed = roots[i];
      if (!equalBytes(item.root, roots[i] as Uint8Array)) item.stored = this.firstNoteFrom(item.size);
    }
    const bytes = new Uint8Array(Buffer.from(note));
    this.last = { checkpoint: parseCheckpoint(parseNote(bytes).text), note: bytes };
    this.goodCheckpoints = goodCheckpoints;
    this.isLastGood = true;
    this.tree = tree;
    return true;
  }

  /**
   * Root of the first entries, also of those that an earlier audit has read: from the stored tiles, which have to lead to the
   * root of all. `undefined` when they do not, or when there are fewer entries.
   */
  rootAt(size: number): Uint8Array | undefined {
    if (this.broken || size > this.tree.size) return undefined;
    const tree = this.restored(this.tree.size);
    return tree && equalBytes(tree.root(), this.root) ? attempt(() => tree.rootAt(size)) : undefined;
  }

  /** The tree of the first entries as the stored tiles and entries give it, if they give one. */
  private restored(size: number): TileTree | undefined {
    return attempt(() => {
      const tail: Uint8Array[] = [];
      for (let index = fullTiles(size, 0) * TILE_WIDTH; index < size; index++) {
        const bytes = this.source.entryBytes(index);
        if (!bytes) return undefined;
        tail.push(leafHash(bytes));
      }
      return TileTree.restore(size, tail, (level, number) => {
        const tile = this.source.tile(level, number);
        if (tile) return tile;
        throw new LiaisonError('DATA_DAMAGED', `${tilePath(level, number)} is missing.`);
      });
    });
  }

  /** The first stored note of a tree that has so many entries. */
  private firstNoteFrom(size: number): Uint8Array | undefined {
    for (const { firstIndex, count, checkpoint } of this.source.batches()) {
      if (firstIndex + count >= size && checkpoint.length > 0) return checkpoint;
    }
    return undefined;
  }

  /** What can only be said at the end. */
  finish(): void {
    if (!this.isCovered) this.findings.add('checkpoint-missing', 'The last row of the log has no checkpoint.');
    if (this.broken) return;
    for (const { level, number } of this.source.tileAddresses()) {
      if (number < fullTiles(this.tree.size, level)) continue;
      this.findings.add('tile', `${tilePath(level, number)} is stored, but the log has too few entries for it.`);
    }
    for (const item of this.comparisons) this.compare(item);
  }

  private compare({ name, size, root, note, recomputed, stored }: Comparison): void {
    if (!recomputed) {
      const what = `${name} is a checkpoint of size ${size}; the log has ${this.tree.size} entries.`;
      this.findings.add('truncated', what, undefined, [textOf(note)]);
    } else if (!equalBytes(recomputed, root)) {
      const roots = `${toBase64(root)}; the first ${size} entries here give ${toBase64(recomputed)}`;
      const notes = [note, stored].flatMap((item) => (item ? [textOf(item)] : []));
      this.findings.add('split-view', `${name} signs the root ${roots}.`, size - 1, notes);
    }
  }
}

/** What is stored may not be what it was; then there is no result. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LiaisonError) return undefined;
    throw error;
  }
}

const textOf = (note: Uint8Array): string => Buffer.from(note).toString('utf8');

/** Appending and the current root need nothing but the tree's edge. */
const neverRead = (level: number, number: number): never => {
  throw new LiaisonError('INTERNAL', `${tilePath(level, number)} was asked for.`);
};
