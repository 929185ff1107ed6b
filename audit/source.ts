/**
 * What the auditor's commands read a log from: a gateway's data directory (ledger-file.ts) or a bundle that was exported or
 * mirrored from it. Methods throw LiaisonError DATA_DAMAGED when the stored form says so, and FILE_UNREADABLE for I/O errors.
 */
import type { RowScanner } from '../ledger/rows.ts';
import type { ShardEntry } from './bundle/format.ts';
import type { ListedKey } from './bundle/keys.ts';

/**
 * Consecutive entries of a shard as they are stored together, and the checkpoint that ends with them. Indices are those of the
 * shard's own tree.
 */
export interface StoredBatch {
  readonly firstIndex: number;
  /** As stated; the bundle may say otherwise. */
  readonly count: number;
  /** An entry bundle; `undefined` when it is longer than any bundle can be. */
  readonly entries: Uint8Array | undefined;
  /** A signed note; empty when a later batch has the checkpoint of this one. */
  readonly checkpoint: Uint8Array;
}

export interface StoredContent {
  readonly entryIndex: number;
  readonly content: Uint8Array;
  readonly wrappedKeys: Uint8Array;
}

/** One shard: a log with an origin and a key of its own. */
export interface ShardSource {
  /**
   * In the order of the log, read as they are asked for.
   * @param from index of the first entry that is wanted, the first of a stored batch
   */
  batches(from?: number): Iterable<StoredBatch>;
  /** Number of entries that the source claims to have: for progress only. */
  statedSize(): number;
  /** The bytes of one entry, or `undefined`. Fast for indices that grow. */
  entryBytes(index: number): Uint8Array | undefined;
  /** A stored full tile, or `undefined`. */
  tile(level: number, number: number): Uint8Array | undefined;
  /** Which full tiles are stored. */
  tileAddresses(): Iterable<{ level: number; number: number }>;
  /** The newest checkpoint that a quorum of witnesses has signed, as it is stored; nothing is verified. */
  cosigned(): Uint8Array | undefined;
  /** The stored checkpoint of this size, a signed note. */
  checkpointOf(size: number): Uint8Array | undefined;
  /** Absent in a data directory. */
  readonly bundle?: BundleFacts | undefined;
}

/** What a bundle says of a shard beside its entries, full tiles and checkpoints. */
export interface BundleFacts {
  /** As in bundle.json. */
  readonly entry: ShardEntry;
  /** A stored partial tile of that width, or `undefined`. */
  partialTile(level: number, number: number, width: number): Uint8Array | undefined;
  keys(): readonly ListedKey[];
}

/** What a gateway keeps beside its log. */
export interface LiveData extends RowScanner {
  /** In the order of the log. */
  contents(): Iterable<StoredContent>;
  /** The bytes of the entry with this number. */
  entryBytes(number: number): Uint8Array | undefined;
}

export interface AuditSource {
  readonly kind: 'data' | 'bundle';
  readonly path: string;
  /**
   * Must be called first.
   * @throws LiaisonError DATA_VERSION; DATA_DAMAGED when parts are missing
   */
  checkFormat(): void;
  /** Oldest first; never empty. */
  shards(): readonly ShardSource[];
  /** Absent in a bundle. */
  readonly live: LiveData | undefined;
  /** @throws LiaisonError DATA_LOCKED when what was read was changed meanwhile: it may be a mixture */
  assertUnchanged(): void;
  close(): void;
}
