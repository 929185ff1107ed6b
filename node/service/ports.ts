/** What the local service asks of the agency node: no more, so that tests can stand in for it. */
import type { EventEmitter } from 'node:events';
import type { AgencyNode } from '../agency-node.ts';
import type { NodeConfig } from '../config.ts';
import type { ActFacts, JournalAct } from '../journal/entries.ts';
import { LiaisonError } from '../../protocol/errors.ts';

export type DocumentStatus = 'CURRENT' | 'SUPERSEDED' | 'CORRECTED' | 'RESTRICTED' | 'RECALLED' | 'EXPIRED';
export type DeadlineStage = 'half' | 'four-fifths' | 'breached';

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

export interface RequestState {
  readonly id: string;
  readonly requester: string;
  readonly recipient: string;
  readonly state: 'running' | 'paused' | 'answered' | 'refused' | 'withdrawn';
  readonly dueAt: number;
  readonly periodMs: number;
  readonly stage: 'none' | DeadlineStage;
  readonly acknowledgedBy?: string;
}

export interface Thread extends ThreadSummary {
  readonly items: readonly object[];
  readonly requests: readonly RequestState[];
}

/** Threads and deadlines (node/cases). */
export interface CaseWork {
  threads(options?: { caseNumber?: string; open?: boolean; limit?: number }): ThreadSummary[];
  thread(threadId: string): Thread;
  closeThread(threadId: string): Promise<void>;
  acknowledge(requestId: string, actor: string): Promise<void>;
  status(messageId: string): DocumentStatus;
  opened(messageId: string): Promise<void>;
  consent(messageId: string, answer: 'given' | 'refused'): Promise<void>;
  erase(messageId: string): Promise<void>;
}

/** The node's own log (node/journal). */
export interface JournalWork {
  readonly journal: { record(act: JournalAct, facts: ActFacts): Promise<number> };
}

/** Files beside a message (node/attachments). */
export interface AttachmentWork {
  saveAttachment(messageId: string, index: number, path: string): Promise<void>;
}

export interface AttachmentInfo {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly state: string;
}

type Basics = Pick<
  AgencyNode,
  'send' | 'inbox' | 'done' | 'evidence' | 'receipts' | 'receipt' | 'find' | 'isConnected'
>;
type Optional = CaseWork & JournalWork & AttachmentWork;

/** Untyped: a node may lack the parts whose events are listened to. */
export type Listening = Pick<EventEmitter, 'on' | 'off'>;

/** An agency node. Parts that it does not have are absent. */
export type ServiceNode = Basics & Partial<Optional> & Listening & { readonly config: Pick<NodeConfig, 'mailboxes'> };

/**
 * One of the parts that a node may have, bound to it.
 * @throws LiaisonError UNAVAILABLE when it has not
 */
export function part<K extends keyof Optional>(node: ServiceNode, name: K): Optional[K] {
  const found = node[name];
  if (found === undefined) throw new LiaisonError('UNAVAILABLE', `This node has no ${name}.`);
  return (typeof found === 'function' ? found.bind(node) : found) as Optional[K];
}

/** Writes into the node's log, if it has one. @throws LiaisonError JUSTIFICATION_MISSING, STORAGE_FAILED */
export async function record(node: ServiceNode, act: JournalAct, facts: ActFacts): Promise<void> {
  await node.journal?.record(act, facts);
}
