/**
 * Evidence about messages that this node has not sent: that somebody passed on the content of one of its own (a disclosure),
 * and that the time for its own answer to a request is passing.
 */
import { verifyLeafHash } from '../protocol/batch.ts';
import { decode } from '../protocol/codec.ts';
import { parseHeader } from '../protocol/envelope/verify.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type DeadlineEvent, RoutingSchema, type SubmissionAcceptance } from '../protocol/generated/schema.ts';
import { agencyOf, equalBytes, type Mailbox, parseMailbox } from '../protocol/ids.ts';
import { endOf } from './log-shards.ts';
import type { ProvenEntry } from './log-view.ts';
import type { NodeRuntime } from './runtime.ts';
import type { Link } from './session/link.ts';
import type { EvidenceRow } from './store/evidence-store.ts';

/** Verified, not stored yet. */
export interface ForeignEvidence {
  readonly proven: ProvenEntry;
  readonly row: EvidenceRow;
  /** Own messages whose content was passed on. */
  readonly roots: readonly Uint8Array[];
}

/**
 * @returns `undefined` when the entry is of a kind, or from a sender, that this is not about
 * @throws LiaisonError MESSAGE_UNKNOWN when this node has no part in it; as verifying the sender's key and signature
 */
export async function judgeForeign(
  runtime: NodeRuntime,
  link: Link,
  proven: ProvenEntry,
): Promise<ForeignEvidence | undefined> {
  const { event } = proven.entry;
  if (event.kind === 'submissionAcceptance') return judgeDisclosure(runtime, link, proven, event.value);
  return event.kind === 'deadlineEvent' ? judgeDeadline(runtime, proven, event.value) : undefined;
}

async function judgeDisclosure(
  runtime: NodeRuntime,
  link: Link,
  proven: ProvenEntry,
  { header, signature, path }: SubmissionAcceptance,
): Promise<ForeignEvidence | undefined> {
  const { routing, sender, digest } = parseHeader(header);
  if (agencyOf(sender) === runtime.config.agencyId || routing.derivedFrom.length === 0) return undefined;
  const roots = rootsOf(runtime, routing.derivedFrom);
  if (roots.length === 0) {
    throw new LiaisonError('MESSAGE_UNKNOWN', `Entry ${proven.number} derives from no message of this node.`);
  }
  const logged = { index: proven.number, atMs: proven.entry.atMs };
  const key = await runtime.directory.signingKey(link, sender, signature.keyId, logged);
  verifyLeafHash('message', key, digest, signature, path);
  return { proven, row: rowOf(proven, routing.messageId, 'Disclosure', undefined), roots };
}

/** At a remove a message derives from one that was itself told as a disclosure: then from the same own messages. */
function rootsOf({ outbox, evidence }: NodeRuntime, derivedFrom: readonly Uint8Array[]): Uint8Array[] {
  const found = derivedFrom.flatMap((id) => (outbox.find(id) ? [id] : evidence.rootsOf(id)));
  return found.filter((id, i) => found.findIndex((other) => equalBytes(other, id)) === i);
}

/** About a request that came to a mailbox of this node. The requester's own node has it in its outbox. */
function judgeDeadline(runtime: NodeRuntime, proven: ProvenEntry, event: DeadlineEvent): ForeignEvidence | undefined {
  const { messageId, recipient, sender } = event;
  const own = runtime.outbox.find(messageId);
  if (own && decode(RoutingSchema, own.routing, 'signed').sender === sender) return undefined;
  const mailbox = parseMailbox(recipient);
  const isHere =
    runtime.config.mailboxes.includes(mailbox) && runtime.inbox.bySender(mailbox, sender as Mailbox, messageId);
  if (!isHere) throw new LiaisonError('MESSAGE_UNKNOWN', `Entry ${proven.number} is about no message of this node.`);
  return { proven, row: rowOf(proven, messageId, 'DeadlineEvent', recipient), roots: [] };
}

const rowOf = (
  { number, entry, bytes, path, checkpoint }: ProvenEntry,
  messageId: Uint8Array,
  event: 'Disclosure' | 'DeadlineEvent',
  recipient: string | undefined,
): EvidenceRow => ({
  number,
  messageId,
  event,
  recipient,
  atMs: entry.atMs,
  code: 0,
  late: false,
  entry: bytes,
  path,
  checkpointEnd: endOf(checkpoint),
});
