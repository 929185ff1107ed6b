/** The ledger's thread as the main thread sees it. */
import { once } from 'node:events';
import { Worker, type MessagePort } from 'node:worker_threads';
import type { LedgerOutput, LedgerRequest } from '../pipeline.ts';
import type { GatewayConfig } from '../config.ts';
import type { LedgerWorkerData } from './worker.ts';

/** What the thread is told of the configuration. */
export const ledgerData = (config: GatewayConfig): LedgerWorkerData => ({
  database: config.database,
  logKeyFile: config.logKey,
  origin: config.origin,
  settings: {
    requireRevocationLists: config.requireRevocationLists,
    tickMs: config.tickSeconds * 1000,
    figures: config.health !== undefined,
    uploads: config.attachments,
    shards: config.shards,
    releases: { mark: config.releasedMark, data: config.data },
  },
});

export class LedgerClient {
  private readonly worker: Worker;
  private closing = false;

  /**
   * Starts the thread. The first output is `ready` or `fatal`.
   * @param onOutput is called in the order of what the ledger did
   */
  constructor(data: LedgerWorkerData, onOutput: (output: LedgerOutput) => void) {
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      name: 'ledger',
      resourceLimits: { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 192 },
    });
    this.worker.on('message', onOutput);
    const failed = (text: string): void => {
      if (!this.closing) onOutput({ kind: 'fatal', fault: { code: 'INTERNAL', detail: text } });
    };
    this.worker.on('error', (error) => failed(`The ledger's thread failed: ${String(error)}.`));
    this.worker.on('exit', (code) => failed(`The ledger's thread ended with ${code}.`));
  }

  /** Does nothing once the ledger is closing: what comes that late (the end of a session) has nowhere to be recorded. */
  request(request: LedgerRequest, transfer: MessagePort[] = []): void {
    if (!this.closing) this.worker.postMessage(request, transfer);
  }

  /** Commits what is queued, closes the database and ends the thread. */
  async close(): Promise<void> {
    this.request({ kind: 'close' });
    this.closing = true;
    await once(this.worker, 'exit');
  }

  /** Ends the thread at once; what was not committed is as if the process had been killed. */
  async abandon(): Promise<void> {
    this.closing = true;
    await this.worker.terminate();
  }
}
