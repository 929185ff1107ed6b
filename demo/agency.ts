/** An agency of the demonstration as the story sees it: a child process that can be started, ordered and stopped. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { MessageEvidence, SendRequest, StoredReceipt } from '../node/index.ts';
import { LiaisonError, type ErrorCode } from '../protocol/errors.ts';
import type { CalledMethod, Order, Received, Report, Told } from './agency-process.ts';

const CONNECT_MS = 10_000;

export interface AgencyOptions {
  readonly mailbox: string;
  /** Path of the node's configuration. */
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onRefused: (id: string, code: string) => void;
}

export class Agency {
  readonly mailbox: string;
  readonly name: string;
  readonly config: string;
  /** Everything its application has been given, in order. */
  readonly received: Received[] = [];
  /** What its node has told besides: deadlines, urgent messages, changes of status. */
  readonly told: Told[] = [];
  private readonly env: NodeJS.ProcessEnv;
  private readonly onRefused: (id: string, code: string) => void;
  private child: ChildProcess | undefined;
  private calls = new Map<number, (report: Extract<Report, { kind: 'reply' }>) => void>();
  private nextCall = 1;
  private news: () => void = () => undefined;
  private connected = false;

  constructor({ mailbox, config, env, onRefused }: AgencyOptions) {
    this.mailbox = mailbox;
    this.name = mailbox.slice(0, mailbox.indexOf('/'));
    this.config = config;
    this.env = env;
    this.onRefused = onRefused;
  }

  /** Starts the process and waits for its session. */
  async start(): Promise<void> {
    this.connected = false;
    const child = fork(new URL('./agency-process.ts', import.meta.url), [this.config], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: this.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    child.on('message', (report: Report) => this.report(report));
    child.once('exit', () => {
      for (const settle of this.calls.values()) {
        settle({ kind: 'reply', call: 0, error: { code: 'INTERNAL', message: `The process of ${this.name} ended.` } });
      }
      this.calls.clear();
    });
    await this.until(() => this.connected, CONNECT_MS);
  }

  /** Closes the node in good order and ends the process. */
  async stop(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  }

  kill(): void {
    this.child?.kill('SIGKILL');
  }

  send(...requests: SendRequest[]): Promise<string[]> {
    return this.order({ order: 'send', requests }) as Promise<string[]>;
  }

  /** Waits until the gateway has a message, or its recipients have. */
  wait(id: string, goal: 'accepted' | 'handed-over', timeoutMs = 15_000): Promise<MessageEvidence> {
    return this.order({ order: 'wait', id, goal, timeoutMs }) as Promise<MessageEvidence>;
  }

  /** Waits until the gateway has refused a message, and says with which code. */
  async obstacle(id: string): Promise<string> {
    for (let tries = 0; tries < 200; tries++) {
      const { obstacle } = await this.evidence(id);
      if (obstacle) return obstacle.code;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new LiaisonError('INTERNAL', `Message ${id} was not refused.`);
  }

  evidence(id: string): Promise<MessageEvidence> {
    return this.order({ order: 'evidence', id }) as Promise<MessageEvidence>;
  }

  /** Calls a method of the node in its process. */
  call<T>(method: CalledMethod, ...args: unknown[]): Promise<T> {
    return this.order({ order: 'call', method, args }) as Promise<T>;
  }

  /** The first thing told that fits. */
  async hears(fits: (told: Told) => boolean, timeoutMs = 15_000): Promise<Told> {
    await this.until(() => this.told.some(fits), timeoutMs);
    return this.told.find(fits) as Told;
  }

  receipts(id: string): Promise<StoredReceipt[]> {
    return this.order({ order: 'receipts', id }) as Promise<StoredReceipt[]>;
  }

  /** The first message that fits and comes within the time. */
  async receives(fits: (message: Received) => boolean, timeoutMs = 15_000): Promise<Received> {
    await this.until(() => this.received.some(fits), timeoutMs);
    return this.received.find(fits) as Received;
  }

  private async until(reached: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!reached()) {
      const restMs = deadline - Date.now();
      if (restMs <= 0)
        throw new LiaisonError('WAIT_TIMEOUT', `${this.name} did not get there within ${timeoutMs / 1000} s.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.news = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private report(report: Report): void {
    switch (report.kind) {
      case 'connected':
        this.connected = true;
        break;
      case 'received':
        this.received.push(report);
        break;
      case 'told':
        this.told.push(report);
        break;
      case 'refused':
        this.onRefused(report.id, report.code);
        break;
      case 'reply':
        this.calls.get(report.call)?.(report);
        this.calls.delete(report.call);
    }
    this.news();
  }

  private order(order: Order): Promise<unknown> {
    const call = this.nextCall++;
    return new Promise((resolve, reject) => {
      this.calls.set(call, ({ value, error }) => {
        if (error) reject(new LiaisonError(error.code as ErrorCode, error.message));
        else resolve(value);
      });
      this.child?.send({ ...order, call });
    });
  }
}
