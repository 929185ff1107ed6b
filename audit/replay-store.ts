/**
 * Rows for a replay, in a database, so that memory does not grow with the log: a temporary one, which SQLite removes when it
 * is closed, or one of the auditor's own, which a later audit goes on with.
 */
import { DatabaseSync } from 'node:sqlite';
import { type MessageRow, stateDigest, TABLES } from '../ledger/rows.ts';
import type { Change, RowStore } from '../ledger/state.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { toHex, utf8 } from '../protocol/ids.ts';
import { sha256 } from '../protocol/merkle.ts';
import { SqliteStore } from '../ledger/store/sqlite.ts';

/** Rows of a replay, and what an audit asks of them at its end: both in the order of the log, read as they are asked for. */
export interface ReplayRows extends RowStore {
  /** Messages of which deliveries are outstanding. */
  messagesOutstanding(): Iterable<MessageRow>;
  /** Messages that have expired by then, and of which deliveries are outstanding or consent was asked. */
  messagesOpenAt(untilMs: number): Iterable<MessageRow>;
}

export class ReplayStore {
  /** Where the rows are kept; `undefined` for a temporary database. */
  readonly path: string | undefined;
  private db: DatabaseSync;
  private store: IndexedStore;
  private isKept: boolean;

  /**
   * @param path a database of the auditor's own, made when it is not there, in which the rows stay; by default they are gone
   *   with the store
   * @throws LiaisonError FILE_INVALID when it is damaged or no such database; DATA_LOCKED while another audit uses it;
   *   FILE_UNREADABLE
   */
  constructor(path?: string) {
    this.path = path;
    this.isKept = path !== undefined;
    this.db = path === undefined ? temporary() : kept(path);
    try {
      this.store = new IndexedStore(this.db);
      this.db.exec('BEGIN');
    } catch (error) {
      this.db.close();
      throw named(path ?? 'The temporary database', error);
    }
  }

  get rows(): ReplayRows {
    return this.store;
  }

  /**
   * What {@link save} was given last, in this run or an earlier one.
   * @throws LiaisonError FILE_INVALID when text or rows are not what was saved
   */
  saved(): string | undefined {
    if (this.path === undefined || !this.isKept) return undefined;
    let isSame: boolean;
    let text: string;
    try {
      const row = this.db.prepare('SELECT text, textDigest, rowsDigest FROM saved').get();
      if (!row) return undefined;
      text = String(row['text']);
      isSame = digestOf(text) === row['textDigest'] && toHex(stateDigest(this.rows)) === row['rowsDigest'];
    } catch (error) {
      throw named(this.path, error);
    }
    if (isSame) return text;
    throw new LiaisonError('FILE_INVALID', `${this.path} is damaged. Delete it to verify from the beginning.`);
  }

  /** Keeps all rows as they are, and this text with them, at once: durable when it returns. Nothing for a temporary database. */
  save(text: string): void {
    if (!this.isKept) return;
    this.store.flush();
    this.db.exec('DELETE FROM saved');
    const insert = this.db.prepare('INSERT INTO saved (text, textDigest, rowsDigest) VALUES (?, ?, ?)');
    insert.run(text, digestOf(text), toHex(stateDigest(this.rows)));
    this.db.exec('COMMIT; BEGIN');
    this.store.settle();
  }

  /** Moves what has collected in memory into the tables. */
  settle(): void {
    this.store.flush();
    if (!this.isKept) this.db.exec('COMMIT; BEGIN');
    this.store.settle();
  }

  /** Goes on with no rows, in a temporary database; what was saved stays as it is. */
  abandon(): void {
    this.close();
    this.isKept = false;
    this.db = temporary();
    this.store = new IndexedStore(this.db);
    this.db.exec('BEGIN');
  }

  close(): void {
    this.db.close();
  }
}

/** As much of a database as is held in memory. */
const CACHE = 'PRAGMA cache_size = -16384';

function temporary(): DatabaseSync {
  // An empty name is a temporary database of this connection's own (https://sqlite.org/inmemorydb.html).
  const db = new DatabaseSync('');
  db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${CACHE}`);
  createTables(db);
  return db;
}

function kept(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${CACHE}`);
    const isNew = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] === 0;
    if (isNew) {
      db.exec('BEGIN');
      createTables(db);
      db.exec('CREATE TABLE saved (text TEXT NOT NULL, textDigest TEXT NOT NULL, rowsDigest TEXT NOT NULL); COMMIT');
    }
    const check = Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0];
    if (check !== 'ok') throw new LiaisonError('FILE_INVALID', `${path} is damaged: ${String(check)}.`);
    db.prepare('SELECT text FROM saved');
    return db;
  } catch (error) {
    db?.close();
    throw named(path, error);
  }
}

function named(path: string, error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  const text = error instanceof Error ? error.message : String(error);
  if ((code & 0xff) === 5) return new LiaisonError('DATA_LOCKED', `Another audit uses ${path}.`, { cause: error });
  if ([1, 11, 26].includes(code & 0xff)) {
    const what = `${path} is damaged or not the state of an audit: ${text}. Delete it to verify from the beginning.`;
    return new LiaisonError('FILE_INVALID', what, { cause: error });
  }
  return new LiaisonError('FILE_UNREADABLE', `${path}: ${text}.`, { cause: error });
}

const digestOf = (text: string): string => toHex(sha256(utf8(text)));

function createTables(db: DatabaseSync): void {
  SqliteStore.createTables(db);
  // For questions that only a gateway has.
  for (const [table, { partial }] of Object.entries(TABLES)) {
    for (const index of Object.keys(partial ?? {})) db.exec(`DROP INDEX "${table}_${index}"`);
  }
}

/** Asks the database for message ids only when they may be there: nearly every message has a new one. */
class IndexedStore extends SqliteStore implements ReplayRows {
  private readonly ids = new IdFilter();
  private readonly database: DatabaseSync;

  constructor(db: DatabaseSync) {
    super(db);
    this.database = db;
    for (const { messageId } of db.prepare('SELECT messageId FROM messages').iterate())
      this.ids.add(messageId as Uint8Array);
  }

  override messagesById(messageId: Uint8Array): MessageRow[] {
    return this.ids.mayHave(messageId) ? super.messagesById(messageId) : [];
  }

  override write(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'put' && change.table === 'messages') this.ids.add(change.row.messageId);
    }
    super.write(changes);
  }

  messagesOutstanding(): Iterable<MessageRow> {
    return this.messages('outstanding > 0');
  }

  messagesOpenAt(untilMs: number): Iterable<MessageRow> {
    // Consent is asked by a message's type, which stands in its row of controls.
    return this.messages(
      `expiresAtMs <= ${untilMs} AND (outstanding > 0 OR entryIndex IN (SELECT entryIndex FROM controls))`,
    );
  }

  private *messages(where: string): Iterable<MessageRow> {
    this.flush();
    const query = this.database.prepare(`SELECT * FROM messages WHERE ${where} ORDER BY entryIndex`);
    for (const row of query.iterate()) yield row as unknown as MessageRow;
  }
}

const FILTER_BYTES = 8 * 1024 * 1024;
const FILTER_BITS = FILTER_BYTES * 8;
const PROBES = 4;

/** A Bloom filter over message ids, whose last eight bytes are random. Useful for some ten million; never wrong about "no". */
class IdFilter {
  private readonly bits = new Uint8Array(FILTER_BYTES);

  add(id: Uint8Array): void {
    for (let i = 0; i < PROBES; i++) {
      const bit = bitOf(id, i);
      this.bits[bit >>> 3] = (this.bits[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }

  mayHave(id: Uint8Array): boolean {
    for (let i = 0; i < PROBES; i++) {
      const bit = bitOf(id, i);
      if (((this.bits[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}

/** Double hashing over the two random words. */
function bitOf(id: Uint8Array, probe: number): number {
  const word = (at: number): number =>
    ((id[at] as number) << 24) |
    ((id[at + 1] as number) << 16) |
    ((id[at + 2] as number) << 8) |
    (id[at + 3] as number);
  return ((word(8) + Math.imul(probe, word(12) | 1)) >>> 0) % FILTER_BITS;
}
