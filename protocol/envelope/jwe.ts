/**
 * Content encryption (SPEC.md sections 5.3 and 5.4): a JWE (RFC 7516) in General JSON serialization whose parts travel as
 * raw bytes. Everything that is not one of the parts is constant or follows from the routing, so a reader builds the JWE
 * and never parses one: there is no `alg`, `enc`, `zip`, `crit`, `jku` or `p2c` for anybody to choose. npm `jose` does the
 * cryptography.
 *
 * This module opens content. The gateway must not import it.
 */
import { randomBytes, type KeyObject } from 'node:crypto';
import { GeneralEncrypt, generalDecrypt } from 'jose';
import { parseCanonicalJwk } from '../algorithms.ts';
import { LiaisonError } from '../errors.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../ids.ts';
import { sha256 } from '../merkle.ts';
import { SUITES, suiteOfKey, type SuiteRow } from './suites.ts';

const KEY_ALGORITHM = 'ECDH-ES+A256KW';
const CONTENT_ALGORITHM = 'A256GCM';
const CONTENT_TYPE = 'liaison-v1-content';

export const IV_BYTES = 12;
export const TAG_BYTES = 16;
/** A 256-bit content key under AES key wrap (RFC 3394). */
export const ENCRYPTED_KEY_BYTES = 40;

/** One recipient as the sender needs it: an encryption key that was verified before. */
export interface ContentRecipient {
  /** RFC 7638 thumbprint, 32 bytes. */
  readonly keyId: Uint8Array;
  /** A key object, or the canonical text of a JWK. */
  readonly publicKey: KeyObject | string;
}

export interface EncryptedContent {
  /** iv ‖ ciphertext ‖ tag. */
  readonly content: Uint8Array;
  /** suite ‖ ephemeral public key ‖ encrypted key, in the recipients' order. */
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
  return JSON.stringify(headerMembers(routing));
}

/** In sorted order, which is that of the text: `jose` writes the header from these. */
const headerMembers = (routing: Uint8Array): { enc: string; routing: string; typ: string } => ({
  enc: CONTENT_ALGORITHM,
  routing: toBase64Url(sha256(routing)),
  typ: CONTENT_TYPE,
});

const protectedMember = (routing: Uint8Array): string => toBase64Url(utf8(contentHeader(routing)));

/**
 * Encrypts under a fresh content key and wraps the key for each recipient. Key, nonce and ephemeral keys come from
 * `jose`, hence from the platform's random generator.
 * @throws LiaisonError ALGORITHM_REFUSED for a public key outside the table of suites
 */
export async function encryptContent(
  padded: Uint8Array,
  routing: Uint8Array,
  recipients: readonly ContentRecipient[],
): Promise<EncryptedContent> {
  const jwe = new GeneralEncrypt(padded).setProtectedHeader(headerMembers(routing));
  for (const { keyId, publicKey } of recipients) {
    const key = typeof publicKey === 'string' ? parseCanonicalJwk(publicKey) : publicKey;
    suiteOfKey(key);
    jwe.addRecipient(key).setUnprotectedHeader({ alg: KEY_ALGORITHM, kid: toBase64Url(keyId) });
  }
  // For a single recipient jose writes `epk` into the protected header, whose text would then not be the one allowed. A
  // second recipient prevents that: a random key that nobody keeps, and whose wrapped key is dropped here.
  jwe.addRecipient(randomBytes(32)).setUnprotectedHeader({ alg: 'A256KW' });
  const made = await jwe.encrypt();
  const parts = fromGeneralJwe({ ...made, recipients: made.recipients.slice(0, -1) }, routing);
  return { content: parts.content, wrappedKeys: parts.recipients.map((recipient) => recipient.wrappedKey) };
}

/**
 * Opens content with one recipient's key. The result is authentic only together with the sender's signature and
 * `body_digest`: AES-GCM does not commit to its key.
 * @throws LiaisonError CANNOT_DECRYPT whatever the reason, so that an answer tells an attacker nothing
 */
export async function decryptContent(
  content: Uint8Array,
  wrappedKey: Uint8Array,
  routing: Uint8Array,
  keyId: Uint8Array,
  privateKey: KeyObject,
): Promise<Uint8Array> {
  try {
    if (wrappedKey[0] !== suiteOfKey(privateKey).suite) throw new LiaisonError('ALGORITHM_REFUSED');
    const { plaintext } = await generalDecrypt(
      toGeneralJwe({ routing, content, recipients: [{ keyId, wrappedKey }] }),
      privateKey,
      { keyManagementAlgorithms: [KEY_ALGORITHM], contentEncryptionAlgorithms: [CONTENT_ALGORITHM] },
    );
    return plaintext;
  } catch (cause) {
    throw new LiaisonError('CANNOT_DECRYPT', '', { cause });
  }
}

/**
 * The JWE of an envelope, for any JOSE library.
 * @throws LiaisonError MALFORMED when a part has an impossible length or an unknown suite
 */
export function toGeneralJwe(parts: JweParts): GeneralJwe {
  const { content } = parts;
  const tagAt = content.length - TAG_BYTES;
  if (tagAt < IV_BYTES) throw malformed('content', 'too short');
  return {
    protected: protectedMember(parts.routing),
    iv: toBase64Url(content.subarray(0, IV_BYTES)),
    ciphertext: toBase64Url(content.subarray(IV_BYTES, tagAt)),
    tag: toBase64Url(content.subarray(tagAt)),
    recipients: parts.recipients.map(({ keyId, wrappedKey }) => {
      const { epk, encryptedKey } = splitWrappedKey(wrappedKey);
      return {
        header: { alg: KEY_ALGORITHM, kid: toBase64Url(keyId), epk },
        encrypted_key: toBase64Url(encryptedKey),
      };
    }),
  };
}

function splitWrappedKey(wrapped: Uint8Array): { epk: EphemeralJwk; encryptedKey: Uint8Array } {
  const row = SUITES.find((candidate) => candidate.suite === wrapped[0]);
  if (!row) throw malformed('wrapped_keys', 'of an unknown suite');
  const end = 1 + row.publicKeyBytes;
  if (wrapped.length !== end + ENCRYPTED_KEY_BYTES) throw malformed('wrapped_keys', 'of a wrong length');
  const { kty, crv } = row;
  const encryptedKey = wrapped.subarray(end);
  if (kty === 'OKP') return { epk: { kty, crv, x: toBase64Url(wrapped.subarray(1, end)) }, encryptedKey };
  if (wrapped[1] !== 0x04) throw malformed('wrapped_keys', 'without an uncompressed point');
  const x = toBase64Url(wrapped.subarray(2, 34));
  return { epk: { kty, crv, x, y: toBase64Url(wrapped.subarray(34, end)) }, encryptedKey };
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
