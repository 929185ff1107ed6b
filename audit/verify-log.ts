/**
 * The audit of a gateway's data: replays its log and holds every rule of audit/rules/ against it. What the auditor brings
 * along (the log's key, the authorities, checkpoints seen elsewhere) decides what a clean result is worth: without key
 * and authorities the data is at most consistent with itself.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LiaisonError } from '../protocol/errors.ts';
import { type Finding, Findings } from './findings.ts';
import { ReplayStore } from './replay-store.ts';
import { ShardAudit } from './shard-audit.ts';
import { type ActSummary, type ShardReport, type VerifyOptions } from './verify-options.ts';
import { ShardChain } from './shard-chain.ts';
import type { AuditSource, ShardSource } from './source.ts';

export type { OutsideCheckpoint } from './rules/tree.ts';
export {
  type ActSummary,
  LISTED_MAX,
  OVERDUE_MS,
  type ShardReport,
  SILENCE_MS,
  type VerifyOptions,
} from './verify-options.ts';

export type Verdict = 'verified' | 'findings' | 'consistent-origin-unproven';

/** A shard whose entries are gone. */
export interface DroppedShard {
  readonly origin: string;
  readonly verifierKey: string;
  readonly firstNumber: number;
  readonly size: number;
  /** Its final checkpoint, verbatim; not verified. */
  readonly checkpoint: string;
  /** Number of the operator's act. */
  readonly droppedBy: number;
}

export interface LogReport {
  readonly verdict: Verdict;
  /** Options that a proof of origin would have needed. */
  readonly missingTrust: readonly string[];
  readonly path: string;
  readonly kind: AuditSource['kind'];
  /** Of the newest shard, as its entry 0 names it. */
  readonly origin: string;
  readonly verifierKey: string;
  /** Entries of all shards. */
  readonly size: number;
  /** The newest stored checkpoint, verbatim. */
  readonly checkpoint: string;
  readonly checkpointsVerified: number;
  readonly signaturesVerified: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly entriesByKind: Readonly<Record<string, number>>;
  /** Of the replayed state at the end, hexadecimal; empty when the replay could not be finished. */
  readonly stateDigest: string;
  /** Oldest first. */
  readonly shards: readonly ShardReport[];
  /** Shards whose entries an operator had deleted: nothing but their final checkpoints is known. */
  readonly dropped: readonly DroppedShard[];
  /** Entries of the shards before the first one that is here: what it carries on from them is the gateway's word. */
  readonly entriesBefore: number;
  readonly outside: readonly { name: string; size: number; contained: boolean }[];
  /** At most {@link LISTED_MAX}, and so are the silences. */
  readonly acts: readonly ActSummary[];
  /** Long times without an entry, ended by the entry at `index`. No finding: the gateway may have been stopped. */
  readonly silences: readonly { index: number; lengthMs: number }[];
  readonly findings: readonly Finding[];
  /** Including those that are not listed. */
  readonly findingsTotal: number;
}

/**
 * Verifies everything that the data says. Reads it once from front to back; memory does not grow with the log.
 * @throws LiaisonError DATA_VERSION; DATA_LOCKED when the data changed meanwhile; FILE_UNREADABLE;
 *   CHECKPOINT_INVALID when an outside checkpoint is not this log's. Damage is a finding.
 */
export async function verifyLog(source: AuditSource, options: VerifyOptions = {}): Promise<LogReport> {
  const findings = new Findings();
  try {
    source.checkFormat();
  } catch (error) {
    if (!(error instanceof LiaisonError) || error.code !== 'DATA_DAMAGED') throw error;
    findings.add('database-readable', error.message);
    return reportOf(source, options, findings, { audits: [], dropped: [], isTrusted: true });
  }
  const shards = shardsOf(source, findings);
  const chain = new ShardChain(shards, options.logVerifier, findings);
  const read: Audited = { audits: [], dropped: [], isTrusted: true };
  for (const [i, shard] of shards.entries()) {
    const store = new ReplayStore(statePath(options, i));
    const opening = chain.openings[i];
    findings.enter(i, shards.length > 1 ? (opening?.origin ?? '') : '', opening?.firstNumber ?? 0);
    const verifier = chain.verifier(i);
    const own: VerifyOptions = { ...options, logVerifier: verifier, outside: chain.outside(i, options.outside ?? []) };
    const isLast = i === shards.length - 1;
    try {
      const audit = new ShardAudit(shard, isLast ? source.live : undefined, store, findings, own);
      read.audits.push(audit);
      await audit.run();
      chain.audited(i, audit.end);
      if (isLast) read.dropped.push(...droppedShards(store, chain, findings));
    } finally {
      store.close();
    }
  }
  read.isTrusted = chain.isWhole;
  if (options.witnesses?.quorum && !read.audits.at(-1)?.report().witnessed) {
    findings.add('witness-quorum', 'No checkpoint with cosignatures is stored with this log.');
  }
  source.assertUnchanged();
  return reportOf(source, options, findings, read);
}

interface Audited {
  readonly audits: ShardAudit[];
  readonly dropped: DroppedShard[];
  /** Whether the auditor's key leads to every shard. */
  isTrusted: boolean;
}

/** What shards there are is read from the source's own rows: damage there is a finding. */
function shardsOf(source: AuditSource, findings: Findings): readonly ShardSource[] {
  try {
    return source.shards();
  } catch (error) {
    if (!(error instanceof LiaisonError) || error.code !== 'DATA_DAMAGED') throw error;
    findings.add('database-readable', error.message);
    return [];
  }
}

/** As the newest shard says. Of the shards behind the first one that is here, all others must be here too. */
function droppedShards(store: ReplayStore, chain: ShardChain, findings: Findings): DroppedShard[] {
  const rows = [...store.rows.scan('shards')];
  const dropped = rows.filter(({ droppedIndex }) => droppedIndex !== 0);
  const here = new Set(chain.openings.map((opening) => opening?.origin));
  const begin = chain.openings[0]?.firstNumber ?? 0;
  const listed = rows.filter(({ firstNumber, origin }) => firstNumber >= begin && !here.has(origin));
  for (const origin of new Set([...listed.map((row) => row.origin), ...chain.gaps()])) {
    if (dropped.some((row) => row.origin === origin)) continue;
    findings.add('shard-link', `The shard ${origin} is missing between those that are here, and was not dropped.`);
  }
  return dropped.map(({ origin, verifierKey, firstNumber, size, checkpoint, droppedIndex }) => ({
    origin,
    verifierKey,
    firstNumber,
    size,
    checkpoint: Buffer.from(checkpoint).toString('utf8'),
    droppedBy: droppedIndex,
  }));
}

/** @throws LiaisonError FILE_UNREADABLE when the directory cannot be made */
function statePath({ stateDir }: VerifyOptions, shard: number): string | undefined {
  if (stateDir === undefined) return undefined;
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new LiaisonError('FILE_UNREADABLE', `${stateDir}: ${code}.`, { cause: error });
  }
  return join(stateDir, `shard-${shard}.db`);
}

function reportOf(
  source: AuditSource,
  options: VerifyOptions,
  findings: Findings,
  { audits, dropped, isTrusted }: Audited,
): LogReport {
  const shards = audits.map((audit) => audit.report());
  const newest = shards.at(-1);
  const missingTrust = [
    // Where a dropped shard lies between, only the key of a later one leads on.
    ...(options.logVerifier && isTrusted ? [] : ['--log-key']),
    ...(options.anchors?.length ? [] : ['--anchors']),
  ];
  const clean: Verdict = missingTrust.length > 0 ? 'consistent-origin-unproven' : 'verified';
  const kinds: Record<string, number> = {};
  for (const { entriesByKind } of shards) {
    for (const [kind, count] of Object.entries(entriesByKind)) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  const sum = (value: (shard: ShardReport) => number): number =>
    shards.reduce((total, shard) => total + value(shard), 0);
  return {
    verdict: findings.total > 0 ? 'findings' : clean,
    missingTrust,
    path: source.path,
    kind: source.kind,
    origin: newest?.origin ?? '',
    verifierKey: newest?.verifierKey ?? '',
    size: sum(({ size }) => size),
    checkpoint: newest?.checkpoint ?? '',
    checkpointsVerified: sum(({ checkpointsVerified }) => checkpointsVerified),
    signaturesVerified: sum(({ signaturesVerified }) => signaturesVerified),
    firstAtMs: shards[0]?.firstAtMs ?? 0,
    lastAtMs: newest?.lastAtMs ?? 0,
    entriesByKind: kinds,
    stateDigest: newest?.stateDigest ?? '',
    shards,
    dropped,
    entriesBefore: shards[0]?.firstNumber ?? 0,
    outside: audits.flatMap(({ outside }) => outside),
    acts: audits.flatMap(({ acts }) => acts),
    silences: audits.flatMap(({ silences }) => silences),
    findings: findings.sorted(),
    findingsTotal: findings.total,
  };
}
