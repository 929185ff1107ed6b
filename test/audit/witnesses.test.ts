/** What the audit says about witnesses: of a log, and of a checkpoint by itself. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { examineFile } from '../../audit/examine-file.ts';
import { cosignNote, createSigner, formatVerifierKey, KEY_TYPE, signCheckpoint } from '../../audit/index.ts';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import { parseNote } from '../../audit/note.ts';
import { parseWitnessPolicy } from '../../audit/witness-policy.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { Forgery } from './forgery.ts';
import { directory, removeDirectory, signer } from './log-builder.ts';
import { makeSampleLog } from './sample-log.ts';
import { otherLog, testKey } from './support.ts';
import { audit, seen, TRUST } from './verify-support.ts';

const sample = makeSampleLog();
afterAll(removeDirectory);

const signers = [30, 31, 32].map((seed) => createSigner(`w${seed}.example/w`, KEY_TYPE.COSIGNATURE, testKey(seed)));
const lines = signers.map((one, i) => `witness W${i} ${formatVerifierKey(one)}\n`).join('');
const policy = parseWitnessPolicy(Buffer.from(`${lines}group g 2 W0 W1 W2\nquorum g\n`));
const withPolicy = { ...TRUST, witnesses: policy };

const cosigned = (note: Uint8Array, ...by: number[]): Uint8Array =>
  by.reduce((text, i) => cosignNote(text, signers[i]!, 1_700_000_000 + i), note);

/** An honest log with this beside it, or what is made of its newest checkpoint. */
function logWith(make?: (newest: Uint8Array) => Uint8Array): { path: string; newest: Uint8Array } {
  const path = new Forgery(sample.path).write();
  const db = new DatabaseSync(path);
  db.exec('CREATE TABLE IF NOT EXISTS cosigned (origin TEXT PRIMARY KEY, note BLOB NOT NULL)');
  const row = db.prepare('SELECT checkpoint FROM log ORDER BY firstIndex DESC LIMIT 1').get();
  const newest = row!['checkpoint'] as Uint8Array;
  if (make) db.prepare('INSERT INTO cosigned VALUES (?, ?)').run(signer.name, make(newest));
  db.close();
  return { path, newest };
}

describe('a log', () => {
  test('with a quorum on one of its checkpoints', async () => {
    const report = await audit(logWith((newest) => cosigned(newest, 0, 2)).path, withPolicy);
    expect([report.verdict, seen(report)]).toEqual(['verified', []]);
    expect(report.shards.at(-1)!.witnessed).toEqual({
      size: sample.size,
      witnesses: [
        { name: 'W0', timeSeconds: 1_700_000_000 },
        { name: 'W2', timeSeconds: 1_700_000_002 },
      ],
    });
  });

  test('without a policy nobody is known', async () => {
    const report = await audit(logWith((newest) => cosigned(newest, 0)).path);
    expect([report.verdict, report.shards.at(-1)!.witnessed]).toEqual([
      'verified',
      { size: sample.size, witnesses: [] },
    ]);
  });

  const otherRoot = leafHash(new Uint8Array(1));
  const signed = (size: number): Uint8Array => signCheckpoint({ origin: signer.name, size, root: otherRoot }, signer);
  test.each<[string, string[], ((newest: Uint8Array) => Uint8Array) | undefined]>([
    ['none is stored', ['- witness-quorum'], undefined],
    ['one where two are needed', ['- witness-quorum'], (newest) => cosigned(newest, 0)],
    ['one key twice', ['- witness-quorum'], (newest) => cosigned(newest, 0, 0)],
    ['no note at all', ['- witness-quorum', '- witness-quorum'], () => new Uint8Array(9)],
    ['another root, which the log has signed', ['- split-view'], () => cosigned(signed(3), 0, 1)],
    ['more than there is, which the log has signed', ['- truncated'], () => cosigned(signed(1_000_000), 0, 1)],
    [
      'what the log has not signed',
      ['- checkpoint-signature'],
      () => cosigned(signCheckpoint({ origin: otherLog.name, size: 3, root: otherRoot }, otherLog), 0, 1),
    ],
  ])('%s: %j', async (_, expected, make) => {
    const report = await audit(logWith(make).path, withPolicy);
    expect([report.verdict, seen(report)]).toEqual(['findings', expected]);
  });

  test('that goes on is held to the entries, not to a checkpoint that was put in place of the old one', async () => {
    const options = { ...withPolicy, stateDir: join(directory, 'witnessed-state') };
    const { path } = logWith((newest) => cosigned(newest, 0, 1));
    expect((await audit(path, options)).verdict).toBe('verified');
    const change = (size: number, note: Uint8Array): void => {
      const db = new DatabaseSync(path);
      db.prepare('UPDATE log SET checkpoint = ? WHERE firstIndex + count = ?').run(note, size);
      db.prepare('UPDATE cosigned SET note = ?').run(cosigned(note, 0, 1));
      db.close();
    };
    // That of the first row.
    change(50, signed(50));
    const report = await audit(path, options);
    expect(report.shards[0]!.resumedAt).toBe(sample.size);
    expect([report.verdict, seen(report)]).toEqual(['findings', ['- split-view']]);
  });

  test('a policy for other logs does not hold', async () => {
    const other = parseWitnessPolicy(Buffer.from(`log ${formatVerifierKey(otherLog)}\n${lines}quorum W0\n`));
    const report = await audit(logWith((newest) => cosigned(newest, 0)).path, { ...TRUST, witnesses: other });
    expect(seen(report)).toEqual(['- witness-quorum']);
  });
});

describe('a checkpoint by itself', () => {
  const { newest } = logWith();
  const text = (...by: number[]): string => Buffer.from(cosigned(newest, ...by)).toString();
  const { size } = parseCheckpoint(parseNote(newest).text);

  test('is verified with the key and the policy, and says who has signed', () => {
    const report = examineFile(text(1, 2), { logVerifier: signer, witnesses: policy });
    expect(report).toMatchObject({ format: 'checkpoint', verdict: 'verified', size, findings: [] });
    expect(JSON.stringify(report)).toContain('W1, W2');
  });

  test.each<[string, string, Parameters<typeof examineFile>[1], string | undefined]>([
    ['without a key', text(0, 1), { witnesses: policy }, undefined],
    ['too few', text(1), { logVerifier: signer, witnesses: policy }, 'witness-quorum'],
    ['another key', text(0, 1), { logVerifier: otherLog, witnesses: policy }, 'checkpoint-signature'],
  ])('%s', (_, note, trust, rule) => {
    const report = examineFile(note, trust);
    expect(report.verdict).toBe(rule === undefined ? 'consistent-origin-unproven' : 'findings');
    expect(report.findings[0]?.rule).toBe(rule);
  });
});
