/** The gateway's figures in the text form of Prometheus. docs/architecture.md says what is counted where. */
import { stat } from 'node:fs/promises';
import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { HistogramFigures, LedgerFigures } from '../pipeline.ts';
import type { WitnessFigures } from '../witnesses/witnesses.ts';

/** What the main thread knows at the moment of the question. */
export interface MainFigures {
  sessions: number;
  jobs: number;
  bytesUnderWay: number;
  bytesUnderWayMax: number;
  /** Connections and sessions refused since the start, by code. */
  refusals: ReadonlyMap<string, number>;
  /** Absent without witnesses in the configuration. */
  witnesses?: WitnessFigures | undefined;
}

/** As prom-client's `getMetricsAsJSON` gives it. */
interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  aggregator: 'sum';
  values: { value: number; labels: Record<string, string | number>; metricName?: string }[];
}

const counter = (name: string, help: string, value: number): Family => counters(name, help, [{ value, labels: {} }]);
const counters = (name: string, help: string, values: Family['values']): Family => ({
  name,
  help,
  type: 'counter',
  aggregator: 'sum',
  values,
});
const gauge = (name: string, help: string, value: number): Family => gauges(name, help, [{ value, labels: {} }]);
const gauges = (name: string, help: string, values: Family['values']): Family => ({
  ...counters(name, help, values),
  type: 'gauge',
});

/** Buckets are cumulative in this form. */
function histogram(name: string, help: string, { bounds, counts, sum }: HistogramFigures): Family {
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { le: bounds[i] ?? '+Inf' }, value: total };
  });
  const values = [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: total },
  ];
  return { name, help, type: 'histogram', aggregator: 'sum', values };
}

function ledgerFamilies(figures: LedgerFigures, nowMs: number): Family[] {
  const { counters: count, oldestWaitingAtMs } = figures;
  const age = (atMs: number): number => Math.max(0, nowMs - atMs) / 1000;
  return [
    counter('liaison_messages_accepted_total', 'Messages accepted: durable and in the log.', count.accepted),
    counter('liaison_messages_accepted_bytes_total', 'Bytes of accepted messages, encrypted.', count.acceptedBytes),
    counter('liaison_messages_repeated_total', 'Messages submitted again and answered as before.', count.repeats),
    counters('liaison_handovers_total', 'Signed handovers recorded, late ones included.', [
      { value: count.handedOver, labels: { outcome: 'handed_over' } },
      { value: count.failed, labels: { outcome: 'failed' } },
    ]),
    counter('liaison_deliveries_expired_total', 'Deliveries that ended because the message expired.', count.expired),
    histogram(
      'liaison_verify_seconds',
      'From the arrival of a Submit frame until it is checked.',
      figures.verifySeconds,
    ),
    histogram('liaison_commit_seconds', 'From then until its outcome is durable.', figures.commitSeconds),
    histogram('liaison_commit_batch_size', 'Commands decided in one commit.', figures.batchSize),
    gauge('liaison_deliveries_outstanding', 'Deliveries that have not ended.', figures.outstandingDeliveries),
    gauge(
      'liaison_deliveries_oldest_seconds',
      'Age of the oldest message that somebody waits for; 0 when nobody waits.',
      oldestWaitingAtMs === 0 ? 0 : age(oldestWaitingAtMs),
    ),
    gauge('liaison_log_entries', 'Entries in the log.', figures.treeSize),
    gauge('liaison_checkpoint_age_seconds', 'Age of the newest checkpoint.', age(figures.checkpointAtMs)),
  ];
}

function mainFamilies(main: MainFigures, ledger: LedgerFigures | undefined): Family[] {
  const refusals = [
    ...(ledger?.refusals ?? []).map(({ code, count }) => ({ labels: { stage: 'ledger', code }, value: count })),
    ...[...main.refusals].map(([code, value]) => ({ labels: { stage: 'session', code }, value })),
  ];
  return [
    counters('liaison_refused_total', 'Refusals by code: of messages and handovers, or of connections.', refusals),
    gauge('liaison_sessions_open', 'Connections of nodes.', main.sessions),
    gauge('liaison_jobs', 'Frames under way that have no answer yet.', main.jobs),
    gauge('liaison_jobs_bytes', 'Their bytes.', main.bytesUnderWay),
    gauge('liaison_jobs_bytes_max', 'Beyond so many bytes no more is read.', main.bytesUnderWayMax),
  ];
}

function witnessFamilies({ witnesses, quorumSize }: WitnessFigures): Family[] {
  const each = (value: (one: WitnessFigures['witnesses'][number]) => number): Family['values'] =>
    witnesses.map((one) => ({ labels: { witness: one.name }, value: value(one) }));
  const failures = witnesses.flatMap(({ name, failures: counts }) =>
    Object.entries(counts).map(([reason, value]) => ({ labels: { witness: name, reason }, value })),
  );
  return [
    gauges(
      'liaison_witness_debt_entries',
      'Entries that the witness has not signed for.',
      each(({ debt }) => debt),
    ),
    gauges(
      'liaison_witness_last_cosigned_timestamp_seconds',
      'When the witness signed last; 0 when it has not since the start.',
      each(({ cosignedAtMs }) => cosignedAtMs / 1000),
    ),
    gauge('liaison_witness_quorum_size', 'Size of the newest checkpoint that a quorum has signed.', quorumSize),
    counters('liaison_witness_failures_total', 'Requests that brought no cosignature, by reason.', failures),
  ];
}

async function fileFamilies(database: string): Promise<Family[]> {
  const size = async (path: string): Promise<number> => (await stat(path).catch(() => ({ size: 0 }))).size;
  return [
    gauge('liaison_database_bytes', 'Size of the database file.', await size(database)),
    gauge('liaison_wal_bytes', 'Size of its write-ahead log.', await size(`${database}-wal`)),
  ];
}

export class Metrics {
  private readonly process = new Registry();
  private readonly database: string;

  /** Begins to watch the process: event-loop lag, heap, resident memory and what else is customary. */
  constructor(database: string) {
    this.database = database;
    collectDefaultMetrics({ register: this.process });
  }

  /** @param ledger absent while the ledger's thread has not told anything yet */
  async text(main: MainFigures, ledger: LedgerFigures | undefined, nowMs: number): Promise<string> {
    const families = [
      ...mainFamilies(main, ledger),
      ...(main.witnesses ? witnessFamilies(main.witnesses) : []),
      ...(ledger ? ledgerFamilies(ledger, nowMs) : []),
      ...(await fileFamilies(this.database)),
    ];
    const ours = await AggregatorRegistry.aggregate([families]).metrics();
    return `${ours}${await this.process.metrics()}`;
  }

  get type(): string {
    return this.process.contentType;
  }
}
