/**
 * SDK to SDK: two agency nodes in processes of their own do everything: compose, seal, sign, keep, open, judge, hand over
 * and keep the evidence. The clock runs from the first call of `send` until the last message is done at the recipient and
 * the evidence of its handover is durable at the sender.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { nodeConfig } from '../../test/support/nodes.ts';
import { cpuOf } from '../load/run.ts';
import type { Running } from '../load/types.ts';
import type { FromSdk, SdkResult, ToSdk } from '../systems/liaison/sdk-client.ts';
import type { Site } from '../systems/liaison/site.ts';
import type { Bench } from './context.ts';
import { alternate } from './rows.ts';
import type { Row, SdkRun } from './results.ts';
import { WINDOW } from './throughput.ts';

const CLIENT = new URL('../systems/liaison/sdk-client.ts', import.meta.url);
const BODY_BYTES = 1_024;
const BURST = 250;
const PASS_MS_MAX = 300_000;

class SdkProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<FromSdk['kind'], (message: FromSdk) => void>();
  private readonly failed: Promise<never>;

  constructor() {
    this.child = fork(CLIENT, [], { serialization: 'advanced', execArgv: [] });
    this.failed = new Promise((_, reject) => {
      this.child.on('message', (message: FromSdk) => {
        if (message.kind === 'failed') reject(new Error(`A node of the benchmark failed: ${message.text}`));
        this.waiting.get(message.kind)?.(message);
      });
      this.child.once('exit', (code, signal) => reject(new Error(`A node ended with ${code ?? signal ?? 'nothing'}.`)));
      setTimeout(() => reject(new Error('A node was not done in time.')), PASS_MS_MAX).unref();
    });
    this.failed.catch(() => undefined);
  }

  send(message: ToSdk): void {
    this.child.send(message);
  }

  next<K extends FromSdk['kind']>(kind: K): Promise<Extract<FromSdk, { kind: K }>> {
    const message = new Promise<Extract<FromSdk, { kind: K }>>((resolve) => {
      this.waiting.set(kind, (given) => resolve(given as Extract<FromSdk, { kind: K }>));
    });
    return Promise.race([message, this.failed]);
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.send({ kind: 'close' } satisfies ToSdk);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }
}

/** Measures single sends and bursts, with keys of RSA-3072. */
export async function sdk(bench: Bench): Promise<Row<SdkRun>[]> {
  const site = await bench.site(bench.options.keys[0] ?? 'rsa3072');
  const lines = (['single', 'burst'] as const).map((signing) => ({
    key: `liaison-sdk-${signing}`,
    name: signing === 'single' ? 'send, called for each message' : `sendMany, ${BURST} messages each`,
    system: site,
    signing,
    unit: signing === 'single' ? 1 : BURST,
  }));
  let runs = 0;
  return alternate(
    bench,
    'SDK to SDK',
    lines,
    async (line, repetition) => {
      const work = (running: Running): Promise<SdkRun> => measureOnce(bench, site, running, line.unit, `sdk${runs++}`);
      const { result, verified } = await bench.on(line, bench.audits(repetition), work);
      return { ...result, ...(verified && { verified }) };
    },
    ({ perSecond }) => `${Math.round(perSecond)} messages/s`,
    bench.options.sizes.long,
  );
}

async function measureOnce(bench: Bench, site: Site, running: Running, unit: number, name: string): Promise<SdkRun> {
  const { sdk: count } = bench.options.sizes;
  const warmUp = Math.ceil(count / 4 / unit) * unit;
  const [from, to] = site.agencies;
  if (!from || !to) throw new Error('There are two agencies at least.');
  const [sender, recipient] = [new SdkProcess(), new SdkProcess()];
  try {
    sender.send({ kind: 'open', config: nodeConfig(site.world, from, name), logKey: site.world.verifierKey });
    recipient.send({ kind: 'open', config: nodeConfig(site.world, to, name), logKey: site.world.verifierKey });
    await Promise.all([sender.next('opened'), recipient.next('opened')]);
    recipient.send({ kind: 'receive', warmUp, count });
    const done = Promise.all([sender.next('done'), recipient.next('done')]);
    sender.send({
      ...{ kind: 'send', to: to.mailbox, bodyBytes: BODY_BYTES, warmUp, count },
      ...{ window: WINDOW, burst: unit },
    });
    await sender.next('warm');
    const before = cpuOf(running.pids());
    const [sent, received] = (await done).map(({ result }) => result) as [SdkResult, SdkResult];
    const serverMs = cpuOf(running.pids()) - before;
    const seconds = (Math.max(sent.endMs, received.endMs) - sent.startMs) / 1000;
    const share = (cpuMs: number): number => cpuMs / 1000 / seconds;
    return {
      mode: unit === 1 ? 'single' : 'burst',
      messages: count,
      perSecond: count / seconds,
      lost: 0,
      doubled: received.doubled,
      receipts: sent.receipts,
      cpuMs: { sender: sent.cpuMs / count, recipient: received.cpuMs / count, server: serverMs / count },
      busy: { sender: share(sent.cpuMs), recipient: share(received.cpuMs), server: share(serverMs) },
    };
  } finally {
    await Promise.all([sender.close(), recipient.close()]);
  }
}
