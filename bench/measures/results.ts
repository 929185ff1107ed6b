/** Plain data that the measures return: every figure of every repetition, nothing averaged. It goes into the JSON as it is. */
import type { Verified } from '../systems/liaison/audit.ts';

/** What one line of a table stands for: a system in one way of using it. */
export interface Row<R> {
  /** For programs: `liaison-p256-single`. */
  readonly key: string;
  readonly name: string;
  /** By repetition; null where a peer failed in that repetition. */
  readonly runs: readonly (R | null)[];
}

export interface SystemFacts {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly guarantees: string;
}

/** What is said after a run of Liaison; `verified` only where the auditor was run. */
export interface Correctness {
  readonly lost: number;
  readonly doubled: number;
  /** Receipts verified by the senders. */
  readonly receipts: number;
  readonly verified?: Verified;
}

/** Processor time for each message, milliseconds. */
export interface CpuPerMessage {
  readonly sender: number;
  readonly recipient: number;
  readonly server: number;
}

/** Of the gateway's /metrics after the run. */
export interface GatewayMetrics {
  readonly accepted: number;
  readonly handedOver: number;
  readonly refused: number;
  readonly commits: number;
  readonly commandsPerCommit: number;
  /** Means, milliseconds. */
  readonly verifyMs: number;
  readonly commitMs: number;
}

export interface ThroughputRun extends Correctness {
  readonly messages: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly cpuMs: CpuPerMessage;
  /** Resident memory of the server after the run. */
  readonly serverBytes: number;
  /** What the run has added to the data on disk, after the system has ended; NaN where it says nothing then. */
  readonly diskBytesPerMessage: number;
  readonly metrics?: GatewayMetrics;
}
export interface Throughput {
  readonly bodyBytes: number;
  readonly rows: readonly Row<ThroughputRun>[];
}

/** Milliseconds. */
export interface Latencies {
  readonly count: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}
export interface LatencyRun extends Correctness {
  readonly oneInFlight: { readonly confirmed: Latencies; readonly delivered: Latencies; readonly proven?: Latencies };
  readonly halfLoad: {
    readonly perSecond: number;
    readonly confirmed: Latencies;
    readonly delivered: Latencies;
  };
}

export interface FanoutRun extends Correctness {
  readonly recipients: number;
  readonly messages: number;
  readonly deliveriesPerSecond: number;
  /** One sender to one recipient on the same gateway in the same repetition. */
  readonly singlePerSecond: number;
  /** For each delivery. */
  readonly cpuMs: CpuPerMessage;
  /** Of frames, without WebSocket and TLS: of the sender's, divided by the recipients, and of those that recipients get. */
  readonly bytes: { readonly submittedPerDelivery: number; readonly deliveredPerDelivery: number };
}

export interface ManyRun extends Correctness {
  readonly pairs: number;
  readonly messages: number;
  readonly perSecond: number;
  readonly cpuMs: CpuPerMessage;
}

export interface IdleRun {
  readonly sessions: number;
  readonly connectSeconds: number;
  readonly gatewayBytes: number;
  /** With no session. */
  readonly emptyBytes: number;
  readonly bytesPerSession: number;
  /** From the start of the gateway's process after it was killed until it was ready. */
  readonly restartSeconds: number;
  /** From the kill until every session was open again. */
  readonly reconnectSeconds: number;
  /** Attempts to connect that failed after the kill. */
  readonly failedAttempts: number;
}

export interface BacklogRun extends Correctness {
  readonly waiting: number;
  readonly fillPerSecond: number;
  /** Resident memory of the gateway with the backlog, freshly started on it, and the most while it was drained. */
  readonly filledBytes: number;
  readonly waitingBytes: number;
  readonly drainingBytes: number;
  readonly diskBytesPerMessage: number;
  readonly drainPerSecond: number;
  /** New messages that arrive meanwhile. */
  readonly newPerSecond: number;
  readonly newConfirmed: Latencies;
  readonly newDelivered: Latencies;
}

export interface ColdStartRun {
  readonly entries: number;
  /** From the start of the process to `ready` in its log, and to the first 200 of /readyz. */
  readonly readySeconds: number;
  readonly servingSeconds: number;
  readonly gatewayBytes: number;
}

export interface GrowthRun extends Correctness {
  readonly entries: number;
  readonly perSecond: number;
  readonly cpuMsPerMessage: number;
}

export interface PolicyRun extends Correctness {
  readonly agreements: number;
  readonly groups: number;
  readonly perSecond: number;
  readonly cpuMs: CpuPerMessage;
}

export interface SdkRun {
  readonly mode: 'single' | 'burst';
  readonly messages: number;
  readonly perSecond: number;
  readonly lost: number;
  readonly doubled: number;
  readonly receipts: number;
  readonly cpuMs: CpuPerMessage;
  /** Processor time for each second of the run: 1 is one core. */
  readonly busy: CpuPerMessage;
}

/** CPU samples of one gateway thread. */
export interface ProfileRow {
  readonly thread: string;
  readonly stage: string;
  readonly milliseconds: number;
  /** Of all threads' time that was not idle. */
  readonly share: number;
}

/** One file from node to gateway to node, and the same file by HTTPS. Milliseconds. */
export interface AttachmentsRun {
  readonly bytes: number;
  readonly httpsMs: number;
  /** The file into the spool, encrypted. */
  readonly sealMs: number;
  /** From the spool to durable at the gateway, message accepted. */
  readonly uploadMs: number;
  /** From the session to durable at the recipient, message in the inbox. */
  readonly downloadMs: number;
  /** Decrypted into a file. */
  readonly saveMs: number;
  /** Most resident memory. */
  readonly peakBytes: { readonly sender: number; readonly gateway: number; readonly recipient: number };
}

export interface Measured {
  readonly throughput?: readonly Throughput[];
  readonly latency?: readonly Row<LatencyRun>[];
  readonly fanout?: readonly Row<FanoutRun>[];
  readonly many?: readonly Row<ManyRun>[];
  readonly sessions?: readonly Row<IdleRun>[];
  readonly backlog?: readonly Row<BacklogRun>[];
  readonly coldstart?: readonly Row<ColdStartRun>[];
  readonly growth?: readonly Row<GrowthRun>[];
  readonly policy?: readonly Row<PolicyRun>[];
  readonly sdk?: readonly Row<SdkRun>[];
  readonly attachments?: readonly Row<AttachmentsRun>[];
  readonly profile?: readonly ProfileRow[];
}
