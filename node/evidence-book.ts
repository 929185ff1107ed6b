/**
 * Takes evidence in: verifies that an entry is in the log, that it is about a message of this node, and that the recipient
 * itself has signed what it says; then stores it. Nothing that fails a check is stored.
 */
import { subjectOf } from '../audit/receipt.ts';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type LoggedEntry, type Routing, RoutingSchema } from '../protocol/generated/schema.ts';
import { equalBytes, type Mailbox, messageIdOf } from '../protocol/ids.ts';
import { claimOf } from './evidence-claims.ts';
import { type ForeignEvidence, judgeForeign } from './evidence-of-others.ts';
import type { ProofFrame, ProvenEntry } from './log-view.ts';
import { codeName, type NodeRuntime, report } from './runtime.ts';
import type { Link } from './session/link.ts';
import { verifyStatement } from './statements.ts';
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

const invalid = (detail: string): LiaisonError => new LiaisonError('PROOF_INVALID', detail);

export class EvidenceBook {
  private readonly runtime: NodeRuntime;

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  /**
   * Verifies and stores the entries of one frame, in one transaction. Entries that fail are reported and left out, those
   * that are stored already are passed over.
   * @throws LiaisonError CHECKPOINT_INVALID, CHECKPOINT_INCONSISTENT; STORAGE_FULL, STORAGE_FAILED
   */
  async take(link: Link, frame: ProofFrame, entries: readonly LoggedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const checkpoint = this.runtime.log.meet(frame.checkpoint);
    const judged: JudgedEvidence[] = [];
    const foreign: ForeignEvidence[] = [];
    for (const logged of entries) {
      try {
        if (this.runtime.evidence.has(logged.index, logged.entry)) continue;
        const proven = this.runtime.log.prove(checkpoint, frame.hashes, logged);
        const other = await judgeForeign(this.runtime, link, proven);
        if (other) foreign.push(other);
        else judged.push(await this.judge(link, proven));
      } catch (error) {
        report(this.runtime, error);
      }
    }
    const isNew = await this.runtime.db.write(() => {
      for (const { row, roots, proven } of foreign) this.runtime.evidence.add(row, proven.checkpoint, roots);
      return judged.map((item) => this.store(item));
    });
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
    const { signed, ...claim } = claimOf(proven, routing);
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
      const told = event as Exclude<StoredEvent, 'Disclosure'>;
      const fields: EvidenceEvent = { event: told, index, atMs, ...(code === 0 ? {} : { reason: codeName(code) }) };
      this.runtime.notify('evidence', { id, recipient, ...fields, ...(late ? { late } : {}) });
    }
  }
}

function requireRecipient(routing: Routing, mailbox: string, index: number): void {
  if (!routing.recipients.some((recipient) => recipient.mailbox === mailbox)) {
    throw invalid(`Entry ${index} names ${mailbox}, which is no recipient of the message.`);
  }
}
