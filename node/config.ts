/**
 * The node's configuration: one YAML file, each value of which an environment variable can replace
 * (`gateway.url` ← `LIAISON_NODE_GATEWAY_URL`, `dataDir` ← `LIAISON_NODE_DATA_DIR`; lists are separated by commas).
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseVerifierKey } from '../audit/verifier-key.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type AgencyId, type Mailbox, mailboxOf, parseAgencyId, parseUnitId } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';

/** A check that throws a LiaisonError, as a rule of the schema. */
const checked =
  (check: (text: string) => unknown) =>
  (text: string, context: z.RefinementCtx<string>): void => {
    try {
      check(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof LiaisonError ? error.detail : 'not valid' });
    }
  };

const path = z.string().min(1);
const credential = z.strictObject({
  /** PEM chain, leaf first. */
  certificate: path,
  /** PKCS#8 PEM, readable by its owner alone. */
  key: path,
});

/** Names and meaning of every key. Paths are relative to the configuration file. */
const schema = z.strictObject({
  agency: z.string().superRefine(checked(parseAgencyId)),
  /** The node's name within its agency, for the log. */
  node: z.string().min(1).max(64).default('node'),
  /** Units of the agency that this node serves; the first is the usual sender. */
  units: z.array(z.string().superRefine(checked(parseUnitId))).min(1).max(LIMITS.mailboxesPerSessionMax),
  gateway: z.strictObject({
    url: z.string().superRefine(checked(checkUrl)),
    /** PEM with the authorities that vouch for the gateway's TLS certificate. */
    ca: path,
  }),
  /** The log's verifier key: `name+key id+base64`. */
  logKey: z.string().superRefine(checked(parseVerifierKey)),
  /** Directory of PEM files: the authorities this node trusts for agencies. */
  anchors: path,
  /** Directory of revocation lists (PEM or DER). When set, every authority must have a current list. */
  revocationLists: path.optional(),
  tls: credential,
  signing: credential,
  /** Directory of encryption keys, each PKCS#8 PEM in a file *.key. */
  encryptionKeys: path,
  dataDir: path,
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** What a configuration file holds. */
export type NodeConfigInput = z.input<typeof schema>;

/** A checked configuration with absolute paths. */
export interface NodeConfig extends Readonly<z.output<typeof schema>> {
  readonly agencyId: AgencyId;
  /** Own mailboxes, in the order of `units`. */
  readonly mailboxes: readonly Mailbox[];
}

function checkUrl(text: string): void {
  if (!URL.canParse(text)) throw new LiaisonError('CONFIG_INVALID', 'expected a URL such as wss://gateway.example:7443');
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  if (protocol !== 'wss:') throw new LiaisonError('CONFIG_INVALID', 'expected a URL that begins with wss://');
  if (username !== '' || password !== '' || pathname !== '/' || search !== '' || hash !== '') {
    throw new LiaisonError('CONFIG_INVALID', 'expected a URL with nothing but host and port');
  }
}

/**
 * Reads a configuration file.
 * @throws LiaisonError FILE_UNREADABLE; CONFIG_INVALID naming the key and what was expected
 */
export function loadConfig(configPath: string, env: NodeJS.ProcessEnv = process.env): NodeConfig {
  let text: string;
  try {
    text = readFileSync(configPath, 'utf8');
  } catch (cause) {
    throw new LiaisonError('FILE_UNREADABLE', configPath, { cause });
  }
  let input: unknown;
  try {
    input = parse(text, { uniqueKeys: true });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new LiaisonError('CONFIG_INVALID', `${configPath} is not YAML: ${why}`, { cause });
  }
  return parseConfig(input, dirname(resolve(configPath)), env);
}

/**
 * Checks a configuration.
 * @param baseDir what relative paths are relative to
 * @throws LiaisonError CONFIG_INVALID naming the key and what was expected
 */
export function parseConfig(input: unknown, baseDir: string, env: NodeJS.ProcessEnv = {}): NodeConfig {
  const result = schema.safeParse(withEnvironment(input, env));
  if (!result.success) throw new LiaisonError('CONFIG_INVALID', describe(result.error));
  const config = result.data;
  const agencyId = parseAgencyId(config.agency);
  const at = (file: string): string => resolve(baseDir, file);
  const pair = ({ certificate, key }: z.output<typeof credential>): z.output<typeof credential> => ({
    certificate: at(certificate),
    key: at(key),
  });
  return {
    ...config,
    gateway: { url: config.gateway.url, ca: at(config.gateway.ca) },
    anchors: at(config.anchors),
    ...(config.revocationLists === undefined ? {} : { revocationLists: at(config.revocationLists) }),
    tls: pair(config.tls),
    signing: pair(config.signing),
    encryptionKeys: at(config.encryptionKeys),
    dataDir: at(config.dataDir),
    agencyId,
    mailboxes: [...new Set(config.units)].map((unit) => mailboxOf(agencyId, parseUnitId(unit))),
  };
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'It is not valid.';
  const where = issue.path.length > 0 ? issue.path.join('.') : 'the file';
  if (issue.code === 'unrecognized_keys') {
    const prefix = issue.path.length > 0 ? `${where}.` : '';
    return `${issue.keys.map((key) => prefix + key).join(', ')} is not a known key.`;
  }
  return `${where}: ${issue.message.replace(/^Invalid input: /, '').replace(/\.$/, '')}.`;
}

const ENVIRONMENT_PREFIX = 'LIAISON_NODE_';
/** Read by the command line itself. */
const OTHER_VARIABLES = new Set(['LIAISON_NODE_CONFIG']);
const LISTS = new Set(['units']);
const KEYS = [
  ...['agency', 'node', 'units', 'gateway.url', 'gateway.ca', 'logKey', 'anchors', 'revocationLists'],
  ...['tls.certificate', 'tls.key', 'signing.certificate', 'signing.key', 'encryptionKeys', 'dataDir', 'logLevel'],
];

const variableOf = (key: string): string =>
  ENVIRONMENT_PREFIX + key.replaceAll(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase();

function withEnvironment(input: unknown, env: NodeJS.ProcessEnv): unknown {
  const byVariable = new Map(KEYS.map((key) => [variableOf(key), key]));
  const given = Object.entries(env).filter(([name]) => name.startsWith(ENVIRONMENT_PREFIX) && !OTHER_VARIABLES.has(name));
  if (given.length === 0 || typeof input !== 'object' || input === null) return input;
  const result = structuredClone(input) as Record<string, unknown>;
  for (const [name, value] of given) {
    const key = byVariable.get(name);
    if (key === undefined) throw new LiaisonError('CONFIG_INVALID', `The environment variable ${name} is not known.`);
    const [first = '', second] = key.split('.');
    const parsed = LISTS.has(key) ? (value ?? '').split(',').map((item) => item.trim()) : value;
    if (second === undefined) result[first] = parsed;
    else result[first] = { ...(result[first] as object | undefined), [second]: parsed };
  }
  return result;
}
