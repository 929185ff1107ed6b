/**
 * AES-GCM does not commit to its key (Dodis, Grubbs, Ristenpart, Woodage, CRYPTO 2018): for two keys and one nonce, one
 * free ciphertext block can be solved so that the same tag is right under both. This builds such a ciphertext.
 */
import { createCipheriv } from 'node:crypto';
import { gcmAad } from './raw-jwe.ts';
import { concatBytes } from './support.ts';

const BLOCK = 16;
/** x^128 + x^7 + x^2 + x + 1 in GCM's bit order: the leftmost bit is the coefficient of x^0. */
const REDUCTION = 0xe1n << 120n;
const ONE = 1n << 127n;

const toField = (block: Uint8Array): bigint => BigInt(`0x${Buffer.from(block).toString('hex')}`);
const fromField = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(32, '0'), 'hex');

function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ REDUCTION : shifted >> 1n;
  }
  return product;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = ONE;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

const inverse = (value: bigint): bigint => power(value, (1n << 128n) - 2n);

function encryptBlock(key: Uint8Array, block: Uint8Array): bigint {
  const cipher = createCipheriv('aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return toField(cipher.update(block));
}

const padToBlock = (bytes: Uint8Array): Uint8Array => concatBytes(bytes, new Uint8Array(-bytes.length & (BLOCK - 1)));

function blocksOf(bytes: Uint8Array): bigint[] {
  const all = padToBlock(bytes);
  return Array.from({ length: all.length / BLOCK }, (_, i) => toField(all.subarray(i * BLOCK, (i + 1) * BLOCK)));
}

/**
 * iv ‖ ciphertext ‖ tag that is authentic under both keys. The ciphertext begins as an encryption of `plaintext` under the
 * first key; its last block is the solved one.
 */
export function oneContentForTwoKeys(
  plaintext: Uint8Array,
  keys: readonly [Uint8Array, Uint8Array],
  routing: Uint8Array,
  iv: Uint8Array,
): Uint8Array {
  const associated = gcmAad(routing);
  const cipher = createCipheriv('aes-256-gcm', keys[0], iv);
  const fixed = padToBlock(cipher.update(plaintext));
  const lengths = Buffer.alloc(BLOCK);
  lengths.writeUInt32BE(associated.length * 8, 4);
  lengths.writeUInt32BE((fixed.length + BLOCK) * 8, 12);

  // GHASH is a polynomial in H; the free block is the coefficient of H^2, the lengths that of H^1.
  const known = [...blocksOf(associated), ...blocksOf(fixed)];
  const sides = keys.map((key) => {
    const h = encryptBlock(key, new Uint8Array(BLOCK));
    const mask = encryptBlock(key, concatBytes(iv, Uint8Array.of(0, 0, 0, 1)));
    let sum = 0n;
    for (const block of known) sum = multiply(sum ^ block, h);
    const square = multiply(h, h);
    return { square, rest: multiply(sum, square) ^ multiply(toField(lengths), h) ^ mask };
  });
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const free = multiply(a.rest ^ b.rest, inverse(a.square ^ b.square));
  const tag = multiply(free, a.square) ^ a.rest;
  return concatBytes(iv, fixed, fromField(free), fromField(tag));
}
