/** Opening (SPEC.md section 5.6), by the recipient's node. The gateway must not import this module. */
import type { KeyObject } from 'node:crypto';
import { decode } from '../codec.ts';
import { LiaisonError } from '../errors.ts';
import { type Body, BodySchema, type Envelope, type Recipient, type Routing } from '../generated/schema.ts';
import { equalBytes, type KeyId, keyIdOf, type Mailbox } from '../ids.ts';
import { sha256 } from '../merkle.ts';
import { validateBody } from '../messages/validate.ts';
import { checkAttachments } from './attachments.ts';
import { decryptContent } from './jwe.ts';
import { unpadBody } from './padding.ts';
import { type ParsedHeader, verifyOwnWrappedKey } from './verify.ts';

export interface OpenRequest {
  /** As delivered: with the own wrapped key alone. */
  readonly envelope: Envelope;
  readonly parsed: ParsedHeader;
  /** The own mailbox. */
  readonly mailbox: Mailbox;
  /** The node's decryption keys. */
  readonly keys: (keyId: KeyId) => KeyObject | undefined;
}

export interface OpenedMessage {
  readonly routing: Routing;
  readonly body: Body;
  /** As encoded by the sender: fields that this version does not know are still in it. */
  readonly bodyBytes: Uint8Array;
  /** What `body_digest` is taken of: shows later, without any key, what the sender signed. */
  readonly padded: Uint8Array;
}

/**
 * Opens an envelope and holds it to what the sender signed. The caller has verified the sender (`verifySender`) before;
 * everything else that a recipient must check before it hands over is done here, in the order of the codes. Runs
 * on the calling thread.
 * @throws LiaisonError NOT_ADDRESSED, DIGEST_MISMATCH, CANNOT_DECRYPT, BODY_DIGEST_MISMATCH, BODY_INVALID
 */
export function openEnvelope(request: OpenRequest): OpenedMessage {
  const { envelope, parsed } = request;
  const { routing, header } = parsed;
  const index = parsed.recipients.indexOf(request.mailbox);
  const own: Recipient | undefined = routing.recipients[index];
  if (!own) throw new LiaisonError('NOT_ADDRESSED');
  verifyOwnWrappedKey(envelope, parsed, index);
  const key = request.keys(keyIdOf(own.keyId));
  if (!key) throw new LiaisonError('CANNOT_DECRYPT', `This node has no key ${keyIdOf(own.keyId)}.`);
  const wrappedKey = envelope.wrappedKeys[0] as Uint8Array;
  const padded = decryptContent(envelope.content, wrappedKey, header.routing, key);
  if (!equalBytes(sha256(padded), routing.bodyDigest)) throw new LiaisonError('BODY_DIGEST_MISMATCH');
  const bodyBytes = unpadBody(padded);
  const body = decodeBody(bodyBytes);
  validateBody(body, routing);
  checkAttachments(body, routing);
  return { routing, body, bodyBytes, padded };
}

/** A newer sender's additional fields do not stop an older reader, and pass through it. */
function decodeBody(bytes: Uint8Array): Body {
  try {
    return decode(BodySchema, bytes, 'kept');
  } catch (error) {
    if (error instanceof LiaisonError) throw new LiaisonError('BODY_INVALID', error.detail, { cause: error });
    throw error;
  }
}
