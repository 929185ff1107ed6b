/** The rules for entry 0, operators' acts, revocations and purges. */
import { X509Certificate } from 'node:crypto';
import { checkAct } from '../../ledger/acts.ts';
import { owesStages } from '../../ledger/cases/deadlines.ts';
import { awaitsConsent } from '../../ledger/cases/events.ts';
import { purgedBy } from '../../ledger/holds.ts';
import type { TableName, Tables } from '../../ledger/rows.ts';
import type { State } from '../../ledger/state.ts';
import { jwkThumbprint, parseCanonicalJwk } from '../../protocol/algorithms.ts';
import { verifyLeaf } from '../../protocol/batch.ts';
import {
  type ChainOptions,
  readCertificate,
  type VerifiedCertificate,
  verifyCertificateChain,
} from '../../protocol/certificates.ts';
import { decode } from '../../protocol/codec.ts';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import {
  type Act,
  ActSchema,
  CertificateChainSchema,
  type KeyRevoked,
  KeyUsage,
  type Purge,
  RevocationSource,
  type ShardOpen,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { equalBytes, parseAgencyId, toBase64Url } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { Findings, Rule } from '../findings.ts';
import { formatVerifierKey, type Verifier } from '../verifier-key.ts';
import { decisionContext, type EntryContext } from './context.ts';

/** Entry 0 against what the auditor brought along. */
export function checkShardOpen(
  { findings, index }: EntryContext,
  event: ShardOpen,
  trust: { logVerifier: Verifier | undefined; anchors: readonly Uint8Array[] | undefined },
): void {
  if (index !== 0) {
    findings.add('log-identity', 'A log is opened by its entry 0 and by no other.', index);
    return;
  }
  const { logVerifier, anchors } = trust;
  if (logVerifier && event.verifierKey !== formatVerifierKey(logVerifier)) {
    findings.add(
      'log-identity',
      `Entry 0 names the key ${JSON.stringify(event.verifierKey)}, not the given one.`,
      index,
    );
  }
  if (!event.verifierKey.startsWith(`${event.origin}+`)) {
    findings.add(
      'log-identity',
      `Entry 0 names the origin ${JSON.stringify(event.origin)} and the key of another.`,
      index,
    );
  }
  for (const { keyId, jwk } of event.operators) {
    try {
      parseCanonicalJwk(jwk);
      if (equalBytes(jwkThumbprint(jwk), keyId)) continue;
      findings.add('log-identity', `The operator key ${toBase64Url(keyId)} has another key id.`, index);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      findings.add('log-identity', `The operator key ${toBase64Url(keyId)}: ${error.message}`, index);
    }
  }
  checkAnchors(event.anchors, anchors, 'Entry 0', findings);
}

/** @param where they are named */
export function checkAnchors(
  named: readonly Uint8Array[],
  given: readonly Uint8Array[] | undefined,
  where: string,
  findings: Findings,
): void {
  for (const certificate of named) {
    if (!given || given.some((anchor) => equalBytes(anchor, certificate))) continue;
    findings.add('anchor-unknown', `${where} names the authority ${nameOf(certificate)}, which was not given.`, 0);
  }
}

/**
 * Keys that the Snapshots carry: where the shard that registered them is not at hand, only their certificates show whose they
 * are. When they were registered is not known, so a time is enough at which their certificates held.
 */
export function checkCarriedKeys(state: State, trusted: readonly Uint8Array[], findings: Findings): void {
  const anchors = trusted.map((certificate) => new X509Certificate(certificate));
  for (const { keyId, agency, usage, chain: encoded } of state.scan('keys')) {
    const use = usage === KeyUsage.SIGNING ? 'signing' : 'tls-client';
    const fault = (why: string): void =>
      findings.add(
        'enrolment-certificate',
        `The key ${toBase64Url(keyId)} of ${agency}, which it begins with: ${why}`,
        0,
      );
    try {
      const chain = decode(CertificateChainSchema, encoded, 'signed').certificates;
      const verified = verifyAtSomeTime({ chain, anchors, use, agency: parseAgencyId(agency) });
      if (!equalBytes(verified.keyId, keyId)) fault('The certificate is of another key.');
    } catch (error) {
      fault(messageOf(error));
    }
  }
}

/** @throws LiaisonError as verifyCertificateChain does for the last time that was tried */
function verifyAtSomeTime(options: Omit<ChainOptions, 'nowMs'>): VerifiedCertificate {
  const { chain, anchors } = options;
  const certificates = [...anchors, ...chain.flatMap((der) => readCertificate(der) ?? [])];
  // Where all of them hold together, that begins when one of them begins to hold.
  const times = new Set(certificates.map(({ validFromDate }) => validFromDate.getTime()));
  let refused: unknown = new LiaisonError('CERTIFICATE_INVALID', 'It has no certificate.');
  for (const nowMs of times) {
    try {
      return verifyCertificateChain({ ...options, nowMs });
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

function nameOf(certificate: Uint8Array): string {
  try {
    return new X509Certificate(certificate).subject.replaceAll('\n', ', ');
  } catch {
    return 'of a certificate that cannot be read';
  }
}

/**
 * An act against the gateway's own rules (ledger/acts.ts), at the entry's time and with the auditor's anchors in place of
 * those of entry 0.
 * @returns the act, when it can be read
 */
export function checkOperatorAct(
  context: EntryContext,
  signed: SignedLeaf,
  anchors: readonly Uint8Array[],
): Act | undefined {
  const { findings, index, state, atMs } = context;
  const operator = state.get('operators', signed.signature.keyId);
  try {
    if (!operator) throw new LiaisonError('OPERATOR_UNKNOWN', `Key id ${toBase64Url(signed.signature.keyId)}.`);
    verifyLeaf('act', parseCanonicalJwk(operator.jwk), signed);
  } catch (error) {
    findings.add('act-signature', messageOf(error), index);
    return readAct(signed);
  }
  const act = readAct(signed);
  try {
    checkAct(new TrustedAnchors(state, anchors), signed, decisionContext(atMs));
  } catch (error) {
    findings.add(ruleOf(error, act), messageOf(error), index);
  }
  return act;
}

function readAct(signed: SignedLeaf): Act | undefined {
  try {
    return decode(ActSchema, signed.leaf, 'signed');
  } catch {
    // Said by the caller: no check of an act passes that cannot be read.
    return undefined;
  }
}

const CERTIFICATE_CODES: readonly ErrorCode[] = [
  'CERTIFICATE_UNTRUSTED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_INVALID',
  'CERTIFICATE_USAGE',
  'AGENCY_MISMATCH',
  'ALGORITHM_REFUSED',
  'KEY_TAKEN',
  'KEY_REVOKED',
];
const KEY_STATEMENT_CODES: readonly ErrorCode[] = ['SIGNATURE_INVALID', 'KEY_UNKNOWN'];

function ruleOf(error: unknown, act: Act | undefined): Rule {
  const code = error instanceof LiaisonError ? error.code : 'INTERNAL';
  if (code === 'ACT_OUT_OF_ORDER') return 'act-number';
  if (act?.act.kind !== 'enrol') return 'act-content';
  if (CERTIFICATE_CODES.includes(code)) return 'enrolment-certificate';
  return KEY_STATEMENT_CODES.includes(code) ? 'key-statement' : 'act-content';
}

/** The replayed state, with the authorities that the auditor trusts. */
class TrustedAnchors implements State {
  private readonly state: State;
  private readonly anchors: readonly Uint8Array[];

  constructor(state: State, anchors: readonly Uint8Array[]) {
    this.state = state;
    this.anchors = anchors;
  }

  scan<T extends TableName>(table: T): Iterable<Tables[T]> {
    if (table !== 'anchors') return this.state.scan(table);
    return this.anchors.map((certificate) => ({ digest: sha256(certificate), certificate })) as unknown as Tables[T][];
  }

  get: State['get'] = (table, ...key) => this.state.get(table, ...key);
  messagesById: State['messagesById'] = (id) => this.state.messagesById(id);
  messagesExpiring: State['messagesExpiring'] = (...span) => this.state.messagesExpiring(...span);
  within: State['within'] = (table, first) => this.state.within(table, first);
  deadlinesDue: State['deadlinesDue'] = (...span) => this.state.deadlinesDue(...span);
  mailboxOfId: State['mailboxOfId'] = (id) => this.state.mailboxOfId(id);
}

/** The list itself is not in the log, only its digest: whether it names the certificate cannot be judged here. */
export function checkKeyRevoked({ findings, index, state }: EntryContext, event: KeyRevoked): void {
  const row = state.get('keys', event.keyId);
  const name = toBase64Url(event.keyId);
  if (row && row.revokedIndex !== 0) {
    findings.add('revocation', `The key ${name} was revoked by entry ${row.revokedIndex} already.`, index);
  }
  if (event.source === RevocationSource.UNSPECIFIED) {
    findings.add('revocation', `The revocation of the key ${name} has no source.`, index);
  }
}

export function checkPurge({ findings, index, atMs, state }: EntryContext, { throughMs }: Purge): void {
  if (throughMs > atMs - LIMITS.purgeAfterExpiryMs) {
    const what = `It forgets what expired until ${new Date(throughMs).toISOString()}, less than 90 days before.`;
    findings.add('purge-early', what, index);
  }
  for (const message of purgedBy(state, throughMs)) {
    const { entryIndex, outstanding } = message;
    if (outstanding > 0) {
      findings.add('purge-early', `It forgets the message of entry ${entryIndex}, which is still outstanding.`, index);
    }
    if (!awaitsConsent(state, message) && !owesStages(state, message)) continue;
    const what = `It forgets the message of entry ${entryIndex} before its deadlines and its consent were accounted for.`;
    findings.add('purge-early', what, index);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof LiaisonError) return error.message.replace(/\.?$/, '.');
  throw error;
}
