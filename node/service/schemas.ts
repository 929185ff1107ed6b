/** What the service takes and gives, as schemas: requests and answers are held to them, and /openapi.json shows them. */
import { z } from 'zod';
import {
  Availability,
  Classification,
  ContactCopyExemption,
  HandlingCode,
  MessageType,
  Purpose,
  Urgency,
} from '../../protocol/generated/schema.ts';

type Names = readonly [string, ...string[]];
const oneOf = (values: object): z.ZodEnum =>
  z.enum(Object.keys(values).filter((name) => name !== 'UNSPECIFIED') as unknown as Names);

export const messageId = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'is not a message id (UUIDv7)');
export const threadId = z.string().regex(/^[0-9a-f]{32}$/, 'is not 32 hexadecimal digits');
const mailbox = z.string().min(3).max(64);
const timeMs = z.int().min(0).describe('POSIX milliseconds');

/** The members of a message that both ways in share; the meaning of each is that of `SendRequest`. */
const messageFields = {
  from: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('own mailbox or unit; the first of the configuration unless told'),
  to: z.array(mailbox).max(256).optional().describe('may be left out when they follow from group or toHolders'),
  type: oneOf(MessageType).optional(),
  body: z.record(z.string(), z.unknown()).describe('the JSON form of a body, SPEC.md section 6.4'),
  urgency: oneOf(Urgency).optional(),
  availability: oneOf(Availability).optional(),
  classification: oneOf(Classification).optional(),
  handling: z.array(oneOf(HandlingCode)).max(8).optional(),
  purpose: oneOf(Purpose).optional(),
  threadId: threadId.optional(),
  inReplyTo: messageId.optional(),
  annexOf: messageId.optional(),
  group: z.string().min(1).max(64).optional(),
  toHolders: z.boolean().optional().describe('to everybody who has the message that in_reply_to names'),
  derivedFrom: z.array(messageId).max(64).optional(),
  permissionIds: z.array(messageId).max(64).optional(),
  expiresInMs: z.int().min(1).optional(),
  retentionUntilMs: timeMs.optional(),
  contactCopyExemption: oneOf(ContactCopyExemption).optional(),
  exercise: z.boolean().optional(),
  containsPersonalData: z.boolean().optional(),
};
const attachmentFields = {
  name: z.string().min(1).max(255).optional(),
  mediaType: z.string().min(3).max(127).optional(),
  keepMetadata: z.boolean().optional().describe('keeps the place where a photo was taken'),
};

/** The body of POST /v1/messages. */
export const sendSchema = z.strictObject({
  id: messageId.optional().describe('chosen by the client; it then stands for this request like an Idempotency-Key'),
  ...messageFields,
  attachments: z
    .array(z.strictObject({ upload: z.string().regex(/^[0-9a-f]{32}$/), ...attachmentFields }))
    .max(64)
    .optional(),
});

/** A file in outbox/. */
export const dropSchema = z.strictObject({
  ...messageFields,
  attachments: z
    .array(
      z.strictObject({
        file: z.string().regex(/^(?!\.)[^/\\\0]{1,255}$/, 'is not the name of a file beside this one'),
        ...attachmentFields,
      }),
    )
    .max(64)
    .optional(),
});

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    number: z.int(),
    text: z.string(),
    remedy: z.string(),
    retry: z.boolean(),
  })
  .meta({ id: 'Problem' });

const header = z.looseObject({
  type: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  threadId: z.string(),
  createdAt: timeMs,
  expiresAt: timeMs,
  urgency: z.string(),
  classification: z.string(),
  handling: z.array(z.string()),
  purpose: z.string(),
  exercise: z.boolean(),
  containsPersonalData: z.boolean(),
});
const attachment = z.object({ name: z.string(), mediaType: z.string(), sizeBytes: z.int(), state: z.string() });
const body = z.record(z.string(), z.unknown());

export const received = z
  .object({
    id: messageId,
    mailbox: z.string(),
    receivedAt: timeMs,
    acceptedAt: timeMs,
    attempt: z.int().min(1),
    header,
    body,
    attachments: z.array(attachment),
  })
  .meta({ id: 'ReceivedMessage' });

const evidenceEvent = z.object({
  event: z.string(),
  index: z.int().optional(),
  atMs: timeMs.optional(),
  reason: z.string().optional(),
  late: z.boolean().optional(),
});
const recipientEvidence = z.looseObject({
  recipient: z.string(),
  state: z.string().optional(),
  events: z.array(evidenceEvent),
});
const sentCopy = z.object({
  direction: z.literal('sent'),
  from: z.string(),
  state: z.enum(['composed', 'sealed', 'accepted', 'refused']),
  obstacle: z.object({ code: z.string(), text: z.string() }).optional(),
  recipients: z.array(recipientEvidence),
});
const receivedCopy = z.object({
  direction: z.literal('received'),
  mailbox: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  receivedAt: timeMs,
  acceptedAt: timeMs,
  attempt: z.int(),
});

export const messageStatus = z
  .object({
    id: messageId,
    status: z.string().optional().describe('CURRENT, SUPERSEDED, CORRECTED, RESTRICTED, RECALLED or EXPIRED'),
    copies: z.array(z.discriminatedUnion('direction', [sentCopy, receivedCopy])),
  })
  .meta({ id: 'MessageStatus' });

export const messageContent = z
  .object({
    id: messageId,
    direction: z.enum(['sent', 'received']),
    status: z.string().optional(),
    header,
    body,
    attachments: z.array(attachment),
  })
  .meta({ id: 'MessageContent' });

export const receipt = z.object({
  kind: z.string(),
  recipient: z.string().optional(),
  number: z.int().describe('of the entry, counted over all shards of the log'),
  index: z.int().describe('place in the tree of its shard'),
  logKey: z.string().describe('key of that shard, as this node has followed it from the configured one'),
  witnesses: z.array(z.string()).describe('names on the checkpoint besides the log, not verified'),
});

export const threadSummary = z.looseObject({
  threadId,
  caseNumber: z.string(),
  subject: z.string(),
  messages: z.int(),
  firstAt: timeMs,
  lastAt: timeMs,
  open: z.int(),
  exercise: z.boolean(),
  nextDueAt: timeMs.optional(),
  closed: z.boolean(),
});
export const thread = threadSummary.extend({
  items: z.array(z.looseObject({ id: messageId })),
  requests: z.array(z.looseObject({ id: messageId, state: z.string(), dueAt: timeMs })),
});

export const health = z.object({
  status: z.enum(['connected', 'disconnected']),
  code: z.string().optional(),
  text: z.string().optional(),
  remedy: z.string().optional(),
});
