/** The embedded engine: what it commits is there after it has been opened again, whole, and provable. */
import { symlinkSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseVerifierKey, formatVerifierKey } from '../../audit/verifier-key.ts';
import { openDatabase } from '../../gateway/ledger/database.ts';
import { LedgerEngine } from '../../gateway/ledger/engine.ts';
import { encode } from '../../protocol/codec.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import { FAILED, handover, message, removeDirectory, START_MS } from '../ledger/support.ts';
import { refusalOf } from '../support/refusal.ts';
import {
  content,
  customs,
  harbour,
  indicesOf,
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
afterEach(() => subject.close());

const pragma = (name: string): unknown => Object.values(subject.engine.prepare(`PRAGMA ${name}`).get() ?? {})[0];

/** Verifies every entry against the newest checkpoint, as a reader with nothing but the log's key would. */
function verifyAll({ engine, signer }: TestEngine): void {
  const key = parseVerifierKey(formatVerifierKey(signer));
  const { size, root } = verifyCheckpoint(engine.checkpoint, key);
  expect(size).toBe(engine.tree.size);
  for (let index = 0; index < size; index++) {
    const path = engine.tree.inclusionPath(index);
    const leaf = leafHash(engine.entryBytes(index));
    if (!verifyInclusion(leaf, BigInt(index), BigInt(size), path, root)) throw new Error(`entry ${index}`);
  }
}

describe('durability', () => {
  test('the settings that acknowledgements rest on', () => {
    subject = new TestEngine([]);
    for (let round = 0; round < 2; round++) {
      expect(pragma('journal_mode')).toBe('wal');
      expect(pragma('synchronous')).toBe(2);
      expect(pragma('locking_mode')).toBe('normal');
      subject.reopen();
    }
  });

  test('a database that cannot have them is refused', () => {
    subject = new TestEngine([]);
    // A database in memory has no write-ahead log.
    expect(refusalOf(() => openDatabase(':memory:', { create: true }))).toBe('STORAGE_FAILED');
  });

  test('what was committed is there after opening again: entries, tree, checkpoint, rows, contents', () => {
    subject = new TestEngine();
    expect(subject.engine.tree.size).toBe(4);
    const kept = content();
    const [outcome] = subject.commit([work(send([police]), kept), { command: { kind: 'tick' } }]);
    const [index = -1] = indicesOf(outcome);
    const bytes = subject.engine.entryBytes(index);
    const before = subject.seen();
    subject.reopen();
    expect(subject.seen()).toEqual(before);
    expect(subject.engine.entryBytes(index)).toEqual(bytes);
    expect(encode(EntrySchema, subject.engine.entry(index))).toEqual(bytes);
    expect(subject.engine.content(index)).toEqual(kept);
    const recipient = subject.engine.store.get('mailboxes', police.mailboxes[0]!)!;
    expect(subject.engine.store.get('deliveries', recipient.id, 1)).toMatchObject({ state: 1, messageIndex: index });
  });

  test('outcomes have the order of the work: recorded, repeated, refused', () => {
    subject = new TestEngine();
    const command = send([police]);
    const unknown = send([{ ...police, mailboxes: ['xd.nobody/desk' as never] }]);
    const nobody = handover(command, police, 9);
    const work = [command, command, unknown, nobody, { kind: 'tick' } as const].map((item) => ({ command: item }));
    const outcomes = subject.commit(work);
    expect(outcomes).toMatchObject([
      { kind: 'logged', indices: [4] },
      { kind: 'repeat', index: 4 },
      { kind: 'refused', error: { code: 'RECIPIENT_UNKNOWN' }, index: 5 },
      { kind: 'refused', error: { code: 'MESSAGE_UNKNOWN' } },
      { kind: 'logged', indices: [6] },
    ]);
    expect(outcomes[3]).not.toHaveProperty('index');
    expect(subject.engine.tree.size).toBe(7);
  });

  test('a refusal is recorded only when the agency’s share allows; others are not asked about', () => {
    subject = new TestEngine();
    const unknown = send([{ ...police, mailboxes: ['xd.nobody/desk' as never] }]);
    const asked: string[] = [];
    const item = (command: typeof unknown, name: string, answer: boolean) => {
      return { command, mayLog: () => asked.push(name) > 0 && answer };
    };
    const foreign = { ...send([police]), agency: police.agency };
    const outcomes = subject.commit([
      item(unknown, 'spent', false),
      item(unknown, 'free', true),
      item(send([police]), 'accepted', true),
      item(foreign, 'without an entry', true),
    ]);
    expect(asked).toEqual(['spent', 'free']);
    expect(outcomes).toMatchObject([{ kind: 'refused' }, { kind: 'refused', index: 4 }, { indices: [5] }, {}]);
    expect(outcomes[0]).not.toHaveProperty('index');
  });

  test('a batch of which nothing is recorded leaves log and checkpoint as they are', () => {
    subject = new TestEngine();
    const before = subject.seen();
    expect(subject.run({ kind: 'purge' })).toEqual([{ kind: 'logged', indices: [] }]);
    expect(subject.commit([])).toEqual([]);
    expect(subject.seen()).toEqual(before);
    subject.reopen();
    expect(subject.seen()).toEqual(before);
  });
});

describe('contents', () => {
  test('are erased when the last delivery has ended, however it ended', () => {
    subject = new TestEngine();
    const toBoth = send([police, harbour]);
    const expiring = send([harbour]);
    const outcomes = subject.commit([work(toBoth), work(expiring)]);
    const [both = -1] = indicesOf(outcomes[0]);
    const [second = -1] = indicesOf(outcomes[1]);
    subject.run(handover(toBoth, police, 1));
    expect(subject.engine.content(both)).toBeDefined();
    subject.run(handover(toBoth, harbour, 1, FAILED));
    expect(subject.engine.content(both)).toBeUndefined();
    expect(subject.engine.content(second)).toBeDefined();
    subject.nowMs = expiring.parsed.routing.expiresAtMs;
    subject.run({ kind: 'expire', entryIndex: second });
    expect(subject.engine.content(second)).toBeUndefined();
    subject.reopen();
    expect(subject.engine.prepare('SELECT count(*) AS n FROM contents').get()).toEqual({ n: 0 });
  });

  test('are not kept for a repetition or a refusal', () => {
    subject = new TestEngine();
    const command = send([police]);
    subject.commit([work(command)]);
    subject.commit([work(command), work({ ...command, agency: police.agency })]);
    expect(subject.engine.prepare('SELECT count(*) AS n FROM contents').get()).toEqual({ n: 1 });
  });

  // Guards: content stored after it had been erased stayed for ever.
  test('are not kept when everybody has the message within the same batch', () => {
    subject = new TestEngine();
    const [quick, slow] = [send([police]), send([harbour])];
    const outcomes = subject.commit([work(quick), { command: handover(quick, police, 1) }, work(slow)]);
    expect(subject.engine.content(indicesOf(outcomes[0])[0]!)).toBeUndefined();
    expect(subject.engine.content(indicesOf(outcomes[2])[0]!)).toBeDefined();
  });
});

describe('the log', () => {
  test('a batch is split into rows by bytes and by number; every entry is found in its row', () => {
    subject = new TestEngine();
    const big = Array.from({ length: 60 }, () => {
      const command = send([police]);
      const signature = { ...command.signature, signature: new Uint8Array(4096).fill(command.header[40]!) };
      return { ...command, signature };
    });
    const first = subject.engine.tree.size;
    subject.run(...big);
    subject.tick(600);
    const rows = subject.engine
      .prepare('SELECT firstIndex, count, length(entries) AS bytes FROM log ORDER BY firstIndex')
      .all();
    const made = rows.filter((row) => (row['firstIndex'] as number) >= first);
    // 60 entries of about 4.5 kB: three rows; 600 ticks: 256, 256 and 88.
    expect(made.map((row) => row['count'])).toEqual([29, 29, 2, 256, 256, 88]);
    expect(made.every((row) => (row['bytes'] as number) <= 128 * 1024 + 2 * 256)).toBe(true);
    let next = 0;
    for (const row of rows) {
      expect(row['firstIndex']).toBe(next);
      next += row['count'] as number;
    }
    expect(next).toBe(subject.engine.tree.size);
    const bytes = Array.from({ length: next }, (_, index) => subject.engine.entryBytes(index));
    subject.reopen();
    expect(bytes.map((_, index) => subject.engine.entryBytes(next - 1 - index)).reverse()).toEqual(bytes);
    big.forEach((command, i) => {
      const { event } = subject.engine.entry(first + i);
      expect(event).toMatchObject({ kind: 'submissionAcceptance', value: { header: command.header } });
    });
    expect(refusalOf(() => subject.engine.entryBytes(next))).toBe('DATA_DAMAGED');
    expect(refusalOf(() => subject.engine.entryBytes(-1))).toBe('DATA_DAMAGED');
  });

  test('proofs verify for every entry, before and after opening again, over full tiles too', () => {
    subject = new TestEngine([customs]);
    for (const size of [0, 1, 100, 153, 1, 256, 300, 2]) {
      subject.tick(size);
      verifyAll(subject);
      subject.reopen();
      verifyAll(subject);
    }
    expect(subject.engine.prepare('SELECT count(*) AS n FROM tiles').get()).toEqual({ n: 3 });
  });

  test('each checkpoint extends the one before', () => {
    subject = new TestEngine([]);
    const sizes: number[] = [];
    for (let round = 1; round < 5; round++) {
      const { size, root } = subject.seen();
      subject.tick(round * 30);
      if (round === 3) subject.reopen();
      sizes.push(subject.engine.tree.size);
      expect(Buffer.from(subject.engine.tree.rootAt(size)).toString('hex')).toBe(root);
      expect(subject.engine.checkpoint.toString()).not.toBe('');
    }
    expect(sizes).toEqual([31, 91, 181, 301]);
  });
});

test('numbers are consecutive within a batch and across batches', () => {
  subject = new TestEngine();
  const numbersOf = (indices: readonly number[]): number[] =>
    indices.flatMap((index) => {
      const { event } = subject.engine.entry(index);
      return event.kind === 'submissionAcceptance' ? event.value.numbers : [];
    });
  const batch = (count: number): number[] =>
    subject.commit(Array.from({ length: count }, () => work(send([police])))).flatMap(indicesOf);
  expect(numbersOf(batch(5))).toEqual([1, 2, 3, 4, 5]);
  subject.reopen();
  expect(numbersOf(batch(3))).toEqual([6, 7, 8]);
  const other = subject.commit([work(message(harbour, [customs, police], START_MS))]).flatMap(indicesOf);
  expect(numbersOf(other)).toEqual([1, 9]);
});

test('a database is made once: making it again changes nothing', () => {
  subject = new TestEngine();
  const before = subject.seen();
  subject.close();
  const first = { blind: new Uint8Array(16), atMs: START_MS, event: { kind: 'tick', value: {} } } as const;
  expect(refusalOf(() => LedgerEngine.create(subject.path, subject.signer, first))).toBe('FILE_EXISTS');
  subject.engine = subject.open();
  expect(subject.seen()).toEqual(before);
});

// Guards: the lock stood beside the link, so that a second gateway ran on the same database.
test('is locked through a link too', () => {
  const subject = new TestEngine();
  const link = `${subject.path}.link`;
  symlinkSync(subject.path, link);
  expect(refusalOf(() => LedgerEngine.open(link, subject.signer))).toBe('DATA_LOCKED');
  subject.close();
});
