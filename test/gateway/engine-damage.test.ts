/** What the engine refuses to open or to record: locked, foreign and damaged data, a full disk. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { LedgerEngine } from '../../gateway/ledger/engine.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { handover, removeDirectory } from '../ledger/support.ts';
import { refusalOf } from '../support/refusal.ts';
import {
  content,
  customs,
  directory,
  indicesOf,
  newSigner,
  police,
  removeEngines,
  send,
  TestEngine,
  work,
} from './engine-support.ts';

afterAll(() => {
  removeDirectory();
  removeEngines();
});

let subject: TestEngine;
beforeEach(() => {
  subject = new TestEngine([customs, police]);
});

const opened = (signer = subject.signer): ErrorCode => refusalOf(() => subject.open(signer));

describe('one writer', () => {
  test('a second connection, in this process or another, finds the data locked', () => {
    expect(opened()).toBe('DATA_LOCKED');
    const database = JSON.stringify(new URL('../../gateway/ledger/database.ts', import.meta.url).href);
    const path = JSON.stringify(subject.path);
    const code = `import(${database}).then((m) => m.openDatabase(${path}, { create: false }), console.error)`;
    const other = (): string =>
      spawnSync(process.execPath, ['-e', `${code}.then(() => console.log('opened'), (e) => console.log(e.code))`], {
        encoding: 'utf8',
      }).stdout.trim();
    expect(other()).toBe('DATA_LOCKED');
    subject.tick(1);
    subject.close();
    expect(other()).toBe('opened');
    subject.engine = subject.open();
    expect(subject.engine.tree.size).toBe(4);
    subject.close();
  });
});

describe('what is not opened', () => {
  test('data of another format', () => {
    subject.tamper('UPDATE format SET version = version + 1');
    expect(opened()).toBe('DATA_VERSION');
  });

  test('a file that is no database, and one without a ledger', () => {
    subject.close();
    const path = join(directory, 'text.db');
    writeFileSync(path, 'not a database, but long enough to look at. '.repeat(100));
    expect(refusalOf(() => LedgerEngine.open(path, subject.signer))).toBe('DATA_DAMAGED');
    const empty = join(directory, 'empty.db');
    new DatabaseSync(empty).close();
    expect(refusalOf(() => LedgerEngine.open(empty, subject.signer))).toBe('DATA_VERSION');
    expect(refusalOf(() => LedgerEngine.open(join(directory, 'no/such.db'), subject.signer))).toBe('FILE_UNREADABLE');
  });

  test('a log with another key, or another name', () => {
    subject.close();
    expect(opened(newSigner())).toBe('CHECKPOINT_INVALID');
    expect(opened(newSigner('other.test/log'))).toBe('CHECKPOINT_INVALID');
    // A failed opening holds no lock.
    subject.engine = subject.open();
    subject.close();
  });

  /** 300 entries: one full tile; a row from 3 on lies below it, the last row begins at 260. */
  const grow = (): void => {
    subject.tick(100);
    subject.tick(260 - subject.engine.tree.size);
    subject.tick(40);
  };
  const flip = (table: string, column: string, where: string, at: number): string => {
    const hex = (from: string): string => `hex(substr(${column}, ${from}))`;
    const byte = `CASE substr(${column}, ${at}, 1) WHEN x'00' THEN '01' ELSE '00' END`;
    return `UPDATE ${table} SET ${column} = unhex(${hex(`1, ${at - 1}`)} || ${byte} || ${hex(`${at + 1}`)}) WHERE ${where}`;
  };
  const LAST = 'firstIndex = (SELECT max(firstIndex) FROM log)';

  test.each<[string, string, ErrorCode]>([
    ['a tile with another hash', flip('tiles', 'hashes', 'key = 0', 1000), 'DATA_DAMAGED'],
    ['a tile that is too short', "UPDATE tiles SET hashes = x'00'", 'DATA_DAMAGED'],
    ['a missing tile', 'DELETE FROM tiles', 'DATA_DAMAGED'],
    ['an entry with another byte', flip('log', 'entries', LAST, 10), 'DATA_DAMAGED'],
    [
      'a row of entries that ends early',
      `UPDATE log SET entries = substr(entries, 1, 20) WHERE ${LAST}`,
      'DATA_DAMAGED',
    ],
    ['a row with more entries than it says', `UPDATE log SET count = count - 1 WHERE ${LAST}`, 'DATA_DAMAGED'],
    ['a row with fewer entries than it says', `UPDATE log SET count = count + 1 WHERE ${LAST}`, 'DATA_DAMAGED'],
    ['a missing row', 'DELETE FROM log WHERE firstIndex = 3', 'DATA_DAMAGED'],
    ['no rows', 'DELETE FROM log', 'DATA_DAMAGED'],
    ['a checkpoint with another byte', flip('log', 'checkpoint', LAST, 30), 'CHECKPOINT_INVALID'],
    ['no checkpoint', `UPDATE log SET checkpoint = x'' WHERE ${LAST}`, 'CHECKPOINT_INVALID'],
    [
      'an older checkpoint',
      `UPDATE log SET checkpoint = (SELECT checkpoint FROM log WHERE firstIndex = 0) WHERE ${LAST}`,
      'DATA_DAMAGED',
    ],
    ['another key in the rows', "UPDATE facts SET text = 'other' WHERE name = 'verifier-key'", 'DATA_DAMAGED'],
  ])('%s', (_, sql, code) => {
    grow();
    subject.tamper(sql);
    // The missing row of old entries lies below the full tile: it is found when it is read.
    if (sql.includes('firstIndex = 3')) {
      const engine = subject.open();
      expect(refusalOf(() => engine.entryBytes(5))).toBe(code);
      engine.close();
    } else {
      expect(opened()).toBe(code);
      expect(opened()).toBe(code);
    }
  });

  // Guards: what could not be read looked like a malformed request of whoever had asked for it.
  test('an old entry that cannot be read is damage, not a malformed request', () => {
    grow();
    subject.tamper('UPDATE log SET entries = substr(entries, 1, 5) WHERE firstIndex = 3');
    const engine = subject.open();
    expect(refusalOf(() => engine.entryBytes(3))).toBe('DATA_DAMAGED');
    engine.close();
    subject.tamper("UPDATE log SET entries = x'0002ffff' || substr(entries, 5) WHERE firstIndex = 1");
    const again = subject.open();
    expect(refusalOf(() => again.entry(1))).toBe('DATA_DAMAGED');
    again.close();
  });
});

describe('a full disk', () => {
  const pages = (): number => Number(Object.values(subject.engine.prepare('PRAGMA page_count').get() ?? {})[0]);
  /** Lets the file grow by so many pages of 4096 bytes. */
  const allow = (more: number): unknown => subject.engine.prepare(`PRAGMA max_page_count = ${pages() + more}`).get();
  const big = () => work(send([police]), content(100_000));

  test('the whole batch is refused with a retryable code; nothing of it stays; the next one goes through', () => {
    subject.commit([big()]);
    subject.tick(250 - subject.engine.tree.size);
    const before = subject.seen();
    const command = send([police]);
    const batch = [{ command: { kind: 'tick' } as const }, ...Array.from({ length: 20 }, big), work(command)];
    // The space ends at the first tile, after the entries, and among the contents.
    for (const more of [0, 10, 60]) {
      allow(more);
      expect(refusalOf(() => subject.commit(batch))).toBe('STORAGE_FULL');
      expect(subject.seen()).toEqual(before);
      expect(subject.engine.entry(0).event.kind).toBe('shardOpen');
      expect(refusalOf(() => subject.engine.entryBytes(before.size))).toBe('DATA_DAMAGED');
    }
    allow(1_000_000);
    const outcomes = subject.commit(batch);
    // The first full tile was completed in the refused batch and again in this one.
    expect(subject.engine.tree.size).toBe(before.size + 22);
    expect(indicesOf(outcomes.at(-1))).toEqual([before.size + 21]);
    expect(subject.engine.entry(before.size + 21).event.value).toMatchObject({ numbers: [22] });
    subject.run(handover(command, police, 22));
    const after = subject.seen();
    subject.reopen();
    expect(subject.seen()).toEqual(after);
    expect(subject.engine.prepare('SELECT count(*) AS n FROM contents').get()).toEqual({ n: 21 });
    subject.close();
  });

  test('a small batch may still fit when a large one does not', () => {
    const before = subject.engine.tree.size;
    allow(10);
    expect(refusalOf(() => subject.commit([big()]))).toBe('STORAGE_FULL');
    subject.tick(1);
    expect(subject.engine.tree.size).toBe(before + 1);
    subject.reopen();
    expect(subject.engine.tree.size).toBe(before + 1);
    subject.close();
  });

  test('any other failure leaves it unknown what is durable: nothing is answered', () => {
    const failing = () => {
      throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
    };
    const unknown = send([{ ...police, mailboxes: ['xd.nobody/desk' as never] }]);
    expect(refusalOf(() => subject.commit([{ command: unknown, mayLog: failing }]))).toBe('STORAGE_FAILED');
    subject.close();
    subject.engine = subject.open();
    expect(subject.engine.tree.size).toBe(3);
    subject.close();
  });
});
