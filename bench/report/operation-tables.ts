/** Tables about running a gateway: sessions, backlog, start, growth, and the SDK. */
import type { AttachmentsRun, CpuPerMessage, Measured, Row } from '../measures/results.ts';
import type { ReportTable } from './report.ts';
import { cell, correctnessCells, CORRECTNESS_HEAD } from './cells.ts';
import { figure } from './text.ts';

export function operationTables(measured: Measured): ReportTable[] {
  return [
    ...sessionTable(measured.sessions),
    ...backlogTable(measured.backlog),
    ...coldstartTable(measured.coldstart),
    ...growthTable(measured.growth),
    ...policyTable(measured.policy),
    ...sdkTable(measured.sdk),
    ...attachmentsTable(measured.attachments),
    ...profileTable(measured.profile),
  ];
}

function sessionTable(rows: Measured['sessions']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: 'Idle sessions',
      about:
        'Sessions with TLS client certificates (P-256), each serving a mailbox of its own. Then the gateway is killed and ' +
        'started again at once; clients connect again as the SDK does: exponential back-off with full jitter, from half a ' +
        'second to at most a minute. Memory is resident memory of the gateway.',
      head: ['sessions', 'connected in s', 'MB', 'KB each', 'restart, s', 'all back after s', 'failed attempts'],
      rows: rows.map((row) => [
        cell(row, (run) => run.sessions),
        cell(row, (run) => run.connectSeconds),
        cell(row, (run) => run.gatewayBytes / 1e6),
        cell(row, (run) => run.bytesPerSession / 1e3),
        cell(row, (run) => run.restartSeconds),
        cell(row, (run) => run.reconnectSeconds),
        cell(row, (run) => run.failedAttempts),
      ]),
    },
  ];
}

function backlogTable(rows: Measured['backlog']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: 'A backlog (gateway)',
      about:
        'Messages of 1 KiB for one recipient that is away; then the gateway starts again on them, the recipient comes and ' +
        'drains them while a sender goes on. Milliseconds of the new messages from sending; they queue behind the old ones.',
      head: [
        ...['waiting', 'filled at, messages/s', 'MB after filling', 'MB after a restart', 'MB while draining'],
        ...['disk bytes each', 'drained, messages/s', 'new, messages/s', 'new: confirmed', 'p99', ...CORRECTNESS_HEAD],
      ],
      rows: rows.map((row) => [
        cell(row, (run) => run.waiting),
        cell(row, (run) => run.fillPerSecond),
        cell(row, (run) => run.filledBytes / 1e6),
        cell(row, (run) => run.waitingBytes / 1e6),
        cell(row, (run) => run.drainingBytes / 1e6),
        cell(row, (run) => run.diskBytesPerMessage),
        cell(row, (run) => run.drainPerSecond),
        cell(row, (run) => run.newPerSecond),
        cell(row, (run) => run.newConfirmed.median),
        cell(row, (run) => run.newConfirmed.p99),
        ...correctnessCells(row),
      ]),
    },
  ];
}

function coldstartTable(rows: Measured['coldstart']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: 'Cold start',
      about:
        'From the start of the process to `ready`, and to the first answer of /readyz that says so, on a generated log. The ' +
        "operating system's cache is warm.",
      head: ['entries', 'ready, s', '/readyz, s', 'MB'],
      rows: rows.map((row) => [
        cell(row, (run) => run.entries),
        cell(row, (run) => run.readySeconds),
        cell(row, (run) => run.servingSeconds),
        cell(row, (run) => run.gatewayBytes / 1e6),
      ]),
    },
  ];
}

function growthTable(rows: Measured['growth']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: 'Cost of a message as the log grows (gateway)',
      about: 'The same load, bursts of 1 KiB, on a copy of a small and of a large generated log.',
      head: ['entries before', 'messages/s', 'CPU gateway, ms each', ...CORRECTNESS_HEAD],
      rows: rows.map((row) => [
        cell(row, (run) => run.entries),
        cell(row, (run) => run.perSecond),
        cell(row, (run) => run.cpuMsPerMessage),
        ...correctnessCells(row),
      ]),
    },
  ];
}

const PARTS = { sender: 'the sending node', server: 'the gateway', recipient: 'the receiving node' } as const;

/** Below this share of a core a process does not limit the others. */
const LIMITING = 0.8;

/** The process that was busiest, with the cores that it used, and whether it can be what limits the rate. */
export function busiest(busy: CpuPerMessage): string {
  const parts = Object.keys(PARTS) as (keyof typeof PARTS)[];
  const most = parts.reduce((a, b) => (busy[a] >= busy[b] ? a : b));
  const text = `${PARTS[most]} (${figure(busy[most])} cores)`;
  return busy[most] < LIMITING ? `none, they wait for each other and for disks; most of all ${text}` : text;
}

function policyTable(rows: Measured['policy']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: 'Agreements and groups (gateway)',
      about:
        'One sender, one recipient, P-256 keys, one signature a message, 1 KiB. The gateway denies by default; each message goes ' +
        'to a group, so that clearance, agreement and group are judged.',
      head: ['agreements', 'groups', 'messages/s', 'CPU server, ms each', ...CORRECTNESS_HEAD],
      rows: rows.map((row) => [
        cell(row, (run) => run.agreements),
        cell(row, (run) => run.groups),
        cell(row, (run) => run.perSecond),
        cell(row, (run) => run.cpuMs.server),
        ...correctnessCells(row),
      ]),
    },
  ];
}

function sdkTable(rows: Measured['sdk']): ReportTable[] {
  if (!rows) return [];
  const last = <R>(row: Row<R>): R | undefined => row.runs.findLast((run) => run !== null) ?? undefined;
  return [
    {
      title: 'SDK to SDK',
      about:
        'Everything: composing, sealing, signing, a durable outbox, the gateway, opening, a durable inbox, done, and the ' +
        'evidence durable at the sender. Two nodes, a process each. Not compared with brokers, which do none of this.',
      head: [
        'calls',
        'messages/s',
        'CPU sender / gateway / recipient, ms',
        'limited by',
        'lost',
        'doubled',
        'receipts verified',
      ],
      rows: rows.map((row) => {
        const run = last(row);
        return [
          row.name,
          cell(row, ({ perSecond }) => perSecond),
          (['sender', 'server', 'recipient'] as const).map((part) => cell(row, ({ cpuMs }) => cpuMs[part])).join(' / '),
          run ? busiest(run.busy) : '–',
          ...[(run?.lost ?? 0).toString(), (run?.doubled ?? 0).toString(), (run?.receipts ?? 0).toString()],
        ];
      }),
    },
  ];
}

function profileTable(rows: Measured['profile']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: "The gateway's processor time by stage",
      about:
        "Samples of V8's profiler while single messages of 1 KiB are carried. Time in native code counts for the function " +
        'that called it.',
      head: ['thread', 'stage', 'ms', 'share'],
      rows: rows.map(({ thread, stage, milliseconds, share }) => [
        thread,
        stage,
        figure(milliseconds),
        `${(share * 100).toFixed(1)} %`,
      ]),
    },
  ];
}

function attachmentsTable(rows: Measured['attachments']): ReportTable[] {
  if (!rows) return [];
  return [
    {
      title: 'Attachments',
      about:
        'One file, beside a plain HTTPS upload of it between two processes with TLS 1.3 and a client certificate, into a ' +
        'file that is synced. Upload: the ciphertext from the node to durable at the gateway, and the message accepted. ' +
        'The ratio is of these two; encrypting comes before, once for all recipients and repetitions.',
      head: [
        ...['file', 'HTTPS, MB/s', 'upload, MB/s', 'ratio', 'encrypt, MB/s', 'download, MB/s', 'save, MB/s'],
        'most memory sender / gateway / recipient, MB',
      ],
      rows: rows.map((row) => {
        const rate = (ms: (run: AttachmentsRun) => number): string => cell(row, (run) => run.bytes / 1000 / ms(run));
        return [
          row.name,
          rate(({ httpsMs }) => httpsMs),
          rate(({ uploadMs }) => uploadMs),
          cell(row, ({ httpsMs, uploadMs }) => httpsMs / uploadMs),
          rate(({ sealMs }) => sealMs),
          rate(({ downloadMs }) => downloadMs),
          rate(({ saveMs }) => saveMs),
          (['sender', 'gateway', 'recipient'] as const)
            .map((part) => cell(row, ({ peakBytes }) => peakBytes[part] / 1e6))
            .join(' / '),
        ];
      }),
    },
  ];
}
