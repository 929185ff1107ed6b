/** `./liaison audit report`: audits a log and writes what was found as one HTML page. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { showProgress } from '../../cli/progress.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { openAuditSource } from '../bundle/open.ts';
import { collectStatistics, type Statistics } from '../report/statistics.ts';
import type { VerifyOptions } from '../verify-log.ts';
import { auditLog, EXIT_STATUS, readOptions, type VerifyFlags, withTrust } from './verify.ts';

interface ReportFlags extends VerifyFlags {
  out: string;
  force?: boolean;
}

export function reportCommand(): Command {
  const command = new Command('report')
    .description('audit a log, and write a report for people as one HTML page')
    .argument('<path>', 'bundle, or data directory of a stopped gateway')
    .requiredOption('--out <file>', 'where to write the page');
  return withTrust(command)
    .option('--force', 'replace a file that exists')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(run);
}

async function run(path: string, flags: ReportFlags): Promise<void> {
  if (!flags.force && existsSync(flags.out)) {
    throw new LiaisonError('FILE_EXISTS', `${flags.out}. Choose another name, or add --force.`);
  }
  const options = readOptions(flags);
  const report = await auditLog(path, options);
  const statistics = countUp(path, options);
  // Drawing takes a library that no other command has a use for.
  const { renderReport } = await import('../report/page.ts');
  const page = renderReport(report, statistics, {
    ...{ madeAtMs: Date.now(), version: programVersion() },
    logKeyGiven: flags.logKey !== undefined,
    anchorsGiven: options.anchors?.length ?? 0,
    commands: commandsFor(path, flags),
  });
  writeFileSync(flags.out, page, { flag: flags.force ? 'w' : 'wx' });
  const { verdict, findingsTotal, size } = report;
  print(flags, { file: flags.out, verdict, findingsTotal, size }, [
    `${VERDICTS[verdict]}${findingsTotal > 0 ? `: ${findingsTotal.toLocaleString('en-GB')}` : ''}`,
    `Report      ${flags.out}, ${Math.ceil(page.length / 1024)} KiB; open it in a browser, or print it`,
  ]);
  process.exitCode = EXIT_STATUS[verdict];
}

const VERDICTS = {
  verified: 'VERIFIED',
  findings: 'FINDINGS',
  'consistent-origin-unproven': 'CONSISTENT, ORIGIN UNPROVEN',
} as const;

function countUp(path: string, { logVerifier }: VerifyOptions): Statistics {
  const source = openAuditSource(path, logVerifier);
  let progress: ReturnType<typeof showProgress> | undefined;
  try {
    const statistics = collectStatistics(source, (entries, of) => {
      progress ??= showProgress('Counting', of);
      progress.at(entries);
    });
    source.assertUnchanged();
    return statistics;
  } finally {
    source.close();
    progress?.end();
  }
}

function programVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The same audit, as commands; what was not given stands there as what to bring. */
function commandsFor(path: string, flags: ReportFlags): string[] {
  const given = (name: string, values: readonly string[] = []): string[] =>
    values.map((value) => `  ${name} ${quoted(value)}`);
  const trust = [
    `  --log-key ${flags.logKey === undefined ? 'LOG-KEY' : quoted(flags.logKey)}`,
    ...(flags.anchors ? given('--anchors', flags.anchors) : ['  --anchors CERTIFICATES-OF-THE-AUTHORITIES']),
    ...given('--checkpoint', flags.checkpoint),
    ...given('--newer-than', flags.newerThan),
    ...(flags.silenceHours === '24' ? [] : given('--silence-hours', [flags.silenceHours])),
    ...(flags.witnessPolicy === undefined ? [] : given('--witness-policy', [flags.witnessPolicy])),
  ];
  const verify = [`./liaison audit verify ${quoted(path)}`, ...trust].join(' \\\n');
  return [verify, '', `./liaison audit replay ${quoted(path)} --message ID`];
}

/** For a POSIX shell. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

const EXAMPLE = `
Exit status: as of verify. The page has no script and loads nothing.

Example:
  ./liaison audit report bundle --out report.html --log-key auditor/log.pub --anchors auditor/anchors`;
