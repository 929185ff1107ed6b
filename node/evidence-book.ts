/**
 * Takes evidence in: verifies that an entry is in the log, that it is about a message of this node, and that the recipient
 * itself has signed what it says; then stores it. Nothing that fails a check is stored.
 */
import { subjectOf } from '../audit/receipt.ts';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type LoggedEntry, type Routing, RoutingSchema } from '../protocol/generated/schema.ts';
import { equalBytes, type Mailbox, messageIdOf } from '../protocol/ids.ts';
import type { ProofFrame, ProvenEntry } from './log-view.ts';
import { codeName, type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import { failureStatement, readStatement, type SignedStatement, verifyStatement } from './statements.ts';
import type { EvidenceRow, StoredEvent } from './store/evidence-store.ts';
import type { OutboxRow } from './store/outbox-store.ts';
import type { EvidenceEvent } from './types.ts';

/** Verified evidence, not stored yet. */
export interface JudgedEvidence {
  readonly proven: ProvenEntry;
  readonly message: OutboxRow;
  /** How many the message has. */
  readonly recipients: number;
  readonly event: StoredEvent;
  readonly recipient: Mailbox | undefined;
  readonly code: number;
  readonly late: boolean;
}

type Claim = Pick<JudgedEvidence, 'event' | 'recipient' | 'code' | 'late'> & {
  readonly signed?: SignedStatement | undefined;
};

const invalid = (detail: string): LiaisonError => new LiaisonError('PROOF_INVALID', detail);

export class EvidenceBook {
  private readonly runtime: NodeRuntime;

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  /**
   * Verifies and stores the entries of one frame, in one transaction. Entries that fail are reported and left out.
   * @throws LiaisonError CHECKPOINT_INVALID, CHECKPOINT_INCONSISTENT; STORAGE_FULL, STORAGE_FAILED
   */
  async take(link: Link, frame: ProofFrame, entries: readonly LoggedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const checkpoint = this.runtime.log.meet(frame.checkpoint);
    const judged: JudgedEvidence[] = [];
    for (const logged of entries) {
      try {
        judged.push(await this.judge(link, this.runtime.log.prove(checkpoint, frame.hashes, logged)));
      } catch (error) {
        report(this.runtime, error);
      }
    }
    const isNew = await this.runtime.db.write(() => judged.map((item) => this.store(item)));
    for (const [i, item] of judged.entries()) if (isNew[i] === true) this.notify(item);
  }

  /**
   * Holds a proven entry to the message that it is about.
   * @param submitted the message, when the entry answers its submission
   * @throws LiaisonError MESSAGE_UNKNOWN when it is not about a message of this node; PROOF_INVALID when it contradicts the
   *   message, or states without the recipient what only the recipient can state; SIGNATURE_INVALID when the recipient's signature does not verify, or why its key cannot be relied on
   */
  async judge(link: Link, proven: ProvenEntry, submitted?: OutboxRow): Promise<JudgedEvidence> {
    const subject = subjectOf(proven.entry);
    const message = subject && (submitted ?? this.runtime.outbox.find(subject.messageId));
    if (!message)
      throw new LiaisonError('MESSAGE_UNKNOWN', `Entry ${proven.index} is not about a message of this node.`);
    const routing = decode(RoutingSchema, message.routing, 'signed');
    const { headerDigest } = subject;
    if (!equalBytes(subject.messageId, message.id)) throw invalid(`Entry ${proven.index} is about another message.`);
    const isSame = !headerDigest || (message.headerDigest && equalBytes(headerDigest, message.headerDigest));
    if (subject.sender !== routing.sender || isSame !== true) {
      throw invalid(`Entry ${proven.index} is about another message under the same id.`);
    }
    const { signed, ...claim } = claimOf(proven, routing.expiresAtMs);
    if (signed) await verifyStatement(this.runtime, link, proven, signed);
    if (claim.recipient !== undefined) requireRecipient(routing, claim.recipient, proven.index);
    return { proven, message, recipients: routing.recipients.length, ...claim };
  }

  /** Must run within `NodeDatabase.write`. @returns whether it was not known before */
  store(judged: JudgedEvidence): boolean {
    const { outbox, evidence } = this.runtime;
    const { proven, message, event } = judged;
    const row: EvidenceRow = {
      index: proven.index,
      messageId: message.id,
      event,
      recipient: judged.recipient,
      atMs: proven.entry.atMs,
      code: judged.code,
      late: judged.late,
      entry: proven.bytes,
      path: proven.path,
      checkpointSize: proven.checkpoint.size,
    };
    const isNew = evidence.add(row, proven.checkpoint);
    if (event === 'SubmissionAcceptance') outbox.setAccepted(message.id);
    if (isNew && judged.recipient !== undefined) {
      outbox.setOpenRecipients(message.id, judged.recipients - evidence.countEnded(message.id));
    }
    return isNew;
  }

  /** Tells the application what is durable now. */
  notify({ proven, message, event, recipient, code, late }: JudgedEvidence): void {
    const id = messageIdOf(message.id);
    const { index } = proven;
    const { atMs } = proven.entry;
    if (event === 'SubmissionAcceptance') {
      this.runtime.notify('accepted', { id, index, atMs });
    } else if (recipient !== undefined) {
      const fields: EvidenceEvent = { event, index, atMs, ...(code === 0 ? {} : { reason: codeName(code) }) };
      this.runtime.notify('evidence', { id, recipient, ...fields, ...(late ? { late } : {}) });
    }
  }
}

function claimOf({ entry: { atMs, event }, index }: ProvenEntry, expiresAtMs: number): Claim {
  switch (event.kind) {
    case 'submissionAcceptance':
      return { event: 'SubmissionAcceptance', recipient: undefined, code: 0, late: false };
    case 'submissionRejection':
      return { event: 'SubmissionRejection', recipient: undefined, code: event.value.code, late: false };
    case 'contentHandover': {
      const { statement: leaf, late } = event.value;
      const signed = readStatement(leaf);
      const recipient = signed.statement.recipient as Mailbox;
      return { event: 'ContentHandover', recipient, code: 0, late, signed };
    }
    case 'contentHandoverFailure': {
      const { recipient, late, code } = event.value;
      const signed = failureStatement(event.value, index);
      if (!signed && atMs < expiresAtMs) {
        throw invalid(
          `Entry ${index} states that the message expired, before its time at ${new Date(expiresAtMs).toISOString()}.`,
        );
      }
      return { event: 'ContentHandoverFailure', recipient: recipient as Mailbox, code, late, signed };
    }
    default:
      throw invalid(`Entry ${index} is no evidence about a message.`);
  }
}

function requireRecipient(routing: Routing, mailbox: string, index: number): void {
  if (!routing.recipients.some((recipient) => recipient.mailbox === mailbox)) {
    throw invalid(`Entry ${index} names ${mailbox}, which is no recipient of the message.`);
  }
}
