/**
 * A certificate authority for development and tests, **never for production**: its key lies unprotected in a file, and it
 * certifies whatever it is asked to. It speaks through node-forge; keys come from node:crypto, which makes them faster.
 */
import { createPublicKey, generateKeyPair, hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { type AgencyId } from '../protocol/ids.ts';

const { asn1 } = forge;

export const WARNING = 'Liaison development - never for production';
const RSA_BITS = 3072;
/** Uncompressed (SEC 1 section 2.3.3). */
const P256_POINT_BYTES = 65;
const DAY_MS = 86_400_000;
/** Clocks of test machines differ a little: what was just issued must be valid everywhere. */
export const BACKDATED_MS = 5 * 60_000;

export interface KeyAndCertificate {
  /** PEM of this one certificate. */
  readonly certificatePem: string;
  /** PKCS#8 PEM. */
  readonly keyPem: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
}

export interface Authority {
  readonly certificatePem: string;
  readonly keyPem: string;
  /** POSIX milliseconds. */
  readonly clock: () => number;
}

/** What a certificate is for. Hosts are names or addresses. */
export type CertificateRequest =
  | { readonly kind: 'tls-server'; readonly hosts: readonly string[] }
  | { readonly kind: 'tls-client' | 'signing'; readonly agency: AgencyId }
  | { readonly kind: 'auditor'; readonly auditor: string };

/** RSA-3072 is what most authorities issue; P-256 is made, and signs, a hundred times faster. */
export type KeyType = 'rsa' | 'p256';

interface KeyPairPem {
  readonly publicKey: string;
  readonly privateKey: string;
}

const ENCODINGS = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
} as const;

const makeKeyPair = (type: KeyType): Promise<KeyPairPem> =>
  type === 'rsa'
    ? promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS, ...ENCODINGS })
    : promisify(generateKeyPair)('ec', { namedCurve: 'P-256', ...ENCODINGS });

/** PEM with the line ends of the platform's other tools; node-forge writes CR LF. */
const unixLines = (pem: string): string => pem.replaceAll('\r\n', '\n');

/** 16 bytes that are positive and have no leading zero. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] as number) & 0x3f);
  return bytes.toString('hex').toUpperCase();
}

/** A self-signed root with RSA-3072. */
export async function createAuthority(
  options: { readonly days?: number; readonly clock?: () => number } = {},
): Promise<Authority & KeyAndCertificate> {
  const { days = 90, clock = Date.now } = options;
  const keys = await makeKeyPair('rsa');
  const certificate = newCertificate('Development root', keys.publicKey, clock(), days);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return { ...signed(certificate, keys.privateKey, keys), clock };
}

/** Makes a key and certifies it for one use (SPEC.md section 8). It never outlives its authority. */
export async function issueCertificate(
  authority: Authority,
  request: CertificateRequest,
  options: { readonly days?: number; readonly keyType?: KeyType } = {},
): Promise<KeyAndCertificate> {
  const root = forge.pki.certificateFromPem(authority.certificatePem);
  const keys = await makeKeyPair(options.keyType ?? 'rsa');
  const certificate = newCertificate(nameOf(request), keys.publicKey, authority.clock(), options.days ?? 90);
  if (certificate.validity.notAfter > root.validity.notAfter) certificate.validity.notAfter = root.validity.notAfter;
  certificate.setIssuer(root.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', ...PURPOSE[request.kind] },
    { name: 'subjectAltName', altNames: alternativeNames(request) },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: root.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return signed(certificate, authority.keyPem, keys);
}

const PURPOSE = {
  'tls-server': { serverAuth: true },
  'tls-client': { clientAuth: true },
  /** id-kp-documentSigning (RFC 9336). */
  signing: { '1.3.6.1.5.5.7.3.36': true },
  auditor: { clientAuth: true },
} as const;

function nameOf(request: CertificateRequest): string {
  switch (request.kind) {
    case 'tls-server':
      return 'Development gateway';
    case 'auditor':
      return `Auditor ${request.auditor}`;
    default:
      return `${request.agency} ${request.kind}`;
  }
}

/** GeneralName choices (RFC 5280 section 4.2.1.6) by number: 2 DNS name, 6 URI, 7 address. */
function alternativeNames(request: CertificateRequest): readonly object[] {
  if (request.kind === 'auditor') return [{ type: 6, value: `liaison-role:auditor/${request.auditor}` }];
  if (request.kind !== 'tls-server') return [{ type: 6, value: `liaison://${request.agency}` }];
  return request.hosts.map((host) => (isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host }));
}

function newCertificate(name: string, publicKey: string, nowMs: number, days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  const key = createPublicKey(publicKey);
  const identifier = keyIdentifier(key);
  // node-forge has no type for other keys than RSA: `signed` puts the key itself into the certificate.
  certificate.publicKey = PLACEHOLDER;
  certificate.generateSubjectKeyIdentifier = () => forge.util.createBuffer(identifier);
  certificate.serialNumber = randomSerial();
  certificate.validity = { notBefore: new Date(nowMs - BACKDATED_MS), notAfter: new Date(nowMs + days * DAY_MS) };
  certificate.setSubject([
    { name: 'organizationName', value: WARNING },
    { name: 'commonName', value: name },
  ]);
  return certificate;
}

const PLACEHOLDER = forge.pki.rsa.setPublicKey(new forge.jsbn.BigInteger('3'), new forge.jsbn.BigInteger('3'));
/** sha256WithRSAEncryption (RFC 4055 section 5). */
const SIGNATURE_OID = '1.2.840.113549.1.1.11';
/** Where TBSCertificate has the subject's key (RFC 5280 section 4.1). */
const SUBJECT_KEY_AT = 6;

/** SHA-1 of the key's bits (RFC 5280 section 4.2.1.2): a name, not a protection. */
function keyIdentifier(key: KeyObject): string {
  const isRsa = key.asymmetricKeyType === 'rsa';
  const bits = isRsa ? key.export({ type: 'pkcs1', format: 'der' }) : spkiOf(key).subarray(-P256_POINT_BYTES);
  return hash('sha1', bits, 'buffer').toString('latin1');
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

/** Signs with node:crypto, which takes a hundredth of the time. */
function signed(certificate: forge.pki.Certificate, signingKeyPem: string, keys: KeyPairPem): KeyAndCertificate {
  certificate.signatureOid = certificate.siginfo.algorithmOid = SIGNATURE_OID;
  const [body] = forge.pki.certificateToAsn1(certificate).value as [forge.asn1.Asn1];
  const spki = spkiOf(createPublicKey(keys.publicKey)).toString('latin1');
  (body.value as forge.asn1.Asn1[])[SUBJECT_KEY_AT] = asn1.fromDer(spki);
  certificate.tbsCertificate = body;
  const bytes = Buffer.from(asn1.toDer(body).getBytes(), 'latin1');
  certificate.signature = sign('sha256', bytes, signingKeyPem).toString('latin1');
  const certificatePem = unixLines(forge.pki.certificateToPem(certificate));
  return { certificatePem, keyPem: keys.privateKey, serial: certificate.serialNumber };
}

const { Class, Type } = asn1;
/** The context-specific field `[0]`. */
const FIELD_0 = Type.NONE;
const sequence = (...items: forge.asn1.Asn1[]): forge.asn1.Asn1 =>
  asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, items);
const primitive = (type: forge.asn1.Type, bytes: string): forge.asn1.Asn1 =>
  asn1.create(Class.UNIVERSAL, type, false, bytes);
const oid = (dotted: string): forge.asn1.Asn1 => primitive(Type.OID, asn1.oidToDer(dotted).getBytes());
const extension = (dotted: string, value: forge.asn1.Asn1): forge.asn1.Asn1 =>
  sequence(oid(dotted), primitive(Type.OCTETSTRING, asn1.toDer(value).getBytes()));

/** A positive INTEGER from hexadecimal of whole bytes. */
const integer = (hex: string): forge.asn1.Asn1 =>
  primitive(Type.INTEGER, forge.util.hexToBytes(/^[89a-f]/i.test(hex) ? `00${hex}` : hex));

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 section 5.1.2.4). */
const time = (date: Date): forge.asn1.Asn1 =>
  date.getUTCFullYear() < 2050
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date));

/**
 * A complete revocation list (RFC 5280 section 5) in PEM, its number taken from `thisUpdate` in seconds. node-forge has no
 * such function, so the structure is written here. Every entry is dated `thisUpdate`.
 */
export function createRevocationList(
  authority: Authority,
  serials: readonly string[],
  thisUpdate: Date,
  nextUpdate: Date,
): string {
  const root = forge.pki.certificateFromPem(authority.certificatePem);
  const algorithm = sequence(oid(SIGNATURE_OID), primitive(Type.NULL, ''));
  const entries = [...new Set(serials)].map((serial) => sequence(integer(serial), time(thisUpdate)));
  const keyIdentifier = root.generateSubjectKeyIdentifier().getBytes();
  const number = Math.floor(thisUpdate.getTime() / 1000).toString(16);
  const extensions = sequence(
    extension('2.5.29.35', sequence(asn1.create(Class.CONTEXT_SPECIFIC, FIELD_0, false, keyIdentifier))),
    extension('2.5.29.20', integer(number.padStart(number.length + (number.length % 2), '0'))),
  );
  const body = sequence(
    integer('01'),
    algorithm,
    forge.pki.distinguishedNameToAsn1(root.subject),
    time(thisUpdate),
    time(nextUpdate),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    asn1.create(Class.CONTEXT_SPECIFIC, FIELD_0, true, [extensions]),
  );
  const digest = forge.md.sha256.create().update(asn1.toDer(body).getBytes());
  const signature = forge.pki.privateKeyFromPem(authority.keyPem).sign(digest);
  const list = sequence(body, algorithm, primitive(Type.BITSTRING, `\0${signature}`));
  return unixLines(forge.pem.encode({ type: 'X509 CRL', body: asn1.toDer(list).getBytes() }));
}
