/** The verdict on a proof about one message (SPEC.md section 7.7), and what it proves and does not prove, in sentences. */
import { ShardKeys, type OpenedReceipt } from './proof/shard-keys.ts';
import { type Chain, type MessageProof, parseMessageProof } from './proof/message-proof.ts';
import { checkPlace, placeOf, signedIn } from './proof/signatures.ts';
import { Signers } from './proof/signers.ts';
import { decode } from '../protocol/codec.ts';
import { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
import { ActSchema, type Entry, EntrySchema } from '../protocol/generated/schema.ts';
import { equalBytes, messageIdBytes, toHex } from '../protocol/ids.ts';
import { CLOCK, sentencesWithCertificates } from './explain-receipt.ts';
import { type Finding, Findings, type Rule } from './findings.ts';
import { subjectOf } from './receipt.ts';
import type { Verdict } from './verify-log.ts';
import type { Verifier } from './verifier-key.ts';
import { checkQuorum } from './proof/witnessed.ts';
import type { WitnessPolicy } from './witness-policy.ts';

/** What a verifier brings along. */
export interface FileTrust {
  readonly logVerifier?: Verifier;
  /** Certificates (DER) of the authorities that the verifier trusts for agencies. */
  readonly anchors?: readonly Uint8Array[];
  /** Which witnesses must have cosigned the checkpoints. */
  readonly witnesses?: WitnessPolicy;
}

export interface ProvenEntryReport {
  readonly kind: Entry['event']['kind'];
  readonly origin: string;
  readonly index: number;
  readonly atMs: number;
}

export interface ProofReport {
  readonly format: 'liaison-proof';
  readonly verdict: Verdict;
  readonly missingTrust: readonly string[];
  readonly message: { readonly id: string; readonly sender: string; readonly headerDigest?: string };
  readonly entries: readonly ProvenEntryReport[];
  /** Empty when something is wrong: what the file says means nothing then. */
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
  readonly findings: readonly Finding[];
}

const RULE_OF: Partial<Readonly<Record<ErrorCode, Rule>>> = {
  CHECKPOINT_INVALID: 'receipt-checkpoint',
  PROOF_INVALID: 'receipt-proof',
  MALFORMED: 'receipt-entry',
  FILE_INVALID: 'receipt-entry',
  HEADER_INVALID: 'header-rules',
  SIGNATURE_INVALID: 'sender-signature',
};

interface ReadEntry extends OpenedReceipt {
  readonly entry: Entry;
}

/**
 * Verifies and explains a proof. What is missing of the trust is named and leaves the verdict open.
 * @throws LiaisonError FILE_INVALID, DATA_VERSION when the text is no such file. What does not verify is a finding.
 */
export function examineProof(text: string, trust: FileTrust): ProofReport {
  const proof = parseMessageProof(text);
  const findings = new Findings();
  const shards = new ShardKeys(trust.logVerifier);
  shards.follow(proof.links, findings);
  const entries = readEntries(proof, shards, findings);
  const acceptance = entries.find(({ entry }) => entry.event.kind === 'submissionAcceptance');
  for (const each of entries) checkEntry(proof, each, { acceptance, shards, findings });
  const signers = checkSignatures(proof.chains, trust, entries, findings);
  const witnessed = checkQuorum(
    trust,
    entries.map(({ note }) => note),
    findings,
  );
  const missingTrust = [...(trust.logVerifier ? [] : ['--log-key']), ...(trust.anchors ? [] : ['--anchors'])];
  const clean = missingTrust.length === 0 ? 'verified' : 'consistent-origin-unproven';
  const headerDigest = digestOf(acceptance);
  return {
    format: 'liaison-proof',
    verdict: findings.total > 0 ? 'findings' : clean,
    missingTrust,
    message: { id: proof.messageId, sender: proof.sender, ...(headerDigest && { headerDigest: toHex(headerDigest) }) },
    entries: entries.map(({ entry, index, checkpoint: { origin } }) => {
      return { kind: entry.event.kind, origin, index, atMs: entry.atMs };
    }),
    ...(findings.total > 0
      ? { proves: [], doesNotProve: [] }
      : explain(entries, [...signers.shown, ...witnessed], acceptance !== undefined)),
    findings: findings.sorted(),
  };
}

function readEntries(proof: MessageProof, shards: ShardKeys, findings: Findings): ReadEntry[] {
  const entries: ReadEntry[] = [];
  for (const [i, text] of proof.receipts.entries()) {
    try {
      const opened = shards.open(text);
      const entry = decode(EntrySchema, opened.bytes, 'signed');
      const before = entries.at(-1);
      entries.push({ ...opened, entry });
      if (before && !isAfter(before, opened, shards))
        throw misplaced(`Receipt ${i + 1} is not in the order of the log.`);
    } catch (error) {
      addError(findings, error, `Receipt ${i + 1}: `);
    }
  }
  return entries;
}

function isAfter(before: OpenedReceipt, { checkpoint, index }: OpenedReceipt, { order }: ShardKeys): boolean {
  const [a, b] = [before.checkpoint.origin, checkpoint.origin];
  return a === b ? index > before.index : order.indexOf(b) > order.indexOf(a);
}

interface Around {
  readonly acceptance: ReadEntry | undefined;
  readonly shards: ShardKeys;
  readonly findings: Findings;
}

/** Whether an entry is about the message of the file, and agrees with its acceptance. */
function checkEntry(proof: MessageProof, { entry, index }: ReadEntry, around: Around): void {
  const { acceptance, findings } = around;
  try {
    if (!isAbout(proof, entry)) {
      findings.add(
        'proof-content',
        `Entry ${index}, of kind ${entry.event.kind}, is not about the message of the file.`,
        index,
      );
      return;
    }
    const digest = subjectOf(entry)?.headerDigest;
    const accepted = digestOf(acceptance);
    if (digest && accepted && entry.event.kind !== 'submissionRejection' && !equalBytes(digest, accepted)) {
      findings.add('proof-content', 'It names another header than the one that was accepted.', index);
    }
    const place = placeOf(entry.event);
    if (place && acceptance) checkPlace(acceptance.entry, place);
  } catch (error) {
    addError(findings, error, '', index);
  }
}

function isAbout({ messageId, sender }: MessageProof, entry: Entry): boolean {
  const id = messageIdBytes(messageId);
  const { event } = entry;
  if (event.kind === 'operatorAct') {
    const { act } = decode(ActSchema, event.value.act.leaf, 'signed');
    if (act.kind !== 'hold' && act.kind !== 'releaseHold') return false;
    return act.value.sender === sender && equalBytes(act.value.messageId, id);
  }
  const subject = subjectOf(entry);
  return subject?.sender === sender && equalBytes(subject.messageId, id);
}

function checkSignatures(
  chains: readonly Chain[],
  { anchors }: FileTrust,
  entries: readonly ReadEntry[],
  findings: Findings,
): Signers {
  const signers = new Signers(chains, anchors, findings);
  for (const { entry, index } of entries) {
    try {
      const signed = signedIn(entry, index);
      if (signed) signers.check(signed);
    } catch (error) {
      addError(findings, error, '', index);
    }
  }
  for (const key of signers.unused) {
    findings.add('proof-content', `It has certificates of the key ${key}, which has signed nothing in it.`);
  }
  return signers;
}

const digestOf = (acceptance: ReadEntry | undefined): Uint8Array | undefined =>
  acceptance && subjectOf(acceptance.entry)?.headerDigest;

function addError(findings: Findings, error: unknown, before: string, index?: number): void {
  const rule = error instanceof LiaisonError ? RULE_OF[error.code] : undefined;
  if (!rule) throw error;
  findings.add(rule, `${before}${(error as LiaisonError).message}`, index);
}

const misplaced = (what: string): LiaisonError => new LiaisonError('FILE_INVALID', what);

function explain(
  entries: readonly ReadEntry[],
  signatures: readonly string[],
  hasAcceptance: boolean,
): Pick<ProofReport, 'proves' | 'doesNotProve'> {
  const proves: string[] = [];
  const doesNotProve = new Set<string>();
  for (const { entry, index, checkpoint } of entries) {
    const [said, notSaid] = sentencesWithCertificates(entry);
    proves.push(`Entry ${index} of ${checkpoint.origin}: ${said.join(' ')}`);
    notSaid.filter((sentence) => !ANSWERED.test(sentence)).forEach((sentence) => doesNotProve.add(sentence));
  }
  for (const sentence of LIMITS) doesNotProve.add(sentence);
  if (!hasAcceptance) doesNotProve.add('That the message was accepted: the file has no entry that says so.');
  const logs = [...new Map(entries.map(({ checkpoint }) => [checkpoint.origin, checkpoint.size]))];
  const signed = logs.map(
    ([origin, size]) => `The log ${origin} signed this when it had ${size} entries. It cannot deny this.`,
  );
  return { proves: [...proves, ...signed, ...signatures], doesNotProve: [...doesNotProve] };
}

/** A proof has the other receipts too, so what one of them leaves open is not open. */
const ANSWERED = /^That any recipient has the message/;
const LIMITS: readonly string[] = [
  'That a key had not been revoked by then: this needs the log.',
  'That the log has no other entries about the message: whoever made the file may have left some out.',
  CLOCK,
];
