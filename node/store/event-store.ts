/** What this node has said of messages that it has got. Writing must run within `NodeDatabase.write`. */
import type { Mailbox } from '../../protocol/ids.ts';
import type { NodeDatabase } from './database.ts';

/** Each axis is stated once. */
export type EventAxis = 'access' | 'consent';
const AXES: readonly EventAxis[] = ['access', 'consent'];

export interface OpenEvent {
  readonly seq: number;
  readonly statement: Uint8Array;
}

export class EventStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** What was said first stands. */
  add(mailbox: Mailbox, number: number, axis: EventAxis, statement: Uint8Array): void {
    this.statements.add.run(mailbox, number, AXES.indexOf(axis) + 1, statement);
  }

  /** What the gateway has not answered. */
  open(limit: number): OpenEvent[] {
    return this.statements.open.all(limit) as unknown as OpenEvent[];
  }

  /** @param code 0 when it is in the log at `index` */
  close(seq: number, index: number, code: number): void {
    this.statements.close.run(code === 0 ? index : null, code, seq);
  }
}

function prepare(db: NodeDatabase) {
  return {
    add: db.prepare(
      `INSERT OR IGNORE INTO recipient_events (mailbox, number, axis, statement, open, code) VALUES (?, ?, ?, ?, 1, 0)`,
    ),
    open: db.prepare('SELECT seq, statement FROM recipient_events WHERE open = 1 ORDER BY seq LIMIT ?'),
    close: db.prepare('UPDATE recipient_events SET open = 0, log_index = ?, code = ? WHERE seq = ?'),
  };
}
