/** Mirrors one shard; see mirror.ts. */
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes, utf8 } from '../../protocol/ids.ts';
import { HASH_BYTES, leafHash } from '../../protocol/merkle.ts';
import { type Checkpoint, verifyCheckpoint } from '../checkpoint.ts';
import { decodeEntryBundle, fullTiles, TILE_WIDTH, type TileAddress } from '../tiles.ts';
import type { Verifier } from '../verifier-key.ts';
import type { BundleFiles } from './files.ts';
import {
  CHECKPOINT,
  checkpointsNumber,
  COSIGNED,
  joinNotes,
  KEYS,
  partBytesMax,
  partPath,
  shardDirectory,
  type ShardEntry,
  type ShardPart,
  splitNotes,
} from './format.ts';
import { keysBefore, keysText, parseKeys } from './keys.ts';
import type { MirrorOptions } from './mirror.ts';
import { edgeOf, splitHashes } from './roots.ts';
import { formatSplitView } from '../split-view.ts';
import { SplitView } from './split-view.ts';
import { VerifiedTiles } from './verified-tiles.ts';

/** Where a log is got from. */
export interface LogOrigin {
  shards(): Promise<readonly ShardEntry[]>;
  /** The bytes of a part, or `undefined` when there is none. Nothing is verified. */
  part(shard: number, part: ShardPart): Promise<Uint8Array | undefined>;
}

interface Signed extends Checkpoint {
  readonly note: Uint8Array;
}

/** The checkpoint that the newest run was working towards: it is a promise of the log like any other. */
const PENDING = 'checkpoint.next';

export class ShardMirror {
  private readonly files: BundleFiles;
  private readonly options: MirrorOptions;
  private readonly entry: ShardEntry;
  private readonly verifier: Verifier;

  constructor(files: BundleFiles, options: MirrorOptions, entry: ShardEntry, verifier: Verifier) {
    this.files = files;
    this.options = options;
    this.entry = entry;
    this.verifier = verifier;
  }

  /** @returns the checkpoint that the bundle now has */
  async run(): Promise<Checkpoint> {
    const newest = this.signed(await this.fetched(CHECKPOINT), 'The checkpoint');
    const held = this.held(partPath(CHECKPOINT));
    const pending = this.held(PENDING);
    const tiles = new VerifiedTiles(newest, {
      stored: (address) => this.stored({ kind: 'tile', address }),
      fetched: (address) => this.fetched({ kind: 'tile', address }),
    });
    if (held && equalBytes(held.note, newest.note) && !pending) {
      await this.putCosigned(newest, tiles);
      return held;
    }
    for (const earlier of [held, pending]) if (earlier) await this.refuseContradiction(earlier, newest, tiles);
    await this.files.write(this.name(PENDING), newest.note);
    const before = held?.size ?? 0;
    await this.putTiles(tiles, before);
    await this.putCheckpoints(newest, before);
    await this.putKeys(newest);
    await this.putCosigned(newest, tiles);
    await this.files.write(this.name(partPath(CHECKPOINT)), newest.note);
    for (const earlier of [held, pending]) if (earlier) await this.removeEdge(earlier.size, newest.size);
    await this.files.remove(this.name(PENDING));
    return newest;
  }

  /** Compares another checkpoint with the tree of the newest one. */
  private async refuseContradiction(earlier: Signed, newest: Signed, tiles: VerifiedTiles): Promise<void> {
    if (earlier.size > newest.size) {
      const what = `${this.entry.origin} shows ${newest.size} entries, and has signed ${earlier.size} before`;
      await this.keep(earlier, newest, `${what}: entries that it has signed are missing.`);
    }
    if (equalBytes(await tiles.rootAt(earlier.size), earlier.root)) return;
    const what = `${this.entry.origin} has signed two histories that exclude each other, of ${earlier.size} and of`;
    await this.keep(earlier, newest, `${what} ${newest.size} entries.`);
  }

  private async keep(earlier: Signed, newest: Signed, detail: string): Promise<never> {
    const file = `split-view-${this.entry.shard}-${earlier.size}-${newest.size}.json`;
    const notes = [earlier.note, newest.note] as const;
    await this.files.write(file, utf8(formatSplitView({ origin: this.entry.origin, checkpoints: notes })));
    throw new SplitView(`${this.files.path}/${file}`, `${detail} Both notes are in ${this.files.path}/${file}.`);
  }

  /** Full tiles from the top, then level 0 together with its entries, then the partial tiles. */
  private async putTiles(tiles: VerifiedTiles, before: number): Promise<void> {
    const { size } = tiles;
    for (let level = 6; level > 0; level--) {
      for (let number = fullTiles(before, level); number < fullTiles(size, level); number++) {
        await this.put(tilePart(level, number), await tiles.tile(level, number));
      }
    }
    let next = fullTiles(before, 0);
    const end = Math.ceil(size / TILE_WIDTH);
    const first = next;
    let done = 0;
    const work = async (): Promise<void> => {
      try {
        while (next < end) {
          await this.putEntries(tiles, next++);
          done++;
          this.options.onProgress?.(Math.min((first + done) * TILE_WIDTH, size) - before, size - before);
        }
      } finally {
        // After an error the others stop too.
        next = end;
      }
    };
    await allOf(Array.from({ length: this.options.parallel }, work));
    for (const { level, number, width } of edgeOf(size)) {
      await this.put(tilePart(level, number, width), await tiles.tile(level, number));
    }
  }

  private async putEntries(tiles: VerifiedTiles, number: number): Promise<void> {
    const tile = await tiles.tile(0, number);
    if (number < fullTiles(tiles.size, 0)) await this.put(tilePart(0, number), tile);
    const part = tilePart('entries', number, tile.length / HASH_BYTES);
    const stored = this.stored(part);
    if (stored && areEntriesOf(tile, stored)) return;
    const fetched = await this.fetched(part);
    if (!areEntriesOf(tile, fetched)) throw this.fault(part, 'has other entries than its tile');
    await this.files.write(this.name(partPath(part)), fetched);
  }

  private async put(part: ShardPart, bytes: Uint8Array): Promise<void> {
    const stored = this.stored(part);
    if (!stored || !equalBytes(stored, bytes)) await this.files.write(this.name(partPath(part)), bytes);
  }

  private async putCheckpoints(newest: Signed, before: number): Promise<void> {
    const last = checkpointsNumber(newest.size);
    for (let number = before === 0 ? 0 : checkpointsNumber(before); number <= last; number++) {
      const part: ShardPart = { kind: 'checkpoints', number };
      const all = splitNotes(await this.fetched(part), partPath(part));
      const sizes = all.map((note) => this.signed(note, partPath(part)).size);
      if (sizes.some((size, i) => checkpointsNumber(size) !== number || size <= (sizes[i - 1] ?? 0))) {
        throw this.fault(part, 'has a size out of order');
      }
      const notes = all.filter((_, i) => (sizes[i] ?? 0) <= newest.size);
      const end = notes.at(-1);
      if (number === last && !(end && equalBytes(end, newest.note))) throw this.fault(part, 'lacks the checkpoint');
      await this.put(part, joinNotes(notes));
    }
  }

  private async putKeys({ size }: Checkpoint): Promise<void> {
    const keys = parseKeys(await this.fetched(KEYS), partPath(KEYS));
    await this.put(KEYS, utf8(keysText(keysBefore(keys, this.entry.firstNumber + size))));
  }

  private async putCosigned(newest: Signed, tiles: VerifiedTiles): Promise<void> {
    const note = await this.options.from.part(this.entry.shard, COSIGNED);
    const cosigned = note && this.signed(note, partPath(COSIGNED));
    // It may already be of a later size; then the next run takes it.
    if (!cosigned || cosigned.size > newest.size) return;
    await this.refuseContradiction(cosigned, newest, tiles);
    await this.put(COSIGNED, cosigned.note);
  }

  /** Partial tiles that have grown. */
  private async removeEdge(earlier: number, size: number): Promise<void> {
    const keep = new Set(edgeFiles(size));
    for (const path of edgeFiles(earlier)) if (!keep.has(path)) await this.files.remove(this.name(path));
  }

  private held(path: string): Signed | undefined {
    const note = this.files.read(this.name(path), partBytesMax(CHECKPOINT));
    return note && this.signed(note, `${this.files.path}/${this.name(path)}`);
  }

  private signed(note: Uint8Array, name: string): Signed {
    try {
      return { ...verifyCheckpoint(note, this.verifier), note };
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      throw new LiaisonError(error.code, `${name} of ${this.entry.origin}: ${error.detail}`, { cause: error });
    }
  }

  private stored(part: ShardPart): Uint8Array | undefined {
    return this.files.read(this.name(partPath(part)), partBytesMax(part));
  }

  private async fetched(part: ShardPart): Promise<Uint8Array> {
    const bytes = await this.options.from.part(this.entry.shard, part);
    if (bytes) return bytes;
    throw this.fault(part, 'is missing where the log is got from');
  }

  private fault(part: ShardPart, what: string): LiaisonError {
    return new LiaisonError('DATA_DAMAGED', `${this.name(partPath(part))} ${what}.`);
  }

  private name(path: string): string {
    return `${shardDirectory(this.entry.shard)}/${path}`;
  }
}

const tilePart = (level: TileAddress['level'], number: number, width = TILE_WIDTH): ShardPart => ({
  kind: 'tile',
  address: { level, number, width },
});

/** Paths of the partial tiles and the partial entry bundle of a size. */
const edgeFiles = (size: number): string[] =>
  edgeOf(size).flatMap(({ level, number, width }) => [
    partPath(tilePart(level, number, width)),
    ...(level === 0 ? [partPath(tilePart('entries', number, width))] : []),
  ]);

function areEntriesOf(tile: Uint8Array, bundle: Uint8Array): boolean {
  let entries: readonly Uint8Array[];
  try {
    entries = decodeEntryBundle(bundle);
  } catch (error) {
    if (error instanceof LiaisonError) return false;
    throw error;
  }
  const hashes = splitHashes(tile);
  return (
    entries.length === hashes.length &&
    entries.every((entry, i) => equalBytes(leafHash(entry), hashes[i] as Uint8Array))
  );
}

/** Waits for all, also when one has failed: nothing goes on writing behind the caller's back. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
