/** The auditor's command over the data of a stopped gateway. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LogReport } from '../../../audit/verify-log.ts';
import { LIAISON } from '../../../test/support/world.ts';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 2 ** 26;

export interface Verified {
  readonly entries: number;
  readonly acceptances: number;
  readonly handovers: number;
  readonly findings: number;
  readonly seconds: number;
}

/** Runs a command to its end and returns what it printed. It ends with this process at the latest. */
export async function runCommand(file: string, words: readonly string[]): Promise<string> {
  const running = run(file, words, { maxBuffer: OUTPUT_BYTES_MAX });
  const kill = (): void => void running.child.kill('SIGKILL');
  process.once('exit', kill);
  try {
    return (await running).stdout;
  } finally {
    process.off('exit', kill);
  }
}

/**
 * Verifies the whole log as somebody who has the log's key and the authorities' certificates from elsewhere.
 * @throws Error when it does not verify
 */
export async function audit(data: string, logKey: string, anchors: string): Promise<Verified> {
  const startMs = performance.now();
  const text = await runCommand(LIAISON, [
    'audit',
    'verify',
    data,
    '--log-key',
    logKey,
    '--anchors',
    anchors,
    '--json',
  ]);
  const { verdict, size, findingsTotal, entriesByKind } = JSON.parse(text) as LogReport;
  if (verdict !== 'verified') throw new Error(`The auditor says ${verdict}.`);
  return {
    entries: size,
    acceptances: entriesByKind['submissionAcceptance'] ?? 0,
    handovers: entriesByKind['contentHandover'] ?? 0,
    findings: findingsTotal,
    seconds: (performance.now() - startMs) / 1000,
  };
}
