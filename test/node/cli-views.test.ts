/** Threads, operations and exports on the command line, with a stand-in for the node. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { showOperation } from '../../node/commands/operation.ts';
import type { OperationReport, Thread } from '../../node/cases/types.ts';
import type { AgencyNode } from '../../node/agency-node.ts';
import { listThreads, showThread, threadIdOf } from '../../node/commands/thread.ts';
import { exportMessages, type ExportingNode, type ExportManifest } from '../../node/export.ts';
import type { StoredMessage } from '../../node/index.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { MessageType, type Routing } from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, parseMailbox } from '../../protocol/ids.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2031, 4, 6, 12);
const [REQUEST, ANSWER, ANNEX] = [1, 2, 3].map((n) => newMessageId(n, new Uint8Array(10))) as [never, never, never];
const police = parseMailbox('xb.police/desk');
const customs = parseMailbox('xa.customs/portalder');
const THREAD = '5d1f4c0e9a7b42c38d6e0f1a2b3c4d5e';
const dir = mkdtempSync(join(tmpdir(), 'liaison-views-'));
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const summary = {
  ...{ threadId: THREAD, caseNumber: '2031/117', subject: 'Consignor history of Larkspur Freight Ltd', messages: 2 },
  ...{ firstAt: NOW - 7 * HOUR, lastAt: NOW - HOUR, open: 1, exercise: false, nextDueAt: NOW + HOUR, closed: false },
};
const item = { inReplyTo: '', status: 'CURRENT' as const, classification: 'BPL', handling: ['H1'], exercise: false };
const thread: Thread = {
  ...summary,
  items: [
    {
      ...item,
      id: REQUEST,
      direction: 'sent',
      type: 'INFORMATION_REQUEST',
      from: customs,
      to: [police],
      at: NOW - 7 * HOUR,
      subject: 'Consignor',
    },
    {
      ...item,
      id: ANSWER,
      direction: 'received',
      type: 'CLARIFICATION_REQUEST',
      from: police,
      to: [customs],
      at: NOW - HOUR,
      subject: '',
      status: 'RECALLED',
    },
  ],
  requests: [
    {
      id: REQUEST,
      requester: customs,
      recipient: police,
      state: 'running',
      dueAt: NOW + HOUR,
      periodMs: 8 * HOUR,
      stage: 'four-fifths',
      acknowledgedBy: 'J. Doe',
    },
  ],
};
const report: OperationReport = {
  group: {
    groupId: THREAD,
    name: 'Operation STOP III',
    owner: customs,
    members: [customs, police],
    nominalAllowed: false,
    form: 'LONG',
    version: 7,
    startsAt: 0,
    endsAt: NOW + 48 * HOUR,
    ended: false,
  },
  messages: [{ ...thread.items[0]!, handedOver: [], waiting: [police], failed: [] }],
  ...{ sent: 1, received: 0, held: 1 },
  overdue: [{ ...thread.requests[0]!, dueAt: NOW - HOUR, stage: 'breached' }],
};

const threads = vi.fn(() => [summary]);
const node = {
  threads,
  thread: (id: string) => {
    if (id === THREAD) return thread;
    throw new LiaisonError('MESSAGE_NOT_FOUND', id);
  },
  operation: () => Promise.resolve(report),
  evidence: () => ({ recipients: [{ recipient: police, state: 'ContentConsignment', events: [] }] }),
  find: () => [{ routing: { threadId: Buffer.from(THREAD, 'hex') } }],
} as unknown as AgencyNode;

async function output(columns: number | undefined, act: () => unknown): Promise<string> {
  let out = '';
  const before = process.stdout.columns;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => (out += String(text)) !== '');
  process.stdout.columns = columns as number;
  try {
    await act();
  } finally {
    process.stdout.columns = before;
  }
  return out;
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => stringWidth(line)));

describe.each([80, 120, 200])('in %i columns', (columns) => {
  test('threads, a thread and an operation fit, and no id is cut (domain: systems/siena-cases)', async () => {
    const list = await output(columns, () => listThreads(node, {}, 10, NOW));
    const one = await output(columns, () => showThread(node, THREAD, {}, NOW));
    const operation = await output(columns, () => showOperation(node, THREAD, {}, NOW));
    for (const text of [list, one, operation]) expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(list).toContain(THREAD);
    for (const text of [one, operation]) expect(text).toContain(REQUEST);
  });
});

describe('a thread', () => {
  test('tells status, who has it, and what is due', async () => {
    const text = await output(undefined, () => showThread(node, THREAD, {}, NOW));
    expect(text).toContain('Case 2031/117');
    expect(text).toContain('2 messages, 1 open, next due in 1 h 0 min');
    expect(text).toContain('2031-05-06 05:00Z → information-request  CURRENT');
    expect(text).toContain('handed over to 0 of 1\n  waiting for xb.police/desk');
    expect(text).toContain('2031-05-06 11:00Z ← clarification-request  RECALLED');
    expect(text).toMatch(
      /running, due 2031-05-06 13:00Z \(in 1 h 0 min\)\n +80 % of the time is over\n +J\. Doe takes care/,
    );
  });

  test('is JSON for programs, with the evidence', async () => {
    const text = await output(undefined, () => showThread(node, THREAD, { json: true }, NOW));
    expect(JSON.parse(text)).toMatchObject({ threadId: THREAD, items: [{ recipients: [{ recipient: police }] }, {}] });
  });

  test('is found by the id of one of its messages', () => {
    expect(threadIdOf(node, REQUEST)).toBe(THREAD);
    expect(threadIdOf(node, THREAD)).toBe(THREAD);
    expect(() => threadIdOf(node, 'case 7')).toThrow('"case 7" is neither a thread id nor a message id.');
  });

  test('of a case, or open ones, are asked for as the flags say', async () => {
    await output(80, () => listThreads(node, { case: '7', open: true }, 3, NOW));
    expect(threads).toHaveBeenLastCalledWith({ limit: 3, caseNumber: '7', open: true });
  });
});

test('an operation tells members, sent, held, overdue (domain: systems/i2c-operation)', async () => {
  const text = await output(undefined, () => showOperation(node, THREAD, {}, NOW));
  expect(text).toContain('Operation STOP III  ends in 2 d 0 h, no personal data');
  expect(text).toContain('Members  xa.customs/portalder, xb.police/desk');
  expect(text).toContain('Sent     1, 1 not with everybody');
  expect(text).toMatch(/OVERDUE {2}\S+\n +xb\.police\/desk should have answered 1 h 0 min ago/);
  expect(text).toMatch(/0 of 1\s+xb\.police\/desk/);
});

describe('an export', () => {
  const SECRET = 'Somebody Canary';
  const stored = (id: string): StoredMessage[] => {
    const type = id === ANNEX ? MessageType.NOMINAL_ANNEX : MessageType.SPONTANEOUS_INFORMATION;
    const bytes = new Uint8Array(0);
    const none = { inReplyTo: bytes, annexOf: bytes, derivedFrom: [], permissionIds: [], signingKeyId: bytes };
    const routing = { ...none, type, messageId: messageIdBytes(id as never), threadId: bytes } as unknown as Routing;
    const value = { subject: id === ANNEX ? SECRET : 'x', text: 'y', crimeArea: 1, evaluation: undefined, objects: [] };
    const body = {
      language: 'en',
      caseNumber: '',
      handlingText: '',
      attachments: [],
      content: { kind: 'spontaneousInformation', value },
    };
    const attachments = [
      { name: '../photo 1.jpg', state: 'here' },
      { name: 'film.mp4', state: 'erased' },
    ];
    return [
      { direction: 'sent', routing, body, attachments: id === REQUEST ? attachments : [] } as unknown as StoredMessage,
    ];
  };
  const record = vi.fn((act: string, facts: { actor?: string }) => {
    if (facts.actor === '') throw new LiaisonError('JUSTIFICATION_MISSING', act);
    return Promise.resolve(7);
  });
  const exporting = (save = (path: string): void => writeFileSync(path, 'image')): ExportingNode =>
    ({
      find: stored,
      receipts: () => [{ kind: 'acceptance', number: 1004, index: 4, logKey: 'log/2+key', text: 'receipt\n' }],
      journal: { record },
      saveAttachment: async (_: string, __: number, path: string) => {
        await Promise.resolve();
        save(path);
      },
    }) as unknown as ExportingNode;
  const reason = { actor: 'J. Doe', justification: 'court order' };
  const options = (name: string, nominal = false) => ({ dir: join(dir, name), reason, nominal, nowMs: NOW });
  const all = (at: string): string[] =>
    readdirSync(at, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  test('holds messages, receipts, attachments, and a manifest with their digests', async () => {
    const manifest = await exportMessages(exporting(), [REQUEST, ANSWER], options('whole'));
    const read = JSON.parse(readFileSync(join(dir, 'whole', 'manifest.json'), 'utf8')) as ExportManifest;
    expect(read).toEqual(manifest);
    expect(read.files.map(({ path }) => path)).toEqual([
      `messages/${REQUEST as string}.json`,
      `receipts/${REQUEST as string}.acceptance.1004.receipt`,
      `attachments/${REQUEST as string}/0-.._photo_1.jpg`,
      `messages/${ANSWER as string}.json`,
      `receipts/${ANSWER as string}.acceptance.1004.receipt`,
    ]);
    for (const { path, sha256, sizeBytes } of read.files) {
      const bytes = readFileSync(join(dir, 'whole', path));
      expect([createHash('sha256').update(bytes).digest('hex'), bytes.length]).toEqual([sha256, sizeBytes]);
    }
    expect(read.logKeys).toEqual(['log/2+key']);
    expect(all(join(dir, 'whole'))).toHaveLength(6);
    expect(statSync(join(dir, 'whole')).mode & 0o077).toBe(0);
    expect(record).toHaveBeenLastCalledWith('message.exported', { messageId: ANSWER, ...reason });
    expect(JSON.stringify(read)).not.toContain(reason.actor);
  });

  test('strips the annex: no byte of it is in any file (domain: systems/ncen-export)', async () => {
    const manifest = await exportMessages(exporting(), [REQUEST, ANNEX], options('stripped'));
    expect(manifest.leftOut).toEqual([ANNEX]);
    const files = all(join(dir, 'stripped'));
    expect(files.some((file) => readFileSync(file, 'utf8').includes(SECRET))).toBe(false);
    await exportMessages(exporting(), [REQUEST, ANNEX], options('nominal', true));
    expect(all(join(dir, 'nominal')).some((file) => readFileSync(file, 'utf8').includes(SECRET))).toBe(true);
  });

  test('is there whole or not at all', async () => {
    const broken = exporting(() => {
      throw new Error('disk');
    });
    await expect(exportMessages(broken, [REQUEST], options('broken'))).rejects.toThrow('disk');
    expect(readdirSync(dir).filter((name) => name.startsWith('broken'))).toEqual([]);
  });

  test('replaces nothing, and happens only for a reason', async () => {
    writeFileSync(join(dir, 'taken'), '');
    await expect(exportMessages(exporting(), [REQUEST], options('taken'))).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
    const nobody = { ...options('nobody'), reason: { actor: '', justification: '' } };
    await expect(exportMessages(exporting(), [REQUEST], nobody)).rejects.toMatchObject({
      code: 'JUSTIFICATION_MISSING',
    });
    expect(existsSync(join(dir, 'nobody'))).toBe(false);
  });
});
