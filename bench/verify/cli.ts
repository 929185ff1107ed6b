/** `npm run bench:verify`: the rate of `audit verify` beside that of its signature checks and hashes alone (floor.ts). */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { print } from '../../cli/print.ts';
import { reportError } from '../../cli/report.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { readDescription } from '../generate/description.ts';
import { ratios, type Spread, spread } from '../load/statistics.ts';

const ROOT = join(import.meta.dirname, '../..');
const POLL_MS = 20;

const floorSchema = z.object({
  entries: z.int(),
  failed: z.int(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  checks: z.int(),
  leaves: z.int(),
  nodes: z.int(),
});
const reportSchema = z.object({ verdict: z.string(), size: z.int(), signaturesVerified: z.int() });

interface Run {
  readonly output: string;
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** Runs a process and watches it (proc(5)); figures are those of the last look, at most 20 ms before its end. */
async function run(command: string, args: readonly string[]): Promise<Run> {
  const startedMs = performance.now();
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  let peakBytes = 0;
  let cpuSeconds = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakBytes = 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? peakBytes / 1024);
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      cpuSeconds = (Number(stat[11]) + Number(stat[12])) / 100;
    } catch {
      // It has just ended.
    }
  }, POLL_MS);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code !== 0) throw new LiaisonError('INTERNAL', `${command} ended with ${String(code)}: ${output.slice(0, 300)}`);
  return { output, seconds: (performance.now() - startedMs) / 1000, cpuSeconds, peakBytes };
}

interface Repetition {
  readonly floorRate: number;
  readonly floorCpu: number;
  readonly rate: number;
  readonly cpu: number;
  readonly peakBytes: number;
}

async function repetition(dir: string): Promise<Repetition & { entries: number; what: string }> {
  const { gateway, log, anchors } = readDescription(dir);
  const data = join(dir, gateway.data);
  const runtime = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(ROOT, 'bench/verify/floor.ts'),
    data,
  ];
  const floor = floorSchema.parse(JSON.parse((await run(runtime[0] ?? '', runtime.slice(1))).output));
  const trust = ['--log-key', log.verifierKey, '--anchors', join(dir, anchors)];
  const verified = await run(join(ROOT, 'liaison'), ['audit', 'verify', data, ...trust, '--json']);
  const report = reportSchema.parse(JSON.parse(verified.output));
  if (floor.failed > 0 || floor.checks !== report.signaturesVerified || floor.entries !== report.size) {
    const what = `${floor.checks} checks of which ${floor.failed} failed, and ${report.signaturesVerified}`;
    throw new LiaisonError('INTERNAL', `Floor and audit did not do the same: ${what}.`);
  }
  return {
    floorRate: floor.entries / floor.seconds,
    floorCpu: floor.cpuSeconds,
    rate: report.size / verified.seconds,
    cpu: verified.cpuSeconds,
    peakBytes: verified.peakBytes,
    entries: report.size,
    what: `${counted(floor.checks)} signatures, ${counted(floor.leaves)} leaf and ${counted(floor.nodes)} node hashes`,
  };
}

const counted = (value: number): string => Math.round(value).toLocaleString('en-GB');
const shown = ({ median, min, max }: Spread, format: (value: number) => string): string =>
  `${format(median)} (${format(min)} to ${format(max)})`;

async function measure(dir: string, flags: { repetitions: string; json?: boolean }): Promise<void> {
  const loadBefore = loadavg();
  const runs: (Repetition & { entries: number; what: string })[] = [];
  for (let i = 0; i < Number(flags.repetitions); i++) runs.push(await repetition(dir));
  const of = (key: keyof Repetition): Spread => spread(runs.map((item) => item[key]));
  const ratio = spread(
    ratios(
      runs.map(({ rate }) => rate),
      runs.map(({ floorRate }) => floorRate),
    ),
  );
  const cpuRatio = spread(
    ratios(
      runs.map(({ floorCpu }) => floorCpu),
      runs.map(({ cpu }) => cpu),
    ),
  );
  const twoDigits = (value: number): string => value.toFixed(2);
  print(flags, { dir, cores: availableParallelism(), loadBefore, ratio, cpuRatio, runs }, [
    `${counted(runs[0]?.entries ?? 0)} entries, ${runs[0]?.what ?? ''}; ${availableParallelism()} cores, ${runs.length} repetitions in turns`,
    '',
    `Floor      ${shown(of('floorRate'), counted)} entries/s: those signatures and hashes alone, on all cores, when everything has been read`,
    `Verify     ${shown(of('rate'), counted)} entries/s: the whole command, from its start to its end`,
    `Ratio      ${shown(ratio, twoDigits)}`,
    `Processor  ${shown(of('floorCpu'), twoDigits)} s and ${shown(of('cpu'), twoDigits)} s, ratio ${shown(cpuRatio, twoDigits)}`,
    `Memory     ${shown(of('peakBytes'), (bytes) => (bytes / 1e6).toFixed(0))} MB resident at most`,
    `Load       ${loadBefore.map((value) => value.toFixed(1)).join(', ')} before the first repetition`,
  ]);
}

const command = new Command('bench:verify')
  .description('measure audit verify on a directory that npm run bench:log has made')
  .argument('<dir>', 'the generated directory')
  .option('--repetitions <n>', 'floor and audit in turns, so often', '3')
  .option('--json', 'print JSON')
  .action(measure);

try {
  await command.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, { json: process.argv.includes('--json') });
}
