/** Rows of the inbox and the cursors of the mailboxes. Writing must run within `NodeDatabase.write`. */
import type { Mailbox } from '../../protocol/ids.ts';
import type { InboxState } from '../types.ts';
import type { NodeDatabase } from './database.ts';

const STATES: readonly InboxState[] = ['held', 'new', 'done', 'failed', 'ended', 'fetching'];
const numberOf = (state: InboxState): number => STATES.indexOf(state) + 1;

export interface InboxRow {
  readonly seq: number;
  readonly mailbox: Mailbox;
  readonly number: number;
  readonly sender: Mailbox | undefined;
  readonly id: Uint8Array | undefined;
  readonly headerDigest: Uint8Array | undefined;
  readonly state: InboxState;
  /** Encoded envelope as received; absent when the delivery ended before it came. */
  readonly envelope: Uint8Array | undefined;
  readonly acceptedMs: number;
  readonly acceptedIndex: number;
  readonly receivedMs: number;
  readonly attempt: number;
  /** Error number, 0 for none. */
  readonly code: number;
}

export type NewDelivery = Omit<InboxRow, 'seq' | 'attempt'>;

export class InboxStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** @returns the new row's `seq` */
  add(row: NewDelivery): number {
    const { lastInsertRowid } = this.statements.add.run(
      row.mailbox,
      row.number,
      row.sender ?? null,
      row.id ?? null,
      row.headerDigest ?? null,
      numberOf(row.state),
      row.envelope ?? null,
      row.acceptedMs,
      row.acceptedIndex,
      row.receivedMs,
      row.code,
    );
    return Number(lastInsertRowid);
  }

  byNumber(mailbox: Mailbox, number: number): InboxRow | undefined {
    return optionalRow(this.statements.byNumber.get(mailbox, number));
  }

  bySender(mailbox: Mailbox, sender: Mailbox, id: Uint8Array): InboxRow | undefined {
    return optionalRow(this.statements.bySender.get(mailbox, sender, id));
  }

  /** All copies of a message in own mailboxes. */
  byId(id: Uint8Array): InboxRow[] {
    return this.statements.byId.all(id).map(rowOf);
  }

  /** Rows of a state after `afterSeq`, in order of arrival. */
  inState(state: InboxState, afterSeq: number, limit: number): InboxRow[] {
    return this.statements.inState.all(numberOf(state), afterSeq, limit).map(rowOf);
  }

  /** The first rows of a state, of one mailbox when it is named, without their contents. */
  seqsInState(state: InboxState, limit: number, mailbox?: Mailbox): number[] {
    return this.statements.seqs.all(numberOf(state), mailbox ?? null, limit).map((row) => row['seq'] as number);
  }

  row(seq: number): InboxRow | undefined {
    return optionalRow(this.statements.row.get(seq));
  }

  setState(seq: number, state: InboxState, code: number): void {
    this.statements.setState.run(numberOf(state), code, seq);
  }

  /** @returns the new attempt, or `undefined` when the message is not waiting any more */
  offer(seq: number): number | undefined {
    return this.statements.offer.get(seq)?.['attempt'] as number | undefined;
  }

  setDone(seq: number): void {
    this.statements.setDone.run(seq);
  }

  /** Only its labels stay; it is offered to nobody any more. */
  erase(seq: number): void {
    this.statements.erase.run(seq);
  }

  /** Every number below has reached this node; 1 at first. */
  nextNumber(mailbox: Mailbox): number {
    return (this.statements.cursor.get(mailbox)?.['next_number'] as number | undefined) ?? 1;
  }

  /** Moves the cursor over all numbers that are here without a gap. */
  advance(mailbox: Mailbox): void {
    const from = this.nextNumber(mailbox);
    let next = from;
    for (const row of this.statements.numbers.iterate(mailbox, from)) {
      if (row['number'] !== next) break;
      next++;
    }
    if (next > from) this.statements.setCursor.run(mailbox, next);
  }

  /** How many of the numbers from `from` up to, not including, `to` have never come. */
  countMissing(mailbox: Mailbox, from: number, to: number): number {
    return to - from - (this.statements.count.get(mailbox, from, to)?.['n'] as number);
  }
}

function prepare(db: NodeDatabase) {
  return {
    add: db.prepare(
      `INSERT INTO inbox (mailbox, number, sender, id, header_digest, state, envelope, accepted_ms, accepted_index,
         received_ms, attempt, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)`,
    ),
    byNumber: db.prepare('SELECT * FROM inbox WHERE mailbox = ? AND number = ?'),
    bySender: db.prepare('SELECT * FROM inbox WHERE mailbox = ? AND sender = ? AND id = ?'),
    byId: db.prepare('SELECT * FROM inbox WHERE id = ? ORDER BY seq'),
    inState: db.prepare('SELECT * FROM inbox WHERE state = ? AND seq > ? ORDER BY seq LIMIT ?'),
    seqs: db.prepare('SELECT seq FROM inbox WHERE state = ?1 AND (?2 IS NULL OR mailbox = ?2) ORDER BY seq LIMIT ?3'),
    row: db.prepare('SELECT * FROM inbox WHERE seq = ?'),
    setState: db.prepare('UPDATE inbox SET state = ?, code = ? WHERE seq = ?'),
    offer: db.prepare('UPDATE inbox SET attempt = attempt + 1 WHERE seq = ? AND state = 2 RETURNING attempt'),
    setDone: db.prepare('UPDATE inbox SET state = 3 WHERE seq = ? AND state = 2'),
    erase: db.prepare(
      'UPDATE inbox SET envelope = NULL, state = CASE state WHEN 2 THEN 3 ELSE state END WHERE seq = ?',
    ),
    cursor: db.prepare('SELECT next_number FROM cursors WHERE mailbox = ?'),
    setCursor: db.prepare('INSERT OR REPLACE INTO cursors (mailbox, next_number) VALUES (?, ?)'),
    numbers: db.prepare('SELECT number FROM inbox WHERE mailbox = ? AND number >= ? ORDER BY number'),
    count: db.prepare('SELECT count(*) AS n FROM inbox WHERE mailbox = ? AND number >= ? AND number < ?'),
  };
}

const optionalRow = (row: Record<string, unknown> | undefined): InboxRow | undefined => row && rowOf(row);

function rowOf(row: Record<string, unknown>): InboxRow {
  return {
    seq: row['seq'] as number,
    mailbox: row['mailbox'] as Mailbox,
    number: row['number'] as number,
    sender: (row['sender'] ?? undefined) as Mailbox | undefined,
    id: (row['id'] ?? undefined) as Uint8Array | undefined,
    headerDigest: (row['header_digest'] ?? undefined) as Uint8Array | undefined,
    state: STATES[(row['state'] as number) - 1] as InboxState,
    envelope: (row['envelope'] ?? undefined) as Uint8Array | undefined,
    acceptedMs: row['accepted_ms'] as number,
    acceptedIndex: row['accepted_index'] as number,
    receivedMs: row['received_ms'] as number,
    attempt: row['attempt'] as number,
    code: row['code'] as number,
  };
}
