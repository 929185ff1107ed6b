/**
 * The way in. A Deliver frame is judged, then stored in one transaction together with the signed statements about it; only
 * what is durable is handed over. Frames are taken in the order in which they came.
 */
import { setImmediate } from 'node:timers/promises';
import { decode, encodedLength } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type Deliver, type Delivery, DeliverySchema, EnvelopeSchema } from '../protocol/generated/schema.ts';
import { parseHeader } from '../protocol/envelope/verify.ts';
import { type Mailbox, messageIdOf } from '../protocol/ids.ts';
import { type Arrival, judgeDelivery } from './arrivals.ts';
import { Downloads } from './attachments/downloads.ts';
import { dropAttachments } from './attachments/drop.ts';
import type { Handovers, Verdict } from './handovers.ts';
import { noteArrival, noteOpening } from './journal/incoming.ts';
import { type Identity, type Judgement, judgeMessage } from './receive.ts';
import { type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import type { InboxRow } from './store/inbox-store.ts';

/** What the gateway may send ahead of what is durable here. */
export const CREDIT_MESSAGES = 256;
export const CREDIT_BYTES = 8 * 1024 * 1024;
/** Judging keeps the thread for about 0.3 ms a message: after so many, others have their turn. */
const JUDGE_TURN = 32;
const HELD_RETRY_MS = 60_000;
const HELD_PAGE = 64;

/** What a frame has left behind. */
interface Stored {
  readonly stored: ReadonlySet<Arrival>;
  readonly batch: number | undefined;
  /** What is told when that is durable. */
  readonly tells: readonly (() => void)[];
}

type Settled = Exclude<Judgement, { kind: 'held' }>;

export class Inbox {
  private readonly runtime: NodeRuntime;
  private readonly handovers: Handovers;
  private readonly downloads: Downloads;
  private link: Link | undefined;
  private tail: Promise<void> = Promise.resolve();
  private retry: NodeJS.Timeout | undefined;
  /** Deliveries that the gateway may still send. */
  private credit = 0;
  /** By mailbox: the number that comes next when there is no gap. */
  private expected = new Map<Mailbox, number>();

  constructor(runtime: NodeRuntime, handovers: Handovers) {
    this.runtime = runtime;
    this.handovers = handovers;
    this.downloads = new Downloads(
      runtime,
      (digest) => this.fetched(digest),
      (digest) => this.lost(digest),
    );
  }

  begin(link: Link): void {
    this.link = link;
    const { config, inbox } = this.runtime;
    this.expected = new Map(config.mailboxes.map((mailbox) => [mailbox, inbox.nextNumber(mailbox)]));
    this.credit = CREDIT_MESSAGES;
    link.ready(CREDIT_MESSAGES, CREDIT_BYTES);
    const retryHeld = (): void => this.enqueue(link, () => this.retryHeld(link));
    retryHeld();
    this.downloads.begin(link);
    this.retry = setInterval(retryHeld, HELD_RETRY_MS);
  }

  end(): void {
    this.link = undefined;
    clearInterval(this.retry);
    this.downloads.end();
  }

  /** Takes a frame. What is queued here is bounded by the credit. */
  deliver(frame: Deliver): void {
    const { link } = this;
    if (!link) return;
    this.credit -= frame.deliveries.length;
    if (this.credit < 0) {
      this.runtime.fault(new LiaisonError('LIMIT_EXCEEDED', 'The gateway delivered more than the credit.'));
      return;
    }
    this.enqueue(link, () => this.take(link, frame));
  }

  /** Resolves when everything that was delivered so far is durable. */
  async settled(): Promise<void> {
    await this.tail;
  }

  /** Resolves when nothing of attachments is being written; after the session has ended. */
  downloadsSettled(): Promise<void> {
    return this.downloads.settled();
  }

  private enqueue(link: Link, work: () => Promise<void>): void {
    this.tail = this.tail.then(async () => {
      // What an ended session brought comes again.
      if (this.link !== link) return;
      await work().catch((error: unknown) => report(this.runtime, error));
    });
  }

  private async take(link: Link, frame: Deliver): Promise<void> {
    const checkpoint = frame.checkpoint.length > 0 ? this.runtime.log.meet(frame.checkpoint) : undefined;
    for (const delivery of frame.deliveries) this.watchNumbers(delivery);
    const context = { link, runtime: this.runtime, checkpoint, hashes: frame.hashes };
    const arrivals: Arrival[] = [];
    for (let at = 0; at < frame.deliveries.length; at += JUDGE_TURN) {
      if (at > 0) await setImmediate();
      const some = frame.deliveries.slice(at, at + JUDGE_TURN);
      arrivals.push(...(await Promise.all(some.map((delivery) => judgeDelivery(delivery, context)))));
    }
    const { stored, batch, tells } = await this.runtime.db.write(() => this.store(arrivals));
    if (batch !== undefined) this.handovers.send(batch);
    for (const repeated of new Set(
      arrivals.flatMap((arrival) => (arrival.kind === 'repeat' ? (arrival.batch ?? []) : [])),
    )) {
      this.handovers.send(repeated);
    }
    this.credit += frame.deliveries.length;
    link.ready(
      frame.deliveries.length,
      frame.deliveries.reduce((sum, delivery) => sum + encodedBytes(delivery), 0),
    );
    for (const arrival of arrivals) this.tell(arrival, stored);
    if (arrivals.some((arrival) => arrival.kind === 'new' && arrival.attachments?.length)) this.downloads.wake();
    for (const tell of tells) tell();
  }

  /**
   * Must run within `NodeDatabase.write`.
   * @returns what was not here before, and the batch of statements, if there is anything to state
   */
  private store(arrivals: readonly Arrival[]): Stored {
    const { inbox, cases } = this.runtime;
    const tells: (() => void)[] = [];
    const verdicts: Verdict[] = [];
    const stored = new Set<Arrival>();
    for (const arrival of arrivals) {
      if (arrival.kind !== 'new') continue;
      const { row, verdict } = arrival;
      const { mailbox, number, sender, id } = row;
      // One frame may bring a number or a message twice; it was judged before the first of them was stored.
      const isTwin = sender && id && inbox.bySender(mailbox, sender, id) !== undefined;
      if (isTwin === true || inbox.byNumber(mailbox, number)) continue;
      inbox.add(row);
      noteArrival(this.runtime.journal, row);
      this.runtime.attachments.addDownloads(mailbox, number, arrival.attachments ?? []);
      stored.add(arrival);
      if (verdict) verdicts.push(verdict);
      const { acceptedMs } = row;
      if (arrival.content) tells.push(cases.received({ mailbox, acceptedMs, ...arrival.content }));
    }
    for (const mailbox of this.runtime.config.mailboxes) inbox.advance(mailbox);
    return { stored, batch: verdicts.length > 0 ? this.handovers.sign(verdicts) : undefined, tells };
  }

  private tell(arrival: Arrival, stored: ReadonlySet<Arrival>): void {
    if (arrival.kind === 'repeat') return;
    if (arrival.error) {
      const { id, mailbox } = arrival.kind === 'new' ? arrival.row : { id: undefined, mailbox: undefined };
      report(this.runtime, arrival.error, { ...(mailbox && { mailbox }), ...(id && { messageId: messageIdOf(id) }) });
    }
    if (arrival.kind !== 'new' || !stored.has(arrival)) return;
    const { state, id, sender, mailbox } = arrival.row;
    if (state === 'new' && id && sender) this.announce(mailbox, { messageId: id, sender });
  }

  private announce(to: Mailbox, { messageId, sender }: Pick<Identity, 'messageId' | 'sender'>): void {
    this.runtime.notify('received', { id: messageIdOf(messageId), from: sender, to });
  }

  /** Numbers come without gaps from the cursor on; those below it that come again are repeats. */
  private watchNumbers({ mailbox: name, number }: Delivery): void {
    const mailbox = name as Mailbox;
    const expected = this.expected.get(mailbox);
    if (expected === undefined || number < expected) return;
    this.expected.set(mailbox, number + 1);
    const missing = this.runtime.inbox.countMissing(mailbox, expected, number);
    if (missing === 0) return;
    const detail = `${mailbox}: ${missing} of the numbers ${expected} to ${number - 1}.`;
    report(this.runtime, new LiaisonError('NUMBER_MISSING', detail), { mailbox });
  }

  /** Judges again what could not be judged when it came. */
  private async retryHeld(link: Link): Promise<void> {
    const { inbox } = this.runtime;
    let after = 0;
    for (;;) {
      const rows = inbox.inState('held', after, HELD_PAGE);
      const last = rows.at(-1);
      if (!last) return;
      after = last.seq;
      await this.settle(rows, await Promise.all(rows.map((row) => this.judgeHeld(row, link))));
    }
  }

  private judgeHeld(row: InboxRow, link: Link): Promise<Judgement> {
    const { mailbox, acceptedMs, acceptedIndex } = row;
    const envelope = decode(EnvelopeSchema, row.envelope ?? new Uint8Array(0), 'signed');
    const message = { mailbox, envelope, acceptedAtMs: acceptedMs, acceptedIndex };
    return judgeMessage(message, link, this.runtime);
  }

  private async settle(rows: readonly InboxRow[], judgements: readonly Judgement[]): Promise<void> {
    const settled = rows.flatMap((row, i) => {
      const judgement = judgements[i];
      return judgement && judgement.kind !== 'held' ? [{ row, judgement }] : [];
    });
    if (settled.length === 0) return;
    const { inbox, cases } = this.runtime;
    const tells: (() => void)[] = [];
    const batch = await this.runtime.db.write(() => {
      const verdicts: Verdict[] = [];
      for (const { row, judgement } of settled) {
        const code = judgement.kind === 'failed' ? judgement.error.number : 0;
        if (judgement.kind === 'failed') inbox.setState(row.seq, 'failed', judgement.error.number);
        else inbox.setState(row.seq, judgement.attachments.length > 0 ? 'fetching' : 'new', 0);
        if (judgement.kind === 'failed' || judgement.attachments.length === 0) verdicts.push(verdictOn(row, judgement));
        else this.runtime.attachments.addDownloads(row.mailbox, row.number, judgement.attachments);
        noteOpening(this.runtime.journal, { ...row, code });
        const { mailbox, acceptedMs } = row;
        if (judgement.kind === 'good') tells.push(cases.received({ mailbox, acceptedMs, ...judgement.content }));
      }
      return verdicts.length > 0 ? this.handovers.sign(verdicts) : undefined;
    });
    if (batch !== undefined) this.handovers.send(batch);
    for (const { row, judgement } of settled) {
      if (judgement.kind === 'failed') report(this.runtime, judgement.error, { mailbox: row.mailbox });
      else if (judgement.attachments.length === 0) this.announce(row.mailbox, judgement.identity);
    }
    this.downloads.wake();
    for (const tell of tells) tell();
  }

  /** A ciphertext is durable here: the messages that waited for it alone enter the inbox. */
  private async fetched(digest: Uint8Array): Promise<void> {
    const { attachments, db, inbox } = this.runtime;
    const { ready, batch } = await db.write(() => {
      attachments.setHere(digest);
      const waiting = attachments.waitingFor(digest).flatMap((seq) => inbox.row(seq) ?? []);
      const ready = waiting.filter(({ mailbox, number }) => attachments.isComplete(mailbox, number));
      for (const row of ready) this.complete(row);
      const verdicts = ready.map((row): Verdict => ({ ...row, identity: identityOf(row) }));
      return { ready, batch: verdicts.length > 0 ? this.handovers.sign(verdicts) : undefined };
    });
    if (batch !== undefined) this.handovers.send(batch);
    for (const row of ready) if (row.envelope) this.announce(row.mailbox, identityOf(row));
  }

  /** Must run within `NodeDatabase.write`. What was erased while its attachments were on their way is offered to nobody. */
  private complete(row: InboxRow): void {
    this.runtime.inbox.setState(row.seq, row.envelope ? 'new' : 'done', 0);
    if (!row.envelope) dropAttachments(this.runtime, row);
  }

  /** The gateway has it no more for us: the deliveries that needed it are over, if their time is. */
  private async lost(digest: Uint8Array): Promise<void> {
    const { attachments, db, inbox, now } = this.runtime;
    const error = new LiaisonError('DELIVERY_EXPIRED', 'Its attachments could not be fetched in time.');
    await db.write(() => {
      const rows = attachments.waitingFor(digest).flatMap((seq) => inbox.row(seq) ?? []);
      for (const { seq, mailbox, number } of rows.filter((row) => expiryOf(row) <= now())) {
        inbox.setState(seq, 'failed', error.number);
        attachments.dropDownloads(mailbox, number);
      }
    });
  }
}

/** Only what could be identified waits for attachments. */
const identityOf = ({ id, sender, headerDigest }: InboxRow): Identity =>
  ({ messageId: id, sender, headerDigest }) as Identity;

function expiryOf({ envelope }: InboxRow): number {
  // What was erased meanwhile is not waited for.
  return envelope ? parseHeader(decode(EnvelopeSchema, envelope, 'signed').header).routing.expiresAtMs : 0;
}

function verdictOn({ mailbox, number }: InboxRow, judgement: Settled): Verdict {
  // Only what could be identified is held.
  const identity = judgement.identity as Identity;
  return { mailbox, number, identity, failure: judgement.kind === 'failed' ? judgement.error : undefined };
}

/** What credit counts. */
const encodedBytes = (delivery: Delivery): number => encodedLength(DeliverySchema, delivery);
