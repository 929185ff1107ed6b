/** Logs and bundles for the tests of export, fetch and bundles. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ShardPart } from '../../audit/bundle/format.ts';
import { type LogOrigin, mirror, type MirrorReport } from '../../audit/bundle/mirror.ts';
import { openAuditSource } from '../../audit/bundle/open.ts';
import { LedgerReader } from '../../audit/ledger-reader.ts';
import { type LogReport, verifyLog } from '../../audit/verify-log.ts';
import type { Verifier } from '../../audit/verifier-key.ts';
import { customs, directory, LogBuilder, police, signer } from './log-builder.ts';
import { TRUST } from './verify-support.ts';

let places = 0;
export const place = (name: string): string => join(directory, `${name}-${places++}`);

/** A log with agencies and keys, which its gateway still has open, in a data directory of its own. */
export function newLog(): LogBuilder & { data: string } {
  const data = place('data');
  mkdirSync(data);
  const log = new LogBuilder(join(data, 'ledger.db'));
  log.act({ kind: 'enrol', value: customs.enrol });
  log.act({ kind: 'enrol', value: police.enrol });
  return Object.assign(log, { data });
}

/** Adds ticks in commits of so many entries. */
export function addTicks(log: LogBuilder, ...commits: readonly number[]): void {
  for (const count of commits) {
    log.commit(...Array.from({ length: count }, () => ({ command: { kind: 'tick' } as const })));
  }
}

/** As `audit export` has it: the shards as they are now. */
export function originOf(reader: LedgerReader): LogOrigin & { asked: string[] } {
  const shards = reader.shards();
  const asked: string[] = [];
  return {
    asked,
    shards: () => Promise.resolve(shards),
    part: (ordinal, part) => {
      asked.push(JSON.stringify(part));
      const shard = shards.find((item) => item.shard === ordinal);
      return Promise.resolve(shard && reader.part(shard, part));
    },
  };
}

export async function exported(
  data: string,
  out: string,
  change: { origin?: (origin: LogOrigin) => LogOrigin; logKey?: Verifier } = {},
): Promise<MirrorReport> {
  const reader = new LedgerReader(data);
  try {
    const origin = originOf(reader);
    const from = change.origin ? change.origin(origin) : origin;
    return await mirror({ from, out, logKey: change.logKey ?? signer, parallel: 3 });
  } finally {
    reader.close();
  }
}

/** An origin that answers some parts in its own way. */
export const changed =
  (change: (part: ShardPart, bytes: Uint8Array | undefined) => Uint8Array | undefined) =>
  (origin: LogOrigin): LogOrigin => ({
    shards: () => origin.shards(),
    part: async (shard, part) => change(part, await origin.part(shard, part)),
  });

export async function verified(path: string, options = TRUST): Promise<LogReport> {
  const source = openAuditSource(path, options.logVerifier);
  try {
    return await verifyLog(source, options);
  } finally {
    source.close();
  }
}

export function copyOf(path: string): string {
  const copy = place('copy');
  cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}
