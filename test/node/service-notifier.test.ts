/** Who is told of deadlines and urgent arrivals, when, and until when. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Notifier } from '../../node/service/notifier.ts';
import type { NotifyConfig } from '../../node/service/config.ts';
import type { RequestState } from '../../node/cases/types.ts';
import { parseMailbox } from '../../protocol/ids.ts';
import { ServiceStore } from '../../node/service/store.ts';
import { newId, QUIET, removeDirs, StandIn, tempDir } from './service-support.ts';

afterAll(removeDirs);

const EVERY_MS = 60_000;
const THREAD = '0'.repeat(32);

let node: StandIn;
let store: ServiceStore;
let nowMs: number;
let hook: Server;
let told: { stage: string; id: string; times: number }[];
let status: number;

beforeEach(async () => {
  node = new StandIn();
  store = new ServiceStore(tempDir());
  nowMs = 1_000_000;
  told = [];
  status = 204;
  hook = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (status < 300) told.push(JSON.parse(text) as (typeof told)[number]);
      response.writeHead(status).end();
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  return () => {
    hook.close();
    store.close();
  };
});

const rule = (change: Partial<NotifyConfig> = {}): NotifyConfig => ({
  on: ['urgent', 'half', 'four-fifths', 'breached'],
  webhook: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`,
  repeatEveryMs: EVERY_MS,
  timeoutMs: 2_000,
  ...change,
});

/** One notifier at a time, as after a restart. */
async function running(work: (notifier: Notifier) => Promise<void>, rules = [rule()]): Promise<void> {
  const stop = new AbortController();
  const notifier = new Notifier({ node: node.node, store, rules, logger: QUIET, now: () => nowMs, pollMs: 5 });
  const end = notifier.run(stop.signal);
  await work(notifier);
  stop.abort();
  await end;
}

const toldOf = (id: string): string[] =>
  told.filter((one) => one.id === id).map(({ stage, times }) => `${stage} ${times}`);
const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
const deadline = (requestId: string, stage: string): void =>
  void node.emit('deadline', { requestId, threadId: THREAD, role: 'recipient', stage, dueAt: nowMs + 1 });

test('an urgent arrival and each stage are told, again and again, until somebody acknowledges', async () => {
  const id = newId();
  await running(async (notifier) => {
    node.emit('urgent', { id, from: 'xb.police/desk', dueAt: nowMs + 1 });
    await expect.poll(() => toldOf(id)).toEqual(['urgent 1']);
    await rest();
    expect(toldOf(id)).toEqual(['urgent 1']);
    nowMs += EVERY_MS;
    await expect.poll(() => toldOf(id)).toEqual(['urgent 1', 'urgent 2']);
    for (const stage of ['half', 'four-fifths', 'breached']) {
      deadline(id, stage);
      await expect.poll(() => toldOf(id).at(-1)).toBe(`${stage} 1`);
    }
    // The latest stage stands for the earlier ones.
    nowMs += EVERY_MS;
    await expect.poll(() => toldOf(id).at(-1)).toBe('breached 2');
    expect(toldOf(id)).toHaveLength(6);
    await notifier.acknowledge(id, 'duty officer');
    expect(node.calls).toEqual([`acknowledge ${id} duty officer`]);
    nowMs += EVERY_MS;
    deadline(id, 'breached');
    await rest();
    expect(toldOf(id)).toHaveLength(6);
  });
});

test('what was told and acknowledged outlives the process', async () => {
  const [open, taken] = [newId(), newId()];
  await running(async (notifier) => {
    deadline(open, 'half');
    deadline(taken, 'half');
    await expect.poll(() => told.length).toBe(2);
    await notifier.acknowledge(taken, 'duty officer');
  });
  nowMs += EVERY_MS;
  await running(async () => {
    deadline(taken, 'four-fifths');
    await expect.poll(() => toldOf(open)).toEqual(['half 1', 'half 2']);
    await rest();
  });
  expect(toldOf(taken)).toEqual(['half 1']);
});

const request = (change: Partial<RequestState>): RequestState => ({
  ...{ id: newId(), requester: parseMailbox('xb.police/desk'), recipient: parseMailbox('xa.customs/portalder') },
  state: 'running',
  ...{ dueAt: nowMs + 1, periodMs: 8 * 3_600_000, stage: 'half' },
  ...change,
});

test('what happened while the process was away is told at the start', async () => {
  const late = request({ stage: 'breached' });
  const fresh = request({ stage: 'none' });
  node.requests.push(late, fresh, request({ state: 'answered' }), request({ acknowledgedBy: 'somebody' }));
  node.requests.push(request({ stage: 'none', periodMs: 7 * 24 * 3_600_000 }));
  await running(async () => {
    await expect.poll(() => told.length).toBe(2);
    await rest();
  });
  expect([toldOf(late.id), toldOf(fresh.id), told.length]).toEqual([['breached 1'], ['urgent 1'], 2]);
});

test('an answered request is told of no more', async () => {
  const one = request({});
  node.requests.push(one);
  await running(async () => {
    await expect.poll(() => toldOf(one.id)).toEqual(['half 1']);
    node.requests[0] = { ...one, state: 'answered' };
    nowMs += EVERY_MS;
    await rest();
  });
  expect(toldOf(one.id)).toEqual(['half 1']);
});

test('who cannot be told is tried again, at growing distances', async () => {
  const id = newId();
  status = 500;
  await running(async () => {
    deadline(id, 'half');
    // Noted as failed, for two seconds later.
    await expect.poll(() => store.dueNotices(nowMs + 1_999, 1).length, { timeout: 5_000 }).toBe(0);
    expect(store.dueNotices(nowMs + 2_000, 1)).toMatchObject([{ subject: id, told: 0, failures: 1 }]);
    status = 204;
    nowMs += 1_999;
    await rest();
    expect(told).toEqual([]);
    nowMs += 1;
    await expect.poll(() => toldOf(id)).toEqual(['half 1']);
  });
});

describe('a command', () => {
  test('gets the notice on its standard input, without a shell', async () => {
    const out = join(tempDir(), 'out $(false)');
    const id = newId();
    const command = [process.execPath, '-e', 'fs.appendFileSync(process.argv[1], fs.readFileSync(0))', out];
    const byCommand = { ...rule(), webhook: undefined, command } as NotifyConfig;
    await running(async () => {
      deadline(id, 'breached');
      await expect.poll(() => textOf(out), { timeout: 5_000 }).not.toBe('');
    }, [byCommand]);
    expect(JSON.parse(textOf(out))).toMatchObject({ stage: 'breached', id, threadId: THREAD, times: 1 });
  });

  test('that hangs is ended, and tried again', async () => {
    const started = join(tempDir(), 'started');
    const script = 'fs.appendFileSync(process.argv[1], "x"); setInterval(() => {}, 1000)';
    const command = [process.execPath, '-e', script, started];
    const byCommand = { ...rule({ timeoutMs: 700 }), webhook: undefined, command } as NotifyConfig;
    await running(async () => {
      deadline(newId(), 'half');
      await expect.poll(() => textOf(started), { timeout: 5_000 }).toBe('x');
      const advance = setInterval(() => (nowMs += EVERY_MS), 20);
      await expect.poll(() => textOf(started), { timeout: 10_000 }).toBe('xx');
      clearInterval(advance);
    }, [byCommand]);
  });
});

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

test('a stage that a rule does not name is not told by it', async () => {
  const id = newId();
  await running(async () => {
    deadline(id, 'half');
    deadline(id, 'breached');
    await expect.poll(() => toldOf(id)).toEqual(['breached 1']);
  }, [rule({ on: ['breached'] })]);
});
