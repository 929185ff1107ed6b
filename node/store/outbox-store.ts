/** Rows of the outbox. What changes them must run within `NodeDatabase.write`. */
import type { OutboxState } from '../types.ts';
import type { NodeDatabase } from './database.ts';

const STATES: readonly OutboxState[] = ['composed', 'sealed', 'accepted', 'refused'];

export interface OutboxRow {
  readonly seq: number;
  readonly id: Uint8Array;
  readonly burst: number | undefined;
  readonly routing: Uint8Array;
  readonly body: Uint8Array;
  readonly headerDigest: Uint8Array | undefined;
  readonly state: OutboxState;
  readonly expiresMs: number;
  readonly attempts: number;
  readonly reseals: number;
  readonly code: number | undefined;
  readonly text: string | undefined;
}

export interface NewMessage {
  readonly id: Uint8Array;
  readonly routing: Uint8Array;
  readonly body: Uint8Array;
  readonly recipients: number;
  readonly expiresMs: number;
}

export interface SealedRow {
  readonly seq: number;
  readonly routing: Uint8Array;
  readonly headerDigest: Uint8Array;
  readonly envelope: Uint8Array;
  /** The random bytes before the body. */
  readonly blind: Uint8Array;
}

/** Why a message waits or was refused. */
export interface Obstacle {
  readonly code: number;
  readonly text: string;
}

const COLUMNS = 'seq, id, burst, routing, body, header_digest, state, expires_ms, attempts, reseals, code, text';

export class OutboxStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** Adds composed messages; those of one call are sealed under one signature. */
  add(messages: readonly NewMessage[]): void {
    const burst = Number(this.statements.nextBurst.get()?.['burst']);
    for (const { id, routing, body, recipients, expiresMs } of messages) {
      this.statements.add.run(id, burst, routing, body, recipients, expiresMs);
    }
  }

  find(id: Uint8Array): OutboxRow | undefined {
    const row = this.statements.find.get(id);
    return row && rowOf(row);
  }

  /** The newest first, before `beforeSeq`. */
  page(beforeSeq: number, limit: number): OutboxRow[] {
    return this.statements.page.all(beforeSeq, limit).map(rowOf);
  }

  /**
   * What may be sealed now, in order: at most `limit` messages and, unless one burst is larger, about `bytesMax` of
   * bodies. A burst that `limit` cuts is left for later, unless it is alone: its messages share one signature.
   */
  composed(nowMs: number, limit: number, bytesMax: number): OutboxRow[] {
    const rows: OutboxRow[] = [];
    let bytes = 0;
    for (const found of this.statements.composed.iterate(nowMs)) {
      const row = rowOf(found);
      const last = rows.at(-1)?.burst;
      if (rows.length === limit)
        return rows[0]?.burst === row.burst ? rows : rows.filter(({ burst }) => burst !== row.burst);
      if (bytes > bytesMax && row.burst !== last) break;
      bytes += row.body.length;
      rows.push(row);
    }
    return rows;
  }

  /** What may be submitted now, in order, without the bytes. Messages whose attachments are not at the gateway wait. */
  sealed(nowMs: number, limit: number): { seq: number; bytes: number }[] {
    return this.statements.sealed.all(nowMs, limit) as unknown as { seq: number; bytes: number }[];
  }

  envelope(seq: number): { row: OutboxRow; envelope: Uint8Array } | undefined {
    const row = this.statements.envelope.get(seq);
    return row && { row: rowOf(row), envelope: row['envelope'] as Uint8Array };
  }

  /** The next time after `nowMs` that something waits for. */
  nextDueMs(nowMs: number): number | undefined {
    const due = this.statements.nextDue.get(nowMs)?.['due'];
    return typeof due === 'number' ? due : undefined;
  }

  setSealed({ seq, routing, headerDigest, envelope, blind }: SealedRow): void {
    this.statements.setSealed.run(routing, headerDigest, envelope, seq);
    this.statements.setBlind.run(seq, blind);
  }

  /** The random bytes before the body; absent before it is sealed, after it is erased, and in files of earlier versions. */
  blind(seq: number): Uint8Array | undefined {
    return this.statements.blind.get(seq)?.['blind'] as Uint8Array | undefined;
  }

  /** Back to what was composed, to be sealed again. */
  unseal(seq: number, obstacle: Obstacle, dueMs: number): void {
    this.statements.unseal.run(obstacle.code, obstacle.text, dueMs, seq);
  }

  /** Not before `dueMs`, because of this. */
  defer(seq: number, obstacle: Obstacle, dueMs: number): void {
    this.statements.defer.run(obstacle.code, obstacle.text, dueMs, seq);
  }

  setAccepted(id: Uint8Array): void {
    this.statements.setAccepted.run(id);
  }

  setRefused(seq: number, obstacle: Obstacle): void {
    this.statements.setRefused.run(obstacle.code, obstacle.text, seq);
  }

  /** @param count recipients without terminal evidence */
  setOpenRecipients(id: Uint8Array, count: number): void {
    this.statements.setOpen.run(count, id);
  }

  /** The plain copy goes; what was signed is in the log. */
  erase(id: Uint8Array): void {
    this.statements.eraseBlind.run(id);
    this.statements.erase.run(id);
  }

  /** Ids of accepted messages that lack terminal evidence, with where to go on. */
  lackingEvidence(afterSeq: number, expiredAfterMs: number, limit: number): { seq: number; id: Uint8Array }[] {
    return this.statements.lacking.all(afterSeq, expiredAfterMs, limit) as unknown as { seq: number; id: Uint8Array }[];
  }

  /** Accepted messages that everybody has and that have not expired, the newest first. */
  handedOver(nowMs: number, limit: number): OutboxRow[] {
    return this.statements.handedOver.all(nowMs, limit).map(rowOf);
  }
}

function prepare(db: NodeDatabase) {
  return {
    nextBurst: db.prepare('SELECT coalesce(max(seq), 0) + 1 AS burst FROM outbox'),
    add: db.prepare(
      `INSERT INTO outbox (id, burst, routing, body, open_recipients, expires_ms, state, due_ms, attempts, reseals)
       VALUES (?, ?, ?, ?, ?, ?, 1, 0, 0, 0)`,
    ),
    find: db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE id = ?`),
    page: db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE seq < ? ORDER BY seq DESC LIMIT ?`),
    composed: db.prepare(`SELECT ${COLUMNS} FROM outbox WHERE state = 1 AND due_ms <= ? ORDER BY seq`),
    sealed: db.prepare(
      `SELECT seq, length(envelope) AS bytes FROM outbox WHERE state = 2 AND due_ms <= ? AND NOT EXISTS
         (SELECT 1 FROM attachment_uploads WHERE message_id = outbox.id AND stored = 0) ORDER BY seq LIMIT ?`,
    ),
    envelope: db.prepare(`SELECT ${COLUMNS}, envelope FROM outbox WHERE seq = ? AND state = 2`),
    nextDue: db.prepare('SELECT min(due_ms) AS due FROM outbox WHERE state IN (1, 2) AND due_ms > ?'),
    setSealed: db.prepare(
      'UPDATE outbox SET state = 2, routing = ?, header_digest = ?, envelope = ?, code = NULL, text = NULL WHERE seq = ?',
    ),
    unseal: db.prepare(
      `UPDATE outbox SET state = 1, header_digest = NULL, envelope = NULL, reseals = reseals + 1, code = ?, text = ?,
         due_ms = ? WHERE seq = ? AND state = 2`,
    ),
    defer: db.prepare('UPDATE outbox SET attempts = attempts + 1, code = ?, text = ?, due_ms = ? WHERE seq = ?'),
    // The bytes are needed until the answer; afterwards the log holds the header and the recipients the content.
    setAccepted: db.prepare(
      'UPDATE outbox SET state = 3, envelope = NULL, code = NULL, text = NULL WHERE id = ? AND state = 2',
    ),
    setRefused: db.prepare('UPDATE outbox SET state = 4, envelope = NULL, code = ?, text = ? WHERE seq = ?'),
    setOpen: db.prepare('UPDATE outbox SET open_recipients = ? WHERE id = ?'),
    handedOver: db.prepare(
      `SELECT ${COLUMNS} FROM outbox WHERE state = 3 AND open_recipients = 0 AND expires_ms > ?
       ORDER BY seq DESC LIMIT ?`,
    ),
    setBlind: db.prepare('INSERT OR REPLACE INTO blinds (seq, blind) VALUES (?, ?)'),
    blind: db.prepare('SELECT blind FROM blinds WHERE seq = ?'),
    eraseBlind: db.prepare('DELETE FROM blinds WHERE seq IN (SELECT seq FROM outbox WHERE id = ?)'),
    erase: db.prepare("UPDATE outbox SET body = x'' WHERE id = ?"),
    lacking: db.prepare(
      `SELECT seq, id FROM outbox WHERE state = 3 AND open_recipients > 0 AND seq > ? AND expires_ms > ?
       ORDER BY seq LIMIT ?`,
    ),
  };
}

function rowOf(row: Record<string, unknown>): OutboxRow {
  return {
    seq: row['seq'] as number,
    id: row['id'] as Uint8Array,
    burst: (row['burst'] ?? undefined) as number | undefined,
    routing: row['routing'] as Uint8Array,
    body: row['body'] as Uint8Array,
    headerDigest: (row['header_digest'] ?? undefined) as Uint8Array | undefined,
    state: STATES[(row['state'] as number) - 1] as OutboxState,
    expiresMs: row['expires_ms'] as number,
    attempts: row['attempts'] as number,
    reseals: row['reseals'] as number,
    code: (row['code'] ?? undefined) as number | undefined,
    text: (row['text'] ?? undefined) as string | undefined,
  };
}
