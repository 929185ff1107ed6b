/** The verdict on a disclosed content (SPEC.md section 7.8), and what it proves and does not prove, in sentences. */
import { decode } from '../protocol/codec.ts';
import { unpadBody } from '../protocol/envelope/padding.ts';
import { parseHeader, type ParsedHeader, verifySigningKeyId } from '../protocol/envelope/verify.ts';
import { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
import { type Body, BodySchema, EntrySchema, MessageType } from '../protocol/generated/schema.ts';
import { equalBytes, toHex } from '../protocol/ids.ts';
import { sha256 } from '../protocol/merkle.ts';
import { bodyToJson } from '../protocol/messages/json.ts';
import { validateBody } from '../protocol/messages/validate.ts';
import type { FileTrust } from './explain-proof.ts';
import { CLOCK } from './explain-receipt.ts';
import { type Finding, Findings, type Rule } from './findings.ts';
import { type Disclosure, parseDisclosure } from './proof/disclosure.ts';
import { checkQuorum } from './proof/witnessed.ts';
import { ShardKeys } from './proof/shard-keys.ts';
import { Signers } from './proof/signers.ts';
import type { Verdict } from './verify-log.ts';

export interface DisclosureReport {
  readonly format: 'liaison-disclosure';
  readonly verdict: Verdict;
  readonly missingTrust: readonly string[];
  /** Absent when something is wrong: the content is nobody's then. */
  readonly message?: DisclosedMessage;
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
  readonly findings: readonly Finding[];
}

export interface DisclosedMessage {
  readonly id: string;
  readonly type: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  /** POSIX milliseconds, the sender's clock. */
  readonly createdAtMs: number;
  /** POSIX milliseconds, the gateway's clock; absent without a receipt of the acceptance. */
  readonly acceptedAtMs?: number;
  /** The body as SPEC.md section 6.4 writes it, without the keys of attachments. */
  readonly content: Record<string, unknown>;
  /** Of the ciphertexts, as the sender signed them. */
  readonly attachments: readonly { readonly name: string; readonly sizeBytes: number; readonly digest: string }[];
}

const RULE_OF: Partial<Readonly<Record<ErrorCode, Rule>>> = {
  CHECKPOINT_INVALID: 'receipt-checkpoint',
  PROOF_INVALID: 'receipt-proof',
  MALFORMED: 'receipt-entry',
  FILE_INVALID: 'receipt-entry',
  HEADER_INVALID: 'header-rules',
  SIGNATURE_INVALID: 'sender-signature',
  BODY_DIGEST_MISMATCH: 'disclosed-content',
  BODY_INVALID: 'disclosed-content',
};

/**
 * Verifies and explains a disclosure.
 * @throws LiaisonError FILE_INVALID, DATA_VERSION when the text is no such file. What does not verify is a finding.
 */
export function examineDisclosure(text: string, trust: FileTrust): DisclosureReport {
  const disclosure = parseDisclosure(text);
  const findings = new Findings();
  const signers = new Signers([disclosure.chain], trust.anchors, findings);
  const accepted = attempt(findings, () => acceptanceOf(disclosure, trust));
  const parsed = attempt(findings, () => headerOf(disclosure));
  const body = parsed && attempt(findings, () => bodyOf(disclosure, parsed));
  if (parsed) checkSender(disclosure, parsed, accepted?.atMs, signers);
  const witnessed = accepted ? checkQuorum(trust, [accepted.note], findings) : [];
  // Without a receipt there is nothing that the log's key could have signed.
  const needsLog = disclosure.acceptance !== undefined && !trust.logVerifier;
  const missingTrust = [...(needsLog ? ['--log-key'] : []), ...(trust.anchors ? [] : ['--anchors'])];
  const clean = missingTrust.length === 0 ? 'verified' : 'consistent-origin-unproven';
  const isClean = findings.total === 0 && parsed !== undefined && body !== undefined;
  return {
    format: 'liaison-disclosure',
    verdict: isClean ? clean : 'findings',
    missingTrust,
    ...(isClean && { message: messageOf(parsed, body, accepted?.atMs) }),
    ...(isClean ? explain(parsed, accepted, [...signers.shown, ...witnessed]) : { proves: [], doesNotProve: [] }),
    findings: findings.sorted(),
  };
}

interface Acceptance {
  readonly atMs: number;
  readonly index: number;
  readonly origin: string;
  readonly note: Uint8Array;
}

/** @throws LiaisonError FILE_INVALID when the receipt is of another kind or about another header; as `ShardKeys.open` */
function acceptanceOf({ signed, acceptance }: Disclosure, { logVerifier }: FileTrust): Acceptance | undefined {
  if (acceptance === undefined) return undefined;
  const { bytes, index, checkpoint, note } = new ShardKeys(logVerifier).open(acceptance);
  const { atMs, event } = decode(EntrySchema, bytes, 'signed');
  if (event.kind !== 'submissionAcceptance') {
    throw new LiaisonError('FILE_INVALID', `The receipt is of an entry of kind ${event.kind}, not of an acceptance.`);
  }
  if (equalBytes(event.value.header, signed.leaf)) return { atMs, index, origin: checkpoint.origin, note };
  throw new LiaisonError('FILE_INVALID', 'The receipt is about another header than the one in the file.');
}

function headerOf({ signed }: Disclosure): ParsedHeader {
  const { leaf: header, signature, path } = signed;
  const parsed = parseHeader(header);
  verifySigningKeyId({ header, signature, path, content: NOTHING, wrappedKeys: [] }, parsed);
  return parsed;
}

const NOTHING = new Uint8Array(0);

/** @throws LiaisonError BODY_DIGEST_MISMATCH, BODY_INVALID */
function bodyOf({ padded }: Disclosure, { routing }: ParsedHeader): Body {
  if (!equalBytes(sha256(padded), routing.bodyDigest)) throw new LiaisonError('BODY_DIGEST_MISMATCH');
  const bytes = unpadBody(padded);
  try {
    const body = decode(BodySchema, bytes, 'kept');
    validateBody(body, routing);
    return body;
  } catch (error) {
    if (error instanceof LiaisonError) throw new LiaisonError('BODY_INVALID', error.detail, { cause: error });
    throw error;
  }
}

function checkSender(
  { signed: { signature, path } }: Disclosure,
  { sender, digest, routing }: ParsedHeader,
  acceptedAtMs: number | undefined,
  signers: Signers,
): void {
  const rules = { keyRule: 'sender-key', signatureRule: 'sender-signature' } as const;
  const atMs = acceptedAtMs ?? routing.createdAtMs;
  signers.check({ kind: 'message', mailbox: sender, atMs, leafDigest: digest, signature, path, ...rules });
}

function attempt<T>(findings: Findings, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const rule = error instanceof LiaisonError ? RULE_OF[error.code] : undefined;
    if (!rule) throw error;
    findings.add(rule, (error as LiaisonError).message);
    return undefined;
  }
}

function messageOf(
  { messageId, routing, sender, recipients }: ParsedHeader,
  body: Body,
  atMs?: number,
): DisclosedMessage {
  const attachments = body.attachments.map(({ name, sizeBytes }, i) => {
    return { name, sizeBytes, digest: toHex(routing.attachments[i]?.digest ?? NOTHING) };
  });
  // Whoever looks at the content has no use for the keys; they stay in the file.
  const shown = body.attachments.map((attachment) => ({ ...attachment, key: NOTHING, noncePrefix: NOTHING }));
  return {
    id: messageId,
    type: Object.entries(MessageType).find(([, type]) => type === routing.type)?.[0] ?? String(routing.type),
    sender,
    recipients,
    createdAtMs: routing.createdAtMs,
    ...(atMs !== undefined && { acceptedAtMs: atMs }),
    content: bodyToJson({ ...body, attachments: shown }),
    attachments,
  };
}

function explain(
  { messageId, sender, recipients, routing }: ParsedHeader,
  accepted: Acceptance | undefined,
  signatures: readonly string[],
): Pick<DisclosureReport, 'proves' | 'doesNotProve'> {
  const to = recipients.join(', ');
  const content = `The content above is what ${sender} signed as message ${messageId} to ${to}: the signed header holds its digest, and no other content has that digest.`;
  const logged =
    accepted &&
    `The log ${accepted.origin} has the acceptance of this header as entry ${accepted.index}, at ${new Date(accepted.atMs).toISOString()} by the gateway's clock.`;
  const attached = `Of its ${routing.attachments.length} attachments the signed header holds the digests of the ciphertexts.`;
  const proves = [
    content,
    ...(routing.attachments.length > 0 ? [attached] : []),
    ...(logged ? [logged] : []),
    ...signatures,
  ];
  const doesNotProve = [
    ...(accepted ? [] : ['That the gateway accepted the message, and when: the file has no receipt of that.']),
    'That a recipient has the message: that is a receipt of its own.',
    'That what the content says is true.',
    ...(routing.attachments.length > 0 ? ['What the attachments hold: their files are not in this one.'] : []),
    'That the key had not been revoked by then: this needs the log.',
    accepted ? CLOCK : "That the time is right: it is the sender's own.",
  ];
  return { proves, doesNotProve };
}
