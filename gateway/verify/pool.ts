/** A few threads that check signatures, so that neither the sockets nor the ledger wait for cryptography. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { LiaisonError } from '../../protocol/errors.ts';
import type { VerifyInput, VerifyJob, VerifyKeys, VerifyRejection } from '../pipeline.ts';

export interface VerifyPoolEvents {
  rejected: (rejection: VerifyRejection) => void;
  /** A thread has failed in a way that no input explains: the gateway must stop. */
  failed: (error: Error) => void;
}

export class VerifyPool {
  private readonly workers: Worker[] = [];
  private closing = false;

  /** @param connect takes the ledger's end of each thread's channel */
  constructor(threads: number, connect: (port: MessagePort) => void, events: VerifyPoolEvents) {
    for (let i = 0; i < threads; i++) {
      const { port1, port2 } = new MessageChannel();
      connect(port1);
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { ledger: port2 },
        transferList: [port2],
        name: `verify-${i}`,
        resourceLimits: { maxYoungGenerationSizeMb: 12, maxOldGenerationSizeMb: 96 },
      });
      worker.on('message', events.rejected);
      worker.on('error', (error) => events.failed(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', (code) => {
        if (!this.closing) events.failed(new LiaisonError('INTERNAL', `A verifying thread ended with ${code}.`));
      });
      this.workers.push(worker);
    }
  }

  /** Replaces the keys in every thread; jobs submitted afterwards see them. */
  setKeys(keys: VerifyKeys['keys']): void {
    for (const worker of this.workers) worker.postMessage({ kind: 'keys', keys } satisfies VerifyInput);
  }

  /** Hands a frame over; its buffer moves and must not be used again. Frames of one session stay in order. */
  submit(job: VerifyJob): void {
    const worker = this.workers[job.session % this.workers.length] as Worker;
    worker.postMessage(job, [job.frame.buffer as ArrayBuffer]);
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
