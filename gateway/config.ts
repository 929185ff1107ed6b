/** The gateway's configuration file, gateway.yaml. Paths are relative to the file. */
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../cli/config-file.ts';
import { ORIGIN, ORIGIN_MAX } from '../ledger/shards.ts';
import { AGENCY_BYTES_MAX } from './ledger/uploads.ts';
import { resolveWitnesses, witnessesSchema } from './witnesses/config.ts';

const path = z.string().min(1, 'expected a path');

/** Name of the log: host and path, without a scheme. It stands in every checkpoint. */
export const originSchema = z.string().regex(ORIGIN, 'expected a name such as gateway.example.org/log').max(ORIGIN_MAX);

const schema = z.strictObject({
  /** Of the first shard. */
  origin: originSchema,
  /** Directory of the ledger and the control socket. */
  data: path,
  listen: z.strictObject({
    host: z.string().min(1, 'expected a host name or address'),
    port: z.int('expected a port number').min(0).max(65535),
  }),
  /** Certificate chain and key that nodes see. */
  tls: z.strictObject({ certificate: path, key: path }),
  /**
   * Plain HTTP for monitoring: /healthz, /readyz and /metrics. Off unless given. It asks nobody who they are, so it
   * belongs on an address that only the operator's network reaches.
   */
  health: z
    .strictObject({
      host: z.string().min(1, 'expected a host name or address'),
      port: z.int('expected a port number').min(0).max(65535),
    })
    .optional(),
  /** Where auditors read the log, over HTTPS with the certificate above. Off unless given. */
  auditors: z
    .strictObject({
      host: z.string().min(1, 'expected a host name or address'),
      port: z.int('expected a port number').min(0).max(65535),
      /** Files with the authorities that certify auditors, PEM; those that the log trusts for agencies unless given. */
      authorities: z.array(path).min(1).optional(),
      /** An auditor's session ends, and becomes an entry of the log, after so long without a request. */
      silenceSeconds: z.int().min(1).max(3600).default(60),
    })
    .optional(),
  /** Private key of the first shard, PEM. Those of later shards are kept beside it. */
  logKey: path,
  /**
   * File with the newest checkpoint that was ever released. It finds out a database that was put back from a backup, if it
   * does not go back with it: another disk is the place for it.
   */
  releasedMark: path.optional(),
  /** Who signs the log's checkpoints besides the log. */
  witnesses: witnessesSchema.optional(),
  /** Files of revocation lists, PEM or DER; read again when they change. */
  revocationLists: z.array(path).default([]),
  /** Refuse certificates whose authority has no list here. */
  requireRevocationLists: z.boolean('expected true or false').default(false),
  /** Threads that check signatures. */
  verifyThreads: z
    .int()
    .min(1)
    .max(64)
    .default(Math.max(1, availableParallelism() - 1)),
  /** A TICK entry follows after this many seconds without an entry. */
  tickSeconds: z.int().min(1).max(86_400).default(60),
  sessions: z
    .strictObject({ max: z.int().min(1).default(12_000), perAgencyMax: z.int().min(1).default(64) })
    .default({ max: 12_000, perAgencyMax: 64 }),
  /** Room for what an agency has uploaded and not everybody has fetched; an operator's act may say otherwise for one. */
  attachments: z
    .strictObject({ bytesPerAgencyMax: z.int().min(0).default(AGENCY_BYTES_MAX) })
    .default({ bytesPerAgencyMax: AGENCY_BYTES_MAX }),
  /** The log is a sequence of shards, each with an origin and a key of its own. */
  shards: z
    .strictObject({
      /** Begin a new shard with each year. */
      yearly: z.boolean('expected true or false').default(false),
      /** Years after its end in which a shard cannot be dropped. */
      retentionYears: z.int().min(0).max(1000).default(10),
    })
    .default({ yearly: false, retentionYears: 10 }),
  logLevel: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type GatewayConfig = z.infer<typeof schema> & {
  database: string;
  controlSocket: string;
  blobs: string;
  releasedMark: string;
};

/**
 * Reads gateway.yaml. `LIAISON_GATEWAY_LISTEN_PORT=9000` overrides `listen.port`, and so on.
 * @throws LiaisonError CONFIG_INVALID naming the key and what was expected, FILE_UNREADABLE
 */
export function loadGatewayConfig(
  file: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): GatewayConfig {
  const config = loadConfig(file, schema, 'LIAISON_GATEWAY', environment);
  const at = (name: string): string => resolve(dirname(file), name);
  const data = at(config.data);
  return {
    ...config,
    ...(config.witnesses && { witnesses: resolveWitnesses(config.witnesses, at) }),
    data,
    tls: { certificate: at(config.tls.certificate), key: at(config.tls.key) },
    ...(config.auditors && {
      auditors: { ...config.auditors, authorities: config.auditors.authorities?.map(at) },
    }),
    logKey: at(config.logKey),
    releasedMark: config.releasedMark === undefined ? resolve(data, 'released.checkpoint') : at(config.releasedMark),
    revocationLists: config.revocationLists.map(at),
    database: resolve(data, 'ledger.db'),
    controlSocket: resolve(data, 'control.sock'),
    blobs: resolve(data, 'blobs'),
  };
}
