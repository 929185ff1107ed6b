import { createPublicKey, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { sealMessage, type SealRequest, signMessages } from '../../protocol/envelope/seal.ts';
import { EncryptionSuite } from '../../protocol/envelope/suites.ts';
import { parseHeader, verifyDigests, verifyOwnWrappedKey, verifySender } from '../../protocol/envelope/verify.ts';
import {
  BodySchema,
  type Envelope,
  EnvelopeSchema,
  HeaderSchema,
  type Routing,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { leafHash, sha256 } from '../../protocol/merkle.ts';
import {
  ALDER,
  BODY,
  BRIAR,
  CEDAR,
  codeOf,
  delivered,
  envelopeTo,
  keysOf,
  NOW_MS,
  party,
  resigned,
  routingFor,
  seededRandom,
  signingKey,
} from './support.ts';

const key = signingKey();
const publicKey: KeyObject = createPublicKey(key);
const briar = party(BRIAR);
const cedar = party(CEDAR, EncryptionSuite.X25519);

describe('a sealed message', () => {
  test.each([
    ['P-256', [briar]],
    ['X25519', [cedar]],
    ['both', [briar, cedar]],
    ['an own mailbox and both', [party(ALDER), briar, cedar]],
  ])('to %s is verified and opened by each recipient', (_, recipients) => {
    const { sealed, envelope } = envelopeTo(key, recipients);
    const onTheWire = decode(EnvelopeSchema, encode(EnvelopeSchema, envelope), 'open');
    const parsed = parseHeader(onTheWire.header);
    expect(parsed.sender).toBe(ALDER);
    expect(parsed.recipients).toEqual(recipients.map(({ mailbox }) => mailbox));
    expect(parsed.digest).toEqual(leafHash(sealed.header));
    expect(parsed.routing).toEqual(sealed.routing);
    verifyDigests(onTheWire, parsed);
    verifySender(onTheWire, parsed, publicKey);
    for (const [i, { mailbox }] of recipients.entries()) {
      const own = delivered(onTheWire, i);
      verifyOwnWrappedKey(own, parsed, i);
      const opened = openEnvelope({ envelope: own, parsed, mailbox, keys: keysOf(...recipients) });
      expect(opened.body).toEqual(BODY);
      expect(decode(BodySchema, opened.bodyBytes, 'signed')).toEqual(BODY);
      expect(sha256(opened.padded)).toEqual(parsed.routing.bodyDigest);
      expect(opened.routing).toEqual(sealed.routing);
    }
  });

  test('to 256 recipients is within the limits', () => {
    const recipients = Array.from({ length: LIMITS.recipientsMax }, (_, i) => ({
      mailbox: `${'x'.repeat(32)}/${'u'.repeat(28)}${String(i).padStart(3, '0')}` as typeof BRIAR,
      key: briar.key,
    }));
    const { envelope } = envelopeTo(key, recipients);
    const parsed = parseHeader(envelope.header);
    verifyDigests(envelope, parsed);
    expect(envelope.header.length).toBeLessThan(LIMITS.headerBytesMax);
    const mailbox = recipients[255]!.mailbox;
    const opened = openEnvelope({ envelope: delivered(envelope, 255), parsed, mailbox, keys: keysOf(briar) });
    expect(opened.body).toEqual(BODY);
  });

  test('a burst has one signature, and each message its path', () => {
    const sealed = Array.from({ length: 7 }, (_, i) => {
      const routing = {
        ...routingFor(),
        messageId: messageIdBytes(newMessageId(NOW_MS + i, seededRandom(`${i}`)(10))),
      };
      return sealMessage({
        routing,
        recipients: [briar],
        signingKeyId: keyThumbprint(key),
        body: BODY,
        random: seededRandom(`blind ${i}`),
      });
    });
    const envelopes = signMessages(key, sealed);
    for (const envelope of envelopes) {
      expect(envelope.signature).toBe(envelopes[0]!.signature);
      expect(codeOf(() => verifySender(envelope, parseHeader(envelope.header), publicKey))).toBeUndefined();
    }
    const swapped = { ...envelopes[0]!, path: envelopes[1]!.path };
    expect(codeOf(() => verifySender(swapped, parseHeader(swapped.header), publicKey))).toBe('SIGNATURE_INVALID');
  });

  test('is not signed with another key than its header names', () => {
    const { sealed, envelope } = envelopeTo(key, [briar]);
    const other = signingKey();
    expect(codeOf(() => signMessages(other, [sealed]))).toBe('SIGNATURE_INVALID');
    // As a hostile node would: the signature is right, but by a key that the header does not name.
    const batch = resigned(other, sealed).signature;
    const forged = { ...envelope, signature: batch };
    expect(codeOf(() => verifySender(forged, parseHeader(forged.header), createPublicKey(other)))).toBe(
      'SIGNATURE_INVALID',
    );
  });
});

describe('what a recipient would refuse is not sealed', () => {
  const seal = (change: Partial<SealRequest>): string | undefined => codeOf(() => envelopeTo(key, [briar], change));

  test('a body that breaks a rule', () => {
    expect(seal({ body: { ...BODY, language: '' } })).toBe('BODY_INVALID');
    expect(seal({ body: { ...BODY, handlingText: 'only after a call' } })).toBe('BODY_INVALID');
  });

  test('a header that breaks a rule', () => {
    expect(seal({ routing: { ...routingFor(), handling: [] } })).toBe('HEADER_INVALID');
    expect(seal({ recipients: [] })).toBe('HEADER_INVALID');
    expect(seal({ recipients: [briar, briar] })).toBe('HEADER_INVALID');
  });

  test('a key that is not what its id says, or not allowed', () => {
    const mixed = { mailbox: BRIAR, key: { ...briar.key, keyId: cedar.key.keyId } };
    expect(seal({ recipients: [mixed] })).toBe('MALFORMED');
    const spaced = { mailbox: BRIAR, key: { ...briar.key, jwk: ` ${briar.key.jwk}` } };
    expect(seal({ recipients: [spaced] })).toBe('ALGORITHM_REFUSED');
  });
});

describe('header rules', () => {
  let base: { routing: Routing; content: Uint8Array; wrappedKeys: Uint8Array[] };
  beforeAll(() => {
    ({ sealed: base } = envelopeTo(key, [briar]));
  });
  const id = (n: number): Uint8Array => messageIdBytes(newMessageId(NOW_MS + n, seededRandom(`${n}`)(10)));
  const refusal = (change: Partial<Routing>): string => {
    try {
      parseHeader(resigned(key, { ...base, routing: { ...base.routing, ...change } }).header);
    } catch (error) {
      expect(error).toMatchObject({ code: 'HEADER_INVALID' });
      return (error as { detail: string }).detail;
    }
    return 'accepted';
  };

  test.each<[string, Partial<Routing>, string]>([
    ['version 4', { messageId: new Uint8Array(16).fill(0x44) }, 'message_id'],
    ['no type', { type: 0 }, 'type'],
    ['another schema', { schemaVersion: 3 }, 'schema_version'],
    ['no schema', { schemaVersion: 0 }, 'schema_version'],
    ['no sender', { sender: '' }, 'sender'],
    ['an upper-case sender', { sender: 'XA.customs/portalder' }, 'sender'],
    ['a federated sender', { sender: 'xa.customs/portalder@net' }, 'sender'],
    ['expiry at creation', { expiresAtMs: NOW_MS }, 'expires_at_ms'],
    ['expiry before creation', { expiresAtMs: NOW_MS - 1 }, 'expires_at_ms'],
    ['no urgency', { urgency: 0 }, 'urgency'],
    ['no classification', { classification: 0 }, 'classification'],
    ['no purpose', { purpose: 0 }, 'purpose'],
    ['no handling code', { handling: [] }, 'handling'],
    ['an unspecified handling code', { handling: [0] }, 'handling'],
    ['a handling code twice', { handling: [2, 2] }, 'handling'],
    ['H3 without text', { handling: [4] }, 'handling_text_present'],
    ['text without H3', { handlingTextPresent: true }, 'handling_text_present'],
    ['a request without availability', { type: 1 }, 'availability'],
    ['an answer to nothing', { type: 2 }, 'in_reply_to'],
    ['a reply to what is no message', { inReplyTo: new Uint8Array(16) }, 'in_reply_to'],
    ['derived from what is no message', { derivedFrom: [new Uint8Array(16)] }, 'derived_from[0]'],
    ['derived from one message twice', { derivedFrom: [id(1), id(1)] }, 'derived_from'],
    ['a permission that is no message', { permissionIds: [id(1), new Uint8Array(16)] }, 'permission_ids[1]'],
    ['a permission twice', { permissionIds: [id(1), id(1)] }, 'permission_ids'],
    ['an annex', { annexOf: id(1) }, 'annex_of'],
    ['a group', { groupId: new Uint8Array(16) }, 'groups are not supported by this version'],
    ['a group version', { groupVersion: 1 }, 'group_id'],
    ['an attachment', { attachments: [{ digest: new Uint8Array(32), sizeBytes: 1 }] }, 'attachments'],
    ['no recipients', { recipients: [] }, 'recipients'],
    ['a bad recipient', { recipients: [{ mailbox: 'xb.police', keyId: new Uint8Array(32) }] }, 'recipients[0].mailbox'],
  ])('%s is refused', (_, change, named) => {
    expect(refusal(change)).toContain(named);
  });

  test('a recipient twice is refused, with whatever keys', () => {
    const twice = [0, 1].map((n) => ({ mailbox: BRIAR, keyId: new Uint8Array(32).fill(n) }));
    expect(refusal({ recipients: twice })).toContain('recipients has a mailbox twice');
  });

  test.each<[string, Partial<Routing>]>([
    ['a request', { type: 1, availability: 1 }],
    ['an answer', { type: 2, inReplyTo: id(1) }],
    ['H3 with text', { handling: [2, 4], handlingTextPresent: true }],
    ['lineage and permissions', { derivedFrom: [id(1), id(2)], permissionIds: [id(1)] }],
    [
      'retention, exemption, personal data',
      { retentionUntilMs: 1, contactCopyExemption: 3, containsPersonalData: true },
    ],
  ])('%s is accepted', (_, change) => {
    expect(refusal(change)).toBe('accepted');
  });

  test('the list of wrapped keys is as long as that of recipients', () => {
    const header = decode(HeaderSchema, resigned(key, base).header, 'signed');
    for (const wrappedKeyDigests of [[], [...header.wrappedKeyDigests, new Uint8Array(32)]]) {
      expect(codeOf(() => parseHeader(encode(HeaderSchema, { ...header, wrappedKeyDigests })))).toBe('HEADER_INVALID');
    }
  });

  test('header and routing are canonical', () => {
    const header = decode(HeaderSchema, resigned(key, base).header, 'signed');
    const unknown = Uint8Array.of(0xf8, 0x01, 0x01);
    const more = (bytes: Uint8Array): Uint8Array => Uint8Array.from([...bytes, ...unknown]);
    expect(codeOf(() => parseHeader(more(encode(HeaderSchema, header))))).toBe('MALFORMED');
    const routing = more(encode(RoutingSchema, base.routing));
    expect(codeOf(() => parseHeader(encode(HeaderSchema, { ...header, routing })))).toBe('MALFORMED');
    expect(codeOf(() => parseHeader(new Uint8Array(0)))).toBe('MALFORMED');
  });
});

describe('digests', () => {
  let envelope: Envelope;
  beforeAll(() => {
    ({ envelope } = envelopeTo(key, [briar, cedar]));
  });
  const check = (change: Partial<Envelope>): string | undefined =>
    codeOf(() => verifyDigests({ ...envelope, ...change }, parseHeader(envelope.header)));
  const checkOwn = (change: Partial<Envelope>, index = 0): string | undefined =>
    codeOf(() => verifyOwnWrappedKey({ ...envelope, ...change }, parseHeader(envelope.header), index));

  test('the gateway sees every wrapped key in its place', () => {
    const [first, second] = envelope.wrappedKeys as [Uint8Array, Uint8Array];
    expect(check({})).toBeUndefined();
    for (const wrappedKeys of [[], [first], [second, first], [first, first], [first, second, second]]) {
      expect(check({ wrappedKeys })).toBe('DIGEST_MISMATCH');
    }
    expect(check({ content: envelope.content.subarray(1) })).toBe('DIGEST_MISMATCH');
  });

  test('a recipient sees its own and no other', () => {
    const [first, second] = envelope.wrappedKeys as [Uint8Array, Uint8Array];
    expect(checkOwn({ wrappedKeys: [first] })).toBeUndefined();
    expect(checkOwn({ wrappedKeys: [second] }, 1)).toBeUndefined();
    expect(checkOwn({ wrappedKeys: [second] })).toBe('DIGEST_MISMATCH');
    expect(checkOwn({ wrappedKeys: [] })).toBe('DIGEST_MISMATCH');
    expect(checkOwn({ wrappedKeys: [first, second] })).toBe('DIGEST_MISMATCH');
    expect(checkOwn({ wrappedKeys: [first] }, 2)).toBe('DIGEST_MISMATCH');
    expect(checkOwn({ wrappedKeys: [first], content: new Uint8Array(40) })).toBe('DIGEST_MISMATCH');
  });
});
