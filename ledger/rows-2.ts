/** The rows that version 2 of the protocol has added to the state (rows.ts). */
import type { Classification, MessageType } from '../protocol/generated/schema.ts';

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
