/** What a replay answers, in text and JSON, and what becomes of an index that does not fit. */
import { execFile } from 'node:child_process';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { askMessage } from '../../../audit/query/message-answer.ts';
import { LogReader } from '../../../audit/query/log-reader.ts';
import { LogIndex } from '../../../audit/query/log-index.ts';
import { messageIdOf } from '../../../protocol/ids.ts';
import { directory, removeDirectory } from '../log-builder.ts';
import { makeSampleLog } from '../sample-log.ts';
import { handover, message, removeDirectory as removeLedgerDirectory } from '../../ledger/support.ts';
import { expectCode } from '../support.ts';
import { border, customs, indexed, memorySource, newFile, police, RecordedLog, removeIndexes } from './support.ts';

const sample = makeSampleLog();
const [single, burst, expiring] = (['single', 'burst', 'expiring'] as const).map((name) =>
  messageIdOf(sample.messages[name].routing.messageId),
) as readonly string[] as readonly [string, string, string];
const indexFile = join(directory, 'sample.index');

afterAll(() => {
  removeDirectory();
  removeLedgerDirectory();
  removeIndexes();
});

async function run(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const all = ['audit', 'replay', sample.path, '--index', indexFile, ...words];
  try {
    return { code: 0, ...(await promisify(execFile)('./liaison', all)) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const json = async (...words: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await run(...words, '--json')).stdout) as Record<string, unknown>;

/** For tests that start one process after the other. */
const PROCESSES = { timeout: 120_000 };

describe('answers', PROCESSES, () => {
  test('begin with what they are worth', async () => {
    const { stdout } = await run('--message', single);
    expect(stdout).toMatch(/^NOT VERIFIED: .*\.\/liaison audit verify/);
    expect(await json('--message', single)).toMatchObject({ verified: false, kind: 'message' });
  });

  test('tell a message from its acceptance to its end', async () => {
    const { stdout } = await run('--message', burst);
    const { at } = sample;
    expect(stdout).toContain(`${at.burst}  `);
    expect(stdout).toMatch(/accepted informationRequest for xb\.police\/liaison \(2\), xc\.customs\/harbour \(1\)/);
    expect(stdout).toMatch(/signed by the sender xa\.customs\/portalder, key \S{43}/);
    expect(stdout).toMatch(new RegExp(`xc\\.customs/harbour +1 +failed \\(entry ${at.failure}\\)`));
    expect(stdout).toMatch(/xb\.police\/liaison +2 +handed over \(entry \d+\)/);
  });

  test('tell an expiry as the word of the gateway alone, and what came late', async () => {
    const { recipients, timeline } = (await json('--message', expiring)) as {
      recipients: unknown[];
      timeline: { index: number; word: string }[];
    };
    const { at } = sample;
    expect(recipients).toMatchObject([{ delivery: { state: 'failed', by: at.expiry, late: at.late } }]);
    expect(timeline.find(({ index }) => index === at.expiry)).toMatchObject({ word: 'gateway' });
    expect(timeline.find(({ index }) => index === at.late)).toMatchObject({ word: 'recipient' });
  });

  test('tell the state at an entry and at a time', async () => {
    const { at } = sample;
    const before = await json('--message', expiring, '--at', `${at.expiry - 1}`);
    expect(before).toMatchObject({ recipients: [{ delivery: { state: 'waiting' } }], content: 'kept for delivery' });
    const agency = await json('--agency', 'xc.customs', '--at', `${at.suspend}`);
    expect(agency).toMatchObject({ standing: 'suspended', changedBy: at.suspend });
    const { position } = agency as { position: { atMs: number } };
    const time = new Date(position.atMs).toISOString();
    expect(await json('--agency', 'xc.customs', '--at', time)).toMatchObject({ standing: 'suspended' });
    expect(await json('--agency', 'xc.customs')).toMatchObject({ standing: 'active' });
  });

  test('tell an agency, a mailbox, a thread and the whole', async () => {
    const { at } = sample;
    const police = await json('--agency', 'xb.police');
    expect(police).toMatchObject({
      mailboxes: [{ mailbox: 'xb.police/liaison' }],
      received: [{ type: 'informationRequest', messages: 6, handedOver: 4, failed: 0, waiting: 2 }],
    });
    expect(police['keys']).toContainEqual(
      expect.objectContaining({ usage: 'TLS', from: at.enrolPolice, to: at.revoke }),
    );
    expect(await json('--mailbox', 'xc.customs/harbour', '--limit', '2')).toMatchObject({
      numbers: { first: 1, last: 6, given: 6, failed: 2, waiting: 4, gaps: [] },
      last: [{ number: 6, id: expiring }, { number: 5 }],
    });
    const thread = Buffer.from(sample.messages.single.routing.threadId).toString('hex');
    expect(await json('--thread', thread)).toMatchObject({ messages: [{ id: single, handedOver: 1 }], more: 0 });
    expect(await json()).toMatchObject({ messages: { accepted: 7 }, deliveries: { given: 12 } });
    for (const words of [['--agency', 'xb.police'], ['--mailbox', 'xc.customs/harbour'], ['--thread', thread], []]) {
      expect((await run(...words)).stdout).toMatch(/^NOT VERIFIED/);
    }
  });
});

describe('wrong questions', PROCESSES, () => {
  test.each([
    [['--message', 'nonsense'], 'USAGE'],
    [['--message', '01890a5d-ac96-774b-bcce-b302099a8057'], 'MESSAGE_NOT_FOUND'],
    [['--message', single, '--at', '1'], 'MESSAGE_NOT_FOUND'],
    [['--agency', 'xz.nobody'], 'AGENCY_UNKNOWN'],
    [['--mailbox', 'xb.police/nobody'], 'RECIPIENT_UNKNOWN'],
    [['--thread', 'ab'.repeat(16)], 'MESSAGE_NOT_FOUND'],
    [['--thread', 'ab'], 'USAGE'],
    [['--at', '999999'], 'USAGE'],
    [['--at', 'other.example/log:1'], 'USAGE'],
    [['--at', 'yesterday'], 'USAGE'],
    [['--at', '1999-01-01'], 'USAGE'],
    [['--sender', 'xa.customs/portalder'], 'USAGE'],
    [['--agency', 'xa.customs', '--mailbox', 'xa.customs/portalder'], 'USAGE'],
    [['--limit', '0'], 'USAGE'],
  ] as const)('%j', async (words, code) => {
    const { code: status, stderr } = await run(...words);
    expect(stderr).toContain(code);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(2);
  });
});

test('content that an order keeps is said to be kept by it, as long as it holds', () => {
  const log = new RecordedLog();
  const command = message(customs, [police], log.nowMs);
  const id = messageIdOf(command.parsed.routing.messageId);
  const about = { sender: command.parsed.sender, messageId: command.parsed.routing.messageId };
  const content = (): unknown => {
    const { log: reader, index } = indexed(memorySource(log.entries));
    const { content: kept } = askMessage({ log: reader, index, position: reader.position() }, id) as {
      content: unknown;
    };
    index.close();
    return kept;
  };
  log.run(command);
  log.act({ kind: 'hold', value: { ...about, reference: 'Court 5/31' } });
  expect(content()).toBe('kept for delivery');
  log.run(handover(command, police, 1));
  expect(content()).toBe('kept by a hold');
  log.act({ kind: 'releaseHold', value: about });
  expect(content()).toBe('no longer needed');
});

test('an id that two senders use needs the sender', () => {
  const log = new RecordedLog();
  const messageId = new Uint8Array(16).fill(7);
  messageId[6] = 0x70;
  messageId[8] = 0x80;
  log.run(message(customs, [police], log.nowMs, { messageId }));
  log.run(message(border, [police], log.nowMs, { messageId }));
  const { log: reader, index } = indexed(memorySource(log.entries));
  const question = { log: reader, index, position: reader.position() };
  const id = messageIdOf(messageId);
  expectCode(() => askMessage(question, id), 'USAGE');
  expect(askMessage(question, id, border.mailboxes[0])).toMatchObject({ message: { sender: 'xc.border/desk' } });
  index.close();
});

describe('an index', () => {
  const first = new RecordedLog();
  for (let i = 0; i < 600; i++) first.run({ kind: 'tick' });
  const open = (entries: readonly Uint8Array[], file: string, isChosen = true): number => {
    let indexedCount = 0;
    const log = new LogReader(memorySource(entries));
    const onProgress = (_: number, of: number): void => void (indexedCount = of);
    LogIndex.open(log, { place: { file, isChosen }, onProgress }).close();
    return indexedCount;
  };

  test('is made once, and extended by what has come since', () => {
    const file = newFile();
    expect(open(first.entries.slice(0, 300), file)).toBe(300);
    expect(open(first.entries.slice(0, 300), file)).toBe(0);
    expect(open(first.entries, file)).toBe(first.entries.length - 300);
  });

  test('of another log, or of one that was cut off or changed, is made again', () => {
    const file = newFile();
    open(first.entries, file);
    const other = new RecordedLog([]);
    for (let i = 0; i < 600; i++) other.run({ kind: 'tick' });
    expect(open(other.entries, file)).toBe(other.entries.length);
    expect(open(other.entries.slice(0, 400), file)).toBe(400);
    const changed = other.entries.with(10, other.entries[11]!);
    expect(open(changed.slice(0, 400), file)).toBe(400);
  });

  test('that is damaged is made again', () => {
    const file = newFile();
    open(first.entries, file);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096, 12_288);
    writeFileSync(file, bytes);
    expect(open(first.entries, file)).toBe(first.entries.length);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    expect(open(first.entries, file)).toBe(first.entries.length);
  });

  test('takes the place of no file that is none, if somebody chose it', () => {
    const file = newFile();
    writeFileSync(file, 'my thesis'.repeat(100));
    expectCode(() => open(first.entries, file), 'FILE_INVALID');
    expect(readFileSync(file, 'utf8')).toContain('my thesis');
    expect(open(first.entries, file, false)).toBe(first.entries.length);
  });
});
