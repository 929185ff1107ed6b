/**
 * What can be checked of an envelope without a decryption key: by the gateway on submission and by the recipient's node.
 * SPEC.md section 5.6 states the order. A field that breaks a rule is named as in the .proto files.
 */
import type { KeyObject } from 'node:crypto';
import { verifyLeafHash } from '../batch.ts';
import { decode } from '../codec.ts';
import { LiaisonError } from '../errors.ts';
import {
  Availability,
  Classification,
  type Envelope,
  type Grant,
  HandlingCode,
  type Header,
  HeaderSchema,
  MessageType,
  Purpose,
  type Routing,
  RoutingSchema,
  Urgency,
} from '../generated/schema.ts';
import { equalBytes, type Mailbox, type MessageId, messageIdOf, parseMailbox, toHex } from '../ids.ts';
import { leafHash, sha256 } from '../merkle.ts';
import { ruleOf } from '../messages/types.ts';
import { PROTOCOL_VERSIONS, type ProtocolVersion } from '../versions.ts';

/** What header bytes say. */
export interface ReadHeader {
  readonly header: Header;
  readonly routing: Routing;
  readonly sender: Mailbox;
  /** In the order of `routing.recipients`. */
  readonly recipients: readonly Mailbox[];
  /** Leaf hash of the header bytes: identifies the message everywhere (evidence calls it header digest). */
  readonly digest: Uint8Array;
}

/** A header whose rules hold. Nothing in it is authentic before {@link verifySender}. */
export interface ParsedHeader extends ReadHeader {
  readonly messageId: MessageId;
}

/**
 * Reads header bytes whose rules have been checked before: in the log, or by another thread.
 * @param digest their leaf hash, when it is known
 * @throws LiaisonError MALFORMED
 */
export function readHeader(bytes: Uint8Array, digest = leafHash(bytes)): ReadHeader {
  const header = decode(HeaderSchema, bytes, 'signed');
  const routing = decode(RoutingSchema, header.routing, 'signed');
  const recipients = routing.recipients.map((recipient) => recipient.mailbox as Mailbox);
  return { header, routing, sender: routing.sender as Mailbox, recipients, digest };
}

/**
 * Reads header bytes and enforces every rule that needs nothing but them.
 * @param version of the session; a header of an older version keeps the rules of that version
 * @throws LiaisonError MALFORMED; HEADER_INVALID naming the field and the rule
 */
export function parseHeader(bytes: Uint8Array, version: ProtocolVersion = 2): ParsedHeader {
  const header = decode(HeaderSchema, bytes, 'signed');
  const routing = decode(RoutingSchema, header.routing, 'signed');
  if (routing.schemaVersion === 1) checkVersion1(routing);
  const messageId = messageIdOf(routing.messageId);
  rule(routing.type !== MessageType.UNSPECIFIED, 'type', 'is missing');
  const { schemaVersion } = routing;
  const known = PROTOCOL_VERSIONS.filter((each) => each <= version);
  rule((known as readonly number[]).includes(schemaVersion), 'schema_version', `is not ${known.join(' or ')}`);
  const sender = mailbox(routing.sender, 'sender');
  const recipients = routing.recipients.map((recipient, i) => mailbox(recipient.mailbox, `recipients[${i}].mailbox`));
  rule(recipients.length > 0, 'recipients', 'is empty');
  rule(new Set(recipients).size === recipients.length, 'recipients', 'has a mailbox twice');
  rule(
    header.wrappedKeyDigests.length === recipients.length,
    'wrapped_key_digests',
    'has another length than recipients',
  );
  checkTimesAndLabels(routing);
  checkReferences(routing);
  return { header, routing, messageId, sender, recipients, digest: leafHash(bytes) };
}

function checkTimesAndLabels(routing: Routing): void {
  rule(routing.expiresAtMs > routing.createdAtMs, 'expires_at_ms', 'is not after created_at_ms');
  rule(routing.urgency !== Urgency.UNSPECIFIED, 'urgency', 'is missing');
  rule(
    routing.type !== MessageType.INFORMATION_REQUEST || routing.availability !== Availability.UNSPECIFIED,
    'availability',
    'is missing on a request',
  );
  rule(routing.classification !== Classification.UNSPECIFIED, 'classification', 'is missing');
  rule(routing.purpose !== Purpose.UNSPECIFIED, 'purpose', 'is missing');
  const { handling } = routing;
  rule(handling.length > 0 || ruleOf(routing.type)?.intelligence === false, 'handling', 'is empty');
  rule(!handling.includes(HandlingCode.UNSPECIFIED), 'handling', 'has an unspecified code');
  rule(new Set(handling).size === handling.length, 'handling', 'has a code twice');
  rule(
    handling.includes(HandlingCode.H3) === routing.handlingTextPresent,
    'handling_text_present',
    'does not agree with the code H3',
  );
}

function checkReferences(routing: Routing): void {
  const needsReference = ruleOf(routing.type)?.repliesTo !== undefined;
  rule(!needsReference || routing.inReplyTo.length > 0, 'in_reply_to', 'is missing on an answer');
  if (routing.inReplyTo.length > 0) messageReference(routing.inReplyTo, 'in_reply_to');
  routing.derivedFrom.forEach((id, i) => messageReference(id, `derived_from[${i}]`));
  rule(isUnique(routing.derivedFrom), 'derived_from', 'has an id twice');
  routing.permissionIds.forEach((id, i) => messageReference(id, `permission_ids[${i}]`));
  rule(isUnique(routing.permissionIds), 'permission_ids', 'has an id twice');
  if (routing.schemaVersion === 1) checkReserved1(routing);
  else checkReferences2(routing);
}

/** What a header of version 1 cannot say, because version 1 does not have it. */
function checkVersion1(routing: Routing): void {
  const has = routing.grant !== undefined || routing.interim;
  if (has || ruleOf(routing.type)?.since === 2) throw new LiaisonError('MALFORMED', 'It is not of schema version 1.');
}

/** Reserved in version 1; a gateway that ignored them would not do what the sender believes. */
function checkReserved1(routing: Routing): void {
  rule(routing.annexOf.length === 0, 'annex_of', 'is set: annexes are not supported by this version');
  const hasGroup = routing.groupId.length > 0 || routing.groupVersion > 0;
  rule(!hasGroup, 'group_id', 'is set: groups are not supported by this version');
  rule(routing.attachments.length === 0, 'attachments', 'is set: attachments are not supported by this version');
}

function checkReferences2(routing: Routing): void {
  const isAnnex = routing.type === MessageType.NOMINAL_ANNEX;
  rule(isAnnex === routing.annexOf.length > 0, 'annex_of', 'goes with a nominal annex, and only with it');
  if (isAnnex) messageReference(routing.annexOf, 'annex_of');
  rule(!isAnnex || routing.containsPersonalData, 'contains_personal_data', 'is false on a nominal annex');
  const isReport = routing.type === MessageType.SEIZURE_REPORT;
  rule(!isReport || !routing.containsPersonalData, 'contains_personal_data', 'is true on a non-nominal report');
  const hasGroup = routing.groupId.length > 0;
  rule(hasGroup === routing.groupVersion > 0, 'group_version', 'goes with group_id, and only with it');
  rule(
    !routing.interim || routing.type === MessageType.INFORMATION_ANSWER,
    'interim',
    'is set on another than an answer',
  );
  rule(isUnique(routing.attachments.map(({ digest }) => digest)), 'attachments', 'has a digest twice');
  routing.attachments.forEach(({ sizeBytes }, i) => {
    rule(sizeBytes > 0, `attachments[${i}].size_bytes`, 'is 0');
  });
  if (routing.grant) checkGrant(routing, routing.grant);
}

function checkGrant(routing: Routing, grant: Grant): void {
  rule(routing.type === MessageType.PERMISSION_DECISION, 'grant', 'is set on another than a permission decision');
  messageReference(grant.target, 'grant.target');
  rule(grant.recipients.length > 0, 'grant.recipients', 'is empty');
  grant.recipients.forEach((recipient, i) => mailbox(recipient, `grant.recipients[${i}]`));
  rule(new Set(grant.recipients).size === grant.recipients.length, 'grant.recipients', 'has a mailbox twice');
}

/**
 * Checks content and all wrapped keys, as the gateway has them.
 * @throws LiaisonError DIGEST_MISMATCH
 */
export function verifyDigests(envelope: Envelope, parsed: ParsedHeader): void {
  verifyContentDigest(envelope, parsed);
  const digests = parsed.header.wrappedKeyDigests;
  if (envelope.wrappedKeys.length !== digests.length) throw mismatch('wrapped_keys has another length than recipients');
  envelope.wrappedKeys.forEach((key, i) => checkDigest(key, digests[i], `wrapped_keys[${i}]`));
}

/**
 * Checks content and the one wrapped key, as a recipient gets them.
 * @throws LiaisonError DIGEST_MISMATCH, also when the envelope has another number of wrapped keys than one
 */
export function verifyOwnWrappedKey(envelope: Envelope, parsed: ParsedHeader, recipientIndex: number): void {
  verifyContentDigest(envelope, parsed);
  const [own] = envelope.wrappedKeys;
  if (!own || envelope.wrappedKeys.length !== 1) throw mismatch('a recipient gets exactly one wrapped key');
  checkDigest(own, parsed.header.wrappedKeyDigests[recipientIndex], 'the own wrapped key');
}

function verifyContentDigest(envelope: Envelope, parsed: ParsedHeader): void {
  checkDigest(envelope.content, parsed.header.contentDigest, 'content');
}

function checkDigest(bytes: Uint8Array, digest: Uint8Array | undefined, what: string): void {
  if (!digest || !equalBytes(sha256(bytes), digest)) throw mismatch(`${what} has another digest`);
}

/**
 * The header names the key that signed it, so that the claim in the signature cannot be exchanged for another.
 * @throws LiaisonError SIGNATURE_INVALID
 */
export function verifySigningKeyId(envelope: Envelope, parsed: ParsedHeader): void {
  if (!equalBytes(envelope.signature.keyId, parsed.routing.signingKeyId)) {
    throw new LiaisonError('SIGNATURE_INVALID', 'The signature names another key than signing_key_id.');
  }
}

/**
 * Checks the sender's signature. `key` must be the one that `routing.signingKeyId` names; whether it belongs to the
 * sender's agency is for the caller to judge. Runs on the calling thread.
 * @throws LiaisonError SIGNATURE_INVALID, ALGORITHM_REFUSED
 */
export function verifySender(envelope: Envelope, parsed: ParsedHeader, key: KeyObject): void {
  verifySigningKeyId(envelope, parsed);
  verifyLeafHash('message', key, parsed.digest, envelope.signature, envelope.path);
}

function mailbox(text: string, field: string): Mailbox {
  return named(field, 'is not a mailbox such as xa.customs/portalder', () => parseMailbox(text));
}

function messageReference(bytes: Uint8Array, field: string): MessageId {
  return named(field, 'is not a message id', () => messageIdOf(bytes));
}

function named<T>(field: string, what: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw invalid(field, what);
  }
}

function rule(holds: boolean, field: string, what: string): void {
  if (!holds) throw invalid(field, what);
}

const isUnique = (list: readonly Uint8Array[]): boolean => new Set(list.map(toHex)).size === list.length;
const invalid = (field: string, what: string): LiaisonError => new LiaisonError('HEADER_INVALID', `${field} ${what}.`);
const mismatch = (what: string): LiaisonError => new LiaisonError('DIGEST_MISMATCH', `${what}.`);
