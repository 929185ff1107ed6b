/** Sealing (SPEC.md section 5): from routing and body to an envelope. The sender's half of `verify.ts` and `open.ts`. */
import type { KeyObject } from 'node:crypto';
import { signBatch } from '../batch.ts';
import { encode } from '../codec.ts';
import { LiaisonError } from '../errors.ts';
import {
  type Body,
  BodySchema,
  type EncryptionKey,
  type Envelope,
  HeaderSchema,
  type Path,
  type Routing,
  RoutingSchema,
} from '../generated/schema.ts';
import { equalBytes, type Mailbox } from '../ids.ts';
import { LIMITS } from '../limits.ts';
import { sha256 } from '../merkle.ts';
import { validateBody } from '../messages/validate.ts';
import { parseEncryptionKey } from './encryption-keys.ts';
import { encryptContent } from './jwe.ts';
import type { RandomBytes } from './key-wrap.ts';
import { padBody } from './padding.ts';
import { parseHeader } from './verify.ts';

export interface SealRequest {
  /** All of the routing that the sender decides; sealing adds the rest. */
  readonly routing: Omit<Routing, 'recipients' | 'bodyDigest' | 'signingKeyId'>;
  /** With an encryption key each, verified against the caller's own anchors. */
  readonly recipients: readonly { readonly mailbox: Mailbox; readonly key: EncryptionKey }[];
  /** Thumbprint of the key that will sign, 32 bytes. */
  readonly signingKeyId: Uint8Array;
  readonly body: Body;
  /** For the blind, the content key, the nonce and the ephemeral keys: it must never repeat outside of tests. */
  readonly random: RandomBytes;
}

/** An envelope but for the signature. */
export interface SealedMessage {
  readonly header: Uint8Array;
  readonly routing: Routing;
  readonly content: Uint8Array;
  readonly wrappedKeys: Uint8Array[];
}

/** As sealing gives it to the sender, and to nobody else. */
export interface BlindedMessage extends SealedMessage {
  /** The random bytes before the body: with them and the body the sender can show later what it signed. */
  readonly blind: Uint8Array;
}

/**
 * Validates, pads and encrypts. What a gateway or recipient would refuse is refused here. Sealing the same request again
 * gives other bytes: an outbox stores the result and never seals twice. Runs on the calling thread.
 * @throws LiaisonError BODY_INVALID, HEADER_INVALID, ALGORITHM_REFUSED, MALFORMED
 */
export function sealMessage(request: SealRequest): BlindedMessage {
  const { recipients, body } = request;
  validateBody(body, request.routing);
  const blind = request.random(LIMITS.bodyBlindBytes);
  const padded = padBody(encode(BodySchema, body), blind);
  const routing: Routing = {
    ...request.routing,
    recipients: recipients.map(({ mailbox, key }) => ({ mailbox, keyId: key.keyId })),
    signingKeyId: request.signingKeyId,
    bodyDigest: sha256(padded),
  };
  const routingBytes = encode(RoutingSchema, routing);
  const keys = recipients.map(({ key }) => parseEncryptionKey(key));
  const { content, wrappedKeys } = encryptContent(padded, routingBytes, keys, request.random);
  const header = encode(HeaderSchema, {
    routing: routingBytes,
    contentDigest: sha256(content),
    wrappedKeyDigests: wrappedKeys.map(sha256),
  });
  parseHeader(header);
  return { header, routing, content, wrappedKeys, blind };
}

/**
 * Signs a burst with one signature, in order.
 * @throws LiaisonError LIMIT_EXCEEDED unless there are 1 to `batchLeavesMax`; SIGNATURE_INVALID when a header names
 * another signing key
 */
export function signMessages(key: KeyObject, sealed: readonly SealedMessage[]): Envelope[] {
  const { signature, paths } = signBatch(
    'message',
    key,
    sealed.map((message) => message.header),
  );
  return sealed.map(({ header, routing, content, wrappedKeys }, i) => {
    if (!equalBytes(routing.signingKeyId, signature.keyId)) {
      throw new LiaisonError('SIGNATURE_INVALID', 'The message was sealed for another signing key.');
    }
    return { header, signature, path: paths[i] as Path, content, wrappedKeys };
  });
}
