/** The judgement of what a Deliver frame brings (SPEC.md section 3.5), before anything of it is stored. */
import type { KeyObject } from 'node:crypto';
import { decode } from '../protocol/codec.ts';
import { openEnvelope } from '../protocol/envelope/open.ts';
import { type ParsedHeader, parseHeader, verifySender } from '../protocol/envelope/verify.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  type AttachmentReference,
  type Delivery,
  type Envelope,
  HeaderSchema,
  RoutingSchema,
} from '../protocol/generated/schema.ts';
import { keyIdOf, type Mailbox, messageIdOf, parseMailbox } from '../protocol/ids.ts';
import { leafHash } from '../protocol/merkle.ts';
import { checkApproval } from './cases/notices.ts';
import type { NodeConfig } from './config.ts';
import type { DirectoryCache } from './directory-cache.ts';
import type { NodeKeys } from './keys.ts';
import type { Content, OpenedMessages } from './opened-messages.ts';
import type { Link } from './session/link.ts';

/** What a message claims to be; enough to make a statement about it. */
export interface Identity {
  readonly messageId: Uint8Array;
  readonly sender: Mailbox;
  readonly headerDigest: Uint8Array;
}

export type Judgement =
  /** Everything holds: it may be handed over once it and its attachments are durable. */
  | {
      readonly kind: 'good';
      readonly identity: Identity;
      readonly content: Content;
      readonly attachments: readonly AttachmentReference[];
    }
  /** It will never be right. `identity` is missing when the header cannot even be read. */
  | { readonly kind: 'failed'; readonly identity: Identity | undefined; readonly error: LiaisonError }
  /** Nothing is known against it, but something is missing here to judge it: tried again later. */
  | { readonly kind: 'held'; readonly identity: Identity; readonly error: LiaisonError };

export interface ReceiveContext {
  readonly config: NodeConfig;
  readonly keys: NodeKeys;
  readonly directory: DirectoryCache;
  readonly opened: OpenedMessages;
}

/** A message as it was delivered, or as it was kept. */
export type DeliveredMessage = Pick<Delivery, 'acceptedAtMs' | 'acceptedIndex'> & {
  readonly mailbox: Mailbox;
  readonly envelope: Envelope;
};

/**
 * Checks in the order of SPEC.md section 5.6: header, the sender's key and signature, address, digests; then opens the
 * content to compare the body digest. The plaintext is kept in memory for whoever reads it soon, and nowhere else.
 */
export async function judgeMessage(message: DeliveredMessage, link: Link, context: ReceiveContext): Promise<Judgement> {
  let identity: Identity | undefined;
  try {
    identity = identify(message.envelope.header);
    const parsed = parseHeader(message.envelope.header);
    const key = await senderKey(message, parsed, link, context);
    if (key instanceof LiaisonError) return { kind: 'held', identity, error: key };
    verifySender(message.envelope, parsed, key);
    const missing = missingKey(message, parsed, context.keys);
    if (missing) return { kind: 'held', identity, error: missing };
    const { mailbox, envelope } = message;
    const opened = openEnvelope({ envelope, parsed, mailbox, keys: (id) => context.keys.decryptionKeys.get(id) });
    const logged = { index: message.acceptedIndex, atMs: message.acceptedAtMs };
    const unsettled = await checkApproval(opened.body, { ...context, link, logged });
    if (unsettled) return { kind: 'held', identity, error: unsettled };
    // A copy: the header is a view of a frame that may be much larger.
    const routing = decode(RoutingSchema, parsed.header.routing.slice(), 'signed');
    context.opened.put(parsed.digest, { ...opened, routing });
    const content = { routing, body: opened.body };
    return { kind: 'good', identity, content, attachments: routing.attachments };
  } catch (error) {
    if (error instanceof LiaisonError) return { kind: 'failed', identity, error };
    throw error;
  }
}

/**
 * The sender's public key, or why the directory does not give it: that is no fault of the message, whatever the code.
 * @throws LiaisonError KEY_REVOKED when the key was revoked before the message was accepted
 */
async function senderKey(
  { acceptedIndex, acceptedAtMs }: DeliveredMessage,
  { sender, routing }: ParsedHeader,
  link: Link,
  { directory }: ReceiveContext,
): Promise<KeyObject | LiaisonError> {
  try {
    return await directory.signingKey(link, sender, routing.signingKeyId, { index: acceptedIndex, atMs: acceptedAtMs });
  } catch (error) {
    if (error instanceof LiaisonError && error.code !== 'KEY_REVOKED') return error;
    throw error;
  }
}

/**
 * Whether the key that the content was encrypted to is not on this node. The gateway only accepts keys that this agency
 * has published, so the fault is here and can be mended here.
 */
function missingKey({ mailbox }: DeliveredMessage, parsed: ParsedHeader, keys: NodeKeys): LiaisonError | undefined {
  const own = parsed.routing.recipients[parsed.recipients.indexOf(mailbox)];
  if (!own || keys.decryptionKeys.has(keyIdOf(own.keyId))) return undefined;
  return new LiaisonError('CANNOT_DECRYPT', `The key ${keyIdOf(own.keyId)} of ${mailbox} is not on this node.`);
}

/**
 * Reads only what a statement about the message needs, so that a header which breaks some other rule can be answered.
 * @throws LiaisonError MALFORMED, HEADER_INVALID
 */
function identify(header: Uint8Array): Identity {
  const { routing } = decode(HeaderSchema, header, 'signed');
  const { messageId, sender } = decode(RoutingSchema, routing, 'signed');
  messageIdOf(messageId);
  return { messageId, sender: parseMailbox(sender), headerDigest: leafHash(header) };
}
