import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SignatureChecks } from '../../audit/signature-checks.ts';
import { algorithmOfKey, SIGNATURE_ALGORITHMS } from '../../protocol/algorithms.ts';
import { signBatch } from '../../protocol/batch.ts';
import { utf8 } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';

const keys = [
  generateKeyPairSync('rsa', { modulusLength: 3072 }),
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  generateKeyPairSync('ed25519'),
];

describe.each([0, 2])('checks on %i threads', (threads) => {
  test.each(keys)('say what the protocol says, key %#', async ({ publicKey, privateKey }) => {
    const own = algorithmOfKey(publicKey);
    const checks = new SignatureChecks(threads);
    const wrong = new Set<string>();
    const expected = new Set<string>();
    // More than one message to a thread holds.
    for (let i = 0; i < 300; i++) {
      const leaf = utf8(`what is signed ${i}`);
      const { signature, paths } = signBatch('message', privateKey, [leaf]);
      const bad = Uint8Array.from(signature.signature);
      bad[10]! ^= 1;
      const bytes = [signature.signature, bad, signature.signature.subarray(0, -1), new Uint8Array(0)];
      const tries =
        i > 0
          ? [[own, i % 3] as const]
          : SIGNATURE_ALGORITHMS.flatMap(({ algorithm }) => [0, 1, 2, 3].map((n) => [algorithm, n] as const));
      for (const [algorithm, n] of tries) {
        const name = `${i} ${algorithm} ${n}`;
        if (algorithm !== own || n > 0) expected.add(name);
        const item = { ...signature, algorithm, signature: bytes[n]! };
        const check = {
          kind: 'message',
          key: publicKey,
          leafDigest: leafHash(leaf),
          signature: item,
          path: paths[0]!,
        } as const;
        checks.check(check, () => void wrong.add(name));
      }
      await checks.room();
    }
    await checks.drain();
    await checks.close();
    expect(wrong).toEqual(expected);
  });
});

test('an unknown algorithm is refused at once', () => {
  const { publicKey: key, privateKey } = keys[1]!;
  const { signature, paths } = signBatch('message', privateKey, [utf8('leaf')]);
  const refusals: string[] = [];
  const unknown = { ...signature, algorithm: 99 as typeof signature.algorithm };
  new SignatureChecks(0).check(
    { kind: 'message', key, leafDigest: leafHash(utf8('leaf')), signature: unknown, path: paths[0]! },
    (why) => void refusals.push(why),
  );
  expect(refusals).toEqual([expect.stringContaining('99')]);
});

test('one signature serves its whole batch, and no other', async () => {
  const { publicKey: key, privateKey } = keys[3]!;
  const leaves = Array.from({ length: 1500 }, (_, i) => utf8(`leaf ${i}`));
  const { signature, paths } = signBatch('message', privateKey, leaves);
  const checks = new SignatureChecks();
  const wrong: number[] = [];
  for (const [i, leaf] of leaves.entries()) {
    const leafDigest = leafHash(i === 700 ? utf8('another') : leaf);
    checks.check({ kind: 'message', key, leafDigest, signature, path: paths[i]! }, () => void wrong.push(i));
    await checks.room();
  }
  checks.check(
    { kind: 'handover', key, leafDigest: leafHash(leaves[0]!), signature, path: paths[0]! },
    () => void wrong.push(-1),
  );
  checks.check(
    { kind: 'message', key, leafDigest: leafHash(leaves[0]!), signature, path: paths[1]! },
    () => void wrong.push(-2),
  );
  checks.check(
    { kind: 'message', key, leafDigest: new Uint8Array(32), signature: { ...signature, size: 9000 }, path: paths[1]! },
    () => void wrong.push(-3),
  );
  await checks.drain();
  expect(wrong.sort((a, b) => a - b)).toEqual([-3, -2, -1, 700]);
  expect(checks.verified).toBe(4);
});
