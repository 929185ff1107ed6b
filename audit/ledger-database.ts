/** A gateway's database file as auditors open it: without a trace beside it, and with damage told apart from other errors. */
import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { LiaisonError } from '../protocol/errors.ts';
import { LIMITS } from '../protocol/limits.ts';
import { DATABASE_FILE, lockFileOf } from './data-format.ts';
import { TILE_WIDTH } from './tiles.ts';

export const BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + LIMITS.tlogEntryBytesMax);
export const NOTE_BYTES_MAX = 512 * 1024;

export const isIndex = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** @throws LiaisonError FILE_UNREADABLE */
export function databaseFile(path: string): string {
  try {
    const file = statSync(path).isDirectory() ? join(path, DATABASE_FILE) : path;
    // SQLite has its other files beside the file itself, and so has the gateway its lock.
    return statSync(file, { throwIfNoEntry: false }) ? realpathSync(file) : file;
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

/** @throws LiaisonError DATA_LOCKED while a gateway runs on it */
export function refuseRunning(path: string): void {
  if (!isRunning(path)) return;
  throw new LiaisonError('DATA_LOCKED', `A gateway is running on ${path}: stop it first, or verify an export.`);
}

/** Opens a stopped gateway's database, as audit/ledger-file.ts says. */
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

export function named(error: unknown): unknown {
  const code = primaryCode(error);
  const text = error instanceof Error ? error.message : String(error);
  // An integer above 2^53 − 1: none is ever written.
  if ((error as { code?: string }).code === 'ERR_OUT_OF_RANGE') return damaged(text);
  if (code === undefined) return error;
  if (DAMAGE.has(code)) return damaged(`SQLite says: ${text}.`, error);
  return new LiaisonError('FILE_UNREADABLE', `SQLite says: ${text} (code ${code}).`, { cause: error });
}

export const damaged = (detail: string, cause?: unknown): LiaisonError =>
  new LiaisonError('DATA_DAMAGED', detail, { cause });

const unreadable = (path: string, error: unknown): LiaisonError =>
  new LiaisonError('FILE_UNREADABLE', `${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`);
