/**
 * A bundle as the audit reads it (audit/source.ts). Everything is of the size that the shard's `checkpoint` has; what lies
 * beyond it was left by an export or mirror that was interrupted, and is not looked at. Errors name the file.
 */
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { HASH_BYTES } from '../../protocol/merkle.ts';
import { parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import { parseNote } from '../note.ts';
import type { AuditSource, BundleFacts, ShardSource, StoredBatch } from '../source.ts';
import { decodeEntryBundle, TILE_BYTES, TILE_WIDTH } from '../tiles.ts';
import { formatVerifierKey, type Verifier } from '../verifier-key.ts';
import { BundleFiles } from './files.ts';
import {
  BUNDLE_FILE,
  CHECKPOINT,
  checkpointsNumber,
  COSIGNED,
  KEYS,
  LIST_BYTES_MAX,
  parseBundle,
  partBytesMax,
  partPath,
  shardDirectory,
  type ShardEntry,
  type ShardPart,
  splitNotes,
} from './format.ts';
import { type ListedKey, parseKeys } from './keys.ts';

export class BundleSource implements AuditSource {
  readonly kind = 'bundle';
  readonly path: string;
  readonly live = undefined;
  private readonly files: BundleFiles;
  private readonly logKey: Verifier | undefined;
  private opened: readonly BundleShard[] = [];

  /**
   * @param logKey of the first shard: a bundle of another log is refused
   * @throws LiaisonError FILE_UNREADABLE
   */
  constructor(path: string, logKey?: Verifier) {
    this.path = path;
    this.files = new BundleFiles(path);
    this.logKey = logKey;
  }

  /** @throws LiaisonError FILE_INVALID when it is no bundle; DATA_VERSION, DATA_DAMAGED, OTHER_LOG */
  checkFormat(): void {
    const list = this.files.read(BUNDLE_FILE, LIST_BYTES_MAX);
    if (!list) throw new LiaisonError('FILE_INVALID', `${this.path} is not a bundle: it has no ${BUNDLE_FILE}.`);
    const entries = parseBundle(list, BUNDLE_FILE);
    if (this.logKey) this.refuseOther(entries, this.logKey);
    this.opened = entries.map((entry) => new BundleShard(this.files, entry));
  }

  /** Whoever has changed the key in bundle.json has not made another log of it: then the checkpoint decides. */
  private refuseOther([first]: readonly ShardEntry[], logKey: Verifier): void {
    if (!first || first.verifierKey === formatVerifierKey(logKey)) return;
    const note = this.files.read(`${shardDirectory(first.shard)}/${partPath(CHECKPOINT)}`, partBytesMax(CHECKPOINT));
    try {
      verifyCheckpoint(note ?? new Uint8Array(0), logKey);
    } catch (error) {
      const which = `${this.path} is a bundle of ${first.origin} with the key ${first.verifierKey}.`;
      throw new LiaisonError('OTHER_LOG', which, { cause: error });
    }
  }

  shards(): readonly BundleShard[] {
    return this.opened;
  }

  assertUnchanged(): void {
    // A bundle only grows, and what has been read of it stays as it is.
  }

  close(): void {
    // Nothing is held open.
  }
}

/** One shard of a bundle. */
export class BundleShard implements ShardSource, BundleFacts {
  readonly entry: ShardEntry;
  readonly size: number;
  /** The newest checkpoint, a signed note. Nothing is verified. */
  readonly checkpoint: Uint8Array;
  private readonly files: BundleFiles;
  private readonly directory: string;
  private cached: { number: number; entries: readonly Uint8Array[] } | undefined;

  /** @throws LiaisonError DATA_DAMAGED when bundle.json and checkpoint do not fit */
  constructor(files: BundleFiles, entry: ShardEntry) {
    this.files = files;
    this.entry = entry;
    this.directory = shardDirectory(entry.shard);
    this.checkpoint = this.required(CHECKPOINT);
    this.size = this.within(CHECKPOINT, () => parseCheckpoint(parseNote(this.checkpoint).text).size);
    if (this.size === 0) throw this.fault(CHECKPOINT, 'is of an empty log');
    this.checkStatedSize();
  }

  get bundle(): BundleFacts {
    return this;
  }

  /** bundle.json is written last, so it may still state the size of an earlier checkpoint, and no other. */
  private checkStatedSize(): void {
    const { size } = this.entry;
    if (size === this.size) return;
    const has = size < this.size && this.notes(checkpointsNumber(size)).some((note) => note.size === size);
    if (!has) {
      throw damaged(`${BUNDLE_FILE} states ${size} entries for ${this.directory}; its checkpoint is of ${this.size}.`);
    }
  }

  statedSize(): number {
    return this.size;
  }

  /** Entry bundles, cut where a checkpoint is stored. `from` is the start of any such piece. */
  *batches(from = 0): Iterable<StoredBatch> {
    let notes: ReturnType<BundleShard['notes']> = [];
    let known = -1;
    for (let number = Math.floor(from / TILE_WIDTH); number * TILE_WIDTH < this.size; number++) {
      const start = number * TILE_WIDTH;
      const end = Math.min(start + TILE_WIDTH, this.size);
      if (checkpointsNumber(end) !== known) notes = this.notes((known = checkpointsNumber(end)));
      yield* this.pieces(number, notes, Math.max(start, from), end);
    }
  }

  private *pieces(
    number: number,
    notes: ReturnType<BundleShard['notes']>,
    from: number,
    end: number,
  ): Iterable<StoredBatch> {
    const start = number * TILE_WIDTH;
    const bundle = this.entryBundle(number, end - start);
    const offsets = this.offsets(number, bundle, end - start);
    let first = from;
    const cut = (to: number, checkpoint: Uint8Array): StoredBatch => {
      const entries = bundle.subarray(offsets[first - start], offsets[to - start]);
      const batch = { firstIndex: first, count: to - first, entries, checkpoint };
      first = to;
      return batch;
    };
    for (const { size, note } of notes) {
      if (size > first && size <= end) yield cut(size, note);
    }
    if (first < end) yield cut(end, NO_NOTE);
  }

  /** The stored checkpoints of one file, by size, up to the size of the shard. */
  private notes(number: number): { size: number; note: Uint8Array }[] {
    const part: ShardPart = { kind: 'checkpoints', number };
    const all = splitNotes(this.required(part), this.name(part)).map((note) => ({
      note,
      size: this.within(part, () => parseCheckpoint(parseNote(note).text).size),
    }));
    const isWrong = all.some(({ size }, i) => checkpointsNumber(size) !== number || size <= (all[i - 1]?.size ?? 0));
    if (isWrong) throw this.fault(part, 'has a checkpoint of a size that does not belong there');
    if (number === checkpointsNumber(this.size)) {
      const last = all.find(({ size }) => size === this.size)?.note;
      if (!last || !equalBytes(last, this.checkpoint)) throw this.fault(part, 'does not have the newest checkpoint');
    }
    return all.filter(({ size }) => size <= this.size);
  }

  /** Bounds of the entries of a bundle; it must hold exactly `count`. */
  private offsets(number: number, bundle: Uint8Array, count: number): number[] {
    const offsets = [0];
    for (let at = 0; at < bundle.length && offsets.length <= count;) {
      at += 2 + ((bundle[at] as number) << 8) + (bundle[at + 1] ?? Infinity);
      offsets.push(at);
    }
    if (offsets.length === count + 1 && offsets[count] === bundle.length) return offsets;
    throw this.fault(entriesPart(number, count), `does not hold ${count} entries`);
  }

  private entryBundle(number: number, width: number): Uint8Array {
    return this.required(entriesPart(number, width));
  }

  entryBytes(index: number): Uint8Array | undefined {
    if (index >= this.size) return undefined;
    const number = Math.floor(index / TILE_WIDTH);
    if (this.cached?.number !== number) this.cached = { number, entries: this.entriesOf(number) };
    return this.cached.entries[index % TILE_WIDTH];
  }

  private entriesOf(number: number): readonly Uint8Array[] {
    const width = Math.min(TILE_WIDTH, this.size - number * TILE_WIDTH);
    return this.within(entriesPart(number, width), () => decodeEntryBundle(this.entryBundle(number, width)));
  }

  tile(level: number, number: number): Uint8Array | undefined {
    const part = tilePart(level, number, TILE_WIDTH);
    const tile = this.part(part);
    if (tile && tile.length !== TILE_BYTES) throw this.fault(part, `has ${tile.length} bytes, not ${TILE_BYTES}`);
    return tile;
  }

  *tileAddresses(): Iterable<{ level: number; number: number }> {
    // Those that must be there are asked for one by one, and further ones mean nothing.
  }

  partialTile(level: number, number: number, width: number): Uint8Array | undefined {
    const tile = this.part(tilePart(level, number, width));
    return tile?.length === width * HASH_BYTES ? tile : undefined;
  }

  keys(): ListedKey[] {
    return this.within(KEYS, () => parseKeys(this.required(KEYS), this.name(KEYS)));
  }

  cosigned(): Uint8Array | undefined {
    return this.part(COSIGNED);
  }

  checkpointOf(size: number): Uint8Array | undefined {
    if (size < 1 || size > this.size) return undefined;
    return this.notes(checkpointsNumber(size)).find((stored) => stored.size === size)?.note;
  }

  /** The bytes of a part, or `undefined` when the bundle does not have it. */
  part(part: ShardPart): Uint8Array | undefined {
    return this.files.read(this.name(part), partBytesMax(part));
  }

  private required(part: ShardPart): Uint8Array {
    const bytes = this.part(part);
    if (bytes) return bytes;
    throw this.fault(part, 'is missing');
  }

  private name(part: ShardPart): string {
    return `${this.directory}/${partPath(part)}`;
  }

  private fault(part: ShardPart, what: string): LiaisonError {
    return damaged(`${this.name(part)} ${what}.`);
  }

  /** What is wrong with a stored file is damage, whatever a parser calls it. */
  private within<T>(part: ShardPart, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code === 'DATA_DAMAGED') throw error;
      throw new LiaisonError('DATA_DAMAGED', `${this.name(part)}: ${error.detail}`, { cause: error });
    }
  }
}

const NO_NOTE = new Uint8Array(0);

const tilePart = (level: number, number: number, width: number): ShardPart => ({
  kind: 'tile',
  address: { level, number, width },
});
const entriesPart = (number: number, width: number): ShardPart => ({
  kind: 'tile',
  address: { level: 'entries', number, width },
});

const damaged = (detail: string): LiaisonError => new LiaisonError('DATA_DAMAGED', detail);
