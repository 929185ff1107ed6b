/**
 * What passes between the stages of the gateway, on one page.
 *
 *   session ── VerifyJob ──▶ verify (pool of threads) ── PackedWork ──▶ ledger (one thread) ── LedgerOutput ──▶ session
 *
 * Byte fields are views of buffers that move from thread to thread without being copied; whoever has passed one on must
 * not touch it again.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ReadHeader } from '../protocol/envelope/verify.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { Explanation } from '../ledger/policy/judge.ts';
import type {
  AgencyStatus,
  Agreement,
  AuditRead,
  BatchSignature,
  Classification,
  ContactCopyExemption,
  Group,
  HandlingCode,
  EventStatement,
  HandoverStatement,
  Hello,
  KeyUsage,
  MessageType,
  Path,
  RefusalCount,
  SignedLeaf,
} from '../protocol/generated/schema.ts';
import type { BatchTree } from '../protocol/merkle.ts';
import type { ProtocolVersion } from '../protocol/versions.ts';
import type { AgencyId } from '../protocol/ids.ts';

/** An error as data, so that it can cross threads. */
export interface Fault {
  code: ErrorCode;
  detail: string;
}

/** session → verify: one Submit, Handover or Events frame, undecoded. */
export interface VerifyJob {
  kind: 'job';
  job: number;
  session: number;
  agency: AgencyId;
  /** Of the session. */
  version: ProtocolVersion;
  frame: Uint8Array;
  /** On the clock that all threads share. */
  receivedMs: number;
}
/** The signing keys in force or revoked; sent to each thread before any job that may need them. */
export interface VerifyKeys {
  kind: 'keys';
  keys: { keyId: string; spki: Uint8Array }[];
}
export type VerifyInput = VerifyJob | VerifyKeys;

/** verify → session: the frame was not valid, or of another kind. Nothing of it goes further. */
export interface VerifyRejection {
  kind: 'rejected';
  job: number;
  session: number;
  fault: Fault;
}

export interface SubmitItem {
  /** The envelope as received; its signature and digests have been verified when `fault` is absent. */
  header: Uint8Array;
  signature: BatchSignature;
  path: Path;
  content: Uint8Array;
  wrappedKeys: Uint8Array[];
  parsed: ReadHeader;
}
export type Checked<T> = { kind: 'verified'; item: T } | { kind: 'refused'; messageId: Uint8Array; fault: Fault };

export interface HandoverItem {
  signed: SignedLeaf;
  statement: HandoverStatement;
}
export interface EventItem {
  signed: SignedLeaf;
  statement: EventStatement;
}
interface VerifiedBase {
  job: number;
  session: number;
  agency: AgencyId;
  request: number;
  receivedMs: number;
  verifiedMs: number;
}
/** A frame that has been verified, item by item. `isCanonical`: it was in the canonical encoding. */
export type VerifiedWork = VerifiedBase & { isCanonical: boolean } & (
    | { kind: 'submit'; items: Checked<SubmitItem>[] }
    | { kind: 'handover'; items: Checked<HandoverItem>[]; tree: BatchTree }
    | { kind: 'event'; items: Checked<EventItem>[]; tree: BatchTree }
  );

/**
 * verify → ledger: the same as it crosses the threads. To decode the frame once more costs a fraction of what it costs to
 * clone what was decoded (docs/performance.md). The frame is in the canonical encoding and holds no envelope that was
 * refused, so that what is costly to read is read by the verifying threads only.
 */
export interface PackedWork extends VerifiedBase {
  kind: VerifiedWork['kind'];
  frame: Uint8Array;
  /** Items, refused ones included. */
  count: number;
  /** What has been computed over the items: leaf hashes of the headers, or the packed tree of the statements. */
  hashes: Uint8Array;
  refusals: { at: number; messageId: Uint8Array; fault: Fault }[];
}

/** session or control → ledger */
export type LedgerRequest =
  | { kind: 'verify-port'; port: MessagePort }
  | { kind: 'open'; session: number; agency: AgencyId; tlsKeyId: Uint8Array; hello: Hello }
  | { kind: 'closed'; id: Uint8Array; code: number }
  /**
   * The next deliveries within this credit, from the first of these mailboxes that has any. When none has, the request
   * waits. A session has one at a time.
   */
  | {
      kind: 'fetch';
      session: number;
      mailboxes: { mailbox: string; from: number; endedFrom: number }[];
      messages: number;
      bytes: number;
    }
  /** Evidence that could not be sent when it was new; a session asks for one frame of it at a time. */
  | { kind: 'owed'; session: number; indices: number[] }
  /** The session is no longer there: its request for deliveries is forgotten. */
  | { kind: 'gone'; session: number }
  | {
      kind: 'proofs';
      job: number;
      session: number;
      agency: AgencyId;
      request: number;
      /** Of the session: what it cannot read is left out. */
      version: ProtocolVersion;
      messageIds: Uint8Array[];
      checkpoint: Uint8Array;
    }
  | { kind: 'directory'; job: number; session: number; request: number; mailboxes: string[]; after: string }
  | {
      kind: 'groups';
      job: number;
      session: number;
      agency: AgencyId;
      /** Those that the session serves. */
      mailboxes: string[];
      request: number;
      groupIds: Uint8Array[];
    }
  /** `signed` is an encoded SignedLeaf. */
  | { kind: 'group-put'; job: number; session: number; agency: AgencyId; request: number; signed: Uint8Array }
  | { kind: 'act'; call: number; signed: Uint8Array }
  /** An operator's question about the rules. */
  | { kind: 'rules'; call: number }
  | { kind: 'explain'; call: number; message: Hypothetical }
  | { kind: 'lists'; lists: Uint8Array[] }
  | { kind: 'counts'; counts: RefusalCount[] }
  /** An auditor's session has ended. */
  | { kind: 'audit-read'; read: AuditRead }
  | { kind: 'status'; call: number; digest: boolean }
  /** An agency wants to upload a ciphertext, or to go on with it. Digests that are text are hexadecimal. */
  | {
      kind: 'blob-put';
      job: number;
      session: number;
      agency: AgencyId;
      request: number;
      digest: Uint8Array;
      sizeBytes: number;
    }
  /** The file is complete and durable. */
  | { kind: 'blob-stored'; session: number; agency: string; request: number; digest: string; sizeBytes: number }
  /** Nothing of the upload is kept. */
  | { kind: 'blob-failed'; agency: string; digest: string }
  /** What was to be deleted, and whether it is. */
  | { kind: 'blob-erased'; digest: string; isGone: boolean }
  | { kind: 'blob-get'; job: number; session: number; mailboxes: string[]; request: number; digest: Uint8Array }
  /** Could an entry be recorded now? Tried, without one. */
  | { kind: 'probe'; call: number }
  /** Go on with the log, unless it contradicts what witnesses have shown. */
  | { kind: 'begin'; shown: ShownCheckpoint[] }
  /** What witnesses are to sign, and what leads there from what they signed before. */
  | { kind: 'releases'; call: number }
  | { kind: 'consistency'; call: number; origin: string; from: number; to: number }
  /** A checkpoint with the cosignatures of a quorum: to be kept and given out. */
  | { kind: 'cosigned'; note: Uint8Array }
  /** A witness has shown this checkpoint to contradict ours: the gateway ends when it is right. */
  | ({ kind: 'shown' } & ShownCheckpoint)
  /** New submissions are refused, or are taken again. */
  | { kind: 'submissions'; refused: boolean }
  | { kind: 'close' };

/** A checkpoint in somebody else's hands. */
export interface ShownCheckpoint {
  /** Who shows it, for people. */
  from: string;
  note: Uint8Array;
}

/** The newest checkpoint of a shard that has been released. */
export interface ReleasedLog {
  origin: string;
  size: number;
  checkpoint: Uint8Array;
}

export interface DirectoryKey {
  keyId: string;
  agency: AgencyId;
  usage: KeyUsage;
  /** Chain as registered, leaf first, DER. */
  certificates: Uint8Array[];
  notAfterMs: number;
  revoked: boolean;
}
/** Who may connect: sent at the start and after each change. */
export interface DirectoryView {
  keys: DirectoryKey[];
  agencies: { agency: AgencyId; status: AgencyStatus }[];
  anchors: Uint8Array[];
}

export interface LedgerStatus {
  origin: string;
  verifierKey: string;
  treeSize: number;
  lastEntryAtMs: number;
  checkpoint: Uint8Array;
  outstandingDeliveries: number;
  agencies: { agency: string; status: AgencyStatus; mailboxes: string[] }[];
  operators: { keyId: string; nextNumber: number }[];
  clockFault: string;
  /** Hex; only when asked for. */
  stateDigest: string;
}

/** A message that nobody has sent, as an operator describes it. */
export interface Hypothetical {
  from: string;
  to: string[];
  type: MessageType;
  classification: Classification;
  handling: HandlingCode[];
  personalData: boolean;
  /** 16 bytes, or empty. */
  groupId: Uint8Array;
  derivedFrom: Uint8Array[];
  permissionIds: Uint8Array[];
  inReplyTo: Uint8Array;
  exemption: ContactCopyExemption;
}

/** What operators and owners have laid down, as it stands. */
export interface RulesView {
  byAgreement: boolean;
  nowMs: number;
  agreements: { agreement: Agreement; endedIndex: number; changedIndex: number }[];
  groups: { group: Group; endedIndex: number; changedIndex: number }[];
  agencies: { agency: string; clearance: Classification; contact: string; attachmentBytesMax: number }[];
  units: { mailbox: string; clearance: Classification; hostAgency: string }[];
  holds: { sender: string; messageId: Uint8Array; reference: string; entryIndex: number; heldIndex: number }[];
  /** Oldest first. The newest is open: `closedAtMs` is 0, and its size that of its tree. */
  shards: {
    origin: string;
    verifierKey: string;
    firstNumber: number;
    size: number;
    closedAtMs: number;
    droppedIndex: number;
  }[];
}

/** How many values lay at or below each bound but above the one before; the last count is of what lay above all. */
export interface HistogramFigures {
  bounds: number[];
  counts: number[];
  sum: number;
}

/** What the ledger's thread has counted since its start, and how things stand. */
export interface LedgerFigures {
  counters: {
    accepted: number;
    acceptedBytes: number;
    repeats: number;
    handedOver: number;
    failed: number;
    expired: number;
  };
  refusals: { code: ErrorCode; count: number }[];
  verifySeconds: HistogramFigures;
  commitSeconds: HistogramFigures;
  batchSize: HistogramFigures;
  treeSize: number;
  checkpointAtMs: number;
  outstandingDeliveries: number;
  /** 0 when nobody waits. */
  oldestWaitingAtMs: number;
}

/** ledger → session or control */
export type LedgerOutput =
  /** The database is open; nothing happens before `begin`. */
  | { kind: 'log-opened'; origin: string }
  | { kind: 'ready'; directory: DirectoryView }
  | { kind: 'directory-changed'; directory: DirectoryView }
  /** An encoded frame for a session. `job` marks the answer to something that was asked. */
  | { kind: 'frame'; session: number; frame: Uint8Array; job?: number }
  | {
      kind: 'opened';
      session: number;
      id: Uint8Array;
      welcome: Uint8Array;
      mailboxes: { mailbox: string; next: number }[];
    }
  | { kind: 'open-refused'; session: number; fault: Fault }
  /** The answer to fetch. `next` is where to go on. */
  | {
      kind: 'fetched';
      session: number;
      mailbox: string;
      frame: Uint8Array;
      messages: number;
      bytes: number;
      next: number;
    }
  /** An encoded Evidence frame for any session of the agency that speaks this version. */
  | { kind: 'evidence'; agency: AgencyId; version: ProtocolVersion; frame: Uint8Array; indices: number[] }
  /** The log goes on in another shard. Stands before every frame with a checkpoint of that one: the sessions must end first. */
  | { kind: 'shard-begun'; origin: string }
  /** The answer to owed. */
  | { kind: 'owed'; session: number; frame: Uint8Array }
  | { kind: 'acted'; call: number; fault?: Fault; index: number }
  | { kind: 'status'; call: number; status: LedgerStatus }
  | { kind: 'probed'; call: number; fault?: Fault }
  /** The newest shard comes last. */
  | { kind: 'releases'; call: number; logs: ReleasedLog[] }
  | { kind: 'consistency'; call: number; hashes: Uint8Array[] }
  /** Something that the operator should know. */
  | { kind: 'notice'; text: string }
  | { kind: 'rules'; call: number; rules: RulesView }
  | { kind: 'explained'; call: number; explanation?: Explanation; fault?: Fault }
  /** The upload may go on where it is. */
  | {
      kind: 'blob-begin';
      session: number;
      job?: number;
      agency: string;
      request: number;
      digest: string;
      sizeBytes: number;
    }
  /** The session may have this ciphertext; or may not. */
  | {
      kind: 'blob-read';
      session: number;
      job: number;
      request: number;
      digest: string;
      sizeBytes: number;
      fault?: Fault;
    }
  /** The file is to be deleted; with an agency, only its partial file. */
  | { kind: 'blob-erase'; digest: string; agency?: string }
  /** Once a second, when asked for in the settings. */
  | { kind: 'figures'; figures: LedgerFigures }
  /** The gateway must stop: what was not answered is not durable. */
  | { kind: 'fatal'; fault: Fault }
  | { kind: 'closed' };
