/** `npm run bench`: measures Liaison and the brokers beside it, on this machine, in one run. */
import { existsSync, mkdirSync, writeFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { printTable } from '../cli/print.ts';
import { reportError } from '../cli/report.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { Bench } from './measures/context.ts';
import { isMeasure, MEASURES, QUICK_MEASURES, runMeasures, type MeasureName } from './measures/all.ts';
import { FULL, QUICK } from './measures/sizes.ts';
import { chartSvg } from './report/chart.ts';
import { describeMachine } from './report/machine.ts';
import { markdown } from './report/markdown.ts';
import { reportJson, type Report } from './report/report.ts';
import { tablesOf } from './report/tables.ts';
import { targetsOf } from './report/targets.ts';
import { figure } from './report/text.ts';

interface Flags {
  quick?: boolean;
  json?: string;
  profile?: string;
  only?: MeasureName[];
  repetitions?: number;
  out?: string;
}

const usage = (detail: string): LiaisonError => new LiaisonError('USAGE', detail);

function repetitionsOf(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw usage(`Repetitions are a whole number from 1 to 999, not ${JSON.stringify(text)}.`);
}

function measuresOf(text: string): MeasureName[] {
  return text.split(',').map((name) => {
    if (isMeasure(name)) return name;
    throw usage(`There is no measure ${JSON.stringify(name)}; there are ${MEASURES.join(', ')}.`);
  });
}

function command(): Command {
  return new Command('bench')
    .description(
      'measure throughput, latency and what a gateway takes, and the same with brokers that are installed: half an hour',
    )
    .option('--quick', 'three minutes, small counts, some measures: whether everything works, not figures to quote')
    .option('--json <file>', 'write every figure of every repetition')
    .option('--profile <dir>', "also profile the gateway's threads and keep the profiles here")
    .option('--only <measures>', `some of ${MEASURES.join(',')}`, measuresOf)
    .option('--repetitions <n>', 'how often each measurement is repeated (5; with --quick 1)', repetitionsOf)
    .option(
      '--out <file>',
      'write the report as Markdown; a full run without it replaces bench/RESULTS.md and docs/bench.svg',
    )
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const quick = flags.quick === true;
  const repetitions = flags.repetitions ?? (quick ? 1 : 5);
  const sizes = quick ? QUICK : FULL;
  const names = flags.only ?? (quick ? QUICK_MEASURES : MEASURES);
  // Not after half an hour.
  for (const file of [flags.json, flags.out]) {
    if (file === undefined) continue;
    if (!existsSync(dirname(resolve(file)))) throw usage(`There is no directory for ${file}.`);
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw usage(`${file} is a directory; name a file.`);
  }
  const started = Date.now();
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const bench = new Bench({ sizes, repetitions, verifyAll: !quick, keys: ['p256', 'rsa3072'], peers: true, log });
  endWithSignals(bench);
  try {
    const machine = describeMachine(bench.dir);
    const measured = await runMeasures(bench, names, flags.profile === undefined ? undefined : resolve(flags.profile));
    const report: Report = {
      schema: 'liaison-bench@v1',
      startedAt: new Date(started).toISOString(),
      seconds: (Date.now() - started) / 1000,
      ...{ quick, repetitions, sizes, machine, measured },
      systems: [...bench.facts.values()],
      skipped: [...bench.skipped, ...bench.failures],
    };
    show(report);
    if (flags.json !== undefined) writeFileSync(flags.json, reportJson(report));
    const isWhole = !quick && flags.only === undefined && bench.failures.length === 0;
    writeReport(report, flags.out, isWhole);
    const [failure] = bench.failures;
    if (failure) throw new Error(`${failure.name} failed: ${failure.reason}`);
  } finally {
    await bench.close();
  }
}

/** Only a whole run may replace what the repository shows. */
function writeReport(report: Report, out: string | undefined, isWhole: boolean): void {
  if (out !== undefined) writeFileSync(out, markdown(report));
  else if (isWhole) writeFileSync(new URL('RESULTS.md', import.meta.url), markdown(report));
  const docs = new URL('../docs/', import.meta.url);
  if (!isWhole || out !== undefined) return;
  mkdirSync(docs, { recursive: true });
  writeFileSync(new URL('bench.svg', docs), chartSvg(report));
}

function show(report: Report): void {
  for (const { title, head, rows } of tablesOf(report)) {
    process.stdout.write(`\n${title}\n\n`);
    printTable(head, rows);
  }
  const targets = targetsOf(report.measured);
  if (targets.length > 0) {
    process.stdout.write('\nTargets\n\n');
    const rows = targets.map(({ what, wanted, value, unit, reached }) => [
      ...[what, wanted, `${figure(value)}${unit}`, reached ? 'reached' : 'MISSED'],
    ]);
    printTable(['what', 'wanted', 'measured', ''], rows);
  }
  for (const { name, reason } of report.skipped) process.stdout.write(`\nSkipped: ${name}: ${reason}\n`);
}

/** Whoever ends the benchmark ends all that it has started. */
function endWithSignals(bench: Bench): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => {
      // What fails now fails because its processes are gone.
      process.removeAllListeners('uncaughtException').on('uncaughtException', () => undefined);
      process.on('unhandledRejection', () => undefined);
      void bench.close().finally(() => process.exit(status));
    });
  }
}

try {
  await command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError && error.exitCode === 0)) {
    const named = error instanceof CommanderError ? usage(error.message.replace(/^error: /, '')) : error;
    process.exitCode = reportError(named, { json: false });
  }
}
