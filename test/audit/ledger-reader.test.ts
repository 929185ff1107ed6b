import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { CHECKPOINT, KEYS, parseBundle, type ShardPart, splitNotes } from '../../audit/bundle/format.ts';
import type { LogOrigin } from '../../audit/bundle/mirror.ts';
import { keysBefore, parseKeys } from '../../audit/bundle/keys.ts';
import {
  encodeEntryBundle,
  formatVerifierKey,
  fullTiles,
  TILE_WIDTH,
  tilesOf,
  TileTree,
  verifyCheckpoint,
} from '../../audit/index.ts';
import { LedgerReader, type ReadShard } from '../../audit/ledger-reader.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { filesOf } from '../support/files.ts';
import { addTicks, exported, newLog, place } from './bundle-support.ts';
import { police, removeDirectory, signer } from './log-builder.ts';
import { expectCode, TileStore } from './support.ts';
import { FIRST_SIZE, SECOND_SIZE, signers, writeTwoShards } from './two-shards.ts';

afterAll(removeDirectory);

const tile = (level: number | 'entries', number: number, width = TILE_WIDTH): ShardPart => ({
  kind: 'tile',
  address: { level, number, width },
});

/** Compares all tiles and entry bundles with a tree that is made of the entries. */
function compare(reader: LedgerReader, shard: ReadShard, entries: readonly Uint8Array[]): void {
  const store = new TileStore();
  const tree = new TileTree(store.read);
  store.put(tree.append(entries.map(leafHash)));
  const partial = new Map(tree.partialTiles().map(({ level, hashes }) => [level, hashes]));
  for (const { level, number, width } of tilesOf(entries.length)) {
    const expected = number < fullTiles(entries.length, level) ? store.read(level, number) : partial.get(level)!;
    expect(reader.part(shard, tile(level, number, width)), `${level}/${number}.p/${width}`).toEqual(expected);
    if (width > 1) {
      const narrower = reader.part(shard, tile(level, number, width - 1));
      expect(narrower).toEqual(expected.slice(0, (width - 1) * 32));
    }
    if (width < TILE_WIDTH) expect(reader.part(shard, tile(level, number, width + 1))).toBeUndefined();
    if (level > 0) continue;
    const some = entries.slice(number * TILE_WIDTH, number * TILE_WIDTH + width);
    expect(reader.part(shard, tile('entries', number, width))).toEqual(encodeEntryBundle(some));
  }
  const beyond = Math.floor(entries.length / TILE_WIDTH) + 1;
  for (const part of [tile(0, beyond, 1), tile('entries', beyond, 1), tile(40, 0, 1)]) {
    expect(reader.part(shard, part)).toBeUndefined();
  }
}

test('tiles and entries of a log that is being written, at three levels', () => {
  const log = newLog();
  addTicks(log, ...Array.from({ length: 22 }, () => 3000), 5, 300);
  const reader = new LedgerReader(log.data);
  const [shard] = reader.shards();
  expect(shard).toMatchObject({ shard: 0, firstNumber: 0, size: 66_308 });
  expect(verifyCheckpoint(shard!.checkpoint, signer).size).toBe(66_308);
  const db = new DatabaseSync(join(log.data, 'ledger.db'), { readOnly: true });
  const rows = db.prepare('SELECT entries FROM log ORDER BY firstIndex').all();
  db.close();
  const bundle = Buffer.concat(rows.map((row) => row['entries'] as Uint8Array));
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
    entries.push(new Uint8Array(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at))));
  }
  addTicks(log, 10);
  compare(reader, shard!, entries);
  expect(reader.shards()[0]?.size).toBe(66_318);
  const notes = Array.from({ length: 17 }, (_, number) =>
    reader.part(shard!, { kind: 'checkpoints', number })!,
  ).flatMap((bytes) => splitNotes(bytes, ''));
  const sizes = notes.map((note) => verifyCheckpoint(note, signer).size);
  expect(sizes).toEqual([1, 2, 3, ...Array.from({ length: 22 }, (_, i) => 3003 + 3000 * i), 66_008, 66_308]);
  expect(reader.part(shard!, { kind: 'checkpoints', number: 17 })).toBeUndefined();
  reader.close();
  log.close();
}, 60_000);

test('the writer can reset its WAL while a reader is there', () => {
  const log = newLog();
  const reader = new LedgerReader(log.data);
  const [shard] = reader.shards();
  for (let i = 0; i < 5; i++) {
    addTicks(log, 200);
    reader.part(shard!, tile('entries', 0, 3));
    reader.part(shard!, KEYS);
    reader.part(shard!, { kind: 'checkpoints', number: 0 });
  }
  const db = new DatabaseSync(join(log.data, 'ledger.db'));
  const { busy, log: frames, checkpointed } = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()!;
  expect([busy, frames, checkpointed]).toEqual([0, 0, 0]);
  db.close();
  reader.close();
  log.close();
});

test('a database that a gateway has taken up meanwhile may have been read as a mixture', () => {
  const data = place('shards');
  writeTwoShards(data);
  const reader = new LedgerReader(data);
  expect(reader.shards()).toHaveLength(2);
  reader.assertUnchanged();
  const db = new DatabaseSync(join(data, 'ledger.db'));
  db.exec('UPDATE facts SET number = 7');
  db.close();
  expectCode(() => reader.assertUnchanged(), 'DATA_LOCKED');
  reader.close();
});

test('what is no log of a gateway is refused by name', () => {
  const data = place('shards');
  writeTwoShards(data);
  const db = new DatabaseSync(join(data, 'ledger.db'));
  db.exec('UPDATE format SET version = 99');
  expectCode(() => new LedgerReader(data), 'DATA_VERSION');
  db.exec('DROP TABLE tiles');
  db.close();
  expectCode(() => new LedgerReader(data), 'DATA_DAMAGED');
  expectCode(() => new LedgerReader(place('none')), 'FILE_UNREADABLE');
});

test('keys are those of the size, not those of now', () => {
  const log = newLog();
  const reader = new LedgerReader(log.data);
  const [shard] = reader.shards();
  const keysOf = (of: ReadShard) => parseKeys(reader.part(of, KEYS)!, 'keys.json');
  const before = keysOf(shard!);
  expect(before.map(({ agency, usage, registered, revoked }) => [agency, usage, registered, revoked])).toEqual(
    expect.arrayContaining([
      ['xa.customs', 'tls', 1, null],
      ['xa.customs', 'signing', 1, null],
      ['xb.police', 'tls', 2, null],
      ['xb.police', 'signing', 2, null],
    ]),
  );
  log.act({ kind: 'revoke', value: { keyId: police.tlsKeyId } });
  expect(keysOf(shard!)).toEqual(before);
  const after = keysOf(reader.shards()[0]!);
  expect(after.filter(({ revoked }) => revoked !== null)).toMatchObject([
    { agency: 'xb.police', usage: 'tls', revoked: 3 },
  ]);
  expect(keysBefore(after, 3)).toEqual(before);
  expect(keysBefore(after, 2)).toHaveLength(2);
  reader.close();
  log.close();
});

describe('two shards', () => {
  test('each is read as a log of its own', () => {
    const data = place('shards');
    const entries = writeTwoShards(data);
    const reader = new LedgerReader(data);
    const shards = reader.shards();
    expect(shards).toMatchObject([
      { shard: 0, origin: signers[0].name, firstNumber: 0, size: FIRST_SIZE },
      { shard: 1, origin: signers[1].name, firstNumber: FIRST_SIZE, size: SECOND_SIZE },
    ]);
    for (const [i, shard] of shards.entries()) {
      compare(reader, shard, entries[i]!);
      const notes = splitNotes(reader.part(shard, { kind: 'checkpoints', number: 0 })!, '');
      const step = (_: unknown, at: number): number => (at + 1) * 100;
      expect(notes.map((note) => verifyCheckpoint(note, signers[i]!).size)).toEqual(notes.map(step));
      expect(reader.part(shard, CHECKPOINT)).toEqual(notes.at(-1));
    }
    reader.close();
  });

  test('the key of the first leads to the second', async () => {
    const data = place('shards');
    writeTwoShards(data);
    const out = place('out');
    expect((await exported(data, out)).shards).toMatchObject([{ size: FIRST_SIZE }, { size: SECOND_SIZE, before: 0 }]);
    await expect(exported(data, place('out'), { logKey: signers[1] })).rejects.toMatchObject({ code: 'OTHER_LOG' });
    const before = filesOf(out);
    await exported(data, out);
    expect(filesOf(out)).toEqual(before);
  });

  test('a second shard with a key that the first does not name is refused', async () => {
    const data = place('shards');
    writeTwoShards(data);
    const out = place('out');
    const origin = (from: LogOrigin): LogOrigin => ({
      shards: async () =>
        (await from.shards()).map((shard) => ({ ...shard, verifierKey: formatVerifierKey(signers[0]) })),
      part: (shard, part) => from.part(shard, part),
    });
    await expect(exported(data, out, { origin })).rejects.toMatchObject({ code: 'OTHER_LOG' });
    // The first one is there all the same.
    const bundle = Buffer.from(filesOf(out).get('bundle.json')!, 'base64');
    expect(parseBundle(bundle, 'bundle.json')).toHaveLength(1);
  });

  test('a log that no longer shows its newest shard is refused', async () => {
    const [data, out] = [place('shards'), place('out')];
    writeTwoShards(data);
    await exported(data, out);
    const before = filesOf(out);
    const origin = (from: LogOrigin): LogOrigin => ({
      shards: async () => (await from.shards()).slice(0, 1),
      part: (shard, part) => from.part(shard, part),
    });
    await expect(exported(data, out, { origin })).rejects.toMatchObject({ code: 'DATA_DAMAGED' });
    expect(filesOf(out)).toEqual(before);
  });

  test('a shard that was dropped stays in the bundle that has it', async () => {
    const out = place('out');
    const [whole, dropped] = [place('shards'), place('shards')];
    writeTwoShards(whole);
    await exported(whole, out);
    writeTwoShards(dropped, 7);
    const before = filesOf(out);
    expect((await exported(dropped, out)).shards).toMatchObject([{ size: FIRST_SIZE }, { size: SECOND_SIZE }]);
    expect(filesOf(out)).toEqual(before);
    const alone = place('out');
    await exported(dropped, alone, { logKey: signers[1] });
    expect([...filesOf(alone).keys()].filter((name) => name.startsWith('shards/0'))).toEqual([]);
    rmSync(alone, { recursive: true });
  });
});

// Guards: SQLite follows a link to the other files of a database, but the lock and the WAL were looked for beside the link.
test('a running gateway is seen through a link, and all that it has committed', () => {
  const log = newLog();
  addTicks(log, 300);
  const linked = join(log.data, 'linked');
  mkdirSync(linked);
  symlinkSync(join(log.data, 'ledger.db'), join(linked, 'ledger.db'));
  const readers = [log.data, linked].map((path) => new LedgerReader(path));
  const [direct, through] = readers.map((reader) => reader.shards());
  expect(through).toEqual(direct);
  addTicks(log, 5);
  expect(readers[1]?.shards()[0]?.size).toBe((direct?.[0]?.size ?? 0) + 5);
  for (const reader of readers) reader.close();
  log.close();
});
