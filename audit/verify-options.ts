/** What an audit of a log is given, and what it says of each shard. */
import type { OutsideCheckpoint } from './rules/tree.ts';
import type { WitnessedReport } from './rules/witnesses.ts';
import type { Verifier } from './verifier-key.ts';
import type { WitnessPolicy } from './witness-policy.ts';

export interface VerifyOptions {
  /** The log's key, from outside the data. */
  readonly logVerifier?: Verifier | undefined;
  /** Certificates (DER) of the authorities that the auditor trusts for agencies. */
  readonly anchors?: readonly Uint8Array[];
  /** Checkpoints of this log that the auditor got elsewhere: the log must contain what they sign. */
  readonly outside?: readonly OutsideCheckpoint[];
  /** Which witnesses must have signed the log's newest checkpoint that is stored with cosignatures. */
  readonly witnesses?: WitnessPolicy;
  /** Times without any entry that are longer than this are listed. */
  readonly silenceMs?: number;
  /** A directory of the auditor's own: where an audit keeps what it has verified, and goes on from there. */
  readonly stateDir?: string;
  /** The fewest entries between two times of saving; 50,000 unless told. */
  readonly saveEntries?: number;
  readonly onProgress?: (entries: number, of: number) => void;
}

/** An operator's act as it stands in the log. */
export interface ActSummary {
  readonly index: number;
  readonly atMs: number;
  /** base64url. */
  readonly operator: string;
  readonly what: string;
}

/** A gateway that has been at work for so long after an expiry has ended the delivery; it looks every second. */
export const OVERDUE_MS = 3_600_000;
export const SILENCE_MS = 24 * 3_600_000;
export const LISTED_MAX = 1000;

/** What is known of one shard when it has been audited. */
export interface ShardReport {
  /** As entry 0 names it. */
  readonly origin: string;
  readonly verifierKey: string;
  /** Number of entry 0. */
  readonly firstNumber: number;
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
  /** Entries that an earlier audit had verified and this one has not read again. */
  readonly resumedAt: number;
  /** Absent when no checkpoint is stored with cosignatures. */
  readonly witnessed?: WitnessedReport;
}
