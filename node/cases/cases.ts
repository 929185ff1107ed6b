/** What an agency node knows beyond single messages: threads, deadlines, groups, the status of documents. */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Alert, BodySchema, RecipientEvent } from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, messageIdOf, parseMessageId } from '../../protocol/ids.ts';
import { bodyOf, ownMailbox } from '../compose.ts';
import type { Reason } from '../journal/entries.ts';
import type { Outbox } from '../outbox.ts';
import { type NodeRuntime, report } from '../runtime.ts';
import type { Link } from '../session/link.ts';
import type { KnownGroup } from '../store/group-store.ts';
import type { JsonBody, SendRequest } from '../types.ts';
import { Alarms } from './alarms.ts';
import { indexBacklog } from './backlog.ts';
import { prepareDraft, threadIdOf } from './drafts.ts';
import { eraseContent } from './erasure.ts';
import { groupInfo, type Groups } from './groups.ts';
import { groupIdBytes } from './names.ts';
import { requireApart } from './nominal.ts';
import { approve } from './notices.ts';
import { reportOperation } from './operation.ts';
import { RecipientEvents } from './recipient-events.ts';
import { closeThread, listThreads, readThread, type ThreadsOptions } from './threads.ts';
import type { DocumentStatus, GroupDraft, GroupInfo, OperationReport, Thread, ThreadSummary } from './types.ts';

export interface CaseParts {
  readonly runtime: NodeRuntime;
  readonly outbox: Outbox;
  readonly groups: Groups;
  /** The open session. @throws LiaisonError why there is none */
  readonly connected: () => Promise<Link>;
}

export class Cases {
  readonly events: RecipientEvents;
  private readonly parts: CaseParts;
  private readonly runtime: NodeRuntime;
  readonly alarms: Alarms;
  private readonly indexing: Promise<void>;

  constructor(parts: CaseParts) {
    const { runtime } = parts;
    this.parts = parts;
    this.runtime = runtime;
    this.events = new RecipientEvents(runtime);
    this.alarms = new Alarms(runtime);
    runtime.cases.changed = () => this.alarms.wake();
    this.indexing = indexBacklog(runtime).catch((error: unknown) => report(runtime, error));
    this.alarms.wake();
  }

  async close(): Promise<void> {
    await this.indexing;
    await this.alarms.close();
  }

  threads(options: ThreadsOptions): ThreadSummary[] {
    return listThreads(this.runtime, options);
  }

  thread(threadId: string): Thread {
    return readThread(this.runtime, threadId);
  }

  closeThread(threadId: string): Promise<void> {
    return closeThread(this.runtime, threadId);
  }

  async acknowledge(requestId: string, actor: string): Promise<void> {
    const [row] = this.rows(requestId);
    const { db, caseStore, now } = this.runtime;
    await db.write(() => {
      if (row) caseStore.acknowledge(row.id, actor, now());
    });
  }

  status(messageId: string): DocumentStatus {
    const [row] = this.rows(messageId);
    return row ? this.runtime.cases.shownStatus(row) : 'CURRENT';
  }

  opened(messageId: string): Promise<void> {
    return this.events.state(parseMessageId(messageId), RecipientEvent.OPENED);
  }

  consent(messageId: string, answer: 'given' | 'refused'): Promise<void> {
    const { CONSENT_GIVEN, CONSENT_REFUSED } = RecipientEvent;
    return this.events.state(parseMessageId(messageId), answer === 'given' ? CONSENT_GIVEN : CONSENT_REFUSED);
  }

  async groups(): Promise<GroupInfo[]> {
    const known = await this.parts.groups.ask(await this.parts.connected(), []);
    return known.map((each) => groupInfo(each, this.runtime.now()));
  }

  async putGroup(draft: GroupDraft): Promise<GroupInfo> {
    return this.parts.groups.put(await this.parts.connected(), draft);
  }

  async operation(groupId: string): Promise<OperationReport> {
    return reportOperation(this.runtime, await this.knownGroup(groupIdBytes(groupId)));
  }

  async erase(messageId: string, reason: Reason): Promise<void> {
    const rows = this.rows(messageId);
    const { db, journal } = this.runtime;
    await db.write(() => {
      journal.note('message.erased', { ...reason, messageId: parseMessageId(messageId) });
      for (const row of rows) eraseContent(this.runtime, row);
    });
  }

  async splitNominal(report: SendRequest, annex: SendRequest): Promise<{ report: MessageId; annex: MessageId }> {
    const first = prepareDraft(this.runtime, report);
    const second = prepareDraft(this.runtime, { ...annex, annexOf: first.id, threadId: threadIdOf(first) });
    requireApart(first.body, decode(BodySchema, second.body, 'open'));
    await this.parts.outbox.add([first, second]);
    return { report: first.id, annex: second.id };
  }

  approveNotice(alert: Alert | JsonBody, publisher?: string): Alert {
    const { config, keys, now, random } = this.runtime;
    const isTyped = (given: Alert | JsonBody): given is Alert => typeof given['kind' as never] === 'number';
    const { content } = isTyped(alert) ? { content: undefined } : bodyOf({ language: 'en', alert });
    if (content && content.kind !== 'alert') throw new LiaisonError('BODY_INVALID', 'It is no alert.');
    return approve(content ? content.value : (alert as Alert), {
      publisher: ownMailbox(publisher, config.mailboxes),
      ...{ keys, nowMs: now(), random },
    });
  }

  /** Without a session: as it was known last. */
  private async knownGroup(groupId: Uint8Array): Promise<KnownGroup> {
    const known = this.runtime.groups.get(groupId);
    try {
      const link = await this.parts.connected();
      this.parts.groups.forget(groupId);
      return await this.parts.groups.current(link, groupId);
    } catch (error) {
      if (known && error instanceof LiaisonError && error.retry) return known;
      throw error;
    }
  }

  private rows(messageId: string): ReturnType<NodeRuntime['caseStore']['byId']> {
    const id = parseMessageId(messageId);
    const rows = this.runtime.caseStore.byId(messageIdBytes(id));
    if (rows.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', messageIdOf(messageIdBytes(id)));
    return rows;
  }
}
