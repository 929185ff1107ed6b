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
import { endOf } from './log-shards.ts';
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
  /** What storing leads to, told once that is durable. */
  private readonly tells = new WeakMap<JudgedEvidence, () => void>();

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
        const { shard } = this.runtime.log.checkpointOf(checkpoint, logged);
        if (this.runtime.evidence.has(shard.firstNumber + logged.index, logged.entry)) continue;
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
   * Asks for everything that the log has about own messages, and takes it in.
   * @throws LiaisonError as {@link take}, and why the gateway cannot be asked
   */
  async ask(link: Link, ids: Uint8Array[]): Promise<void> {
    for (let wanted = ids; wanted.length > 0;) {
      const proofs = await link.proofs(wanted, new Uint8Array(0));
      await this.take(link, proofs, proofs.entries);
      for (const id of proofs.unknown) {
        const error = new LiaisonError('MESSAGE_UNKNOWN', 'The gateway denies a message that it accepted.');
        report(this.runtime, error, { messageId: messageIdOf(id) });
      }
      if (proofs.remaining.length >= wanted.length) return;
      wanted = proofs.remaining;
    }
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
      throw new LiaisonError('MESSAGE_UNKNOWN', `Entry ${proven.number} is not about a message of this node.`);
    const routing = decode(RoutingSchema, message.routing, 'signed');
    const { headerDigest } = subject;
    if (!equalBytes(subject.messageId, message.id)) throw invalid(`Entry ${proven.number} is about another message.`);
    const isSame = !headerDigest || (message.headerDigest && equalBytes(headerDigest, message.headerDigest));
    if (subject.sender !== routing.sender || isSame !== true) {
      throw invalid(`Entry ${proven.number} is about another message under the same id.`);
    }
    const { signed, ...claim } = claimOf(proven, routing);
    if (signed) await verifyStatement(this.runtime, link, proven, signed);
    if (claim.recipient !== undefined) requireRecipient(routing, claim.recipient, proven.number);
    return { proven, message, recipients: routing.recipients.length, ...claim };
  }

  /** Must run within `NodeDatabase.write`. @returns whether it was not known before */
  store(judged: JudgedEvidence): boolean {
    const { outbox, evidence } = this.runtime;
    const { proven, message, event } = judged;
    const row: EvidenceRow = {
      number: proven.number,
      messageId: message.id,
      event,
      recipient: judged.recipient,
      atMs: proven.entry.atMs,
      code: judged.code,
      late: judged.late,
      entry: proven.bytes,
      path: proven.path,
      checkpointEnd: endOf(proven.checkpoint),
    };
    const isNew = evidence.add(row, proven.checkpoint);
    if (event === 'SubmissionAcceptance') {
      outbox.setAccepted(message.id);
      this.tells.set(judged, this.runtime.cases.accepted(message.id, row.atMs));
    }
    if (isNew && judged.recipient !== undefined) {
      outbox.setOpenRecipients(message.id, judged.recipients - evidence.countEnded(message.id));
    }
    return isNew;
  }

  /** Tells the application what is durable now. */
  notify(judged: JudgedEvidence): void {
    const { proven, message, event, recipient, code, late } = judged;
    this.tells.get(judged)?.();
    const id = messageIdOf(message.id);
    const { number: index } = proven;
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
