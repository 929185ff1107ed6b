/** The keys of the configuration that `node serve` and the proxy need. Paths are relative to the configuration file. */
import { isIPv6 } from 'node:net';
import { z } from 'zod';

const path = z.string().min(1);
const DEFAULT_PORT = 7480;
const GIB = 1024 ** 3;

/** Names that cannot resolve to another machine: addresses only. */
const isLoopback = (host: string): boolean =>
  /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) || (isIPv6(host) && /^(0*:)+0*1$/.test(host));

const client = z
  .strictObject({
    /** Stands in the node's log with each act. */
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected a name such as case-system'),
    /** SHA-256 of the token, 64 hexadecimal digits, as `node serve --new-token NAME` prints it. */
    tokenSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
      .optional(),
    /** A file with the token itself, readable by its owner alone. */
    tokenFile: path.optional(),
  })
  .refine((one) => (one.tokenSha256 === undefined) !== (one.tokenFile === undefined), {
    message: 'expected either tokenSha256 or tokenFile',
  });

export const serviceSchema = z.strictObject({
  /** A loopback address: the service is for programs on this machine. */
  host: z
    .string()
    .refine(isLoopback, { message: 'expected a loopback address, 127.0.0.1 or ::1; other machines cannot be let in' })
    .default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(DEFAULT_PORT),
  /** Path of a Unix socket, instead of host and port. */
  socket: path.optional(),
  clients: z
    .array(client)
    .min(1)
    .max(64)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
      message: 'expected a name of its own for each client',
    }),
  /** Streams of events at once. */
  eventClientsMax: z.int().min(1).max(1024).default(16),
  /** Bytes of one uploaded file. */
  uploadBytesMax: z
    .int()
    .min(1)
    .default(16 * GIB),
});

export const dropSchema = z.strictObject({
  /** Holds `outbox`, `inbox`, `failed` and `sent`, which are made when missing. */
  dir: path,
  /** Whether received messages become files; they are then not offered by the service. */
  inbox: z.boolean().default(true),
  /** A file is taken when its size and time have not changed for this long, in milliseconds. */
  settleMs: z.int().min(10).max(60_000).default(1_000),
});

export const NOTICE_STAGES = ['urgent', 'half', 'four-fifths', 'breached'] as const;
export type NoticeStage = (typeof NOTICE_STAGES)[number];

export const notifySchema = z
  .strictObject({
    on: z.array(z.enum(NOTICE_STAGES)).min(1),
    /** Gets the notice as JSON by POST. */
    webhook: z.url({ protocol: /^https?$/ }).optional(),
    /** Program and arguments; gets the notice as JSON on its standard input. No shell is involved. */
    command: z.array(z.string().min(1)).min(1).optional(),
    /** Told again after so many milliseconds, until acknowledged. */
    repeatEveryMs: z.int().min(100).default(600_000),
    /** How long webhook or command may take, in milliseconds. */
    timeoutMs: z.int().min(10).max(600_000).default(10_000),
  })
  .refine((one) => (one.webhook === undefined) !== (one.command === undefined), {
    message: 'expected either webhook or command',
  });

export const proxySchema = {
  /** An HTTP proxy that connects to the gateway with CONNECT; TLS goes through it unopened. */
  proxy: z
    .string()
    .refine(isProxyUrl, { message: 'expected a URL with nothing but host and port, such as http://proxy.example:3128' })
    .optional(),
  /** A file with `user:password` for the proxy, readable by its owner alone. */
  proxyCredentials: path.optional(),
};

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  return protocol === 'http:' && [username, password, search, hash].every((part) => part === '') && pathname === '/';
}

export type ServiceConfig = Readonly<z.output<typeof serviceSchema>>;
export type DropConfig = Readonly<z.output<typeof dropSchema>>;
export type NotifyConfig = Readonly<z.output<typeof notifySchema>>;

interface Parts {
  readonly service?: ServiceConfig | undefined;
  readonly drop?: DropConfig | undefined;
}

/** The parts with absolute paths. */
export function resolvedService({ service, drop }: Parts, at: (file: string) => string): Parts {
  return {
    ...(service && {
      service: {
        ...service,
        ...(service.socket !== undefined && { socket: at(service.socket) }),
        clients: service.clients.map((one) => ({ ...one, ...(one.tokenFile && { tokenFile: at(one.tokenFile) }) })),
      },
    }),
    ...(drop && { drop: { ...drop, dir: at(drop.dir) } }),
  };
}
