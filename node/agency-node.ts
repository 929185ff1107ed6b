/** The agency node: what an application works with. Everything else in this folder is its parts. */
import { LiaisonError } from '../protocol/errors.ts';
import type { Attachment } from '../protocol/generated/schema.ts';
import { eraseAttachments, saveAttachment } from './attachments/save.ts';
import { sealAttachments } from './attachments/seal.ts';
import { type MessageId, messageIdBytes, parseMessageId } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Draft } from './compose.ts';
import { evidenceOf } from './cases/standing.ts';
import { CaseNode } from './case-node.ts';
import { Cases } from './cases/cases.ts';
import { prepareDraft } from './cases/drafts.ts';
import { Groups } from './cases/groups.ts';
import { loadConfig, type NodeConfig, type NodeConfigInput, parseConfig } from './config.ts';
import { Connection } from './connection.ts';
import { discloseMessage } from './disclose.ts';
import { EvidenceBook } from './evidence-book.ts';
import { makeReceipts } from './evidence-report.ts';
import { EvidenceSync } from './evidence-sync.ts';
import { Handovers } from './handovers.ts';
import { Inbox } from './inbox.ts';
import { InboxReader } from './inbox-reader.ts';
import type { Reason } from './journal/entries.ts';
import type { Journal } from './journal/journal.ts';
import { openRuntime, type RuntimeOverrides } from './open-runtime.ts';
import { Outbox } from './outbox.ts';
import { refreshProofs } from './refresh.ts';
import { type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import { type Connect, connectTo } from './session/socket.ts';
import { findStored } from './stored-messages.ts';
import type {
  AgencyNodeEvents,
  DirectoryListing,
  InboxMessage,
  InboxOptions,
  MessageEvidence,
  PingResult,
  ReceiptKind,
  SendRequest,
  StoredMessage,
  StoredReceipt,
} from './types.ts';
import { waitForEvidence, type WaitGoal } from './wait.ts';

/** What tests and special surroundings replace. */
export interface NodeOverrides extends RuntimeOverrides {
  readonly connect?: Connect;
  /** Work with the local database only; no connection is made. */
  readonly offline?: boolean;
}

const PING_TIMEOUT_MS = 10_000;
const FLUSH_MAX_MS = 5_000;
const CLOSE_MAX_MS = 2_000;
const LIST_MAX = 100;

export class AgencyNode extends CaseNode {
  readonly config: NodeConfig;
  private readonly runtime: NodeRuntime;
  private readonly connection: Connection;
  private readonly book: EvidenceBook;
  private readonly outbox: Outbox;
  private readonly inboxIntake: Inbox;
  private readonly reader: InboxReader;
  private readonly handovers: Handovers;
  private readonly evidenceSync: EvidenceSync;
  protected readonly cases: Cases;
  private closing: Promise<void> | undefined;

  /**
   * Opens the node's database and begins to connect; it connects again by itself until `close`, or until a
   * `disconnected` event says that this was final.
   * @param config path of a configuration file, or what such a file would hold (relative paths are then relative to the
   *   working directory)
   * @throws LiaisonError CONFIG_INVALID, FILE_UNREADABLE, FILE_INVALID, KEY_FILE_EXPOSED, TRUST_MISSING, AGENCY_MISMATCH,
   *   CERTIFICATE_INVALID, ALGORITHM_REFUSED; DATA_LOCKED, DATA_VERSION, DATA_DAMAGED, STORAGE_FAILED
   */
  static open(config: string | NodeConfigInput, overrides: NodeOverrides = {}): Promise<AgencyNode> {
    return new Promise((resolve) => {
      const read = typeof config === 'string' ? loadConfig(config) : parseConfig(config, process.cwd());
      resolve(new AgencyNode(read, overrides));
    });
  }

  private constructor(config: NodeConfig, overrides: NodeOverrides) {
    super();
    // Each waiting call listens.
    this.setMaxListeners(0);
    this.config = config;
    this.runtime = openRuntime(config, overrides, {
      notify: (event, ...values) => this.tell(event, values),
      fault: (error) => this.connection.session.fault(error),
      storageFailed: (error) => this.storageFailed(error),
    });
    const book = new EvidenceBook(this.runtime);
    this.book = book;
    const groups = new Groups(this.runtime);
    this.outbox = new Outbox(this.runtime, book, groups);
    this.handovers = new Handovers(this.runtime);
    this.inboxIntake = new Inbox(this.runtime, this.handovers);
    this.reader = new InboxReader(this.runtime);
    this.evidenceSync = new EvidenceSync(this.runtime, book);
    this.cases = new Cases({ runtime: this.runtime, outbox: this.outbox, groups, connected: () => this.connected() });
    this.connection = new Connection({
      runtime: this.runtime,
      connect: overrides.connect ?? connectTo(config),
      parts: [this.handovers, this.inboxIntake, this.outbox, this.evidenceSync, this.cases.events, this.cases.alarms],
      deliver: (frame) => this.inboxIntake.deliver(frame),
      evidence: (frame) => this.evidenceSync.push(frame),
    });
    if (overrides.offline !== true) this.connection.session.start();
  }

  /** The node's own log. Whoever shows, exports or erases content records it there first. */
  get journal(): Journal {
    return this.runtime.journal;
  }

  /** Whether there is a session with the gateway at this moment. */
  get isConnected(): boolean {
    return this.connection.isOpen;
  }

  /**
   * Sends a message: resolves once it is durable in the local outbox. Everything after that is the node's business;
   * events and `evidence` tell what becomes of it.
   * @throws LiaisonError HEADER_INVALID or BODY_INVALID naming field and rule; MAILBOX_NOT_YOURS, EXPIRY_TOO_FAR,
   *   LIMIT_EXCEEDED; for attachments FILE_UNREADABLE, FILE_INVALID; STORAGE_FULL, STORAGE_FAILED
   */
  async send(request: SendRequest): Promise<MessageId> {
    const [id] = await this.sendMany([request]);
    return id as MessageId;
  }

  /**
   * Sends 1 to 1024 messages under one signature. All of them or none are durable when it resolves.
   * @throws LiaisonError as {@link send}
   */
  async sendMany(requests: readonly SendRequest[]): Promise<MessageId[]> {
    if (requests.length > LIMITS.submitMessagesMax) {
      throw new LiaisonError('LIMIT_EXCEEDED', `At most ${LIMITS.submitMessagesMax} messages can be sent at once.`);
    }
    const sealed = new Map<SendRequest, Attachment[]>();
    for (const request of requests) {
      // Without files nothing is waited for: calls of one turn of the event loop share a transaction.
      if (request.attachments?.length) sealed.set(request, await sealAttachments(request, this.runtime.spool));
    }
    const drafts = requests.map((request) => this.compose(request, sealed.get(request)));
    if (drafts.length > 0) await this.outbox.add(drafts);
    return drafts.map(({ id }) => id);
  }

  /**
   * The messages that are not done, in order of arrival, and (unless told otherwise) those that arrive later. Each comes
   * again, with the same id and a higher attempt, until its `done` has resolved: after `redeliverAfterMs`, or when
   * another loop begins, or after a restart.
   * @throws LiaisonError MAILBOX_NOT_YOURS when the first message is asked for
   */
  inbox(options: InboxOptions = {}): AsyncGenerator<InboxMessage, void, undefined> {
    return this.reader.read(options);
  }

  /**
   * Says of a received message that the application needs it no more, as the message's own `done` does; for applications
   * that remember only the id.
   * @param mailbox which copy, when several own mailboxes got it; all of them unless told
   * @throws LiaisonError MESSAGE_NOT_FOUND, MAILBOX_NOT_YOURS
   */
  done(id: string, mailbox?: string): Promise<void> {
    return this.reader.doneById(parseMessageId(id), mailbox);
  }

  /**
   * What is known and proven about a message of this node, for each recipient.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  evidence(id: string): MessageEvidence {
    const bytes = messageIdBytes(parseMessageId(id));
    const row = this.runtime.outbox.find(bytes);
    if (!row) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
    return evidenceOf(this.runtime, row);
  }

  /**
   * All receipts of a message, in the log's order.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  receipts(id: string): StoredReceipt[] {
    this.evidence(id);
    const { evidence, log } = this.runtime;
    return makeReceipts(evidence.about(messageIdBytes(parseMessageId(id))), evidence, log);
  }

  /**
   * Asks for the proofs of a message again and keeps those whose checkpoint names more witnesses than the stored one.
   * @returns how many receipts have changed
   * @throws LiaisonError MESSAGE_NOT_FOUND; PROOF_INVALID, CHECKPOINT_INVALID, CHECKPOINT_INCONSISTENT; why there is no session
   */
  async refreshReceipts(id: string, options: { readonly timeoutMs?: number } = {}): Promise<number> {
    this.evidence(id);
    const link = await this.connected(options.timeoutMs);
    const messageId = messageIdBytes(parseMessageId(id));
    return refreshProofs(this.runtime, { link, book: this.book, messageId });
  }

  /**
   * A receipt file, which anybody can verify offline with the log's key.
   * @param kind the acceptance unless told
   * @param recipient which handover or failure, when there are several
   * @throws LiaisonError MESSAGE_NOT_FOUND when the message or such a receipt is not there (yet)
   */
  receipt(id: string, kind: ReceiptKind = 'acceptance', recipient?: string): string {
    const found = this.receipts(id).findLast(
      (receipt) => receipt.kind === kind && (recipient === undefined || receipt.recipient === recipient),
    );
    if (!found) throw new LiaisonError('MESSAGE_NOT_FOUND', `There is no receipt of ${kind} for ${id}.`);
    return found.text;
  }

  /**
   * A file that proves what a message says, without the node's keys (SPEC.md section 7.8). That it is made is in the node's own
   * log before this resolves.
   * @throws LiaisonError MESSAGE_NOT_FOUND when the content is not here, or not what the sender needs to prove it;
   *   USAGE when the content has the keys of attachments and that is not agreed to; KEY_UNKNOWN when nobody knows the
   *   sender's certificates; JUSTIFICATION_MISSING; STORAGE_FAILED when it could not be recorded
   */
  disclose(id: string, reason: Reason, options: { readonly withAttachmentKeys?: boolean } = {}): Promise<string> {
    const link = this.isConnected ? () => this.connected() : undefined;
    return discloseMessage(this.runtime, parseMessageId(id), reason, { ...options, link });
  }

  /** Messages of this node, newest first. */
  sent(limit = LIST_MAX): MessageEvidence[] {
    return this.runtime.outbox.page(Number.MAX_SAFE_INTEGER, limit).map((row) => evidenceOf(this.runtime, row));
  }

  /**
   * Every copy of a message in this node: as sent and as received.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  find(id: string): StoredMessage[] {
    const found = findStored(this.runtime, parseMessageId(id));
    if (found.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
    return found;
  }

  /**
   * Writes an attachment of a received message into a file, which appears only when all of it is verified and durable.
   * @param index its place in `InboxMessage.attachments`
   * @throws LiaisonError MESSAGE_NOT_FOUND, UNAVAILABLE, FILE_EXISTS, ATTACHMENT_INVALID, STORAGE_FULL, STORAGE_FAILED
   */
  saveAttachment(id: string, index: number, path: string): Promise<void> {
    return saveAttachment(this.runtime, parseMessageId(id), index, path);
  }

  /**
   * Deletes the attachments of a received message from this node's disk; the message itself stays. As {@link erase}, it is
   * in the node's own log.
   * @throws LiaisonError MESSAGE_NOT_FOUND, JUSTIFICATION_MISSING
   */
  eraseAttachments(id: string, reason: Reason): Promise<void> {
    return eraseAttachments(this.runtime, parseMessageId(id), reason);
  }

  /**
   * Waits until a message is accepted, or handed over to all its recipients.
   * @throws LiaisonError the code of the refusal or of the failed delivery; DIRECTORY_UNTRUSTED and the like when the
   *   message cannot be sealed at present (it stays in the outbox); MESSAGE_NOT_FOUND; after `timeoutMs` (30 s unless
   *   told) why there is no session, or WAIT_TIMEOUT
   */
  waitFor(id: string, goal: WaitGoal, options: { readonly timeoutMs?: number } = {}): Promise<MessageEvidence> {
    return waitForEvidence({
      node: this,
      id: parseMessageId(id),
      goal,
      timeoutMs: options.timeoutMs ?? 30_000,
      obstacleOf: (messageId) => this.runtime.outbox.find(messageIdBytes(messageId)),
      stoppedBy: () => (this.connection.isFinal ? this.connection.error : undefined),
      connectionError: () => (this.isConnected ? undefined : this.connection.error),
    });
  }

  /**
   * Asks the gateway for a sign of life over the session.
   * @throws LiaisonError why there is no session
   */
  async ping(options: { readonly timeoutMs?: number } = {}): Promise<PingResult> {
    const link = await this.connected(options.timeoutMs);
    const startedMs = performance.now();
    const { nowMs: gatewayTimeMs } = await link.ping();
    const roundTripMs = performance.now() - startedMs;
    const clockAheadMs = Math.round(this.runtime.now() - roundTripMs / 2 - gatewayTimeMs);
    return { roundTripMs, gatewayTimeMs, clockAheadMs, treeSize: this.runtime.log.sizeMet };
  }

  /**
   * Waits until the gateway was asked for all evidence that this node lacked when the session began, and what it has
   * delivered so far is durable.
   * @throws LiaisonError why there is no session
   */
  async sync(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    await this.connected(options.timeoutMs);
    await Promise.all([this.evidenceSync.settled(), this.inboxIntake.settled()]);
  }

  /**
   * The mailboxes that the gateway knows.
   * @throws LiaisonError why there is no session
   */
  async directory(options: { readonly timeoutMs?: number } = {}): Promise<DirectoryListing[]> {
    return this.runtime.directory.list(await this.connected(options.timeoutMs));
  }

  /**
   * Waits a few seconds for answers that are under way, ends the session and closes the database. What has no answer is
   * submitted again after the next `open`.
   */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private compose(request: SendRequest, attachments: readonly Attachment[] = []): Draft {
    if (this.closing) throw new LiaisonError('UNAVAILABLE', 'The node is closed.');
    return prepareDraft(this.runtime, request, attachments);
  }

  private storageFailed(error: LiaisonError): void {
    report(this.runtime, error);
    this.connection.session.stop();
  }

  private tell<K extends keyof AgencyNodeEvents>(event: K, values: AgencyNodeEvents[K]): void {
    if (event === 'received') this.reader.changed();
    // An emitter's types cannot follow a type parameter.
    const emit = this.emit.bind(this) as (name: string, ...given: unknown[]) => boolean;
    queueMicrotask(() => void emit(event, ...values));
  }

  private connected(timeoutMs = PING_TIMEOUT_MS): Promise<Link> {
    if (this.closing) return Promise.reject(this.connection.error ?? new LiaisonError('UNAVAILABLE'));
    return this.connection.connected(timeoutMs);
  }

  private async shutDown(): Promise<void> {
    const isBusy = (): boolean => this.outbox.isBusy || this.handovers.isBusy || this.cases.events.isBusy;
    await until(() => !this.isConnected || !isBusy(), FLUSH_MAX_MS);
    this.connection.session.stop();
    await until(() => this.connection.isFinal, CLOSE_MAX_MS);
    this.connection.session.abandon();
    this.reader.close();
    // What has begun must not find the database closed.
    await Promise.all([this.inboxIntake.settled(), this.evidenceSync.settled(), until(() => !isBusy(), CLOSE_MAX_MS)]);
    await this.inboxIntake.downloadsSettled();
    await this.cases.close();
    await this.runtime.db.close();
  }
}

/** Looks again and again, for at most `maxMs`. */
async function until(isReached: () => boolean, maxMs: number): Promise<void> {
  const endMs = performance.now() + maxMs;
  while (!isReached() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 5));
}
