/** The database of a gateway whose log has two shards, written row by row. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { tileKey } from '../../audit/data-format.ts';
import { encodeEntryBundle, formatVerifierKey, signCheckpoint, TileTree } from '../../audit/index.ts';
import { openDatabase } from '../../gateway/ledger/database.ts';
import { LOG_VERSION, FIRST_SHARD } from '../../ledger/shards.ts';
import { encode } from '../../protocol/codec.ts';
import { type Entry, EntrySchema, Exchange } from '../../protocol/generated/schema.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { START_MS } from './log-builder.ts';
import { log, otherLog } from './support.ts';

/** Of the first shard: full tiles and a rest. */
export const FIRST_SIZE = 600;
export const SECOND_SIZE = 300;
export const signers = [log, otherLog] as const;

const entryOf = (i: number, event: Entry['event']): Uint8Array =>
  encode(EntrySchema, { blind: new Uint8Array(16).fill(i % 251), atMs: START_MS + i, event });

function entriesOf(shard: number): Uint8Array[] {
  const [signer, next] = [signers[shard]!, signers[shard + 1]];
  const size = shard === 0 ? FIRST_SIZE : SECOND_SIZE;
  return Array.from({ length: size }, (_, i) => {
    if (i === 0) {
      const value = { operators: [], anchors: [], exchange: Exchange.UNSPECIFIED, logVersion: LOG_VERSION };
      const name = { origin: signer.name, verifierKey: formatVerifierKey(signer) };
      return entryOf(i, {
        kind: 'shardOpen',
        value: { ...FIRST_SHARD, ...name, ...value, firstNumber: shard * FIRST_SIZE },
      });
    }
    if (i === size - 1 && next) {
      return entryOf(i, {
        kind: 'shardClose',
        value: { nextOrigin: next.name, nextVerifierKey: formatVerifierKey(next) },
      });
    }
    return entryOf(i + shard, { kind: 'tick', value: {} });
  });
}

/** @param droppedIndex of the first shard, whose entries are then not there */
export function writeTwoShards(data: string, droppedIndex = 0): readonly (readonly Uint8Array[])[] {
  mkdirSync(data);
  const { db, close } = openDatabase(join(data, 'ledger.db'), { create: true });
  const shards = [entriesOf(0), entriesOf(1)];
  db.exec('BEGIN');
  for (const [shard, entries] of shards.entries()) {
    const signer = signers[shard]!;
    const tree = new TileTree(() => new Uint8Array(0));
    let note: Uint8Array = new Uint8Array(0);
    for (let start = 0; start < entries.length; start += 100) {
      const some = entries.slice(start, start + 100);
      const tiles = tree.append(some.map(leafHash));
      note = signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root() }, signer);
      if (shard === 0 && droppedIndex > 0) continue;
      db.prepare('INSERT INTO log VALUES (?, ?, ?, ?)').run(
        shard * FIRST_SIZE + start,
        some.length,
        encodeEntryBundle(some),
        note,
      );
      for (const { level, number, hashes } of tiles) {
        db.prepare('INSERT INTO tiles VALUES (?, ?)').run(tileKey(level, number, shard), hashes);
      }
    }
    if (shard > 0) continue;
    db.prepare(
      'INSERT INTO shards (firstNumber, origin, verifierKey, size, checkpoint, closedAtMs, droppedIndex) VALUES (0, ?, ?, ?, ?, ?, ?)',
    ).run(signer.name, formatVerifierKey(signer), FIRST_SIZE, note, START_MS, droppedIndex);
  }
  const facts: [string, string, number][] = [
    ['origin', otherLog.name, 0],
    ['verifier-key', formatVerifierKey(otherLog), 0],
    ['first-number', '', FIRST_SIZE],
  ];
  for (const fact of facts) db.prepare('INSERT INTO facts (name, text, number) VALUES (?, ?, ?)').run(...fact);
  db.exec('COMMIT');
  close();
  return shards;
}
