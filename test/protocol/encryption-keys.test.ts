import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, test } from 'vitest';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import {
  encryptionKeyOf,
  generateEncryptionKey,
  parseEncryptionKey,
  signKeyStatement,
  verifyKeyStatement,
} from '../../protocol/envelope/encryption-keys.ts';
import { EncryptionSuite, suiteOfKey } from '../../protocol/envelope/suites.ts';
import { type EncryptionKey, type KeyStatement, KeyStatementSchema } from '../../protocol/generated/schema.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { BRIAR, codeOf, NOW_MS, signingKey } from './support.ts';

const p256 = generateEncryptionKey();
const x25519 = generateEncryptionKey(EncryptionSuite.X25519);

describe.each([
  ['P-256', p256, EncryptionSuite.P256],
  ['X25519', x25519, EncryptionSuite.X25519],
])('a %s key', (crv, pair, suite) => {
  test('has a canonical JWK without private part, whose thumbprint is its id', async () => {
    const jwk = JSON.parse(pair.jwk) as Record<string, string>;
    expect(jwk['crv']).toBe(crv);
    expect(jwk).not.toHaveProperty('d');
    expect(toBase64Url(pair.keyId)).toBe(await calculateJwkThumbprint(jwk));
    expect(suiteOfKey(pair.privateKey).suite).toBe(suite);
    expect(encryptionKeyOf(createPublicKey(pair.privateKey))).toEqual({ keyId: pair.keyId, jwk: pair.jwk });
    expect(parseEncryptionKey(pair).equals(createPublicKey(pair.privateKey))).toBe(true);
  });
});

const swapped = (text: string, from: string, to: string): string => text.replace(`"${from}"`, `"${to}"`);
const ofType = (key: ReturnType<typeof createPublicKey>): string => {
  const jwk = key.export({ format: 'jwk' });
  const members = jwk.kty === 'OKP' ? (['crv', 'kty', 'x'] as const) : (['crv', 'kty', 'x', 'y'] as const);
  return JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])));
};

describe('keys that are refused', () => {
  test.each<[string, string]>([
    ['spaces', p256.jwk.replace(',', ', ')],
    ['another order', JSON.stringify({ kty: 'EC', ...(JSON.parse(p256.jwk) as object) })],
    ['an additional member', p256.jwk.replace('}', ',"use":"enc"}')],
    ['a private part', JSON.stringify(p256.privateKey.export({ format: 'jwk' }))],
    ['another curve', swapped(p256.jwk, 'P-256', 'P-384')],
    [
      'a point off the curve',
      JSON.stringify({ ...(JSON.parse(p256.jwk) as object), y: toBase64Url(new Uint8Array(32)) }),
    ],
    ['a key for signatures', ofType(generateKeyPairSync('ed25519').publicKey)],
    ['P-384', ofType(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['secp256k1', ofType(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    ['X448', ofType(generateKeyPairSync('x448').publicKey)],
    ['a symmetric key', '{"k":"AAAA","kty":"oct"}'],
    ['no JSON', 'key'],
  ])('%s', (_, jwk) => {
    expect(codeOf(() => parseEncryptionKey({ keyId: p256.keyId, jwk }))).toBe('ALGORITHM_REFUSED');
  });

  test('the id of another key', () => {
    expect(codeOf(() => parseEncryptionKey({ keyId: x25519.keyId, jwk: p256.jwk }))).toBe('MALFORMED');
  });

  test('RSA', () => {
    expect(codeOf(() => encryptionKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey))).toBe(
      'ALGORITHM_REFUSED',
    );
  });
});

describe('key statements', () => {
  const key = signingKey();
  const publicKey = createPublicKey(key);
  const published = ({ keyId, jwk }: EncryptionKey): EncryptionKey => ({ keyId, jwk });
  const statement: KeyStatement = {
    blind: new Uint8Array(16).fill(3),
    mailbox: BRIAR,
    version: 1,
    keys: [published(p256), published(x25519)],
    createdAtMs: NOW_MS,
  };

  test('are signed and verified', () => {
    expect(verifyKeyStatement(signKeyStatement(key, statement), publicKey)).toEqual(statement);
  });

  test('do not verify with another key, with another leaf, or as another kind', () => {
    const signed = signKeyStatement(key, statement);
    const other = encode(KeyStatementSchema, { ...statement, version: 2 });
    expect(codeOf(() => verifyKeyStatement(signed, createPublicKey(signingKey())))).toBe('SIGNATURE_INVALID');
    expect(codeOf(() => verifyKeyStatement({ ...signed, leaf: other }, publicKey))).toBe('SIGNATURE_INVALID');
    const act = signLeaf('act', key, signed.leaf);
    expect(codeOf(() => verifyKeyStatement(act, publicKey))).toBe('SIGNATURE_INVALID');
  });

  test.each<[string, Partial<KeyStatement>, string]>([
    ['no keys', { keys: [] }, 'MALFORMED'],
    ['a key twice', { keys: [published(p256), published(p256)] }, 'MALFORMED'],
    ['version 0', { version: 0 }, 'MALFORMED'],
    ['a bad mailbox', { mailbox: 'xb.police' }, 'HEADER_INVALID'],
    ['a wrong key id', { keys: [{ keyId: x25519.keyId, jwk: p256.jwk }] }, 'MALFORMED'],
    ['a key that is not canonical', { keys: [{ keyId: p256.keyId, jwk: ` ${p256.jwk}` }] }, 'ALGORITHM_REFUSED'],
  ])('with %s are neither signed nor accepted', (_, change, code) => {
    const changed = { ...statement, ...change };
    expect(codeOf(() => signKeyStatement(key, changed))).toBe(code);
    const signed = signLeaf('keys', key, encode(KeyStatementSchema, changed));
    expect(codeOf(() => verifyKeyStatement(signed, publicKey))).toBe(code);
  });

  test('that are not canonical are not accepted, although signed', () => {
    const leaf = Uint8Array.from([...encode(KeyStatementSchema, statement), 0x78, 0x01]);
    expect(codeOf(() => verifyKeyStatement(signLeaf('keys', key, leaf), publicKey))).toBe('MALFORMED');
  });
});
