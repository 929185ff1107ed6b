/** Rows in maps: for tests and for replays of small logs. Not durable. */
import {
  compareKeys,
  keyOf,
  mapKey,
  TABLE_NAMES,
  type MapKey,
  type MessageRow,
  type TableName,
  type Tables,
  type Value,
} from '../rows.ts';
import type { DeadlineRow } from '../rows-2.ts';
import type { Change, ExpiryCursor, RowStore } from '../state.ts';

export class MemoryStore implements RowStore {
  private readonly tables = new Map<TableName, Map<MapKey, unknown>>(TABLE_NAMES.map((name) => [name, new Map()]));

  get<T extends TableName>(table: T, ...key: Value[]): Tables[T] | undefined {
    return this.rows(table).get(mapKey(key));
  }

  messagesById(messageId: Uint8Array): MessageRow[] {
    return [...this.rows('messages').values()].filter((row) => Buffer.compare(row.messageId, messageId) === 0);
  }

  messagesExpiring(after: ExpiryCursor, untilMs: number, limit: number): MessageRow[] {
    return [...this.rows('messages').values()]
      .filter((row) => byExpiry(after, row) < 0 && row.expiresAtMs <= untilMs)
      .sort(byExpiry)
      .slice(0, limit);
  }

  within<T extends TableName>(table: T, first: Value): Tables[T][] {
    return this.scan(table).filter((row) => compareKeys([keyOf(table, row)[0] as Value], [first]) === 0);
  }

  deadlinesDue(untilMs: number, limit: number): DeadlineRow[] {
    return this.scan('deadlines')
      .filter(({ nextAtMs }) => nextAtMs > 0 && nextAtMs <= untilMs)
      .sort((a, b) => a.nextAtMs - b.nextAtMs)
      .slice(0, limit);
  }

  mailboxOfId(id: number): string | undefined {
    for (const row of this.rows('mailboxes').values()) if (row.id === id) return row.mailbox;
    return undefined;
  }

  write(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'put') this.rows(change.table).set(mapKey(keyOf(change.table, change.row)), change.row);
      else if (change.kind === 'delete') this.rows(change.table).delete(mapKey(change.key));
    }
  }

  scan<T extends TableName>(table: T): Tables[T][] {
    return [...this.rows(table).values()].sort((a, b) => compareKeys(keyOf(table, a), keyOf(table, b)));
  }

  private rows<T extends TableName>(table: T): Map<MapKey, Tables[T]> {
    return this.tables.get(table) as Map<MapKey, Tables[T]>;
  }
}

const byExpiry = (a: ExpiryCursor, b: ExpiryCursor): number =>
  a.expiresAtMs - b.expiresAtMs || a.entryIndex - b.entryIndex;
