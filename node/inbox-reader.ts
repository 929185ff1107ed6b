/** The inbox as the application reads it: each message is offered again until it says `done`. */
import { decode } from '../protocol/codec.ts';
import { openEnvelope, type OpenedMessage } from '../protocol/envelope/open.ts';
import { parseHeader } from '../protocol/envelope/verify.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { EnvelopeSchema } from '../protocol/generated/schema.ts';
import { type Mailbox, type MessageId, messageIdBytes, messageIdOf } from '../protocol/ids.ts';
import { attachmentInfos } from './attachments/infos.ts';
import { standingOf } from './cases/standing.ts';
import { ownMailbox } from './compose.ts';
import { type NodeRuntime, report } from './runtime.ts';
import type { InboxRow } from './store/inbox-store.ts';
import type { InboxMessage, InboxOptions } from './types.ts';

const REDELIVER_AFTER_MS = 5 * 60_000;
/** Offers whose count is made durable together. */
const PAGE = 32;
/** Messages with the application at once; more are offered as these are done. */
const OFFERED_MAX = 1024;

/** The content of a stored message. @throws LiaisonError as `openEnvelope` */
export function openStored(row: InboxRow, keys: NodeRuntime['keys']): OpenedMessage {
  const envelope = decode(EnvelopeSchema, row.envelope ?? new Uint8Array(0), 'signed');
  const parsed = parseHeader(envelope.header);
  return openEnvelope({ envelope, parsed, mailbox: row.mailbox, keys: (id) => keys.decryptionKeys.get(id) });
}

export class InboxReader {
  private readonly runtime: NodeRuntime;
  /** Rows that are with a reader: when they may be offered again. */
  private readonly offered = new Map<number, number>();
  private readonly waiting = new Set<() => void>();
  private isClosed = false;

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  /** Something new is in the inbox. */
  changed(): void {
    for (const wake of this.waiting) wake();
  }

  /** Readers come to their end. */
  close(): void {
    this.isClosed = true;
    this.changed();
  }

  /**
   * The messages that are not done, in order of arrival. Several readers share the work. When a reader ends, what it has
   * not finished can be offered to another at once.
   */
  async *read(options: InboxOptions = {}): AsyncGenerator<InboxMessage, void, undefined> {
    const { follow = true, signal, redeliverAfterMs = REDELIVER_AFTER_MS } = options;
    const mailbox =
      options.mailbox === undefined ? undefined : ownMailbox(options.mailbox, this.runtime.config.mailboxes);
    const mine = new Set<number>();
    const seen = new Set<number>();
    try {
      while (!this.isClosed && signal?.aborted !== true) {
        const free = this.free(mailbox).filter((seq) => follow || !seen.has(seq));
        if (free.length === 0) {
          if (!follow) return;
          await this.change(signal);
          continue;
        }
        for (const seq of free) {
          mine.add(seq);
          if (!follow) seen.add(seq);
          this.offered.set(seq, Infinity);
        }
        const attempts = await this.runtime.db.write(() => free.map((seq) => this.runtime.inbox.offer(seq)));
        for (const [i, seq] of free.entries()) {
          this.offered.set(seq, this.runtime.now() + redeliverAfterMs);
          const message = this.message(seq, attempts[i]);
          if (message) yield message;
        }
      }
    } finally {
      for (const seq of mine) this.offered.delete(seq);
      this.changed();
    }
  }

  /** @throws LiaisonError MESSAGE_NOT_FOUND, MAILBOX_NOT_YOURS */
  async doneById(id: MessageId, name: string | undefined): Promise<void> {
    const { config, inbox } = this.runtime;
    const mailbox = name === undefined ? undefined : ownMailbox(name, config.mailboxes);
    const rows = inbox.byId(messageIdBytes(id)).filter((row) => mailbox === undefined || row.mailbox === mailbox);
    if (rows.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
    await Promise.all(rows.map((row) => this.done(row.seq)));
  }

  /** Rows that nobody works on: those whose time is over first, then new ones as far as there is room. */
  private free(mailbox: Mailbox | undefined): number[] {
    const nowMs = this.runtime.now();
    const seqs = this.runtime.inbox.seqsInState('new', this.offered.size + PAGE, mailbox);
    const again = seqs.filter((seq) => (this.offered.get(seq) ?? Infinity) <= nowMs);
    const fresh = seqs.filter((seq) => !this.offered.has(seq));
    return [...again, ...fresh.slice(0, Math.max(OFFERED_MAX - this.offered.size, 0))].slice(0, PAGE);
  }

  /** @returns `undefined` when it is done meanwhile or cannot be opened */
  private message(seq: number, attempt: number | undefined): InboxMessage | undefined {
    const row = this.runtime.inbox.row(seq);
    if (!row || attempt === undefined) return undefined;
    try {
      const { opened, keys } = this.runtime;
      const { routing, body } = (row.headerDigest && opened.take(row.headerDigest)) ?? openStored(row, keys);
      return {
        id: messageIdOf(routing.messageId),
        from: routing.sender as Mailbox,
        to: row.mailbox,
        receivedAt: row.receivedMs,
        acceptedAt: row.acceptedMs,
        attempt,
        routing,
        body,
        attachments: attachmentInfos(body.attachments, this.runtime, 'received'),
        ...standingOf(this.runtime, routing),
        done: () => this.done(row.seq),
      };
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      // It could be opened when it came: a key has gone since.
      report(this.runtime, error, { mailbox: row.mailbox, ...(row.id && { messageId: messageIdOf(row.id) }) });
      return undefined;
    }
  }

  private async done(seq: number): Promise<void> {
    await this.runtime.db.write(() => this.runtime.inbox.setDone(seq));
    this.offered.delete(seq);
    this.changed();
  }

  /** Waits for something new, for the time when a message is offered again, or for the end. */
  private change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const next = Math.min(...this.offered.values());
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.waiting.delete(wake);
        resolve();
      };
      const delayMs = Math.max(next - this.runtime.now(), 1);
      const timer = Number.isFinite(next) ? setTimeout(wake, Math.min(delayMs, 60_000)) : undefined;
      signal?.addEventListener('abort', wake);
      this.waiting.add(wake);
    });
  }
}
