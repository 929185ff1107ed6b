/** One shard in a gateway's database. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decode } from '../protocol/codec.ts';
import { EntrySchema } from '../protocol/generated/schema.ts';
import { TILE_LEVELS, tileKey, tileOfKey } from './data-format.ts';
import { attempt, BUNDLE_BYTES_MAX, damaged, isIndex, named, NOTE_BYTES_MAX } from './ledger-database.ts';
import type { ShardSource, StoredBatch } from './source.ts';

/** Where a shard stands in the database, as its rows say. */
export interface LedgerPlace {
  /** Counts the shards from 0, dropped ones too. */
  readonly ordinal: number;
  readonly firstNumber: number;
  /** Number behind its last entry; absent for the newest shard. */
  readonly end?: number;
}

/** Methods throw LiaisonError DATA_DAMAGED when SQLite or a value's type says so, and FILE_UNREADABLE for I/O errors. */
export class LedgerShard implements ShardSource {
  private readonly db: DatabaseSync;
  private readonly place: LedgerPlace;
  private readonly bytesOf: (number: number) => Uint8Array | undefined;
  private tileQuery: StatementSync | undefined;

  /** @param bytesOf the bytes of an entry, by its number */
  constructor(db: DatabaseSync, place: LedgerPlace, bytesOf: (number: number) => Uint8Array | undefined) {
    this.db = db;
    this.place = place;
    this.bytesOf = bytesOf;
  }

  private get end(): number {
    return this.place.end ?? Number.MAX_SAFE_INTEGER;
  }

  statedSize(): number {
    const query = 'SELECT firstIndex + count AS size FROM log WHERE firstIndex < ? ORDER BY firstIndex DESC LIMIT 1';
    const size = attempt(() => this.db.prepare(query).get(this.end)?.['size'] as number | undefined) ?? 0;
    return Math.max(0, size - this.place.firstNumber);
  }

  *batches(from = 0): Iterable<StoredBatch> {
    const { firstNumber } = this.place;
    if (!isIndex(from + firstNumber)) return;
    const query = `SELECT firstIndex, count, CASE WHEN length(entries) <= ${BUNDLE_BYTES_MAX} THEN entries END AS entries,
         CASE WHEN length(checkpoint) <= ${NOTE_BYTES_MAX} THEN checkpoint ELSE x'00' END AS checkpoint
       FROM log WHERE firstIndex >= ? AND firstIndex < ? ORDER BY firstIndex`;
    for (const row of this.rows(query, from + firstNumber, this.end)) {
      const { entries, checkpoint } = row;
      if (!isIndex(row['firstIndex']) || !isIndex(row['count']) || !(checkpoint instanceof Uint8Array)) {
        throw damaged('A row of the log has a value of another type.');
      }
      const bundle = entries instanceof Uint8Array ? entries : undefined;
      yield { firstIndex: row['firstIndex'] - firstNumber, count: row['count'], entries: bundle, checkpoint };
    }
  }

  entryBytes(index: number): Uint8Array | undefined {
    const number = this.place.firstNumber + index;
    return index < 0 || number >= this.end ? undefined : this.bytesOf(number);
  }

  tile(level: number, number: number): Uint8Array | undefined {
    const row = attempt(() => {
      this.tileQuery ??= this.db.prepare('SELECT hashes FROM tiles WHERE key = ? AND length(hashes) < 100000');
      return this.tileQuery.get(tileKey(level, number, this.place.ordinal));
    });
    return row?.['hashes'] instanceof Uint8Array ? row['hashes'] : undefined;
  }

  *tileAddresses(): Iterable<{ level: number; number: number }> {
    const { ordinal } = this.place;
    for (let level = 0; level < TILE_LEVELS; level++) {
      const [from, to] = [tileKey(level, 0, ordinal), tileKey(level, 0, ordinal + 1)];
      for (const { key } of this.rows('SELECT key FROM tiles WHERE key >= ? AND key < ? ORDER BY key', from, to)) {
        const { number } = tileOfKey(key as number);
        yield { level, number };
      }
    }
  }

  cosigned(): Uint8Array | undefined {
    const first = this.entryBytes(0);
    if (!first) return undefined;
    const { event } = decode(EntrySchema, first, 'signed');
    if (event.kind !== 'shardOpen') return undefined;
    const query = `SELECT note FROM cosigned WHERE origin = ? AND length(note) <= ${NOTE_BYTES_MAX}`;
    return this.note(attempt(() => this.db.prepare(query).get(event.value.origin)));
  }

  checkpointOf(size: number): Uint8Array | undefined {
    const number = this.place.firstNumber + size;
    if (!isIndex(number) || number > this.end) return undefined;
    const query = `SELECT checkpoint AS note FROM log WHERE firstIndex < ? AND firstIndex + count = ? AND length(checkpoint) <= ${NOTE_BYTES_MAX} ORDER BY firstIndex DESC LIMIT 1`;
    return this.note(attempt(() => this.db.prepare(query).get(number, number)));
  }

  private note(row: Record<string, unknown> | undefined): Uint8Array | undefined {
    return row?.['note'] instanceof Uint8Array ? row['note'] : undefined;
  }

  private *rows(query: string, ...values: number[]): Iterable<Record<string, unknown>> {
    try {
      yield* this.db.prepare(query).iterate(...values);
    } catch (error) {
      throw named(error);
    }
  }
}
