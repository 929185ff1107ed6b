/** The rules for operators' acts: who may say what, in which order, and what an enrolment must show. */
import { X509Certificate } from 'node:crypto';
import { parseCanonicalJwk } from '../protocol/algorithms.ts';
import { verifyLeaf } from '../protocol/batch.ts';
import { verifyCertificateChain, type CertificateUse, type VerifiedCertificate } from '../protocol/certificates.ts';
import { decode, encode } from '../protocol/codec.ts';
import { verifyKeyStatement } from '../protocol/envelope/encryption-keys.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  ActSchema,
  AgencyStatus,
  KeyUsage,
  CertificateChainSchema,
  SignedLeafSchema,
  type Act,
  type CertificateChain,
  type Enrol,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import { equalBytes, mailboxOf, parseAgencyId, parseUnitId, toBase64Url, type AgencyId } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { DecisionContext } from './decide.ts';
import { checkHoldAct } from './holds.ts';
import { checkPolicyAct } from './policy/acts.ts';
import { checkShardAct } from './shards.ts';
import type { State } from './state.ts';

const invalid = (rule: string): LiaisonError => new LiaisonError('ACT_INVALID', rule);

/**
 * Checks signature, order and content of an act against the state.
 * @throws LiaisonError OPERATOR_UNKNOWN, SIGNATURE_INVALID, ACT_INVALID, ACT_OUT_OF_ORDER, AGENCY_UNKNOWN, KEY_TAKEN,
 *   KEY_UNKNOWN, KEY_REVOKED, MESSAGE_UNKNOWN and the codes of {@link verifyCertificateChain}
 */
export function checkAct(state: State, signed: SignedLeaf, context: DecisionContext): void {
  const operator = state.get('operators', signed.signature.keyId);
  if (!operator) throw new LiaisonError('OPERATOR_UNKNOWN', `Key id ${toBase64Url(signed.signature.keyId)}.`);
  verifyLeaf('act', parseCanonicalJwk(operator.jwk), signed);
  const act = decode(ActSchema, signed.leaf, 'signed');
  const origin = state.get('facts', 'origin')?.text ?? '';
  if (act.origin !== origin) throw invalid(`It is meant for the log ${JSON.stringify(act.origin)}, not ${origin}.`);
  if (act.number !== operator.nextNumber) {
    throw new LiaisonError('ACT_OUT_OF_ORDER', `It has number ${act.number}; the next is ${operator.nextNumber}.`);
  }
  if (act.act.kind !== 'confirmClock' && Math.abs(act.createdAtMs - context.nowMs) > LIMITS.createdAheadMsMax) {
    throw invalid("It was signed more than 5 minutes from the gateway's time.");
  }
  checkContent(state, act, context);
}

function checkContent(state: State, act: Act, context: DecisionContext): void {
  switch (act.act.kind) {
    case 'enrol':
      checkEnrolment(state, act.act.value, context);
      return;
    case 'suspend':
      if (statusOf(state, act.act.value.agency) === AgencyStatus.SUSPENDED)
        throw invalid('The agency is suspended already.');
      return;
    case 'release':
      if (statusOf(state, act.act.value.agency) === AgencyStatus.ACTIVE) throw invalid('The agency is not suspended.');
      return;
    case 'revoke': {
      const key = state.get('keys', act.act.value.keyId);
      if (!key) throw new LiaisonError('KEY_UNKNOWN', 'No such key is registered, so there is nothing to revoke.');
      if (key.revokedIndex !== 0) throw invalid('The key is revoked already.');
      return;
    }
    case 'confirmClock':
      return;
    case 'hold':
    case 'releaseHold':
      return checkHoldAct(state, act);
    case 'closeShard':
    case 'dropShard':
      return checkShardAct(state, act, context);
    default:
      checkPolicyAct(state, act);
  }
}

function statusOf(state: State, agency: string): AgencyStatus {
  const row = state.get('agencies', agency);
  if (!row) throw new LiaisonError('AGENCY_UNKNOWN', agency);
  return row.status;
}

function checkEnrolment(state: State, enrol: Enrol, context: DecisionContext): void {
  const agency = parseAgencyId(enrol.agency);
  const known = state.get('agencies', agency) !== undefined;
  if (!known && (enrol.tls.length === 0 || enrol.signing.length === 0 || enrol.units.length === 0)) {
    throw invalid('A new agency needs at least one unit, one TLS certificate and one signing certificate.');
  }
  if (new Set(enrol.units).size !== enrol.units.length) throw invalid('A unit is named twice.');
  if (enrol.keyStatements.length !== enrol.units.length) throw invalid('Each unit needs exactly one key statement.');
  const named = new Set<string>();
  for (const chain of enrol.tls) checkKey(state, agency, chain, 'tls-client', named, context);
  const signing = enrol.signing.map((chain) => checkKey(state, agency, chain, 'signing', named, context));
  enrol.units.forEach((unit, i) => {
    checkUnit(state, agency, unit, enrol.keyStatements[i] as SignedLeaf, signing);
  });
}

function checkKey(
  state: State,
  agency: AgencyId,
  chain: CertificateChain,
  use: CertificateUse,
  named: Set<string>,
  context: DecisionContext,
): VerifiedCertificate {
  const anchors = [...state.scan('anchors')].map((row) => new X509Certificate(row.certificate));
  const verified = verifyCertificateChain({
    chain: chain.certificates,
    anchors,
    use,
    agency,
    nowMs: context.nowMs,
    lists: context.revocationLists,
    requireRevocationLists: context.requireRevocationLists,
  });
  const usage = use === 'signing' ? KeyUsage.SIGNING : KeyUsage.TLS;
  const id = toBase64Url(verified.keyId);
  const known = state.get('keys', verified.keyId);
  if (named.has(id) || (known && (known.agency !== agency || known.usage !== usage))) {
    throw new LiaisonError('KEY_TAKEN', `Key id ${id}.`);
  }
  if (known && known.revokedIndex !== 0) throw new LiaisonError('KEY_REVOKED', `Key id ${id}.`);
  named.add(id);
  return verified;
}

function checkUnit(
  state: State,
  agency: AgencyId,
  unit: string,
  statement: SignedLeaf,
  signing: readonly VerifiedCertificate[],
): void {
  const mailbox = mailboxOf(agency, parseUnitId(unit));
  const keyId = statement.signature.keyId;
  const key = signing.find((item) => equalBytes(item.keyId, keyId))?.publicKey ?? registeredKey(state, agency, keyId);
  const content = verifyKeyStatement(statement, key);
  if (content.mailbox !== mailbox) throw invalid(`The key statement of ${mailbox} is for ${content.mailbox}.`);
  const known = state.get('mailboxes', mailbox);
  if (known && equalBytes(known.statement, encode(SignedLeafSchema, statement))) {
    throw invalid(`${mailbox} is enrolled with exactly these keys already.`);
  }
  if (known && content.version <= known.version) {
    throw invalid(`The key statement of ${mailbox} has version ${content.version}; it must be above ${known.version}.`);
  }
}

function registeredKey(state: State, agency: AgencyId, keyId: Uint8Array): X509Certificate['publicKey'] {
  const row = state.get('keys', keyId);
  if (row?.agency !== agency || row.usage !== KeyUsage.SIGNING || row.revokedIndex !== 0) {
    throw new LiaisonError('KEY_UNKNOWN', 'A key statement is not signed by a signing key of its agency.');
  }
  const leaf = decode(CertificateChainSchema, row.chain, 'signed').certificates[0];
  return new X509Certificate(leaf ?? new Uint8Array(0)).publicKey;
}
