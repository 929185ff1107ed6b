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
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { TABLE_NAMES, TABLES, type TableName, type Tables, type Value } from '../ledger/rows.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { LIMITS } from '../protocol/limits.ts';
import { DATA_FORMAT, DATABASE_FILE, lockFileOf, tileKey, tileOfKey } from './data-format.ts';
import type { AuditSource, LiveData, ShardSource, StoredBatch, StoredContent } from './source.ts';
import { decodeEntryBundle, TILE_WIDTH } from './tiles.ts';

const BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + LIMITS.tlogEntryBytesMax);
const NOTE_BYTES_MAX = 512 * 1024;
const EXPECTED_TABLES: readonly string[] = ['format', 'log', 'tiles', 'contents', ...TABLE_NAMES];

/** Methods throw LiaisonError DATA_DAMAGED when SQLite or a value's type says so, and FILE_UNREADABLE for I/O errors. */
export class LedgerFile implements AuditSource, ShardSource, LiveData {
  readonly kind = 'data';
  readonly path: string;
  private readonly db: DatabaseSync;
  private readonly stamp: string;
  private tileQuery: StatementSync | undefined;
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

  shards(): readonly ShardSource[] {
    return [this];
  }

  get live(): LiveData {
    return this;
  }

  /** Number of entries according to the last row of the log: for progress only. */
  statedSize(): number {
    const query = 'SELECT firstIndex + count AS size FROM log ORDER BY firstIndex DESC LIMIT 1';
    return attempt(() => this.db.prepare(query).get()?.['size'] as number | undefined) ?? 0;
  }

  *batches(from = 0): Iterable<StoredBatch> {
    if (!isIndex(from)) return;
    const rows = this.rows(
      `SELECT firstIndex, count, CASE WHEN length(entries) <= ${BUNDLE_BYTES_MAX} THEN entries END AS entries,
         CASE WHEN length(checkpoint) <= ${NOTE_BYTES_MAX} THEN checkpoint ELSE x'00' END AS checkpoint
       FROM log WHERE firstIndex >= ${from} ORDER BY firstIndex`,
    );
    for (const row of rows) {
      const { entries, checkpoint } = row;
      if (!isIndex(row['firstIndex']) || !isIndex(row['count']) || !(checkpoint instanceof Uint8Array)) {
        throw damaged('A row of the log has a value of another type.');
      }
      const bundle = entries instanceof Uint8Array ? entries : undefined;
      yield { firstIndex: row['firstIndex'], count: row['count'], entries: bundle, checkpoint };
    }
  }

  /** The bytes of one entry, or `undefined`. Meant for indices that grow: the last bundle is kept. */
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

  /** A stored full tile. */
  tile(level: number, number: number): Uint8Array | undefined {
    const row = attempt(() => {
      this.tileQuery ??= this.db.prepare('SELECT hashes FROM tiles WHERE key = ? AND length(hashes) < 100000');
      return this.tileQuery.get(tileKey(level, number));
    });
    return row?.['hashes'] instanceof Uint8Array ? row['hashes'] : undefined;
  }

  /** Which tiles are stored. */
  *tileAddresses(): Iterable<{ level: number; number: number }> {
    for (const { key } of this.rows('SELECT key FROM tiles ORDER BY key')) yield tileOfKey(key as number);
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

const isIndex = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const HAS_TYPE = {
  INTEGER: isIndex,
  TEXT: (value: unknown) => typeof value === 'string',
  BLOB: (value: unknown) => value instanceof Uint8Array,
} as const;

/** @throws LiaisonError FILE_UNREADABLE */
export function databaseFile(path: string): string {
  try {
    return statSync(path).isDirectory() ? join(path, DATABASE_FILE) : path;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Identity, size and time of change of the database and its WAL. */
export function stampOf(path: string): string {
  const [database = '', wal = ''] = [path, `${path}-wal`].map((file) => {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stat ? `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}` : '';
  });
  if (database === '') throw new LiaisonError('FILE_UNREADABLE', `${path} does not exist.`);
  return `${database}, ${wal}`;
}

/** A gateway holds an exclusive lock on the file beside the database as long as it runs. */
export function isRunning(path: string): boolean {
  const lock = lockFileOf(path);
  if (!statSync(lock, { throwIfNoEntry: false })) return false;
  const probe = attempt(() => new DatabaseSync(lock, { readOnly: true }));
  try {
    probe.prepare('SELECT 1 FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return primaryCode(error) === SQLITE_BUSY;
  } finally {
    probe.close();
  }
}

function refuseRunning(path: string): void {
  if (!isRunning(path)) return;
  throw new LiaisonError('DATA_LOCKED', `A gateway is running on ${path}: stop it first, or verify an export.`);
}

/** As the head of this file says. */
export function openStopped(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  const hasWal = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (hasWal) url.searchParams.set('vfs', 'unix-none');
  else url.searchParams.set('immutable', '1');
  return attempt(() => {
    const db = new DatabaseSync(url, { readOnly: true });
    if (hasWal) db.exec('PRAGMA locking_mode = EXCLUSIVE');
    return db;
  });
}

const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const DAMAGE: ReadonlySet<number | undefined> = new Set([SQLITE_ERROR, SQLITE_CORRUPT, SQLITE_NOTADB]);

/** The primary result code of an error from SQLite (https://sqlite.org/rescode.html). */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: number }).errcode;
  return code === undefined ? undefined : code & 0xff;
}

/** Runs a reading of the database and names what SQLite reports. */
export function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw named(error);
  }
}

function named(error: unknown): unknown {
  const code = primaryCode(error);
  const text = error instanceof Error ? error.message : String(error);
  // An integer above 2^53 − 1: none is ever written.
  if ((error as { code?: string }).code === 'ERR_OUT_OF_RANGE') return damaged(text);
  if (code === undefined) return error;
  if (DAMAGE.has(code)) return damaged(`SQLite says: ${text}.`, error);
  return new LiaisonError('FILE_UNREADABLE', `SQLite says: ${text} (code ${code}).`, { cause: error });
}

const damaged = (detail: string, cause?: unknown): LiaisonError => new LiaisonError('DATA_DAMAGED', detail, { cause });

const unreadable = (path: string, error: unknown): LiaisonError =>
  new LiaisonError('FILE_UNREADABLE', `${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
