/** Verified work on its way from a verifying thread to the ledger's. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkFrame, SigningKeys } from '../../gateway/verify/check.ts';
import { packWork, unpackWork } from '../../gateway/verify/transfer.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { signBatch, verifyLeaf } from '../../protocol/batch.ts';
import { decodeCanonical, encode } from '../../protocol/codec.ts';
import {
  EventStatementSchema,
  FrameSchema,
  HandoverOutcome,
  HandoverStatementSchema,
  RecipientEvent,
  type Envelope,
} from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, toBase64Url, type AgencyId } from '../../protocol/ids.ts';
import { ALDER, BRIAR, concatBytes, envelopeTo, party, seededRandom } from '../protocol/support.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const keys = new SigningKeys();
keys.replace([
  {
    keyId: toBase64Url(keyThumbprint(key)),
    spki: new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' })),
  },
]);
const UNKNOWN_FIELD = Uint8Array.of(0x60, 0x01);
const to = party(BRIAR);
const random = seededRandom('transfer');
const envelope = (): Envelope => envelopeTo(key, [to], { random }).envelope;

const check = (frame: Uint8Array): ReturnType<typeof checkFrame> =>
  checkFrame(
    { kind: 'job', job: 1, session: 2, agency: 'xa.customs' as AgencyId, version: 1, frame, receivedMs: 3 },
    keys,
  );

test('a whole canonical frame goes as it is', () => {
  const frame = encode(FrameSchema, {
    frame: { kind: 'submit', value: { request: 1, envelopes: [envelope(), envelope()] } },
  });
  const work = check(frame);
  const packed = packWork(work, frame);
  expect(packed.frame).toBe(frame);
  const { header, content } = work.items[1]!.kind === 'verified' ? (work.items[1]!.item as Envelope) : envelope();
  expect(unpackWork(packed).items[1]).toMatchObject({ kind: 'verified', item: { header, content } });
});

test.each([
  ['canonical', new Uint8Array(0)],
  ['with a field that is skipped', UNKNOWN_FIELD],
])('what was refused does not go along: %s', (_, extra) => {
  const [good, bad] = [envelope(), { ...envelope(), content: Uint8Array.of(1) }];
  const value = { request: 1, envelopes: [bad, good, bad, good] };
  const frame = concatBytes(encode(FrameSchema, { frame: { kind: 'submit', value } }), extra);
  const work = check(frame);
  const packed = packWork(work, frame);
  const sent = decodeCanonical(FrameSchema, packed.frame)?.frame;
  expect(sent?.kind === 'submit' && sent.value.envelopes).toEqual([good, good]);
  const { items } = unpackWork(packed);
  expect(items.map(({ kind }) => kind)).toEqual(['refused', 'verified', 'refused', 'verified']);
  expect(items[0]).toEqual(work.items[0]);
  expect(items[3]).toMatchObject({ item: { header: good.header, wrappedKeys: good.wrappedKeys } });
});

test('handovers keep their places in the batch', () => {
  const statements = [1, 2, 3].map((number) =>
    encode(HandoverStatementSchema, {
      blind: random(16),
      messageId: envelope().header.slice(0, 16),
      sender: ALDER,
      recipient: BRIAR,
      number,
      headerDigest: random(32),
      outcome: HandoverOutcome.HANDED_OVER,
      reason: 0,
      atMs: 5,
    }),
  );
  const { signature, paths } = signBatch('handover', key, statements);
  const bytes = encode(FrameSchema, { frame: { kind: 'handover', value: { request: 1, statements, signature } } });
  for (const frame of [bytes, concatBytes(bytes, UNKNOWN_FIELD)]) {
    const work = check(frame);
    const unpacked = unpackWork(packWork(work, frame));
    expect(unpacked.items).toEqual(work.items);
    if (unpacked.kind !== 'handover') throw new Error(unpacked.kind);
    expect([0, 1, 2].map((at) => unpacked.tree.path(at))).toEqual(paths.map(({ hashes }) => hashes));
  }
});

test('events cross as handovers do: refused ones in their place, the rest with paths that verify', () => {
  const statement = (event: RecipientEvent): Uint8Array =>
    encode(EventStatementSchema, {
      blind: new Uint8Array(16),
      messageId: messageIdBytes(newMessageId(1, new Uint8Array(10))),
      sender: ALDER,
      recipient: BRIAR,
      number: 1,
      headerDigest: new Uint8Array(32),
      event,
      atMs: 1,
    });
  const statements = [RecipientEvent.OPENED, 0, RecipientEvent.CONSENT_GIVEN].map((event) =>
    statement(event as RecipientEvent),
  );
  const { signature } = signBatch('event', key, statements);
  const frame = encode(FrameSchema, { frame: { kind: 'events', value: { request: 7, statements, signature } } });
  const job = { kind: 'job', job: 1, session: 2, agency: 'xa.customs' as AgencyId, frame, receivedMs: 3 } as const;
  expect(() => checkFrame({ ...job, version: 1 }, keys)).toThrow('events');
  const work = checkFrame({ ...job, version: 2 }, keys);
  const unpacked = unpackWork(packWork(work, frame));
  expect(unpacked).toMatchObject({ kind: 'event', request: 7 });
  expect(unpacked.items).toEqual(work.items);
  expect(unpacked.items.map(({ kind }) => kind)).toEqual(['verified', 'refused', 'verified']);
  const [, , last] = unpacked.items;
  if (last?.kind !== 'verified' || !('signed' in last.item)) throw new Error('not verified');
  verifyLeaf('event', createPublicKey(key), last.item.signed);
});
