/**
 * How a content key travels to one recipient (SPEC.md section 5.4): ECDH-ES+A256KW of RFC 7518 section 4.6 over the
 * platform's cryptography. OpenSSL refuses points that are not on the curve, points at infinity and an all-zero X25519
 * result, and compares the integrity check of RFC 3394 in constant time.
 *
 * This module opens content keys. The gateway must not import it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hash,
  type KeyObject,
} from 'node:crypto';
import { LiaisonError } from '../errors.ts';
import { EncryptionSuite, SUITES, suiteOfKey, type SuiteRow } from './suites.ts';

/** A source of random bytes fit for keys; injected so that tests can repeat. */
export type RandomBytes = (byteLength: number) => Uint8Array;

export const KEY_ALGORITHM = 'ECDH-ES+A256KW';
const SECRET_BYTES = 32;
/** A 256-bit content key under AES key wrap (RFC 3394). */
export const ENCRYPTED_KEY_BYTES = 40;
const UNCOMPRESSED = 0x04;

const KEY_WRAP_IV = Buffer.alloc(8, 0xa6);
const P256_ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

/** What RFC 7518 section 4.6.2 hashes before and after the shared secret: round 1; algorithm, no parties, 256 bits. */
const KDF_ROUND = Buffer.from([0, 0, 0, 1]);
const KDF_INFO = Buffer.concat([
  Buffer.from([0, 0, 0, KEY_ALGORITHM.length]),
  Buffer.from(KEY_ALGORITHM),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]),
]);

/** The parts of a wrapped key, as views of it. */
export interface WrappedKeyParts {
  readonly row: SuiteRow;
  /** Raw, of the length that the suite calls for. */
  readonly ephemeralKey: Uint8Array;
  readonly encryptedKey: Uint8Array;
}

/**
 * Wraps a content key under a fresh ephemeral key: suite ‖ ephemeral public key ‖ encrypted key.
 * @param random gives the ephemeral private key: 32 bytes, for P-256 again until they are a scalar from 1 to n − 1
 * @throws LiaisonError ALGORITHM_REFUSED for a public key outside the table of suites
 */
export function wrapKey(contentKey: Uint8Array, publicKey: KeyObject, random: RandomBytes): Uint8Array {
  const row = suiteOfKey(publicKey);
  const key = Buffer.from(ephemeralSecret(row, random));
  const privateKey = createPrivateKey({ key, format: 'raw-private', ...row.rawKey });
  const cipher = createCipheriv('id-aes256-wrap', keyEncryptionKey(privateKey, publicKey), KEY_WRAP_IV);
  const wrapped = new Uint8Array(1 + row.publicKeyBytes + ENCRYPTED_KEY_BYTES);
  wrapped[0] = row.suite;
  wrapped.set(createPublicKey(privateKey).export({ format: 'raw-public' }), 1);
  wrapped.set(cipher.update(contentKey), 1 + row.publicKeyBytes);
  return wrapped;
}

/**
 * The content key.
 * @throws LiaisonError MALFORMED as {@link splitWrappedKey}; ALGORITHM_REFUSED when the suite is not that of the key; Error
 * of the platform for a point that is none, and for whatever was not wrapped for this key
 */
export function unwrapKey(wrapped: Uint8Array, privateKey: KeyObject): Uint8Array {
  const { row, ephemeralKey, encryptedKey } = splitWrappedKey(wrapped);
  if (row !== suiteOfKey(privateKey)) throw new LiaisonError('ALGORITHM_REFUSED');
  const publicKey = createPublicKey({ key: Buffer.from(ephemeralKey), format: 'raw-public', ...row.rawKey });
  const decipher = createDecipheriv('id-aes256-wrap', keyEncryptionKey(privateKey, publicKey), KEY_WRAP_IV);
  return decipher.update(encryptedKey);
}

/** @throws LiaisonError MALFORMED for an unknown suite, a wrong length, and a point in another form than uncompressed */
export function splitWrappedKey(wrapped: Uint8Array): WrappedKeyParts {
  const row = SUITES.find((candidate) => candidate.suite === wrapped[0]);
  if (!row) throw malformed('of an unknown suite');
  const end = 1 + row.publicKeyBytes;
  if (wrapped.length !== end + ENCRYPTED_KEY_BYTES) throw malformed('of a wrong length');
  if (row.kty === 'EC' && wrapped[1] !== UNCOMPRESSED) throw malformed('without an uncompressed point');
  return { row, ephemeralKey: wrapped.subarray(1, end), encryptedKey: wrapped.subarray(end) };
}

function keyEncryptionKey(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const secret = diffieHellman({ privateKey, publicKey });
  return hash('sha256', Buffer.concat([KDF_ROUND, secret, KDF_INFO]), 'buffer');
}

/** X25519 takes any 32 bytes (RFC 7748 section 5); for P-256 fewer than one draw in 2^32 is refused. */
function ephemeralSecret(row: SuiteRow, random: RandomBytes): Uint8Array {
  for (;;) {
    const secret = random(SECRET_BYTES);
    if (row.suite !== EncryptionSuite.P256) return secret;
    if (Buffer.compare(secret, P256_ORDER) < 0 && secret.some((byte) => byte !== 0)) return secret;
  }
}

const malformed = (rule: string): LiaisonError => new LiaisonError('MALFORMED', `wrapped_keys is ${rule}.`);
