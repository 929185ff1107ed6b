/**
 * Receipts: an entry with the proof that it is in the log, as a text file that anybody can verify offline with the log's
 * key (SPEC.md section 7.1). Lines end in U+000A:
 *
 *     liaison-receipt@v1
 *     entry <base64 of the entry's bytes>
 *     c2sp.org/tlog-proof@v1
 *     … the rest of the proof, verbatim
 */
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  type Entry,
  EntrySchema,
  type EventStatement,
  EventStatementSchema,
  HandoverOutcome,
  type HandoverStatement,
  HandoverStatementSchema,
  HeaderSchema,
  RecipientEvent,
  RoutingSchema,
} from '../protocol/generated/schema.ts';
import { equalBytes, fromBase64, type MessageId, messageIdBytes, toBase64 } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import { leafHash, verifyInclusion } from '../protocol/merkle.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts';
import { type Verifier } from './verifier-key.ts';

/** An entry's bytes and its proof. */
export interface Receipt extends TlogProof {
  readonly entry: Uint8Array;
}

/** The message that an entry is about. Two senders may use the same message id, so the sender belongs to it. */
export interface EntrySubject {
  /** Mailbox. */
  readonly sender: string;
  /** 16 bytes. */
  readonly messageId: Uint8Array;
  /** Leaf hash of the header. What the gateway states by itself (expiry, lapse, deadline) has none. */
  readonly headerDigest: Uint8Array | undefined;
}

/** What the holder knows already. Whatever is given is compared. */
export interface ExpectedSubject {
  readonly sender?: string;
  readonly messageId?: MessageId;
  /** Compared with entries that state one; {@link EntrySubject.headerDigest} says whether this one does. */
  readonly headerDigest?: Uint8Array;
}

export interface VerifiedReceipt {
  readonly entry: Entry;
  readonly entryBytes: Uint8Array;
  readonly index: number;
  readonly checkpoint: Checkpoint;
  /** `undefined` for entries that are not about one message. */
  readonly subject: EntrySubject | undefined;
}

const FIRST_LINE = 'liaison-receipt@v1';
const RECEIPT = /^liaison-receipt@v1\nentry ([A-Za-z0-9+/=]+)\n/;

/** Writes what {@link parseReceipt} reads. */
export function formatReceipt(receipt: Receipt): string {
  return `${FIRST_LINE}\nentry ${toBase64(receipt.entry)}\n${formatTlogProof(receipt)}`;
}

/**
 * Takes a receipt apart without verifying anything.
 * @throws LiaisonError FILE_INVALID when the form is wrong or the entry is longer than 60,000 bytes
 */
export function parseReceipt(text: string): Receipt {
  const [head, encoded] = RECEIPT.exec(text) ?? [];
  const entry = encoded === undefined ? undefined : fromBase64(encoded);
  if (head === undefined || !entry || entry.length > LIMITS.entryBytesMax) {
    throw invalid(`Expected the lines "${FIRST_LINE}" and "entry", with base64 of at most 60,000 bytes.`);
  }
  return { entry, ...parseTlogProof(text.slice(head.length)) };
}

/**
 * Verifies that the log of this key holds the entry, and that the entry is about the expected message. The signatures
 * within the entry (the sender's, the recipient's) are not verified here: they need certificates and anchors.
 * @param request.logVerifier the log's key, from outside the receipt
 * @param request.expected the message that the receipt is asked to prove something about; without it any entry will do
 * @throws LiaisonError FILE_INVALID when the text is not a receipt or its entry is about something else;
 *   CHECKPOINT_INVALID when the log's key did not sign the checkpoint; PROOF_INVALID when the path does not lead from the
 *   entry to its root; MALFORMED when the entry is not in canonical encoding
 */
export function verifyReceipt(request: {
  readonly text: string;
  readonly logVerifier: Verifier;
  readonly expected?: ExpectedSubject;
}): VerifiedReceipt {
  const { entry: entryBytes, index, path, checkpoint: note } = parseReceipt(request.text);
  const checkpoint = verifyCheckpoint(note, request.logVerifier);
  if (!verifyInclusion(leafHash(entryBytes), BigInt(index), BigInt(checkpoint.size), path, checkpoint.root)) {
    throw new LiaisonError('PROOF_INVALID', `Index ${index}, checkpoint of size ${checkpoint.size}.`);
  }
  const entry = decode(EntrySchema, entryBytes, 'signed');
  const subject = subjectOf(entry);
  if (request.expected) checkSubject(subject, request.expected);
  return { entry, entryBytes, index, checkpoint, subject };
}

/**
 * The message that an entry is about, or `undefined` for kinds of entry that are not about one message.
 * @param known the handover's statement, when the caller has read it
 * @throws LiaisonError MALFORMED when what the entry contains is not canonical; FILE_INVALID when an entry contradicts
 *   the recipient's statement within it
 */
export function subjectOf({ event }: Entry, known?: HandoverStatement): EntrySubject | undefined {
  switch (event.kind) {
    case 'submissionAcceptance': {
      const { header } = event.value;
      const { routing } = decode(HeaderSchema, header, 'signed');
      const { sender, messageId } = decode(RoutingSchema, routing, 'signed');
      return { sender, messageId, headerDigest: leafHash(header) };
    }
    case 'submissionRejection':
      return pick(event.value);
    case 'contentHandover':
      return pick(statementOf(event.value.statement.leaf, HandoverOutcome.HANDED_OVER, known));
    case 'contentHandoverFailure': {
      const { sender, messageId, recipient, number, statement } = event.value;
      if (!statement) return { sender, messageId, headerDigest: undefined };
      const said = statementOf(statement.leaf, HandoverOutcome.FAILED, known);
      const isSameDelivery =
        said.sender === sender &&
        said.recipient === recipient &&
        said.number === number &&
        equalBytes(said.messageId, messageId);
      if (!isSameDelivery) throw invalid("The entry and the recipient's statement in it are about two deliveries.");
      return pick(said);
    }
    case 'contentAccessTracking':
      return pick(saidOf(event.value.statement.leaf, RecipientEvent.OPENED));
    case 'consignmentAcceptance':
      return pick(saidOf(event.value.statement.leaf, RecipientEvent.CONSENT_GIVEN));
    case 'consignmentRejection':
      return pick(saidOf(event.value.statement.leaf, RecipientEvent.CONSENT_REFUSED));
    case 'acceptanceRejectionExpiry':
    case 'deadlineEvent': {
      const { sender, messageId } = event.value;
      return { sender, messageId, headerDigest: undefined };
    }
    default:
      return undefined;
  }
}

const pick = ({ sender, messageId, headerDigest }: EntrySubject): EntrySubject => ({
  sender,
  messageId,
  headerDigest,
});

function statementOf(leaf: Uint8Array, outcome: HandoverOutcome, known?: HandoverStatement): HandoverStatement {
  const statement = known ?? decode(HandoverStatementSchema, leaf, 'signed');
  if (statement.outcome !== outcome) throw invalid("The entry says the opposite of the recipient's statement in it.");
  return statement;
}

function saidOf(leaf: Uint8Array, event: RecipientEvent): EventStatement {
  const statement = decode(EventStatementSchema, leaf, 'signed');
  if (statement.event !== event) throw invalid("The entry says something else than the recipient's statement in it.");
  return statement;
}

function checkSubject(subject: EntrySubject | undefined, expected: ExpectedSubject): void {
  if (!subject) throw invalid('The entry is not about a message.');
  const { sender, messageId, headerDigest } = expected;
  const isSubject =
    (sender === undefined || sender === subject.sender) &&
    (messageId === undefined || equalBytes(messageIdBytes(messageId), subject.messageId)) &&
    (!headerDigest || !subject.headerDigest || equalBytes(headerDigest, subject.headerDigest));
  if (!isSubject) throw invalid('The receipt is about another message.');
}

const invalid = (detail: string): LiaisonError => new LiaisonError('FILE_INVALID', detail);
