/** Messages as JSON, for the service's answers and the files in the drop folders. Times are POSIX milliseconds. */
import {
  Availability,
  type Body,
  Classification,
  ContactCopyExemption,
  HandlingCode,
  MessageType,
  Purpose,
  type Routing,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { messageIdOf, toHex } from '../../protocol/ids.ts';
import { shownBody } from '../shown-body.ts';
import type { AttachmentInfo, InboxMessage, StoredMessage } from '../types.ts';

type Json = Record<string, unknown>;

const nameOf = (values: Readonly<Record<string, number>>, value: number): string =>
  Object.entries(values).find(([, number]) => number === value)?.[0] ?? String(value);

const idOf = (bytes: Uint8Array): string | undefined => (bytes.length === 0 ? undefined : messageIdOf(bytes));

/** What the gateway can read of a message. What is not set is left out. */
export function headerToJson(routing: Routing): Json {
  const optional: Json = {
    inReplyTo: idOf(routing.inReplyTo),
    annexOf: idOf(routing.annexOf),
    group: routing.groupId.length === 0 ? undefined : toHex(routing.groupId),
    availability: routing.availability === 0 ? undefined : nameOf(Availability, routing.availability),
    retentionUntil: routing.retentionUntilMs || undefined,
    contactCopyExemption:
      routing.contactCopyExemption === 0 ? undefined : nameOf(ContactCopyExemption, routing.contactCopyExemption),
    interim: routing.interim || undefined,
  };
  return {
    type: nameOf(MessageType, routing.type),
    from: routing.sender,
    to: routing.recipients.map(({ mailbox }) => mailbox),
    threadId: toHex(routing.threadId),
    createdAt: routing.createdAtMs,
    expiresAt: routing.expiresAtMs,
    urgency: nameOf(Urgency, routing.urgency),
    classification: nameOf(Classification, routing.classification),
    handling: routing.handling.map((code) => nameOf(HandlingCode, code)),
    purpose: nameOf(Purpose, routing.purpose),
    exercise: routing.exercise,
    containsPersonalData: routing.containsPersonalData,
    derivedFrom: routing.derivedFrom.map(messageIdOf),
    permissionIds: routing.permissionIds.map(messageIdOf),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** Attachments as they are listed with their message. */
export const attachmentsOf = ({ attachments }: Pick<InboxMessage, 'attachments'>): Omit<AttachmentInfo, 'digest'>[] =>
  attachments.map(({ name, mediaType, sizeBytes, state }) => ({ name, mediaType, sizeBytes, state }));

/** A received message. The same for every offer of it, so that a repetition writes the same file. */
export const receivedToJson = (message: InboxMessage): Json => ({
  id: message.id,
  mailbox: message.to,
  receivedAt: message.receivedAt,
  acceptedAt: message.acceptedAt,
  header: headerToJson(message.routing),
  body: shownBody(message.body),
  attachments: attachmentsOf(message),
});

/** A copy of a message without its content. */
export function copyToJson(message: StoredMessage): Json {
  if (message.direction === 'sent') {
    const { from, state, obstacle, recipients } = message.evidence;
    return { direction: 'sent', from, state, ...(obstacle && { obstacle }), recipients };
  }
  const { direction, to, state, reason, receivedAt, acceptedAt, attempt } = message;
  return { direction, mailbox: to, state, ...(reason && { reason }), receivedAt, acceptedAt, attempt };
}

export interface Content {
  readonly routing: Routing;
  readonly body: Body;
}

export const contentToJson = ({ routing, body }: Content): Json => ({
  header: headerToJson(routing),
  body: shownBody(body),
});
