/**
 * An audit's report as one HTML page that stands alone: no script, nothing loaded from anywhere, readable on a screen, a telephone
 * and paper. The verdict comes first.
 */
import { toBase64 } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { LogReport } from '../verify-log.ts';
import { daysChart, latencyChart, refusalsChart } from './charts.ts';
import { html, Html } from './html.ts';
import { DAY_MS, type Statistics } from './statistics.ts';
import { STYLE } from './style.ts';
import { type Cell, code, counted, facts, more, table, time } from './tables.ts';

/** What was brought along, for the reader: how each thing was given on the command line. */
export interface ReportContext {
  /** POSIX milliseconds. */
  readonly madeAtMs: number;
  /** Of the program. */
  readonly version: string;
  readonly logKeyGiven: boolean;
  readonly anchorsGiven: number;
  /** Commands that repeat what the report says. */
  readonly commands: readonly string[];
}

const LISTED_MAX = 200;

/** @returns the whole page */
export function renderReport(report: LogReport, statistics: Statistics, context: ReportContext): string {
  const digest = toBase64(sha256(Buffer.from(STYLE)));
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Audit of ${report.origin || 'an unknown log'}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <h1>Audit report</h1>
          <p>${report.origin || 'A log that does not name itself'}</p>
        </header>
        <main>
          ${verdict(report)} ${tiles(report, statistics)} ${about(report, context)} ${findings(report)}
          ${traffic(statistics)} ${refusals(statistics)} ${acts(report)} ${reads(statistics)} ${entries(report)}
          ${again(context)}
        </main>
        <footer>
          Made ${time(context.madeAtMs)} by Liaison ${context.version}. Times in this report are the gateway's own, in
          UTC. Counts of traffic are what the log says; the verdict tells whether to believe it.
        </footer>
      </body>
    </html>`;
  return `${page.text}\n`;
}

function verdict({ verdict: is, size, findingsTotal, missingTrust }: LogReport): Html {
  switch (is) {
    case 'verified':
      return html`<section class="verdict verified">
        <strong>Verified</strong>
        <p>All ${size} entries keep the rules, and the log's key has signed them.</p>
      </section>`;
    case 'findings':
      return html`<section class="verdict findings">
        <strong>${counted(findingsTotal, 'finding')}</strong>
        <p>The log breaks rules. What is wrong, and what follows from it, is told below.</p>
      </section>`;
    case 'consistent-origin-unproven':
      return html`<section class="verdict unproven">
        <strong>Consistent, origin unproven</strong>
        <p>
          The data agrees with itself. Whose it is has not been shown: that needs ${missingTrust.join(' and ')},
          obtained from elsewhere than the data.
        </p>
      </section>`;
  }
}

function tiles({ size }: LogReport, { totals }: Statistics): Html {
  const tile = (name: string, value: number): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="tiles">
    ${tile('entries', size)} ${tile('messages accepted', totals.messages)}
    ${tile('deliveries handed over', totals.handedOver)} ${tile('deliveries failed', totals.failed)}
    ${tile('deliveries waiting', totals.waiting)}
  </dl>`;
}

const rootOf = (note: string): string => note.split('\n')[2] ?? 'none';

function about(report: LogReport, { logKeyGiven, anchorsGiven }: ReportContext): Html {
  const own = 'not given: taken from the data itself';
  const rows: [string, Cell][] = [
    ['Data', html`${code(report.path)} (${report.kind === 'data' ? 'data of a stopped gateway' : 'bundle'})`],
    ['Period', `${time(report.firstAtMs)} to ${time(report.lastAtMs)}`],
    ['Log key', logKeyGiven ? 'given by the auditor' : own],
    ['Authorities', anchorsGiven > 0 ? `${counted(anchorsGiven, 'certificate')} given by the auditor` : own],
    ['Checkpoints', `${counted(report.checkpointsVerified, 'signed checkpoint')} compared with the entries`],
    ['Signatures', `${counted(report.signaturesVerified, 'signature')} of senders and recipients checked`],
    ['State', report.stateDigest === '' ? 'not compared' : code(report.stateDigest)],
  ];
  const shards = report.shards.map(({ origin, verifierKey, size, checkpoint, firstAtMs, lastAtMs }) =>
    facts([
      ['Log', code(origin || 'unknown')],
      ['Key', code(verifierKey || 'unknown')],
      ['Tree size', counted(size, 'entry', 'entries')],
      ['Root', code(rootOf(checkpoint))],
      ['From, to', `${time(firstAtMs)} to ${time(lastAtMs)}`],
    ]),
  );
  return html`<h2>What was examined</h2>
    ${facts(rows)}
    <h3>${report.shards.length > 1 ? 'Shards, oldest first' : 'The log'}</h3>
    ${shards} ${compared(report)} ${silences(report)}
    <h3>The newest checkpoint</h3>
    <p>Keep it: a later audit that is given this file shows whether anything was cut off or changed since.</p>
    <pre>${report.checkpoint || 'There is none.'}</pre>`;
}

function compared({ outside }: LogReport): Html | string {
  if (outside.length === 0) {
    return html`<p class="soft">
      No checkpoint from elsewhere was compared, so nothing shows what may have been cut off.
    </p>`;
  }
  const rows = outside.map(({ name, size, contained }) => [
    ...[code(name), size],
    contained ? 'contained in this log' : html`<span class="no">not contained in this log</span>`,
  ]);
  return html`<h3>Compared with what was obtained elsewhere</h3>
    ${table([{ name: 'Checkpoint' }, { name: 'Size', isNumber: true }, { name: 'Result' }], rows)}`;
}

function silences({ silences: list }: LogReport): Html | string {
  if (list.length === 0) return '';
  const rows = list.slice(0, LISTED_MAX).map(({ index, lengthMs }) => [String(index), lengthText(lengthMs)]);
  return html`<h3>Times without an entry</h3>
    <p>No finding: the gateway may have been stopped.</p>
    ${table([{ name: 'Before entry' }, { name: 'Length' }], rows)} ${more(list.length - rows.length, 'silence')}`;
}

const lengthText = (ms: number): string =>
  ms < 48 * 3_600_000 ? `${(ms / 3_600_000).toFixed(1)} hours` : `${(ms / DAY_MS).toFixed(1)} days`;

function findings({ findings: list, findingsTotal }: LogReport): Html | string {
  if (findingsTotal === 0) return '';
  const shown = list.slice(0, LISTED_MAX);
  return html`<h2>Findings</h2>
    ${shown.map(
      ({ origin, index, rule, what, consequence, notes = [] }) =>
        html`<article class="finding">
          <p><span class="rule">${rule}</span> <span class="soft">${placeOf(origin, index)}</span></p>
          <p>${what}</p>
          <p class="soft">${consequence}</p>
          ${notes.map((note) => html`<pre>${note}</pre>`)}
        </article>`,
    )}
    ${more(findingsTotal - shown.length, 'finding')}`;
}

const placeOf = (origin: string | undefined, index: number | undefined): string =>
  [index === undefined ? 'about no entry in particular' : `entry ${index}`, ...(origin ? [`of ${origin}`] : [])].join(
    ' ',
  );

function traffic(statistics: Statistics): Html {
  const { agencies, types, totals, latency } = statistics;
  const numbers = ['Messages', 'Handed over', 'Failed', 'Waiting'].map((name) => ({ name, isNumber: true }));
  const byAgency = [...agencies].map(([name, each]) => [
    ...[name, each.messages, each.handedOver, each.failed, each.waiting, each.refused, each.received],
  ]);
  const byType = [...types].map(([name, each]) => [name, each.messages, each.handedOver, each.failed, each.waiting]);
  const total = ['All', totals.messages, totals.handedOver, totals.failed, totals.waiting];
  const sum = (name: 'refused' | 'received'): number =>
    [...agencies.values()].reduce((all, each) => all + each[name], 0);
  const extra = [
    { name: 'Refused', isNumber: true },
    { name: 'Messages received', isNumber: true },
  ];
  return html`<h2>Traffic</h2>
    ${totals.messages > 0 ? daysChart(statistics) : html`<p>No message was accepted.</p>`}
    ${latency.some((count) => count > 0) ? latencyChart(statistics) : ''}
    <h3>By the sender's agency</h3>
    ${table([{ name: 'Agency', isWhole: true }, ...numbers, ...extra], byAgency, [...total, sum('refused'), sum('received')])}
    <h3>By type of message</h3>
    ${table([{ name: 'Type', isWhole: true }, ...numbers], byType, total)}`;
}

function refusals(statistics: Statistics): Html {
  const rows = [...statistics.refusals]
    .sort(([, a], [, b]) => b.logged + b.counted - a.logged - a.counted)
    .map(([name, { logged, counted: count }]) => [name, logged, count]);
  if (rows.length === 0)
    return html`<h2>Refusals</h2>
      <p>None.</p>`;
  const columns = [
    { name: 'Code', isWhole: true },
    { name: 'With an entry', isNumber: true },
    { name: 'Only counted', isNumber: true },
  ];
  return html`<h2>Refusals</h2>
    ${refusalsChart(statistics)} ${table(columns, rows)}`;
}

function acts({ acts: list }: LogReport): Html {
  const shown = list.slice(0, LISTED_MAX);
  if (shown.length === 0)
    return html`<h2>What operators did</h2>
      <p>Nothing.</p>`;
  const rows = shown.map(({ index, atMs, operator, what }) => [
    String(index),
    time(atMs),
    code(operator.slice(0, 8)),
    what,
  ]);
  const columns = [
    { name: 'Entry', isNumber: true },
    { name: 'Time', isWhole: true },
    { name: 'Operator', isWhole: true },
    { name: 'Act' },
  ];
  return html`<h2>What operators did</h2>
    ${table(columns, rows)} ${more(list.length - shown.length, 'act')}`;
}

function reads({ reads: list, readsTotal }: Statistics): Html {
  if (readsTotal === 0)
    return html`<h2>What auditors read</h2>
      <p>The log tells of no auditor who read it.</p>`;
  const rows = list.map(({ index, atMs, what }) => [String(index), time(atMs), what]);
  const columns = [{ name: 'Entry', isNumber: true }, { name: 'Time', isWhole: true }, { name: 'Read' }];
  return html`<h2>What auditors read</h2>
    ${table(columns, rows)} ${more(readsTotal - rows.length, 'reading')}`;
}

function entries({ entriesByKind }: LogReport): Html {
  const rows = Object.entries(entriesByKind).sort(([, a], [, b]) => b - a);
  return html`<h2>Entries by kind</h2>
    ${table([{ name: 'Kind' }, { name: 'Entries', isNumber: true }], rows)}`;
}

function again({ commands }: ReportContext): Html {
  return html`<h2>Checking this report</h2>
    <p>
      Nothing in this page has to be believed: whoever has the data repeats the audit. Log key, authorities and
      checkpoints prove something only if they did not come with the data.
    </p>
    <pre>${commands.join('\n')}</pre>
    <p>
      A clean audit shows that the log is whole, that its entries were signed by whom they name, and that the gateway
      kept its own rules. It does not show what messages say, nor what never reached the gateway.
    </p>`;
}
