/** `node bench/generate/cli.ts`: makes a gateway's data with a large log. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { print } from '../../cli/print.ts';
import { reportError } from '../../cli/report.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Description } from './description.ts';
import { generate } from './generate.ts';
import type { Burst } from './messages.ts';

interface Flags {
  out: string;
  messages: number;
  waiting: number;
  waitingFor: number;
  openable?: boolean;
  seed: number;
  agencies: number;
  content: number;
  burst: Burst;
  single: number;
  days: number;
  port: number;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  npm run bench:log -- --out data/million --messages 394000 --seed 1
  npm run bench:log -- --out data/backlog --messages 0 --waiting 200000 --waiting-for 1`;

const usage = (detail: string): LiaisonError => new LiaisonError('USAGE', detail);

function whole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw usage(`Expected a whole number, not ${JSON.stringify(text)}.`);
}

function share(text: string): number {
  const value = Number(text);
  if (text !== '' && value >= 0 && value <= 1) return value;
  throw usage(`Expected a share from 0 to 1, not ${JSON.stringify(text)}.`);
}

function burstOf(text: string): Burst {
  if (text === 'mixed' || text === 'single') return text;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw usage(`--burst is mixed, single or a number of messages, not ${JSON.stringify(text)}.`);
}

function command(): Command {
  return new Command('generate')
    .description("make a gateway's data directory with a large log, its authority, and a node for each agency")
    .requiredOption('--out <dir>', 'new or empty directory')
    .requiredOption('--messages <n>', 'messages that are accepted and delivered; each makes some 2.5 entries', whole)
    .option('--waiting <n>', 'further messages, which come last and wait', whole, 0)
    .option('--waiting-for <n>', 'mailboxes that they wait for', whole, 1)
    .option('--openable', 'seal each of them by itself, so that its recipient can open it (some 2000 a second)')
    .option('--seed <n>', 'the same seed makes the same log, but for keys and signatures', whole, 1)
    .option('--agencies <n>', 'agencies of unequal activity', whole, 50)
    .option('--content <bytes>', 'size of each sealed content', whole, 1024)
    .option('--burst <size>', 'messages under one signature: mixed, single or a number', burstOf, 'mixed')
    .option('--single <share>', 'share of the messages, and of the handovers, that are signed one by one', share, 0)
    .option('--days <n>', 'length of the period, which ends now', whole, 30)
    .option('--port <n>', 'port in the configurations', whole, 7443)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

const PROGRESS_MS = 250;

async function run(flags: Flags): Promise<void> {
  const { out, messages, waiting, waitingFor, seed, agencies, content, burst, single, days, port } = flags;
  const startedMs = performance.now();
  const total = messages + waiting;
  let shownMs = startedMs;
  const onProgress = (accepted: number): void => {
    if (performance.now() - shownMs < PROGRESS_MS) return;
    shownMs = performance.now();
    process.stderr.write(`\r${counted(accepted)} of ${counted(total)} messages `);
  };
  const description = await generate({
    ...{ dir: out, messages, waiting, waitingFor, seed, agencies, burst, single, days, port },
    openable: flags.openable === true,
    contentBytes: content,
    endMs: Date.now(),
    ...(process.stderr.isTTY && { onProgress }),
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  summarize(flags, description, (performance.now() - startedMs) / 1000);
}

function summarize(flags: Flags, description: Description, seconds: number): void {
  const { log, gateway, messages, waiting, agencies } = description;
  const databaseBytes = statSync(join(flags.out, gateway.database)).size;
  const perSecond = Math.round(log.size / seconds);
  print(flags, { ...description, seconds, databaseBytes }, [
    `Entries    ${counted(log.size)} in ${seconds.toFixed(1)} s, ${counted(perSecond)} a second`,
    ...Object.entries(log.entriesByKind).map(([kind, count]) => `  ${kind.padEnd(24)} ${counted(count).padStart(12)}`),
    `Messages   ${counted(messages)}, of which ${counted(waiting)} wait`,
    `Agencies   ${agencies.length} with ${agencies.flatMap(({ mailboxes }) => mailboxes).length} mailboxes`,
    `Database   ${(databaseBytes / 1e6).toFixed(1)} MB, ${Math.round(databaseBytes / log.size)} bytes an entry`,
    '',
    `./liaison gateway serve --config ${join(flags.out, gateway.config)}`,
    `./liaison audit verify ${join(flags.out, gateway.data)} --log-key ${join(flags.out, 'gateway/log.pub')} --anchors ${join(flags.out, description.anchors)}`,
  ]);
}

const counted = (value: number): string => value.toLocaleString('en-GB');

try {
  await command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync();
} catch (error) {
  const json = process.argv.includes('--json');
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (!isHelp) {
    const named = error instanceof CommanderError ? usage(error.message.replace(/^error: /, '')) : error;
    process.exitCode = reportError(named, { json });
  }
}
