/** Reports about files that prove something, for people. */
import { jsonText, print } from '../../cli/print.ts';
import type { FileReport } from '../examine-file.ts';
import type { CheckpointReport } from '../explain-checkpoint.ts';
import type { DisclosureReport } from '../explain-disclosure.ts';
import type { ProofReport } from '../explain-proof.ts';
import type { SplitViewReport } from '../split-view.ts';
import { bullet, harmless, printFindings, printReceiptReport, VERDICTS } from './report.ts';

interface Output {
  readonly json?: boolean;
}

export function printFileReport(output: Output, report: FileReport): void {
  if (report.format === 'liaison-receipt') {
    printReceiptReport(output, report);
    return;
  }
  print(output, report, linesOf(report));
  if (!output.json) printFindings(report.findings, report.findings.length);
}

function linesOf(report: Exclude<FileReport, { format: 'liaison-receipt' }>): string[] {
  switch (report.format) {
    case 'liaison-proof':
      return [
        headline(report, 'these entries are in the log, and those named in them have signed'),
        ...proofLines(report),
      ];
    case 'liaison-disclosure':
      return [headline(report, 'this is the content that the sender signed'), ...disclosureLines(report)];
    case 'checkpoint':
      return [headline(report, 'the log signed this'), ...checkpointLines(report)];
    case 'liaison-split-view':
      return splitViewLines(report);
  }
}

function headline(
  { verdict, missingTrust, findings }: ProofReport | DisclosureReport | CheckpointReport,
  what: string,
): string {
  switch (verdict) {
    case 'verified':
      return `${VERDICTS.verified}: ${what}.`;
    case 'findings':
      return `${VERDICTS.findings}: ${findings.length}. The file proves nothing. See below what is wrong.`;
    case 'consistent-origin-unproven':
      return `${VERDICTS[verdict]}: give ${missingTrust.join(' and ')}, obtained elsewhere, to prove whose word this is.`;
  }
}

function proofLines({ message, ...report }: ProofReport): string[] {
  const digest = message.headerDigest === undefined ? [] : [`Header      ${message.headerDigest}`];
  return ['', `Message     ${message.id}`, `Sender      ${harmless(message.sender)}`, ...digest, ...sections(report)];
}

function checkpointLines({ origin, size, root, ...report }: CheckpointReport): string[] {
  return ['', `Log         ${harmless(origin)}`, `Size        ${size}`, `Root        ${root}`, ...sections(report)];
}

function disclosureLines({ message, ...report }: DisclosureReport): string[] {
  if (!message) return sections(report);
  const { id, type, sender, recipients, createdAtMs, acceptedAtMs, content, attachments } = message;
  const accepted = acceptedAtMs === undefined ? [] : [`Accepted    ${time(acceptedAtMs)}, by the gateway's clock`];
  return [
    '',
    `Message     ${id}`,
    `Type        ${type}`,
    `Sender      ${harmless(sender)}`,
    `Recipients  ${harmless(recipients.join(', '))}`,
    `Created     ${time(createdAtMs)}, by the sender's clock`,
    ...accepted,
    ...attachments.map(
      ({ name, sizeBytes, digest }) => `Attachment  ${harmless(name)}, ${sizeBytes} bytes; ciphertext ${digest}`,
    ),
    '',
    'Content:',
    ...jsonText(content, 2).split('\n'),
    ...sections(report),
  ];
}

function splitViewLines(report: SplitViewReport): string[] {
  const { verdict, missingTrust, provesTwoHistories, origin, checkpoints } = report;
  const first = provesTwoHistories
    ? `${VERDICTS.findings}: the log signed two histories.`
    : verdict === 'findings'
      ? `${VERDICTS.findings}: the file proves nothing. See below what is wrong.`
      : missingTrust.length > 0
        ? `${VERDICTS[verdict]}: give ${missingTrust.join(' and ')}, obtained elsewhere, to prove that the log signed these notes.`
        : 'NOT PROVEN BY ITSELF: the log signed both notes; whether they contradict each other needs more.';
  const notes = checkpoints.map(({ size, root }, i) => `Note ${i + 1}      size ${size}, root ${root}`);
  return [first, '', `Log         ${harmless(origin)}`, ...notes, ...sections(report)];
}

function sections(report: Pick<ProofReport, 'verdict' | 'missingTrust' | 'proves' | 'doesNotProve'>): string[] {
  if (report.proves.length === 0) return [];
  const isOpen = report.missingTrust.length > 0;
  const proves = isOpen ? 'If keys and authorities are those that they seem to be, it proves:' : 'It proves:';
  return [
    ...['', proves, ...report.proves.map(bullet)],
    ...(report.doesNotProve.length === 0 ? [] : ['', 'It does not prove:', ...report.doesNotProve.map(bullet)]),
  ];
}

const time = (ms: number): string => new Date(ms).toISOString();
