/** Recomputes the node's own log from its rows, and compares it with everything that was signed. Reads only. */
import { type Checkpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import { TILE_WIDTH, tilePath } from '../../audit/tiles.ts';
import { TileTree } from '../../audit/tree.ts';
import type { Verifier } from '../../audit/verifier-key.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { recordOf } from './entries.ts';
import type { JournalStore } from './journal-store.ts';

/** Something that does not fit. */
export interface JournalFinding {
  /** Of the entry, or of the first of several. */
  readonly index: number;
  readonly text: string;
}

export interface JournalReport {
  readonly entries: number;
  readonly checkpoints: number;
  /** Empty: every entry is as it was signed. */
  readonly findings: readonly JournalFinding[];
}

export interface VerifyJournalOptions {
  readonly verifier: Verifier;
  /** A checkpoint that was kept elsewhere, which this log must contain. */
  readonly older?: Uint8Array;
  /** Told after each 256 entries. */
  readonly onProgress?: (done: number) => void;
}

/**
 * @throws LiaisonError CHECKPOINT_INVALID when the older checkpoint is not of this log's key
 */
export function verifyJournal(store: JournalStore, options: VerifyJournalOptions): JournalReport {
  const older = options.older && verifyCheckpoint(options.older, options.verifier);
  return new Verification(store, options, older).run();
}

class Verification {
  private readonly store: JournalStore;
  private readonly options: VerifyJournalOptions;
  private readonly older: Checkpoint | undefined;
  private readonly findings: JournalFinding[] = [];
  private readonly tree: TileTree;
  /** The first root that differs names the entries; all later ones differ as well. */
  private isBroken = false;
  private signedSize = 0;
  private tiles = 0;
  private missing = 0;

  constructor(store: JournalStore, options: VerifyJournalOptions, older: Checkpoint | undefined) {
    this.store = store;
    this.options = options;
    this.older = older;
    this.tree = new TileTree((level, number) => store.tile(level, number) ?? new Uint8Array(0));
  }

  run(): JournalReport {
    const checkpoints = this.store.checkpoints();
    let next = checkpoints.next();
    let count = 0;
    this.meetOlder();
    for (const row of this.store.rows()) {
      // A gap is a finding of its own; what follows is still looked at, one by one.
      if (row.index !== this.end) this.gap(row.index);
      this.entry(row.index, row.entry, row.leaf);
      for (; !next.done && next.value.size <= row.index + 1; next = checkpoints.next(), count++) {
        this.checkpoint(next.value.size, next.value.note);
      }
      this.meetOlder();
      if (this.tree.size % TILE_WIDTH === 0) this.options.onProgress?.(this.tree.size);
    }
    for (; !next.done; next = checkpoints.next(), count++) {
      const { size } = next.value;
      this.find(this.end, `is missing: a checkpoint was signed for ${size} entries.`);
      this.signedSize = size;
    }
    this.finish();
    return { entries: this.tree.size, checkpoints: count, findings: this.findings };
  }

  /** The place after the last row. */
  private get end(): number {
    return this.tree.size + this.missing;
  }

  private gap(index: number): void {
    this.find(this.end, index > this.end ? `is missing, up to ${index - 1}.` : 'stands before its place.');
    this.missing += index - this.end;
    this.isBroken = true;
  }

  private entry(index: number, entry: Uint8Array, leaf: Uint8Array): void {
    if (!equalBytes(leafHash(entry), leaf)) this.find(index, 'differs from its leaf hash.');
    try {
      recordOf({ index, entry });
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.find(index, `cannot be read: ${error.detail}`);
    }
    // A hash of another length is no leaf; its place in the tree is kept.
    for (const tile of this.tree.append([leaf.length === 32 ? leaf : leafHash(leaf)])) {
      this.tiles++;
      const stored = this.store.tile(tile.level, tile.number);
      if (stored && equalBytes(stored, tile.hashes)) continue;
      const first = tile.number * TILE_WIDTH ** (tile.level + 1);
      this.find(first + differsAt(tile.hashes, stored) * TILE_WIDTH ** tile.level, whatOf(tile, stored));
    }
    this.tree.stored();
  }

  private checkpoint(size: number, note: Uint8Array): void {
    const from = this.signedSize;
    this.signedSize = size;
    let signed: Checkpoint;
    try {
      signed = verifyCheckpoint(note, this.options.verifier);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.find(size - 1, `has a checkpoint of size ${size} that does not verify: ${error.detail}`);
      return;
    }
    if (signed.size !== size) {
      this.find(size - 1, `has a checkpoint that was signed for ${signed.size} entries, not ${size}.`);
      return;
    }
    if (this.isBroken || size !== this.tree.size || equalBytes(signed.root, this.tree.root())) return;
    this.isBroken = true;
    this.find(from, `or one up to ${size - 1} differs from what was signed.`);
  }

  private meetOlder(): void {
    const { older } = this;
    if (older?.size !== this.tree.size || this.missing > 0 || equalBytes(older.root, this.tree.root())) return;
    this.find(older.size, 'follows entries that the older checkpoint contradicts.');
  }

  private finish(): void {
    if (this.end > this.signedSize) this.find(this.signedSize, 'and what follows has no checkpoint.');
    if (this.store.tiles() > this.tiles) this.find(this.end, 'does not exist, but a tile above it does.');
    if (this.older && this.older.size > this.end) {
      this.find(this.end, `is missing: the older checkpoint was signed for ${this.older.size} entries.`);
    }
  }

  private find(index: number, text: string): void {
    this.findings.push({ index, text: `Entry ${index} ${text}` });
  }
}

function differsAt(computed: Uint8Array, stored: Uint8Array | undefined): number {
  if (stored?.length !== computed.length) return 0;
  return Math.floor(computed.findIndex((byte, i) => byte !== stored[i]) / 32);
}

const whatOf = ({ level, number }: { level: number; number: number }, stored: Uint8Array | undefined): string =>
  `: ${tilePath(level, number)} ${stored ? 'differs from the entries below it' : 'is missing'}.`;
