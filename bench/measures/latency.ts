/**
 * Latency: one message in flight, then an open loop at half of the rate that the system has just carried. Times are from
 * the moment of sending until the sender has the confirmation, the recipient has the message, and, with Liaison, until the
 * sender has the proof of the handover.
 */
import { carry, type Run } from '../load/run.ts';
import { percentile } from '../load/statistics.ts';
import type { Running } from '../load/types.ts';
import type { Bench, Line } from './context.ts';
import { alternate } from './rows.ts';
import type { Latencies, LatencyRun, Row } from './results.ts';
import { prepare, WINDOW } from './throughput.ts';

const BODY_BYTES = 1_024;
const PAUSE_MS = 2;

/** Differences of two lists of times, in milliseconds. */
export function latencies(from: readonly Float64Array[], until: readonly Float64Array[]): Latencies {
  const values = from.flatMap((list, link) => Array.from(list, (at, i) => (until[link]?.[i] ?? NaN) - at));
  const [median, p90, p99, max] = [50, 90, 99, 100].map((percent) => percentile(values, percent)) as [
    number,
    number,
    number,
    number,
  ];
  return { count: values.length, median, p90, p99, max };
}

/** Measures every line that signs each message by itself. */
export async function latency(bench: Bench): Promise<Row<LatencyRun>[]> {
  const { sizes } = bench.options;
  const lines = await bench.lines(['single'], 1);
  const sealed = sizes.warmUp + sizes.oneInFlight + 2 * sizes.latencyLoad;
  for (const line of lines) await prepare(bench, line, BODY_BYTES, sealed);
  return alternate(
    bench,
    'latency',
    lines,
    async (line, repetition) => {
      const { result, verified } = await bench.on(line, bench.audits(repetition), (running) =>
        once(bench, line, running),
      );
      return { ...result, ...(verified && { verified }) };
    },
    ({ oneInFlight, halfLoad }) =>
      `confirmed ${oneInFlight.confirmed.median.toFixed(2)} ms, delivered ${oneInFlight.delivered.median.toFixed(2)} ms; ` +
      `at ${Math.round(halfLoad.perSecond)}/s p99 ${halfLoad.confirmed.p99.toFixed(1)} ms`,
  );
}

async function once(bench: Bench, line: Line, running: Running): Promise<LatencyRun> {
  const { warmUp, latencyLoad, oneInFlight: count } = bench.options.sizes;
  const links = {
    senders: [{ from: 0, to: 1, bodyBytes: BODY_BYTES, signing: line.signing }],
    recipients: [{ to: 1 }],
  };
  const full = { kind: 'window', window: WINDOW, unit: line.unit } as const;
  const fast = await carry(running, { ...links, warmUp, count: latencyLoad, schedule: full });
  let first = warmUp + latencyLoad;
  const one = await carry(running, { ...links, first, count, schedule: { kind: 'one', pauseMs: PAUSE_MS } });
  first += count;
  const perSecond = latencyLoad / fast.seconds / 2;
  const half = await carry(running, { ...links, first, count: latencyLoad, schedule: { kind: 'rate', perSecond } });
  const all = [fast, one, half];
  const sum = (of: (run: Run) => number): number => all.reduce((total, run) => total + of(run), 0);
  return {
    oneInFlight: {
      confirmed: latencies(one.sent.sentMs, one.sent.confirmedMs),
      delivered: latencies(one.sent.sentMs, one.received.deliveredMs),
      // Brokers prove nothing.
      ...(Number.isFinite(one.sent.lastProvenMs) && { proven: latencies(one.sent.sentMs, one.sent.provenMs) }),
    },
    halfLoad: {
      perSecond,
      confirmed: latencies(half.sent.sentMs, half.sent.confirmedMs),
      delivered: latencies(half.sent.sentMs, half.received.deliveredMs),
    },
    lost: sum((run) => run.lost),
    doubled: sum((run) => run.doubled),
    receipts: sum((run) => run.receipts),
  };
}
