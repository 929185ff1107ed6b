/** What a hostile sender, recipient or gateway might try with an envelope, and the code that answers each. */
import { createPublicKey, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { decode, encode } from '../../protocol/codec.ts';
import { openEnvelope } from '../../protocol/envelope/open.ts';
import { padBody } from '../../protocol/envelope/padding.ts';
import type { SealedMessage } from '../../protocol/envelope/seal.ts';
import { parseHeader, verifyDigests, verifySender } from '../../protocol/envelope/verify.ts';
import {
  BodySchema,
  type Envelope,
  HeaderSchema,
  type Routing,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import { type Mailbox, messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { UNKNOWN } from '../../protocol/schema.ts';
import { oneContentForTwoKeys } from './gcm-collision.ts';
import { decryptGcm, encryptGcm, unwrapKey, wrapKey } from './raw-jwe.ts';
import {
  ALDER,
  BODY,
  BRIAR,
  CEDAR,
  codeOf,
  concatBytes,
  delivered,
  envelopeTo,
  keysOf,
  NOW_MS,
  party,
  type Party,
  resigned,
  seededRandom,
  signingKey,
} from './support.ts';

const alderKey = signingKey();
const briarKey = signingKey();
const briar = party(BRIAR);
const cedar = party(CEDAR);

let sealed: SealedMessage;
let envelope: Envelope;
beforeAll(() => {
  ({ sealed, envelope } = envelopeTo(alderKey, [briar, cedar]));
});

const open = (from: Envelope, who: Party, index: number): string | undefined =>
  codeOf(() =>
    openEnvelope({
      envelope: delivered(from, index),
      parsed: parseHeader(from.header),
      mailbox: who.mailbox,
      keys: keysOf(briar, cedar),
    }),
  );
const publicOf = (who: Party): ReturnType<typeof createPublicKey> => createPublicKey(who.key.privateKey);

test('the envelope that the attacks start from is right', () => {
  expect(open(envelope, briar, 0)).toBeUndefined();
  expect(open(envelope, cedar, 1)).toBeUndefined();
  expect(open(resigned(alderKey, sealed), briar, 0)).toBeUndefined();
});

describe('a label is changed', () => {
  const id = messageIdBytes(newMessageId(NOW_MS + 1, seededRandom('other')(10)));
  const changes: { [K in keyof Routing]: Routing[K] } = {
    messageId: id,
    type: 1,
    schemaVersion: 2,
    sender: 'xa.customs/other',
    signingKeyId: new Uint8Array(32),
    recipients: [],
    threadId: new Uint8Array(16),
    inReplyTo: id,
    annexOf: id,
    groupId: id,
    groupVersion: 1,
    createdAtMs: NOW_MS + 1,
    expiresAtMs: NOW_MS + 99,
    urgency: 2,
    availability: 2,
    classification: 2,
    handling: [1],
    handlingTextPresent: true,
    containsPersonalData: true,
    purpose: 1,
    exercise: false,
    derivedFrom: [id],
    permissionIds: [id],
    retentionUntilMs: 5,
    contactCopyExemption: 1,
    attachments: [{ digest: new Uint8Array(32), sizeBytes: 1 }],
    bodyDigest: new Uint8Array(32),
    grant: { target: id, recipients: ['xa.customs/other'], expiresAtMs: 0 },
    interim: true,
  };
  const labels = Object.keys(changes) as (keyof Routing)[];
  /** The message is one of version 1, whose encoding does not have these. */
  const ofVersion2 = (label: keyof Routing): string => (['grant', 'interim'].includes(label) ? 'MALFORMED' : '');

  test.each(labels)('%s: by somebody without the key, the signature fails', (label) => {
    const routing = { ...sealed.routing, [label]: changes[label] };
    const header = decode(HeaderSchema, envelope.header, 'signed');
    const changed = {
      ...envelope,
      header: encode(HeaderSchema, { ...header, routing: encode(RoutingSchema, routing) }),
    };
    const code = codeOf(() => verifySender(changed, parseHeader(changed.header), createPublicKey(alderKey)));
    expect(['SIGNATURE_INVALID', 'HEADER_INVALID', ofVersion2(label)]).toContain(code);
  });

  test.each(labels)('%s: signed again over the same ciphertext, the content does not open', (label) => {
    // signingKeyId: another key of the same agency. bodyDigest is bound twice; the content's tag fails first.
    const key = label === 'signingKeyId' ? signingKey() : alderKey;
    const changed = resigned(key, { ...sealed, routing: { ...sealed.routing, [label]: changes[label] } });
    expect(['CANNOT_DECRYPT', 'HEADER_INVALID', ofVersion2(label)]).toContain(open(changed, briar, 0));
  });
});

describe('the list of recipients is edited', () => {
  const [own, other] = [0, 1];
  const withRecipients = (list: readonly number[], names: readonly Mailbox[] = [BRIAR, CEDAR]): Envelope => {
    const recipients = list.map((i) => ({ ...sealed.routing.recipients[i]!, mailbox: names[i]! }));
    const wrappedKeys = list.map((i) => sealed.wrappedKeys[i]!);
    return resigned(alderKey, { routing: { ...sealed.routing, recipients }, content: sealed.content, wrappedKeys });
  };

  test('by the gateway: removed, added, exchanged or renamed', () => {
    const header = decode(HeaderSchema, envelope.header, 'signed');
    const routing = decode(RoutingSchema, header.routing, 'signed');
    const [first, second] = routing.recipients;
    const third = { mailbox: ALDER as string, keyId: first!.keyId };
    for (const recipients of [[first!], [second!, first!], [first!, third], [first!, second!, third]]) {
      const digests = recipients.map((_, i) => header.wrappedKeyDigests[i] ?? new Uint8Array(32));
      const forged = encode(HeaderSchema, {
        ...header,
        routing: encode(RoutingSchema, { ...routing, recipients }),
        wrappedKeyDigests: digests,
      });
      const changed = { ...envelope, header: forged };
      expect(codeOf(() => verifySender(changed, parseHeader(forged), createPublicKey(alderKey)))).toBe(
        'SIGNATURE_INVALID',
      );
    }
    const keys = [
      [sealed.wrappedKeys[0]!],
      [...sealed.wrappedKeys].reverse(),
      [...sealed.wrappedKeys, new Uint8Array(106)],
    ];
    for (const wrappedKeys of keys) {
      expect(codeOf(() => verifyDigests({ ...envelope, wrappedKeys }, parseHeader(envelope.header)))).toBe(
        'DIGEST_MISMATCH',
      );
    }
  });

  test('by the sender, who leaves the ciphertext as it is', () => {
    expect(open(withRecipients([own]), briar, 0)).toBe('CANNOT_DECRYPT');
    expect(open(withRecipients([other, own]), briar, 1)).toBe('CANNOT_DECRYPT');
    const renamed = withRecipients([own, other], [BRIAR, ALDER]);
    expect(open(renamed, briar, 0)).toBe('CANNOT_DECRYPT');
    expect(open(renamed, cedar, 1)).toBe('NOT_ADDRESSED');
  });
});

describe('misrouting', () => {
  test("a message given to somebody else's mailbox is not addressed to it", () => {
    const stranger = party(ALDER);
    expect(open(envelope, stranger, 0)).toBe('NOT_ADDRESSED');
  });

  test("another recipient's wrapped key is refused", () => {
    expect(open(envelope, briar, 1)).toBe('DIGEST_MISMATCH');
  });

  test('a key that the node does not have', () => {
    const run = (): unknown =>
      openEnvelope({
        envelope: delivered(envelope, 0),
        parsed: parseHeader(envelope.header),
        mailbox: BRIAR,
        keys: () => undefined,
      });
    expect(codeOf(run)).toBe('CANNOT_DECRYPT');
  });
});

describe('surreptitious forwarding', () => {
  test("B signs A's ciphertext as its own", () => {
    const stolen = resigned(briarKey, { ...sealed, routing: { ...sealed.routing, sender: BRIAR } });
    expect(codeOf(() => verifySender(stolen, parseHeader(stolen.header), createPublicKey(briarKey)))).toBeUndefined();
    expect(open(stolen, cedar, 1)).toBe('CANNOT_DECRYPT');
  });

  test("B encrypts A's body to C under A's signature", () => {
    const { sealed: toBriar, envelope: signed } = envelopeTo(alderKey, [briar]);
    const contentKey = unwrapKey(toBriar.wrappedKeys[0]!, briar.key.privateKey);
    const forwarded = { ...signed, wrappedKeys: [wrapKey(contentKey, publicOf(cedar))] };
    // A's header names B alone.
    expect(open(forwarded, cedar, 0)).toBe('NOT_ADDRESSED');
    // With a header that names C, A's signature is gone.
    const recipients = [{ mailbox: CEDAR as string, keyId: cedar.key.keyId }];
    const renamed = resigned(briarKey, { ...toBriar, routing: { ...toBriar.routing, recipients }, ...forwarded });
    const forged = { ...renamed, signature: signed.signature };
    expect(codeOf(() => verifySender(forged, parseHeader(forged.header), createPublicKey(alderKey)))).toBe(
      'SIGNATURE_INVALID',
    );
  });

  test('a handover of the content key to another mailbox of the same header does not help', () => {
    const contentKey = unwrapKey(sealed.wrappedKeys[0]!, briar.key.privateKey);
    const rewrapped = { ...envelope, wrappedKeys: [envelope.wrappedKeys[0]!, wrapKey(contentKey, publicOf(cedar))] };
    expect(open(rewrapped, cedar, 1)).toBe('DIGEST_MISMATCH');
  });
});

describe('one signature, two contents', () => {
  const blind = new Uint8Array(32).fill(7);
  const shown = padBody(encode(BodySchema, BODY), blind);
  const second = padBody(encode(BodySchema, { ...BODY, caseNumber: 'XA-2031-00418' }), blind);
  const routing = (): Routing => ({ ...sealed.routing, bodyDigest: sha256(shown) });
  const routingBytes = (): Uint8Array => encode(RoutingSchema, routing());

  test('one ciphertext and one tag under two content keys: the second recipient refuses', () => {
    const [keyA, keyB] = [randomBytes(32), randomBytes(32)];
    const content = oneContentForTwoKeys(shown, [keyA, keyB], routingBytes(), randomBytes(12));
    const wrappedKeys = [wrapKey(keyA, publicOf(briar)), wrapKey(keyB, publicOf(cedar))];
    const signed = resigned(alderKey, { routing: routing(), content, wrappedKeys });
    verifyDigests(signed, parseHeader(signed.header));
    verifySender(signed, parseHeader(signed.header), createPublicKey(alderKey));
    // Both keys open the one authenticated ciphertext; what differs is the plaintext.
    expect(decryptGcm(content, keyA, routingBytes()).subarray(0, 100)).toEqual(shown.subarray(0, 100));
    expect(decryptGcm(content, keyB, routingBytes()).subarray(0, 100)).not.toEqual(shown.subarray(0, 100));
    expect(open(signed, cedar, 1)).toBe('BODY_DIGEST_MISMATCH');
    // The solved block depends on the routing, hence on the digest of a plaintext that ends in it: the first recipient's
    // content is not the signed one either.
    expect(open(signed, briar, 0)).toBe('BODY_DIGEST_MISMATCH');
  });

  test('a content other than the signed one is refused, even when all else is right', () => {
    const contentKey = randomBytes(32);
    const wrappedKeys = [briar, cedar].map((who) => wrapKey(contentKey, publicOf(who)));
    const make = (padded: Uint8Array): Envelope =>
      resigned(alderKey, {
        routing: routing(),
        content: encryptGcm(padded, contentKey, routingBytes(), randomBytes(12)),
        wrappedKeys,
      });
    expect(open(make(shown), briar, 0)).toBeUndefined();
    expect(open(make(second), briar, 0)).toBe('BODY_DIGEST_MISMATCH');
  });
});

describe('a signed content that is no body', () => {
  const contentKey = randomBytes(32);
  const sealRaw = (padded: Uint8Array): Envelope => {
    const routing = { ...sealed.routing, bodyDigest: sha256(padded) };
    return resigned(alderKey, {
      routing,
      content: encryptGcm(padded, contentKey, encode(RoutingSchema, routing), randomBytes(12)),
      wrappedKeys: [briar, cedar].map((who) => wrapKey(contentKey, publicOf(who))),
    });
  };
  const blind = new Uint8Array(32);
  const bytes = encode(BodySchema, BODY);
  const other = encode(BodySchema, {
    ...BODY,
    content: {
      kind: 'informationAnswer',
      value: { outcome: 3, text: '', evaluation: undefined, evidenceUseConsent: false, interim: false, objects: [] },
    },
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['rubbish after the padding prefix', padBody(new Uint8Array(50).fill(0xff), blind)],
    ['an empty body', padBody(new Uint8Array(0), blind)],
    ['a body that is not padded', concatBytes(blind, Uint8Array.of(0, 0, 0, bytes.length), bytes)],
    ['the body of another type', padBody(other, blind)],
    ['a body without language', padBody(encode(BodySchema, { ...BODY, language: '' }), blind)],
  ])('%s is BODY_INVALID', (_, padded) => {
    expect(open(sealRaw(padded), briar, 0)).toBe('BODY_INVALID');
  });

  test('a field that this version does not know is kept and does no harm', () => {
    const newer = concatBytes(bytes, Uint8Array.of(0xa0, 0x06, 0x01));
    const signed = sealRaw(padBody(newer, blind));
    const opened = openEnvelope({
      envelope: delivered(signed, 0),
      parsed: parseHeader(signed.header),
      mailbox: BRIAR,
      keys: keysOf(briar),
    });
    expect(opened.body).toEqual({ ...BODY, [UNKNOWN]: Uint8Array.of(0xa0, 0x06, 0x01) });
    expect(opened.bodyBytes).toEqual(newer);
    expect(encode(BodySchema, opened.body)).toEqual(newer);
  });
});
