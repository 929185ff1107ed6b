/** The results as tables. */
import { ratios } from '../load/statistics.ts';
import type { CpuPerMessage, FanoutRun, LatencyRun, ManyRun, Measured, Row, Throughput } from '../measures/results.ts';
import { cell, correctnessCells, CORRECTNESS_HEAD, values } from './cells.ts';
import { operationTables } from './operation-tables.ts';
import type { Report, ReportTable } from './report.ts';
import { spreadText } from './text.ts';

const cpuCell = <R extends { cpuMs: CpuPerMessage }>(row: Row<R>): string =>
  (['sender', 'server', 'recipient'] as const).map((part) => cell(row, (run) => run.cpuMs[part])).join(' / ');

/** All tables of a report, in the order of reading. */
export function tablesOf(report: Report): ReportTable[] {
  const { measured } = report;
  return [
    ...(measured.throughput ?? []).flatMap(throughputTables),
    ...latencyTables(measured.latency),
    ...fanoutTables(measured.fanout),
    ...manyTables(measured.many),
    ...operationTables(measured),
  ];
}

function throughputTables({ bodyBytes, rows }: Throughput): ReportTable[] {
  const size = `${bodyBytes / 1024} KiB`;
  const peers = rows.filter(({ key }) => !key.startsWith('liaison'));
  const perSecond = (row: Row<{ perSecond: number }> | undefined): number[] => values(row, (run) => run.perSecond);
  const speed: ReportTable = {
    title: `Throughput, ${size} (gateway)`,
    about:
      'One sender, one recipient, 1,000 messages outstanding. The clock stops when everything is confirmed, delivered, ' +
      'acknowledged and, with Liaison, proven to the sender. Processor time is milliseconds for each message.',
    head: [
      'system',
      'messages/s',
      'CPU sender / server / recipient, ms',
      'server MB',
      'disk bytes each',
      ...CORRECTNESS_HEAD,
    ],
    rows: rows.map((row) => [
      row.name,
      cell(row, (run) => run.perSecond),
      cpuCell(row),
      cell(row, (run) => run.serverBytes / 1e6),
      cell(row, (run) => run.diskBytesPerMessage),
      ...correctnessCells(row),
    ]),
  };
  const inside = metricsTable(size, rows);
  if (peers.length === 0) return [speed, inside];
  const compared: ReportTable = {
    title: `Throughput, ${size}: ratios`,
    about: 'Liaison to the other system, both of the same repetition: median (min–max) over the repetitions.',
    head: ['system', ...peers.map(({ name }) => `to ${name}`)],
    rows: rows
      .filter(({ key }) => key.startsWith('liaison'))
      .map((row) => [row.name, ...peers.map((peer) => spreadText(ratios(perSecond(row), perSecond(peer)), '×'))]),
  };
  return [speed, compared, inside];
}

/** What the gateway's own /metrics said after each run, for whoever wants to know where time goes. */
function metricsTable(size: string, rows: Throughput['rows']): ReportTable {
  return {
    title: `Throughput, ${size}: what the gateway says of itself`,
    about: 'From /metrics after the run: means, of the warm-up too.',
    head: ['system', 'commands a commit', 'check, ms', 'decide and commit, ms', 'refused'],
    rows: rows
      .filter(({ runs }) => runs.some((run) => run?.metrics))
      .map((row) => [
        row.name,
        cell(row, (run) => run.metrics?.commandsPerCommit),
        cell(row, (run) => run.metrics?.verifyMs),
        cell(row, (run) => run.metrics?.commitMs),
        cell(row, (run) => run.metrics?.refused),
      ]),
  };
}

function latencyTables(rows: Measured['latency']): ReportTable[] {
  if (!rows) return [];
  const one: ReportTable = {
    title: 'Latency, one in flight, 1 KiB (gateway)',
    about:
      'Milliseconds from sending, median and p99, with 2 ms between messages. “Proven”: the sender has the signed handover ' +
      'with its proof, which no broker offers.',
    head: ['system', 'confirmed', 'p99', 'delivered', 'p99', 'proven', 'p99', ...CORRECTNESS_HEAD],
    rows: rows.map((row) => {
      const pair = (of: keyof LatencyRun['oneInFlight']): string[] => [
        cell(row, ({ oneInFlight }) => oneInFlight[of]?.median),
        cell(row, ({ oneInFlight }) => oneInFlight[of]?.p99),
      ];
      return [row.name, ...pair('confirmed'), ...pair('delivered'), ...pair('proven'), ...correctnessCells(row)];
    }),
  };
  const half: ReportTable = {
    title: 'Latency at half load, 1 KiB (gateway)',
    about:
      'Open loop at half of what the system has carried just before with 1,000 outstanding. Milliseconds from sending; the ' +
      'last column is the p99 of the confirmation divided by its median.',
    head: ['system', 'messages/s', 'confirmed', 'p99', 'delivered', 'p99', 'p99 / median'],
    rows: rows.map((row) => [
      row.name,
      cell(row, ({ halfLoad }) => halfLoad.perSecond),
      cell(row, ({ halfLoad }) => halfLoad.confirmed.median),
      cell(row, ({ halfLoad }) => halfLoad.confirmed.p99),
      cell(row, ({ halfLoad }) => halfLoad.delivered.median),
      cell(row, ({ halfLoad }) => halfLoad.delivered.p99),
      cell(row, ({ halfLoad }) => halfLoad.confirmed.p99 / halfLoad.confirmed.median, '×'),
    ]),
  };
  return [one, half];
}

function fanoutTables(rows: readonly Row<FanoutRun>[] | undefined): ReportTable[] {
  return (rows ?? []).map((row) => ({
    title: `Fan-out to ${row.runs[0]?.recipients ?? 0} (gateway)`,
    about:
      'One sender; every message of 1 KiB goes to every recipient, each an agency with a session of its own. P-256 keys, one ' +
      'signature a message. A delivery counts when it is signed for and proven to the sender. Bytes are of frames, without ' +
      'WebSocket and TLS.',
    head: [
      'deliveries/s',
      'one to one, messages/s',
      'ratio',
      'CPU sender / server / recipients, ms each',
      'bytes in',
      'bytes out',
      ...CORRECTNESS_HEAD,
    ],
    rows: [
      [
        cell(row, (run) => run.deliveriesPerSecond),
        cell(row, (run) => run.singlePerSecond),
        cell(row, (run) => run.deliveriesPerSecond / run.singlePerSecond, '×'),
        cpuCell(row),
        cell(row, (run) => run.bytes.submittedPerDelivery),
        cell(row, (run) => run.bytes.deliveredPerDelivery),
        ...correctnessCells(row),
      ],
    ],
  }));
}

function manyTables(rows: readonly Row<ManyRun>[] | undefined): ReportTable[] {
  return (rows ?? []).map((row) => ({
    title: `${row.runs[0]?.pairs ?? 0} senders, ${row.runs[0]?.pairs ?? 0} recipients (gateway)`,
    about: '1 KiB, P-256 keys, one signature a message, 1,000 outstanding in all.',
    head: ['messages/s', 'CPU sender / server / recipient, ms', ...CORRECTNESS_HEAD],
    rows: [[cell(row, (run) => run.perSecond), cpuCell(row), ...correctnessCells(row)]],
  }));
}
