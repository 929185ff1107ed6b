/**
 * Rows in SQLite. Writes collect in an overlay, so a row that changes ten times in a batch is written once; `flush`
 * writes them within the transaction that the engine has open, `discard` forgets them. Small tables are held in memory
 * as well: there is one writer, and it is this object.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  keyOf,
  keyText,
  TABLE_NAMES,
  TABLES,
  type MailboxRow,
  type MessageRow,
  type TableName,
  type Tables,
  type Value,
} from '../rows.ts';
import type { Change, ExpiryCursor, RowStore } from '../state.ts';

interface Statements {
  readonly get: StatementSync;
  readonly put: StatementSync;
  /** For a row of which every searched column stays as it is: SQLite rewrites the indexes of all columns that are set. */
  readonly putUnindexed: StatementSync;
  readonly remove: StatementSync;
  readonly columns: readonly string[];
}

type Pending =
  { readonly table: TableName; readonly row: unknown } | { readonly table: TableName; readonly key: Value[] };

/** Rows of the large tables that are kept in memory: what was just written is what is asked for next. */
const RECENT_ROWS = 8192;

export class SqliteStore implements RowStore {
  private readonly db: DatabaseSync;
  private readonly statements: ReadonlyMap<TableName, Statements>;
  private readonly byId: StatementSync;
  private readonly expiring: StatementSync;
  private readonly byMailboxId: StatementSync;
  private readonly mailboxNames = new Map<number, string>();
  private readonly cache = new Map<string, unknown>();
  /** Rows of large tables, oldest first. */
  private readonly recent = new Map<string, unknown>();
  private overlay = new Map<string, Pending>();
  private overlayIds = new Map<string, string[]>();

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
    this.statements = new Map(TABLE_NAMES.map((name) => [name, prepare(db, name)]));
    this.byId = db.prepare('SELECT * FROM messages WHERE messageId = ?');
    this.byMailboxId = db.prepare('SELECT mailbox FROM mailboxes WHERE id = ?');
    this.expiring = db.prepare(
      'SELECT * FROM messages WHERE (expiresAtMs, entryIndex) > (?, ?) AND expiresAtMs <= ? ORDER BY expiresAtMs, entryIndex LIMIT ?',
    );
  }

  get<T extends TableName>(table: T, ...key: Value[]): Tables[T] | undefined {
    const name = `${table}\0${keyText(key)}`;
    const pending = this.overlay.get(name);
    if (pending) return 'row' in pending ? (pending.row as Tables[T]) : undefined;
    const cached = TABLES[table].small ? this.cache.get(name) : this.recent.get(name);
    if (cached) return cached as Tables[T];
    const row = this.of(table).get.get(...(key as SQLInputValue[])) as Tables[T] | undefined;
    if (row && TABLES[table].small) this.cache.set(name, row);
    return row;
  }

  messagesById(messageId: Uint8Array): MessageRow[] {
    const stored = this.byId.all(messageId) as unknown as MessageRow[];
    const found = new Map<number, MessageRow>();
    for (const row of stored) {
      const current = this.get('messages', row.entryIndex);
      if (current) found.set(row.entryIndex, current);
    }
    for (const name of this.overlayIds.get(keyText([messageId])) ?? []) {
      const pending = this.overlay.get(name);
      if (pending && 'row' in pending) found.set((pending.row as MessageRow).entryIndex, pending.row as MessageRow);
    }
    return [...found.values()];
  }

  messagesExpiring(after: ExpiryCursor, untilMs: number, limit: number): MessageRow[] {
    this.flush();
    return this.expiring.all(after.expiresAtMs, after.entryIndex, untilMs, limit) as unknown as MessageRow[];
  }

  mailboxOfId(id: number): string | undefined {
    const known = this.mailboxNames.get(id);
    if (known !== undefined) return known;
    for (const pending of this.overlay.values()) {
      if (pending.table === 'mailboxes' && 'row' in pending && (pending.row as MailboxRow).id === id) {
        return (pending.row as MailboxRow).mailbox;
      }
    }
    const row = this.byMailboxId.get(id) as { mailbox: string } | undefined;
    if (row) this.mailboxNames.set(id, row.mailbox);
    return row?.mailbox;
  }

  write(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'put') {
        const name = `${change.table}\0${keyText(keyOf(change.table, change.row))}`;
        if (change.table === 'messages' && !this.overlay.has(name)) this.noteId(change.row.messageId, name);
        this.overlay.set(name, { table: change.table, row: change.row });
      } else if (change.kind === 'delete') {
        this.overlay.set(`${change.table}\0${keyText(change.key)}`, { table: change.table, key: change.key });
      }
    }
  }

  /** Writes what has collected. The caller holds the transaction and calls `settle` after its commit, else `discard`. */
  flush(): void {
    for (const [name, pending] of this.overlay) {
      const { put, putUnindexed, remove, columns } = this.of(pending.table);
      if ('row' in pending) {
        const row = pending.row as Record<string, SQLInputValue>;
        const before = this.recent.get(name) as Record<string, SQLInputValue> | undefined;
        const same = before && TABLES[pending.table].indexed?.every((column) => before[column] === row[column]);
        (same ? putUnindexed : put).run(...columns.map((column) => row[column] as SQLInputValue));
      } else {
        remove.run(...(pending.key as SQLInputValue[]));
      }
    }
  }

  /** The flushed rows are committed. */
  settle(): void {
    for (const [name, pending] of this.overlay) {
      const kept = TABLES[pending.table].small ? this.cache : this.recent;
      if ('row' in pending) kept.set(name, pending.row);
      else kept.delete(name);
    }
    for (const oldest of this.recent.keys()) {
      if (this.recent.size <= RECENT_ROWS) break;
      this.recent.delete(oldest);
    }
    this.discard();
  }

  /** Forgets what has collected: the transaction was rolled back. */
  discard(): void {
    this.overlay = new Map();
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

  private of(table: TableName): Statements {
    return this.statements.get(table) as Statements;
  }

  private noteId(messageId: Uint8Array, name: string): void {
    const key = keyText([messageId]);
    const names = this.overlayIds.get(key);
    if (names) names.push(name);
    else this.overlayIds.set(key, [name]);
  }
}

function prepare(db: DatabaseSync, table: TableName): Statements {
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
      `INSERT INTO "${table}" (${quoted(columns)}) VALUES (${marks}) ON CONFLICT (${quoted(key)}) DO UPDATE SET ${update}`,
    );
  };
  return {
    get: db.prepare(`SELECT * FROM "${table}" WHERE ${where}`),
    put: upsert(rest),
    putUnindexed: upsert(rest.filter((column) => !indexed.includes(column))),
    remove: db.prepare(`DELETE FROM "${table}" WHERE ${where}`),
    columns,
  };
}
