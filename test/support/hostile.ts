/** What only a hostile sender makes. */
import { randomBytes } from 'node:crypto';
import { decode, encode } from '../../protocol/codec.ts';
import { encryptContent } from '../../protocol/envelope/jwe.ts';
import { signMessages } from '../../protocol/envelope/seal.ts';
import { padBody } from '../../protocol/envelope/padding.ts';
import { parseEncryptionKey } from '../../protocol/envelope/encryption-keys.ts';
import { HeaderSchema, RoutingSchema, type Envelope } from '../../protocol/generated/schema.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { utf8 } from '../../protocol/ids.ts';
import { newId } from './raw-node.ts';
import type { Agency } from './world.ts';

/**
 * A properly signed envelope whose content opens with the recipient's key, but to another plaintext than the one that the
 * signed body digest states: what the second recipient of one ciphertext with two content keys sees.
 */
export function resealed(from: Agency, to: Agency, model: Envelope): Envelope {
  const header = decode(HeaderSchema, model.header, 'signed');
  const routing = { ...decode(RoutingSchema, header.routing, 'signed'), messageId: newId() };
  const routingBytes = encode(RoutingSchema, routing);
  const padded = padBody(utf8('another message'), new Uint8Array(32));
  const recipients = [parseEncryptionKey(to.encryption)];
  const { content, wrappedKeys } = encryptContent(padded, routingBytes, recipients, randomBytes);
  const bytes = encode(HeaderSchema, {
    routing: routingBytes,
    contentDigest: sha256(content),
    wrappedKeyDigests: wrappedKeys.map(sha256),
  });
  const [envelope] = signMessages(from.signingKey, [{ header: bytes, routing, content, wrappedKeys }]);
  return envelope as Envelope;
}
