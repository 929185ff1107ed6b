/** The index of all messages by thread, case and reference. Writing must run within `NodeDatabase.write`. */
import type { MessageType } from '../../protocol/generated/schema.ts';
import type { Mailbox } from '../../protocol/ids.ts';
import type { DocumentStatus } from '../cases/types.ts';
import type { NodeDatabase } from './database.ts';

export type CaseState = 'pending' | 'accepted' | 'refused';
const STATES: readonly CaseState[] = ['pending', 'accepted', 'refused'];

export interface CaseRow {
  readonly seq: number;
  readonly id: Uint8Array;
  readonly sender: Mailbox;
  readonly direction: 'sent' | 'received';
  readonly thread: Uint8Array;
  readonly type: MessageType;
  /** Empty: none. */
  readonly inReplyTo: Uint8Array;
  readonly groupId: Uint8Array;
  readonly exercise: boolean;
  readonly state: CaseState;
  readonly atMs: number;
  readonly caseNumber: string;
  readonly subject: string;
  /** 0: not limited. */
  readonly validUntilMs: number;
  readonly retentionMs: number;
  /** What its originator has made of it; time is not looked at. */
  readonly status: DocumentStatus;
  readonly erased: boolean;
  /** Encoded Routing. */
  readonly routing: Uint8Array;
}

export type NewCase = Omit<CaseRow, 'seq' | 'status' | 'erased'>;

/** How far the application was told of a deadline. */
export interface ToldStage {
  readonly recipient: string;
  readonly stage: number;
}

export class CaseStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** @returns the new row's `seq`, or `undefined` when the message is here already */
  add(row: NewCase): number | undefined {
    const { changes, lastInsertRowid } = this.statements.add.run(
      ...[row.id, row.sender, row.direction === 'sent' ? 1 : 2, row.thread, row.type, row.inReplyTo, row.groupId],
      ...[row.exercise ? 1 : 0, STATES.indexOf(row.state) + 1, row.atMs, row.caseNumber, row.subject],
      ...[row.validUntilMs, row.retentionMs, row.routing],
    );
    if (changes === 0) return undefined;
    this.statements.reopen.run(row.thread);
    return Number(lastInsertRowid);
  }

  addOrigin(origin: Uint8Array, seq: number): void {
    this.statements.addOrigin.run(origin, seq);
  }

  /** Messages that say they are derived from this one. */
  derivedFrom(origin: Uint8Array): CaseRow[] {
    return this.statements.derived.all(origin).map(rowOf);
  }

  addGrant(target: Uint8Array, decision: Uint8Array): void {
    this.statements.addGrant.run(target, decision);
  }

  /** Decisions about passing a message on. */
  grantsFor(target: Uint8Array): CaseRow[] {
    return this.statements.grants.all(target).map(rowOf);
  }

  byId(id: Uint8Array): CaseRow[] {
    return this.statements.byId.all(id).map(rowOf);
  }

  bySeq(seq: number): CaseRow | undefined {
    const row = this.statements.bySeq.get(seq);
    return row && rowOf(row);
  }

  repliesTo(id: Uint8Array): CaseRow[] {
    return this.statements.replies.all(id).map(rowOf);
  }

  inThread(thread: Uint8Array): CaseRow[] {
    return this.statements.inThread.all(thread).map(rowOf);
  }

  inGroup(groupId: Uint8Array): CaseRow[] {
    return this.statements.inGroup.all(groupId).map(rowOf);
  }

  /** Threads, the one with the newest message first; of one case when it is named. */
  threads(caseNumber: string | undefined): Uint8Array[] {
    const rows =
      caseNumber === undefined ? this.statements.threads.all() : this.statements.threadsOfCase.all(caseNumber);
    return rows.map((row) => row['thread'] as Uint8Array);
  }

  setAccepted(id: Uint8Array, atMs: number): void {
    this.statements.setAccepted.run(atMs, id);
  }

  setRefused(id: Uint8Array): void {
    this.statements.setRefused.run(id);
  }

  /** The routing as it was sealed. */
  setRouting(id: Uint8Array, routing: Uint8Array): void {
    this.statements.setRouting.run(routing, id);
  }

  setStatus(seq: number, status: DocumentStatus): void {
    this.statements.setStatus.run(status, seq);
  }

  /** What identifies people goes with the content; the status stays. */
  setErased(seq: number): void {
    this.statements.setErased.run(seq);
  }

  /** Whose content may be kept no longer. */
  pastRetention(nowMs: number): CaseRow[] {
    return this.statements.pastRetention.all(nowMs).map(rowOf);
  }

  nextRetentionMs(nowMs: number): number | undefined {
    return (this.statements.nextRetention.get(nowMs)?.['at'] ?? undefined) as number | undefined;
  }

  openRequest(seq: number): void {
    this.statements.openRequest.run(seq);
  }

  settleRequest(seq: number): void {
    this.statements.settleRequest.run(seq);
  }

  /** Requests that somebody has still to answer. */
  openRequests(): CaseRow[] {
    return this.statements.openRequests.all().map(rowOf);
  }

  told(seq: number): ToldStage[] {
    return this.statements.told.all(seq) as unknown as ToldStage[];
  }

  setTold(seq: number, recipient: string, stage: number): void {
    this.statements.setTold.run(seq, recipient, stage);
  }

  acknowledgedBy(id: Uint8Array): string | undefined {
    return this.statements.acknowledged.get(id)?.['actor'] as string | undefined;
  }

  /** The first one counts. */
  acknowledge(id: Uint8Array, actor: string, atMs: number): void {
    this.statements.acknowledge.run(id, actor, atMs);
  }

  isClosed(thread: Uint8Array): boolean {
    return this.statements.closed.get(thread) !== undefined;
  }

  close(thread: Uint8Array, atMs: number): void {
    this.statements.close.run(thread, atMs);
  }

  /** Whether messages of an older version of the database have not been indexed yet. */
  get hasBacklog(): boolean {
    return this.statements.backlog.get() !== undefined;
  }

  clearBacklog(): void {
    this.statements.clearBacklog.run();
  }
}

function prepare(db: NodeDatabase) {
  const select = 'SELECT case_messages.* FROM case_messages';
  return {
    add: db.prepare(
      `INSERT OR IGNORE INTO case_messages (id, sender, direction, thread, type, in_reply_to, group_id, exercise, state,
         at_ms, case_number, subject, valid_until_ms, retention_ms, routing, status, erased)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'CURRENT', 0)`,
    ),
    reopen: db.prepare('DELETE FROM closed_threads WHERE thread = ?'),
    addOrigin: db.prepare('INSERT OR IGNORE INTO origins (origin, seq) VALUES (?, ?)'),
    derived: db.prepare(`${select} JOIN origins USING (seq) WHERE origin = ? ORDER BY seq`),
    addGrant: db.prepare('INSERT OR IGNORE INTO grants (target, decision) VALUES (?, ?)'),
    grants: db.prepare(`${select} JOIN grants ON grants.decision = case_messages.id WHERE target = ? ORDER BY seq`),
    byId: db.prepare(`${select} WHERE id = ? ORDER BY seq`),
    bySeq: db.prepare(`${select} WHERE seq = ?`),
    replies: db.prepare(`${select} WHERE in_reply_to = ? AND length(in_reply_to) > 0 ORDER BY at_ms, seq`),
    inThread: db.prepare(`${select} WHERE thread = ? ORDER BY at_ms, seq`),
    inGroup: db.prepare(`${select} WHERE group_id = ? AND length(group_id) > 0 ORDER BY at_ms, seq`),
    threads: db.prepare('SELECT thread FROM case_messages GROUP BY thread ORDER BY max(at_ms) DESC, max(seq) DESC'),
    threadsOfCase: db.prepare(
      `SELECT thread FROM case_messages WHERE thread IN
         (SELECT thread FROM case_messages WHERE case_number = ? AND case_number <> '')
       GROUP BY thread ORDER BY max(at_ms) DESC, max(seq) DESC`,
    ),
    setAccepted: db.prepare('UPDATE case_messages SET state = 2, at_ms = ? WHERE id = ? AND direction = 1'),
    setRefused: db.prepare('UPDATE case_messages SET state = 3 WHERE id = ? AND direction = 1 AND state = 1'),
    setRouting: db.prepare('UPDATE case_messages SET routing = ? WHERE id = ? AND direction = 1'),
    setStatus: db.prepare('UPDATE case_messages SET status = ? WHERE seq = ?'),
    setErased: db.prepare("UPDATE case_messages SET erased = 1, subject = '' WHERE seq = ?"),
    pastRetention: db.prepare(`${select} WHERE retention_ms > 0 AND erased = 0 AND retention_ms <= ? ORDER BY seq`),
    nextRetention: db.prepare(
      'SELECT min(retention_ms) AS at FROM case_messages WHERE retention_ms > 0 AND erased = 0 AND retention_ms > ?',
    ),
    openRequest: db.prepare('INSERT OR IGNORE INTO open_requests (seq) VALUES (?)'),
    settleRequest: db.prepare('DELETE FROM open_requests WHERE seq = ?'),
    openRequests: db.prepare(`${select} JOIN open_requests USING (seq) ORDER BY seq`),
    told: db.prepare('SELECT recipient, stage FROM told_stages WHERE seq = ?'),
    setTold: db.prepare('INSERT OR REPLACE INTO told_stages (seq, recipient, stage) VALUES (?, ?, ?)'),
    acknowledged: db.prepare('SELECT actor FROM acknowledgements WHERE id = ?'),
    acknowledge: db.prepare('INSERT OR IGNORE INTO acknowledgements (id, actor, at_ms) VALUES (?, ?, ?)'),
    closed: db.prepare('SELECT at_ms FROM closed_threads WHERE thread = ?'),
    close: db.prepare('INSERT OR REPLACE INTO closed_threads (thread, at_ms) VALUES (?, ?)'),
    backlog: db.prepare('SELECT one FROM case_backlog'),
    clearBacklog: db.prepare('DELETE FROM case_backlog'),
  };
}

function rowOf(row: Record<string, unknown>): CaseRow {
  return {
    seq: row['seq'] as number,
    id: row['id'] as Uint8Array,
    sender: row['sender'] as Mailbox,
    direction: row['direction'] === 1 ? 'sent' : 'received',
    thread: row['thread'] as Uint8Array,
    type: row['type'] as MessageType,
    inReplyTo: row['in_reply_to'] as Uint8Array,
    groupId: row['group_id'] as Uint8Array,
    exercise: row['exercise'] === 1,
    state: STATES[(row['state'] as number) - 1] as CaseState,
    atMs: row['at_ms'] as number,
    caseNumber: row['case_number'] as string,
    subject: row['subject'] as string,
    validUntilMs: row['valid_until_ms'] as number,
    retentionMs: row['retention_ms'] as number,
    status: row['status'] as DocumentStatus,
    erased: row['erased'] === 1,
    routing: row['routing'] as Uint8Array,
  };
}
