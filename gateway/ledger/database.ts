/**
 * The gateway's database file: written by one process and one thread only, which holds a lock beside it; others may read
 * (audit/export, gateway/auditors). WAL with synchronous=FULL, asserted after they
 * are set, because a commit that is not synced would make acknowledgements lies (docs/architecture.md, "ledger").
 */
import { chmodSync, realpathSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LiaisonError } from '../../protocol/errors.ts';
import { DATA_FORMAT, lockFileOf } from '../../audit/data-format.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS format (version INTEGER NOT NULL);
  -- One row a commit: its entries as a tlog entry bundle, and the checkpoint that covers them.
  CREATE TABLE IF NOT EXISTS log (firstIndex INTEGER PRIMARY KEY, count INTEGER NOT NULL, entries BLOB NOT NULL, checkpoint BLOB NOT NULL);
  -- Full hash tiles: key = level * 2^48 + number.
  CREATE TABLE IF NOT EXISTS tiles (key INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
  -- Content of messages that somebody still waits for. wrappedKeys: each as u16be length and bytes, in the recipients' order.
  CREATE TABLE IF NOT EXISTS contents (entryIndex INTEGER PRIMARY KEY, content BLOB NOT NULL, wrappedKeys BLOB NOT NULL);
`;

/**
 * What is no part of the state: one row that is rewritten to see whether the file can be written, and for each shard its
 * newest checkpoint that a quorum of witnesses has signed. Files from before them get them.
 */
const BESIDE = `
  CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, nonce BLOB NOT NULL, note BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS cosigned (origin TEXT PRIMARY KEY, note BLOB NOT NULL);
`;

/** An open database, and the lock that makes its holder the only gateway on it. */
export interface LockedDatabase {
  readonly db: DatabaseSync;
  readonly close: () => void;
}

/**
 * Takes the lock, opens (or with `create` makes) the database and closes it to everyone but its owner.
 * @throws LiaisonError DATA_LOCKED, DATA_VERSION, DATA_DAMAGED, FILE_UNREADABLE, STORAGE_FAILED
 */
export function openDatabase(path: string, options: { create: boolean }): LockedDatabase {
  let lock: DatabaseSync | undefined;
  try {
    lock = takeLock(path);
    const db = new DatabaseSync(path);
    closeToOthers(db.location());
    setUp(db, options.create);
    const held = lock;
    return {
      db,
      close: () => {
        db.close();
        held.close();
      },
    };
  } catch (error) {
    lock?.close();
    if (error instanceof LiaisonError) throw error;
    throw storageError(error);
  }
}

/** SQLite's name for a database without a file. */
const IN_MEMORY = ':memory:';

/** SQLite's own lock on a file without content: the system takes it back when the process ends, however it ends. */
function takeLock(path: string): DatabaseSync {
  // Beside the file itself, where SQLite has its log too: through a link it is the same database.
  const file = statSync(path, { throwIfNoEntry: false }) ? realpathSync(path) : path;
  const lock = new DatabaseSync(path === IN_MEMORY ? IN_MEMORY : lockFileOf(file));
  closeToOthers(lock.location());
  // Whoever asks whether a gateway runs holds it for a moment.
  lock.exec('PRAGMA busy_timeout = 1000; PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  return lock;
}

/**
 * SQLite gives the write-ahead log the mode that the database has when it makes it; one that a crash has left behind keeps
 * its own. Nothing has been written to a new database yet.
 */
function closeToOthers(file: string | null): void {
  if (file === null) return;
  for (const path of [file, `${file}-wal`]) {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) !== 0) chmodSync(path, 0o600);
  }
}

/** Larger pages and a longer log of them write the same messages in fewer pieces (docs/performance.md). */
const PAGE_BYTES = 8192;
const CHECKPOINT_PAGES = 4000;

function setUp(db: DatabaseSync, create: boolean): void {
  if (create) db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = FULL');
  db.exec('PRAGMA cache_size = -16384');
  db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  assertPragma(db, 'journal_mode', 'wal');
  assertPragma(db, 'synchronous', 2);
  db.exec('BEGIN IMMEDIATE');
  if (create) {
    db.exec(TABLES);
    SqliteStore.createTables(db);
    db.prepare('INSERT INTO format (version) VALUES (?)').run(DATA_FORMAT);
  }
  const version = readVersion(db);
  if (version === DATA_FORMAT) db.exec(BESIDE);
  db.exec('COMMIT');
  if (version !== DATA_FORMAT) {
    throw new LiaisonError('DATA_VERSION', `It has format ${String(version)}; this program reads ${DATA_FORMAT}.`);
  }
}

function readVersion(db: DatabaseSync): unknown {
  const table = db.prepare("SELECT name FROM sqlite_master WHERE name = 'format'").get();
  return table ? db.prepare('SELECT version FROM format').get()?.['version'] : undefined;
}

function assertPragma(db: DatabaseSync, name: string, wanted: string | number): void {
  const value = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  if (value !== wanted) throw new LiaisonError('STORAGE_FAILED', `SQLite has ${name}=${String(value)}, not ${wanted}.`);
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** Names what SQLite reports. Anything unknown is STORAGE_FAILED: SQLite may carry on after an I/O error, we must not. */
export function storageError(error: unknown): LiaisonError {
  const code = (error as { errcode?: number }).errcode;
  const text = error instanceof Error ? error.message : String(error);
  const isSystemError = error instanceof Error && 'syscall' in error;
  if (isSystemError) return new LiaisonError('STORAGE_FAILED', `${text}.`, { cause: error });
  if (code === undefined) return new LiaisonError('INTERNAL', text, { cause: error });
  switch (code & 0xff) {
    case SQLITE_BUSY:
      return new LiaisonError('DATA_LOCKED', '', { cause: error });
    case SQLITE_FULL:
      return new LiaisonError('STORAGE_FULL', '', { cause: error });
    case SQLITE_CANTOPEN:
      return new LiaisonError('FILE_UNREADABLE', `The database cannot be opened: ${text}.`, { cause: error });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new LiaisonError('DATA_DAMAGED', `SQLite says: ${text}.`, { cause: error });
    default:
      return new LiaisonError('STORAGE_FAILED', `SQLite says: ${text} (code ${code}).`, { cause: error });
  }
}
