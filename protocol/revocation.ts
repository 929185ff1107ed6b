/** Certificate revocation lists (RFC 5280 section 5). A list that cannot be relied on fails closed. */
import { createHash, verify, type X509Certificate } from 'node:crypto';
import {
  bitStringBytes,
  contextTag,
  DerError,
  DerReader,
  readAll,
  readTimeMs,
  readWhole,
  serialOf,
  smallIntegerOf,
  TAG,
} from './der.ts';
import { LiaisonError } from './errors.ts';
import { equalBytes } from './ids.ts';
import { derFromPem } from './pem.ts';
import { certificateFields, readExtensions, shownName, withCode, x509Signature } from './x509.ts';

export interface RevocationList {
  /** DER of the issuer's Name. */
  readonly issuer: Uint8Array;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  /** Upper-case hexadecimal, whole bytes, as `X509Certificate.serialNumber`. */
  readonly serials: ReadonlySet<string>;
  /** SHA-256 of `der`. */
  readonly digest: Uint8Array;
  readonly der: Uint8Array;
  /** What the signature covers. */
  readonly signedBytes: Uint8Array;
  /** DER of the AlgorithmIdentifier. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Reads one complete list, PEM or DER. **Its signature is not verified.** Partial, delta and indirect lists and lists
 * without nextUpdate are refused, because a certificate missing from them would prove nothing.
 * @throws LiaisonError REVOCATION_LIST_INVALID
 */
export function parseRevocationList(pemOrDer: Uint8Array): RevocationList {
  return withCode('REVOCATION_LIST_INVALID', 'The list', () => {
    const [der, ...more] = derFromPem(pemOrDer, 'X509 CRL');
    if (!der || more.length > 0) throw new DerError('the file must hold exactly one list');
    return readList(der);
  });
}

function readList(der: Uint8Array): RevocationList {
  const outer = new DerReader(readWhole(der).content);
  const signed = outer.read(TAG.sequence);
  const signatureAlgorithm = outer.read(TAG.sequence).raw;
  const signature = bitStringBytes(outer.read(TAG.bitString));
  outer.finish();

  const body = new DerReader(signed.content);
  if (smallIntegerOf(body.read(TAG.integer)) !== 1) throw new DerError('it is not version 2');
  if (!equalBytes(body.read(TAG.sequence).raw, signatureAlgorithm)) throw new DerError('its two algorithms differ');
  const issuer = body.read(TAG.sequence).raw;
  const thisUpdateMs = readTimeMs(body);
  const nextUpdateMs = readTimeMs(body);
  const entries = body.optional(TAG.sequence);
  const serials = new Set(entries ? readAll(new DerReader(entries.content), readRevokedSerial) : []);
  const extensions = body.optional(contextTag(0));
  body.finish();
  if (extensions) refuseCritical(new DerReader(readWhole(extensions.content).content));
  const digest = new Uint8Array(createHash('sha256').update(der).digest());
  const parts = { der, digest, signedBytes: signed.raw, signatureAlgorithm, signature };
  return { issuer, thisUpdateMs, nextUpdateMs, serials, ...parts };
}

function readRevokedSerial(reader: DerReader): string {
  const fields = reader.enter();
  const serial = serialOf(fields.read(TAG.integer));
  readTimeMs(fields);
  const extensions = fields.optional(TAG.sequence);
  fields.finish();
  if (extensions) refuseCritical(new DerReader(extensions.content));
  return serial;
}

/** What makes a list partial, delta or indirect is critical: issuingDistributionPoint, deltaCRLIndicator, certificateIssuer. */
function refuseCritical(reader: DerReader): void {
  for (const [oid, { critical }] of readExtensions(reader)) {
    if (critical) throw new DerError(`the critical extension ${oid} is not supported`);
  }
}

/**
 * Whether the issuer's key signed the list. The issuer itself must have been verified.
 * Runs on the calling thread: a signature check and one hash over the list.
 */
export function isSignedBy(list: RevocationList, issuer: X509Certificate): boolean {
  const key = issuer.publicKey;
  const row = x509Signature(list.signatureAlgorithm, key);
  return row !== undefined && verify(row.digest, list.signedBytes, { key, ...row.options }, list.signature);
}

/**
 * Checks one certificate against the lists of the authority that issued it, both verified already. Of several lists that
 * this authority's key signed the newest counts, so an old list may lie beside its successor.
 * @throws LiaisonError CERTIFICATE_REVOKED; REVOCATION_LIST_INVALID when every list under the issuer's name is signed by
 *   somebody else, when the newest is not current, when the issuer may not sign lists, or when `required` and there is none
 */
export function checkRevocation(options: {
  certificate: X509Certificate;
  issuer: X509Certificate;
  lists: readonly RevocationList[];
  required: boolean;
  nowMs: number;
}): void {
  const { certificate, issuer, lists, required, nowMs } = options;
  const authority = certificateFields(issuer);
  const refuse = (why: string): LiaisonError =>
    new LiaisonError('REVOCATION_LIST_INVALID', `The list of ${shownName(issuer)} ${why}.`);
  const named = lists.filter((list) => equalBytes(list.issuer, authority.subject));
  if (named.length === 0) {
    if (required) throw refuse('is missing');
    return;
  }
  if (authority.keyUsage?.revocationLists === false) throw refuse('comes from a key whose usage lacks cRLSign');
  const [newest] = named.filter((list) => isSignedBy(list, issuer)).sort((a, b) => b.thisUpdateMs - a.thisUpdateMs);
  if (!newest) throw refuse('is signed by another key');
  if (nowMs < newest.thisUpdateMs) throw refuse('is not valid yet');
  if (nowMs > newest.nextUpdateMs) throw refuse('is past its nextUpdate');
  const { serial } = certificateFields(certificate);
  if (newest.serials.has(serial)) {
    throw new LiaisonError(
      'CERTIFICATE_REVOKED',
      `${shownName(certificate)} (serial ${serial}) is on its authority's list.`,
    );
  }
}
