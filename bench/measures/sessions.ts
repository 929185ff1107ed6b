/** Idle sessions: memory, time to connect, and how long it takes until all are back after the gateway was killed. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../load/run.ts';
import type { IdleOrder, IdleSession, IdleState } from '../systems/liaison/idle-client.ts';
import { moreMailboxes, type Site } from '../systems/liaison/site.ts';
import type { Bench } from './context.ts';
import { alternate } from './rows.ts';
import type { IdleRun, Row } from './results.ts';

const CLIENT = new URL('../systems/liaison/idle-client.ts', import.meta.url);
/** The gateway lets an agency have 64 sessions. */
const UNITS = 50;
const PROCESSES = 4;
const CONNECT_MS_MAX = 300_000;
/** Long enough that every session was pinged. */
const IDLE_MS = 20_000;
const QUICK_IDLE_MS = 2_000;
const POLL_MS = 50;

/** Client processes that keep sessions open. */
class IdleClients {
  private readonly children: ChildProcess[];
  private readonly states: IdleState[];

  constructor(site: Site, sessions: readonly IdleSession[]) {
    const { url, caFile, agencies } = site.settings();
    this.states = Array.from({ length: PROCESSES }, () => ({ open: 0, failed: 0 }));
    this.children = this.states.map((_, i) => {
      const child = fork(CLIENT, [], { execArgv: [] });
      child.on('message', (state: IdleState) => (this.states[i] = state));
      const mine = sessions.filter((_session, number) => number % PROCESSES === i);
      child.send({ settings: { url, caFile, agencies }, sessions: mine } satisfies IdleOrder);
      return child;
    });
  }

  get open(): number {
    return this.states.reduce((sum, state) => sum + state.open, 0);
  }

  get failed(): number {
    return this.states.reduce((sum, state) => sum + state.failed, 0);
  }

  /** Seconds until so many sessions are open, or until that was so. */
  async until(wanted: number): Promise<number> {
    const startMs = performance.now();
    while (this.open !== wanted) {
      const dead = this.children.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
      if (dead) throw new Error(`A process of idle sessions ended with ${dead.exitCode ?? dead.signalCode}.`);
      if (performance.now() - startMs > CONNECT_MS_MAX) {
        throw new Error(`Only ${this.open} of ${wanted} sessions are open after ${CONNECT_MS_MAX / 1000} s.`);
      }
      await sleep(POLL_MS);
    }
    return (performance.now() - startMs) / 1000;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
  }
}

/** Measures each number of sessions; a row for each. */
export async function sessions(bench: Bench): Promise<Row<IdleRun>[]> {
  const counts = bench.options.sizes.sessions;
  const site = await bench.largeSite('many mailboxes', Math.ceil(Math.max(...counts) / UNITS), UNITS);
  const lines = counts.map((count) => ({
    key: `liaison-idle-${count}`,
    name: `${count} sessions`,
    system: site,
    signing: 'single' as const,
    unit: count,
  }));
  return alternate(
    bench,
    'idle sessions',
    lines,
    async (line, repetition) =>
      (await bench.on(line, bench.audits(repetition), () => measureOnce(bench, site, line.unit))).result,
    ({ connectSeconds, bytesPerSession, reconnectSeconds }) =>
      `connected in ${connectSeconds.toFixed(1)} s, ${Math.round(bytesPerSession / 1000)} KB each, ` +
      `all back ${reconnectSeconds.toFixed(1)} s after a kill`,
    bench.options.sizes.longest,
  );
}

/** Waits until the gateway's /metrics counts so many sessions. */
async function counted(site: Site, count: number): Promise<void> {
  const endMs = performance.now() + CONNECT_MS_MAX;
  for (;;) {
    const open = (await site.metrics()).get('liaison_sessions_open') ?? 0;
    if (open === count) return;
    if (performance.now() > endMs) throw new Error(`The gateway counts ${open} sessions, not ${count}.`);
    await sleep(POLL_MS);
  }
}

async function measureOnce(bench: Bench, site: Site, count: number): Promise<IdleRun> {
  const pids = (): number[] => [site.world.pid];
  const emptyBytes = residentBytes(pids());
  const mailboxes = site.agencies.flatMap((agency, number) =>
    [agency.mailbox, ...moreMailboxes(agency, UNITS)].map((mailbox) => ({ agency: number, mailbox })),
  );
  const clients = new IdleClients(site, mailboxes.slice(0, count));
  const close = (): Promise<void> => clients.close();
  bench.onClose(close);
  try {
    const connectSeconds = await clients.until(count);
    await sleep(bench.options.verifyAll ? IDLE_MS : QUICK_IDLE_MS);
    const gatewayBytes = residentBytes(pids());
    await counted(site, count);
    const failedBefore = clients.failed;
    const killedMs = performance.now();
    await site.world.stop('SIGKILL');
    const startedMs = performance.now();
    await site.resume();
    const restartSeconds = (performance.now() - startedMs) / 1000;
    await counted(site, count);
    await clients.until(count);
    return {
      ...{ sessions: count, connectSeconds, gatewayBytes, emptyBytes, restartSeconds },
      bytesPerSession: (gatewayBytes - emptyBytes) / count,
      reconnectSeconds: (performance.now() - killedMs) / 1000,
      failedAttempts: clients.failed - failedBefore,
    };
  } finally {
    await close();
  }
}
