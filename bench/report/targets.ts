/** What the benchmark is to show, and whether it does. Medians over the repetitions. */
import { median, ratios } from '../load/statistics.ts';
import type { LatencyRun, Measured, Row } from '../measures/results.ts';
import { find, values } from './cells.ts';

export interface Target {
  readonly what: string;
  readonly wanted: string;
  /** NaN where it was not measured. */
  readonly value: number;
  readonly unit: string;
  readonly reached: boolean;
}

/** P-256 is compared: with it certificates and signatures are shortest. RSA-3072 stands beside it in the tables. */
const SINGLE = 'liaison-p256-single';
const BURST = 'liaison-p256-burst';
const middle = (list: readonly number[]): number => median(list.filter(Number.isFinite));

const atLeast = (what: string, bound: number, value: number, unit = '×'): Target => ({
  ...{ what, wanted: `≥ ${bound}${unit}`, value, unit, reached: value >= bound },
});
const atMost = (what: string, bound: number, value: number, unit: string): Target => ({
  ...{ what, wanted: `≤ ${bound}${unit}`, value, unit, reached: value <= bound },
});
const below = (what: string, bound: number, value: number, unit: string): Target => ({
  ...{ what, wanted: `< ${bound}${unit}`, value, unit, reached: value < bound },
});

/** All targets of what was measured. */
export function targetsOf(measured: Measured): Target[] {
  return [...throughputTargets(measured), ...latencyTargets(measured.latency), ...operationTargets(measured)].filter(
    ({ value }) => Number.isFinite(value),
  );
}

function throughputTargets({ throughput }: Measured): Target[] {
  const rows = throughput?.find(({ bodyBytes }) => bodyBytes === 1024)?.rows;
  const perSecond = (key: string): number[] => values(find(rows, key), (run) => run.perSecond);
  const ratio = (ours: string, theirs: string): number => middle(ratios(perSecond(ours), perSecond(theirs)));
  return [
    atLeast('1 KiB, P-256, one signature a message, to RabbitMQ quorum', 0.9, ratio(SINGLE, 'rabbitmq')),
    atLeast('1 KiB, P-256, bursts, to RabbitMQ quorum', 1.5, ratio(BURST, 'rabbitmq')),
    atLeast('1 KiB, P-256, bursts, to NATS JetStream', 1.2, ratio(BURST, 'nats')),
  ];
}

function latencyTargets(rows: Measured['latency']): Target[] {
  const ours = find(rows, SINGLE);
  const rabbit = find(rows, 'rabbitmq');
  const of = (row: Row<LatencyRun> | undefined, part: 'confirmed' | 'delivered' | 'proven'): number[] =>
    values(row, ({ oneInFlight }) => oneInFlight[part]?.median);
  const tail = values(ours, ({ halfLoad }) => halfLoad.confirmed.p99 / halfLoad.confirmed.median);
  const ratio = (part: 'confirmed' | 'delivered'): number => middle(ratios(of(ours, part), of(rabbit, part)));
  return [
    atMost('one in flight, submit to result, to RabbitMQ’s publish to confirm', 2, ratio('confirmed'), '×'),
    atMost('one in flight, submit to delivered, to RabbitMQ’s publish to delivery', 2, ratio('delivered'), '×'),
    below('handover known to the sender, median', 5, middle(of(ours, 'proven')), ' ms'),
    below('p99 at half load to the median', 10, middle(tail), '×'),
  ];
}

function operationTargets(measured: Measured): Target[] {
  const fanout = values(measured.fanout?.[0], (run) => run.deliveriesPerSecond / run.singlePerSecond);
  const sessions = measured.sessions?.find((row) => (row.runs[0]?.sessions ?? 0) >= 10_000);
  const backlog = measured.backlog?.find((row) => (row.runs[0]?.waiting ?? 0) >= 200_000);
  const coldstart = measured.coldstart?.find((row) => (row.runs[0]?.entries ?? 0) >= 1_000_000);
  const cost = (row: number): number[] => values(measured.growth?.[row], (run) => run.cpuMsPerMessage);
  const rate = (row: number): number[] => values(measured.policy?.[row], (run) => run.perSecond);
  const hasManyRules = (measured.policy?.[1]?.runs[0]?.agreements ?? 0) >= 5_000;
  const isLarge = (measured.growth?.[1]?.runs[0]?.entries ?? 0) >= 1_000_000;
  return [
    atLeast('fan-out, deliveries to the single-message rate', 0.5, middle(fanout)),
    below('10,000 idle sessions', 1.2, middle(values(sessions, (run) => run.gatewayBytes / 1e9)), ' GB'),
    below('10,000 sessions back after a kill', 90, middle(values(sessions, (run) => run.reconnectSeconds)), ' s'),
    below(
      '200,000 messages waiting',
      300,
      middle(values(backlog, (run) => Math.max(run.filledBytes, run.waitingBytes) / 1e6)),
      ' MB',
    ),
    below('cold start with a million entries', 3, middle(values(coldstart, (run) => run.readySeconds)), ' s'),
    atLeast(
      '5,000 agreements and 500 groups to ten of each',
      0.9,
      hasManyRules ? middle(ratios(rate(1), rate(0))) : NaN,
    ),
    atMost('cost at a million entries to ten thousand', 1.2, isLarge ? middle(ratios(cost(1), cost(0))) : NaN, '×'),
  ];
}
