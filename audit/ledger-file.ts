/**
 * A stopped gateway's database, read and never written. SQLite's usual ways do not serve here: a plain read-only
 * connection to a WAL database creates `-shm` beside it and fails where it cannot, and the `-wal` that a killed gateway
 * left holds committed entries, so it must be read. Therefore:
 *
 * - Without a WAL the file is opened as immutable: no lock, no file beside it.
 * - With one, it is opened without locks and with locking_mode=EXCLUSIVE, which makes SQLite keep the WAL's index in
 *   memory (https://sqlite.org/wal.html section 8). The files themselves are open for reading only.
 * - Whether a gateway runs on the file is asked before, of the lock beside it; whether it was changed meanwhile is asked at
 *   the end ({@link LedgerFile.assertUnchanged}).
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { TABLE_NAMES, TABLES, type TableName, type Tables, type Value } from '../ledger/rows.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { DATA_FORMAT } from './data-format.ts';
import {
  attempt,
  BUNDLE_BYTES_MAX,
  damaged,
  databaseFile,
  isIndex,
  named,
  openStopped,
  refuseRunning,
  stampOf,
} from './ledger-database.ts';
import { LedgerShard, type LedgerPlace } from './ledger-shard.ts';
import type { AuditSource, LiveData, ShardSource, StoredContent } from './source.ts';
import { decodeEntryBundle } from './tiles.ts';

const EXPECTED_TABLES: readonly string[] = ['format', 'log', 'tiles', 'contents', 'cosigned', ...TABLE_NAMES];

/** Methods throw LiaisonError DATA_DAMAGED when SQLite or a value's type says so, and FILE_UNREADABLE for I/O errors. */
export class LedgerFile implements AuditSource, LiveData {
  readonly kind = 'data';
  readonly path: string;
  private readonly db: DatabaseSync;
  private readonly stamp: string;
  private rowQuery: StatementSync | undefined;
  private cached: { firstIndex: number; entries: readonly Uint8Array[] } | undefined;

  /**
   * @param path the data directory, or the database in it
   * @throws LiaisonError FILE_UNREADABLE; DATA_LOCKED while a gateway runs on it
   */
  constructor(path: string) {
    this.path = databaseFile(path);
    this.stamp = stampOf(this.path);
    refuseRunning(this.path);
    this.db = openStopped(this.path);
  }

  /**
   * Must be called first. Tables are looked up by type, so that no view stands in for one.
   * @throws LiaisonError DATA_VERSION; DATA_DAMAGED when tables are missing
   */
  checkFormat(): void {
    attempt(() => {
      this.db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
      const names = this.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      const missing = EXPECTED_TABLES.filter((name) => !names.some((row) => row['name'] === name));
      if (missing.length > 0) throw damaged(`Tables are missing: ${missing.join(', ')}.`);
      const version = this.db.prepare('SELECT version FROM format').get()?.['version'];
      if (version === DATA_FORMAT) return;
      throw new LiaisonError('DATA_VERSION', `It has format ${String(version)}; this program reads ${DATA_FORMAT}.`);
    });
  }

  /** Those whose entries are here: dropped ones are left out. As the gateway's rows say, which the audit compares. */
  shards(): readonly ShardSource[] {
    const places: LedgerPlace[] = [];
    let ordinal = 0;
    let next = 0;
    for (const { firstNumber, size, droppedIndex } of this.scan('shards')) {
      next = firstNumber + size;
      if (droppedIndex === 0) places.push({ ordinal, firstNumber, end: next });
      ordinal++;
    }
    places.push({ ordinal, firstNumber: next });
    return places.map((place) => new LedgerShard(this.db, place, (number) => this.entryBytes(number)));
  }

  get live(): LiveData {
    return this;
  }

  /** The bytes of the entry with this number, or `undefined`. Meant for numbers that grow: the last bundle is kept. */
  entryBytes(index: number): Uint8Array | undefined {
    const { cached } = this;
    if (!cached || index < cached.firstIndex || index >= cached.firstIndex + cached.entries.length) {
      const row = attempt(() => {
        this.rowQuery ??= this.db.prepare(
          `SELECT firstIndex, CASE WHEN length(entries) <= ${BUNDLE_BYTES_MAX} THEN entries END AS entries
           FROM log WHERE firstIndex <= ? ORDER BY firstIndex DESC LIMIT 1`,
        );
        return this.rowQuery.get(index);
      });
      if (!row || !(row['entries'] instanceof Uint8Array)) return undefined;
      this.cached = { firstIndex: row['firstIndex'] as number, entries: decodeEntryBundle(row['entries']) };
    }
    return this.cached?.entries[index - this.cached.firstIndex];
  }

  /** In the order of the log. */
  *contents(): Iterable<StoredContent> {
    for (const row of this.rows('SELECT entryIndex, content, wrappedKeys FROM contents ORDER BY entryIndex')) {
      const { entryIndex, content, wrappedKeys } = row;
      if (!isIndex(entryIndex) || !(content instanceof Uint8Array) || !(wrappedKeys instanceof Uint8Array)) {
        throw damaged('A row of the contents has a value of another type.');
      }
      yield { entryIndex, content, wrappedKeys };
    }
  }

  /** The gateway's own rows of the state, with the types that their table declares. */
  *scan<T extends TableName>(table: T): Iterable<Tables[T]> {
    const names = Object.keys(TABLES[table].columns);
    for (const values of this.scanValues(table)) {
      yield Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as Tables[T];
    }
  }

  /** As {@link scan}, the values in the order of the columns. */
  *scanValues(table: TableName): Iterable<readonly Value[]> {
    const { columns, keyColumns } = TABLES[table];
    const names = Object.keys(columns);
    const checks = Object.values(columns).map((type) => HAS_TYPE[type]);
    const quoted = names.map((name) => `"${name}"`);
    const order = quoted.slice(0, keyColumns).join(', ');
    const query = `SELECT ${quoted.join(', ')} FROM "${table}" ORDER BY ${order}`;
    for (const values of this.rows<Value[]>(query, true)) {
      for (let i = 0; i < checks.length; i++) {
        if (checks[i]?.(values[i]) === true) continue;
        throw damaged(`A row of ${table} has a value of another type in ${names[i]}.`);
      }
      yield values;
    }
  }

  /** @throws LiaisonError DATA_LOCKED when the files are not those that were opened: what was read may be a mixture */
  assertUnchanged(): void {
    if (stampOf(this.path) === this.stamp) return;
    throw new LiaisonError('DATA_LOCKED', `${this.path} was changed while it was read.`);
  }

  close(): void {
    this.db.close();
  }

  /** @param asArrays rows as arrays of their values instead of objects */
  private *rows<R = Record<string, unknown>>(query: string, asArrays = false): Iterable<R> {
    try {
      const statement = this.db.prepare(query);
      statement.setReturnArrays(asArrays);
      yield* statement.iterate() as Iterable<R>;
    } catch (error) {
      throw named(error);
    }
  }
}

const HAS_TYPE = {
  INTEGER: isIndex,
  TEXT: (value: unknown) => typeof value === 'string',
  BLOB: (value: unknown) => value instanceof Uint8Array,
} as const;
