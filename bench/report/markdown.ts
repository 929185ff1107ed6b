/** The report as Markdown. */
import type { Report, ReportTable } from './report.ts';
import { tablesOf } from './tables.ts';
import { targetsOf } from './targets.ts';
import { figure, megabytes, repeated } from './text.ts';

const escape = (text: string): string => text.replaceAll('|', '\\|');

/** A table, its columns padded, so that it also reads as plain text. */
function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(escape));
  const widths = head.map((_, i) => Math.max(3, ...all.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => (row[i] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(all[0] ?? []), rule, ...all.slice(1).map(line)].join('\n');
}

const section = ({ title, about, head, rows }: ReportTable): string =>
  `## ${title}\n\n${about}\n\n${grid(head, rows)}\n`;

/** The whole report. */
export function markdown(report: Report): string {
  const parts = [
    heading(report),
    targets(report),
    ...tablesOf(report).map(section),
    method(report),
    systems(report),
    machine(report),
    REPRODUCE,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function heading({ startedAt, seconds, quick, repetitions }: Report): string {
  const kind = quick ? 'A quick run: whether everything works, **not figures to quote**. ' : '';
  return (
    `# Measured\n\n${kind}Written by \`npm run bench\` on ${startedAt.slice(0, 10)}, ${Math.round(seconds / 60)} minutes, ` +
    `${repeated(repetitions)}. Figures are medians with (minimum–maximum) over ` +
    'the repetitions. _Gateway_ figures: recipients check digests and sign handovers in batches, but do not open; every ' +
    'ratio uses these. _SDK to SDK_: everything.\n'
  );
}

function targets({ measured }: Report): string {
  const list = targetsOf(measured);
  if (list.length === 0) return '';
  const rows = list.map(({ what, wanted, value, unit, reached }) => [
    ...[what, wanted, `${figure(value)}${unit}`, reached ? 'reached' : '**missed**'],
  ]);
  return `## Targets\n\n${grid(['what', 'wanted', 'measured', ''], rows)}\n`;
}

function method({ repetitions, sizes, machine: { loadBefore } }: Report): string {
  const counts = sizes.throughput
    .map(({ bodyBytes, warmUp, messages }) => `${messages} after ${warmUp} (${bodyBytes / 1024} KiB)`)
    .join(', ');
  const points = [
    'Server, senders and recipients are separate processes on one machine; everything goes over loopback and TLS 1.3. One ' +
      'node of each system, started afresh with an empty store for each repetition.',
    'All systems carry bodies of the same length with the same number outstanding. Liaison’s bodies are sealed and signed ' +
      'before the clock starts, each with keys of its own; its envelopes are therefore longer than the brokers’ messages.',
    'All of the gateway’s work is on: signature check, decision, log entry, signed checkpoint, fsync, receipt to the sender, ' +
      'signed handover by the recipient, and its proof to the sender. Nothing comparable exists in the brokers; what each ' +
      'of them guarantees stands below.',
    'For the _gateway_ figures the clients do less than the protocol demands of nodes: recipients compare digests and sign ' +
      'handovers, but verify no sender’s signature, open nothing and store nothing; senders verify a sample of receipts ' +
      'afterwards. _SDK to SDK_ leaves nothing out.',
    'Liaison sends 50 messages in a frame, each with a signature of its own, or 250 under one signature; handovers are ' +
      'signed for as many as a frame brings. RabbitMQ: prefetch 2,000, one multiple acknowledgement a turn of the event ' +
      'loop. NATS: pull of 2,000, each message acknowledged, stream limits retained. Mosquitto: unlimited in flight. ' +
      'Liaison demands client certificates; the brokers ask for none.',
    `Warm-up and counts of throughput: ${counts}. Latency: ${sizes.oneInFlight} messages one at a time and ` +
      `${sizes.latencyLoad} at half load, of which a 99th percentile is the ${Math.ceil(sizes.latencyLoad / 100)}th worst. ` +
      'Half load is half of what the same process carried just before, in a short run: rates differ between systems. ' +
      'Times are from the moment of sending, not from when a message was due.',
    `All systems take their turns within each repetition (${repetitions} in all; 16 KiB, fan-out, many and SDK at most ` +
      `${sizes.long}, sessions and backlog ${sizes.longest}), each repetition beginning with the next one. A ratio is of one ` +
      'repetition, and the median of these ratios is given; the ranges tell how far they differ.',
    'Disk: what a run adds to the data, for each message. Liaison: after a clean stop, with log, tree, receipts and state ' +
      'of messages that were delivered and whose content is erased (its pages stay in the file for what comes next); with a ' +
      'backlog, content included. Brokers: while they run, as they keep it.',
    'Processor time is that of the whole process, all threads, user and system, for each message (for the server from ' +
      '/proc, 10 ms resolution over the run). Senders and recipients share the machine’s cores with the server.',
    'Each run of Liaison ends with a sample of receipts verified by the sender (signature of the checkpoint, path of the ' +
      'entry), and with the auditor’s command over the stopped gateway’s data. A run with a lost message does not end: it ' +
      'fails.',
    `Load averages before the run: ${loadBefore.map((value) => value.toFixed(2)).join(', ')}.`,
  ];
  return `## How it was measured\n\n${points.map((point) => `- ${point}`).join('\n')}\n`;
}

function systems({ systems: list, skipped }: Report): string {
  const rows = list.map(({ name, version, guarantees }) => [name, version, guarantees]);
  const absent = skipped.map(({ name, reason }) => `- **Skipped: ${name}.** ${reason}`).join('\n');
  const table = grid(['system', 'versions', 'what a confirmation guarantees'], rows);
  return `## Systems\n\nA single node of each, so nothing is replicated. The brokers are those of the Linux distribution; newer ones may be faster or safer.\n\n${table}\n${absent && `\n${absent}\n`}`;
}

function machine({ machine: made }: Report): string {
  const rows = [
    ['processor', `${made.processor}, ${made.cores} logical cores`],
    ['memory', megabytes(made.memoryBytes)],
    ['system', made.system],
    ['runtime', `Node.js ${made.node}, OpenSSL ${made.openssl}`],
    ['file system', `${made.fileSystem}; 4 KiB appended and synced in ${figure(made.syncMs)} ms`],
  ];
  return `## Machine\n\n${grid(['', ''], rows)}\n`;
}

const REPRODUCE = `## To reproduce

\`\`\`sh
npm ci
sudo bench/setup.sh            # RabbitMQ, NATS and Mosquitto from Debian's packages; without them they are skipped
npm run bench -- --quick       # does everything work?
npm run bench -- --json all.json
\`\`\`

\`--only throughput,latency\` measures a part; \`--profile DIR\` adds processor time by stage. Nothing else should run on the
machine meanwhile.
`;
