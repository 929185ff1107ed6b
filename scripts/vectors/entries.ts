/** entries.json: a log from its first entry, its trees, checkpoints, tiles and proofs. */
import { cosignNote, formatVerifierKey, TileTree, tilePath, encodeEntryBundle } from '../../audit/index.ts';
import { stateDigest } from '../../ledger/rows.ts';
import { FIRST_SHARD } from '../../ledger/shards.ts';
import { canonicalJwk } from '../../protocol/algorithms.ts';
import { encode } from '../../protocol/codec.ts';
import { type Entry, EntrySchema } from '../../protocol/generated/schema.ts';
import { utf8 } from '../../protocol/ids.ts';
import { leafHash, sha256 } from '../../protocol/merkle.ts';
import { directoryOf, foldOf } from './directory.ts';
import { LOG, ORIGIN, seedOf, WITNESS } from './keys.ts';
import { SAMPLE } from './log.ts';
import { inVersion1 } from './as-of.ts';
import { anchor, NOW_MS, operatorKey, random, reseed } from './world.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const { log, tree, noteAt } = SAMPLE;
const hashes = (path: readonly Uint8Array[]): Uint8Array[] => [...path];

/** Forms of entries that the log does not have. */
function furtherEntries(): object[] {
  const made = (name: string, event: Entry['event']): object => {
    const entry = { blind: random(16), atMs: NOW_MS, event };
    const bytes = encode(EntrySchema, entry);
    return { name, value: inVersion1(EntrySchema, entry), encoded: bytes, leafHash: leafHash(bytes) };
  };
  const session = random(16);
  return [
    made('a first entry that follows another log', {
      kind: 'shardOpen',
      value: {
        ...{ origin: ORIGIN, verifierKey: formatVerifierKey(LOG), operators: [], anchors: [anchor] },
        ...FIRST_SHARD,
        previousCheckpoint: noteAt(log.size),
        exchange: 0,
        logVersion: 0,
      },
    }),
    made('a key that its authority has revoked', {
      kind: 'keyRevoked',
      value: { keyId: random(32), source: 2, listDigest: random(32) },
    }),
    made('a session that serves no mailbox', {
      kind: 'sessionOpened',
      value: { session, agency: 'xa.customs', node: '', tlsKeyId: random(32), mailboxes: [] },
    }),
    made('a session closed in good order', { kind: 'sessionClosed', value: { session, code: 0 } }),
    made('an empty summary', { kind: 'refusalSummary', value: { counts: [] } }),
    made('a failure that came late', {
      kind: 'contentHandoverFailure',
      value: {
        ...{ messageId: session, sender: 'xa.customs/portalder', recipient: 'xb.police/liaison', number: 1 },
        ...{ code: 404, statement: undefined, late: true },
      },
    }),
  ];
}

function proofs(): object {
  const { size } = log;
  const inclusion = [
    ...log.entries.map((_, index) => [index, size] as const),
    ...[7, 8, 9, 13].flatMap((at) => [0, at >> 1, at - 1].map((index) => [index, at] as const)),
    [0, 1] as const,
  ];
  const consistency = [1, 2, 3, 4, 6, 7, 8, 12, 13, 16, 25, 26].flatMap((from) =>
    [from, 8, 13, 16, size].filter((to) => to >= from).map((to) => [from, to] as const),
  );
  return {
    inclusion: inclusion.map(([index, at]) => ({ index, size: at, path: hashes(tree.inclusionPath(index, at)) })),
    consistency: consistency.map(([from, to]) => ({ from, to, path: hashes(tree.consistencyPath(from, to)) })),
    refused: refusedProofs(),
  };
}

function refusedProofs(): object {
  const { size } = log;
  const path = tree.inclusionPath(5, size);
  const [first = random(32), ...rest] = path;
  const grown = tree.consistencyPath(7, 13);
  const inclusion = (name: string, index: number, at: number, changed: Uint8Array[]): object => ({
    ...{ name, leaf: 5, index, size: at, path: changed },
  });
  const consistency = (name: string, from: number, to: number, changed: Uint8Array[]): object => ({
    ...{ name, from, to, path: changed },
  });
  return {
    inclusion: [
      inclusion('another index', 4, size, path),
      inclusion('an index that is not below the size', size, size, path),
      inclusion('another size', 5, 13, path),
      inclusion('a hash too few', 5, size, rest),
      inclusion('a hash too many', 5, size, [...path, random(32)]),
      inclusion('hashes exchanged', 5, size, [...rest, first]),
      inclusion('a hash of 31 bytes', 5, size, [first.subarray(1), ...rest]),
    ],
    consistency: [
      consistency('to a smaller size', 13, 7, grown),
      consistency('another first size', 6, 13, grown),
      consistency('another second size', 7, 12, grown),
      consistency('a hash too few', 7, 13, grown.slice(1)),
      consistency('a hash too many', 7, 13, [...grown, random(32)]),
      consistency('no hashes', 7, 13, []),
      consistency('hashes between equal sizes', 7, 7, [random(32)]),
    ],
  };
}

/** A tree of 70,000 leaves, the ASCII texts `entry 0`, `entry 1` and so on; tiles by their SHA-256. */
function largeTree(): object {
  const size = 70_000;
  const tiles = new Map<string, Uint8Array>();
  const large = new TileTree((level, number) => tiles.get(tilePath(level, number)) ?? new Uint8Array(0));
  const leaves = Array.from({ length: size }, (_, i) => leafHash(utf8(`entry ${i}`)));
  for (const { level, number, hashes: tile } of large.append(leaves)) tiles.set(tilePath(level, number), tile);
  large.stored();
  for (const { level, number, hashes: tile } of large.partialTiles()) {
    tiles.set(tilePath(level, number, tile.length / 32), tile);
  }
  const named = ['tile/0/000', 'tile/0/255', 'tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1'];
  return {
    ...{ size, leaf: 'the ASCII text "entry N"', root: large.root() },
    tiles: named.map((path) => ({ path, sha256: sha256(tiles.get(path) ?? new Uint8Array(0)) })),
    inclusion: [0, 255, 256, 65_535, 65_536, 69_999].map((index) => ({
      ...{ index, size, path: hashes(large.inclusionPath(index)) },
    })),
    consistency: [1, 255, 256, 257, 65_536, 69_999].map((from) => ({
      ...{ from, to: size, path: hashes(large.consistencyPath(from)) },
    })),
  };
}

export function entriesFile(): object {
  reseed('entries');
  const partial = tree.partialTiles()[0]?.hashes ?? new Uint8Array(0);
  const bundle = encodeEntryBundle(log.entries.map(({ bytes }) => bytes));
  const witnessed = cosignNote(noteAt(log.size), WITNESS, NOW_MS / 1000);
  return {
    about:
      'A log from its first entry (SPEC.md section 7). Keys are Ed25519; their seeds are 32 bytes. `roots` has the root ' +
      'of the tree of each size from 0, `notes` the checkpoints of some sizes, verbatim; `states` the state digest after ' +
      'so many entries. `further` are forms of entries that the log does not have. `large` is another tree. Paths in ' +
      '`refused` lead from leaf 5, respectively between the trees of the log, and prove nothing.',
    origin: ORIGIN,
    logKeySeed: seedOf(1),
    verifierKey: formatVerifierKey(LOG),
    witnessKeySeed: seedOf(3),
    witnessKey: formatVerifierKey(WITNESS),
    operatorKeySeed: seedOf(9),
    operatorKey: canonicalJwk(operatorKey),
    entries: log.entries.map(({ name, entry, bytes, leafHash: hash }) => ({
      ...{ name, value: inVersion1(EntrySchema, entry), encoded: bytes, leafHash: hash },
    })),
    further: furtherEntries(),
    roots: Array.from({ length: log.size + 1 }, (_, size) => tree.rootAt(size)),
    notes: [0, 1, 12, 13, SAMPLE.stateEntries, log.size].map((size) => ({ size, note: text(noteAt(size)) })),
    cosigned: { size: log.size, timeSeconds: NOW_MS / 1000, note: text(witnessed) },
    tiles: [
      { path: tilePath(0, 0, log.size), data: partial },
      { path: tilePath('entries', 0, log.size), data: bundle },
    ],
    proofs: proofs(),
    states: [1, 5, 12, SAMPLE.stateEntries, log.size].map((entries) => ({
      ...{ entries, digest: stateDigest(foldOf(log.entries.slice(0, entries).map(({ bytes }) => bytes))) },
    })),
    directory: directoryOf(log.size),
    large: largeTree(),
  };
}
