/** A client process as the benchmark sees it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FromClient, ToClient } from './messages.ts';

const ENTRY = new URL('./client.ts', import.meta.url);

export class ClientProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<FromClient['kind'], (message: FromClient) => void>();
  private reject: ((error: Error) => void)[] = [];
  private fault: Error | undefined;

  /** @param execArgv options for the runtime, e.g. of its profiler */
  constructor(execArgv: readonly string[] = []) {
    this.child = fork(ENTRY, [], { serialization: 'advanced', execArgv: [...execArgv], stdio: 'inherit' });
    this.child.on('message', (message: FromClient) => {
      if (message.kind === 'failed') return this.failed(new Error(`A client of the benchmark failed: ${message.text}`));
      this.waiting.get(message.kind)?.(message);
      this.waiting.delete(message.kind);
    });
    this.child.on('error', (error) => this.failed(error));
    this.child.on('exit', (code, signal) => this.failed(new Error(`A client ended with ${code ?? signal}.`)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  send(message: ToClient): void {
    if (this.child.connected) this.child.send(message);
  }

  /** Waits for the next message of a kind; rejects when the process fails first. */
  next<K extends FromClient['kind']>(kind: K): Promise<Extract<FromClient, { kind: K }>> {
    if (this.fault) return Promise.reject(this.fault);
    return new Promise((resolve, reject) => {
      this.reject.push(reject);
      this.waiting.set(kind, (message) => resolve(message as Extract<FromClient, { kind: K }>));
    });
  }

  /** Closes the links and waits for the end; kills the process when that takes longer than ten seconds. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.send({ kind: 'close' });
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  }

  private failed(error: Error): void {
    this.fault ??= error;
    for (const reject of this.reject) reject(error);
    this.reject = [];
  }
}
