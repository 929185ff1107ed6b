/** What the operator's commands share: flags, the control socket, acts. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { readKeyFile } from '../../cli/config-file.ts';
import { print } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Act } from '../../protocol/generated/schema.ts';
import { type AgencyId, type Mailbox, parseAgencyId, parseMailbox } from '../../protocol/ids.ts';
import { loadGatewayConfig } from '../config.ts';
import { ControlClient } from '../control/client.ts';

export interface ConfigOption {
  config: string;
  json?: boolean;
}
export interface ActOption extends ConfigOption {
  operatorKey?: string;
}

export const CONFIG = ['--config <file>', "the gateway's configuration", 'gateway.yaml'] as const;
export const JSON_OPTION = ['--json', 'print JSON'] as const;

export function actOptions(command: Command): Command {
  return command
    .option(...CONFIG)
    .option('--operator-key <file>', "the operator's private key (default: operator.key beside the configuration)")
    .option(...JSON_OPTION);
}

/** Has an act recorded and says so. `facts` are added to what --json prints. */
export async function act(flags: ActOption, content: Act['act'], sentence: string, facts: object = {}): Promise<void> {
  const index = await control(flags).act(operatorKey(flags), content);
  print(flags, { index, ...facts }, [`${sentence} (log entry ${index}).`]);
}

export function control(flags: ConfigOption): ControlClient {
  return new ControlClient(loadGatewayConfig(flags.config).controlSocket);
}

function operatorKey(flags: ActOption): KeyObject {
  const file = flags.operatorKey ?? join(dirname(flags.config), 'operator.key');
  try {
    return createPrivateKey(readKeyFile(file));
  } catch (error) {
    if (error instanceof LiaisonError) throw error;
    throw new LiaisonError('FILE_INVALID', `${file} is not a private key in PEM form.`);
  }
}

/** Reads a flag; says which one is wrong. @throws LiaisonError USAGE */
function ofFlag<T>(flag: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new LiaisonError('USAGE', `${flag}: ${error instanceof LiaisonError ? error.detail : ''}`, { cause: error });
  }
}

/** @throws LiaisonError USAGE */
export const agencyOfFlag = (flag: string, text: string): AgencyId => ofFlag(flag, () => parseAgencyId(text));
/** @throws LiaisonError USAGE */
export const mailboxOfFlag = (flag: string, text: string): Mailbox => ofFlag(flag, () => parseMailbox(text));

/** The value of an enumeration from what people write, e.g. `eu-restricted`. @throws LiaisonError USAGE */
export function choice<T extends Readonly<Record<string, number>>>(flag: string, text: string, values: T): T[keyof T] {
  const name = text.toUpperCase().replaceAll('-', '_');
  if (name !== 'UNSPECIFIED' && Object.hasOwn(values, name)) return values[name] as T[keyof T];
  throw new LiaisonError('USAGE', `${flag}: expected ${choices(values)}, not ${JSON.stringify(text)}.`);
}

/** The values of an enumeration as people write them. */
export const choices = (values: Readonly<Record<string, number>>): string =>
  Object.keys(values)
    .filter((name) => name !== 'UNSPECIFIED')
    .map((name) => nameOf(name))
    .join(', ');

const nameOf = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** A value of an enumeration as people write it. */
export const written = (values: Readonly<Record<string, number>>, value: number): string =>
  nameOf(Object.keys(values).find((name) => values[name] === value) ?? String(value));

/** A day (from its beginning in UTC) or a time with zone. @throws LiaisonError USAGE */
export function timeOfFlag(flag: string, text: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const timeMs = isDay || /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : NaN;
  if (timeMs >= 0) return timeMs;
  throw new LiaisonError('USAGE', `${flag}: expected 2031-05-01 or 2031-05-01T12:00:00Z, not ${JSON.stringify(text)}.`);
}

export const timeText = (timeMs: number): string =>
  timeMs === 0 ? '' : new Date(timeMs).toISOString().replace('T00:00:00.000Z', '');

/** 16 bytes in hexadecimal, with or without hyphens. @throws LiaisonError USAGE */
export function idOfFlag(flag: string, text: string): Uint8Array {
  const hex = text.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  throw new LiaisonError('USAGE', `${flag}: expected an id of 32 hexadecimal digits, not ${JSON.stringify(text)}.`);
}

/** Finds by id, or by a name that only one has. @throws LiaisonError with `code` when there is none; USAGE */
export function found<T>(
  text: string,
  items: readonly T[],
  of: (item: T) => { id: string; name: string },
  code: 'AGREEMENT_UNKNOWN' | 'GROUP_UNKNOWN',
): T {
  const id = text.replaceAll('-', '').toLowerCase();
  const exact = items.find((item) => of(item).id === id);
  const named = exact ? [exact] : items.filter((item) => of(item).name === text);
  const [one, second] = named;
  if (!one) throw new LiaisonError(code, `${JSON.stringify(text)} is neither an id nor a name.`);
  if (second) throw new LiaisonError('USAGE', `${named.length} have the name ${JSON.stringify(text)}: give the id.`);
  return one;
}
