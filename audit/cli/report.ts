/** Reports for people. The verdict comes first: whoever reads only one line reads that one. */
import { print, printable, printTable } from '../../cli/print.ts';
import type { ReceiptReport } from '../explain-receipt.ts';
import type { Finding } from '../findings.ts';
import type { LogReport, Verdict } from '../verify-log.ts';

interface Output {
  readonly json?: boolean;
}

/** Findings and acts that people see; programs get all that are kept. */
const SHOWN_MAX = 25;

export const VERDICTS: Readonly<Record<Verdict, string>> = {
  verified: 'VERIFIED',
  findings: 'FINDINGS',
  'consistent-origin-unproven': 'CONSISTENT, ORIGIN UNPROVEN',
};

export function printLogReport(output: Output, report: LogReport): void {
  print(output, report, [headline(report), '', ...facts(report)]);
  if (output.json) return;
  blankLine();
  printTable(
    ['Entries', 'Kind'],
    Object.entries(report.entriesByKind).map(([kind, count]) => [number(count), capitalised(kind)]),
  );
  printActs(report);
  printFindings(report.findings, report.findingsTotal);
}

function headline(report: LogReport): string {
  switch (report.verdict) {
    case 'verified':
      return `${VERDICTS.verified}: all ${number(report.size)} entries${report.entriesBefore > 0 ? ' that are here' : ''} keep the rules, and the log's key has signed them.`;
    case 'findings':
      return `${VERDICTS.findings}: ${number(report.findingsTotal)}. See below what is wrong and what follows from it.`;
    case 'consistent-origin-unproven':
      return `${VERDICTS[report.verdict]}: the data agrees with itself. Give ${report.missingTrust.join(' and ')}, obtained elsewhere, to prove whose it is.`;
  }
}

function facts(report: LogReport): string[] {
  const given = (option: string): string =>
    report.missingTrust.includes(option) ? 'as the data itself says' : 'given';
  const lines = [
    [report.kind === 'bundle' ? 'Bundle' : 'Data', report.path],
    ['Log', `${report.origin || 'unknown'}, ${number(report.size)} entries${inShards(report)}`],
    ...report.dropped.map(({ origin, size, droppedBy }) => [
      'Dropped',
      `${origin}, ${number(size)} entries, by the operator's act ${droppedBy}`,
    ]),
    ...(report.entriesBefore === 0 ? [] : [['Not here', notHere(report)]]),
    ['Trust', `log key ${given('--log-key')}, authorities ${given('--anchors')}`],
    ['Period', `${time(report.firstAtMs)} to ${time(report.lastAtMs)}`],
    [
      'Checkpoints',
      `${number(report.checkpointsVerified)} verified; the newest has the root ${rootOf(report.checkpoint)}`,
    ],
    ...report.shards.flatMap(witnessedLine),
    ['Signatures', `${number(report.signaturesVerified)} of senders and recipients checked`],
    ['State', report.stateDigest || 'not compared'],
    ...report.shards
      .filter(({ resumedAt }) => resumedAt > 0)
      .map(({ origin, resumedAt }) => [
        'Went on',
        `${origin}: entries before ${number(resumedAt)} were verified by earlier runs and not read again`,
      ]),
    ...report.outside.map(({ name, size, contained }) => [
      'Compared',
      `${name}, size ${number(size)}: ${contained ? 'contained in this log' : 'NOT contained in this log'}`,
    ]),
    ...report.silences
      .slice(0, SHOWN_MAX)
      .map(({ index, lengthMs }) => ['Silence', `${duration(lengthMs)} without an entry before entry ${index}`]),
  ];
  return lines.map(([name = '', value = '']) => `${name.padEnd(12)}${harmless(value)}`);
}

const inShards = ({ shards }: LogReport): string => (shards.length > 1 ? ` in ${shards.length} shards` : '');

const notHere = ({ entriesBefore, shards }: LogReport): string =>
  `${number(entriesBefore)} entries of earlier shards; what ${shards[0]?.origin ?? ''} carries on from them is the gateway's word`;

function witnessedLine({ witnessed, size }: LogReport['shards'][number]): string[][] {
  if (!witnessed) return [];
  const names = witnessed.witnesses.map(({ name, timeSeconds }) => `${name} (${time(timeSeconds * 1000)})`).join(', ');
  const who = names === '' ? 'none that is known: give --witness-policy' : names;
  return [['Witnesses', `the first ${number(witnessed.size)} of ${number(size)} entries cosigned by ${who}`]];
}

function printActs({ acts }: LogReport): void {
  if (acts.length === 0) return;
  blankLine();
  const rows = acts.slice(0, SHOWN_MAX);
  printTable(
    ['Entry', 'Time', 'Operator', 'Act'],
    rows.map(({ index, atMs, operator, what }) => [String(index), time(atMs), operator.slice(0, 8), harmless(what)]),
  );
  more(acts.length - rows.length, 'acts');
}

export function printFindings(findings: readonly Finding[], total: number): void {
  if (total === 0) return;
  blankLine();
  const rows = findings.slice(0, SHOWN_MAX);
  const width = Math.max(30, Math.floor(((process.stdout.columns || 140) - 34) / 2));
  printTable(
    ['Entry', 'Rule', 'What is wrong', 'What follows'],
    rows.map(({ index, rule, what, consequence }) => [
      index === undefined ? '-' : String(index),
      rule,
      wrapped(what, width),
      wrapped(consequence, width),
    ]),
  );
  more(total - rows.length, 'findings');
  for (const { rule, notes = [] } of rows) if (rule === 'split-view' || rule === 'truncated') printNotes(rule, notes);
}

/** They are the proof, and whoever reads the report must be able to pass them on; a signed note has no control characters. */
function printNotes(rule: string, notes: readonly string[]): void {
  for (const [i, note] of notes.entries()) {
    const lines = note
      .trimEnd()
      .split('\n')
      .map((line) => `    ${printable(line)}`.trimEnd());
    process.stdout.write(`\nNote ${i + 1} of ${notes.length} (${rule}):\n\n${lines.join('\n')}\n`);
  }
}

export function printReceiptReport(output: Output, report: ReceiptReport): void {
  print(output, report, receiptLines(report));
  if (!output.json) printFindings(report.findings, report.findings.length);
}

function receiptLines({ verdict, statement, missingTrust }: ReceiptReport): string[] {
  if (!statement) return [`${VERDICTS[verdict]}: this receipt proves nothing.`];
  const { message } = statement;
  const unproven = `${VERDICTS[verdict]}: give ${missingTrust.join(' and ')}, obtained elsewhere, to prove that the log signed this.`;
  return [
    verdict === 'verified' ? `${VERDICTS.verified}: the entry is in the log that this key signs.` : unproven,
    '',
    ...(message ? [`Message     ${message.id}`, `Sender      ${harmless(message.sender)}`] : []),
    ...(message?.headerDigest === undefined ? [] : [`Header      ${message.headerDigest}`]),
    '',
    verdict === 'verified' ? 'It proves:' : 'If the log signed it, it proves:',
    ...statement.proves.map(bullet),
    '',
    'It does not prove:',
    ...statement.doesNotProve.map(bullet),
  ];
}

export const bullet = (text: string): string =>
  `  - ${wrapped(text, Math.max(40, (process.stdout.columns || 100) - 6)).replaceAll('\n', '\n    ')}`;

/** What stands in a log may be hostile: nothing in it may move the cursor or turn the text around. */
export const harmless = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');

function wrapped(text: string, width: number): string {
  let column = 0;
  return harmless(text)
    .split(' ')
    .map((word, i) => {
      const breaks = i > 0 && column + 1 + word.length > width;
      column = i === 0 || breaks ? word.length : column + 1 + word.length;
      return `${i === 0 ? '' : breaks ? '\n' : ' '}${word}`;
    })
    .join('');
}

function more(count: number, what: string): void {
  if (count > 0) process.stdout.write(`and ${number(count)} more ${what}; --json lists them\n`);
}

const blankLine = (): void => void process.stdout.write('\n');
const capitalised = (kind: string): string => kind.slice(0, 1).toUpperCase() + kind.slice(1);
const number = (value: number): string => value.toLocaleString('en-GB');
const time = (ms: number): string => new Date(ms).toISOString();
const rootOf = (note: string): string => note.split('\n')[2] ?? 'none';
const duration = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} hours`;
