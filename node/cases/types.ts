/** Threads, deadlines, groups and the status of documents, as an application sees them. */
import type { Classification, MessageType } from '../../protocol/generated/schema.ts';
import type { Mailbox, MessageId } from '../../protocol/ids.ts';
import type { NameOf, OriginStatus } from '../types.ts';

/** What has become of a message since it was sent. Its originator decides, except that time makes it EXPIRED. */
export type DocumentStatus = 'CURRENT' | 'SUPERSEDED' | 'CORRECTED' | 'RESTRICTED' | 'RECALLED' | 'EXPIRED';

/** How much of the time for an answer is over. */
export type Stage = 'none' | 'half' | 'four-fifths' | 'breached';

export interface ThreadSummary {
  /** 32 hexadecimal digits. */
  readonly threadId: string;
  /** From the bodies: it stays with the agencies. Empty when none is stated. */
  readonly caseNumber: string;
  readonly subject: string;
  /** Without exercises, unless the thread is one. */
  readonly messages: number;
  /** POSIX milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Requests with neither answer, refusal nor withdrawal; exercises as in `messages`. */
  readonly open: number;
  /** All of it is an exercise. */
  readonly exercise: boolean;
  /** Of the running request that is due first. */
  readonly nextDueAt?: number;
  readonly closed: boolean;
}

export interface ThreadMessage {
  readonly id: MessageId;
  readonly direction: 'sent' | 'received';
  readonly type: NameOf<typeof MessageType>;
  readonly from: Mailbox;
  readonly to: Mailbox[];
  /** POSIX milliseconds: acceptance by the gateway, or composition while it is not accepted. */
  readonly at: number;
  readonly inReplyTo?: string;
  readonly status: DocumentStatus;
  /** What it says it is derived from. */
  readonly origins?: readonly OriginStatus[];
  readonly subject: string;
  readonly classification: string;
  readonly handling: string[];
  readonly exercise: boolean;
}

/** A request, as one of its recipients has to answer it. */
export interface RequestState {
  readonly id: MessageId;
  readonly requester: Mailbox;
  readonly recipient: Mailbox;
  readonly state: 'running' | 'paused' | 'answered' | 'refused' | 'withdrawn';
  /** POSIX milliseconds. While it is paused: what would hold if the clarification came now. */
  readonly dueAt: number;
  readonly periodMs: number;
  readonly stage: Stage;
  readonly acknowledgedBy?: string;
}

export interface Thread extends ThreadSummary {
  /** In order. */
  readonly items: ThreadMessage[];
  readonly requests: RequestState[];
}

/** A closed user group as its newest entry in the log states it; the entry's inclusion has been verified. */
export interface GroupInfo {
  /** 32 hexadecimal digits. */
  readonly groupId: string;
  readonly name: string;
  readonly owner: Mailbox;
  readonly members: Mailbox[];
  readonly nominalAllowed: boolean;
  readonly form: 'LONG' | 'SIMPLIFIED' | undefined;
  /** POSIX milliseconds; 0: no end. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly ended: boolean;
  /** Position in the log of the group's last change. */
  readonly version: number;
}

/** What an owner states of a group. */
export interface GroupDraft {
  /** Of the group that changes; a new one unless told. */
  readonly groupId?: string;
  readonly name: string;
  /** Own mailbox or unit; the first of the configuration unless told. */
  readonly owner?: string;
  /** Mailboxes, the owner's among them if it takes part. */
  readonly members: readonly string[];
  readonly nominalAllowed?: boolean;
  /** BPL unless told. */
  readonly classificationMax?: NameOf<typeof Classification>;
  readonly form?: 'LONG' | 'SIMPLIFIED';
  /** POSIX milliseconds; from now on unless told. */
  readonly startsAt?: number;
  /** POSIX milliseconds; without end unless told. */
  readonly endsAt?: number;
  /** The group ends now and can only be read from then on. */
  readonly end?: boolean;
}

export interface OperationMessage extends ThreadMessage {
  /** Recipients that have it, from the evidence that this node holds. Only of own messages. */
  readonly handedOver: Mailbox[];
  /** Recipients that it still waits for, or that will not get it. */
  readonly waiting: Mailbox[];
  readonly failed: Mailbox[];
}

/** An operation as far as this node can prove it. */
export interface OperationReport {
  readonly group: GroupInfo;
  readonly messages: OperationMessage[];
  /** Counts without exercises. */
  readonly sent: number;
  readonly received: number;
  /** Own messages that at least one recipient does not have yet. */
  readonly held: number;
  readonly overdue: RequestState[];
}

/** A request's time is passing. */
export interface DeadlineNotice {
  readonly requestId: MessageId;
  readonly threadId: string;
  /** Of this node. */
  readonly role: 'requester' | 'recipient';
  readonly recipient: Mailbox;
  readonly stage: Exclude<Stage, 'none'>;
  readonly dueAt: number;
}

/** An urgent message has arrived. */
export interface UrgentNotice {
  readonly id: MessageId;
  readonly from: Mailbox;
  /** Of a request. */
  readonly dueAt?: number;
}

export interface StatusNotice {
  readonly id: MessageId;
  readonly status: DocumentStatus;
}
