/**
 * Encryption keys and the statements by which an agency publishes them (SPEC.md sections 3.7 and 5.4). The gateway may
 * use this module: nothing here opens content.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { canonicalJwk, jwkThumbprint, parseCanonicalJwk } from '../algorithms.ts';
import { signLeaf, verifyLeaf } from '../batch.ts';
import { decode, encode } from '../codec.ts';
import { LiaisonError } from '../errors.ts';
import { type EncryptionKey, type KeyStatement, KeyStatementSchema, type SignedLeaf } from '../generated/schema.ts';
import { equalBytes, parseMailbox, toHex } from '../ids.ts';
import { EncryptionSuite, suiteOfKey } from './suites.ts';

export interface EncryptionKeyPair extends EncryptionKey {
  readonly privateKey: KeyObject;
}

/** A new key pair. P-256 is what every implementation understands. */
export function generateEncryptionKey(suite: EncryptionSuite = EncryptionSuite.P256): EncryptionKeyPair {
  const { privateKey } =
    suite === EncryptionSuite.P256 ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('x25519');
  return { privateKey, ...encryptionKeyOf(privateKey) };
}

/**
 * The published form of a private or public key.
 * @throws LiaisonError ALGORITHM_REFUSED unless the key is of an allowed suite
 */
export function encryptionKeyOf(key: KeyObject): EncryptionKey {
  suiteOfKey(key);
  const jwk = canonicalJwk(key);
  return { keyId: jwkThumbprint(jwk), jwk };
}

/** Keys that were read before: reading one costs a third of sealing to it. */
const parsedKeys = new WeakMap<EncryptionKey, KeyObject>();

/**
 * @throws LiaisonError ALGORITHM_REFUSED when the JWK is not canonical, not of an allowed suite or not a point of its
 * curve; MALFORMED when `keyId` is not its thumbprint
 */
export function parseEncryptionKey(key: EncryptionKey): KeyObject {
  const known = parsedKeys.get(key);
  if (known) return known;
  const publicKey = parseCanonicalJwk(key.jwk);
  suiteOfKey(publicKey);
  if (!equalBytes(jwkThumbprint(key.jwk), key.keyId)) throw malformed('keys.key_id is not the thumbprint of its jwk');
  parsedKeys.set(key, publicKey);
  return publicKey;
}

/**
 * Signs a statement; `blind` and times are the caller's.
 * @throws LiaisonError as {@link verifyKeyStatement}, so that nothing is published which others would refuse
 */
export function signKeyStatement(signingKey: KeyObject, statement: KeyStatement): SignedLeaf {
  checkKeyStatement(statement);
  return signLeaf('keys', signingKey, encode(KeyStatementSchema, statement));
}

/**
 * Checks the signature, then the statement's own rules. Whether `signingKey` belongs to the mailbox's agency, and whether
 * the version is newer than one seen before, is for the caller to judge.
 * @throws LiaisonError SIGNATURE_INVALID; MALFORMED; HEADER_INVALID for a bad mailbox name; ALGORITHM_REFUSED for a key
 */
export function verifyKeyStatement(signed: SignedLeaf, signingKey: KeyObject): KeyStatement {
  verifyLeaf('keys', signingKey, signed);
  const statement = decode(KeyStatementSchema, signed.leaf, 'signed');
  checkKeyStatement(statement);
  return statement;
}

function checkKeyStatement(statement: KeyStatement): void {
  parseMailbox(statement.mailbox);
  if (statement.version < 1) throw malformed('version is 0');
  if (statement.keys.length === 0) throw malformed('keys is empty');
  statement.keys.forEach(parseEncryptionKey);
  if (new Set(statement.keys.map((key) => toHex(key.keyId))).size !== statement.keys.length) {
    throw malformed('keys has a key twice');
  }
}

const malformed = (rule: string): LiaisonError => new LiaisonError('MALFORMED', `KeyStatement: ${rule}.`);
