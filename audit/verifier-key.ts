/**
 * Keys of signed notes (C2SP signed-note): a name, a type and an Ed25519 key. The name and the four bytes of the key id
 * say which key a signature claims to be from; they prove nothing, so a trusted key comes from outside the note.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from '../protocol/ids.ts';
import { sha256 } from '../protocol/merkle.ts';

/** Signature types of signed notes, as their identifier bytes. */
export const KEY_TYPE = {
  /** Ed25519 over the note's text: how a log signs its checkpoints. */
  ED25519: 0x01,
  /** Timestamped Ed25519 cosignature: how a witness signs another's checkpoint. */
  COSIGNATURE: 0x04,
} as const;
export type KeyType = (typeof KEY_TYPE)[keyof typeof KEY_TYPE];

/** A key that signatures are checked with. */
export interface Verifier<T extends KeyType = KeyType> {
  readonly name: string;
  /** First 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
  readonly keyId: Uint8Array;
  readonly type: T;
  /** Raw Ed25519 public key, 32 bytes (RFC 8032). */
  readonly publicKey: Uint8Array;
  /** The same key, ready for use. */
  readonly key: KeyObject;
}

/** A key that signs. */
export interface Signer<T extends KeyType = KeyType> extends Verifier<T> {
  readonly privateKey: KeyObject;
}

export const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
/** DER SubjectPublicKeyInfo of an Ed25519 key up to the raw key (RFC 8410 section 4). */
const SPKI_PREFIX = fromHex('302a300506032b6570032100');
const KEY_TYPES: ReadonlySet<number> = new Set(Object.values(KEY_TYPE));
const VERIFIER_KEY = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u;
const NOT_IN_NAMES = /[\p{White_Space}\p{Cc}+]/u;

/** Whether a text can name a key, and so be the origin of a log: not empty, no spaces, control characters or plus. */
export function isKeyName(text: string): boolean {
  return text !== '' && text.isWellFormed() && !NOT_IN_NAMES.test(text);
}

/** @throws LiaisonError CONFIG_INVALID when the name cannot name a key or the public key is not 32 bytes long */
export function createVerifier<T extends KeyType>(name: string, type: T, publicKey: Uint8Array): Verifier<T> {
  if (!isKeyName(name)) throw invalid(name, 'the name is empty or has a space, a control character or a plus');
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw invalid(name, 'an Ed25519 public key has 32 bytes');
  const keyId = sha256(Buffer.concat([utf8(`${name}\n`), Uint8Array.of(type), publicKey])).slice(0, KEY_ID_BYTES);
  const spki = Buffer.concat([SPKI_PREFIX, publicKey]);
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return { name, keyId, type, publicKey: new Uint8Array(publicKey), key };
}

/** @throws LiaisonError CONFIG_INVALID when the name cannot name a key or the key is not an Ed25519 private key */
export function createSigner<T extends KeyType>(name: string, type: T, privateKey: KeyObject): Signer<T> {
  if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
    throw invalid(name, 'notes are signed with an Ed25519 private key');
  }
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { ...createVerifier(name, type, spki.subarray(SPKI_PREFIX.length)), privateKey };
}

/**
 * Reads `name+hex(key id)+base64(type ‖ public key)`.
 * @throws LiaisonError CONFIG_INVALID when the form, the type or the key id is wrong
 */
export function parseVerifierKey(text: string): Verifier {
  const [, name, keyIdHex, encoded] = VERIFIER_KEY.exec(text) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || keyIdHex === undefined || bytes === undefined) {
    throw invalid(text, 'expected name+key id+base64');
  }
  const type = bytes[0];
  if (!isKeyType(type)) throw invalid(text, 'only types 1 (Ed25519) and 4 (cosignature) are known');
  const verifier = createVerifier(name, type, bytes.subarray(1));
  if (!equalBytes(verifier.keyId, fromHex(keyIdHex))) throw invalid(text, 'the key id does not belong to name and key');
  return verifier;
}

/** Writes what {@link parseVerifierKey} reads. */
export function formatVerifierKey({ name, keyId, type, publicKey }: Verifier): string {
  return `${name}+${toHex(keyId)}+${toBase64(Buffer.concat([Uint8Array.of(type), publicKey]))}`;
}

const isKeyType = (value: number | undefined): value is KeyType => value !== undefined && KEY_TYPES.has(value);

const invalid = (text: string, rule: string): LiaisonError =>
  new LiaisonError('CONFIG_INVALID', `Verifier key ${JSON.stringify(text.slice(0, 200))}: ${rule}.`);
