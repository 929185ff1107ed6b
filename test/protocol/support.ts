/** What the protocol's tests share: values for every schema, a repeatable source of chance, and a sealed envelope. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { encode } from '../../protocol/codec.ts';
import { type EncryptionKeyPair, generateEncryptionKey } from '../../protocol/envelope/encryption-keys.ts';
import { sealMessage, type SealedMessage, type SealRequest, signMessages } from '../../protocol/envelope/seal.ts';
import type { EncryptionSuite } from '../../protocol/envelope/suites.ts';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import * as generated from '../../protocol/generated/schema.ts';
import { HeaderSchema, RoutingSchema } from '../../protocol/generated/schema.ts';
import { type KeyId, keyIdOf, type Mailbox, messageIdBytes, newMessageId, parseMailbox } from '../../protocol/ids.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';

/** Every message of the protocol. */
export const SCHEMAS = Object.entries(generated)
  .filter(([name]) => name.endsWith('Schema'))
  .map(([, schema]) => schema as MessageSchema<unknown>);

/** The code that a call throws; anything but a LiaisonError fails the test. */
export function codeOf(run: () => unknown): ErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof LiaisonError) return error.code;
    throw error;
  }
  return undefined;
}

export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Repeatable bytes: SHA-256 in counter mode. */
export function seededRandom(seed: string): (byteLength: number) => Uint8Array {
  let counter = 0;
  return (byteLength) => {
    const out = new Uint8Array(byteLength);
    for (let at = 0; at < byteLength; at += 32) {
      const block = createHash('sha256').update(`${seed}/${counter++}`).digest();
      out.set(block.subarray(0, byteLength - at), at);
    }
    return out;
  };
}

/** Values within a message's bounds, small ones mostly. */
export function valueOf(schema: MessageSchema<unknown>, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const plain = schema.fields.filter((field) => field.oneof === undefined);
  const model = Object.fromEntries(plain.map((field) => [field.name, fieldValue(field, depth)]));
  for (const oneof of schema.oneofs) {
    const members = schema.fields.filter((field) => field.oneof === oneof);
    model[oneof] = fc.oneof(
      ...members.map((field) => single(field, depth).map((value) => ({ kind: field.name, value }))),
    );
  }
  return fc.record(model);
}

function fieldValue(field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  if (field.repeated) return fc.array(single(field, depth), { maxLength: Math.min(field.count ?? 0, 3) });
  if (field.optional === true) return fc.option(single(field, depth), { nil: undefined });
  return single(field, depth);
}

function single(field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  if (field.message) return valueOf(field.message, depth + 1);
  if (field.values) return fc.constantFrom(...Object.values(field.values));
  const most = Math.min(field.max ?? 0, 40);
  switch (field.type) {
    case 'bool':
      return fc.boolean();
    case 'uint32':
      return fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffffffff }));
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => Buffer.byteLength(text) <= most);
    case 'bytes':
      return field.lengths
        ? fc.constantFrom(...field.lengths).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
        : fc.uint8Array({ maxLength: most });
    default:
      return fc.oneof(fc.nat(300), fc.constantFrom(2 ** 53 - 1, 2 ** 32, 127, 128), fc.maxSafeNat());
  }
}

export const NOW_MS = Date.UTC(2031, 4, 6, 7, 8, 9);
export const ALDER = parseMailbox('xa.customs/portalder');
export const BRIAR = parseMailbox('xb.police/liaison');
export const CEDAR = parseMailbox('xc.customs/headquarters');

export const signingKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

export interface Party {
  readonly mailbox: Mailbox;
  readonly key: EncryptionKeyPair;
}

export const party = (mailbox: Mailbox, suite?: EncryptionSuite): Party => ({
  mailbox,
  key: generateEncryptionKey(suite),
});

export const keysOf =
  (...parties: readonly Party[]) =>
  (keyId: KeyId): KeyObject | undefined =>
    parties.find((candidate) => keyIdOf(candidate.key.keyId) === keyId)?.key.privateKey;

export const BODY: generated.Body = {
  caseNumber: 'XA-2031-00417',
  language: 'en',
  handlingText: '',
  attachments: [],
  content: {
    kind: 'spontaneousInformation',
    value: {
      crimeArea: generated.CrimeArea.HEALTH_SAFETY,
      subject: 'Tablets behind tile cartons',
      text: '48,000 ivermectin tablets (HS 3004) in container ZZZU 123456-4.',
      evaluation: {
        sourceCode: generated.SourceCode.B,
        infoCode: generated.InfoCode['2'],
        assessedByUnit: 'portalder',
        assessedAtMs: NOW_MS - 3_600_000,
      },
      objects: [],
    },
  },
};

/** Routing of a correct message, as {@link sealMessage} takes it. */
export function routingFor(random = seededRandom('routing')): SealRequest['routing'] {
  return {
    messageId: messageIdBytes(newMessageId(NOW_MS, random(10))),
    type: generated.MessageType.SPONTANEOUS_INFORMATION,
    schemaVersion: 1,
    sender: ALDER,
    threadId: random(16),
    inReplyTo: new Uint8Array(0),
    annexOf: new Uint8Array(0),
    groupId: new Uint8Array(0),
    groupVersion: 0,
    createdAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 7 * 86_400_000,
    urgency: generated.Urgency.NORMAL,
    availability: generated.Availability.UNSPECIFIED,
    classification: generated.Classification.BPL,
    handling: [generated.HandlingCode.H1],
    handlingTextPresent: false,
    containsPersonalData: false,
    purpose: generated.Purpose.INVESTIGATION,
    exercise: true,
    derivedFrom: [],
    permissionIds: [],
    retentionUntilMs: 0,
    contactCopyExemption: generated.ContactCopyExemption.UNSPECIFIED,
    attachments: [],
    grant: undefined,
    interim: false,
  };
}

/** Seals and signs a correct message. */
export function envelopeTo(
  key: KeyObject,
  recipients: readonly Party[],
  change: Partial<SealRequest> = {},
): { sealed: SealedMessage; envelope: generated.Envelope } {
  const sealed = sealMessage({
    routing: routingFor(),
    recipients,
    signingKeyId: keyThumbprint(key),
    body: BODY,
    random: seededRandom('blind'),
    ...change,
  });
  return { sealed, envelope: signMessages(key, [sealed])[0]! };
}

/** What the gateway delivers to the recipient at `index`. */
export const delivered = (envelope: generated.Envelope, index: number): generated.Envelope => ({
  ...envelope,
  wrappedKeys: [envelope.wrappedKeys[index]!],
});

/** Signs header bytes over changed parts, as a hostile sender would. */
export function resigned(
  key: KeyObject,
  message: { routing: generated.Routing; content: Uint8Array; wrappedKeys: Uint8Array[] },
): generated.Envelope {
  const digest = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());
  const routing = { ...message.routing, signingKeyId: keyThumbprint(key) };
  const header = encode(HeaderSchema, {
    routing: encode(RoutingSchema, routing),
    contentDigest: digest(message.content),
    wrappedKeyDigests: message.wrappedKeys.map(digest),
  });
  return signMessages(key, [{ ...message, routing, header }])[0]!;
}
