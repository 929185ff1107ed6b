import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { examineReceipt, type ReceiptReport } from '../../audit/explain-receipt.ts';
import { formatReceipt, formatVerifierKey, signCheckpoint, TileTree } from '../../audit/index.ts';
import type { LogReport } from '../../audit/verify-log.ts';
import { utf8 } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { CONTRADICTIONS, encodeEntry } from './entries.ts';
import { Forgery } from './forgery.ts';
import { directory, LogBuilder, removeDirectory, root, signer } from './log-builder.ts';
import { makeSampleLog, type Step } from './sample-log.ts';
import { expectCode, otherLog } from './support.ts';

const sample = makeSampleLog();
const key = formatVerifierKey(signer);
const forgery = new Forgery(sample.path);
afterAll(removeDirectory);

function receiptOf(entry: Uint8Array, index: number): string {
  const tree = new TileTree(() => new Uint8Array(0));
  const entries = forgery.entries.map((bytes, i) => (i === index ? entry : bytes));
  tree.append(entries.map(leafHash));
  const checkpoint = signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root() }, signer);
  return formatReceipt({ entry, index, path: tree.inclusionPath(index), checkpoint });
}

const receipt = (step: Step): string => receiptOf(forgery.entries[sample.at[step]]!, sample.at[step]);

describe('a receipt is explained', () => {
  test.each<[Step, RegExp]>([
    ['single', /accepted message [0-9a-f-]{36} from xa.customs\/portalder for xb.police\/liaison \(number 1\)/],
    ['rejection', /refused message .* of xa.customs\/portalder with code 211 \(RECIPIENT_UNKNOWN\)/],
    ['handover', /the word of xb.police\/liaison that it has the message/],
    ['failure', /the word of xc.customs\/harbour that it cannot take the message, with code 401/],
    ['expiry', /gave up message .* to xc.customs\/harbour: code 404 \(DELIVERY_EXPIRED\)/],
    ['late', /It came late/],
    ['tick', /logged an entry of kind tick/],
  ])('%s', (step, sentence) => {
    const report = examineReceipt(receipt(step), signer);
    expect(report).toMatchObject({ verdict: 'verified', missingTrust: [], findings: [] });
    const { statement } = report;
    expect(statement).toMatchObject({ index: sample.at[step], log: { origin: signer.name, size: sample.size } });
    expect(statement?.proves.join(' ')).toMatch(sentence);
    for (const text of [...statement!.proves, ...statement!.doesNotProve]) expect(text).toMatch(/^.{20,}\.$/);
  });

  test('without the key it is only consistent', () => {
    expect(examineReceipt(receipt('single'), undefined)).toMatchObject({
      verdict: 'consistent-origin-unproven',
      missingTrust: ['--log-key'],
      statement: { index: sample.at.single },
    });
  });

  const rule = (report: ReceiptReport): unknown => [report.verdict, report.statement, report.findings[0]?.rule];
  test.each([signer, undefined])('what is forged proves nothing', (logVerifier) => {
    const wrongKey = examineReceipt(receipt('single'), otherLog);
    expect(rule(wrongKey)).toEqual(['findings', undefined, 'receipt-checkpoint']);
    const elsewhere = receipt('single').replace(`index ${sample.at.single}`, 'index 9');
    expect(rule(examineReceipt(elsewhere, logVerifier))).toEqual(['findings', undefined, 'receipt-proof']);
    const noEntry = examineReceipt(receiptOf(utf8('no entry'), 5), logVerifier);
    expect(rule(noEntry)).toEqual(['findings', undefined, 'receipt-entry']);
    for (const event of Object.values(CONTRADICTIONS)) {
      const report = examineReceipt(receiptOf(encodeEntry(event), 5), logVerifier);
      expect(rule(report)).toEqual(['findings', undefined, 'receipt-entry']);
    }
    expectCode(() => examineReceipt('no receipt', logVerifier), 'FILE_INVALID');
  });
});

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...words: string[]): Promise<Run> {
  const argv = ['--disable-warning=ExperimentalWarning', 'liaison.ts', 'audit', 'verify', ...words];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, argv)) };
  } catch (error) {
    return error as Run;
  }
}

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};

describe('./liaison audit verify', () => {
  const data = join(directory, 'data');
  mkdirSync(data);
  copyFileSync(sample.path, join(data, 'ledger.db'));
  // As an authority keeps it: certificates among other things.
  const anchors = join(directory, 'anchors');
  mkdirSync(anchors);
  copyFileSync(root.certificatePath, join(anchors, 'root.pem'));
  copyFileSync(root.keyPath, join(anchors, 'root.key'));
  const logKey = file('log.pub', `${key}\n`);
  const trust = ['--log-key', logKey, '--anchors', anchors];

  test('exits 0 for what is verified, and counts', async () => {
    const checkpoint = file('last.checkpoint', sample.last);
    const seen = file('message.receipt', receipt('single'));
    const { code, stdout, stderr } = await run(data, ...trust, '--newer-than', checkpoint, '--checkpoint', seen);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^VERIFIED: all 331 entries/);
    expect(stdout).toMatch(/^301 +Tick$/m);
    expect(stdout.match(/size 331: contained in this log/g)).toHaveLength(2);
    expect(stdout).toMatch(/suspend xc\.customs/);
  });

  test('exits 1 for findings, and lists them', async () => {
    const log = new Forgery(sample.path);
    log.remove(sample.at.single);
    const path = log.write();
    const { code, stdout } = await run(path, ...trust);
    expect([code, stdout.split('\n')[0]]).toEqual([
      1,
      'FINDINGS: 6. See below what is wrong and what follows from it.',
    ]);
    expect(stdout).toMatch(/^5 +mailbox-number +It has number 2 in xb\.police\/liaison/m);
    const json = JSON.parse((await run(path, ...trust, '--json')).stdout) as LogReport;
    expect(json).toMatchObject({ verdict: 'findings', findingsTotal: 6 });
    expect(json.findings.slice(0, 2)).toMatchObject([{ index: 5 }, { index: 11 }]);
  });

  test('prints both notes of a split view, and nothing that could deceive a terminal', async () => {
    const log = new Forgery(sample.path);
    const { event } = log.entry(0);
    if (event.kind !== 'shardOpen') throw new Error('no opening');
    const value = { ...event.value, origin: '\u001b[2Jverified\u202e' };
    log.replace(0, () => ({ event: { kind: 'shardOpen', value } }));
    const { stdout } = await run(log.write(), ...trust, '--checkpoint', file('other.checkpoint', sample.earlier));
    expect(stdout).toMatch(/^ {4}liaison\.example\/2026\n {4}22\n[^]*^ {4}liaison\.example\/2026\n {4}50\n/m);
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });

  test('exits 2 without trust, and says what is missing', async () => {
    const { code, stdout } = await run(data, '--log-key', key);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^CONSISTENT, ORIGIN UNPROVEN: .* Give --anchors, obtained elsewhere/);
  });

  test('verifies receipts', async () => {
    const path = file('good.receipt', receipt('handover'));
    const good = await run(path, '--log-key', logKey);
    expect([good.code, good.stdout.split('\n')[0]]).toEqual([
      0,
      'VERIFIED: the entry is in the log that this key signs.',
    ]);
    expect((await run(path)).code).toBe(2);
    const other = await run(path, '--log-key', formatVerifierKey(otherLog));
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/^FINDINGS: this receipt proves nothing/);
  });

  test('says what is wrong with its use', async () => {
    expect((await run(join(directory, 'nothing'))).stderr).toMatch(/FILE_UNREADABLE/);
    expect((await run(data, '--silence-hours', 'never')).stderr).toMatch(/USAGE/);
    expect((await run(data, '--anchors', data)).stderr).toMatch(/FILE_INVALID/);
    const running = new LogBuilder(join(directory, 'running.db'));
    const { code, stderr } = await run(join(directory, 'running.db'), ...trust);
    running.close();
    expect(stderr).toMatch(/A gateway is running.*DATA_LOCKED/s);
    expect(code).not.toBe(0);
  });
});
