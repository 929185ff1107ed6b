/**
 * Rows for a replay, in a temporary database that SQLite keeps on disk as it grows and removes when it is closed, so memory
 * does not grow with the log.
 */
import { DatabaseSync } from 'node:sqlite';
import { type MessageRow, TABLES } from '../ledger/rows.ts';
import type { Change, RowStore } from '../ledger/state.ts';
import { SqliteStore } from '../ledger/store/sqlite.ts';

/** Rows of a replay, and what an audit asks of them at its end: both in the order of the log, read as they are asked for. */
export interface ReplayRows extends RowStore {
  /** Messages of which deliveries are outstanding. */
  messagesOutstanding(): Iterable<MessageRow>;
  /** Messages that have expired by then, and of which deliveries are outstanding or consent was asked. */
  messagesOpenAt(untilMs: number): Iterable<MessageRow>;
}

export class ReplayStore {
  readonly rows: ReplayRows;
  private readonly db: DatabaseSync;
  private readonly store: IndexedStore;

  constructor() {
    // An empty name is a temporary database of this connection's own (https://sqlite.org/inmemorydb.html).
    this.db = new DatabaseSync('');
    this.db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536');
    SqliteStore.createTables(this.db);
    for (const [table, { partial }] of Object.entries(TABLES)) {
      for (const index of Object.keys(partial ?? {})) this.db.exec(`DROP INDEX "${table}_${index}"`);
    }
    this.store = new IndexedStore(this.db);
    this.rows = this.store;
    this.db.exec('BEGIN');
  }

  /** Moves what has collected in memory into the tables. */
  settle(): void {
    this.store.flush();
    this.db.exec('COMMIT; BEGIN');
    this.store.settle();
  }

  close(): void {
    this.db.close();
  }
}

/** Asks the database for message ids only when they may be there: nearly every message has a new one. */
class IndexedStore extends SqliteStore implements ReplayRows {
  private readonly ids = new IdFilter();
  private readonly database: DatabaseSync;

  constructor(db: DatabaseSync) {
    super(db);
    this.database = db;
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
