import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { CompactSign, compactVerify, generalVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  algorithmOfKey,
  canonicalJwk,
  keyThumbprint,
  parseCanonicalJwk,
  signBytes,
  verifyBytes,
} from '../../protocol/algorithms.ts';
import {
  type BatchKind,
  batchPayload,
  batchRoot,
  protectedHeader,
  signBatch,
  type SignedBatch,
  signingInput,
  signLeaf,
  verifyBatchRoot,
  verifyLeaf,
  verifyLeafHash,
} from '../../protocol/batch.ts';
import { type BatchSignature, type Path, SignatureAlgorithm } from '../../protocol/generated/schema.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { codeOf } from './support.ts';

const KINDS: readonly BatchKind[] = ['message', 'handover', 'keys', 'act'];
const ALGORITHMS = ['PS256', 'ES256', 'ES384', 'Ed25519'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

let keys: Record<Algorithm, KeyObject>;
const leaves = Array.from({ length: 5 }, (_, i) => new TextEncoder().encode(`leaf ${i}`));

beforeAll(() => {
  keys = {
    PS256: generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey,
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    Ed25519: generateKeyPairSync('ed25519').privateKey,
  };
});

const publicOf = (name: Algorithm): KeyObject => createPublicKey(keys[name]);
const hash = (i: number): Uint8Array => leafHash(leaves[i]!);

const accepts = (
  key: KeyObject,
  { signature, paths }: SignedBatch,
  i: number,
  change: { kind?: BatchKind; signature?: Partial<BatchSignature>; path?: Partial<Path>; leaf?: Uint8Array } = {},
): string =>
  codeOf(() =>
    verifyLeafHash(
      change.kind ?? 'message',
      key,
      change.leaf ?? hash(i),
      { ...signature, ...change.signature },
      { ...paths[i]!, ...change.path },
    ),
  ) ?? 'accepted';

describe.each(ALGORITHMS)('%s', (name) => {
  test('every leaf of a batch verifies, and nothing else does', () => {
    const batch = signBatch('message', keys[name], leaves);
    const key = publicOf(name);
    expect(batch.signature.keyId).toEqual(keyThumbprint(key));
    leaves.forEach((_, i) => expect(accepts(key, batch, i)).toBe('accepted'));
    expect(accepts(key, batch, 1, { leaf: hash(2) })).toBe('SIGNATURE_INVALID');
    for (const index of [0, 2, 4, 5, 2 ** 40]) {
      expect(accepts(key, batch, 1, { path: { index } })).toBe('SIGNATURE_INVALID');
    }
    for (const size of [0, 1, 4, 6, 4097, 2 ** 53 - 1]) {
      expect(accepts(key, batch, 1, { signature: { size } })).toBe('SIGNATURE_INVALID');
    }
    const hashes = batch.paths[1]!.hashes;
    for (const changed of [[], hashes.slice(1), [...hashes, hashes[0]!], [...hashes].reverse()]) {
      expect(accepts(key, batch, 1, { path: { hashes: changed } })).toBe('SIGNATURE_INVALID');
    }
    const other = { keyId: new Uint8Array(32).fill(9) };
    expect(accepts(key, batch, 1, { signature: other })).toBe('SIGNATURE_INVALID');
  });

  test('a signature of one kind is none of another', () => {
    for (const made of KINDS) {
      const batch = signBatch(made, keys[name], leaves);
      for (const kind of KINDS) {
        expect(accepts(publicOf(name), batch, 3, { kind })).toBe(kind === made ? 'accepted' : 'SIGNATURE_INVALID');
      }
    }
  });

  test('no bit of the signature can change, nor its length', () => {
    const batch = signBatch('message', keys[name], leaves);
    const bytes = batch.signature.signature;
    for (let i = 0; i < bytes.length; i += 7) {
      const signature = Uint8Array.from(bytes);
      signature[i] = bytes[i]! ^ 0x10;
      expect(accepts(publicOf(name), batch, 0, { signature: { signature } })).toBe('SIGNATURE_INVALID');
    }
    for (const signature of [new Uint8Array(0), bytes.subarray(1), Uint8Array.from([...bytes, 0])]) {
      expect(accepts(publicOf(name), batch, 0, { signature: { signature } })).toBe('SIGNATURE_INVALID');
    }
  });

  test('a claim of another algorithm does not verify, and an unknown one is refused first', () => {
    const batch = signBatch('message', keys[name], leaves);
    for (const algorithm of Object.values(SignatureAlgorithm)) {
      const wanted =
        algorithm === SignatureAlgorithm.UNSPECIFIED
          ? 'ALGORITHM_REFUSED'
          : algorithm === batch.signature.algorithm
            ? 'accepted'
            : 'SIGNATURE_INVALID';
      expect(accepts(publicOf(name), batch, 0, { signature: { algorithm } })).toBe(wanted);
    }
    for (const other of ALGORITHMS) {
      if (other !== name) expect(accepts(publicOf(other), batch, 0)).toBe('SIGNATURE_INVALID');
    }
  });

  test('it is a JWS that jose verifies', async () => {
    const batch = signBatch('act', keys[name], leaves);
    const { algorithm, keyId, size, signature } = batch.signature;
    const payload = batchPayload('act', size, batchRoot(hash(0), batch.paths[0]!, size));
    const jws = {
      payload: toBase64Url(payload),
      signatures: [
        {
          protected: toBase64Url(Buffer.from(protectedHeader('act', algorithm, keyId))),
          signature: toBase64Url(signature),
        },
      ],
    };
    const verified = await generalVerify(jws, publicOf(name), { algorithms: [name] });
    expect(verified.protectedHeader).toEqual({ alg: name, kid: toBase64Url(keyId), typ: 'liaison-v1-act' });
    expect(new Uint8Array(verified.payload)).toEqual(payload);
  });

  test('a JWS that jose made verifies here', async () => {
    const keyId = keyThumbprint(keys[name]);
    const jws = await new CompactSign(batchPayload('message', 1, hash(0)))
      .setProtectedHeader({ alg: name, kid: toBase64Url(keyId), typ: 'liaison-v1-message' })
      .sign(keys[name]);
    const signature = {
      algorithm: algorithmOfKey(keys[name]),
      keyId,
      size: 1,
      signature: new Uint8Array(Buffer.from(jws.split('.')[2]!, 'base64url')),
    };
    expect(verifyBatchRoot('message', publicOf(name), signature, hash(0))).toBe(true);
    await expect(compactVerify(jws, publicOf(name))).resolves.toBeDefined();
  });

  test('the canonical JWK is read again and has one form', () => {
    const text = canonicalJwk(keys[name]);
    expect(canonicalJwk(parseCanonicalJwk(text))).toBe(text);
    expect(text).not.toContain('"d"');
    const variants = [
      ` ${text}`,
      text.replace('{', '{"alg":"none",'),
      text.replace(/"([^"]{20,})"/, '"$1="'),
      '{}',
      'x',
    ];
    for (const variant of variants) expect(codeOf(() => parseCanonicalJwk(variant))).toBe('ALGORITHM_REFUSED');
  });
});

test('a burst of one has an empty path', () => {
  const signed = signLeaf('keys', keys.ES256, leaves[0]!);
  expect(signed.path).toEqual({ index: 0, hashes: [] });
  expect(codeOf(() => verifyLeaf('keys', publicOf('ES256'), signed))).toBeUndefined();
});

test('a batch has 1 to 4096 leaves', () => {
  expect(codeOf(() => signBatch('message', keys.Ed25519, []))).toBe('LIMIT_EXCEEDED');
  const many = Array.from({ length: 4096 }, (_, i) => Buffer.from(`${i}`));
  const batch = signBatch('message', keys.Ed25519, many);
  const last = batch.paths[4095]!;
  expect(last.hashes).toHaveLength(12);
  expect(
    codeOf(() => verifyLeafHash('message', publicOf('Ed25519'), leafHash(many[4095]!), batch.signature, last)),
  ).toBe(undefined);
  expect(codeOf(() => signBatch('message', keys.Ed25519, [...many, Buffer.from('x')]))).toBe('LIMIT_EXCEEDED');
});

test('header, payload and signing input are the text of the specification', () => {
  const keyId = new Uint8Array(32);
  const header = `{"alg":"Ed25519","kid":"${'A'.repeat(43)}","typ":"liaison-v1-handover"}`;
  expect(protectedHeader('handover', SignatureAlgorithm.ED25519, keyId)).toBe(header);
  const root = new Uint8Array(32).fill(0xaa);
  const payload = Buffer.concat([Buffer.from('liaison/v1/handover\0'), Buffer.from([0, 0, 0, 0, 0, 0, 1, 2]), root]);
  expect(Buffer.from(batchPayload('handover', 258, root)).equals(payload)).toBe(true);
  const input = signingInput('handover', SignatureAlgorithm.ED25519, keyId, 258, root);
  expect(Buffer.from(input).toString()).toBe(
    `${Buffer.from(header).toString('base64url')}.${payload.toString('base64url')}`,
  );
});

describe('keys that are refused before any cryptography', () => {
  test.each([
    ['RSA of 2048 bits', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['RSA bound to PSS', () => generateKeyPairSync('rsa-pss', { modulusLength: 3072 })],
    ['P-521', () => generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['X25519', () => generateKeyPairSync('x25519')],
    ['Ed448', () => generateKeyPairSync('ed448')],
  ])('%s', (_, generate) => {
    const { privateKey, publicKey } = generate();
    expect(codeOf(() => signBytes(privateKey, leaves[0]!))).toBe('ALGORITHM_REFUSED');
    const verify = (): boolean => verifyBytes(publicKey, SignatureAlgorithm.PS256, leaves[0]!, new Uint8Array(256));
    expect(codeOf(verify)).toBe('ALGORITHM_REFUSED');
  });
});

test('PS256 has a salt of 32 bytes: another length, or PKCS #1 version 1.5, does not verify', () => {
  const data = leaves[0]!;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const verifies = (signature: Buffer): boolean =>
    verifyBytes(publicOf('PS256'), SignatureAlgorithm.PS256, data, signature);
  expect(verifies(sign('sha256', data, { key: keys.PS256, padding, saltLength: 32 }))).toBe(true);
  expect(verifies(sign('sha256', data, { key: keys.PS256, padding, saltLength: 0 }))).toBe(false);
  expect(verifies(sign('sha256', data, { key: keys.PS256, padding, saltLength: 64 }))).toBe(false);
  expect(verifies(sign('sha256', data, keys.PS256))).toBe(false);
});

test('ECDSA signatures are r ‖ s: the DER form does not verify', () => {
  const der = sign('sha256', leaves[0]!, keys.ES256);
  expect(verifyBytes(publicOf('ES256'), SignatureAlgorithm.ES256, leaves[0]!, der)).toBe(false);
});
