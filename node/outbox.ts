/**
 * The way out: what lies composed in the outbox is sealed, and what lies sealed is submitted, while there is a session.
 * A sealed envelope is durable before its first Submit, so that every submission of it has the same bytes.
 */
import { setImmediate } from 'node:timers/promises';
import { decode, encode } from '../protocol/codec.ts';
import { type BlindedMessage, sealMessage, signMessages } from '../protocol/envelope/seal.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  BodySchema,
  type EncryptionKey,
  EnvelopeSchema,
  type Routing,
  RoutingSchema,
} from '../protocol/generated/schema.ts';
import { type Mailbox, messageIdBytes, messageIdOf } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import { leafHash } from '../protocol/merkle.ts';
import { Uploads } from './attachments/uploads.ts';
import type { Groups } from './cases/groups.ts';
import { mailboxesOf, Recipients } from './cases/recipients.ts';
import type { Draft } from './compose.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { internalError, type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import type { OutboxRow, SealedRow } from './store/outbox-store.ts';
import { Submissions } from './submissions.ts';

/** A row sealed, or what kept it from that. */
type Outcome =
  | { readonly row: OutboxRow; readonly sealed: BlindedMessage; readonly error?: never }
  | { readonly row: OutboxRow; readonly error: LiaisonError };
type Keys = ReadonlyMap<Mailbox, EncryptionKey | LiaisonError>;

/** What keeps a message from being sealed; told to nobody, because time mends it. */
const PATIENT_CODES: ReadonlySet<string> = new Set(['RECIPIENT_SUSPENDED', 'OVERLOADED']);

/** Bodies that are sealed at once. */
const SEAL_BYTES = 8 * 1024 * 1024;
/** Sealing keeps the thread for about 0.2 ms a message: after so many, others have their turn. */
const SEAL_TURN = 64;
const AFTER_FAILURE_MS = 2_000;
/** The wall clock may be set meanwhile. */
const TIMER_MAX_MS = 60_000;

export class Outbox {
  private readonly runtime: NodeRuntime;
  private readonly submissions: Submissions;
  private readonly uploads: Uploads;
  private readonly recipients: Recipients;
  private link: Link | undefined;
  private running = false;
  private again = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(runtime: NodeRuntime, book: EvidenceBook, groups: Groups) {
    this.runtime = runtime;
    this.uploads = new Uploads(runtime, () => this.wake());
    this.recipients = new Recipients(runtime, groups, book);
    this.submissions = new Submissions(runtime, book, groups, () => this.wake());
    runtime.cases.outgoing = () => this.wake();
  }

  /**
   * Resolves when the messages are durable. Those of one call are sealed under one signature; calls of the same turn of
   * the event loop share one transaction.
   */
  async add(drafts: readonly Draft[]): Promise<void> {
    await this.runtime.db.write(() => {
      this.runtime.cases.send(drafts);
      for (const { id, attachments } of drafts) {
        this.runtime.attachments.addUploads(messageIdBytes(id), attachments);
        this.runtime.journal.note('message.drafted', { messageId: id });
      }
    });
    this.wake();
  }

  begin(link: Link): void {
    this.link = link;
    this.submissions.begin(link);
    this.uploads.begin(link);
    this.wake();
  }

  end(): void {
    this.link = undefined;
    clearTimeout(this.timer);
    this.submissions.end();
    this.uploads.end();
  }

  /** Whether something is being sealed, or submitted and not answered. */
  get isBusy(): boolean {
    return this.running || this.submissions.isBusy;
  }

  /** Looks for work. */
  private wake(): void {
    this.again = true;
    if (this.running || !this.link) return;
    this.running = true;
    let failed = false;
    this.run()
      .catch((error: unknown) => {
        failed = true;
        report(this.runtime, error);
      })
      .finally(() => {
        this.running = false;
        this.schedule(failed);
      });
  }

  private async run(): Promise<void> {
    while (this.again && this.link) {
      this.again = false;
      // One batch at a time, so that the first submissions do not wait for the last seal of a long backlog.
      if (await this.sealBatch(this.link)) this.again = true;
      this.uploads.wake();
      this.submissions.submitDue();
    }
  }

  /** Sets the timer for what waits, or for another try after a failure. */
  private schedule(failed: boolean): void {
    clearTimeout(this.timer);
    if (!this.link) return;
    const nowMs = this.runtime.now();
    const dueMs = failed ? nowMs + AFTER_FAILURE_MS : this.runtime.outbox.nextDueMs(nowMs);
    if (dueMs !== undefined) this.timer = setTimeout(() => this.wake(), Math.min(dueMs - nowMs, TIMER_MAX_MS));
  }

  /** Seals and signs the next batch. @returns whether there was anything */
  private async sealBatch(link: Link): Promise<boolean> {
    const rows = this.runtime.outbox.composed(this.runtime.now(), LIMITS.submitMessagesMax, SEAL_BYTES);
    if (rows.length === 0) return false;
    const live = await this.dropExpired(rows);
    const routings = await this.recipients.address(link, live);
    const recipients = routings.flatMap((routing) => (routing instanceof LiaisonError ? [] : mailboxesOf(routing)));
    const keys = await this.runtime.directory.encryptionKeys(link, recipients);
    const outcomes: Outcome[] = [];
    for (const [i, row] of live.entries()) {
      if (i % SEAL_TURN === SEAL_TURN - 1) await setImmediate();
      outcomes.push(this.seal(row, routings[i] as Routing | LiaisonError, keys));
    }
    const good = outcomes.flatMap((outcome) => (outcome.error ? [] : [outcome]));
    const bad = outcomes.flatMap((outcome) => (outcome.error ? [outcome] : []));
    const sealed = this.sign(good);
    await this.runtime.db.write(() => {
      for (const [i, row] of sealed.entries()) this.setSealed(row, good[i] as (typeof good)[number]);
      for (const { row } of good) this.runtime.journal.note('message.signed', { messageId: messageIdOf(row.id) });
      for (const { row, error } of bad) this.submissions.obstruct(row, error.number, error.detail, isFinal(error));
    });
    for (const { row, error } of bad) this.tell(row, error);
    return true;
  }

  private sign(messages: readonly { readonly row: OutboxRow; readonly sealed: BlindedMessage }[]): SealedRow[] {
    if (messages.length === 0) return [];
    const envelopes = signMessages(
      this.runtime.keys.signingKey,
      messages.map(({ sealed }) => sealed),
    );
    return messages.map(({ row, sealed }, i) => ({
      seq: row.seq,
      routing: encode(RoutingSchema, sealed.routing),
      headerDigest: leafHash(sealed.header),
      envelope: encode(EnvelopeSchema, envelopes[i] as NonNullable<(typeof envelopes)[number]>),
      blind: sealed.blind,
    }));
  }

  /** Must run within `NodeDatabase.write`. */
  private setSealed(sealed: SealedRow, { row, sealed: { routing } }: Outcome & { sealed: BlindedMessage }): void {
    this.runtime.outbox.setSealed(sealed);
    // Who the recipients are may have been decided just now.
    this.runtime.outbox.setOpenRecipients(row.id, routing.recipients.length);
    this.runtime.cases.sealed(row.id, sealed.routing);
  }

  private seal(row: OutboxRow, routing: Routing | LiaisonError, keys: Keys): Outcome {
    if (routing instanceof LiaisonError) return { row, error: routing };
    try {
      const recipients = mailboxesOf(routing).map((mailbox) => {
        const key = keys.get(mailbox);
        if (!key || key instanceof LiaisonError) throw key ?? new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
        return { mailbox, key };
      });
      const body = decode(BodySchema, row.body, 'kept');
      const { keys: own, random } = this.runtime;
      return { row, sealed: sealMessage({ routing, recipients, signingKeyId: own.signingKeyId, body, random }) };
    } catch (error) {
      return { row, error: error instanceof LiaisonError ? error : internalError(error) };
    }
  }

  /** A message that was never submitted ends here when its time is over. */
  private async dropExpired(rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const nowMs = this.runtime.now();
    const expired = rows.filter((row) => row.expiresMs <= nowMs);
    if (expired.length === 0) return [...rows];
    const error = new LiaisonError('EXPIRED', 'It was never submitted.');
    await this.runtime.db.write(() => {
      for (const row of expired) this.submissions.obstruct(row, error.number, error.detail, true);
    });
    for (const row of expired) this.tell(row, error);
    return rows.filter((row) => row.expiresMs > nowMs);
  }

  private tell(row: OutboxRow, error: LiaisonError): void {
    const id = messageIdOf(row.id);
    if (isFinal(error)) this.runtime.notify('refused', { id, code: error.code, text: error.message });
    else if (!PATIENT_CODES.has(error.code) && row.code !== error.number)
      report(this.runtime, error, { messageId: id });
  }
}

/** A mailbox that does not exist or a message that nobody may send will not become better by waiting. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  ...['RECIPIENT_UNKNOWN', 'EXPIRED', 'HEADER_INVALID', 'BODY_INVALID', 'ALGORITHM_REFUSED', 'MALFORMED', 'INTERNAL'],
  ...[
    'GROUP_UNKNOWN',
    'GROUP_ENDED',
    'GROUP_NOT_MEMBER',
    'GROUP_NON_NOMINAL',
    'ORIGINAL_UNKNOWN',
    'PERMISSION_MISSING',
  ],
]);
const isFinal = (error: LiaisonError): boolean => FINAL_CODES.has(error.code);
