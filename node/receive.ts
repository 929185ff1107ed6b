/** The judgement of what a Deliver frame brings (SPEC.md section 3.5), before anything of it is stored. */
import { decode } from '../protocol/codec.ts';
import { openEnvelope } from '../protocol/envelope/open.ts';
import { type ParsedHeader, parseHeader, verifyOwnWrappedKey, verifySender } from '../protocol/envelope/verify.ts';
import { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
import { type Delivery, type Envelope, HeaderSchema, RoutingSchema } from '../protocol/generated/schema.ts';
import { keyIdOf, type Mailbox, messageIdOf, parseMailbox } from '../protocol/ids.ts';
import { leafHash } from '../protocol/merkle.ts';
import type { DirectoryCache } from './directory-cache.ts';
import type { NodeKeys } from './keys.ts';
import type { Link } from './session/link.ts';

/** What a message claims to be; enough to make a statement about it. */
export interface Identity {
  readonly messageId: Uint8Array;
  readonly sender: Mailbox;
  readonly headerDigest: Uint8Array;
}

export type Judgement =
  /** Everything holds: it may be handed over once it is durable. */
  | { readonly kind: 'good'; readonly identity: Identity }
  /** It will never be right. `identity` is missing when the header cannot even be read. */
  | { readonly kind: 'failed'; readonly identity: Identity | undefined; readonly error: LiaisonError }
  /** Nothing is known against it, but something is missing here to judge it: tried again later. */
  | { readonly kind: 'held'; readonly identity: Identity; readonly error: LiaisonError };

export interface ReceiveContext {
  readonly keys: NodeKeys;
  readonly directory: DirectoryCache;
}

/** A message as it was delivered, or as it was kept. */
export type DeliveredMessage = Pick<Delivery, 'acceptedAtMs' | 'acceptedIndex'> & {
  readonly mailbox: Mailbox;
  readonly envelope: Envelope;
};

/** What these say is wrong with the message itself. Everything else may be different tomorrow. */
const FINAL_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['MALFORMED', 'HEADER_INVALID', 'NOT_ADDRESSED', 'DIGEST_MISMATCH', 'ALGORITHM_REFUSED'] as const),
  ...(['KEY_REVOKED', 'SIGNATURE_INVALID', 'CANNOT_DECRYPT', 'BODY_DIGEST_MISMATCH', 'BODY_INVALID'] as const),
]);

/**
 * Checks header, address, digests, the sender's key, its signature, and opens the content to compare the body digest.
 * Nothing of the content is kept.
 */
export async function judgeMessage(message: DeliveredMessage, link: Link, context: ReceiveContext): Promise<Judgement> {
  let identity: Identity | undefined;
  try {
    identity = identify(message.envelope.header);
    const parsed = parseHeader(message.envelope.header);
    await verifyMessage(message, parsed, link, context);
    return { kind: 'good', identity };
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    if (identity && !FINAL_CODES.has(error.code)) return { kind: 'held', identity, error };
    return { kind: 'failed', identity, error };
  }
}

async function verifyMessage(
  message: DeliveredMessage,
  parsed: ParsedHeader,
  link: Link,
  { keys, directory }: ReceiveContext,
): Promise<void> {
  const { mailbox, envelope } = message;
  const own = parsed.recipients.indexOf(mailbox);
  if (own < 0) throw new LiaisonError('NOT_ADDRESSED', mailbox);
  verifyOwnWrappedKey(envelope, parsed, own);
  const logged = { index: message.acceptedIndex, atMs: message.acceptedAtMs };
  const key = await directory.signingKey(link, parsed.sender, parsed.routing.signingKeyId, logged);
  verifySender(envelope, parsed, key);
  const keyId = keyIdOf(parsed.routing.recipients[own]?.keyId ?? new Uint8Array(0));
  if (!keys.decryptionKeys.has(keyId)) {
    // The gateway only accepts keys that this agency has published, so the fault is here and can be mended here.
    throw new LiaisonError('FILE_UNREADABLE', `The encryption key ${keyId} of ${mailbox} is not on this node.`);
  }
  await openEnvelope({ envelope, parsed, mailbox, keys: (id) => keys.decryptionKeys.get(id) });
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
