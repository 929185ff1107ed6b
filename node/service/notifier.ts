/**
 * Tells somebody of urgent arrivals and of deadlines at half, at four fifths and when they are over; again and again,
 * until it is acknowledged. What was told and acknowledged is durable. Events only wake it: at the start it also looks
 * at the open requests themselves, so that nothing is lost with a process that ended between an event and its notice.
 */
import { spawn } from 'node:child_process';
import type { Logger } from 'pino';
import { NOTICE_STAGES, type NoticeStage, type NotifyConfig } from './config.ts';
import { toHex } from '../../protocol/ids.ts';
import { pause } from './drop-inbox.ts';
import type { DeadlineNotice, RequestState } from '../cases/types.ts';
import type { ServiceNode } from './ports.ts';
import type { DueNotice, ServiceStore } from './store.ts';

export interface Notice {
  readonly stage: NoticeStage;
  /** Message id of the request or urgent message. */
  readonly id: string;
  readonly threadId?: string;
  readonly from?: string;
  readonly role?: 'requester' | 'recipient';
  /** POSIX milliseconds. */
  readonly dueAt?: number;
}

export interface NotifierOptions {
  readonly node: ServiceNode;
  readonly store: Pick<ServiceStore, 'addNotice' | 'dueNotices' | 'setTold' | 'acknowledge'>;
  readonly rules: readonly NotifyConfig[];
  readonly logger: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** How often it is looked for what is due, in milliseconds. */
  readonly pollMs?: number;
}

const POLL_MS = 1_000;
const BATCH = 32;
const RETRY_FIRST_MS = 2_000;
/** Urgent requests have 8 or 72 hours, others 7 days. */
const NOT_URGENT_MS = 7 * 24 * 3600 * 1000;
const OVER: ReadonlySet<string> = new Set(['answered', 'refused', 'withdrawn']);

interface DeadlineEvent extends Omit<Notice, 'stage' | 'id'> {
  readonly requestId: string;
  readonly stage: DeadlineNotice['stage'];
}

export class Notifier {
  private readonly options: NotifierOptions;

  constructor(options: NotifierOptions) {
    this.options = options;
  }

  /** Tells until the signal. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { node, logger, pollMs = POLL_MS } = this.options;
    const onDeadline = ({ requestId, stage, ...rest }: DeadlineEvent): void =>
      this.notice({ stage, id: requestId, ...rest });
    const onUrgent = (event: Omit<Notice, 'stage'>): void => this.notice({ stage: 'urgent', ...event });
    node.on('deadline', onDeadline).on('urgent', onUrgent);
    try {
      this.catchUp();
    } catch (error) {
      logger.error({ error: String(error) }, 'open requests could not be looked at');
    }
    while (!signal.aborted) {
      await this.tellDue(signal).catch((error: unknown) => logger.error({ error: String(error) }, 'telling failed'));
      await pause(pollMs, signal);
    }
    node.off('deadline', onDeadline).off('urgent', onUrgent);
  }

  /** @throws LiaisonError STORAGE_FAILED; what the node's own `acknowledge` throws */
  async acknowledge(id: string, actor: string): Promise<void> {
    await this.options.node.acknowledge(id, actor);
    this.options.store.acknowledge(id, actor, this.options.now());
  }

  /** Notes what must be told. What was noted before is not noted again. */
  notice(notice: Notice): void {
    const { rules, store, now } = this.options;
    const { id: subject, stage } = notice;
    const rank = NOTICE_STAGES.indexOf(stage);
    for (const rule of rules.filter(({ on }) => on.includes(stage))) {
      store.addNotice({ subject, target: targetOf(rule), rank, notice: JSON.stringify(notice) }, now());
    }
  }

  /** Looks at the open requests, as if their events came now. */
  private catchUp(): void {
    const { node } = this.options;
    for (const { threadId } of node.threads({ open: true, limit: Number.MAX_SAFE_INTEGER })) {
      for (const request of node.thread(threadId).requests) {
        if (OVER.has(request.state) || request.acknowledgedBy !== undefined) continue;
        for (const notice of this.noticesOf(request, threadId)) this.notice(notice);
      }
    }
  }

  private noticesOf({ id, requester, recipient, dueAt, periodMs, stage }: RequestState, threadId: string): Notice[] {
    const isOurs = this.options.node.config.mailboxes.some((own) => own === recipient);
    const about = {
      id,
      threadId,
      dueAt,
      from: requester,
      role: isOurs ? ('recipient' as const) : ('requester' as const),
    };
    const urgent: Notice[] = isOurs && periodMs < NOT_URGENT_MS ? [{ stage: 'urgent', ...about }] : [];
    const reached: readonly NoticeStage[] = stage === 'none' ? [] : [stage];
    return [...urgent, ...reached.map((one) => ({ stage: one, ...about }))];
  }

  private async tellDue(signal: AbortSignal): Promise<void> {
    const { store, rules, now } = this.options;
    const due = store.dueNotices(now(), BATCH);
    await Promise.all(
      due.map(async (one) => {
        const rule = rules.find((each) => targetOf(each) === one.target);
        if (!rule || signal.aborted) return;
        if (this.isOver(one)) {
          store.acknowledge(one.subject, 'answered', now());
          return;
        }
        const succeeded = await this.tell(rule, one, signal);
        const retryMs = Math.min(RETRY_FIRST_MS * 2 ** Math.min(one.failures, 20), rule.repeatEveryMs);
        store.setTold(one, succeeded, now() + (succeeded ? rule.repeatEveryMs : retryMs));
      }),
    );
  }

  /** A request that has its answer, or that somebody acknowledged by another way. */
  private isOver({ subject, notice }: DueNotice): boolean {
    const { node } = this.options;
    try {
      const threadId = (JSON.parse(notice) as Notice).threadId ?? threadOf(node, subject);
      if (threadId === undefined) return false;
      const found = node.thread(threadId).requests.find(({ id }) => id === subject);
      return found !== undefined && (OVER.has(found.state) || found.acknowledgedBy !== undefined);
    } catch {
      // Rather told once too often.
      return false;
    }
  }

  /** @returns whether the receiver took it */
  private async tell(rule: NotifyConfig, { notice, told }: DueNotice, signal: AbortSignal): Promise<boolean> {
    const text = JSON.stringify({ ...(JSON.parse(notice) as Notice), times: told + 1 });
    try {
      const end = AbortSignal.any([signal, AbortSignal.timeout(rule.timeoutMs)]);
      if (rule.webhook !== undefined) await post(rule.webhook, text, end);
      else if (rule.command) await runCommand(rule.command, text, end);
      return true;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.options.logger.error({ notice: text, error: why }, 'nobody could be told');
      return false;
    }
  }
}

function threadOf(node: ServiceNode, id: string): string | undefined {
  const routing = node.find(id).find((copy) => copy.routing !== undefined)?.routing;
  return routing && toHex(routing.threadId);
}

/** What a rule is known by when the configuration changes. */
const targetOf = ({ webhook, command }: NotifyConfig): string => webhook ?? JSON.stringify(command);

async function post(url: string, body: string, signal: AbortSignal): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
}

function runCommand([program = '', ...args]: readonly string[], text: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], signal, killSignal: 'SIGKILL' });
    child.once('error', reject);
    child.once('exit', (status, ended) => {
      if (status === 0) resolve();
      else reject(new Error(`${program} ended with ${status ?? ended ?? ''}`));
    });
    // A command need not read what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}
