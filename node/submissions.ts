/** Submit frames and their answers: what is in flight, what was accepted, what is tried again. */
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  type Envelope,
  EnvelopeSchema,
  type Refusal,
  RoutingSchema,
  type SubmitResult,
} from '../protocol/generated/schema.ts';
import { messageIdOf } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Groups } from './cases/groups.ts';
import { forgetAddresses, isAddressedAgain } from './cases/recipients.ts';
import type { EvidenceBook, JudgedEvidence } from './evidence-book.ts';
import { noteAcceptance, noteRefusal } from './journal/outgoing.ts';
import { codeName, isConnectionError, type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import type { OutboxRow } from './store/outbox-store.ts';

interface Submitted {
  readonly row: OutboxRow;
  readonly envelope: Envelope;
  readonly bytes: number;
}

/** What one outcome leads to: changes within the transaction, and what is told after it. */
interface Consequence {
  readonly store: () => void;
  readonly tell: () => void;
}

/** Smaller frames than allowed: answers come sooner, and several are under way at once. */
const FRAME_BYTES = 1024 * 1024;
/** Around each envelope in a frame: tag and length. */
const ENVELOPE_OVERHEAD = 8;
const IN_FLIGHT_MAX = 4096;
const RESEALS_MAX = 3;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 5 * 60_000;

export class Submissions {
  private readonly runtime: NodeRuntime;
  private readonly book: EvidenceBook;
  private readonly groups: Groups;
  private readonly wake: () => void;
  private link: Link | undefined;
  private readonly inFlight = new Set<number>();
  private bytesInFlight = 0;
  private answering = 0;

  /** @param wake called when there may be something new to seal or submit */
  constructor(runtime: NodeRuntime, book: EvidenceBook, groups: Groups, wake: () => void) {
    this.runtime = runtime;
    this.book = book;
    this.groups = groups;
    this.wake = wake;
  }

  get isBusy(): boolean {
    return this.inFlight.size > 0 || this.answering > 0;
  }

  /** Everything unanswered is submitted again, with the same bytes. */
  begin(link: Link): void {
    this.link = link;
    this.inFlight.clear();
    this.bytesInFlight = 0;
  }

  end(): void {
    this.link = undefined;
    this.inFlight.clear();
    this.bytesInFlight = 0;
  }

  /** Submits what is due, as far as the session's limits allow. */
  submitDue(): void {
    const { link } = this;
    while (link?.isOpen === true) {
      const batch = this.nextBatch(link);
      if (batch.length === 0) return;
      for (const { row, bytes } of batch) {
        this.inFlight.add(row.seq);
        this.bytesInFlight += bytes;
      }
      this.answering++;
      this.submit(link, batch)
        .catch((error: unknown) => report(this.runtime, error))
        .finally(() => {
          this.answering--;
          if (this.link !== link) return;
          for (const { row, bytes } of batch) {
            this.inFlight.delete(row.seq);
            this.bytesInFlight -= bytes;
          }
          this.wake();
        });
    }
  }

  /**
   * Notes why a message is not under way; when it is not final, until when. Must run within `NodeDatabase.write`.
   * @param code error number
   */
  obstruct(row: OutboxRow, code: number, text: string, isFinal: boolean): void {
    if (isFinal) {
      this.runtime.outbox.setRefused(row.seq, { code, text });
      this.runtime.cases.refused(row.id);
    } else this.runtime.outbox.defer(row.seq, { code, text }, this.runtime.now() + this.delayMs(row.attempts));
  }

  private nextBatch({ limits }: Link): Submitted[] {
    const { outbox, now } = this.runtime;
    const room = IN_FLIGHT_MAX - this.inFlight.size;
    const messagesMax = Math.min(limits.submitMessagesMax, LIMITS.submitMessagesMax, room);
    const frameMax = Math.min(limits.frameBytesMax, FRAME_BYTES);
    const bytesMax = Math.min(limits.submitBytesInFlightMax, LIMITS.submitBytesInFlightMax) - this.bytesInFlight;
    const batch: Submitted[] = [];
    let total = 0;
    for (const { seq, bytes } of outbox.sealed(now(), this.inFlight.size + Math.max(messagesMax, 0))) {
      if (batch.length >= messagesMax) break;
      if (this.inFlight.has(seq)) continue;
      const size = bytes + ENVELOPE_OVERHEAD;
      // A single envelope always fits a frame; whether it fits what may be in flight only waits for answers.
      const isFull = batch.length > 0 && total + size > frameMax;
      if (isFull || (total + size > bytesMax && this.bytesInFlight + total > 0)) break;
      const found = outbox.envelope(seq);
      if (!found) continue;
      total += size;
      batch.push({ row: found.row, envelope: decode(EnvelopeSchema, found.envelope, 'signed'), bytes: size });
    }
    return batch;
  }

  private async submit(link: Link, batch: readonly Submitted[]): Promise<void> {
    let result: SubmitResult;
    try {
      result = await link.submit(batch.map(({ envelope }) => envelope));
    } catch (error) {
      // Without an answer nothing is known: the next session submits the same bytes again.
      if (!(error instanceof LiaisonError) || (isConnectionError(error) && !link.isOpen)) throw error;
      await this.runtime.db.write(() => {
        for (const { row } of batch) this.obstruct(row, error.number, error.detail, false);
      });
      throw error;
    }
    if (result.outcomes.length !== batch.length) {
      this.runtime.fault(new LiaisonError('MALFORMED', 'SubmitResult has another number of outcomes than Submit.'));
      return;
    }
    const consequences: Consequence[] = [];
    for (const [i, { row }] of batch.entries()) consequences.push(await this.judge(link, row, result, i));
    await this.runtime.db.write(() => {
      for (const { store } of consequences) store();
    });
    for (const { tell } of consequences) tell();
  }

  private async judge(link: Link, row: OutboxRow, result: SubmitResult, at: number): Promise<Consequence> {
    const outcome = result.outcomes[at]?.outcome as SubmitResult['outcomes'][number]['outcome'];
    const logged = outcome.kind === 'accepted' ? outcome.value : outcome.value.logged;
    let judged: JudgedEvidence | undefined;
    try {
      const event = outcome.kind === 'accepted' ? 'SubmissionAcceptance' : 'SubmissionRejection';
      if (logged) {
        const checkpoint = this.runtime.log.meet(result.checkpoint);
        judged = await this.book.judge(link, this.runtime.log.prove(checkpoint, result.hashes, logged), row);
        if (judged.event !== event) {
          throw new LiaisonError('PROOF_INVALID', `Entry ${logged.index} does not answer the submission.`);
        }
      }
    } catch (error) {
      // An answer that proves nothing is none.
      report(this.runtime, error, { messageId: messageIdOf(row.id) });
      const code = error instanceof LiaisonError ? error.number : new LiaisonError('INTERNAL').number;
      return { store: () => this.obstruct(row, code, '', false), tell: () => undefined };
    }
    if (outcome.kind === 'refused') return this.refused(row, outcome.value, judged);
    const accepted = judged as JudgedEvidence;
    const store = (): void => {
      this.book.store(accepted);
      noteAcceptance(this.runtime.journal, row, accepted.proven.number);
    };
    return { store, tell: () => this.book.notify(accepted) };
  }

  private refused(row: OutboxRow, refusal: Refusal, judged: JudgedEvidence | undefined): Consequence {
    const code = codeName(refusal.code);
    // What the gateway says time will mend is addressed again as often as it takes.
    const routing = decode(RoutingSchema, row.routing, 'signed');
    const isOutdated = isAddressedAgain(code, routing) && (refusal.retry || row.reseals < RESEALS_MAX);
    const isFinal = !refusal.retry && !isOutdated;
    const store = (): void => {
      if (judged) this.book.store(judged);
      noteRefusal(this.runtime.journal, row, code);
      if (code === 'ATTACHMENT_MISSING') this.runtime.attachments.setMissing(row.id);
      if (!isOutdated) {
        this.obstruct(row, refusal.code, refusal.text, isFinal);
        return;
      }
      // A refusal binds no id, so the message is sealed again under its own, for the recipients and keys of now.
      forgetAddresses(this.runtime, this.groups, routing);
      const dueMs = row.reseals === 0 ? 0 : this.runtime.now() + this.delayMs(row.reseals);
      this.runtime.outbox.unseal(row.seq, refusal, dueMs);
    };
    const tell = (): void => {
      if (isFinal) this.runtime.notify('refused', { id: messageIdOf(row.id), code, text: refusal.text });
    };
    return { store, tell };
  }

  private delayMs(attempts: number): number {
    const jitter = (this.runtime.random(1)[0] as number) / 256;
    return Math.round(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts, 20)) * (0.5 + jitter / 2));
  }
}
