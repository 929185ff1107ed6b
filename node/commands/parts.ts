/** What the commands ask of the node's cases and attachments. */
import { LiaisonError } from '../../protocol/errors.ts';
import type { MessageType } from '../../protocol/generated/schema.ts';
import type { Mailbox, MessageId } from '../../protocol/ids.ts';
import type { AgencyNode } from '../agency-node.ts';
import type { NameOf } from '../types.ts';

export type DocumentStatus = 'CURRENT' | 'SUPERSEDED' | 'CORRECTED' | 'RESTRICTED' | 'RECALLED' | 'EXPIRED';

export interface ThreadSummary {
  readonly threadId: string;
  readonly caseNumber: string;
  readonly subject: string;
  readonly messages: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly open: number;
  readonly exercise: boolean;
  readonly nextDueAt?: number;
  readonly closed: boolean;
}

export interface ThreadMessage {
  readonly id: MessageId;
  readonly direction: 'sent' | 'received';
  readonly type: NameOf<typeof MessageType>;
  readonly from: Mailbox;
  readonly to: Mailbox[];
  readonly at: number;
  readonly inReplyTo?: string;
  readonly status: DocumentStatus;
  readonly subject: string;
  readonly classification: string;
  readonly handling: string[];
  readonly exercise: boolean;
}

export interface RequestState {
  readonly id: MessageId;
  readonly requester: Mailbox;
  readonly recipient: Mailbox;
  readonly state: 'running' | 'paused' | 'answered' | 'refused' | 'withdrawn';
  readonly dueAt: number;
  readonly periodMs: number;
  readonly stage: 'none' | 'half' | 'four-fifths' | 'breached';
  readonly acknowledgedBy?: string;
}

export interface Thread extends ThreadSummary {
  readonly items: ThreadMessage[];
  readonly requests: RequestState[];
}

export interface GroupInfo {
  readonly groupId: string;
  readonly name: string;
  readonly owner: Mailbox;
  readonly members: Mailbox[];
  readonly nominalAllowed: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly ended: boolean;
}

export interface OperationMessage extends ThreadMessage {
  readonly handedOver: Mailbox[];
  readonly waiting: Mailbox[];
  readonly failed: Mailbox[];
}

export interface OperationReport {
  readonly group: GroupInfo;
  readonly messages: OperationMessage[];
  readonly sent: number;
  readonly received: number;
  readonly held: number;
  readonly overdue: RequestState[];
}

interface Parts {
  threads(options?: { caseNumber?: string; open?: boolean; limit?: number }): ThreadSummary[];
  thread(threadId: string): Thread;
  acknowledge(requestId: string, actor: string): Promise<void>;
  status(messageId: string): DocumentStatus;
  opened(messageId: string): Promise<void>;
  groups(): Promise<GroupInfo[]>;
  operation(groupId: string): Promise<OperationReport>;
  saveAttachment(messageId: string, index: number, path: string): Promise<void>;
}

/** What is known of a file beside a message. */
export interface AttachmentInfo {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly state: string;
}

/** A node, as commands and their tests know it. */
export type FullNode = Pick<AgencyNode, 'find' | 'evidence' | 'receipts' | 'journal' | 'config'> & Partial<Parts>;

/**
 * A method that a node may have, bound to it.
 * @throws LiaisonError UNAVAILABLE when it has not
 */
export function part<K extends keyof Parts>(node: FullNode, name: K): Parts[K] {
  const found = node[name] as ((...given: never[]) => unknown) | undefined;
  if (found === undefined) throw new LiaisonError('UNAVAILABLE', `This node has no ${name}.`);
  return found.bind(node) as Parts[K];
}
