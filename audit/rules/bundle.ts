/** The rules for what stands in a bundle beside entries, full tiles and checkpoints. */
import type { RowScanner } from '../../ledger/rows.ts';
import type { ShardOpen } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { BUNDLE_FILE } from '../bundle/format.ts';
import { keysBefore, type ListedKey, listedKey } from '../bundle/keys.ts';
import type { Findings } from '../findings.ts';
import type { BundleFacts } from '../source.ts';
import { tilePath } from '../tiles.ts';
import type { Tile } from '../tree.ts';

/**
 * @param edge the partial tiles that the entries give
 * @param replayed the rows at the end of the shard
 */
export function checkBundle(
  bundle: BundleFacts,
  opening: ShardOpen | undefined,
  edge: readonly Tile[],
  replayed: Pick<RowScanner, 'scan'>,
  findings: Findings,
): void {
  checkEntry(bundle, opening, findings);
  checkEdge(bundle, edge, findings);
  checkKeys(bundle, replayed, findings);
}

/** What bundle.json says of the shard, against its entry 0. */
function checkEntry({ entry }: BundleFacts, opening: ShardOpen | undefined, findings: Findings): void {
  if (!opening) return;
  for (const name of ['origin', 'verifierKey', 'firstNumber'] as const) {
    if (entry[name] === opening[name]) continue;
    const what = `${BUNDLE_FILE} states ${name} ${String(entry[name])}; entry 0 states ${String(opening[name])}.`;
    findings.add('log-identity', what, 0);
  }
}

function checkEdge(bundle: BundleFacts, edge: readonly Tile[], findings: Findings): void {
  for (const { level, number, hashes } of edge) {
    const width = hashes.length / 32;
    const stored = bundle.partialTile(level, number, width);
    if (stored && equalBytes(stored, hashes)) continue;
    const what = stored ? 'differs from what the entries give' : 'is missing, or has another size';
    findings.add('tile', `${tilePath(level, number, width)} ${what}.`);
  }
}

function checkKeys(bundle: BundleFacts, replayed: Pick<RowScanner, 'scan'>, findings: Findings): void {
  const stated = bundle.keys();
  const expected = keysBefore(
    [...replayed.scan('keys')].map((row) => listedKey(row)),
    Number.MAX_SAFE_INTEGER,
  );
  const known = new Map(expected.map((key) => [key.keyId, key]));
  for (const key of stated) {
    const of = known.get(key.keyId);
    known.delete(key.keyId);
    if (!of) findings.add('bundle-keys', `Key ${key.keyId} is listed, but no entry registers it.`);
    else if (textOf(of) !== textOf(key)) {
      findings.add('bundle-keys', `Key ${key.keyId} is listed as ${textOf(key)}; the entries say ${textOf(of)}.`);
    }
  }
  for (const { keyId, registered } of known.values()) {
    findings.add('bundle-keys', `Key ${keyId}, which entry ${registered} registers, is not listed.`);
  }
}

const textOf = ({ agency, usage, jwk, registered, revoked }: ListedKey): string =>
  `${usage} key of ${agency}, ${jwk}, registered by entry ${registered}, ` +
  (revoked === null ? 'in force' : `revoked by entry ${revoked}`);
