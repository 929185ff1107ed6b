/**
 * Keeps the index of messages up to date, in the transactions in which they are stored, and draws the consequences: a
 * request opens or is settled, a message changes its status, a recall erases, a receipt is due.
 */
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type Body,
  BodySchema,
  MessageType,
  type Routing,
  RoutingSchema,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox, messageIdBytes, messageIdOf } from '../../protocol/ids.ts';
import { FOLLOW_UPS } from '../../protocol/messages/types.ts';
import { composeMessage, type Draft } from '../compose.ts';
import { noteCorrection } from '../journal/incoming.ts';
import { type NodeRuntime, report } from '../runtime.ts';
import type { CaseRow, CaseState, NewCase } from '../store/case-store.ts';
import { complianceRequest } from './compliance.ts';
import { eraseByRule, eraseContent } from './erasure.ts';
import { isSettled, requestClocks, requestContext } from './requests.ts';
import { effectiveStatus, recallOf, statusOf } from './status.ts';

export type IndexRuntime = Omit<NodeRuntime, 'cases'>;

/** A message that has become durable in the inbox. */
export interface Received {
  readonly mailbox: Mailbox;
  readonly acceptedMs: number;
  readonly routing: Routing;
  readonly body: Body;
}

export class CaseIndex {
  private readonly runtime: IndexRuntime;
  /** Something was added to the outbox. */
  outgoing: () => void = () => undefined;
  /** Something that time depends on has changed. */
  changed: () => void = () => undefined;

  constructor(runtime: IndexRuntime) {
    this.runtime = runtime;
  }

  /** Adds composed messages to the outbox and to the index. Must run within `NodeDatabase.write`. */
  send(drafts: readonly Draft[]): void {
    this.runtime.outbox.add(drafts.map((draft) => ({ ...draft, id: messageIdBytes(draft.id) })));
    for (const { routing, body } of drafts) {
      this.add(decode(RoutingSchema, routing, 'signed'), decode(BodySchema, body, 'open'), 'sent', 'pending');
    }
    this.changed();
  }

  /** An own message has been sealed: its recipients are known now. Must run within `NodeDatabase.write`. */
  sealed(id: Uint8Array, routing: Uint8Array): void {
    this.runtime.caseStore.setRouting(id, routing);
  }

  /** Must run within `NodeDatabase.write`. @returns what to tell when that is durable */
  accepted(id: Uint8Array, atMs: number): () => void {
    const { caseStore } = this.runtime;
    const row = caseStore.byId(id).find(({ direction }) => direction === 'sent');
    if (!row || row.state === 'accepted') return () => undefined;
    caseStore.setAccepted(id, atMs);
    if (row.erased) eraseContent(this.runtime, { ...row, state: 'accepted' });
    const tells = this.consequences({ ...row, state: 'accepted', atMs });
    return () => this.tell(tells);
  }

  /** Must run within `NodeDatabase.write`. */
  refused(id: Uint8Array): void {
    const { caseStore } = this.runtime;
    caseStore.setRefused(id);
    for (const { seq, direction } of caseStore.byId(id)) if (direction === 'sent') caseStore.settleRequest(seq);
  }

  /**
   * Must run within `NodeDatabase.write`. Nothing that is wrong with the index may keep a message from being handed over,
   * so a failure is reported and no more.
   * @returns what to tell when that is durable
   */
  received(message: Received): () => void {
    try {
      return this.takeIn(message);
    } catch (error) {
      return () => report(this.runtime, error, { messageId: messageIdOf(message.routing.messageId) });
    }
  }

  /** A sent message of an older database. Must run within `NodeDatabase.write`. */
  indexSent({ routing, body }: Pick<Received, 'routing' | 'body'>, state: CaseState, atMs: number | undefined): void {
    const row = this.add(routing, body, 'sent', state, atMs);
    if (row) this.consequences(row);
  }

  /** As {@link indexSent}; nothing is answered and nobody is told. */
  indexReceived({ routing, body }: Pick<Received, 'routing' | 'body'>, acceptedMs: number): void {
    const row = this.add(routing, body, 'received', 'accepted', acceptedMs);
    if (row) this.consequences(row);
  }

  /** As it shows now: with what the originator has said since, and with time. */
  shownStatus(row: CaseRow): ReturnType<typeof effectiveStatus> {
    return effectiveStatus(row, this.runtime.now());
  }

  private takeIn({ mailbox, acceptedMs, routing, body }: Received): () => void {
    const row = this.add(routing, body, 'received', 'accepted', acceptedMs);
    const tells = row ? this.consequences(row) : [];
    const isFollowUp = FOLLOW_UPS.has(routing.type);
    if (isFollowUp) tells.push(...this.comply(mailbox, routing, row !== undefined));
    if (row && routing.urgency === Urgency.URGENT) {
      const dueAt = requestClocks(row, requestContext(this.runtime))[0]?.dueAt;
      const notice = { id: messageIdOf(routing.messageId), from: routing.sender as Mailbox };
      tells.push(() => this.runtime.notify('urgent', dueAt === undefined ? notice : { ...notice, dueAt }));
    }
    return () => this.tell(tells);
  }

  /** @returns the row, unless it was there */
  private add(
    routing: Routing,
    body: Body,
    direction: CaseRow['direction'],
    state: CaseState,
    atMs = routing.createdAtMs,
  ): CaseRow | undefined {
    const { caseStore } = this.runtime;
    const row: NewCase = {
      id: routing.messageId,
      sender: routing.sender as Mailbox,
      direction,
      thread: routing.threadId,
      type: routing.type,
      inReplyTo: routing.inReplyTo,
      groupId: routing.groupId,
      exercise: routing.exercise,
      state,
      atMs,
      caseNumber: body.caseNumber,
      ...factsOf(body),
      retentionMs: routing.retentionUntilMs,
      routing: encode(RoutingSchema, routing),
    };
    const seq = caseStore.add(row);
    if (seq === undefined) return undefined;
    for (const origin of routing.derivedFrom) caseStore.addOrigin(origin, seq);
    if (routing.grant) caseStore.addGrant(routing.grant.target, routing.messageId);
    if (routing.type === MessageType.INFORMATION_REQUEST) caseStore.openRequest(seq);
    return { ...row, seq, status: 'CURRENT', erased: false };
  }

  /** What an accepted message does to others, and others that came before do to it. @returns what to tell */
  private consequences(row: CaseRow): (() => void)[] {
    const { caseStore } = this.runtime;
    const touched = row.inReplyTo.length > 0 ? [row, ...caseStore.byId(row.inReplyTo)] : [row];
    if (row.type === MessageType.INFORMATION_ANSWER) touched.push(...caseStore.repliesTo(row.inReplyTo));
    for (const each of touched) this.settle(each);
    return touched.flatMap((each) => this.restate(each));
  }

  /** A request that everybody has answered waits for nothing. */
  private settle(row: CaseRow): void {
    if (row.type !== MessageType.INFORMATION_REQUEST) return;
    const clocks = requestClocks(row, requestContext(this.runtime));
    if (clocks.length > 0 && clocks.every(isSettled)) this.runtime.caseStore.settleRequest(row.seq);
  }

  private restate(row: CaseRow): (() => void)[] {
    const { caseStore } = this.runtime;
    const replies = caseStore.repliesTo(row.id);
    const status = statusOf(row, replies, caseStore.repliesTo(row.inReplyTo));
    const recall = recallOf(row, replies);
    if (recall && row.direction === 'received' && !row.erased) {
      eraseByRule(this.runtime, row, `recalled by ${recall.sender} with ${messageIdOf(recall.id)}`);
    }
    if (status === row.status) return [];
    caseStore.setStatus(row.seq, status);
    return [() => this.runtime.notify('status', { id: messageIdOf(row.id), status })];
  }

  /**
   * The recipient of a restriction, correction or recall says what it has done, in the same transaction.
   * @param isFirst it has not come before, for another mailbox
   */
  private comply(mailbox: Mailbox, routing: Routing, isFirst: boolean): (() => void)[] {
    const { caseStore, config, journal, now, random } = this.runtime;
    const held = caseStore.byId(routing.inReplyTo);
    const own = held.filter(({ sender }) => agencyOf(sender) === agencyOf(routing.sender as Mailbox));
    if (held.length > 0 && own.length === 0) {
      const error = new LiaisonError('NOT_ORIGINATOR', routing.sender);
      return [() => report(this.runtime, error, { mailbox, messageId: messageIdOf(routing.messageId) })];
    }
    if (isFirst && routing.type === MessageType.CORRECTION) noteCorrection(journal, routing);
    const derived = caseStore.derivedFrom(routing.inReplyTo).length;
    const request = complianceRequest(routing, mailbox, { isHeld: own.length > 0, derived, nowMs: now() });
    this.send([composeMessage(request, { mailboxes: config.mailboxes, nowMs: now(), random })]);
    return [() => this.outgoing()];
  }

  private tell(tells: readonly (() => void)[]): void {
    for (const tell of tells) tell();
    this.changed();
  }
}

/** What lists show of a body, and until when it says of itself that it holds. */
function factsOf({ content }: Body): Pick<NewCase, 'subject' | 'validUntilMs'> {
  switch (content.kind) {
    case 'informationRequest':
    case 'spontaneousInformation':
      return { subject: content.value.subject, validUntilMs: 0 };
    case 'riskProfile':
    case 'alert':
      return { subject: content.value.subject, validUntilMs: timeOf(content.value.validUntil) };
    case 'seizureReport':
      return { subject: content.value.nationalRef, validUntilMs: 0 };
    case 'operationNotice':
      return { subject: content.value.operationId, validUntilMs: 0 };
    default:
      return { subject: '', validUntilMs: 0 };
  }
}

const timeOf = (text: string): number => {
  const ms = Date.parse(text);
  return Number.isSafeInteger(ms) && ms > 0 ? ms : 0;
};
