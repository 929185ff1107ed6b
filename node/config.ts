/**
 * The node's configuration: one YAML file, each value of which an environment variable can replace
 * (`gateway.url` ← `LIAISON_NODE_GATEWAY_URL`, `dataDir` ← `LIAISON_NODE_DATA_DIR`; lists as in YAML, `[a, b]`).
 */
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { parseVerifierKey } from '../audit/verifier-key.ts';
import { loadConfig as loadFile } from '../cli/config-file.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type AgencyId, type Mailbox, mailboxOf, parseAgencyId, parseMailbox, parseUnitId } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import { dropSchema, notifySchema, proxySchema, resolvedService, serviceSchema } from './service/config.ts';

/** A check that throws a LiaisonError, as a rule of the schema. */
const checked =
  (check: (text: string) => unknown) =>
  (text: string, context: z.RefinementCtx<string>): void => {
    try {
      check(text);
    } catch (error) {
      const message = error instanceof LiaisonError ? error.detail.replace(/\.$/, '') : 'not valid';
      context.addIssue({ code: 'custom', message });
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
  units: z
    .array(z.string().superRefine(checked(parseUnitId)))
    .min(1)
    .max(LIMITS.mailboxesPerSessionMax),
  gateway: z.strictObject({
    url: z.string().superRefine(checked(checkUrl)),
    /** PEM with the authorities that vouch for the gateway's TLS certificate. */
    ca: path,
    ...proxySchema,
  }),
  /** The log's verifier key: `name+key id+base64`. */
  logKey: z.string().superRefine(checked(parseVerifierKey)),
  /** Directory of PEM files (*.pem, *.crt, *.cer): the authorities this node trusts for agencies. */
  anchors: path,
  /** Directory of revocation lists, *.crl, *.crl.pem or *.crl.der. When set, every authority must have a current one. */
  revocationLists: path.optional(),
  tls: credential,
  signing: credential,
  /** Directory of encryption keys, each PKCS#8 PEM in a file *.key. */
  encryptionKeys: path,
  dataDir: path,
  /** The local service of `node serve`. */
  service: serviceSchema.optional(),
  /** The drop folders of `node serve`. */
  drop: dropSchema.optional(),
  /** Whom `node serve` tells of deadlines and urgent arrivals. */
  notify: z.array(notifySchema).optional(),
  /** IANA name of the zone in which people are shown times; the system's unless told. */
  timeZone: z.string().superRefine(checked(checkTimeZone)).optional(),
  /** Mailboxes whose approval makes a notice; those of every enrolled agency unless told. */
  noticePublishers: z.array(z.string().superRefine(checked(parseMailbox))).optional(),
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

function checkTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    throw new LiaisonError('CONFIG_INVALID', 'expected the name of a time zone such as Europe/Brussels');
  }
}

function checkUrl(text: string): void {
  if (!URL.canParse(text))
    throw new LiaisonError('CONFIG_INVALID', 'expected a URL such as wss://gateway.example:7443');
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
  return resolved(loadFile(configPath, schema, 'LIAISON_NODE', env), dirname(resolve(configPath)));
}

/**
 * Checks a configuration.
 * @param baseDir what relative paths are relative to
 * @throws LiaisonError CONFIG_INVALID naming the key and what was expected
 */
export function parseConfig(input: unknown, baseDir: string): NodeConfig {
  const result = schema.safeParse(input);
  if (result.success) return resolved(result.data, baseDir);
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || 'the configuration'}: ${issue.message}`);
  throw new LiaisonError('CONFIG_INVALID', `${issues.join('; ')}.`);
}

function resolved(config: z.output<typeof schema>, baseDir: string): NodeConfig {
  const agencyId = parseAgencyId(config.agency);
  const at = (file: string): string => resolve(baseDir, file);
  const pair = ({ certificate, key }: z.output<typeof credential>): z.output<typeof credential> => ({
    certificate: at(certificate),
    key: at(key),
  });
  return {
    ...config,
    ...resolvedService(config, at),
    gateway: {
      ...config.gateway,
      ca: at(config.gateway.ca),
      ...(config.gateway.proxyCredentials && { proxyCredentials: at(config.gateway.proxyCredentials) }),
    },
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
