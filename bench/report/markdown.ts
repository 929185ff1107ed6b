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

function method({ repetitions, machine: { loadBefore } }: Report): string {
  const points = [
    'Server, senders and recipients are separate processes on one machine; everything goes over loopback and TLS 1.3. One ' +
      'node of each system, started afresh with an empty store for each repetition.',
    'All systems carry bodies of the same length with the same number outstanding. Liaison’s bodies are sealed and signed ' +
      'before the clock starts, each with keys of its own; its envelopes are therefore longer than the brokers’ messages.',
    'With Liaison everything is on: signature check, decision, log entry, signed checkpoint, fsync, receipt to the sender, ' +
      'signed handover by the recipient, and its proof to the sender. Nothing comparable exists in the brokers; what each ' +
      'of them guarantees stands below.',
    `All systems take their turns within each repetition (${repetitions} in all), so that what disturbs the machine disturbs ` +
      'all of them; a ratio is of one repetition, and the median of these ratios is given.',
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
  return `## Systems\n\nA single node of each.\n\n${table}\n${absent && `\n${absent}\n`}`;
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
