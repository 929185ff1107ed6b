/**
 * The file of an index: an SQLite database that can be made again from the log at any time. It is told from other files by its
 * application id, so that no other file is taken for an index and overwritten.
 */
import { accessSync, closeSync, constants, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LiaisonError } from '../../protocol/errors.ts';
import { toHex, utf8 } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { AuditSource } from '../source.ts';
import type { LogReader } from './log-reader.ts';

/** "Lidx", at bytes 68 to 71 of the file (https://sqlite.org/fileformat.html). */
const APPLICATION_ID = 0x4c696478;
const APPLICATION_ID_AT = 68;
const HEAD_BYTES = 100;
const INDEX_FORMAT = 1;
const BUSY_MS = 5000;

/** Which file, and whether somebody chose it: what lies at a chosen place and is no index stays as it is. */
export interface IndexPlace {
  readonly file: string;
  readonly isChosen: boolean;
}

/**
 * `FILE.index` beside a bundle. Nothing is written beside a gateway's data, or where that is not possible: then it is a file in
 * the user's cache directory, named by the log's origin and key.
 */
export function defaultPlace(
  source: AuditSource,
  log: LogReader,
  environment: Readonly<Record<string, string | undefined>>,
): IndexPlace {
  const beside = source.path.replace(/\/+$/, '');
  if (source.kind === 'bundle' && isWritable(dirname(beside))) return { file: `${beside}.index`, isChosen: false };
  const { origin, verifierKey } = log.oldest;
  const name = toHex(sha256(utf8(`${origin}\n${verifierKey}`))).slice(0, 32);
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const directory = join(cache, 'liaison', 'audit');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return { file: join(directory, `${name}.index`), isChosen: false };
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens an index, or makes an empty one where there is none, or only one that is damaged or of another format.
 * @throws LiaisonError FILE_INVALID when a file was chosen that is no index; FILE_UNREADABLE
 */
export function openIndexFile(place: IndexPlace): DatabaseSync {
  const kind = kindOf(place.file);
  if (kind === 'other' && place.isChosen) {
    throw new LiaisonError('FILE_INVALID', `${place.file} is no index of a log: name another file.`);
  }
  if (kind === 'other') removeIndexFile(place.file);
  if (kind === 'index') {
    const db = openKnown(place.file);
    if (db) return db;
    removeIndexFile(place.file);
  }
  return create(place.file);
}

export function removeIndexFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

function kindOf(file: string): 'none' | 'index' | 'other' {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat || (stat.isFile() && stat.size === 0)) return 'none';
  if (!stat.isFile()) throw new LiaisonError('FILE_INVALID', `${file} is no file: name one for the index.`);
  const head = Buffer.alloc(HEAD_BYTES);
  const open = openSync(file, 'r');
  try {
    readSync(open, head);
  } finally {
    closeSync(open);
  }
  const isDatabase = head.toString('latin1', 0, 16) === 'SQLite format 3\0';
  return isDatabase && head.readUInt32BE(APPLICATION_ID_AT) === APPLICATION_ID ? 'index' : 'other';
}

function openKnown(file: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = connect(file);
    const version = db.prepare('PRAGMA user_version').get()?.['user_version'];
    const tables = db.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table'").get()?.['count'];
    if (version === INDEX_FORMAT && tables === TABLE_COUNT) return db;
  } catch (error) {
    if (!isDamage(error)) throw named(file, error);
  }
  db?.close();
  return undefined;
}

function create(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = connect(file);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    db.exec(`BEGIN IMMEDIATE; ${SCHEMA}; PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${INDEX_FORMAT}; COMMIT; PRAGMA wal_checkpoint`);
    return db;
  } catch (error) {
    db?.close();
    throw named(file, error);
  }
}

function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_MS });
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -65536');
  return db;
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const codeOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;

/** Whether the file itself is what is wrong: then it is made again. */
export const isDamage = (error: unknown): boolean => [1, SQLITE_CORRUPT, SQLITE_NOTADB].includes(codeOf(error));

/** What SQLite said about the index, in words; anything else as it is. */
export function named(file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === 0) return error;
  if (code === SQLITE_BUSY) {
    return new LiaisonError('DATA_LOCKED', `Another process is writing the index ${file}: wait, or name another.`);
  }
  const text = error instanceof Error ? error.message : String(error);
  return new LiaisonError('FILE_UNREADABLE', `The index ${file}: SQLite says ${text}.`, { cause: error });
}

const TABLE_COUNT = 10;
/**
 * Numbers of entries and names throughout; nothing that an answer would repeat without reading the log. `endedBy` and
 * `forgottenBy` are numbers of entries too, 0 while there is none.
 */
const SCHEMA = `
  CREATE TABLE shards (firstNumber INTEGER PRIMARY KEY, origin TEXT NOT NULL, verifierKey TEXT NOT NULL,
    size INTEGER NOT NULL, root BLOB NOT NULL);
  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, agency TEXT NOT NULL);
  CREATE INDEX names_agency ON names (agency);
  CREATE TABLE messages (number INTEGER PRIMARY KEY, messageId BLOB NOT NULL, sender INTEGER NOT NULL,
    thread BLOB NOT NULL, type INTEGER NOT NULL, expiresAtMs INTEGER NOT NULL, forgottenBy INTEGER NOT NULL,
    held INTEGER NOT NULL);
  CREATE INDEX messages_id ON messages (messageId);
  CREATE INDEX messages_thread ON messages (thread);
  CREATE INDEX messages_sender ON messages (sender, type);
  CREATE INDEX messages_expiring ON messages (expiresAtMs, number) WHERE forgottenBy = 0;
  CREATE TABLE deliveries (mailbox INTEGER NOT NULL, mailboxNumber INTEGER NOT NULL, message INTEGER NOT NULL,
    endedBy INTEGER NOT NULL, outcome INTEGER NOT NULL, PRIMARY KEY (mailbox, mailboxNumber)) WITHOUT ROWID;
  CREATE INDEX deliveries_message ON deliveries (message);
  CREATE TABLE about (message INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (message, entry)) WITHOUT ROWID;
  CREATE TABLE refers (target BLOB NOT NULL, message INTEGER NOT NULL, relation INTEGER NOT NULL, judged INTEGER NOT NULL,
    PRIMARY KEY (target, message, relation)) WITHOUT ROWID;
  CREATE TABLE rejections (number INTEGER PRIMARY KEY, messageId BLOB NOT NULL, sender INTEGER NOT NULL,
    code INTEGER NOT NULL);
  CREATE INDEX rejections_id ON rejections (messageId);
  CREATE INDEX rejections_sender ON rejections (sender);
  CREATE TABLE general (number INTEGER PRIMARY KEY);
  CREATE TABLE sessions (opened INTEGER PRIMARY KEY, session BLOB NOT NULL, agency TEXT NOT NULL,
    closed INTEGER NOT NULL, code INTEGER NOT NULL);
  CREATE INDEX sessions_id ON sessions (session);
  CREATE INDEX sessions_agency ON sessions (agency);
  CREATE TABLE unreadable (number INTEGER PRIMARY KEY)`;
