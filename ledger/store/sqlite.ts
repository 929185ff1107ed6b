/**
 * Rows in SQLite. Writes collect in an overlay, so a row that changes ten times in a batch is written once; `flush`
 * writes them within the transaction that the engine has open, `discard` forgets them. Small tables are held in memory
 * as well: there is one writer, and it is this object.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  keyOf,
  mapKey,
  TABLE_NAMES,
  TABLES,
  type MailboxRow,
  type MapKey,
  type MessageRow,
  type TableName,
  type Tables,
  type Value,
} from '../rows.ts';
import type { DeadlineRow } from '../rows-2.ts';
import type { Change, ExpiryCursor, RowStore } from '../state.ts';

/** One table: its statements, what has collected since the last commit, and the rows that are held in memory. */
interface Shelf {
  readonly table: TableName;
  readonly get: StatementSync;
  readonly put: StatementSync;
  /** For a row of which every searched column stays as it is: SQLite rewrites the indexes of all columns that are set. */
  readonly putUnindexed: StatementSync;
  readonly remove: StatementSync;
  /** Rows with one first column of the key. */
  readonly within: StatementSync;
  readonly columns: readonly string[];
  /** Rows to be written; undefined for one to be deleted. */
  readonly overlay: Map<MapKey, { key: Value[]; row: unknown }>;
  /** What of the overlay the open transaction does not hold yet. */
  readonly unwritten: Set<MapKey>;
  /** All rows that were read or written of a small table; of a large one the newest, oldest first. */
  readonly kept: Map<MapKey, unknown>;
}

/** Rows of the large tables that are kept in memory: what was just written is what is asked for next. */
const RECENT_ROWS = 4096;
const PAGE_ROWS = 500;

export class SqliteStore implements RowStore {
  private readonly db: DatabaseSync;
  private readonly shelves: Readonly<Record<TableName, Shelf>>;
  private readonly byId: StatementSync;
  private readonly expiring: StatementSync;
  private readonly dueDeadlines: StatementSync;
  private readonly byMailboxId: StatementSync;
  private readonly mailboxNames = new Map<number, string>();
  /** Rows of the open transaction have been written: the committed ones no longer tell what its indexes hold. */
  private hasFlushed = false;
  /** Messages of the overlay by id. */
  private overlayIds = new Map<MapKey, number[]>();

  /** Creates the tables where they are missing. */
  static createTables(db: DatabaseSync): void {
    for (const name of TABLE_NAMES) {
      const { columns, keyColumns, indexed, partial } = TABLES[name];
      const list = Object.entries(columns).map(([column, type]) => `"${column}" ${type} NOT NULL`);
      const key = Object.keys(columns).slice(0, keyColumns);
      const rowid = keyColumns === 1 && Object.values(columns)[0] === 'INTEGER';
      const quoted = key.map((column) => `"${column}"`).join(', ');
      db.exec(
        `CREATE TABLE IF NOT EXISTS "${name}" (${list.join(', ')}, PRIMARY KEY (${quoted}))${rowid ? '' : ' WITHOUT ROWID'}`,
      );
      for (const column of indexed ?? []) {
        db.exec(`CREATE INDEX IF NOT EXISTS "${name}_${column}" ON "${name}" ("${column}")`);
      }
      for (const [index, condition] of Object.entries(partial ?? {})) {
        db.exec(`CREATE INDEX IF NOT EXISTS "${name}_${index}" ON "${name}" (${quoted}) WHERE ${condition}`);
      }
    }
  }

  constructor(db: DatabaseSync) {
    this.db = db;
    this.shelves = Object.fromEntries(TABLE_NAMES.map((name) => [name, shelf(db, name)])) as Record<TableName, Shelf>;
    this.byId = db.prepare('SELECT * FROM messages WHERE messageId = ?');
    this.dueDeadlines = db.prepare(
      'SELECT * FROM deadlines WHERE nextAtMs > 0 AND nextAtMs <= ? ORDER BY nextAtMs, requestIndex, mailboxId LIMIT ?',
    );
    this.byMailboxId = db.prepare('SELECT mailbox FROM mailboxes WHERE id = ?');
    this.expiring = db.prepare(
      'SELECT * FROM messages WHERE (expiresAtMs, entryIndex) > (?, ?) AND expiresAtMs <= ? ORDER BY expiresAtMs, entryIndex LIMIT ?',
    );
    for (const name of TABLE_NAMES.filter((table) => TABLES[table].resident)) {
      for (const row of this.scan(name)) this.shelves[name].kept.set(mapKey(keyOf(name, row)), row);
    }
    this.hasFlushed = false;
  }

  get<T extends TableName>(table: T, ...key: Value[]): Tables[T] | undefined {
    const { overlay, kept, get } = this.shelves[table];
    const name = mapKey(key);
    const pending = overlay.get(name);
    if (pending) return pending.row as Tables[T] | undefined;
    const known = kept.get(name);
    if (known || TABLES[table].resident) return known as Tables[T] | undefined;
    const row = get.get(...(key as SQLInputValue[])) as Tables[T] | undefined;
    if (row && TABLES[table].small) kept.set(name, row);
    return row;
  }

  messagesById(messageId: Uint8Array): MessageRow[] {
    const stored = this.byId.all(messageId) as unknown as MessageRow[];
    const pending = this.overlayIds.get(mapKey([messageId])) ?? [];
    const indices = new Set([...stored.map((row) => row.entryIndex), ...pending]);
    return [...indices].flatMap((index) => this.get('messages', index) ?? []);
  }

  messagesExpiring(after: ExpiryCursor, untilMs: number, limit: number): MessageRow[] {
    this.flush();
    return this.expiring.all(after.expiresAtMs, after.entryIndex, untilMs, limit) as unknown as MessageRow[];
  }

  within<T extends TableName>(table: T, first: Value): Tables[T][] {
    this.flush();
    const { within } = this.shelves[table];
    return within.all(first as SQLInputValue) as unknown as Tables[T][];
  }

  deadlinesDue(untilMs: number, limit: number): DeadlineRow[] {
    this.flush();
    return this.dueDeadlines.all(untilMs, limit) as unknown as DeadlineRow[];
  }

  mailboxOfId(id: number): string | undefined {
    const known = this.mailboxNames.get(id);
    if (known !== undefined) return known;
    for (const { row } of this.shelves.mailboxes.overlay.values()) {
      const pending = row as MailboxRow | undefined;
      if (pending?.id === id) return pending.mailbox;
    }
    const row = this.byMailboxId.get(id) as { mailbox: string } | undefined;
    if (row) this.mailboxNames.set(id, row.mailbox);
    return row?.mailbox;
  }

  write(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'put') {
        const key = keyOf(change.table, change.row);
        const name = mapKey(key);
        const { overlay, unwritten } = this.shelves[change.table];
        if (change.table === 'messages' && !overlay.has(name)) this.noteId(change.row);
        overlay.set(name, { key, row: change.row });
        unwritten.add(name);
      } else if (change.kind === 'delete') {
        const { overlay, unwritten } = this.shelves[change.table];
        const name = mapKey(change.key);
        overlay.set(name, { key: change.key, row: undefined });
        unwritten.add(name);
      }
    }
  }

  /** Writes what has collected. The caller holds the transaction and calls `settle` after its commit, else `discard`. */
  flush(): void {
    for (const shelf of this.eachShelf()) {
      const { put, putUnindexed, remove, columns, kept, table } = shelf;
      for (const name of shelf.unwritten) {
        const pending = shelf.overlay.get(name) as { key: Value[]; row: unknown };
        const row = pending.row as Record<string, SQLInputValue> | undefined;
        if (row) {
          const before = this.hasFlushed ? undefined : (kept.get(name) as typeof row | undefined);
          const same = before && TABLES[table].indexed?.every((column) => before[column] === row[column]);
          (same ? putUnindexed : put).run(...columns.map((column) => row[column] as SQLInputValue));
        } else {
          remove.run(...(pending.key as SQLInputValue[]));
        }
      }
      shelf.unwritten.clear();
    }
    this.hasFlushed = true;
  }

  /** The flushed rows are committed. */
  settle(): void {
    for (const { table, overlay, kept } of this.eachShelf()) {
      for (const [name, { row }] of overlay) {
        if (row) kept.set(name, row);
        else kept.delete(name);
      }
      if (TABLES[table].small || kept.size <= RECENT_ROWS) continue;
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        if (kept.size <= RECENT_ROWS) break;
      }
    }
    this.discard();
  }

  /** Forgets what has collected: the transaction was rolled back. */
  discard(): void {
    for (const { overlay, unwritten } of this.eachShelf()) {
      overlay.clear();
      unwritten.clear();
    }
    this.hasFlushed = false;
    this.overlayIds = new Map();
  }

  *scan<T extends TableName>(table: T): Iterable<Tables[T]> {
    this.flush();
    const key = Object.keys(TABLES[table].columns).slice(0, TABLES[table].keyColumns);
    const order = key.map((column) => `"${column}"`).join(', ');
    for (const row of this.db.prepare(`SELECT * FROM "${table}" ORDER BY ${order}`).iterate()) {
      yield row as unknown as Tables[T];
    }
  }

  /** In pages, which take half as long as one row after the other. The rows must not be written meanwhile. */
  *scanValues(table: TableName): Iterable<readonly Value[]> {
    this.flush();
    const { keyColumns, columns } = TABLES[table];
    const names = Object.keys(columns).map((column) => `"${column}"`);
    const key = names.slice(0, keyColumns).join(', ');
    const marks = names
      .slice(0, keyColumns)
      .map(() => '?')
      .join(', ');
    const page = (where: string): StatementSync => {
      const query = `SELECT ${names.join(', ')} FROM "${table}" ${where} ORDER BY ${key} LIMIT ${PAGE_ROWS}`;
      const statement = this.db.prepare(query);
      statement.setReturnArrays(true);
      return statement;
    };
    const next = page(`WHERE (${key}) > (${marks})`);
    let rows = page('').all() as unknown as Value[][];
    yield* rows;
    while (rows.length === PAGE_ROWS) {
      const last = rows.at(-1) as Value[];
      rows = next.all(...(last.slice(0, keyColumns) as SQLInputValue[])) as unknown as Value[][];
      yield* rows;
    }
  }

  private eachShelf(): Shelf[] {
    return Object.values(this.shelves);
  }

  private noteId({ messageId, entryIndex }: MessageRow): void {
    const key = mapKey([messageId]);
    const indices = this.overlayIds.get(key);
    if (indices) indices.push(entryIndex);
    else this.overlayIds.set(key, [entryIndex]);
  }
}

function shelf(db: DatabaseSync, table: TableName): Shelf {
  const columns = Object.keys(TABLES[table].columns);
  const key = columns.slice(0, TABLES[table].keyColumns);
  const rest = columns.slice(TABLES[table].keyColumns);
  const where = key.map((column) => `"${column}" = ?`).join(' AND ');
  const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
  const { indexed = [] } = TABLES[table];
  const marks = columns.map(() => '?').join(', ');
  const upsert = (changed: readonly string[]): StatementSync => {
    const update = changed.map((column) => `"${column}" = excluded."${column}"`).join(', ');
    return db.prepare(
      `INSERT INTO "${table}" (${quoted(columns)}) VALUES (${marks}) ON CONFLICT (${quoted(key)}) DO ${update === '' ? 'NOTHING' : `UPDATE SET ${update}`}`,
    );
  };
  return {
    table,
    get: db.prepare(`SELECT * FROM "${table}" WHERE ${where}`),
    put: upsert(rest),
    putUnindexed: upsert(rest.filter((column) => !indexed.includes(column))),
    remove: db.prepare(`DELETE FROM "${table}" WHERE ${where}`),
    within: db.prepare(`SELECT * FROM "${table}" WHERE "${key[0] ?? ''}" = ? ORDER BY ${quoted(key)}`),
    columns,
    overlay: new Map(),
    unwritten: new Set(),
    kept: new Map(),
  };
}
