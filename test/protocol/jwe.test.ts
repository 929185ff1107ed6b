import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  contentHeader,
  decryptContent,
  encryptContent,
  fromGeneralJwe,
  type GeneralJwe,
  type JweParts,
  parseGeneralJwe,
  toGeneralJwe,
} from '../../protocol/envelope/jwe.ts';
import { EncryptionSuite } from '../../protocol/envelope/suites.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import { toHex } from '../../protocol/ids.ts';
import { concatKdf, decryptGcm, encryptGcm, unwrapKey, wrapKey } from './raw-jwe.ts';
import { ALDER, codeOf, concatBytes, party, type Party } from './support.ts';

const routing = new Uint8Array(10);
const otherRouting = new Uint8Array(11);
const padded = new TextEncoder().encode('what only the recipients read');
const p256 = party(ALDER);
const x25519 = party(ALDER, EncryptionSuite.X25519);
const suites = [['P-256', p256] as const, ['X25519', x25519] as const];
const publicOf = (who: Party): KeyObject => createPublicKey(who.key.privateKey);

test('the Concat KDF of the second implementation is that of RFC 7518 appendix C', () => {
  const jwk = (x: string, y: string, d?: string): object => ({ kty: 'EC', crv: 'P-256', x, y, ...(d ? { d } : {}) });
  const alice = jwk(
    'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
    'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
    '0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo',
  );
  const bob = jwk('weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ', 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck');
  const z = sharedSecret(alice, bob);
  const key = concatKdf(z, 'A128GCM', 128, Buffer.from('Alice'), Buffer.from('Bob'));
  expect(Buffer.from(key).toString('base64url')).toBe('VqqN6vgjbSBcIijNcacQGg');
});

test('the protected header is exactly this text, with the SHA-256 of the routing', () => {
  expect(contentHeader(new Uint8Array(0))).toBe(
    '{"enc":"A256GCM","routing":"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU","typ":"liaison-v1-content"}',
  );
});

describe.each(suites)('%s', (_, who) => {
  test.each([1, 2, 5])('for %i recipients, each opens it', (count) => {
    const made = encryptContent(
      padded,
      routing,
      Array.from({ length: count }, () => publicOf(who)),
      randomBytes,
    );
    expect(made.wrappedKeys).toHaveLength(count);
    expect(new Set(made.wrappedKeys.map(toHex)).size).toBe(count);
    for (const wrapped of made.wrappedKeys) {
      expect(wrapped).toHaveLength(who === p256 ? 106 : 73);
      const opened = decryptContent(made.content, wrapped, routing, who.key.privateKey);
      expect(new Uint8Array(opened)).toEqual(padded);
    }
  });

  test('a second implementation opens it', () => {
    const made = encryptContent(padded, routing, [publicOf(who)], randomBytes);
    const contentKey = unwrapKey(made.wrappedKeys[0]!, who.key.privateKey);
    expect(decryptGcm(made.content, contentKey, routing)).toEqual(padded);
  });

  test('what a second implementation made is opened', () => {
    const contentKey = randomBytes(32);
    const content = encryptGcm(padded, contentKey, routing, randomBytes(12));
    const wrapped = wrapKey(contentKey, publicOf(who));
    const opened = decryptContent(content, wrapped, routing, who.key.privateKey);
    expect(new Uint8Array(opened)).toEqual(padded);
  });

  test('every changed bit, cut and addition is CANNOT_DECRYPT', () => {
    const { content, wrappedKeys } = encryptContent(padded, routing, [publicOf(who)], randomBytes);
    const wrapped = wrappedKeys[0]!;
    const opens = (c: Uint8Array, w: Uint8Array, r = routing, key = who.key.privateKey): string | undefined =>
      codeOf(() => decryptContent(c, w, r, key));
    const flipped = (bytes: Uint8Array, i: number): Uint8Array => bytes.map((byte, at) => (at === i ? byte ^ 1 : byte));
    expect(opens(content, wrapped)).toBeUndefined();
    for (let i = 0; i < content.length; i += 5) expect(opens(flipped(content, i), wrapped)).toBe('CANNOT_DECRYPT');
    // Bit 255 of an X25519 key is not used (RFC 7748 section 5): `^ 1` leaves it alone.
    for (let i = 0; i < wrapped.length; i++) expect(opens(content, flipped(wrapped, i))).toBe('CANNOT_DECRYPT');
    for (const cut of [0, 1, 27, 28, content.length - 1]) {
      expect(opens(content.subarray(0, cut), wrapped)).toBe('CANNOT_DECRYPT');
    }
    for (const other of [new Uint8Array(0), wrapped.subarray(0, -1), concatBytes(wrapped, Uint8Array.of(0))]) {
      expect(opens(content, other)).toBe('CANNOT_DECRYPT');
    }
    expect(opens(content, wrapped, otherRouting)).toBe('CANNOT_DECRYPT');
    const foreign = who === p256 ? x25519 : p256;
    expect(opens(content, wrapped, routing, foreign.key.privateKey)).toBe('CANNOT_DECRYPT');
    expect(opens(content, wrapped, routing, party(ALDER).key.privateKey)).toBe('CANNOT_DECRYPT');
  });
});

test('hostile ephemeral keys are CANNOT_DECRYPT: points off the curve, at infinity, of small order', () => {
  const { content } = encryptContent(padded, routing, [publicOf(p256)], randomBytes);
  const offCurve = concatBytes(Uint8Array.of(1, 4), new Uint8Array(64).fill(1), new Uint8Array(40));
  const infinity = concatBytes(Uint8Array.of(1, 4), new Uint8Array(104));
  const compressed = concatBytes(Uint8Array.of(1, 2), new Uint8Array(104).fill(1));
  const zero = concatBytes(Uint8Array.of(2), new Uint8Array(72));
  for (const [wrapped, who] of [
    [offCurve, p256],
    [infinity, p256],
    [compressed, p256],
    [zero, x25519],
  ] as const) {
    const run = (): Uint8Array => decryptContent(content, wrapped, routing, who.key.privateKey);
    expect(codeOf(run)).toBe('CANNOT_DECRYPT');
  }
});

test('points of small order and hybrid points are CANNOT_DECRYPT', () => {
  const { content } = encryptContent(padded, routing, [publicOf(x25519)], randomBytes);
  // RFC 7748 section 6.1 and Langley's list: each gives an all-zero secret with every private key.
  const smallOrder = [
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    `ec${'ff'.repeat(30)}7f`,
    `ed${'ff'.repeat(30)}7f`,
    `ee${'ff'.repeat(30)}7f`,
  ];
  for (const point of smallOrder) {
    const wrapped = concatBytes(Uint8Array.of(2), Buffer.from(point, 'hex'), new Uint8Array(40));
    expect(codeOf(() => decryptContent(content, wrapped, routing, x25519.key.privateKey))).toBe('CANNOT_DECRYPT');
  }
  const made = encryptContent(padded, routing, [publicOf(p256)], randomBytes);
  for (const form of [0, 2, 3, 6, 7]) {
    const wrapped = made.wrappedKeys[0]!.map((byte, i) => (i === 1 ? form : byte));
    expect(codeOf(() => decryptContent(made.content, wrapped, routing, p256.key.privateKey))).toBe('CANNOT_DECRYPT');
  }
});

test('an ephemeral P-256 key is drawn again until it is a scalar from 1 to n − 1', () => {
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  const last = `${order.slice(0, -1)}0`;
  const random = (...drawn: string[]): (() => Uint8Array) => {
    const chance = ['11'.repeat(32), '22'.repeat(12), ...drawn].map((hex) => Buffer.from(hex, 'hex'));
    return () => chance.shift()!;
  };
  const refused = ['00'.repeat(32), order, 'ff'.repeat(32)];
  const made = encryptContent(padded, routing, [publicOf(p256)], random(...refused, last));
  expect(made).toEqual(encryptContent(padded, routing, [publicOf(p256)], random(last)));
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(last, 'hex');
  expect(toHex(made.wrappedKeys[0]!.subarray(1, 66))).toBe(curve.getPublicKey('hex'));
});

test('an encryption key outside the table is refused before anything is encrypted', () => {
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  for (const publicKey of [p384, rsa]) {
    const run = (): unknown => encryptContent(padded, routing, [publicKey], randomBytes);
    expect(codeOf(run)).toBe('ALGORITHM_REFUSED');
  }
});

describe('the mapping to General JWE and back', () => {
  let parts: JweParts;
  let jwe: GeneralJwe;
  beforeAll(() => {
    const made = encryptContent(padded, routing, [publicOf(p256), publicOf(x25519)], randomBytes);
    parts = {
      routing,
      content: made.content,
      recipients: [
        { keyId: p256.key.keyId, wrappedKey: made.wrappedKeys[0]! },
        { keyId: x25519.key.keyId, wrappedKey: made.wrappedKeys[1]! },
      ],
    };
    jwe = toGeneralJwe(parts);
  });

  test('is exact, whatever the bytes', () => {
    expect(fromGeneralJwe(jwe, routing)).toEqual(parts);
    expect(parseGeneralJwe(JSON.stringify(jwe, undefined, 2), routing)).toEqual(parts);
    expect(Buffer.from(jwe.protected, 'base64url').toString()).toBe(contentHeader(routing));
    const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    const wrapped = fc.oneof(
      bytes(104).map((rest) => concatBytes(Uint8Array.of(1, 4), rest)),
      bytes(72).map((rest) => concatBytes(Uint8Array.of(2), rest)),
    );
    const any = fc.record({
      routing: fc.uint8Array(),
      content: fc.uint8Array({ minLength: 28 }),
      recipients: fc.array(fc.record({ keyId: bytes(32), wrappedKey: wrapped }), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(any, (value) => {
        expect(fromGeneralJwe(toGeneralJwe(value), value.routing)).toEqual(value);
      }),
    );
  });

  const set =
    (path: string, value: unknown): ((jwe: GeneralJwe) => unknown) =>
    (original) => {
      const copy = structuredClone(original) as unknown as Record<string, unknown>;
      const names = path.split('.');
      const last = names.pop()!;
      const target = names.reduce((at, name) => at[name] as Record<string, unknown>, copy);
      if (value === undefined) Reflect.deleteProperty(target, last);
      else target[last] = value;
      return copy;
    };
  const header = contentHeader(routing);
  const setHeader = (text: string): ((jwe: GeneralJwe) => unknown) =>
    set('protected', Buffer.from(text).toString('base64url'));
  const inHeader = (from: string | RegExp, to: string): ((jwe: GeneralJwe) => unknown) => {
    const changed = header.replace(from, to);
    expect(changed).not.toBe(header);
    return setHeader(changed);
  };
  const withMember = (member: string): ((jwe: GeneralJwe) => unknown) => inHeader('}', `,${member}}`);

  test.each([
    ['zip', withMember('"zip":"DEF"'), 'protected'],
    ['crit', withMember('"crit":["exp"],"exp":1'), 'protected'],
    ['alg in the protected header', inHeader('{', '{"alg":"dir",'), 'protected'],
    ['another enc', inHeader('A256GCM', 'A128GCM'), 'protected'],
    ['enc twice', withMember('"enc":"A256GCM"'), 'protected'],
    ['no enc', inHeader('"enc":"A256GCM",', ''), 'protected'],
    ['another typ', inHeader('-content', '-message'), 'protected'],
    ['the header of another routing', setHeader(contentHeader(otherRouting)), 'protected'],
    ['no routing', setHeader('{"enc":"A256GCM"}'), 'protected'],
    ['the same header with a space', inHeader('":', '": '), 'protected'],
    ['the same header in another order', inHeader(/("enc":.*),("typ":.*)}/, '$2,$1}'), 'protected'],
    ['a padded protected header', (from) => ({ ...from, protected: `${from.protected}==` }), 'protected'],
    ['a shared unprotected header', set('unprotected', { zip: 'DEF' }), 'unprotected'],
    ['a flattened recipient beside', set('encrypted_key', 'AAAA'), 'encrypted_key'],
    ['PBES2', set('recipients.0.header.alg', 'PBES2-HS256+A128KW'), 'alg'],
    ['dir', set('recipients.0.header.alg', 'dir'), 'alg'],
    ['ECDH-ES without key wrap', set('recipients.0.header.alg', 'ECDH-ES'), 'alg'],
    ['p2c', set('recipients.0.header.p2c', 1e9), 'p2c'],
    ['jku', set('recipients.0.header.jku', 'https://xd.example/keys'), 'jku'],
    ['jwk', set('recipients.0.header.jwk', {}), 'jwk'],
    ['apu', set('recipients.1.header.apu', 'AAAA'), 'apu'],
    ['crit per recipient', set('recipients.1.header.crit', []), 'crit'],
    ['__proto__', () => JSON.parse('{"__proto__":{}}') as unknown, '__proto__'],
    ['no kid', set('recipients.0.header.kid', undefined), 'kid'],
    ['a short kid', set('recipients.0.header.kid', 'AAAA'), 'kid'],
    ['no epk', set('recipients.0.header.epk', undefined), 'epk'],
    ['another curve', set('recipients.0.header.epk.crv', 'P-384'), 'crv'],
    ['the curve of the other kind', set('recipients.0.header.epk.crv', 'X25519'), 'epk'],
    ['another kind', set('recipients.0.header.epk.kty', 'OKP'), 'kty'],
    ['a private part', set('recipients.0.header.epk.d', 'AAAA'), '"d"'],
    ['y on X25519', set('recipients.1.header.epk.y', 'AAAA'), '"y"'],
    ['a short coordinate', set('recipients.0.header.epk.x', 'AAAA'), 'epk.x'],
    ['a short encrypted key', set('recipients.0.encrypted_key', 'AAAA'), 'encrypted_key'],
    ['a recipient that is not an object', set('recipients.0', null), 'recipients[0]'],
    ['recipients that are no list', set('recipients', {}), 'recipients'],
    ['aad', set('aad', 'AAAA'), 'aad'],
    ['an empty aad', set('aad', ''), 'aad'],
    ['no iv', set('iv', undefined), 'iv'],
    ['a number for iv', set('iv', 5), 'iv'],
    ['a short iv', set('iv', 'AAAA'), 'iv'],
    ['a short tag', set('tag', 'AAAA'), 'tag'],
    ['base64 instead of base64url', set('ciphertext', '+/+/'), 'ciphertext'],
    ['padded base64url', set('ciphertext', 'AA=='), 'ciphertext'],
    ['base64url with loose bits', set('ciphertext', 'AB'), 'ciphertext'],
    ['base64url with a line end', set('ciphertext', 'AAAA\n'), 'ciphertext'],
    ['a text', () => 'jwe', 'jwe'],
    ['a list', () => [], 'jwe'],
    ['nothing', () => null, 'jwe'],
  ])('refuses %s', (_, change, named) => {
    let detail = '';
    try {
      fromGeneralJwe(change(jwe), routing);
    } catch (error) {
      expect(error).toMatchObject({ code: 'MALFORMED' });
      detail = (error as LiaisonError).detail;
    }
    expect(detail).toContain(named);
  });

  test('refuses members that stand twice, however they are written', () => {
    const text = JSON.stringify(jwe);
    const twice = [
      text.replace('{', '{"iv":"AAAAAAAAAAAAAAAA",'),
      text.replace('{', '{"\\u0069v" : "AAAAAAAAAAAAAAAA",'),
      text.replace('"header":{', '"header":{"alg":"dir",'),
      text.replace('"epk":{', '"epk":{"crv":"P-256",'),
    ];
    for (const changed of twice) {
      expect(changed).not.toBe(text);
      expect(codeOf(() => parseGeneralJwe(changed, routing))).toBe('MALFORMED');
    }
    expect(codeOf(() => parseGeneralJwe(`${text}x`, routing))).toBe('MALFORMED');
    expect(codeOf(() => parseGeneralJwe(text.replace('":', '" \n:'), routing))).toBeUndefined();
  });

  test('refuses parts that no JWE could carry', () => {
    const [own] = parts.recipients;
    const wrapped = (change: (bytes: Uint8Array) => Uint8Array): JweParts => ({
      ...parts,
      recipients: [{ keyId: own!.keyId, wrappedKey: change(Uint8Array.from(own!.wrappedKey)) }],
    });
    const first =
      (value: number, at = 0) =>
      (bytes: Uint8Array): Uint8Array =>
        bytes.fill(value, at, at + 1);
    const bad = [
      { ...parts, content: new Uint8Array(27) },
      wrapped(first(0)),
      wrapped(first(2)),
      wrapped(first(3)),
      wrapped(first(2, 1)),
      wrapped((bytes) => bytes.subarray(1)),
      wrapped(() => new Uint8Array(0)),
    ];
    for (const value of bad) expect(codeOf(() => toGeneralJwe(value))).toBe('MALFORMED');
  });
});

function sharedSecret(privateJwk: object, publicJwk: object): Uint8Array {
  const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });
  const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });
  return diffieHellman({ privateKey, publicKey });
}
