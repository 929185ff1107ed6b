/** What the node's commands have in common. */
import { Option } from 'commander';
import { pino } from 'pino';
import { printable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { AgencyNode } from '../agency-node.ts';
import type { NameOf } from '../types.ts';

export interface CommonFlags {
  readonly config: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export const configOption = (): Option =>
  new Option('--config <file>', "the node's configuration").default('node.yaml');
export const jsonOption = (): Option => new Option('--json', 'print JSON');
export const verboseOption = (): Option => new Option('--verbose', "write the node's log to standard error");

/** How a command uses the gateway. */
export type GatewayUse =
  /** It cannot do without: what makes connecting hopeless ends the command. */
  | 'required'
  /** It is better with. */
  | 'optional'
  | 'none';

/** Opens a node for the length of one command. */
export async function withNode<T>(
  flags: CommonFlags,
  use: GatewayUse,
  work: (node: AgencyNode) => Promise<T>,
): Promise<T> {
  const node = await AgencyNode.open(flags.config, {
    offline: use === 'none',
    ...(flags.verbose === true ? {} : { logger: pino({ level: 'silent' }) }),
  });
  const hopeless = new Promise<never>((_, reject) => {
    node.on('disconnected', ({ error, final }) => {
      if (use === 'required' && (final || !error.retry)) reject(error);
    });
  });
  // After the work is done nobody waits for it.
  hopeless.catch(() => undefined);
  try {
    return await Promise.race([work(node), hopeless]);
  } finally {
    await node.close();
  }
}

/**
 * Fetches what is missing, if the gateway can be reached; says so when not.
 * @returns whether it could be reached
 */
export async function syncIfPossible(node: AgencyNode): Promise<boolean> {
  try {
    await node.sync();
    return true;
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    process.stderr.write(
      `liaison: no session with the gateway (${error.code}): ${printable(error.message)} Showing what is here.\n`,
    );
    return false;
  }
}

/** `30s`, `15m`, `8h`, `30d` in milliseconds. @throws LiaisonError USAGE */
export function parseDuration(text: string, option: string): number {
  const [, amount, unit] = /^([1-9][0-9]{0,6})([smhd])$/.exec(text) ?? [];
  const factor = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''];
  if (amount === undefined || factor === undefined) {
    throw new LiaisonError('USAGE', `${option}: expected a duration such as 30s, 15m, 8h or 30d, not ${text}.`);
  }
  return Number(amount) * factor;
}

/** The parsers speak of the wire; who gave a flag is told of the flag. @throws LiaisonError USAGE */
export function ofFlag<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    throw new LiaisonError('USAGE', `${flag}: ${error.detail}`, { cause: error });
  }
}

/** The name of an enumeration's value from what people write: `information-request`. @throws LiaisonError USAGE */
export function choiceOf<T extends object>(flag: string, text: string, values: T): NameOf<T> {
  const name = text.toUpperCase().replaceAll('-', '_');
  if (name !== 'UNSPECIFIED' && Object.hasOwn(values, name)) return name as NameOf<T>;
  throw new LiaisonError('USAGE', `${flag}: expected ${choicesOf(values)}, not ${JSON.stringify(text)}.`);
}

/** The values of an enumeration as people write them. */
export const choicesOf = (values: object): string =>
  Object.keys(values)
    .filter((name) => name !== 'UNSPECIFIED')
    .map((name) => name.toLowerCase().replaceAll('_', '-'))
    .join(', ');

export const isoTime = (timeMs: number): string => new Date(timeMs).toISOString();

/** To the minute and in UTC, for tables. */
export const shortTime = (timeMs: number): string => `${isoTime(timeMs).slice(0, 16).replace('T', ' ')}Z`;

/** A number from 1 on. @throws LiaisonError USAGE */
export function parseCount(text: string, option: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new LiaisonError('USAGE', `${option}: expected a number from 1 on, not ${JSON.stringify(text)}.`);
}
