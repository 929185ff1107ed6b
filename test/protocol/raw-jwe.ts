/**
 * A second implementation of the content's JWE, written from RFC 7516, RFC 7518 section 4.6 and RFC 3394 with Node's
 * primitives alone, so that the tests compare two readings of the same text.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { concatBytes } from './support.ts';

const RFC3394_IV = Buffer.alloc(8, 0xa6);

const u32 = (n: number): Buffer => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);

/** RFC 7518 section 4.6.2: one round of the Concat KDF of NIST SP 800-56A with SHA-256, for up to 256 bits. */
export function concatKdf(
  z: Uint8Array,
  algorithm: string,
  bits: number,
  partyU: Uint8Array = new Uint8Array(0),
  partyV: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const sized = (bytes: Uint8Array): Uint8Array => concatBytes(u32(bytes.length), bytes);
  const info = [sized(Buffer.from(algorithm)), sized(partyU), sized(partyV), u32(bits)];
  return createHash('sha256')
    .update(concatBytes(u32(1), z, ...info))
    .digest()
    .subarray(0, bits / 8);
}

const keyEncryptionKey = (privateKey: KeyObject, publicKey: KeyObject): Uint8Array =>
  concatKdf(diffieHellman({ privateKey, publicKey }), 'ECDH-ES+A256KW', 256);

const rawPublicKey = (key: KeyObject): Uint8Array => {
  const jwk = key.export({ format: 'jwk' });
  const x = Buffer.from(jwk.x ?? '', 'base64url');
  return jwk.kty === 'EC' ? concatBytes(Uint8Array.of(4), x, Buffer.from(jwk.y ?? '', 'base64url')) : x;
};

function publicKeyFrom(suite: number, raw: Uint8Array): KeyObject {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const key =
    suite === 1
      ? { kty: 'EC', crv: 'P-256', x: text(raw.subarray(1, 33)), y: text(raw.subarray(33)) }
      : { kty: 'OKP', crv: 'X25519', x: text(raw) };
  return createPublicKey({ key, format: 'jwk' });
}

/** The wrapped key bytes for one recipient. */
export function wrapKey(contentKey: Uint8Array, publicKey: KeyObject): Uint8Array {
  const isPoint = publicKey.asymmetricKeyType === 'ec';
  const ephemeral = isPoint ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('x25519');
  const cipher = createCipheriv('id-aes256-wrap', keyEncryptionKey(ephemeral.privateKey, publicKey), RFC3394_IV);
  const encryptedKey = concatBytes(cipher.update(contentKey), cipher.final());
  return concatBytes(Uint8Array.of(isPoint ? 1 : 2), rawPublicKey(ephemeral.publicKey), encryptedKey);
}

export function unwrapKey(wrapped: Uint8Array, privateKey: KeyObject): Uint8Array {
  const publicKey = publicKeyFrom(wrapped[0] ?? 0, wrapped.subarray(1, -40));
  const cipher = createDecipheriv('id-aes256-wrap', keyEncryptionKey(privateKey, publicKey), RFC3394_IV);
  return concatBytes(cipher.update(wrapped.subarray(-40)), cipher.final());
}

/** RFC 7516 section 5.1 step 14, without `aad`: the protected header in base64url. */
export function gcmAad(routing: Uint8Array): Buffer {
  const digest = createHash('sha256').update(routing).digest('base64url');
  const header = Buffer.from(`{"enc":"A256GCM","routing":"${digest}","typ":"liaison-v1-content"}`);
  return Buffer.from(header.toString('base64url'));
}

export function encryptGcm(
  plaintext: Uint8Array,
  contentKey: Uint8Array,
  routing: Uint8Array,
  iv: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', contentKey, iv);
  cipher.setAAD(gcmAad(routing));
  return concatBytes(iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

export function decryptGcm(content: Uint8Array, contentKey: Uint8Array, routing: Uint8Array): Uint8Array {
  const cipher = createDecipheriv('aes-256-gcm', contentKey, content.subarray(0, 12));
  cipher.setAAD(gcmAad(routing));
  cipher.setAuthTag(content.subarray(-16));
  return concatBytes(cipher.update(content.subarray(12, -16)), cipher.final());
}
