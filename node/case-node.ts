/** The half of an agency node that an application sees of threads, deadlines, groups and the status of documents. */
import { EventEmitter } from 'node:events';
import type { Alert } from '../protocol/generated/schema.ts';
import type { MessageId } from '../protocol/ids.ts';
import type { Cases } from './cases/cases.ts';
import type { ThreadsOptions } from './cases/threads.ts';
import type { DocumentStatus, GroupDraft, GroupInfo, OperationReport, Thread, ThreadSummary } from './cases/types.ts';
import type { Reason } from './journal/entries.ts';
import type { AgencyNodeEvents, JsonBody, SendRequest } from './types.ts';

export abstract class CaseNode extends EventEmitter<AgencyNodeEvents> {
  protected abstract readonly cases: Cases;

  /** Threads with messages of this node, that with the newest message first. */
  threads(options: ThreadsOptions = {}): ThreadSummary[] {
    return this.cases.threads(options);
  }

  /**
   * A thread whole and in order.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  thread(threadId: string): Thread {
    return this.cases.thread(threadId);
  }

  /**
   * Nothing is told about the thread any more; a new message opens it again. Durable when it resolves.
   * @throws LiaisonError THREAD_OPEN while a request has neither answer, refusal nor withdrawal; MESSAGE_NOT_FOUND
   */
  closeThread(threadId: string): Promise<void> {
    return this.cases.closeThread(threadId);
  }

  /**
   * Somebody looks after an urgent message or a deadline: nothing more is told about it. Durable when it resolves.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  acknowledge(requestId: string, actor: string): Promise<void> {
    return this.cases.acknowledge(requestId, actor);
  }

  /** @throws LiaisonError MESSAGE_NOT_FOUND */
  status(messageId: string): DocumentStatus {
    return this.cases.status(messageId);
  }

  /**
   * Somebody has opened a received message: the sender is told, once. Durable when it resolves, sent when there is a
   * session.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  opened(messageId: string): Promise<void> {
    return this.cases.opened(messageId);
  }

  /** As {@link opened}, for the answer to a message that asks for consent. */
  consent(messageId: string, answer: 'given' | 'refused'): Promise<void> {
    return this.cases.consent(messageId, answer);
  }

  /**
   * Sends a report and, to named mailboxes alone, the annex with the people in it: two messages under keys of their own,
   * durable together.
   * @throws LiaisonError as `AgencyNode.send`; BODY_INVALID also when a text of the annex stands in the report
   */
  splitNominal(report: SendRequest, annex: SendRequest): Promise<{ report: MessageId; annex: MessageId }> {
    return this.cases.splitNominal(report, annex);
  }

  /** The alert with this node's approval as a notice's publisher, for a body. @throws LiaisonError BODY_INVALID */
  approveNotice(alert: Alert | JsonBody, publisher?: string): Alert {
    return this.cases.approveNotice(alert, publisher);
  }

  /**
   * The groups that a mailbox of this node owns or is in.
   * @throws LiaisonError why there is no session
   */
  groups(): Promise<GroupInfo[]> {
    return this.cases.groups();
  }

  /**
   * Makes, changes or ends a group that a mailbox of this node owns.
   * @throws LiaisonError why there is no session, or why the gateway refuses it
   */
  putGroup(draft: GroupDraft): Promise<GroupInfo> {
    return this.cases.putGroup(draft);
  }

  /**
   * An operation from what this node has and can prove.
   * @throws LiaisonError GROUP_UNKNOWN, or why there is no session
   */
  operation(groupId: string): Promise<OperationReport> {
    return this.cases.operation(groupId);
  }

  /**
   * Removes a message's content and attachments from the node's stores; header facts and status stay. Who does it and why
   * is in the node's own log with it. Durable when it resolves.
   * @throws LiaisonError MESSAGE_NOT_FOUND, JUSTIFICATION_MISSING
   */
  erase(messageId: string, reason: Reason): Promise<void> {
    return this.cases.erase(messageId, reason);
  }
}
