/**
 * What a certificate says (RFC 5280 section 4), read strictly and not judged. Signatures and keys are left to
 * node:crypto; this is about the fields it does not show, or shows only as text.
 */
import { constants, type KeyObject, type SigningOptions, type X509Certificate } from 'node:crypto';
import {
  bitsOf,
  booleanOf,
  contextTag,
  DerError,
  DerReader,
  oidOf,
  readAll,
  readTimeMs,
  readWhole,
  serialOf,
  smallIntegerOf,
  TAG,
} from './der.ts';
import { LiaisonError, type ErrorCode } from './errors.ts';
import { equalBytes, toHex } from './ids.ts';

export interface CertificateFields {
  /** Upper-case hexadecimal, whole bytes, as `X509Certificate.serialNumber`. */
  readonly serial: string;
  /** DER of the Name: compared byte by byte, as RFC 5280 section 4.1.2.6 has authorities write it. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** DER of the AlgorithmIdentifier of the signature. */
  readonly signatureAlgorithm: Uint8Array;
  readonly isAuthority: boolean;
  /** Most intermediate authorities that may follow. */
  readonly pathLengthMax: number | undefined;
  readonly keyUsage: KeyUsage | undefined;
  /** Object identifiers of the extended key usage. */
  readonly purposes: readonly string[] | undefined;
  /** The subjectAltName's names of the form URI, and of no other form. */
  readonly uris: readonly string[];
  /** Extensions that must not be ignored and that nothing here understands. */
  readonly unknownCritical: readonly string[];
}

export interface KeyUsage {
  readonly digitalSignature: boolean;
  readonly certificates: boolean;
  readonly revocationLists: boolean;
}

export interface X509Signature {
  readonly keyType: 'rsa' | 'ec' | 'ed25519';
  readonly digest: string | null;
  readonly options: SigningOptions;
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
const pss = (saltLength: number): SigningOptions => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
/** Parameters of RSASSA-PSS with one hash throughout and a salt of its length (RFC 4055 section 3.1). */
const pssDer = (hash: string, salt: string): string =>
  `304106092a864886f70d01010a3034a00f300d0609${hash}0500a11c301a06092a864886f70d010108300d0609${hash}0500a2030201${salt}`;

/** The allowed signatures of certificates and lists by the exact DER of their AlgorithmIdentifier: compared, not parsed. */
const X509_SIGNATURES: ReadonlyMap<string, X509Signature> = new Map<string, X509Signature>([
  ['300d06092a864886f70d01010b0500', { keyType: 'rsa', digest: 'sha256', options: PKCS1 }],
  ['300d06092a864886f70d01010c0500', { keyType: 'rsa', digest: 'sha384', options: PKCS1 }],
  ['300d06092a864886f70d01010d0500', { keyType: 'rsa', digest: 'sha512', options: PKCS1 }],
  [pssDer('608648016503040201', '20'), { keyType: 'rsa', digest: 'sha256', options: pss(32) }],
  [pssDer('608648016503040202', '30'), { keyType: 'rsa', digest: 'sha384', options: pss(48) }],
  [pssDer('608648016503040203', '40'), { keyType: 'rsa', digest: 'sha512', options: pss(64) }],
  ['300a06082a8648ce3d040302', { keyType: 'ec', digest: 'sha256', options: {} }],
  ['300a06082a8648ce3d040303', { keyType: 'ec', digest: 'sha384', options: {} }],
  ['300506032b6570', { keyType: 'ed25519', digest: null, options: {} }],
]);

export const isAllowedSignature = (algorithm: Uint8Array): boolean => X509_SIGNATURES.has(toHex(algorithm));

/** The signature that an AlgorithmIdentifier names, if it is allowed and fits the key that is to verify it. */
export function x509Signature(algorithm: Uint8Array, key: KeyObject): X509Signature | undefined {
  const found = X509_SIGNATURES.get(toHex(algorithm));
  return found?.keyType === key.asymmetricKeyType ? found : undefined;
}

const EXTENSION = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;
const NAME_CONSTRAINTS = '2.5.29.30';

export interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** Reads Extensions; one that comes twice is refused (RFC 5280 section 4.2). */
export function readExtensions(reader: DerReader): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  readAll(reader, (sequence) => {
    const fields = sequence.enter();
    const oid = oidOf(fields.read(TAG.oid));
    const flag = fields.optional(TAG.boolean);
    const critical = flag !== undefined && booleanOf(flag);
    const value = fields.read(TAG.octetString).content;
    fields.finish();
    if (extensions.has(oid)) throw new DerError(`the extension ${oid} comes twice`);
    extensions.set(oid, { critical, value });
  });
  return extensions;
}

/** Name constraints are counted though a careless authority did not mark them critical: ignoring them would widen trust. */
const unknownCritical = (extensions: ReadonlyMap<string, Extension>): string[] => {
  const known: readonly string[] = Object.values(EXTENSION);
  return [...extensions]
    .filter(([oid, { critical }]) => oid === NAME_CONSTRAINTS || (critical && !known.includes(oid)))
    .map(([oid]) => oid);
};

/** A certificate as text for an error: its subject on one line, without anything that could disturb a log. */
export function shownName(certificate: X509Certificate): string {
  // node:crypto has no text for an empty subject, whatever its types say.
  const subject = (certificate.subject as string | undefined) ?? `serial ${certificate.serialNumber}`;
  const text = subject.replaceAll('\n', ', ').replaceAll(/\p{C}/gu, '?');
  return `"${text.length > 120 ? `${text.slice(0, 120)}…` : text}"`;
}

/** Runs a parser and turns its DerError into an error with a code. */
export function withCode<T>(code: ErrorCode, subject: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new LiaisonError(code, `${subject} is not as RFC 5280 requires: ${error.message}.`, { cause: error });
  }
}

/** Anchors are asked for their fields at every connection, and a certificate never changes. */
const fieldsByCertificate = new WeakMap<X509Certificate, CertificateFields>();

/**
 * Reads a certificate's fields. Nothing is verified.
 * @throws LiaisonError `code` when it is not a version 3 certificate as RFC 5280 requires
 */
export function certificateFields(
  certificate: X509Certificate,
  code: ErrorCode = 'CERTIFICATE_INVALID',
): CertificateFields {
  const known = fieldsByCertificate.get(certificate);
  if (known) return known;
  const fields = withCode(code, shownName(certificate), () => readCertificate(certificate.raw));
  fieldsByCertificate.set(certificate, fields);
  return fields;
}

function readCertificate(der: Uint8Array): CertificateFields {
  const outer = new DerReader(readWhole(der).content);
  const body = outer.enter();
  const signatureAlgorithm = outer.read(TAG.sequence).raw;
  outer.read(TAG.bitString);
  outer.finish();

  const version = body.optional(contextTag(0));
  if (!version || smallIntegerOf(readWhole(version.content, TAG.integer)) !== 2)
    throw new DerError('it is not version 3');
  const serial = serialOf(body.read(TAG.integer));
  if (!equalBytes(body.read(TAG.sequence).raw, signatureAlgorithm)) throw new DerError('its two algorithms differ');
  const issuer = body.read(TAG.sequence).raw;
  const validity = body.enter();
  const notBeforeMs = readTimeMs(validity);
  const notAfterMs = readTimeMs(validity);
  validity.finish();
  const subject = body.read(TAG.sequence).raw;
  body.read(TAG.sequence);
  const wrapped = body.optional(contextTag(3));
  // The unique identifiers [1] and [2], which RFC 5280 forbids authorities to write, end up here.
  body.finish();

  const extensions = wrapped ? readExtensions(new DerReader(readWhole(wrapped.content).content)) : new Map();
  return { serial, issuer, subject, notBeforeMs, notAfterMs, signatureAlgorithm, ...readMeaning(extensions) };
}

type Meaning = Pick<
  CertificateFields,
  'isAuthority' | 'pathLengthMax' | 'keyUsage' | 'purposes' | 'uris' | 'unknownCritical'
>;

function readMeaning(extensions: ReadonlyMap<string, Extension>): Meaning {
  const value = (oid: string): Uint8Array | undefined => extensions.get(oid)?.value;
  const keyUsage = value(EXTENSION.keyUsage);
  const purposes = value(EXTENSION.extendedKeyUsage);
  const names = value(EXTENSION.subjectAltName);
  return {
    ...readBasicConstraints(value(EXTENSION.basicConstraints)),
    keyUsage: keyUsage && readKeyUsage(keyUsage),
    purposes: purposes && readAll(new DerReader(readWhole(purposes).content), (reader) => oidOf(reader.read(TAG.oid))),
    uris: names ? readUris(names) : [],
    unknownCritical: unknownCritical(extensions),
  };
}

/** RFC 5280 section 4.2.1.9. */
function readBasicConstraints(value: Uint8Array | undefined): Pick<Meaning, 'isAuthority' | 'pathLengthMax'> {
  if (!value) return { isAuthority: false, pathLengthMax: undefined };
  const fields = new DerReader(readWhole(value).content);
  const flag = fields.optional(TAG.boolean);
  const pathLength = fields.optional(TAG.integer);
  fields.finish();
  return {
    isAuthority: flag !== undefined && booleanOf(flag),
    pathLengthMax: pathLength && smallIntegerOf(pathLength),
  };
}

/** RFC 5280 section 4.2.1.3. */
function readKeyUsage(value: Uint8Array): KeyUsage {
  const bit = bitsOf(readWhole(value, TAG.bitString));
  return { digitalSignature: bit(0), certificates: bit(5), revocationLists: bit(6) };
}

const GENERAL_NAME_TAGS: readonly number[] = [0xa0, 0x81, 0x82, 0xa3, 0xa4, 0xa5, 0x86, 0x87, 0x88];
const URI_TAG = 0x86;

/** RFC 5280 section 4.2.1.6: a URI is told from a DNS name that looks like one by its tag, never by its text. */
function readUris(value: Uint8Array): string[] {
  const names = readAll(new DerReader(readWhole(value).content), (reader) => reader.any());
  if (names.some(({ tag }) => !GENERAL_NAME_TAGS.includes(tag))) throw new DerError('a name has an unknown form');
  return names.filter(({ tag }) => tag === URI_TAG).map(({ content }) => Buffer.from(content).toString('latin1'));
}
