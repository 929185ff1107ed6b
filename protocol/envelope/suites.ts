/**
 * How a content key is wrapped for a recipient (SPEC.md section 5.4), in one table: ECDH-ES+A256KW (RFC 7518 section 4.6)
 * over P-256, which everybody must support, or X25519 (RFC 8037 section 3.2). Whatever is not in this table is refused
 * before any cryptography runs. A suite for a later key-encapsulation mechanism is a new row.
 */
import type { KeyObject } from 'node:crypto';
import { LiaisonError } from '../errors.ts';

export const EncryptionSuite = { P256: 1, X25519: 2 } as const;
export type EncryptionSuite = (typeof EncryptionSuite)[keyof typeof EncryptionSuite];

export interface SuiteRow {
  /** First byte of a wrapped key. */
  readonly suite: EncryptionSuite;
  readonly kty: 'EC' | 'OKP';
  readonly crv: 'P-256' | 'X25519';
  /** Raw ephemeral public key: P-256 uncompressed (0x04 ‖ x ‖ y), X25519 as in RFC 7748. */
  readonly publicKeyBytes: number;
  /** What node:crypto must be told with a raw key of this suite. */
  readonly rawKey: { readonly asymmetricKeyType: 'ec' | 'x25519'; readonly namedCurve?: 'P-256' };
}

export const SUITES: readonly SuiteRow[] = [
  {
    suite: EncryptionSuite.P256,
    kty: 'EC',
    crv: 'P-256',
    publicKeyBytes: 65,
    rawKey: { asymmetricKeyType: 'ec', namedCurve: 'P-256' },
  },
  {
    suite: EncryptionSuite.X25519,
    kty: 'OKP',
    crv: 'X25519',
    publicKeyBytes: 32,
    rawKey: { asymmetricKeyType: 'x25519' },
  },
];

/**
 * The one suite that an encryption key is used with.
 * @throws LiaisonError ALGORITHM_REFUSED for any other type or curve of key
 */
export function suiteOfKey(key: KeyObject): SuiteRow {
  const type = key.asymmetricKeyType;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const crv = type === 'x25519' ? 'X25519' : type === 'ec' && curve === 'prime256v1' ? 'P-256' : undefined;
  const row = SUITES.find((candidate) => candidate.crv === crv);
  if (!row) {
    throw new LiaisonError(
      'ALGORITHM_REFUSED',
      `Encryption keys are P-256 or X25519, not ${curve ?? type ?? key.type}.`,
    );
  }
  return row;
}
