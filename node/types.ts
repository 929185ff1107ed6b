/** What an application says to its agency node and hears from it. */
import type { LiaisonError } from '../protocol/errors.ts';
import type {
  Availability,
  Body,
  Classification,
  ContactCopyExemption,
  HandlingCode,
  MessageType,
  Purpose,
  Routing,
  Urgency,
} from '../protocol/generated/schema.ts';
import type { Mailbox, MessageId } from '../protocol/ids.ts';
import type { DeadlineNotice, DocumentStatus, StatusNotice, UrgentNotice } from './cases/types.ts';

/** The names of an enumeration's values, as in the JSON form of bodies. */
export type NameOf<T> = Exclude<keyof T & string, 'UNSPECIFIED'>;

/** A body in its JSON form: `{ "language": "en", "spontaneousInformation": { … } }`. */
export type JsonBody = Readonly<Record<string, unknown>>;

export interface SendRequest {
  /** A message id (UUIDv7) that was never used; made by the node unless told. For callers that must not send twice. */
  readonly id?: string;
  /** Own mailbox or unit; the first of the configuration unless told. */
  readonly from?: string;
  /** 1 to 256 mailboxes; none with `group` or `toHolders`, from which they follow. */
  readonly to?: readonly string[];
  /** Id of a closed user group: the recipients are its members at the time of sealing, without the sender. */
  readonly group?: string;
  /** Of a RestrictionUpdate, Correction or Recall: everybody who has got its target from this node or from others. */
  readonly toHolders?: boolean;
  /** Of a nominal annex: the message that it belongs to. */
  readonly annexOf?: string;
  /** Follows from the body; when given it must agree. */
  readonly type?: NameOf<typeof MessageType>;
  readonly body: Body | JsonBody;
  /** NORMAL unless told. */
  readonly urgency?: NameOf<typeof Urgency>;
  /** On requests: whether the recipient can look the answer up itself. DIRECT unless told. */
  readonly availability?: NameOf<typeof Availability>;
  /** BPL unless told. */
  readonly classification?: NameOf<typeof Classification>;
  /** H0 unless told. H3 needs the body's `handlingText`. */
  readonly handling?: readonly NameOf<typeof HandlingCode>[];
  /** PREVENTION unless told; EXERCISE with `exercise`. */
  readonly purpose?: NameOf<typeof Purpose>;
  /** 32 hexadecimal digits. Unless told, that of `inReplyTo` when this node has that message, or a new one. */
  readonly threadId?: string;
  /** Message id. Answers need it. */
  readonly inReplyTo?: string;
  readonly derivedFrom?: readonly string[];
  readonly permissionIds?: readonly string[];
  /** Milliseconds from now, at most 90 days; 30 days unless told. */
  readonly expiresInMs?: number;
  /** POSIX milliseconds until which recipients may keep it; none stated unless told. */
  readonly retentionUntilMs?: number;
  readonly contactCopyExemption?: NameOf<typeof ContactCopyExemption>;
  readonly exercise?: boolean;
  /** At most 64 files of any size. They are read and encrypted before `send` resolves. */
  readonly attachments?: readonly AttachmentDraft[];
  /** True unless told otherwise: wrongly claiming none is worse than the reverse. */
  readonly containsPersonalData?: boolean;
}

/** A file to be sent along. */
export interface AttachmentDraft {
  readonly path: string;
  /** What the recipient sees; the file's own name unless told. */
  readonly name?: string;
  /** Follows from the name unless told. */
  readonly mediaType?: string;
  /** Send a photo as it is, with the position and whatever else the camera has noted in it. */
  readonly keepMetadata?: boolean;
}

export interface AttachmentInfo {
  /** As the sender gave it, fit to be the name of a file. */
  readonly name: string;
  readonly mediaType: string;
  /** Of the file itself. */
  readonly sizeBytes: number;
  /** SHA-256 of the ciphertext, in hexadecimal. */
  readonly digest: string;
  /** `waiting`: on its way. `here`: durable at this node. `sent`: with the gateway or the recipients. `erased`. */
  readonly state: 'waiting' | 'here' | 'sent' | 'erased';
}

export interface InboxOptions {
  /** Only this own mailbox or unit; all of the node's otherwise. */
  readonly mailbox?: string;
  /** Go on with what arrives later, until `close` or `signal`. True unless told otherwise. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  /** How long a message is left with the application before it is offered again; 5 minutes unless told. */
  readonly redeliverAfterMs?: number;
}

export interface InboxMessage {
  readonly id: MessageId;
  /** Verified: the sender's own signature covers it. */
  readonly from: Mailbox;
  /** The own mailbox that this copy came to; all recipients stand in `routing`. */
  readonly to: Mailbox;
  /** POSIX milliseconds, own clock: when it was durable here. */
  readonly receivedAt: number;
  /** POSIX milliseconds, the gateway's clock. */
  readonly acceptedAt: number;
  /** 1 the first time it is offered to the application. After a crash the count may be higher than what was seen. */
  readonly attempt: number;
  readonly routing: Routing;
  readonly body: Body;
  /** All of them are durable at this node; `AgencyNode.saveAttachment` writes them out. */
  readonly attachments: readonly AttachmentInfo[];
  readonly status: DocumentStatus;
  /** What it says it is derived from. */
  readonly origins: readonly OriginStatus[];
  /** Resolves once it is durable that the application needs this message no more. Repeating it does nothing. */
  done(): Promise<void>;
}

/** ETSI EN 319 522 event names on the axis of delivery, as far as this version has them. */
export type DeliveryEvent =
  'SubmissionAcceptance' | 'SubmissionRejection' | 'ContentConsignment' | 'ContentHandover' | 'ContentHandoverFailure';

/** Events after the handover. DeadlineEvent is no name of ETSI's: the time for the answer to a request is passing. */
export type FollowingEvent =
  | 'ContentAccessTracking'
  | 'ConsignmentAcceptance'
  | 'ConsignmentRejection'
  | 'AcceptanceRejectionExpiry'
  | 'DeadlineEvent';

export interface EvidenceEvent {
  readonly event: DeliveryEvent | FollowingEvent;
  /** Number of the entry in the log, counted over all its shards. Absent for a rejection that is not in the log. */
  readonly index?: number;
  /** POSIX milliseconds, the gateway's clock. */
  readonly atMs?: number;
  /** Name of the code, or `CODE_<number>` for one of a newer version. */
  readonly reason?: string;
  /** Came after the delivery had ended, or after another word on consent; changes no state. */
  readonly late?: boolean;
}

export type AccessState = 'NONE' | 'OPENED';
export type ConsentAnswer = 'NONE' | 'GIVEN' | 'REFUSED' | 'LAPSED';

/** A stage of the time for an answer that the gateway has recorded. */
export interface DeadlineStageEvidence {
  readonly stage: 'half' | 'four-fifths' | 'breached';
  /** POSIX milliseconds: when the time ends, as known then. */
  readonly dueAt: number;
  /** POSIX milliseconds, the gateway's clock. */
  readonly at: number;
  readonly index: number;
}

/** Somebody passed on the content of an own message. */
export interface Disclosure {
  readonly messageId: MessageId;
  readonly by: Mailbox;
  readonly to: readonly Mailbox[];
  /** POSIX milliseconds, the gateway's clock. */
  readonly at: number;
}

export interface RecipientEvidence {
  readonly recipient: Mailbox;
  /** The last event on the delivery axis; `undefined` while the message waits in the outbox. */
  readonly state: DeliveryEvent | undefined;
  /**
   * ETSI's ConsignmentNotification, derived: it lies in the recipient's mailbox and the recipient's node, which is
   * offline or slow, has not taken it. There is no entry.
   */
  readonly notified: boolean;
  /** `OPENED`: somebody opened it. It does not say "read and understood". */
  readonly access: AccessState;
  /** Of types that ask for consent. */
  readonly consent: ConsentAnswer;
  /** Of a request, in the log's order. */
  readonly deadlines: readonly DeadlineStageEvidence[];
  readonly events: readonly EvidenceEvent[];
}

export type OutboxState = 'composed' | 'sealed' | 'accepted' | 'refused';

export interface MessageEvidence {
  readonly id: MessageId;
  readonly from: Mailbox;
  readonly state: OutboxState;
  readonly status: DocumentStatus;
  /** Why it was refused, or what it waits for at present. */
  readonly obstacle?: { readonly code: string; readonly text: string };
  readonly recipients: readonly RecipientEvidence[];
  /** Of a restriction, correction or recall: who has complied. */
  readonly compliance: readonly { readonly recipient: Mailbox; readonly at: number }[];
  /** In the log's order. */
  readonly disclosures: readonly Disclosure[];
}

/** A message that another is derived from, as far as this node has it. */
export interface OriginStatus {
  readonly id: MessageId;
  readonly status: DocumentStatus | undefined;
}

export type ReceiptKind =
  'acceptance' | 'rejection' | 'handover' | 'failure' | 'access' | 'consent' | 'deadline' | 'disclosure';

export interface StoredReceipt {
  readonly kind: ReceiptKind;
  /** Whom it is about, when it is about one recipient. */
  readonly recipient?: Mailbox;
  /** Of the entry, counted over all shards of the log. */
  readonly number: number;
  /** Place of the entry in the tree of its shard, as the receipt states it. */
  readonly index: number;
  /** Verifier key of that shard, as this node has followed it from the configured one. */
  readonly logKey: string;
  /** Names on the checkpoint besides the log's, as they claim to be; nothing of them is verified here. */
  readonly witnesses: readonly string[];
  /** The receipt file. */
  readonly text: string;
}

/** A message as it lies in the node's own database. */
export type StoredMessage =
  | {
      readonly direction: 'sent';
      readonly evidence: MessageEvidence;
      readonly status: DocumentStatus;
      readonly origins: readonly OriginStatus[];
      readonly routing: Routing;
      /** `undefined` when it has been erased. */
      readonly body: Body | undefined;
      readonly attachments: readonly AttachmentInfo[];
    }
  | {
      readonly direction: 'received';
      readonly id: MessageId;
      readonly to: Mailbox;
      readonly number: number;
      readonly state: InboxState;
      /** Why it is held or failed. */
      readonly reason?: string;
      readonly receivedAt: number;
      readonly acceptedAt: number;
      readonly attempt: number;
      readonly routing: Routing | undefined;
      readonly status: DocumentStatus;
      readonly origins: readonly OriginStatus[];
      /** `undefined` when it cannot be opened or has been erased. */
      readonly body: Body | undefined;
      readonly attachments: readonly AttachmentInfo[];
    };

/**
 * `held`: not judged yet, because directory, revocation list or key is missing. `ended`: expired before it reached us.
 * `fetching`: its attachments are on their way.
 */
export type InboxState = 'held' | 'new' | 'done' | 'failed' | 'ended' | 'fetching';

export interface PingResult {
  readonly roundTripMs: number;
  /** The gateway's clock, POSIX milliseconds. */
  readonly gatewayTimeMs: number;
  /** Own clock minus the gateway's, as well as one round trip can tell. */
  readonly clockAheadMs: number;
  /** Entries in the newest checkpoint, which is of the newest shard. */
  readonly treeSize: number;
}

export interface DirectoryListing {
  readonly mailbox: Mailbox;
  readonly active: boolean;
}

export interface AcceptedNotice {
  readonly id: MessageId;
  readonly index: number;
  readonly atMs: number;
}
export interface RefusedNotice {
  readonly id: MessageId;
  readonly code: string;
  readonly text: string;
}
export interface EvidenceNotice extends EvidenceEvent {
  readonly id: MessageId;
  readonly recipient: Mailbox;
}
export interface ReceivedNotice {
  readonly id: MessageId;
  readonly from: Mailbox;
  readonly to: Mailbox;
}
/** How far an attachment is on its way; several times a second for a large one. */
export interface AttachmentNotice {
  readonly messageId: MessageId;
  /** SHA-256 of the ciphertext, in hexadecimal. */
  readonly digest: string;
  readonly direction: 'up' | 'down';
  /** Of the ciphertext, durable at the other end or here. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}
/** Something that a person must look at. */
export interface Alarm {
  readonly error: LiaisonError;
  readonly messageId?: MessageId;
  readonly mailbox?: Mailbox;
}

/** Events of an {@link AgencyNode}; each is emitted after what it tells of is durable. */
export interface AgencyNodeEvents {
  connected: [{ readonly treeSize: number }];
  /** `final`: the node does not connect again by itself. */
  disconnected: [{ readonly error: LiaisonError; readonly final: boolean }];
  accepted: [AcceptedNotice];
  refused: [RefusedNotice];
  evidence: [EvidenceNotice];
  received: [ReceivedNotice];
  attachment: [AttachmentNotice];
  alarm: [Alarm];
  deadline: [DeadlineNotice];
  urgent: [UrgentNotice];
  status: [StatusNotice];
}
