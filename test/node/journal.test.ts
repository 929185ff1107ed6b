/** The node's own log: durable with what it records, verifiable, and no row of it can be changed unseen. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { Journal } from '../../node/journal/journal.ts';
import { readJournalKey } from '../../node/journal/journal-key.ts';
import { JournalStore } from '../../node/journal/journal-store.ts';
import { type JournalReport, verifyJournal } from '../../node/journal/verify.ts';
import { NodeDatabase } from '../../node/store/database.ts';
import { newMessageId, parseAgencyId } from '../../protocol/ids.ts';
import { refusalOf } from '../support/refusal.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-journal-'));
afterAll(() => rmSync(dir, { recursive: true }));
const agency = parseAgencyId('xa.customs');
const ID = newMessageId(1, new Uint8Array(10));
const BY = { messageId: ID, actor: 'J. Doe', justification: 'case 7' };
const fail = (error: unknown): void => {
  throw error;
};

interface Open {
  readonly db: NodeDatabase;
  readonly journal: Journal;
}
function open(dataDir: string): Open {
  const db = NodeDatabase.open(dataDir, fail);
  let now = 1;
  const random = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(now);
  try {
    return { db, journal: new Journal({ db, dataDir, agency, now: () => now++, random }) };
  } catch (error) {
    void db.close();
    throw error;
  }
}
const newDir = (): string => mkdtempSync(join(dir, 'data-'));

async function filled(count: number): Promise<{ dataDir: string; checkpoint: Uint8Array }> {
  const dataDir = newDir();
  const { db, journal } = open(dataDir);
  for (let i = 0; i < 3; i++) await journal.record('message.consulted', BY);
  const { checkpoint } = journal;
  await Promise.all(Array.from({ length: count - 3 }, () => journal.record('message.received', { messageId: ID })));
  await db.close();
  return { dataDir, checkpoint };
}

async function verified(dataDir: string, older?: Uint8Array): Promise<JournalReport> {
  const db = NodeDatabase.open(dataDir, fail);
  try {
    const verifier = readJournalKey(dataDir, agency);
    return verifyJournal(new JournalStore(db), { verifier, ...(older && { older }) });
  } finally {
    await db.close();
  }
}
const indices = ({ findings }: JournalReport): number[] => findings.map(({ index }) => index);

function alter(dataDir: string, sql: string): void {
  const db = new DatabaseSync(join(dataDir, 'node.db'));
  db.function('flip', (bytes: unknown) => {
    const copy = Uint8Array.from(bytes as Uint8Array);
    copy[copy.length >> 1]! ^= 1;
    return copy;
  });
  db.exec(sql);
  db.close();
}

describe('the log', () => {
  test('numbers its entries, survives a restart, and is signed with a key of its own that only its owner can read', async () => {
    const dataDir = newDir();
    const first = open(dataDir);
    expect(await first.journal.record('message.consulted', { ...BY, detail: 'x' })).toBe(0);
    expect(await Promise.all([1, 2].map(() => first.journal.record('message.drafted')))).toEqual([1, 2]);
    await first.db.close();
    expect(statSync(join(dataDir, 'journal.key')).mode & 0o777).toBe(0o600);

    const second = open(dataDir);
    expect(await second.journal.record('attachment.opened')).toBe(3);
    const checkpoint = verifyCheckpoint(second.journal.checkpoint, parseVerifierKey(second.journal.verifierKey));
    expect(checkpoint).toMatchObject({ origin: 'xa.customs/journal', size: 4 });
    expect(second.journal.list({ messageId: ID })).toEqual([
      { index: 0, at: expect.any(Number) as number, act: 'message.consulted', ...BY, detail: 'x' },
    ]);
    expect(second.journal.list({ limit: 2 }).map(({ act }) => act)).toEqual(['attachment.opened', 'message.drafted']);
    await second.db.close();
    expect(await verified(dataDir)).toEqual({ entries: 4, checkpoints: 3, findings: [] });
  });

  test('has a checkpoint before it has entries', async () => {
    const { db, journal } = open(newDir());
    expect(verifyCheckpoint(journal.checkpoint, parseVerifierKey(journal.verifierKey)).size).toBe(0);
    await db.close();
  });

  test.each(['message.consulted', 'message.exported', 'message.erased'] as const)(
    '%s needs who and why',
    async (act) => {
      const { db, journal } = open(newDir());
      for (const by of [{}, { actor: 'a' }, { justification: 'b' }, { actor: ' ', justification: 'b' }]) {
        await expect(journal.record(act, by)).rejects.toMatchObject({ code: 'JUSTIFICATION_MISSING' });
      }
      await expect(journal.record(act, { actor: 'a', justification: 'b' })).resolves.toBe(0);
      await db.close();
    },
  );

  test('refuses a text that is too long, and goes on', async () => {
    const { db, journal } = open(newDir());
    const long = journal.record('message.drafted', { detail: 'x'.repeat(20_001) });
    await expect(long).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await journal.record('message.drafted')).toBe(0);
    await db.close();
  });
});

describe('with a transaction', () => {
  test('notes are durable with the work and share one signature; those of undone work are gone', async () => {
    const dataDir = newDir();
    const { db, journal } = open(dataDir);
    const undone = db.write(() => {
      journal.note('message.drafted', { detail: 'undone' });
      throw new Error('undone');
    });
    const done = db.write(() => journal.note('message.drafted', { detail: 'done' }));
    const [, index] = await Promise.all([expect(undone).rejects.toThrow('undone'), done]);
    expect(index).toMatchObject({ index: 0 });
    await journal.record('message.signed');
    await db.close();
    expect(await verified(dataDir)).toEqual({ entries: 2, checkpoints: 2, findings: [] });
  });

  test('a full disk takes everything back, and the tree with it', async () => {
    const dataDir = newDir();
    const { db, journal } = open(dataDir);
    await journal.record('message.drafted');
    const pages = Number(Object.values(db.prepare('PRAGMA page_count').get()!)[0]);
    db.prepare(`PRAGMA max_page_count = ${pages + 2}`).get();
    const much = Array.from({ length: 600 }, () => journal.record('message.drafted', { detail: 'x'.repeat(1000) }));
    const results = await Promise.allSettled(much);
    expect(results.map(({ status }) => status)).not.toContain('fulfilled');
    expect(results[0]).toMatchObject({ reason: { code: 'STORAGE_FULL' } });
    db.prepare('PRAGMA max_page_count = 100000').get();
    expect(await journal.record('message.signed')).toBe(1);
    await db.close();
    expect(await verified(dataDir)).toEqual({ entries: 2, checkpoints: 2, findings: [] });
  });
});

describe('verification', () => {
  test('of 700 entries, in which an older checkpoint is contained', async () => {
    const { dataDir, checkpoint } = await filled(700);
    expect(await verified(dataDir, checkpoint)).toEqual({ entries: 700, checkpoints: 4, findings: [] });
    const { db, journal } = open(dataDir);
    expect(journal.size).toBe(700);
    await db.close();
  });

  test.each<[string, string, number]>([
    ['entry', 'UPDATE journal SET entry = flip(entry) WHERE idx = 5', 5],
    ['entry of the tail', 'UPDATE journal SET entry = flip(entry) WHERE idx = 699', 699],
    ['leaf', 'UPDATE journal SET leaf = flip(leaf) WHERE idx = 300', 300],
    ['idx', 'UPDATE journal SET idx = 1000 WHERE idx = 5', 5],
    ['last idx', 'UPDATE journal SET idx = 1000 WHERE idx = 699', 699],
    ['row taken out', 'DELETE FROM journal WHERE idx = 2', 2],
    ['last row taken out', 'DELETE FROM journal WHERE idx = 699', 699],
    ['hashes', 'UPDATE journal_tiles SET hashes = flip(hashes) WHERE level = 0 AND number = 1', 256 + 128],
    ['number', 'UPDATE journal_tiles SET number = 9 WHERE level = 0 AND number = 1', 256],
    ['level', 'UPDATE journal_tiles SET level = 9 WHERE level = 0 AND number = 0', 0],
    ['size', 'UPDATE journal_checkpoints SET size = 60 WHERE size = 3', 59],
    ['note', 'UPDATE journal_checkpoints SET note = flip(note) WHERE size = 2', 1],
    ['newest note', 'UPDATE journal_checkpoints SET note = flip(note) WHERE size = 700', 699],
    ['checkpoint taken out', 'DELETE FROM journal_checkpoints WHERE size = 700', 3],
  ])('names the entry when somebody changed: %s', async (_, sql, index) => {
    const { dataDir } = await filled(700);
    alter(dataDir, sql);
    expect(indices(await verified(dataDir))).toContain(index);
  });

  test('names entry and checkpoint when somebody changed an entry and its leaf hash', async () => {
    const { dataDir } = await filled(10);
    const other = await filled(10);
    const rows = new DatabaseSync(join(other.dataDir, 'node.db'));
    rows.exec('UPDATE journal SET entry = (SELECT entry FROM journal WHERE idx = 8) WHERE idx = 1');
    rows.exec('UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE idx = 8) WHERE idx = 1');
    rows.close();
    const report = await verified(other.dataDir);
    expect(report.findings).toEqual([{ index: 1, text: 'Entry 1 or one up to 1 differs from what was signed.' }]);
    expect((await verified(dataDir)).findings).toEqual([]);
  });

  test('finds that the end was cut off only with a checkpoint that was kept elsewhere', async () => {
    const { dataDir, checkpoint } = await filled(10);
    alter(dataDir, 'DELETE FROM journal WHERE idx > 1; DELETE FROM journal_checkpoints WHERE size > 2');
    expect((await verified(dataDir)).findings).toEqual([]);
    expect(indices(await verified(dataDir, checkpoint))).toEqual([2]);
  });

  test("refuses a checkpoint of another node's log", async () => {
    const [{ dataDir }, other] = [await filled(5), await filled(5)];
    await expect(verified(dataDir, other.checkpoint)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  });

  test('is not cheated by another log under the same key', async () => {
    const { dataDir, checkpoint } = await filled(5);
    const rewritten = newDir();
    copyFileSync(join(dataDir, 'journal.key'), join(rewritten, 'journal.key'));
    const { db, journal } = open(rewritten);
    for (let i = 0; i < 6; i++) await journal.record('message.drafted');
    await db.close();
    expect((await verified(rewritten)).findings).toEqual([]);
    expect(indices(await verified(rewritten, checkpoint))).toEqual([3]);
  });
});

test('a process that ended while it made the key is followed by one that makes it anew', async () => {
  const dataDir = newDir();
  const temporary = join(dataDir, 'journal.key.tmp');
  writeFileSync(temporary, '-----BEGIN', { mode: 0o644 });
  const { db, journal } = open(dataDir);
  expect(await journal.record('message.drafted')).toBe(0);
  await db.close();
  expect([existsSync(temporary), statSync(join(dataDir, 'journal.key')).mode & 0o777]).toEqual([false, 0o600]);
});

describe('a node does not start', () => {
  test('on a log that differs from its newest checkpoint', async () => {
    const { dataDir } = await filled(10);
    alter(dataDir, 'UPDATE journal SET entry = flip(entry) WHERE idx = 9');
    expect(refusalOf(() => open(dataDir))).toBe('DATA_DAMAGED');
  });

  test('without the key of a log that has entries, nor with one that others can read', async () => {
    const { dataDir } = await filled(5);
    const key = join(dataDir, 'journal.key');
    const pem = readFileSync(key);
    unlinkSync(key);
    expect(refusalOf(() => open(dataDir))).toBe('DATA_DAMAGED');
    expect(existsSync(key)).toBe(false);
    writeFileSync(key, pem, { mode: 0o644 });
    expect(refusalOf(() => open(dataDir))).toBe('KEY_FILE_EXPOSED');
  });
});
