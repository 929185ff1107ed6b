/**
 * Content encryption (SPEC.md sections 5.3 and 5.4): a JWE (RFC 7516) in General JSON serialization whose parts travel as
 * raw bytes. Everything that is not one of the parts is constant or follows from the routing, so a reader builds the JWE
 * and never parses one: there is no `alg`, `enc`, `zip`, `crit`, `jku` or `p2c` for anybody to choose. The cryptography is
 * the platform's; other JOSE libraries are the second opinion in the tests.
 *
 * This module opens content. The gateway must not import it.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { LiaisonError } from '../errors.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../ids.ts';
import { sha256 } from '../merkle.ts';
import {
  ENCRYPTED_KEY_BYTES,
  KEY_ALGORITHM,
  type RandomBytes,
  splitWrappedKey,
  unwrapKey,
  wrapKey,
} from './key-wrap.ts';
import { SUITES, type SuiteRow } from './suites.ts';

const CONTENT_CIPHER = 'aes-256-gcm';
const CONTENT_ALGORITHM = 'A256GCM';
const CONTENT_TYPE = 'liaison-v1-content';

export const IV_BYTES = 12;
export const TAG_BYTES = 16;
const CONTENT_KEY_BYTES = 32;

export interface EncryptedContent {
  /** iv ‖ ciphertext ‖ tag. */
  readonly content: Uint8Array;
  /** suite ‖ ephemeral public key ‖ encrypted key, in the order of the public keys. */
  readonly wrappedKeys: Uint8Array[];
}

/** The parts of an envelope's JWE. */
export interface JweParts {
  /** As it stands in the envelope's header: never encoded again. */
  readonly routing: Uint8Array;
  readonly content: Uint8Array;
  readonly recipients: readonly { readonly keyId: Uint8Array; readonly wrappedKey: Uint8Array }[];
}

export interface EphemeralJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string;
}

/** General JWE JSON serialization (RFC 7516 section 7.2.1), with exactly the members that this protocol knows. */
export interface GeneralJwe {
  readonly protected: string;
  readonly iv: string;
  readonly ciphertext: string;
  readonly tag: string;
  readonly recipients: {
    readonly header: { readonly alg: string; readonly kid: string; readonly epk: EphemeralJwk };
    readonly encrypted_key: string;
  }[];
}

/**
 * JWE protected header: exactly this text for these routing bytes, as compact JSON with sorted members. It is what the tag
 * authenticates, and binds the content to sender, recipients and labels. The `aad` member of JWE would do so too, but not
 * every JOSE library has it, or has it right.
 */
export function contentHeader(routing: Uint8Array): string {
  return JSON.stringify({ enc: CONTENT_ALGORITHM, routing: toBase64Url(sha256(routing)), typ: CONTENT_TYPE });
}

const protectedMember = (routing: Uint8Array): string => toBase64Url(utf8(contentHeader(routing)));

/**
 * Encrypts under a fresh content key and wraps the key for each recipient. Runs on the calling thread: 0.1 to 0.2 ms for
 * each recipient.
 * @param publicKeys the recipients' encryption keys, verified before
 * @param random gives the content key (32 bytes), the nonce (12 bytes) and then for each recipient the ephemeral key
 * @throws LiaisonError ALGORITHM_REFUSED for a public key outside the table of suites
 */
export function encryptContent(
  padded: Uint8Array,
  routing: Uint8Array,
  publicKeys: readonly KeyObject[],
  random: RandomBytes,
): EncryptedContent {
  const contentKey = random(CONTENT_KEY_BYTES);
  const iv = random(IV_BYTES);
  const cipher = createCipheriv(CONTENT_CIPHER, contentKey, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(utf8(protectedMember(routing)));
  const content = concat(iv, cipher.update(padded), cipher.final(), cipher.getAuthTag());
  const wrappedKeys = publicKeys.map((publicKey) => wrapKey(contentKey, publicKey, random));
  return { content, wrappedKeys };
}

/**
 * Opens content with one recipient's key. The result is authentic only together with the sender's signature and
 * `body_digest`: AES-GCM does not commit to its key. Runs on the calling thread, 0.1 to 0.2 ms.
 * @throws LiaisonError CANNOT_DECRYPT whatever the reason, so that an answer tells an attacker nothing
 */
export function decryptContent(
  content: Uint8Array,
  wrappedKey: Uint8Array,
  routing: Uint8Array,
  privateKey: KeyObject,
): Uint8Array {
  try {
    const tagAt = contentTagAt(content);
    const contentKey = unwrapKey(wrappedKey, privateKey);
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CONTENT_CIPHER, contentKey, content.subarray(0, IV_BYTES), options);
    decipher.setAAD(utf8(protectedMember(routing)));
    decipher.setAuthTag(content.subarray(tagAt));
    const padded = decipher.update(content.subarray(IV_BYTES, tagAt));
    // Nothing of the plaintext is used before this has compared the tag, which OpenSSL does in constant time.
    decipher.final();
    return new Uint8Array(padded.buffer, padded.byteOffset, padded.length);
  } catch (cause) {
    throw new LiaisonError('CANNOT_DECRYPT', '', { cause });
  }
}

function contentTagAt(content: Uint8Array): number {
  const tagAt = content.length - TAG_BYTES;
  if (tagAt < IV_BYTES) throw malformed('content', 'too short');
  return tagAt;
}

/**
 * The JWE of an envelope, for any JOSE library.
 * @throws LiaisonError MALFORMED when a part has an impossible length or an unknown suite
 */
export function toGeneralJwe(parts: JweParts): GeneralJwe {
  const { content } = parts;
  const tagAt = contentTagAt(content);
  return {
    protected: protectedMember(parts.routing),
    iv: toBase64Url(content.subarray(0, IV_BYTES)),
    ciphertext: toBase64Url(content.subarray(IV_BYTES, tagAt)),
    tag: toBase64Url(content.subarray(tagAt)),
    recipients: parts.recipients.map(({ keyId, wrappedKey }) => {
      const { row, ephemeralKey, encryptedKey } = splitWrappedKey(wrappedKey);
      return {
        header: { alg: KEY_ALGORITHM, kid: toBase64Url(keyId), epk: epkOf(row, ephemeralKey) },
        encrypted_key: toBase64Url(encryptedKey),
      };
    }),
  };
}

function epkOf({ kty, crv }: SuiteRow, raw: Uint8Array): EphemeralJwk {
  if (kty === 'OKP') return { kty, crv, x: toBase64Url(raw) };
  return { kty, crv, x: toBase64Url(raw.subarray(1, 33)), y: toBase64Url(raw.subarray(33)) };
}

/**
 * The parts of a General JWE that some JOSE library made for a message with this routing. Members in any order, but exactly
 * those of {@link GeneralJwe}: a missing, additional or differing one is refused, whatever it would mean to JOSE. The
 * protected header is compared with the one text that fits the routing, and not parsed.
 * @throws LiaisonError MALFORMED, naming the member
 */
export function fromGeneralJwe(jwe: unknown, routing: Uint8Array): JweParts {
  const fields = membersOf(jwe, ['protected', 'iv', 'ciphertext', 'tag', 'recipients'], 'jwe');
  if (fields['protected'] !== protectedMember(routing)) {
    throw malformed('jwe.protected', `not ${contentHeader(routing)}`);
  }
  const recipients: unknown = fields['recipients'];
  if (!Array.isArray(recipients)) throw malformed('jwe.recipients', 'not an array');
  return {
    routing,
    content: concat(
      bytesOf(fields['iv'], 'jwe.iv', IV_BYTES),
      bytesOf(fields['ciphertext'], 'jwe.ciphertext'),
      bytesOf(fields['tag'], 'jwe.tag', TAG_BYTES),
    ),
    recipients: recipients.map((recipient: unknown, i) => fromRecipient(recipient, `jwe.recipients[${i}]`)),
  };
}

/**
 * As {@link fromGeneralJwe}, for JSON text. Also refuses members that stand twice, of which JSON.parse keeps the last.
 * @throws LiaisonError MALFORMED
 */
export function parseGeneralJwe(text: string, routing: Uint8Array): JweParts {
  let jwe: unknown;
  try {
    jwe = JSON.parse(text);
  } catch {
    throw malformed('jwe', 'not JSON');
  }
  // In valid JSON a string before a colon is a member's name, so the names can be counted without another parser.
  let named = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) named++;
  if (named !== countMembers(jwe)) throw malformed('jwe', 'with a member given twice');
  return fromGeneralJwe(jwe, routing);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, item) => sum + countMembers(item), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}

function fromRecipient(recipient: unknown, where: string): JweParts['recipients'][number] {
  const fields = membersOf(recipient, ['header', 'encrypted_key'], where);
  const header = membersOf(fields['header'], ['alg', 'kid', 'epk'], `${where}.header`);
  if (header['alg'] !== KEY_ALGORITHM) throw malformed(`${where}.header.alg`, `not ${KEY_ALGORITHM}`);
  const keyId = bytesOf(header['kid'], `${where}.header.kid`, 32);
  const epkAt = `${where}.header.epk`;
  const epk = header['epk'];
  const crv: unknown = typeof epk === 'object' && epk !== null && 'crv' in epk ? epk.crv : undefined;
  const row = SUITES.find((candidate) => candidate.crv === crv);
  if (!row) throw malformed(`${epkAt}.crv`, 'not P-256 or X25519');
  const encryptedKey = bytesOf(fields['encrypted_key'], `${where}.encrypted_key`, ENCRYPTED_KEY_BYTES);
  return { keyId, wrappedKey: concat(Uint8Array.of(row.suite), publicKeyOf(epk, row, epkAt), encryptedKey) };
}

function publicKeyOf(epk: unknown, row: SuiteRow, where: string): Uint8Array {
  const point = row.kty === 'EC';
  const fields = membersOf(epk, point ? ['kty', 'crv', 'x', 'y'] : ['kty', 'crv', 'x'], where);
  if (fields['kty'] !== row.kty) throw malformed(`${where}.kty`, `not ${row.kty}`);
  const x = bytesOf(fields['x'], `${where}.x`, 32);
  return point ? concat(Uint8Array.of(0x04), x, bytesOf(fields['y'], `${where}.y`, 32)) : x;
}

/** The members of an object that has exactly the named ones. */
function membersOf(value: unknown, names: readonly string[], where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(where, 'not an object');
  const found = Object.keys(value);
  const unknown = found.find((name) => !names.includes(name));
  if (unknown !== undefined) throw malformed(where, `with the member ${JSON.stringify(unknown)}, which is not allowed`);
  const missing = names.find((name) => !found.includes(name));
  if (missing !== undefined) throw malformed(where, `without the member ${missing}`);
  return value as Record<string, unknown>;
}

function bytesOf(value: unknown, where: string, length?: number): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : undefined;
  if (!bytes) throw malformed(where, 'not canonical base64url');
  if (length !== undefined && bytes.length !== length) throw malformed(where, `not ${length} bytes`);
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const malformed = (where: string, rule: string): LiaisonError => new LiaisonError('MALFORMED', `${where} is ${rule}.`);
