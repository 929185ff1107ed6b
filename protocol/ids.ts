/** Identifiers as branded types, each with one parser. On the wire ids are bytes; in text they are what is shown here. */
import { LiaisonError } from './errors.ts';

declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Agency name, e.g. `xa.customs`: lower-case labels joined by dots, at most 32 bytes. */
export type AgencyId = Brand<string, 'AgencyId'>;
/** Unit within an agency, e.g. `portalder`: at most 31 bytes. */
export type UnitId = Brand<string, 'UnitId'>;
/** Agency and unit: `xa.customs/portalder`. `@network` may follow in a federation; this version refuses it. */
export type Mailbox = Brand<string, 'Mailbox'>;
/** UUIDv7 (RFC 9562) in its usual text form. */
export type MessageId = Brand<string, 'MessageId'>;
/** RFC 7638 JWK thumbprint (SHA-256) of a public key, base64url. */
export type KeyId = Brand<string, 'KeyId'>;

const AGENCY = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const UNIT = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** @throws LiaisonError HEADER_INVALID */
export function parseAgencyId(text: string): AgencyId {
  if (text.length > 32 || !AGENCY.test(text)) {
    throw new LiaisonError('HEADER_INVALID', `${shown(text)} is not an agency name such as xa.customs.`);
  }
  return text as AgencyId;
}

/** @throws LiaisonError HEADER_INVALID */
export function parseUnitId(text: string): UnitId {
  if (text.length > 31 || !UNIT.test(text)) {
    throw new LiaisonError('HEADER_INVALID', `${shown(text)} is not a unit name such as portalder.`);
  }
  return text as UnitId;
}

/** @throws LiaisonError HEADER_INVALID */
export function parseMailbox(text: string): Mailbox {
  const slash = text.indexOf('/');
  if (slash < 0)
    throw new LiaisonError('HEADER_INVALID', `${shown(text)} is not a mailbox such as xa.customs/portalder.`);
  parseAgencyId(text.slice(0, slash));
  parseUnitId(text.slice(slash + 1));
  return text as Mailbox;
}

export const mailboxOf = (agency: AgencyId, unit: UnitId): Mailbox => `${agency}/${unit}` as Mailbox;

export const agencyOf = (mailbox: Mailbox): AgencyId => mailbox.slice(0, mailbox.indexOf('/')) as AgencyId;

/** @throws LiaisonError HEADER_INVALID unless the bytes are a UUID of version 7 */
export function messageIdOf(bytes: Uint8Array): MessageId {
  const hex = toHex(bytes);
  const text = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  if (!UUID_V7.test(text)) throw new LiaisonError('HEADER_INVALID', 'message_id is not a UUID of version 7.');
  return text as MessageId;
}

/** @throws LiaisonError HEADER_INVALID */
export function parseMessageId(text: string): MessageId {
  if (!UUID_V7.test(text)) {
    throw new LiaisonError('HEADER_INVALID', `${shown(text)} is not a message id (a UUID of version 7).`);
  }
  return text as MessageId;
}

export const messageIdBytes = (id: MessageId): Uint8Array => fromHex(id.replaceAll('-', ''));

/** A UUIDv7 from a time and ten random bytes (RFC 9562 section 5.7). */
export function newMessageId(nowMs: number, random: Uint8Array): MessageId {
  const bytes = new Uint8Array(16);
  let rest = nowMs;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return messageIdOf(bytes);
}

export const keyIdOf = (bytes: Uint8Array): KeyId => toBase64Url(bytes) as KeyId;

export const toHex = (bytes: Uint8Array): string => asBuffer(bytes).toString('hex');
export const fromHex = (text: string): Uint8Array => asBytes(Buffer.from(text, 'hex'));
export const toBase64Url = (bytes: Uint8Array): string => asBuffer(bytes).toString('base64url');
export const toBase64 = (bytes: Uint8Array): string => asBuffer(bytes).toString('base64');

/** Decodes only the canonical form: Node's own decoder is lenient, so the result is encoded again and compared. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? asBytes(bytes) : undefined;
}

/** As {@link fromBase64}, for base64url without padding. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? asBytes(bytes) : undefined;
}

/** Compares public values; not for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (a.length > 256) return Buffer.compare(asBuffer(a), asBuffer(b)) === 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export const utf8 = (text: string): Uint8Array => asBytes(Buffer.from(text, 'utf8'));

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const asBytes = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
