/** From what an application asks for to a message that the outbox can keep: everything decided but keys and signature. */
import { encode } from '../protocol/codec.ts';
import { sealedLength } from '../protocol/envelope/attachments.ts';
import type { RandomBytes } from '../protocol/envelope/key-wrap.ts';
import { parseHeader } from '../protocol/envelope/verify.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  type Attachment,
  type AttachmentReference,
  Availability,
  type Body,
  BodySchema,
  Classification,
  ContactCopyExemption,
  type Grant,
  HandlingCode,
  HeaderSchema,
  MessageType,
  Purpose,
  type Routing,
  RoutingSchema,
  Urgency,
} from '../protocol/generated/schema.ts';
import {
  fromHex,
  type Mailbox,
  type MessageId,
  messageIdBytes,
  newMessageId,
  parseMessageId,
} from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import { bodyFromJson } from '../protocol/messages/json.ts';
import { BODY_TYPES } from '../protocol/messages/types.ts';
import { validateBody } from '../protocol/messages/validate.ts';
import { groupIdBytes } from './cases/names.ts';
import type { JsonBody, SendRequest } from './types.ts';

export interface Draft {
  readonly id: MessageId;
  /** Encoded Routing; key ids and body digest are still zeros. */
  readonly routing: Uint8Array;
  /** Encoded Body. */
  readonly body: Uint8Array;
  readonly recipients: number;
  readonly expiresMs: number;
  readonly attachments: readonly AttachmentReference[];
}

/** What this node writes. */
const SCHEMA_VERSION = 2;

export interface ComposeContext {
  /** Own mailboxes; the first is the usual sender. */
  readonly mailboxes: readonly Mailbox[];
  readonly nowMs: number;
  readonly random: RandomBytes;
}

export const EXPIRES_IN_MS = 30 * 24 * 3600 * 1000;
const THREAD_ID = /^[0-9a-f]{32}$/;
const UNKNOWN_DIGEST = new Uint8Array(32);

/**
 * Validates a request as gateway and recipients will, as far as that is possible before sealing.
 * @param attachments what lies in the spool for it
 * @throws LiaisonError HEADER_INVALID or BODY_INVALID naming field and rule; EXPIRY_TOO_FAR; LIMIT_EXCEEDED
 */
export function composeMessage(
  request: SendRequest,
  context: ComposeContext,
  attachments: readonly Attachment[] = [],
): Draft {
  const { nowMs, random } = context;
  const body = { ...bodyOf(request.body), attachments: [...attachments] };
  const id = request.id === undefined ? newMessageId(nowMs, random(10)) : parseMessageId(request.id);
  const routing = { ...routingOf(request, body, id, context), attachments: references(attachments) };
  validateBody(body, routing);
  const bodyBytes = encode(BodySchema, body);
  if (bodyBytes.length > LIMITS.bodyBytesMax) {
    throw new LiaisonError(
      'BODY_INVALID',
      `The body has ${bodyBytes.length} bytes; at most ${LIMITS.bodyBytesMax} fit.`,
    );
  }
  const routingBytes = encode(RoutingSchema, routing);
  // The rules for headers stand in one place: a header with unknown digests is held to them, and with a stand-in where
  // sealing decides who the recipients are.
  const isOpen = routing.recipients.length === 0 && (routing.groupId.length > 0 || request.toHolders === true);
  const recipients = isOpen ? [{ mailbox: routing.sender, keyId: UNKNOWN_DIGEST }] : routing.recipients;
  const addressed = { ...routing, recipients, groupVersion: routing.groupId.length > 0 ? 1 : 0 };
  const wrappedKeyDigests = recipients.map(() => UNKNOWN_DIGEST);
  const checked = encode(RoutingSchema, addressed);
  parseHeader(encode(HeaderSchema, { routing: checked, contentDigest: UNKNOWN_DIGEST, wrappedKeyDigests }));
  return {
    id,
    routing: routingBytes,
    body: bodyBytes,
    recipients: routing.recipients.length,
    expiresMs: routing.expiresAtMs,
    attachments: routing.attachments,
  };
}

function routingOf(
  request: SendRequest,
  body: Body,
  id: MessageId,
  { mailboxes, nowMs, random }: ComposeContext,
): Routing {
  const type = BODY_TYPES[body.content.kind];
  if (request.type !== undefined && MessageType[request.type] !== type) {
    throw new LiaisonError('HEADER_INVALID', `type ${request.type} is not the body's (${body.content.kind}).`);
  }
  const expiresInMs = request.expiresInMs ?? EXPIRES_IN_MS;
  if (expiresInMs > LIMITS.lifetimeMsMax) throw new LiaisonError('EXPIRY_TOO_FAR');
  const to = request.to ?? [];
  if (to.length > LIMITS.recipientsMax) {
    throw new LiaisonError('LIMIT_EXCEEDED', `A message has at most ${LIMITS.recipientsMax} recipients.`);
  }
  const handling = (request.handling ?? ['H0']).map((code) => valueOf(HandlingCode, code, 'handling'));
  const isRequest = type === MessageType.INFORMATION_REQUEST;
  return {
    messageId: messageIdBytes(id),
    type,
    schemaVersion: SCHEMA_VERSION,
    sender: ownMailbox(request.from, mailboxes),
    signingKeyId: UNKNOWN_DIGEST,
    recipients: to.map((mailbox) => ({ mailbox, keyId: UNKNOWN_DIGEST })),
    threadId: request.threadId === undefined ? random(16) : threadIdOf(request.threadId),
    inReplyTo: request.inReplyTo === undefined ? new Uint8Array(0) : idBytes(request.inReplyTo),
    annexOf: request.annexOf === undefined ? new Uint8Array(0) : idBytes(request.annexOf),
    groupId: request.group === undefined ? new Uint8Array(0) : groupIdBytes(request.group),
    groupVersion: 0,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + Math.round(expiresInMs),
    urgency: valueOf(Urgency, request.urgency ?? 'NORMAL', 'urgency'),
    availability: isRequest ? valueOf(Availability, request.availability ?? 'DIRECT', 'availability') : 0,
    classification: valueOf(Classification, request.classification ?? 'BPL', 'classification'),
    handling,
    handlingTextPresent: handling.includes(HandlingCode.H3),
    // A report has no field for a person.
    containsPersonalData: request.containsPersonalData ?? type !== MessageType.SEIZURE_REPORT,
    purpose: valueOf(Purpose, request.purpose ?? (request.exercise === true ? 'EXERCISE' : 'PREVENTION'), 'purpose'),
    exercise: request.exercise ?? false,
    derivedFrom: (request.derivedFrom ?? []).map(idBytes),
    permissionIds: (request.permissionIds ?? []).map(idBytes),
    retentionUntilMs: request.retentionUntilMs ?? 0,
    contactCopyExemption:
      request.contactCopyExemption === undefined
        ? ContactCopyExemption.UNSPECIFIED
        : valueOf(ContactCopyExemption, request.contactCopyExemption, 'contactCopyExemption'),
    attachments: [],
    grant: grantOf(body),
    interim: body.content.kind === 'informationAnswer' && body.content.value.interim,
    bodyDigest: UNKNOWN_DIGEST,
  };
}

/** What the gateway sees of attachments. */
const references = (attachments: readonly Attachment[]): AttachmentReference[] =>
  attachments.map(({ digest, sizeBytes }) => ({ digest, sizeBytes: sealedLength(sizeBytes) }));
/** What a decision permits, where the gateway can read it. */
function grantOf({ content }: Body): Grant | undefined {
  if (content.kind !== 'permissionDecision' || !content.value.granted) return undefined;
  const { targetMessage: target, newRecipients: recipients, expiresAt } = content.value;
  const expiresAtMs = expiresAt === '' ? 0 : Date.parse(expiresAt);
  if (Number.isNaN(expiresAtMs)) throw new LiaisonError('BODY_INVALID', 'permissionDecision.expiresAt is not a time.');
  return { target, recipients, expiresAtMs };
}

/** The message that a body is about, where the header names it as what is replied to. */
export function targetOf({ content }: Body): Uint8Array | undefined {
  switch (content.kind) {
    case 'permissionRequest':
    case 'restrictionUpdate':
    case 'correction':
    case 'recall':
    case 'complianceReceipt':
      return content.value.targetMessage;
    default:
      return undefined;
  }
}

const idBytes = (text: string): Uint8Array => messageIdBytes(parseMessageId(text));

function threadIdOf(text: string): Uint8Array {
  if (!THREAD_ID.test(text)) throw new LiaisonError('HEADER_INVALID', 'threadId is not 32 hexadecimal digits.');
  return fromHex(text);
}

/**
 * An own mailbox by its name or its unit's.
 * @throws LiaisonError MAILBOX_NOT_YOURS
 */
export function ownMailbox(name: string | undefined, mailboxes: readonly Mailbox[]): Mailbox {
  const found = name === undefined ? mailboxes[0] : mailboxes.find((own) => own === name || own.endsWith(`/${name}`));
  if (found) return found;
  throw new LiaisonError('MAILBOX_NOT_YOURS', `This node serves ${mailboxes.join(', ')}, not ${name ?? ''}.`);
}

/** Callers without types may pass anything. */
function valueOf<T extends number>(values: Readonly<Record<string, T>>, name: string, field: string): T {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined && value !== 0) return value;
  const names = Object.keys(values).filter((known) => known !== 'UNSPECIFIED');
  throw new LiaisonError('HEADER_INVALID', `${field} is not one of ${names.join(', ')}.`);
}

/** A body has `content` with its kind; the JSON form has a member named after the kind instead. */
export function bodyOf(body: Body | JsonBody): Body {
  return isBody(body) ? body : bodyFromJson(body);
}

const isBody = (body: Body | JsonBody): body is Body =>
  typeof body === 'object' && 'content' in body && typeof body.content === 'object' && body.content !== null;
