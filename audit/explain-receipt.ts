/** A receipt's verdict, and what it proves and does not prove, in sentences for people who were not there. */
import { decode } from '../protocol/codec.ts';
import { errorCodeOf, LiaisonError } from '../protocol/errors.ts';
import {
  type Entry,
  EntrySchema,
  HandoverStatementSchema,
  HeaderSchema,
  RoutingSchema,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import { toBase64Url, toHex } from '../protocol/ids.ts';
import { leafHash, verifyInclusion } from '../protocol/merkle.ts';
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { eventSentences, RECIPIENT_SIGNATURE } from './explain-events.ts';
import { type Finding, Findings, type Rule } from './findings.ts';
import { parseNote } from './note.ts';
import { checkQuorum } from './proof/witnessed.ts';
import { type EntrySubject, parseReceipt, subjectOf, verifyReceipt } from './receipt.ts';
import type { Verdict } from './verify-log.ts';
import type { Verifier } from './verifier-key.ts';
import type { WitnessPolicy } from './witness-policy.ts';

export interface ReceiptReport {
  readonly verdict: Verdict;
  readonly missingTrust: readonly string[];
  /** Absent when the receipt does not verify: what it says means nothing then. */
  readonly statement?: ReceiptStatement;
  readonly findings: readonly Finding[];
}

export interface ReceiptStatement {
  readonly kind: Entry['event']['kind'];
  readonly index: number;
  readonly atMs: number;
  readonly log: { readonly origin: string; readonly size: number };
  /** Absent when the entry is about no message. */
  readonly message?: { readonly id: string; readonly sender: string; readonly headerDigest?: string };
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
}

const RULE_OF: Readonly<Record<string, Rule>> = {
  CHECKPOINT_INVALID: 'receipt-checkpoint',
  PROOF_INVALID: 'receipt-proof',
  MALFORMED: 'receipt-entry',
  FILE_INVALID: 'receipt-entry',
};

interface Parts {
  readonly entry: Entry;
  readonly index: number;
  readonly checkpoint: Checkpoint;
  readonly subject: EntrySubject | undefined;
}

/**
 * Verifies and explains a receipt. Without the log's key only its inner consistency is checked.
 * @throws LiaisonError FILE_INVALID when the text is no receipt at all. A receipt that does not verify is a finding.
 */
export function examineReceipt(
  text: string,
  logVerifier: Verifier | undefined,
  witnesses?: WitnessPolicy,
): ReceiptReport {
  const note = parseReceipt(text).checkpoint;
  const missingTrust = logVerifier ? [] : ['--log-key'];
  try {
    const parts = logVerifier ? verifyReceipt({ text, logVerifier }) : checkConsistency(text);
    const quorum = new Findings();
    const trust = { ...(witnesses && { witnesses }), ...(logVerifier && { logVerifier }) };
    const witnessed = checkQuorum(trust, [note], quorum);
    if (quorum.total > 0) return { verdict: 'findings', missingTrust, findings: quorum.sorted() };
    const statement = explain(parts, witnessed);
    return { verdict: logVerifier ? 'verified' : 'consistent-origin-unproven', missingTrust, statement, findings: [] };
  } catch (error) {
    const rule = error instanceof LiaisonError ? RULE_OF[error.code] : undefined;
    if (!rule) throw error;
    const findings = new Findings();
    findings.add(rule, (error as LiaisonError).message);
    return { verdict: 'findings', missingTrust, findings: findings.sorted() };
  }
}

/** As {@link verifyReceipt}, but for the signature of the checkpoint. */
function checkConsistency(text: string): Parts {
  const { entry: bytes, index, path, checkpoint: note } = parseReceipt(text);
  const checkpoint = parseCheckpoint(parseNote(note).text);
  if (!verifyInclusion(leafHash(bytes), BigInt(index), BigInt(checkpoint.size), path, checkpoint.root)) {
    throw new LiaisonError('PROOF_INVALID', `Index ${index}, checkpoint of size ${checkpoint.size}.`);
  }
  const entry = decode(EntrySchema, bytes, 'signed');
  return { entry, index, checkpoint, subject: subjectOf(entry) };
}

function explain({ entry, index, checkpoint, subject }: Parts, witnessed: readonly string[]): ReceiptStatement {
  const { origin, size } = checkpoint;
  const [said, notSaid] = sentences(entry);
  const logged = `The log ${origin} has this as entry ${index} and signed so when it had ${size} entries. It cannot deny this.`;
  const message = subject && {
    id: uuid(subject.messageId),
    sender: subject.sender,
    ...(subject.headerDigest && { headerDigest: toHex(subject.headerDigest) }),
  };
  return {
    kind: entry.event.kind,
    index,
    atMs: entry.atMs,
    log: { origin, size },
    ...(message && { message }),
    proves: [logged, ...said, ...witnessed],
    doesNotProve: [...notSaid, CLOCK],
  };
}

export const CLOCK = "That the time is right: it is the gateway's own.";
const SENDER_SIGNATURE =
  "That the sender's signature in it is good: this needs the sender's certificate, which no receipt contains. Verifying the log's data checks it.";
const NEED_CERTIFICATES: ReadonlySet<string> = new Set([SENDER_SIGNATURE, RECIPIENT_SIGNATURE]);
const CONTENT =
  'What the message says. Whoever has its header and body can prove that: the header holds the digest of the body.';

type Sentences = readonly [proves: readonly string[], doesNotProve: readonly string[]];

/** What an entry says and does not say, for a file that has the certificates of those who signed in it. */
export function sentencesWithCertificates(entry: Entry): Sentences {
  const [said, notSaid] = sentences(entry);
  return [said, notSaid.filter((sentence) => !NEED_CERTIFICATES.has(sentence))];
}

function sentences(entry: Entry): Sentences {
  const { atMs, event } = entry;
  const at = new Date(atMs).toISOString();
  switch (event.kind) {
    case 'submissionAcceptance': {
      const header = decode(HeaderSchema, event.value.header, 'signed');
      const { sender, messageId, recipients, expiresAtMs } = decode(RoutingSchema, header.routing, 'signed');
      const to = recipients.map(({ mailbox }, i) => `${mailbox} (number ${event.value.numbers[i] ?? '?'})`).join(', ');
      const accepted = `At ${at} the gateway accepted message ${uuid(messageId)} from ${sender} for ${to}.`;
      const owed = `It owes each of them delivery, or proof of failure, until ${new Date(expiresAtMs).toISOString()}.`;
      return [
        [accepted, owed],
        ['That any recipient has the message: that is a receipt of its own.', SENDER_SIGNATURE, CONTENT],
      ];
    }
    case 'submissionRejection': {
      const { sender, messageId, code } = event.value;
      const refused = `At ${at} the gateway refused message ${uuid(messageId)} of ${sender} with ${codeName(code)}.`;
      return [[refused], ['That the refusal was justified.', SENDER_SIGNATURE]];
    }
    case 'contentHandover':
      return [
        [...word(event.value.statement, at, 'has the message: verified, decrypted and stored'), ...late(event.value)],
        [RECIPIENT_SIGNATURE, CONTENT],
      ];
    case 'contentHandoverFailure': {
      const { statement, code, recipient, messageId, sender } = event.value;
      if (statement) {
        const failed = word(statement, at, `cannot take the message, with ${codeName(code)}`);
        return [
          [...failed, ...late(event.value)],
          ['That the reason is true.', RECIPIENT_SIGNATURE],
        ];
      }
      const expired = `At ${at} the gateway gave up message ${uuid(messageId)} from ${sender} to ${recipient}: ${codeName(code)}.`;
      return [[expired], ['Why the recipient did not take it in time; nobody but the gateway says so.']];
    }
    default: {
      const logged = `At ${at} the gateway logged an entry of kind ${event.kind}.`;
      return eventSentences(entry) ?? [[logged], ['Anything about a message.']];
    }
  }
}

/** What a recipient said, and when by either clock. */
function word(signed: SignedLeaf, loggedAt: string, what: string): string[] {
  const said = decode(HandoverStatementSchema, signed.leaf, 'signed');
  const message = `message ${uuid(said.messageId)} from ${said.sender}, number ${said.number} of its mailbox`;
  return [
    `At ${loggedAt} the gateway logged the word of ${said.recipient} that it ${what}. It is about ${message}.`,
    `The recipient dated it ${new Date(said.atMs).toISOString()} and signed it with the key ${toBase64Url(signed.signature.keyId)}.`,
  ];
}

const late = (event: { readonly late: boolean }): string[] =>
  event.late ? ['It came late: the delivery had ended otherwise before, and that stands.'] : [];

const codeName = (code: number): string => `code ${code} (${errorCodeOf(code) ?? 'of a newer version'})`;

function uuid(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
