/**
 * The audit of a gateway's data: replays its log and holds every rule of audit/rules/ against it. What the auditor brings
 * along (the log's key, the authorities, checkpoints seen elsewhere) decides what a clean result is worth: without key
 * and authorities the data is at most consistent with itself.
 */
import { LiaisonError } from '../protocol/errors.ts';
import { type Finding, Findings } from './findings.ts';
import { ReplayStore } from './replay-store.ts';
import { type ActSummary, ShardAudit, type ShardReport, type VerifyOptions } from './shard-audit.ts';
import type { AuditSource } from './source.ts';

export type { OutsideCheckpoint } from './rules/tree.ts';
export {
  type ActSummary,
  LISTED_MAX,
  OVERDUE_MS,
  type ShardReport,
  SILENCE_MS,
  type VerifyOptions,
} from './shard-audit.ts';

export type Verdict = 'verified' | 'findings' | 'consistent-origin-unproven';

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
    return reportOf(source, options, findings, []);
  }
  const audits: ShardAudit[] = [];
  const shards = source.shards();
  for (const [i, shard] of shards.entries()) {
    const store = new ReplayStore();
    try {
      const audit = new ShardAudit(shard, i === shards.length - 1 ? source.live : undefined, store, findings, options);
      audits.push(audit);
      await audit.run();
    } finally {
      store.close();
    }
  }
  source.assertUnchanged();
  return reportOf(source, options, findings, audits);
}

function reportOf(
  source: AuditSource,
  options: VerifyOptions,
  findings: Findings,
  audits: readonly ShardAudit[],
): LogReport {
  const shards = audits.map((audit) => audit.report());
  const newest = shards.at(-1);
  const missingTrust = [
    ...(options.logVerifier ? [] : ['--log-key']),
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
    outside: audits.flatMap(({ outside }) => outside),
    acts: audits.flatMap(({ acts }) => acts),
    silences: audits.flatMap(({ silences }) => silences),
    findings: findings.sorted(),
    findingsTotal: findings.total,
  };
}
