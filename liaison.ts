/** The command line: joins the parts' commands and turns errors into one sentence and an exit status. */
import { existsSync, readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { reportError } from './cli/report.ts';
import { LiaisonError } from './protocol/errors.ts';

const PARTS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['certs-dev', async () => (await import('./certs-dev/cli.ts')).certsDevCommand()],
  ['gateway', async () => (await import('./gateway/cli.ts')).gatewayCommand()],
  ['node', async () => (await import('./node/cli.ts')).nodeCommand()],
  ['audit', async () => (await import('./audit/cli/cli.ts')).auditCommand()],
  ['witness', async () => (await import('./witness/cli.ts')).witnessCommand()],
  ['demo', async () => (await import('./demo/cli.ts')).demoCommand()],
]);

async function main(words: readonly string[]): Promise<void> {
  const program = new Command('liaison')
    .description('Signed, end-to-end encrypted and provable messages between agencies')
    .version(readVersion(), '--version', 'print the version');
  // Only the part that is asked for is loaded: a start should cost little.
  const wanted = PARTS.get(words[0] ?? '');
  const parts = wanted ? [await wanted()] : await Promise.all(installedParts().map((load) => load()));
  for (const part of parts) program.addCommand(part);
  prepare(program);
  await program.parseAsync(words, { from: 'user' });
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

/** An image or package may hold some of the parts only. */
const installedParts = (): (() => Promise<Command>)[] =>
  [...PARTS].flatMap(([name, load]) => (existsSync(new URL(name, import.meta.url)) ? [load] : []));

/** Wrong use is thrown, not printed and exited on, so that it looks like every other error. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: (text) => void (help = text) });
  for (const child of command.commands) prepare(child);
}

/** What the operating system refuses is about a file that the user named, not a fault of the program. */
function named(error: unknown): unknown {
  if (error instanceof LiaisonError || !(error instanceof Error)) return error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined || syscall === undefined) return error;
  if (code === 'EEXIST') return new LiaisonError('FILE_EXISTS', path, { cause: error });
  return new LiaisonError('FILE_UNREADABLE', `${path}: ${syscall} says ${code}.`, { cause: error });
}

function failed(error: unknown): void {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return;
    const isMissing = error.message === '(outputHelp)';
    // Somebody who names no command wants to know which there are.
    if (isMissing && !json) process.stderr.write(`${help}\n`);
    const what = isMissing ? 'A command is missing.' : error.message.replace(/^error: /, '');
    process.exitCode = reportError(new LiaisonError('USAGE', what), { json });
    return;
  }
  const status = reportError(named(error), { json });
  // An audit that ends with an error has examined nothing: only its findings are a negative answer.
  process.exitCode = words[0] === 'audit' ? 2 : status;
}

const words = process.argv.slice(2);
/** What commander would have written to standard error last. */
let help = '';
const json = words.includes('--json');

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (head, less) closes the pipe: that is no error of ours, but the end of our work.
  if (error.code !== 'EPIPE')
    failed(new LiaisonError('STORAGE_FULL', `Standard output: ${error.code ?? error.message}.`));
  if (process.listenerCount('SIGPIPE') > 0) process.emit('SIGPIPE');
  else process.exit();
});

try {
  await main(words);
} catch (error) {
  failed(error);
}
