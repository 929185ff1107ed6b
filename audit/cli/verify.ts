/** `./liaison audit verify`: a gateway's data, a bundle, or a file that proves something, against every rule. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { Command } from 'commander';
import { readText } from '../../cli/config-file.ts';
import { type Progress, showProgress } from '../../cli/progress.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { openAuditSource } from '../bundle/open.ts';
import { examineFile } from '../examine-file.ts';
import { type LogReport, type Verdict, verifyLog, type VerifyOptions } from '../verify-log.ts';
import { printFileReport } from './file-report.ts';
import { printLogReport } from './report.ts';
import { readAnchors, readCheckpoint, readLogKey, readWitnessPolicy } from './trust.ts';

/** What {@link withTrust} reads, and how to print. */
export interface VerifyFlags {
  logKey?: string;
  anchors?: string[];
  checkpoint?: string[];
  newerThan?: string[];
  witnessPolicy?: string;
  state?: string;
  silenceHours: string;
  json?: boolean;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The options of every command that audits a whole log. */
export const withTrust = (command: Command): Command =>
  command
    .option('--log-key <key or file>', "the log's verifier key, obtained from outside the data")
    .option('--anchors <dir or file>', 'certificates of the authorities trusted for agencies (repeatable)', collect)
    .option(
      '--checkpoint <file>',
      'checkpoint or receipt from elsewhere that the log must contain (repeatable)',
      collect,
    )
    .option('--newer-than <file>', 'the same, for the newest one known: shows what was cut off (repeatable)', collect)
    .option('--silence-hours <hours>', 'list times without an entry that are longer', '24')
    .option('--witness-policy <file>', 'which witnesses must have cosigned what is given (C2SP tlog-policy)');

/** The command `verify`. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description("check a stopped gateway's data or a bundle against every rule, or a file that proves something")
    .argument(
      '<path>',
      'data directory of a stopped gateway, or bundle; or a receipt, checkpoint, proof, disclosure or split view',
    );
  return withTrust(command)
    .option('--state <dir>', "auditor's own directory: keeps what was verified, and the next run goes on there")
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (path: string, flags: VerifyFlags) => {
      const verdict = isLedger(path) ? await verifyData(path, flags) : verifyFile(path, flags);
      process.exitCode = EXIT_STATUS[verdict];
    });
}

export const EXIT_STATUS: Readonly<Record<Verdict, number>> = {
  verified: 0,
  findings: 1,
  'consistent-origin-unproven': 2,
};

const SQLITE_MAGIC = 'SQLite format 3\0';

/** A directory is taken for data; a file for something that proves unless it is a database. */
function isLedger(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new LiaisonError('FILE_UNREADABLE', `${path} does not exist.`);
  if (stat.isDirectory()) return true;
  const head = Buffer.alloc(SQLITE_MAGIC.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  return head.toString('latin1') === SQLITE_MAGIC;
}

function verifyFile(path: string, flags: VerifyFlags): Verdict {
  const report = examineFile(readText(path), {
    ...(flags.logKey !== undefined && { logVerifier: readLogKey(flags.logKey) }),
    ...(flags.anchors && { anchors: flags.anchors.flatMap(readAnchors) }),
    ...(flags.witnessPolicy !== undefined && { witnesses: readWitnessPolicy(flags.witnessPolicy) }),
  });
  printFileReport(flags, report);
  return report.verdict;
}

async function verifyData(path: string, flags: VerifyFlags): Promise<Verdict> {
  const report = await auditLog(path, readOptions(flags));
  printLogReport(flags, report);
  return report.verdict;
}

/** Audits a whole log, and shows how far it is. */
export async function auditLog(path: string, options: VerifyOptions): Promise<LogReport> {
  const source = openAuditSource(path, options.logVerifier);
  let progress: Progress | undefined;
  const onProgress = (entries: number, of: number): void => {
    progress ??= showProgress('Verifying', of);
    progress.at(entries);
  };
  try {
    return await verifyLog(source, { ...options, onProgress });
  } finally {
    source.close();
    progress?.end();
  }
}

/** @throws LiaisonError USAGE and what the files throw */
export function readOptions(flags: VerifyFlags): VerifyOptions {
  const hours = Number(flags.silenceHours);
  if (!(hours > 0)) throw new LiaisonError('USAGE', `--silence-hours ${flags.silenceHours} is not a number above 0.`);
  return {
    silenceMs: hours * 3_600_000,
    outside: [...(flags.checkpoint ?? []), ...(flags.newerThan ?? [])].map(readCheckpoint),
    ...(flags.logKey !== undefined && { logVerifier: readLogKey(flags.logKey) }),
    ...(flags.anchors && { anchors: flags.anchors.flatMap(readAnchors) }),
    ...(flags.state !== undefined && { stateDir: flags.state }),
    ...(flags.witnessPolicy !== undefined && { witnesses: readWitnessPolicy(flags.witnessPolicy) }),
  };
}

const EXAMPLE = `
Exit status: 0 verified; 1 findings; 2 without key or authorities, or wrong use.
Key, authorities and checkpoints prove something only if they do not come with the data.

Examples:
  ./liaison audit verify data --log-key auditor/log.pub --anchors auditor/anchors --newer-than auditor/last.checkpoint
  ./liaison audit verify mirror --log-key auditor/log.pub --anchors auditor/anchors --state auditor/state
  ./liaison audit verify message.receipt --log-key auditor/log.pub
  ./liaison audit verify message.proof --log-key auditor/log.pub --anchors auditor/anchors`;
