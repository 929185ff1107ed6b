/**
 * Tells of deadlines and ends what may not be kept: one timer, which looks at the clock anew each time. Nothing is counted
 * down, so restarts and changes of the clock make no difference.
 */
import { decode } from '../../protocol/codec.ts';
import { RoutingSchema } from '../../protocol/generated/schema.ts';
import { messageIdOf, toHex } from '../../protocol/ids.ts';
import { type NodeRuntime, report } from '../runtime.ts';
import type { Link } from '../session/link.ts';
import type { CaseRow } from '../store/case-store.ts';
import { STAGES } from './deadlines.ts';
import { eraseByRule } from './erasure.ts';
import { mailboxesOf } from './recipients.ts';
import { isSettled, type RequestClock, requestClocks, requestContext } from './requests.ts';
import type { DeadlineNotice, Stage } from './types.ts';

/** The wall clock may be set meanwhile. */
const LOOK_AGAIN_MS = 60_000;
const numberOf = (stage: Stage): number => STAGES.findIndex((each) => each.stage === stage) + 1;

export class Alarms {
  private readonly runtime: NodeRuntime;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Immediate | undefined;
  private working: Promise<void> = Promise.resolve();
  private link: Link | undefined;
  private isClosed = false;

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  begin(link: Link): void {
    this.link = link;
    this.wake();
  }

  end(): void {
    this.link = undefined;
  }

  /** Looks at everything soon; calls of the same turn are one. */
  wake(): void {
    if (this.isClosed) return;
    this.soon ??= setImmediate(() => {
      this.soon = undefined;
      this.working = this.working.then(() => this.look()).catch((error: unknown) => report(this.runtime, error));
    });
  }

  /** Resolves when what has begun is durable. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    if (this.soon) clearImmediate(this.soon);
    await this.working;
  }

  private async look(): Promise<void> {
    if (this.isClosed) return;
    clearTimeout(this.timer);
    const nowMs = this.runtime.now();
    const { caseStore, db } = this.runtime;
    const open = caseStore.openRequests();
    await this.learnContacts(open);
    const context = requestContext(this.runtime);
    const clocks = open.map((row) => ({ row, clocks: requestClocks(row, context) }));
    const due = clocks.flatMap(({ row, clocks: each }) => each.flatMap((clock) => this.dueOf(row, clock)));
    const expired = caseStore.pastRetention(nowMs);
    // An alarm that is told twice after a crash is better than one that is never told.
    for (const { notice } of due) if (notice) this.runtime.notify('deadline', notice);
    if (due.length + expired.length > 0) {
      await db.write(() => {
        for (const { row, clock } of due) caseStore.setTold(row.seq, clock.recipient, numberOf(clock.stage));
        for (const row of expired) {
          eraseByRule(this.runtime, row, `retention until ${new Date(row.retentionMs).toISOString()}`);
        }
      });
    }
    for (const { id, status } of expired) {
      if (status !== 'RECALLED') this.runtime.notify('status', { id: messageIdOf(id), status: 'EXPIRED' });
    }
    this.schedule(
      clocks.flatMap(({ clocks: each }) => each),
      nowMs,
    );
  }

  /** Whose request it is to answer follows from the directory: single points of contact read along. */
  private async learnContacts(requests: readonly CaseRow[]): Promise<void> {
    const { link } = this;
    const received = requests.filter(({ direction }) => direction === 'received');
    if (link?.isOpen !== true || received.length === 0) return;
    const recipients = received.flatMap(({ routing }) => mailboxesOf(decode(RoutingSchema, routing, 'signed')));
    const several = recipients.length > received.length ? recipients : [];
    await this.runtime.directory.contacts(link, several).catch((error: unknown) => report(this.runtime, error));
  }

  /** The highest stage that has not been told; lower ones that passed meanwhile are told with it. */
  private dueOf(
    row: CaseRow,
    clock: RequestClock,
  ): { row: CaseRow; clock: RequestClock; notice: DeadlineNotice | undefined }[] {
    const { stage, recipient, dueAt } = clock;
    if (row.state !== 'accepted' || stage === 'none' || isSettled(clock)) return [];
    const told = this.runtime.caseStore.told(row.seq).find((each) => each.recipient === recipient)?.stage ?? 0;
    if (numberOf(stage) <= told) return [];
    const isQuiet = clock.acknowledgedBy !== undefined || this.runtime.caseStore.isClosed(row.thread);
    const notice: DeadlineNotice = {
      requestId: messageIdOf(row.id),
      threadId: toHex(row.thread),
      role: row.direction === 'sent' ? 'requester' : 'recipient',
      ...{ recipient, stage, dueAt },
    };
    return [{ row, clock, notice: isQuiet ? undefined : notice }];
  }

  private schedule(clocks: readonly RequestClock[], nowMs: number): void {
    const retentionMs = this.runtime.caseStore.nextRetentionMs(nowMs);
    const times = [...clocks.flatMap(({ nextStageAt }) => nextStageAt ?? []), ...(retentionMs ? [retentionMs] : [])];
    if (times.length === 0 || this.isClosed) return;
    // A millisecond more: timers may fire a little early.
    const delayMs = Math.min(Math.max(Math.min(...times) - nowMs + 1, 1), LOOK_AGAIN_MS);
    this.timer = setTimeout(() => this.wake(), delayMs);
  }
}
