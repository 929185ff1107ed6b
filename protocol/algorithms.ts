/**
 * The allowed signature algorithms, in one table: RFC 7518 (PS256, ES256, ES384) and RFC 9864 (Ed25519). A key decides
 * its algorithm; whatever is not in this table is refused before any cryptography runs.
 */
import { constants, createPublicKey, sign, verify, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { LiaisonError } from './errors.ts';
import { SignatureAlgorithm } from './generated/schema.ts';
import { sha256 } from './merkle.ts';
import { utf8 } from './ids.ts';

interface AlgorithmRow {
  readonly algorithm: SignatureAlgorithm;
  /** JOSE `alg`. */
  readonly jose: string;
  readonly digest: string | null;
  /** Raw signature length in bytes; `undefined` for RSA, where it is the modulus. */
  readonly signatureBytes?: number;
  readonly options: Partial<SignKeyObjectInput>;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const P1363 = { dsaEncoding: 'ieee-p1363' } as const;

export const SIGNATURE_ALGORITHMS: readonly AlgorithmRow[] = [
  { algorithm: SignatureAlgorithm.PS256, jose: 'PS256', digest: 'sha256', options: PSS },
  { algorithm: SignatureAlgorithm.ES256, jose: 'ES256', digest: 'sha256', signatureBytes: 64, options: P1363 },
  { algorithm: SignatureAlgorithm.ES384, jose: 'ES384', digest: 'sha384', signatureBytes: 96, options: P1363 },
  { algorithm: SignatureAlgorithm.ED25519, jose: 'Ed25519', digest: null, signatureBytes: 64, options: {} },
];

export const RSA_BITS_MIN = 3072;
export const RSA_BITS_MAX = 4096;

/** @throws LiaisonError ALGORITHM_REFUSED */
export function algorithmRow(algorithm: SignatureAlgorithm): AlgorithmRow {
  const found = SIGNATURE_ALGORITHMS.find((row) => row.algorithm === algorithm);
  if (!found) throw new LiaisonError('ALGORITHM_REFUSED', `Algorithm ${algorithm} is not in the table.`);
  return found;
}

/**
 * The one algorithm that a public or private key is used with.
 * @throws LiaisonError ALGORITHM_REFUSED for any other type, curve or size of key
 */
export function algorithmOfKey(key: KeyObject): SignatureAlgorithm {
  const type = key.asymmetricKeyType;
  const details = key.asymmetricKeyDetails;
  const bits = details?.modulusLength ?? 0;
  // A key of type id-RSASSA-PSS has no JWK form and may bind other parameters than those of PS256.
  if (type === 'rsa' && bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX) return SignatureAlgorithm.PS256;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return SignatureAlgorithm.ES256;
  if (type === 'ec' && details?.namedCurve === 'secp384r1') return SignatureAlgorithm.ES384;
  if (type === 'ed25519') return SignatureAlgorithm.ED25519;
  const what = [type, details?.namedCurve ?? (bits > 0 ? `${bits} bits` : '')].filter(Boolean).join(' ');
  throw new LiaisonError('ALGORITHM_REFUSED', `The key is ${what}.`);
}

/** Raw JWS signature (RFC 7518 section 3): ECDSA as r ‖ s. Runs on the calling thread. */
export function signBytes(key: KeyObject, data: Uint8Array): Uint8Array {
  const row = algorithmRow(algorithmOfKey(key));
  return new Uint8Array(sign(row.digest, data, { key, ...row.options }));
}

/**
 * Checks a raw JWS signature. The algorithm is the key's own; a differing claim is false.
 * Runs on the calling thread: 70–110 µs, so never on the gateway's main thread.
 */
export function verifyBytes(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const row = algorithmRow(algorithm);
  if (algorithmOfKey(key) !== algorithm) return false;
  if (row.signatureBytes !== undefined && signature.length !== row.signatureBytes) return false;
  return verify(row.digest, data, { key, ...row.options }, signature);
}

/** Members of a JWK that RFC 7638 section 3.2 requires for the thumbprint, sorted. */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
};

/**
 * The JWK of a public key in the exact text that its RFC 7638 thumbprint hashes.
 * @throws LiaisonError ALGORITHM_REFUSED for a key that has no JWK form, whatever a certificate may hold
 */
export function canonicalJwk(key: KeyObject): string {
  const jwk = exportJwk(key);
  const members = THUMBPRINT_MEMBERS[String(jwk['kty'])];
  if (!members) throw new LiaisonError('ALGORITHM_REFUSED', `A key of type ${String(jwk['kty'])} is not used here.`);
  return JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])));
}

function exportJwk(key: KeyObject): Record<string, unknown> {
  try {
    return { ...(key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' }) };
  } catch (error) {
    const type = key.asymmetricKeyType ?? 'unknown';
    throw new LiaisonError('ALGORITHM_REFUSED', `A key of type ${type} has no JWK form.`, { cause: error });
  }
}

/** RFC 7638 thumbprint, 32 bytes: the key id everywhere in this protocol. */
export const jwkThumbprint = (canonical: string): Uint8Array => sha256(utf8(canonical));

const thumbprints = new WeakMap<KeyObject, Uint8Array>();

/** As {@link jwkThumbprint}; computed once for each key object. Nobody may change the bytes. */
export function keyThumbprint(key: KeyObject): Uint8Array {
  let known = thumbprints.get(key);
  if (!known) thumbprints.set(key, (known = jwkThumbprint(canonicalJwk(key))));
  return known;
}

/**
 * Reads the canonical JWK text of a public key.
 * @throws LiaisonError ALGORITHM_REFUSED when the text is not exactly what {@link canonicalJwk} writes
 */
export function parseCanonicalJwk(text: string): KeyObject {
  try {
    const key = createPublicKey({ key: JSON.parse(text) as Record<string, string>, format: 'jwk' });
    if (canonicalJwk(key) === text) return key;
  } catch {
    // falls through: any failure to read the key is the same refusal
  }
  throw new LiaisonError('ALGORITHM_REFUSED', 'A JWK is not in its canonical form (RFC 7638).');
}
