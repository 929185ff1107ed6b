import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { tileKey, unpackKeys } from '../../audit/data-format.ts';
import type { Rule } from '../../audit/findings.ts';
import { signCheckpoint } from '../../audit/index.ts';
import { replay } from '../../audit/replay.ts';
import { ReplayStore } from '../../audit/replay-store.ts';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { stateDigest } from '../../ledger/rows.ts';
import { toHex } from '../../protocol/ids.ts';
import { openDatabase } from '../../gateway/ledger/database.ts';
import { Forgery } from './forgery.ts';
import { directory, LogBuilder, removeDirectory, signer } from './log-builder.ts';
import { makeSampleLog } from './sample-log.ts';
import { expectCode, otherLog } from './support.ts';
import { audit, found, seen, TRUST } from './verify-support.ts';

const sample = makeSampleLog();
const { at, size } = sample;
/** The same log in rows of 50 entries. */
const honest = new Forgery(sample.path).write();
const honestDigest = (await audit(honest)).stateDigest;
afterAll(removeDirectory);

let copies = 0;
function copyOf(path: string): string {
  const copy = join(directory, `copy-${copies++}.db`);
  copyFileSync(path, copy);
  return copy;
}

/** A copy of the honest log, changed by someone who cannot sign for the log. */
function changed(
  ...statements: (string | readonly [sql: string, ...values: (number | string | Uint8Array)[]])[]
): string {
  const copy = copyOf(honest);
  const db = new DatabaseSync(copy);
  for (const statement of statements) {
    const [sql, ...values] = typeof statement === 'string' ? [statement] : statement;
    const { changes } = db.prepare(sql).run(...values);
    if (/^(UPDATE|DELETE|INSERT)/.test(sql)) expect(changes).toBeGreaterThan(0);
  }
  db.close();
  return copy;
}

const checkpointOf = (path: string, first: number): Uint8Array => {
  const db = new DatabaseSync(path, { readOnly: true });
  const row = db.prepare('SELECT checkpoint FROM log WHERE firstIndex = ?').get(first);
  db.close();
  return row!['checkpoint'] as Uint8Array;
};

const someTile = new Uint8Array(8192).fill(7);
const someRoot = new Uint8Array(32).fill(7);
const forged = (entries: number, by = signer): Uint8Array =>
  signCheckpoint({ origin: by.name, size: entries, root: someRoot }, by);

describe('changed data is found out', () => {
  test.each<[string, () => string, string[]]>([
    ['a tile', () => changed(['UPDATE tiles SET hashes = ?', someTile]), [found('-', 'tile')]],
    ['a tile that is gone', () => changed('DELETE FROM tiles'), [found('-', 'tile')]],
    [
      'a tile too many',
      () => changed(['INSERT INTO tiles VALUES (?, ?)', tileKey(1, 0), someTile]),
      [found('-', 'tile')],
    ],
    [
      'a row of the log that is gone',
      () => changed('DELETE FROM log WHERE firstIndex = 100'),
      [found(150, 'log-rows')],
    ],
    [
      'a count',
      () => changed('UPDATE log SET count = 51 WHERE firstIndex = 50'),
      [found(50, 'log-rows'), found(100, 'checkpoint-root')],
    ],
    [
      'a bundle cut short',
      () => changed('UPDATE log SET entries = substr(entries, 1, 100) WHERE firstIndex = 300'),
      [found(300, 'entry-encoding'), found(300, 'log-rows')],
    ],
    [
      'the last checkpoint',
      () => changed("UPDATE log SET checkpoint = x'' WHERE firstIndex = 300"),
      [found('-', 'checkpoint-missing')],
    ],
    [
      'a checkpoint that another key signed',
      () => changed(['UPDATE log SET checkpoint = ? WHERE firstIndex = 50', forged(100, otherLog)]),
      [found(99, 'checkpoint-signature')],
    ],
    [
      'a checkpoint of another root',
      () => changed(['UPDATE log SET checkpoint = ? WHERE firstIndex = 50', forged(100)]),
      [found(99, 'checkpoint-root')],
    ],
    [
      'a checkpoint of another size',
      () => changed(['UPDATE log SET checkpoint = ? WHERE firstIndex = 50', checkpointOf(honest, 100)]),
      [found(99, 'checkpoint-root')],
    ],
    [
      'an entry, with nothing else',
      () => {
        const log = new Forgery(sample.path);
        log.replace(at.tick, () => ({ blind: new Uint8Array(16) }));
        const other = log.write();
        const path = changed('DELETE FROM log');
        const db = new DatabaseSync(path);
        db.exec(`ATTACH '${other}' AS other; ATTACH '${honest}' AS honest`);
        db.exec(
          'INSERT INTO log SELECT a.firstIndex, a.count, a.entries, b.checkpoint FROM other.log a JOIN honest.log b USING (firstIndex)',
        );
        db.close();
        return path;
      },
      [...[49, 99, 149, 199, 249, 299, 330].map((index) => found(index, 'checkpoint-root')), found('-', 'tile')],
    ],
    [
      'how a delivery ended',
      () => changed('UPDATE deliveries SET state = 2 WHERE state = 3'),
      [found('-', 'state-digest')],
    ],
    [
      'a row too few',
      () => changed(`DELETE FROM messages WHERE entryIndex = ${at.single}`),
      [found('-', 'state-digest')],
    ],
    ['a row too many', () => changed("INSERT INTO agencies VALUES ('xz.customs', 1, 1)"), [found('-', 'state-digest')]],
    ['a key that was never enrolled', () => changed('UPDATE keys SET revokedIndex = 0'), [found('-', 'state-digest')]],
    [
      'content that is gone',
      () => changed(`DELETE FROM contents WHERE entryIndex = ${at.burst + 3}`),
      [found(at.burst + 3, 'content-missing')],
    ],
    [
      'content that is another',
      () => changed(`UPDATE contents SET content = x'00' WHERE entryIndex = ${at.burst + 3}`),
      [found(at.burst + 3, 'content-damaged')],
    ],
    [
      'wrapped keys that are cut short',
      () => changed(`UPDATE contents SET wrappedKeys = substr(wrappedKeys, 1, 150) WHERE entryIndex = ${at.burst + 3}`),
      [found(at.burst + 3, 'content-damaged')],
    ],
    [
      'content that nobody waits for',
      () =>
        changed(
          `INSERT INTO contents VALUES (${at.single}, x'00', x'')`,
          "INSERT INTO contents VALUES (9999, x'00', x'')",
        ),
      [found(at.single, 'content-kept'), found(9999, 'content-kept')],
    ],
    ['a table that is gone', () => changed('DROP TABLE contents'), [found('-', 'database-readable')]],
    [
      'a value of another type',
      () => changed("UPDATE messages SET messageId = 'one'"),
      [found('-', 'database-readable')],
    ],
    [
      'a number beyond all',
      () => changed('UPDATE counters SET nextNumber = 9223372036854775807'),
      [found('-', 'database-readable')],
    ],
  ])('%s', async (_, make, expected) => {
    const report = await audit(make());
    expect(report.verdict).toBe('findings');
    expect(seen(report)).toEqual(expected);
  });

  test('a file that was cut in the middle is a finding, not a crash', async () => {
    for (const share of [0.2, 0.5, 0.9]) {
      const copy = copyOf(honest);
      truncateSync(copy, Math.floor((statSync(copy).size * share) / 4096) * 4096);
      expect(seen(await audit(copy))).toContain(found('-', 'database-readable'));
    }
    const copy = copyOf(honest);
    writeFileSync(copy, Buffer.alloc(20_000, 1));
    expect(seen(await audit(copy))).toEqual([found('-', 'database-readable')]);
  });

  test('any damaged byte is a finding or of no importance, never a crash', async () => {
    const whole = readFileSync(honest);
    const copy = copyOf(honest);
    const flip = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 8 }), async (flips) => {
        const bytes = Buffer.from(whole);
        for (const [place, mask] of flips) bytes[place]! ^= mask;
        writeFileSync(copy, bytes);
        const { verdict, stateDigest: digest } = await audit(copy).catch((error: unknown) => {
          // The number of the format itself was hit.
          expect(error).toMatchObject({ code: 'DATA_VERSION' });
          return { verdict: 'findings', stateDigest: '' };
        });
        if (verdict === 'verified') expect(digest).toBe(honestDigest);
      }),
      { numRuns: Number(process.env['FUZZ'] ?? 60) },
    );
  });

  test('another key than the log has signed with', async () => {
    const rules = seen(await audit(honest, { ...TRUST, logVerifier: otherLog }));
    expect(rules.slice(0, 2)).toEqual([found(0, 'log-identity'), found(49, 'checkpoint-signature')]);
    expect(new Set(rules.map((rule) => rule.split(' ')[1]))).toEqual(
      new Set<Rule>(['log-identity', 'checkpoint-signature']),
    );
  });
});

describe('checkpoints from elsewhere', () => {
  const compare = async (...notes: Uint8Array[]): Promise<Awaited<ReturnType<typeof audit>>> =>
    audit(honest, { ...TRUST, outside: notes.map((note, i) => ({ name: `note ${i}`, note })) });

  test('are contained in the log, in whatever row they fall', async () => {
    const report = await compare(sample.last, sample.earlier, sample.earlier);
    expect(report.outside).toEqual([
      { name: 'note 0', size, contained: true },
      { name: 'note 1', size: at.release + 1, contained: true },
      { name: 'note 2', size: at.release + 1, contained: true },
    ]);
    expect(report.verdict).toBe('verified');
  });

  test('of another root prove a split view with both notes', async () => {
    const report = await compare(forged(100), forged(20));
    expect(seen(report)).toEqual([found(19, 'split-view'), found(99, 'split-view')]);
    const [early, late] = report.findings.map(({ notes = [] }) => notes.map((note) => note.split('\n')[1]));
    expect([early, late]).toEqual([
      ['20', '50'],
      ['100', '100'],
    ]);
    expect(report.outside.map(({ contained }) => contained)).toEqual([false, false]);
  });

  test('larger than the log show that it was cut', async () => {
    const report = await compare(forged(size + 1));
    expect(seen(report)).toEqual([found('-', 'truncated')]);
    expect(report.findings[0]?.notes).toHaveLength(1);
  });

  test('of another log are refused', async () => {
    await expect(compare(forged(100, otherLog))).rejects.toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_INVALID' }),
    );
    const outside = [{ name: 'other', note: forged(100, otherLog) }];
    await expect(audit(honest, { outside })).rejects.toThrow(expect.objectContaining({ code: 'CHECKPOINT_INVALID' }));
  });
});

describe('data is read without being changed', () => {
  const listing = (dir: string): string[] =>
    readdirSync(dir).map((name) => {
      const { size: bytes, mtimeMs } = statSync(join(dir, name));
      return `${name} ${bytes} ${mtimeMs}`;
    });

  test('also when the gateway was killed and its WAL holds everything', async () => {
    const from = join(directory, 'killed');
    const to = join(directory, 'left-behind');
    for (const dir of [from, to]) mkdirSync(dir);
    const log = new LogBuilder(join(from, 'ledger.db'));
    log.command({ kind: 'tick' });
    log.command({ kind: 'tick' });
    for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name));
    expect(readdirSync(to)).toContain('ledger.db-wal');
    const before = listing(to);
    expect(await audit(to)).toMatchObject({ verdict: 'verified', size: 3 });
    expect(listing(to)).toEqual(before);

    const running = listing(from);
    expectCode(() => new LedgerFile(from), 'DATA_LOCKED');
    expect(listing(from)).toEqual(running);
    log.close();
    const closed = listing(from);
    expect(await audit(from)).toMatchObject({ verdict: 'verified', size: 3 });
    expect(listing(from)).toEqual(closed);
  });

  test('and a change meanwhile is noticed', () => {
    const copy = copyOf(honest);
    const source = new LedgerFile(copy);
    source.assertUnchanged();
    const db = new DatabaseSync(copy);
    db.exec('DELETE FROM contents');
    db.close();
    expectCode(() => source.assertUnchanged(), 'DATA_LOCKED');
    source.close();
  });

  test('another format, and no file at all, are refused', async () => {
    await expect(audit(changed('UPDATE format SET version = 99'))).rejects.toThrow(
      expect.objectContaining({ code: 'DATA_VERSION' }),
    );
    expectCode(() => new LedgerFile(join(directory, 'nothing')), 'FILE_UNREADABLE');
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    expectCode(() => new LedgerFile(empty), 'FILE_UNREADABLE');
    expect(readdirSync(empty)).toEqual([]);
  });

  test('wrapped keys come apart as they were joined, or not at all', () => {
    const joined = Uint8Array.of(0, 1, 7, 0, 2, 8, 9);
    expect(unpackKeys(joined)).toEqual([Uint8Array.of(7), Uint8Array.of(8, 9)]);
    expect(unpackKeys(new Uint8Array(0))).toEqual([]);
    for (const length of [1, 2, 4, 5, 6]) expect(unpackKeys(joined.subarray(0, length))).toBeUndefined();
  });
});

describe('a replay', () => {
  test("arrives at the gateway's own state", async () => {
    const source = new LedgerFile(sample.path);
    const store = new ReplayStore();
    const kinds: string[] = [];
    const count = await replay(source.shards()[0]!, store, {
      entry: ({ entry }) => {
        kinds.push(entry.event.kind);
        return undefined;
      },
    });
    const db = openDatabase(copyOf(sample.path), { create: false });
    expect([count, kinds.length, kinds[0]]).toEqual([size, size, 'shardOpen']);
    expect(toHex(stateDigest(store.rows))).toBe(toHex(stateDigest(source)));
    db.close();
    store.close();
    source.close();
  });

  test('throws what it cannot fold, unless it is told otherwise', async () => {
    const log = new Forgery(sample.path);
    log.entries.push(Uint8Array.of(1, 2, 3));
    const source = new LedgerFile(log.write());
    const store = new ReplayStore();
    await expect(replay(source.shards()[0]!, store)).rejects.toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    store.close();
    source.close();
  });
});
