/** Keeps evidence and the view of the log up to date while there is a session: pushes, questions, consistency. */
import { decode } from '../protocol/codec.ts';
import { type Evidence, MessageType, RoutingSchema } from '../protocol/generated/schema.ts';
import { LIMITS } from '../protocol/limits.ts';
import { DEADLINE_STAGES } from '../protocol/messages/deadlines.ts';
import { CONSENT_TYPES } from '../protocol/messages/types.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { reportEvidence } from './evidence-report.ts';
import { type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import type { OutboxRow } from './store/outbox-store.ts';
import type { MessageEvidence } from './types.ts';

const ASK_MAX = 256;
const CONSISTENCY_EVERY_MS = 10_000;
/** Pushes that wait beyond this are dropped: they can be asked for at any time. */
const WAITING_MAX = 64;
/** Messages with everybody that are asked about after a connect, for access, consent and deadlines. */
const FOLLOWED_MAX = 1024;

const typeOf = (row: OutboxRow): MessageType => decode(RoutingSchema, row.routing, 'signed').type;

/** Whether something may still come, or have come, after the handover. */
const lacksFollowing = ({ recipients }: Pick<MessageEvidence, 'recipients'>, type: MessageType): boolean =>
  recipients.some(
    ({ access, consent, deadlines }) =>
      access === 'NONE' ||
      (CONSENT_TYPES.has(type) && consent === 'NONE') ||
      (type === MessageType.INFORMATION_REQUEST && deadlines.length < DEADLINE_STAGES.length),
  );

export class EvidenceSync {
  private readonly runtime: NodeRuntime;
  private readonly book: EvidenceBook;
  private link: Link | undefined;
  private timer: NodeJS.Timeout | undefined;
  private tail: Promise<void> = Promise.resolve();
  private waiting = 0;
  private hasDropped = false;

  constructor(runtime: NodeRuntime, book: EvidenceBook) {
    this.runtime = runtime;
    this.book = book;
  }

  begin(link: Link): void {
    this.link = link;
    this.enqueue(link, () => this.askForLacking(link));
    this.enqueue(link, () => this.askForFollowing(link));
    this.timer = setInterval(() => {
      this.enqueue(link, () => this.proveGrowth(link));
      if (!this.hasDropped) return;
      this.hasDropped = false;
      this.enqueue(link, () => this.askForLacking(link));
      this.enqueue(link, () => this.askForFollowing(link));
    }, CONSISTENCY_EVERY_MS);
  }

  end(): void {
    this.link = undefined;
    clearInterval(this.timer);
  }

  /** Resolves when what was begun is finished. */
  settled(): Promise<void> {
    return this.tail;
  }

  /** Takes a pushed frame. */
  push(frame: Evidence): void {
    const { link } = this;
    if (!link) return;
    if (this.waiting >= WAITING_MAX) this.hasDropped = true;
    else this.enqueue(link, () => this.book.take(link, frame, frame.entries));
  }

  private enqueue(link: Link, work: () => Promise<void>): void {
    this.waiting++;
    this.tail = this.tail.then(async () => {
      this.waiting--;
      if (this.link !== link) return;
      await work().catch((error: unknown) => report(this.runtime, error));
    });
  }

  /** The gateway queues nothing: what ended while there was no session is asked for. */
  private async askForLacking(link: Link): Promise<void> {
    let after = 0;
    for (;;) {
      const expiredAfterMs = this.runtime.now() - LIMITS.purgeAfterExpiryMs;
      const rows = this.runtime.outbox.lackingEvidence(after, expiredAfterMs, ASK_MAX);
      const last = rows.at(-1);
      if (!last) return;
      after = last.seq;
      await this.book.ask(
        link,
        rows.map(({ id }) => id),
      );
    }
  }

  /** What follows a handover is pushed once too. The newest messages are looked at, and only while they live. */
  private async askForFollowing(link: Link): Promise<void> {
    if (link.agreed.version < 2) return;
    const { outbox, evidence, now } = this.runtime;
    const rows = outbox
      .handedOver(now(), FOLLOWED_MAX)
      .filter((row) => lacksFollowing(reportEvidence(row, evidence.about(row.id)), typeOf(row)));
    for (let at = 0; at < rows.length; at += ASK_MAX) {
      await this.book.ask(
        link,
        rows.slice(at, at + ASK_MAX).map(({ id }) => id),
      );
    }
  }

  private async proveGrowth(link: Link): Promise<void> {
    const { log } = this.runtime;
    const { trusted, sizeMet } = log;
    if (!trusted || sizeMet <= trusted.size) return;
    const { checkpoint, consistency } = await link.proofs([], trusted.note);
    log.extend(checkpoint, consistency, sizeMet);
  }
}
