import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SignatureChecks, verifyLater } from '../../audit/signature-checks.ts';
import { algorithmOfKey, SIGNATURE_ALGORITHMS, signBytes, verifyBytes } from '../../protocol/algorithms.ts';
import { signBatch } from '../../protocol/batch.ts';
import { utf8 } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';

const keys = [
  generateKeyPairSync('rsa', { modulusLength: 3072 }),
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  generateKeyPairSync('ed25519'),
];

describe('a check on another thread', () => {
  test.each(keys)('says what the protocol says, key %#', async ({ publicKey, privateKey }) => {
    const data = utf8('what is signed');
    const signature = signBytes(privateKey, data);
    const bad = Uint8Array.from(signature);
    bad[10]! ^= 1;
    const own = algorithmOfKey(publicKey);
    const short = signature.subarray(1);
    const tries = SIGNATURE_ALGORITHMS.flatMap(({ algorithm }) =>
      [signature, bad, short, new Uint8Array(0)].map((item) => [algorithm, item] as const),
    );
    for (const [algorithm, item] of tries) {
      const expected = algorithm === own && item === signature;
      expect(verifyBytes(publicKey, algorithm, data, item)).toBe(expected);
      expect(await verifyLater(publicKey, algorithm, data, item)).toBe(expected);
    }
  });
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
