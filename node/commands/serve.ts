/** `node serve`: the agency node as a service for the programs of this machine. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { destination, pino } from 'pino';
import { print } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { AgencyNode } from '../agency-node.ts';
import { loadConfig } from '../config.ts';
import { newToken } from '../service/auth.ts';
import { LocalService } from '../service/service.ts';
import { jsonOption } from './shared.ts';

interface ServeFlags {
  readonly config: string;
  readonly newToken?: string;
  readonly json?: boolean;
}

/** Another node of the agency does the work now: whoever supervises this one must not start it again. */
const EXIT_TAKEN_OVER = 3;

const EXAMPLES = `
What it does stands in the configuration: \`service\` (HTTP for programs of this machine), \`drop\` (folders), \`notify\`
(who is told of deadlines). See docs/integrate.md. Exit status 3: another node of the agency has taken over.

Examples:
  ./liaison node serve --new-token case-system
  ./liaison node serve -c data/xa.customs/node.yaml`;

export function serveCommand(): Command {
  return new Command('serve')
    .description('run the node as a local service, with drop folders and a notifier')
    .option('-c, --config <file>', "the node's configuration", 'node.yaml')
    .option('--new-token <client>', 'make a token for a client, print it once, and end')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => {
      if (flags.newToken === undefined) await serve(flags.config);
      else printToken(flags.newToken, flags);
    });
}

function printToken(name: string, flags: ServeFlags): void {
  const { token, tokenSha256 } = newToken(randomBytes);
  print(flags, { name, token, tokenSha256 }, [
    `Token of ${name}, shown once: ${token}`,
    'For the configuration, below service.clients:',
    `  - { name: ${name}, tokenSha256: ${tokenSha256} }`,
  ]);
}

async function serve(configPath: string): Promise<void> {
  const config = loadConfig(configPath);
  if (!config.service && !config.drop && !config.notify) {
    throw new LiaisonError(
      'CONFIG_INVALID',
      `${configPath}: expected service, drop or notify; there is nothing to do.`,
    );
  }
  const logger = pino({ level: config.logLevel, name: config.node }, destination(1));
  const node = await AgencyNode.open(configPath, { logger });
  try {
    const ended = endOf(node);
    const service = new LocalService({ node, config, logger, now: Date.now, random: randomBytes });
    try {
      const address = await service.start();
      logger.info({ pid: process.pid, ...(address !== undefined && { address }) }, 'ready');
      const error = await ended;
      if (error) throw error;
    } finally {
      await service.stop();
    }
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'TAKEN_OVER') process.once('exit', takenOver);
    throw error;
  } finally {
    await node.close();
  }
}

/** The error is printed like any other; only the status is special. */
function takenOver(): void {
  process.exitCode = EXIT_TAKEN_OVER;
}

/** Resolves at SIGINT or SIGTERM, or with the error after which the node does nothing more. */
function endOf(node: AgencyNode): Promise<LiaisonError | undefined> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(undefined)).once('SIGTERM', () => resolve(undefined));
    node.on('disconnected', ({ error, final }) => {
      if (final) resolve(error);
    });
    node.on('alarm', ({ error }) => {
      if (error.code === 'STORAGE_FAILED') resolve(error);
    });
  });
}
