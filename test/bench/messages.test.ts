import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { workTimes } from '../../bench/generate/calendar.ts';
import type { CastAgency, CastMailbox } from '../../bench/generate/cast.ts';
import { sealLetters } from '../../bench/generate/letters.ts';
import { burstSize, MessageMaker, recipientCount } from '../../bench/generate/messages.ts';
import { Random, Ranked } from '../../bench/generate/random.ts';
import { submissionWork } from '../../bench/generate/work.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { generateEncryptionKey } from '../../protocol/envelope/encryption-keys.ts';
import { parseHeader, verifyDigests, verifySender } from '../../protocol/envelope/verify.ts';
import type { AgencyId, Mailbox, UnitId } from '../../protocol/ids.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function mailbox(name: string): CastMailbox {
  const { keyId, jwk } = generateEncryptionKey();
  const key = { keyId, jwk };
  const signing = { key: privateKey, keyId: keyThumbprint(privateKey) };
  const owner = { agency: name as AgencyId, signing } as CastAgency;
  const identity = { mailbox: `${name}/desk` as Mailbox, unit: 'desk' as UnitId, owner };
  return { ...identity, key, nextKey: key, isEnrolled: true, nextNumber: 1 };
}

describe('messages', () => {
  const [customs, police, border] = ['xa.customs', 'xb.police', 'xc.border'].map(mailbox) as [
    CastMailbox,
    CastMailbox,
    CastMailbox,
  ];
  const keys = [police.key, border.key];
  const nowMs = Date.UTC(2031, 4, 6);
  let maker: MessageMaker;
  beforeAll(() => {
    const random = new Random(1);
    maker = new MessageMaker(sealLetters(keys, 1024, random, nowMs), 1024, random);
  });

  test('are what a gateway checks: header, digests, signature', () => {
    const draft = { sender: customs, recipients: [border, police], nowMs };
    const unknown = { recipients: [{ mailbox: 'zz.nobody/desk', keyId: police.key.keyId }] };
    const messages = [
      ...Array.from({ length: 50 }, () => maker.make(draft)),
      maker.make({ ...draft, change: { messageId: maker.make(draft).parsed.routing.messageId } }),
      maker.make({ ...draft, recipients: [police], change: unknown }),
      maker.seal(draft),
    ];
    submissionWork(customs.owner.agency, privateKey, messages).forEach(({ command, content }) => {
      if (command.kind !== 'submit' || !content) throw new Error(command.kind);
      const parsed = parseHeader(command.header);
      expect(command.parsed).toEqual(parsed);
      const envelope = { ...command, ...content, wrappedKeys: [...content.wrappedKeys] };
      verifyDigests(envelope, parsed);
      verifySender(envelope, parsed, publicKey);
    });
  });

  test('come in bursts of many sizes, mostly to one recipient', () => {
    const random = new Random(2);
    const sizes = Array.from({ length: 5000 }, () => burstSize('mixed', random));
    expect(sizes.filter((size) => size <= 20).length).toBeGreaterThan(4500);
    expect(Math.max(...sizes)).toBeGreaterThan(400);
    expect([burstSize('single', random), burstSize(33, random)]).toEqual([1, 33]);
    const counts = Array.from({ length: 5000 }, () => recipientCount(random));
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(4000);
    expect(Math.max(...counts)).toBeGreaterThan(10);
  });
});

test('the first of a ranked list is drawn most often, in proportion to its rank', () => {
  const random = new Random(3);
  const ranked = new Ranked(['a', 'b', 'c', 'd'], 1);
  const drawn = Array.from({ length: 25_000 }, () => ranked.draw(random));
  const shares = ['a', 'b', 'c', 'd'].map((item) => drawn.filter((other) => other === item).length / 12_000);
  [1, 1 / 2, 1 / 3, 1 / 4].forEach((share, i) => expect(shares[i]).toBeCloseTo(share, 1));
});

test('work is done by day, and as many times as asked for', () => {
  for (const [days, count] of [
    [0.01, 1],
    [1, 1000],
    [30, 777],
  ] as const) {
    const [fromMs, toMs] = [1_900_000_000_123, 1_900_000_000_123 + Math.floor(days * 86_400_000)];
    const times = workTimes(fromMs, toMs, count);
    expect(times).toHaveLength(count);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBe(fromMs);
    expect(times.at(-1)).toBeLessThan(toMs);
  }
  const day = workTimes(0, 86_400_000, 1000);
  expect(day.filter((atMs) => atMs >= 7 * 3_600_000 && atMs < 18 * 3_600_000).length).toBeGreaterThan(800);
});
