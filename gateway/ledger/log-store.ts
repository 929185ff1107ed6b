/**
 * The log in the database: entries by their number, and for each shard its tiles and the notes that sign its tree. Writes go
 * into the engine's open transaction.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { tileKey } from '../../audit/data-format.ts';
import { decodeEntryBundle, encodeEntryBundle, TILE_WIDTH } from '../../audit/tiles.ts';
import { TileTree } from '../../audit/tree.ts';
import { encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Entry, EntrySchema } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { leafHash } from '../../protocol/merkle.ts';

/** Where a shard begins. */
export interface ShardPlace {
  /** Counts the shards from 0. */
  readonly ordinal: number;
  /** Number of its entry 0. */
  readonly firstNumber: number;
}

interface LogRow {
  firstNumber: number;
  entries: Uint8Array[];
}

const ROW_BYTES_MAX = 128 * 1024;
/** Rows kept in memory: what has just been logged is what is delivered and proven next. */
const CACHED_ROWS = 48;
const NO_NOTE = new Uint8Array(0);

export class LogStore {
  /** The shard that is written to. */
  place: ShardPlace = { ordinal: 0, firstNumber: 0 };
  tree: TileTree;
  /** The newest checkpoint, a signed note. */
  checkpoint: Uint8Array = NO_NOTE;
  private readonly recent = new Map<number, LogRow>();
  private lastRow: LogRow | undefined;
  private readonly sql: Readonly<Record<'addRow' | 'addTile' | 'tile' | 'row' | 'last', StatementSync>>;

  constructor(db: DatabaseSync) {
    this.sql = {
      addRow: db.prepare('INSERT INTO log (firstIndex, count, entries, checkpoint) VALUES (?, ?, ?, ?)'),
      addTile: db.prepare('INSERT INTO tiles (key, hashes) VALUES (?, ?)'),
      tile: db.prepare('SELECT hashes FROM tiles WHERE key = ?'),
      row: db.prepare('SELECT firstIndex, entries FROM log WHERE firstIndex <= ? ORDER BY firstIndex DESC LIMIT 1'),
      last: db.prepare(
        'SELECT firstIndex + count AS next, checkpoint, entries FROM log ORDER BY firstIndex DESC LIMIT 1',
      ),
    };
    this.tree = new TileTree(this.reader(0));
  }

  /** Number that the next entry gets. */
  get nextNumber(): number {
    return this.place.firstNumber + this.tree.size;
  }

  /** Goes on with a new, empty shard behind the last entry. */
  begin(): void {
    this.place = { ordinal: this.place.ordinal + 1, firstNumber: this.nextNumber };
    this.tree = new TileTree(this.reader(this.place.ordinal));
  }

  /**
   * Reads what is stored and goes on there. The caller compares tree and checkpoint.
   * @throws LiaisonError DATA_DAMAGED
   */
  restore(place: ShardPlace): void {
    this.recent.clear();
    this.lastRow = undefined;
    const last = this.sql.last.get() as { next: number; checkpoint: Uint8Array } | undefined;
    if (!last) throw new LiaisonError('DATA_DAMAGED', 'The log is empty.');
    if (last.next <= place.firstNumber) throw new LiaisonError('DATA_DAMAGED', 'The newest shard is empty.');
    this.place = place;
    this.tree = this.treeOf(place, last.next - place.firstNumber);
    this.checkpoint = last.checkpoint;
  }

  /**
   * The tree of a shard, from its tiles and its last entries.
   * @throws LiaisonError DATA_DAMAGED
   */
  treeOf({ ordinal, firstNumber }: ShardPlace, size: number): TileTree {
    const tail: Uint8Array[] = [];
    for (let index = size - (size % TILE_WIDTH); index < size; index++) {
      tail.push(leafHash(this.entryBytes(firstNumber + index)));
    }
    return TileTree.restore(size, tail, this.reader(ordinal));
  }

  /**
   * Writes entries and the tiles that they complete.
   * @param sign makes the checkpoint of the tree with these entries; absent when more entries of the same commit follow
   */
  append(encoded: readonly Uint8Array[], sign?: () => Uint8Array): void {
    const first = this.nextNumber;
    for (const { level, number, hashes } of this.tree.append(encoded.map(leafHash))) {
      this.sql.addTile.run(tileKey(level, number, this.place.ordinal), hashes);
    }
    if (sign) this.checkpoint = sign();
    let start = 0;
    while (start < encoded.length) {
      let end = start;
      for (let bytes = 0; end < encoded.length && end - start < TILE_WIDTH; end++) {
        bytes += (encoded[end] as Uint8Array).length;
        if (end > start && bytes > ROW_BYTES_MAX) break;
      }
      const entries = encoded.slice(start, end);
      const checkpoint = sign && end === encoded.length ? this.checkpoint : NO_NOTE;
      const bundle = encodeEntryBundle(entries);
      this.sql.addRow.run(first + start, entries.length, bundle, checkpoint);
      // Views of one piece of memory: the collector has far less to look after than with a buffer for each entry.
      this.remember({ firstNumber: first + start, entries: decodeEntryBundle(bundle) });
      start = end;
    }
  }

  /**
   * The bytes of the entry with this number, exactly as they were logged.
   * @throws LiaisonError DATA_DAMAGED
   */
  entryBytes(number: number): Uint8Array {
    const row = this.rowOf(number);
    const bytes = row.entries[number - row.firstNumber];
    if (!bytes) throw new LiaisonError('DATA_DAMAGED', `Entry ${number} is missing.`);
    return bytes;
  }

  private reader(ordinal: number) {
    return (level: number, number: number): Uint8Array => {
      const row = this.sql.tile.get(tileKey(level, number, ordinal)) as { hashes: Uint8Array } | undefined;
      if (!row) throw new LiaisonError('DATA_DAMAGED', `Tile ${level}/${number} is missing.`);
      return row.hashes;
    };
  }

  /** Entries are asked for one after the other: mostly in the row of the last one. */
  private rowOf(number: number): LogRow {
    if (this.lastRow && contains(this.lastRow, number)) return this.lastRow;
    for (const row of this.recent.values()) if (contains(row, number)) return (this.lastRow = row);
    return (this.lastRow = this.loadRow(number));
  }

  private loadRow(number: number): LogRow {
    const row = this.sql.row.get(number) as { firstIndex: number; entries: Uint8Array } | undefined;
    if (!row) throw new LiaisonError('DATA_DAMAGED', `Entry ${number} is missing.`);
    const loaded = { firstNumber: row.firstIndex, entries: stored(number, () => decodeEntryBundle(row.entries)) };
    this.remember(loaded);
    return loaded;
  }

  private remember(row: LogRow): void {
    this.recent.set(row.firstNumber, row);
    if (this.recent.size > CACHED_ROWS) this.recent.delete(this.recent.keys().next().value as number);
  }
}

const contains = ({ firstNumber, entries }: LogRow, number: number): boolean =>
  number >= firstNumber && number < firstNumber + entries.length;

/** What is stored was well-formed when it was: that it no longer is must not look like a mistake of whoever asks. */
export function stored<T>(number: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new LiaisonError('DATA_DAMAGED', `Entry ${number} cannot be read.`, { cause: error });
  }
}

/** @throws LiaisonError LIMIT_EXCEEDED: nothing of it has been stored */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = encode(EntrySchema, entry);
  if (bytes.length > LIMITS.entryBytesMax) {
    throw new LiaisonError(
      'LIMIT_EXCEEDED',
      `An entry would have ${bytes.length} bytes; ${LIMITS.entryBytesMax} are allowed.`,
    );
  }
  return bytes;
}
