/**
 * `npm run bench:auditing`: what an audit costs those who are sending. A gateway with a large log carries messages at a fixed
 * rate, in turns with nobody else at work, with an auditor who mirrors the whole log, and with an export of the whole log on
 * the gateway's own machine. Latency is from sending until the sender has the confirmation and the recipient the message.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { printTable } from '../cli/print.ts';
import { LIAISON } from '../test/support/world.ts';
import { carry, type Run } from './load/run.ts';
import { median } from './load/statistics.ts';
import { latencies } from './measures/latency.ts';
import { GeneratedGateway } from './systems/liaison/generated.ts';

const BODY_BYTES = 1_024;
const WARM_UP = 500;
const KINDS = ['alone', 'mirror', 'export'] as const;
type Kind = (typeof KINDS)[number];

interface Flags {
  messages: number;
  rate: number;
  seconds: number;
  repetitions: number;
}

interface Measured {
  /** 99th percentiles, milliseconds. */
  readonly confirmed: number;
  readonly delivered: number;
  /** How often the whole log was read meanwhile. */
  readonly readings: number;
}

const log = (line: string): void => void process.stderr.write(`${line}\n`);

/** Reads the whole log again and again until it is stopped. */
class Reader {
  readings = 0;
  private child: ChildProcess | undefined;
  private isStopped = false;
  private readonly ended: Promise<void>;

  constructor(words: (round: number) => readonly string[]) {
    this.ended = this.run(words);
  }

  private async run(words: (round: number) => readonly string[]): Promise<void> {
    while (!this.isStopped) {
      this.child = spawn(LIAISON, words(this.readings), { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      this.child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const [code] = (await once(this.child, 'exit')) as [number | null];
      if (code === null) return;
      if (code !== 0) throw new Error(`The reader ended with ${code}: ${said}`);
      this.readings++;
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.child?.kill('SIGKILL');
    await this.ended;
  }
}

async function measure(gateway: GeneratedGateway, kind: Kind, dir: string, flags: Flags): Promise<Measured> {
  await gateway.start();
  const words = (round: number): readonly string[] => {
    const out = ['--out', join(dir, `${kind}-${round}`)];
    if (kind === 'mirror') return ['audit', 'fetch', ...gateway.auditorWords(), ...out];
    return ['audit', 'export', gateway.dataDir, ...out];
  };
  const reader = kind === 'alone' ? undefined : new Reader(words);
  let run: Run;
  try {
    run = await carry(
      {
        client: new URL('./systems/liaison/client.ts', import.meta.url).href,
        settings: gateway.settings(),
        pids: () => [gateway.pid],
      },
      {
        senders: [{ from: 0, to: 1, bodyBytes: BODY_BYTES, signing: 'single' }],
        recipients: [{ to: 1 }],
        warmUp: WARM_UP,
        count: flags.rate * flags.seconds,
        schedule: { kind: 'rate', perSecond: flags.rate },
      },
      600_000,
    );
  } finally {
    await reader?.stop();
    await gateway.stop();
  }
  if (run.lost + run.doubled > 0) throw new Error(`${run.lost} messages were lost, ${run.doubled} doubled.`);
  return {
    confirmed: latencies(run.sent.sentMs, run.sent.confirmedMs).p99,
    delivered: latencies(run.sent.sentMs, run.received.deliveredMs).p99,
    readings: reader?.readings ?? 0,
  };
}

async function main(flags: Flags): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'liaison-auditing-'));
  let gateway: GeneratedGateway | undefined;
  try {
    log(`generating a log with ${flags.messages} messages`);
    gateway = await GeneratedGateway.make(join(dir, 'log'), flags.messages, ['--burst', 'mixed']);
    await gateway.makeAuditor();
    await gateway.seal(BODY_BYTES, flags.rate * flags.seconds + WARM_UP, 1);
    const p99: Record<Kind, { confirmed: number[]; delivered: number[]; readings: number }> = {
      alone: { confirmed: [], delivered: [], readings: 0 },
      mirror: { confirmed: [], delivered: [], readings: 0 },
      export: { confirmed: [], delivered: [], readings: 0 },
    };
    for (let repetition = 0; repetition < flags.repetitions; repetition++) {
      for (const kind of KINDS) {
        const scratch = mkdtempSync(join(dir, 'out-'));
        const { confirmed, delivered, readings } = await measure(gateway, kind, scratch, flags);
        rmSync(scratch, { recursive: true, force: true });
        p99[kind].confirmed.push(confirmed);
        p99[kind].delivered.push(delivered);
        p99[kind].readings += readings;
        log(
          `${repetition + 1} of ${flags.repetitions}, ${kind.padEnd(6)}: p99 confirmed ${confirmed.toFixed(2)} ms, ` +
            `delivered ${delivered.toFixed(2)} ms; whole readings ${readings}`,
        );
      }
    }
    process.stdout.write(
      `${gateway.entries} entries, ${flags.rate} messages/s for ${flags.seconds} s, ${flags.repetitions} repetitions; medians of p99\n\n`,
    );
    const ratio = (kind: Kind, of: 'confirmed' | 'delivered'): string =>
      (median(p99[kind][of]) / median(p99.alone[of])).toFixed(3);
    printTable(
      ['', 'confirmed', 'ratio', 'delivered', 'ratio', 'whole readings'],
      KINDS.map((kind) => [
        kind,
        `${median(p99[kind].confirmed).toFixed(2)} ms`,
        ratio(kind, 'confirmed'),
        `${median(p99[kind].delivered).toFixed(2)} ms`,
        ratio(kind, 'delivered'),
        String(p99[kind].readings),
      ]),
    );
  } finally {
    await gateway?.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

await new Command('bench:auditing')
  .description('measure latency while the log is mirrored and exported')
  .option('--messages <n>', 'of the log that is read; each makes some 2.5 entries', Number, 394_000)
  .option('--rate <n>', 'messages a second', Number, 500)
  .option('--seconds <n>', 'length of one measurement', Number, 40)
  .option('--repetitions <n>', 'of each', Number, 3)
  .action(main)
  .parseAsync();
