/**
 * keys.json: which keys the log has registered for whom, and from which entry to which. Entries prove it; the file saves
 * those who read the log with other programs from folding it. An audit compares it with what the entries say.
 */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { KeyRow } from '../../ledger/rows.ts';
import { canonicalJwk, jwkThumbprint } from '../../protocol/algorithms.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { CertificateChainSchema, KeyUsage } from '../../protocol/generated/schema.ts';
import { toBase64Url } from '../../protocol/ids.ts';
import { firstIssue, parseJson } from './format.ts';

const FORMAT = 'liaison-keys';
const VERSION = 1;

/** Numbers are those of entries, counted over all shards. */
export interface ListedKey {
  /** RFC 7638 thumbprint, base64url. */
  readonly keyId: string;
  readonly agency: string;
  readonly usage: 'tls' | 'signing';
  /** The public key that the thumbprint is of: canonical JWK. */
  readonly jwk: string;
  readonly registered: number;
  /** `null` while in force. */
  readonly revoked: number | null;
}

const count = z.int().min(0);
const schema = z.array(
  z.strictObject({
    keyId: z.string(),
    agency: z.string(),
    usage: z.enum(['tls', 'signing']),
    jwk: z.string(),
    registered: count,
    revoked: count.nullable(),
  }),
);

/**
 * @param known keys by thumbprint: those that are not there are read from their certificates, and put there
 * @throws LiaisonError DATA_DAMAGED when the row's certificate cannot be read
 */
export function listedKey(
  { keyId, agency, usage, chain, registeredIndex, revokedIndex }: KeyRow,
  known = new Map<string, string>(),
): ListedKey {
  const id = toBase64Url(keyId);
  const jwk = known.get(id) ?? jwkOf(chain, id);
  known.set(id, jwk);
  return {
    keyId: id,
    agency,
    usage: usage === KeyUsage.SIGNING ? 'signing' : 'tls',
    jwk,
    registered: registeredIndex,
    revoked: revokedIndex === 0 ? null : revokedIndex,
  };
}

function jwkOf(chain: Uint8Array, id: string): string {
  try {
    const [leaf] = decode(CertificateChainSchema, chain, 'signed').certificates;
    return canonicalJwk(new X509Certificate(leaf ?? new Uint8Array(0)).publicKey);
  } catch (error) {
    throw new LiaisonError('DATA_DAMAGED', `The certificate of key ${id} cannot be read.`, { cause: error });
  }
}

/** What was so before the entry `end`: later keys and revocations are left out. In the order of registration. */
export function keysBefore(keys: readonly ListedKey[], end: number): ListedKey[] {
  return keys
    .filter(({ registered }) => registered < end)
    .map((key) => (key.revoked !== null && key.revoked >= end ? { ...key, revoked: null } : key))
    .sort((a, b) => a.registered - b.registered || (a.keyId < b.keyId ? -1 : 1));
}

/** One key a line. */
export function keysText(keys: readonly ListedKey[]): string {
  const lines = keys.map(({ keyId, agency, usage, jwk, registered, revoked }) =>
    JSON.stringify({ keyId, agency, usage, jwk, registered, revoked }),
  );
  return `{"format":"${FORMAT}","version":${VERSION},"keys":[\n${lines.join(',\n')}\n]}\n`;
}

/**
 * Only that each thumbprint is of its key is verified.
 * @throws LiaisonError DATA_DAMAGED, FILE_INVALID, DATA_VERSION
 */
export function parseKeys(bytes: Uint8Array, name: string): ListedKey[] {
  const result = schema.safeParse(parseJson(bytes, name, FORMAT, VERSION)['keys']);
  if (!result.success) throw new LiaisonError('DATA_DAMAGED', `${name}: ${firstIssue(result.error)}.`);
  const wrong = result.data.find(({ keyId, jwk }) => toBase64Url(jwkThumbprint(jwk)) !== keyId);
  if (wrong) throw new LiaisonError('DATA_DAMAGED', `${name}: the thumbprint ${wrong.keyId} is of another key.`);
  return result.data;
}
