/** How decide and apply see the state, and what apply asks a store to change. */
import type { DeadlineRow } from './rows-2.ts';
import type { MessageRow, RowScanner, TableName, Tables, Value } from './rows.ts';

/** A place in the order of expiry. */
export type ExpiryCursor = Pick<MessageRow, 'expiresAtMs' | 'entryIndex'>;

/** Before all messages. */
export const FIRST_EXPIRY: ExpiryCursor = { expiresAtMs: -1, entryIndex: -1 };

/** Read access: all that decide and apply may use. */
export interface State extends RowScanner {
  get<T extends TableName>(table: T, ...key: Value[]): Tables[T] | undefined;
  /** Messages with this id, of any sender. */
  messagesById(messageId: Uint8Array): MessageRow[];
  /**
   * Messages whose expiry is at or before `untilMs`, in the order of expiry and entry index, behind the one named by
   * `after`, at most `limit`.
   */
  messagesExpiring(after: ExpiryCursor, untilMs: number, limit: number): MessageRow[];
  /** Rows of a table with two key columns whose first is this, in the order of the second. */
  within<T extends TableName>(table: T, first: Value): Tables[T][];
  /** Deadlines of which a stage is due at or before `untilMs`, earliest first, at most `limit`. */
  deadlinesDue(untilMs: number, limit: number): DeadlineRow[];
  /** The mailbox that has this small number. */
  mailboxOfId(id: number): string | undefined;
}

export type Change =
  | { [T in TableName]: { kind: 'put'; table: T; row: Tables[T] } }[TableName]
  | { [T in TableName]: { kind: 'delete'; table: T; key: Value[] } }[TableName]
  /** The content of the message accepted at this index is no longer needed. */
  | { kind: 'erase-content'; index: number }
  /** No message refers to this ciphertext any more. */
  | { kind: 'erase-blob'; digest: Uint8Array };

/** A place where rows live. `write` is visible to reads at once; when it is durable is the engine's business. */
export interface RowStore extends State {
  write(changes: readonly Change[]): void;
}

/** `put` with the row's type checked against its table. */
export const put = <T extends TableName>(table: T, row: Tables[T]): Change =>
  ({ kind: 'put', table, row }) as unknown as Change;
