/**
 * Throughput: one sender, one recipient, 1,000 messages outstanding. The clock runs from the first message sent until
 * everything is confirmed, delivered, acknowledged and, with Liaison, proven to the sender.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../protocol/limits.ts';
import { carry, residentBytes, type Run } from '../load/run.ts';
import type { Running } from '../load/types.ts';
import { Site } from '../systems/liaison/site.ts';
import type { Bench, Line } from './context.ts';
import { alternate } from './rows.ts';
import type { Sizes } from './sizes.ts';
import type { CpuPerMessage, GatewayMetrics, Throughput, ThroughputRun } from './results.ts';

/** Messages that are sent and not confirmed, for every system. */
export const WINDOW = 1_000;

/** Processor time for each message of a run. */
export function cpuPerMessage({ cpu }: Run, messages: number): CpuPerMessage {
  return { sender: cpu.senders / messages, recipient: cpu.recipients / messages, server: cpu.server / messages };
}

const HANDOVERS = 'liaison_handovers_total{outcome="handed_over"}';
const METRICS_MS_MAX = 5_000;
const METRICS_EVERY_MS = 100;

/**
 * What a gateway's /metrics says once it has counted so many handovers: the ledger tells its figures now and then.
 * @throws Error when it does not within five seconds
 */
async function gatewayMetrics(site: Site, handovers: number): Promise<GatewayMetrics> {
  let metrics = new Map<string, number>();
  const value = (name: string): number => metrics.get(name) ?? 0;
  const endMs = performance.now() + METRICS_MS_MAX;
  while (value(HANDOVERS) < handovers) {
    if (performance.now() > endMs) throw new Error(`/metrics counts ${value(HANDOVERS)} handovers, not ${handovers}.`);
    await sleep(METRICS_EVERY_MS);
    metrics = await site.metrics();
  }
  const mean = (name: string): number => value(`${name}_sum`) / Math.max(1, value(`${name}_count`));
  const refused = [...metrics].filter(([name]) => name.startsWith('liaison_refused_total')).map(([, count]) => count);
  return {
    accepted: value('liaison_messages_accepted_total'),
    handedOver: value(HANDOVERS),
    refused: refused.reduce((sum, count) => sum + count, 0),
    commits: value('liaison_commit_batch_size_count'),
    commandsPerCommit: mean('liaison_commit_batch_size'),
    verifyMs: mean('liaison_verify_seconds') * 1000,
    commitMs: mean('liaison_commit_seconds') * 1000,
  };
}

/** Room for padding, keys, signature and path beside a body in a frame, bytes. */
const ENVELOPE_BYTES = 8_192;

/** How many messages a line sends at a time: its unit, or as many as a frame of Liaison takes. */
function unitOf({ system, unit }: Line, bodyBytes: number): number {
  if (!(system instanceof Site)) return unit;
  return Math.min(unit, Math.floor(LIMITS.frameBytesMax / (bodyBytes + ENVELOPE_BYTES)));
}

/** Seals what a line sends; nothing to do for peers. */
export async function prepare(bench: Bench, line: Line, bodyBytes: number, count: number): Promise<void> {
  const { system, signing, unit, name } = line;
  if (!(system instanceof Site)) return;
  bench.log(`sealing and signing ${count} messages of ${bodyBytes} bytes (${name})`);
  await system.seal({ signing, bodyBytes, senders: [0], to: () => [1], count, burst: unit });
}

/** Measures every line with each size of body. */
export async function throughput(bench: Bench): Promise<Throughput[]> {
  const lines = await bench.lines(['single', 'burst']);
  const results: Throughput[] = [];
  for (const { bodyBytes, warmUp, messages } of bench.options.sizes.throughput) {
    for (const line of lines) await prepare(bench, line, bodyBytes, warmUp + messages);
    const what = `throughput ${bodyBytes / 1024} KiB`;
    const rows = await alternate(
      bench,
      what,
      lines,
      (line, repetition) => once(bench, line, { bodyBytes, warmUp, messages }, repetition),
      ({ perSecond, cpuMs }) => `${Math.round(perSecond)} messages/s, server ${cpuMs.server.toFixed(3)} ms CPU each`,
      bodyBytes > 1024 ? bench.options.sizes.long : Infinity,
    );
    results.push({ bodyBytes, rows });
  }
  return results;
}

async function once(
  bench: Bench,
  line: Line,
  { bodyBytes, warmUp, messages }: Sizes['throughput'][number],
  repetition: number,
): Promise<ThroughputRun> {
  let before = 0;
  let stillBytes: (() => Promise<number>) | undefined;
  const { result, verified } = await bench.on(line, bench.audits(repetition), async (running) => {
    before = await running.diskBytes();
    stillBytes = line.system instanceof Site ? () => running.diskBytes() : undefined;
    const run = await carry(running, {
      senders: [{ from: 0, to: 1, bodyBytes, signing: line.signing }],
      recipients: [{ to: 1 }],
      warmUp,
      count: messages,
      schedule: { kind: 'window', window: WINDOW, unit: unitOf(line, bodyBytes) },
    });
    return { run, ...(await afterwards(line, running, warmUp + messages)), diskBytes: await running.diskBytes() };
  });
  const { run, metrics, serverBytes } = result;
  // A stopped gateway has tidied up its database; what a peer has on disk is counted while it runs.
  const after = stillBytes ? await stillBytes() : result.diskBytes;
  return {
    messages,
    seconds: run.seconds,
    perSecond: messages / run.seconds,
    cpuMs: cpuPerMessage(run, messages),
    serverBytes,
    diskBytesPerMessage: (after - before) / (messages + warmUp),
    lost: run.lost,
    doubled: run.doubled,
    receipts: run.receipts,
    ...(metrics && { metrics }),
    ...(verified && { verified }),
  };
}

async function afterwards(
  line: Line,
  running: Running,
  handovers: number,
): Promise<{ metrics?: GatewayMetrics; serverBytes: number }> {
  const serverBytes = residentBytes(running.pids());
  return line.system instanceof Site
    ? { metrics: await gatewayMetrics(line.system, handovers), serverBytes }
    : { serverBytes };
}
