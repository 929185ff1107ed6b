/** Logs of several shards in memory, for the tests of proofs. */
import { fullTiles, signCheckpoint, tilesOf, TileTree } from '../../audit/index.ts';
import { encodeEntryBundle, type Signer } from '../../audit/index.ts';
import type { AuditSource, ShardSource } from '../../audit/source.ts';
import { encode } from '../../protocol/codec.ts';
import { type Entry, EntrySchema } from '../../protocol/generated/schema.ts';
import { leafHash } from '../../protocol/merkle.ts';

type LogSigner = Signer<1>;

/** Entries of one shard under one checkpoint. */
export function shardOf(signer: LogSigner, entries: readonly Uint8Array[]): ShardSource {
  const tree = new TileTree(() => new Uint8Array(0));
  const tiles = new Map(
    tree.append(entries.map(leafHash)).map(({ level, number, hashes }) => [`${level}/${number}`, hashes]),
  );
  const checkpoint = signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root() }, signer);
  return {
    *batches() {
      for (let first = 0; first < entries.length; first += 256) {
        const batch = entries.slice(first, first + 256);
        const isLast = first + 256 >= entries.length;
        const note = isLast ? checkpoint : new Uint8Array(0);
        yield { firstIndex: first, count: batch.length, entries: encodeEntryBundle(batch), checkpoint: note };
      }
    },
    statedSize: () => entries.length,
    entryBytes: (index) => entries[index],
    tile: (level, number) => tiles.get(`${level}/${number}`),
    cosigned: () => undefined,
    checkpointOf: (size) => (size === entries.length ? checkpoint : undefined),
    tileAddresses: () =>
      [...tilesOf(entries.length)].filter(({ level, number }) => number < fullTiles(entries.length, level)),
  };
}

export const sourceOf = (...shards: ShardSource[]): AuditSource => ({
  kind: 'bundle',
  path: 'memory',
  checkFormat: () => undefined,
  shards: () => shards,
  live: undefined,
  assertUnchanged: () => undefined,
  close: () => undefined,
});

export const entryOfEvent = (event: Entry['event'], atMs: number): Uint8Array =>
  encode(EntrySchema, { blind: new Uint8Array(16).fill(7), atMs, event });
