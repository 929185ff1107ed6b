/** The command line: joins the parts' commands and turns errors into one sentence and an exit status. */
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { reportError } from './cli/report.ts';
import { LiaisonError } from './protocol/errors.ts';

const PARTS: Readonly<Record<string, () => Promise<Command>>> = {
  'certs-dev': async () => (await import('./certs-dev/cli.ts')).certsDevCommand(),
  gateway: async () => (await import('./gateway/cli.ts')).gatewayCommand(),
  node: async () => (await import('./node/cli.ts')).nodeCommand(),
  audit: async () => (await import('./audit/cli/cli.ts')).auditCommand(),
  demo: async () => (await import('./demo/cli.ts')).demoCommand(),
};

async function main(words: readonly string[]): Promise<void> {
  const program = new Command('liaison').description(
    'Signed, end-to-end encrypted and provable messages between agencies',
  );
  // Only the part that is asked for is loaded: a start should cost little.
  const wanted = PARTS[words[0] ?? ''];
  const parts = wanted ? [await wanted()] : await Promise.all(installedParts().map((load) => load()));
  for (const part of parts) program.addCommand(part);
  prepare(program);
  await program.parseAsync(words, { from: 'user' });
}

/** An image or package may hold some of the parts only. */
const installedParts = (): (() => Promise<Command>)[] =>
  Object.entries(PARTS).flatMap(([name, load]) => (existsSync(new URL(name, import.meta.url)) ? [load] : []));

/** Wrong use is thrown, not printed and exited on, so that it looks like every other error. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const child of command.commands) prepare(child);
}

// A reader that has seen enough (head, less) closes the pipe: that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const words = process.argv.slice(2);
const json = words.includes('--json');
try {
  await main(words);
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) {
      const what = error.message === '(outputHelp)' ? 'A command is missing.' : error.message.replace(/^error: /, '');
      process.exitCode = reportError(new LiaisonError('USAGE', what), { json });
    }
  } else {
    process.exitCode = reportError(error, { json });
  }
}
