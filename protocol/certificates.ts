/**
 * The judgement of certificates (SPEC.md section 8): X.509 paths (RFC 5280 section 6) from a certificate to an anchor of
 * the verifier's own, for exactly one use. Time, anchors and lists are parameters; everything runs synchronously.
 */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { algorithmOfKey, keyThumbprint } from './algorithms.ts';
import { LiaisonError, type ErrorCode } from './errors.ts';
import { type SignatureAlgorithm } from './generated/schema.ts';
import { equalBytes, parseAgencyId, type AgencyId } from './ids.ts';
import { derFromPem } from './pem.ts';
import { checkRevocation, type RevocationList } from './revocation.ts';
import {
  certificateFields,
  isAllowedSignature,
  shownName,
  withCode,
  x509Signature,
  type CertificateFields,
} from './x509.ts';

export { parseRevocationList, type RevocationList } from './revocation.ts';

/** What a key may be used for. No certificate passes for a TLS use and for signing. */
export type CertificateUse = 'tls-client' | 'tls-server' | 'signing' | 'auditor';

export interface VerifiedCertificate {
  readonly certificate: X509Certificate;
  /** Always set for `tls-client` and `signing`; for `tls-server` only when an agency was asked for. */
  readonly agency: AgencyId | undefined;
  /** Name of the auditor; set for `auditor` only. */
  readonly auditor: string | undefined;
  /** RFC 7638 thumbprint of the key, 32 bytes. */
  readonly keyId: Uint8Array;
  readonly publicKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Upper-case hexadecimal, as in {@link RevocationList.serials}. */
  readonly serial: string;
}

export interface ChainOptions {
  /** DER, leaf first, each followed by its issuer; the anchor may be left out. */
  readonly chain: readonly Uint8Array[];
  /** The authorities that the verifier itself trusts. */
  readonly anchors: readonly X509Certificate[];
  readonly use: CertificateUse;
  /** The agency that the certificate must name. */
  readonly agency?: AgencyId;
  readonly nowMs: number;
  readonly lists?: readonly RevocationList[];
  /** Refuse when an authority of the path has no list. */
  readonly requireRevocationLists?: boolean;
}

/** Certificates in a chain as it is given. */
export const CHAIN_CERTIFICATES_MAX = 6;
/** FIPS 186-5 section 5.1; smaller ones have no margin for careless padding. */
const RSA_EXPONENT_MIN = 65537n;
const AGENCY_URI_PREFIX = 'liaison://';
const AUDITOR_URI_PREFIX = 'liaison-role:auditor/';
/** At most 64 bytes. */
const AUDITOR_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/;

const PURPOSE = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  /** RFC 9336. */
  documentSigning: '1.3.6.1.5.5.7.3.36',
} as const;

const PURPOSES: Readonly<Record<CertificateUse, readonly string[]>> = {
  'tls-client': [PURPOSE.clientAuth],
  'tls-server': [PURPOSE.serverAuth],
  signing: [PURPOSE.documentSigning, PURPOSE.emailProtection, PURPOSE.any],
  auditor: [PURPOSE.clientAuth],
};

interface PathItem {
  readonly certificate: X509Certificate;
  readonly fields: CertificateFields;
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
}

const refusal = (code: ErrorCode, certificate: X509Certificate, rule: string): LiaisonError =>
  new LiaisonError(code, `${shownName(certificate)} ${rule}.`);

/**
 * Reads the certificates of a file: PEM blocks (other blocks are refused), or one DER. Nothing is verified, but all are
 * well formed: an anchor that no path could use is found at start, not at the first connection.
 * @throws LiaisonError FILE_INVALID
 */
export function parseCertificates(pemOrDer: Uint8Array | string): X509Certificate[] {
  return withCode('FILE_INVALID', 'The certificate file', () => derFromPem(pemOrDer, 'CERTIFICATE')).map((der) => {
    const certificate = readCertificate(der);
    if (!certificate) throw new LiaisonError('FILE_INVALID', 'A certificate in the file cannot be decoded.');
    certificateFields(certificate, 'FILE_INVALID');
    return certificate;
  });
}

/**
 * A certificate from its DER, or `undefined`. node:crypto also takes PEM, other encodings than DER and bytes after the end:
 * none of these comes through.
 */
export function readCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    return equalBytes(certificate.raw, der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The agency that a certificate names: its subjectAltName holds exactly one URI, `liaison://<agency>`. The certificate
 * itself is not verified.
 * @throws LiaisonError CERTIFICATE_INVALID when there is no such URI, or another one as well
 */
export function agencyOfCertificate(certificate: X509Certificate): AgencyId {
  const { uris } = certificateFields(certificate);
  const [uri = ''] = uris;
  if (uris.length === 1 && uri.startsWith(AGENCY_URI_PREFIX)) {
    try {
      return parseAgencyId(uri.slice(AGENCY_URI_PREFIX.length));
    } catch {
      // falls through: a malformed name is as good as none
    }
  }
  throw refusal('CERTIFICATE_INVALID', certificate, 'does not have exactly one URI, liaison://AGENCY');
}

/** Whether a text can name an auditor: lower-case letters, digits, dots and hyphens, these two only within. */
export const isAuditorName = (text: string): boolean => AUDITOR_NAME.test(text);

/**
 * The auditor that a certificate names: its subjectAltName holds exactly one URI, `liaison-role:auditor/<name>`. The
 * certificate itself is not verified.
 * @throws LiaisonError ROLE_MISSING when there is no such URI, or another one as well
 */
export function auditorOfCertificate(certificate: X509Certificate): string {
  const { uris } = certificateFields(certificate);
  const [uri = ''] = uris;
  const name = uri.slice(AUDITOR_URI_PREFIX.length);
  if (uris.length === 1 && uri.startsWith(AUDITOR_URI_PREFIX) && isAuditorName(name)) return name;
  throw refusal('ROLE_MISSING', certificate, 'does not have exactly one URI, liaison-role:auditor/NAME');
}

/**
 * Verifies a certificate for one use: algorithms and signatures up to an anchor, periods, authorities, key usage, agency,
 * revocation, in this order. An anchor is trusted for being in the list: its own signature proves nothing.
 * Runs on the calling thread; no result is kept.
 * @throws LiaisonError ALGORITHM_REFUSED, CERTIFICATE_UNTRUSTED, CERTIFICATE_EXPIRED, CERTIFICATE_INVALID,
 *   CERTIFICATE_USAGE, AGENCY_MISMATCH, ROLE_MISSING, REVOCATION_LIST_INVALID, CERTIFICATE_REVOKED
 */
export function verifyCertificateChain(options: ChainOptions): VerifiedCertificate {
  const { use, nowMs, lists = [], requireRevocationLists: required = false } = options;
  const [first, ...rest] = readChain(options.chain);
  const leaf = pathItem(first);
  const authorities = findAuthorities(leaf, rest, options);
  for (const item of [leaf, ...authorities]) checkItem(item, nowMs);
  checkAuthorities(authorities, use);
  checkLeaf(leaf, use);
  const auditor = use === 'auditor' ? auditorOfCertificate(leaf.certificate) : undefined;
  const agency = auditor === undefined ? checkAgency(leaf.certificate, use, options.agency) : undefined;
  let certificate = leaf.certificate;
  for (const { certificate: issuer } of authorities) {
    checkRevocation({ certificate, issuer, lists, required, nowMs });
    certificate = issuer;
  }
  const { notBeforeMs, notAfterMs, serial } = leaf.fields;
  const { key: publicKey, algorithm } = leaf;
  const keyId = keyThumbprint(publicKey);
  const who = { certificate: leaf.certificate, agency, auditor };
  return { ...who, keyId, publicKey, algorithm, notBeforeMs, notAfterMs, serial };
}

function readChain(chain: readonly Uint8Array[]): [X509Certificate, ...X509Certificate[]] {
  if (chain.length > CHAIN_CERTIFICATES_MAX) {
    throw new LiaisonError('CERTIFICATE_INVALID', `The chain has more than ${CHAIN_CERTIFICATES_MAX} certificates.`);
  }
  const [first, ...rest] = chain.map((der, index) => {
    const certificate = readCertificate(der);
    if (certificate) return certificate;
    throw new LiaisonError('CERTIFICATE_INVALID', `Certificate ${index + 1} of the chain cannot be decoded.`);
  });
  if (!first) throw new LiaisonError('CERTIFICATE_INVALID', 'The chain is empty.');
  return [first, ...rest];
}

/**
 * The authorities above `item`, each with its signature over the one below verified, up to the first that is an anchor.
 * What follows in the chain after a certificate that an anchor issued is not looked at.
 */
function findAuthorities(item: PathItem, rest: readonly X509Certificate[], options: ChainOptions): PathItem[] {
  const { certificate, fields } = item;
  if (!isAllowedSignature(fields.signatureAlgorithm)) {
    throw refusal('ALGORITHM_REFUSED', certificate, 'is signed with an algorithm that is not allowed');
  }
  const anchors = options.anchors.filter((anchor) => hasIssued(anchor, item)).map(pathItem);
  // A renewed anchor may stand beside its predecessor with the same name and key.
  const anchor = anchors.find(({ fields }) => isCurrent(fields, options.nowMs)) ?? anchors[0];
  if (anchor) return [anchor];
  const [next, ...others] = rest;
  if (!next || !hasIssued(next, item)) {
    const rule = next ? 'was not issued by the certificate that follows it' : 'was not issued by a trusted authority';
    throw refusal('CERTIFICATE_UNTRUSTED', certificate, rule);
  }
  const issuer = pathItem(next);
  return [issuer, ...findAuthorities(issuer, others, options)];
}

/** By name and signature; whether it may issue is judged later, so that the refusal says what is wrong. */
function hasIssued(candidate: X509Certificate, { certificate, fields }: PathItem): boolean {
  if (!equalBytes(certificateFields(candidate).subject, fields.issuer)) return false;
  const key = keyOf(candidate);
  return key !== undefined && x509Signature(fields.signatureAlgorithm, key) !== undefined && certificate.verify(key);
}

/** `undefined` for a key of a kind that node:crypto does not know. */
function keyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}

/** @throws LiaisonError ALGORITHM_REFUSED when the key is not in the table of SPEC.md section 4 */
function pathItem(certificate: X509Certificate): PathItem {
  const key = keyOf(certificate);
  const exponent = key?.asymmetricKeyDetails?.publicExponent ?? RSA_EXPONENT_MIN;
  if (!key || exponent < RSA_EXPONENT_MIN) {
    throw refusal('ALGORITHM_REFUSED', certificate, 'has a key that is not allowed');
  }
  try {
    return { certificate, fields: certificateFields(certificate), key, algorithm: algorithmOfKey(key) };
  } catch (error) {
    if (!(error instanceof LiaisonError) || error.code !== 'ALGORITHM_REFUSED') throw error;
    throw new LiaisonError(error.code, `${shownName(certificate)}: ${error.detail}`, { cause: error });
  }
}

const isCurrent = (fields: CertificateFields, nowMs: number): boolean =>
  fields.notBeforeMs <= nowMs && nowMs <= fields.notAfterMs;

/** What holds for every certificate of a path. */
function checkItem({ certificate, fields }: PathItem, nowMs: number): void {
  if (!isCurrent(fields, nowMs)) {
    const [from, to] = [fields.notBeforeMs, fields.notAfterMs].map((timeMs) => new Date(timeMs).toISOString());
    throw refusal('CERTIFICATE_EXPIRED', certificate, `is valid from ${from ?? ''} to ${to ?? ''}`);
  }
  const [unknown] = fields.unknownCritical;
  if (unknown !== undefined) {
    throw refusal(
      'CERTIFICATE_INVALID',
      certificate,
      `has the extension ${unknown}, which is critical and not supported`,
    );
  }
}

/** Leaf's issuer first, anchor last. Self-issued ones count in path lengths too, which RFC 5280 would let pass. */
function checkAuthorities(authorities: readonly PathItem[], use: CertificateUse): void {
  for (const [below, { certificate, fields }] of authorities.entries()) {
    const { isAuthority, pathLengthMax = Infinity, keyUsage, purposes } = fields;
    if (!isAuthority) throw refusal('CERTIFICATE_INVALID', certificate, 'issued a certificate but is not an authority');
    if (below > pathLengthMax) {
      throw refusal('CERTIFICATE_INVALID', certificate, 'has more authorities below it than the path length permits');
    }
    // RFC 5280 section 6.1.4 (n): an anchor is trusted as it is, so a usage that it does not state limits nothing.
    const isAnchor = below === authorities.length - 1;
    if (!(keyUsage?.certificates ?? isAnchor)) {
      throw refusal('CERTIFICATE_USAGE', certificate, 'issued a certificate but its key usage lacks keyCertSign');
    }
    if (purposes && !permits(purposes, use)) {
      throw refusal('CERTIFICATE_USAGE', certificate, `limits what it issues to purposes other than ${use}`);
    }
  }
}

const permits = (purposes: readonly string[], use: CertificateUse): boolean =>
  PURPOSES[use].some((purpose) => purposes.includes(purpose));

function checkLeaf({ certificate, fields: { isAuthority, keyUsage, purposes } }: PathItem, use: CertificateUse): void {
  if (isAuthority) throw refusal('CERTIFICATE_INVALID', certificate, 'belongs to an authority');
  if (keyUsage?.digitalSignature !== true) {
    throw refusal('CERTIFICATE_USAGE', certificate, 'has a key usage without digitalSignature');
  }
  const forTls = purposes?.some((purpose) => purpose === PURPOSE.clientAuth || purpose === PURPOSE.serverAuth) ?? false;
  const fits = use === 'signing' ? !forTls && (!purposes || permits(purposes, use)) : permits(purposes ?? [], use);
  if (!fits) throw refusal('CERTIFICATE_USAGE', certificate, `has an extended key usage that is not for ${use}`);
}

function checkAgency(certificate: X509Certificate, use: CertificateUse, wanted?: AgencyId): AgencyId | undefined {
  if (use === 'tls-server' && wanted === undefined) return undefined;
  const agency = agencyOfCertificate(certificate);
  if (wanted === undefined || agency === wanted) return agency;
  throw refusal('AGENCY_MISMATCH', certificate, `names ${agency}, not ${wanted}`);
}
