/** The rows that version 2 of the protocol has added to the state (rows.ts). */
import type { Classification, MessageType } from '../protocol/generated/schema.ts';
import type { Table } from './rows.ts';

export const DeadlineState = { RUNNING: 1, PAUSED: 2, ANSWERED: 3, REFUSED: 4, WITHDRAWN: 5 } as const;
export type DeadlineState = (typeof DeadlineState)[keyof typeof DeadlineState];

export const ConsentState = { NONE: 0, GIVEN: 1, REFUSED: 2, LAPSED: 3 } as const;
export type ConsentState = (typeof ConsentState)[keyof typeof ConsentState];

/** What holds for an agency beside its keys. Version 2, like the following tables. */
export interface AgencyRuleRow {
  agency: string;
  clearance: Classification;
  /** Mailbox of the single point of contact; empty when there is none. */
  contact: string;
  /** Room for attachments; 0 for the gateway's default. */
  attachmentBytesMax: number;
  changedIndex: number;
}
export interface UnitRuleRow {
  mailbox: string;
  /** UNSPECIFIED: the agency's. */
  clearance: Classification;
  hostAgency: string;
  changedIndex: number;
}
export interface AgreementRow {
  agreementId: Uint8Array;
  /** Encoded Agreement. */
  agreement: Uint8Array;
  /** Log index of its end; 0 while it stands. */
  endedIndex: number;
  changedIndex: number;
}
export interface GroupRow {
  groupId: Uint8Array;
  /** Encoded Group. */
  group: Uint8Array;
  endedIndex: number;
  /** The group's version. */
  changedIndex: number;
}
/** What later messages are judged by: one row for each accepted message of schema version 2, forgotten with it. */
export interface ControlRow {
  entryIndex: number;
  type: MessageType;
  classification: Classification;
  /** Bit mask of handling codes, 1 << code; a RestrictionUpdate adds to it. */
  handling: number;
  threadId: Uint8Array;
  /** Entry index of the message that it replies to; 0 when there is none. */
  repliesTo: number;
  /** Entry indices, u64be each, of the originals that it is derived from at any remove. */
  roots: Uint8Array;
  /** Encoded Grant; empty when there is none. */
  grant: Uint8Array;
}
/** Message `forwardIndex` gave the content of message `rootIndex` to further recipients. */
export interface DisclosureRow {
  rootIndex: number;
  forwardIndex: number;
}
/** The time that one recipient has for the answer to one request. */
export interface DeadlineRow {
  requestIndex: number;
  mailboxId: number;
  state: DeadlineState;
  dueAtMs: number;
  /** Length of the whole period. */
  periodMs: number;
  /** When a ClarificationRequest or the end stopped the clock; 0 while it runs. */
  stoppedAtMs: number;
  /** Entry indices, u64be each, of the ClarificationRequests that wait for their Clarification. */
  openQuestions: Uint8Array;
  /** Stages that have been recorded: index of their entries, 0 for none. */
  halfIndex: number;
  fourFifthsIndex: number;
  breachedIndex: number;
  /** Entry that answered, refused or withdrew the request; 0 while it is open. */
  endedIndex: number;
  /** When the next stage is due; 0 for never. */
  nextAtMs: number;
}
/** Access and consent of one delivery. */
export interface EventRow {
  mailboxId: number;
  number: number;
  accessIndex: number;
  consent: ConsentState;
  consentIndex: number;
  /** Log index of a statement on consent that contradicts it; 0 when there was none. */
  lateIndex: number;
}
/** One ciphertext that waiting messages refer to. */
export interface BlobRow {
  digest: Uint8Array;
  sizeBytes: number;
  /** Messages with content that refer to it. It is deleted when this reaches 0. */
  messages: number;
}
/** Which ciphertexts a message with content refers to. Only messages that do have a row. */
export interface BlobUseRow {
  entryIndex: number;
  /** 32 bytes each. */
  digests: Uint8Array;
}
/** The same the other way round. */
export interface BlobMessageRow {
  digest: Uint8Array;
  entryIndex: number;
}
/** A message that an operator has ordered to keep. */
export interface HoldRow {
  entryIndex: number;
  /** Number of the act that ordered it. */
  heldIndex: number;
  reference: string;
}
/** A shard that has been closed. */
export interface ShardRow {
  /** Number of its entry 0. */
  firstNumber: number;
  origin: string;
  verifierKey: string;
  /** Its number of entries. */
  size: number;
  /** Its final checkpoint, a signed note. */
  checkpoint: Uint8Array;
  /** Time of the entry that opened the next shard. */
  closedAtMs: number;
  /** Number of the act that had its entries deleted; 0 while they are there. */
  droppedIndex: number;
}

/** Their tables, as in rows.ts. */
export const TABLES_2 = {
  agencyRules: {
    columns: {
      agency: 'TEXT',
      clearance: 'INTEGER',
      contact: 'TEXT',
      attachmentBytesMax: 'INTEGER',
      changedIndex: 'INTEGER',
    },
    keyColumns: 1,
    sinceVersion2: true,
    small: true,
  },
  unitRules: {
    columns: { mailbox: 'TEXT', clearance: 'INTEGER', hostAgency: 'TEXT', changedIndex: 'INTEGER' },
    keyColumns: 1,
    sinceVersion2: true,
    small: true,
  },
  agreements: {
    columns: { agreementId: 'BLOB', agreement: 'BLOB', endedIndex: 'INTEGER', changedIndex: 'INTEGER' },
    keyColumns: 1,
    sinceVersion2: true,
    small: true,
  },
  groups: {
    columns: { groupId: 'BLOB', group: 'BLOB', endedIndex: 'INTEGER', changedIndex: 'INTEGER' },
    keyColumns: 1,
    sinceVersion2: true,
    small: true,
  },
  controls: {
    columns: {
      entryIndex: 'INTEGER',
      type: 'INTEGER',
      classification: 'INTEGER',
      handling: 'INTEGER',
      threadId: 'BLOB',
      repliesTo: 'INTEGER',
      roots: 'BLOB',
      grant: 'BLOB',
    },
    keyColumns: 1,
    sinceVersion2: true,
    small: false,
  },
  disclosures: {
    columns: { rootIndex: 'INTEGER', forwardIndex: 'INTEGER' },
    keyColumns: 2,
    sinceVersion2: true,
    small: false,
  },
  deadlines: {
    columns: {
      requestIndex: 'INTEGER',
      mailboxId: 'INTEGER',
      state: 'INTEGER',
      dueAtMs: 'INTEGER',
      periodMs: 'INTEGER',
      stoppedAtMs: 'INTEGER',
      openQuestions: 'BLOB',
      halfIndex: 'INTEGER',
      fourFifthsIndex: 'INTEGER',
      breachedIndex: 'INTEGER',
      endedIndex: 'INTEGER',
      nextAtMs: 'INTEGER',
    },
    keyColumns: 2,
    indexed: ['nextAtMs'],
    sinceVersion2: true,
    small: false,
  },
  events: {
    columns: {
      mailboxId: 'INTEGER',
      number: 'INTEGER',
      accessIndex: 'INTEGER',
      consent: 'INTEGER',
      consentIndex: 'INTEGER',
      lateIndex: 'INTEGER',
    },
    keyColumns: 2,
    sinceVersion2: true,
    small: false,
  },
  blobs: {
    columns: { digest: 'BLOB', sizeBytes: 'INTEGER', messages: 'INTEGER' },
    keyColumns: 1,
    sinceVersion2: true,
    small: false,
  },
  blobMessages: {
    columns: { digest: 'BLOB', entryIndex: 'INTEGER' },
    keyColumns: 2,
    sinceVersion2: true,
    small: false,
  },
  blobUses: {
    columns: { entryIndex: 'INTEGER', digests: 'BLOB' },
    keyColumns: 1,
    sinceVersion2: true,
    small: false,
  },
  holds: {
    columns: { entryIndex: 'INTEGER', heldIndex: 'INTEGER', reference: 'TEXT' },
    keyColumns: 1,
    sinceVersion2: true,
    small: true,
    resident: true,
  },
  shards: {
    columns: {
      firstNumber: 'INTEGER',
      origin: 'TEXT',
      verifierKey: 'TEXT',
      size: 'INTEGER',
      checkpoint: 'BLOB',
      closedAtMs: 'INTEGER',
      droppedIndex: 'INTEGER',
    },
    keyColumns: 1,
    sinceVersion2: true,
    small: true,
  },
} as const satisfies Readonly<Record<string, Table>>;
