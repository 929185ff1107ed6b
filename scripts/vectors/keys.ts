/** Keys that are the same each time: Ed25519 from seeds for signatures, P-256 and X25519 for encryption. */
import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import { createSigner, KEY_TYPE, type Signer } from '../../audit/index.ts';
import { fromHex, toBase64Url } from '../../protocol/ids.ts';

/** The 32 bytes that a seed number stands for: the number, repeated. */
export const seedOf = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);

const pkcs8 = (oid: string, secret: Uint8Array): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([fromHex(`302e020100300506032b65${oid}04220420`), secret]),
    format: 'der',
    type: 'pkcs8',
  });

/** An Ed25519 key from {@link seedOf}. */
export const ed25519Key = (seed: number): KeyObject => pkcs8('70', seedOf(seed));

/** An X25519 key whose private value is {@link seedOf}. */
export const x25519Key = (seed: number): KeyObject => pkcs8('6e', seedOf(seed));

/** A P-256 key whose private value is {@link seedOf}. */
export function p256Key(seed: number): KeyObject {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(seedOf(seed));
  const point = new Uint8Array(ecdh.getPublicKey());
  const [x, y] = [toBase64Url(point.subarray(1, 33)), toBase64Url(point.subarray(33))];
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d: toBase64Url(seedOf(seed)) }, format: 'jwk' });
}

export const ORIGIN = 'liaison.example/2026';
/** The log of SPEC.md section 7.1: seed 1. */
export const LOG: Signer<typeof KEY_TYPE.ED25519> = createSigner(ORIGIN, KEY_TYPE.ED25519, ed25519Key(1));
export const OTHER_LOG: Signer<typeof KEY_TYPE.ED25519> = createSigner(
  'other.example/2026',
  KEY_TYPE.ED25519,
  ed25519Key(2),
);
export const WITNESS: Signer<typeof KEY_TYPE.COSIGNATURE> = createSigner(
  'witness.example/one',
  KEY_TYPE.COSIGNATURE,
  ed25519Key(3),
);
