/** The blob store's thread as the main thread sees it: passes on what sessions, ledger and store have to say to each other. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Fault, LedgerOutput, LedgerRequest } from '../pipeline.ts';
import type { Session } from '../session/session.ts';
import type { BlobOutput, BlobRequest } from './messages.ts';

export interface BlobHost {
  session: (number: number) => Session | undefined;
  ledger: (request: LedgerRequest) => void;
  /** Work under way has ended. */
  endJob: (session: number, job: number) => void;
  fatal: (fault: Fault) => void;
}

export class BlobClient {
  private readonly worker: Worker;
  private readonly host: BlobHost;
  private closing = false;

  /** @param dir where the files are */
  constructor(dir: string, host: BlobHost) {
    this.host = host;
    this.worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { dir },
      name: 'blobs',
      resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 64 },
    });
    this.worker.on('message', (output: BlobOutput) => this.output(output));
    const failed = (text: string): void => {
      if (!this.closing) host.fatal({ code: 'INTERNAL', detail: text });
    };
    this.worker.on('error', (error) => failed(`The blob store's thread failed: ${String(error)}.`));
    this.worker.on('exit', (code) => failed(`The blob store's thread ended with ${code}.`));
  }

  /** From a session. The buffer of a piece moves. */
  request(request: BlobRequest): void {
    if (this.closing) return;
    if (request.kind !== 'write') return this.worker.postMessage(request);
    this.worker.postMessage(request, [request.data.buffer as ArrayBuffer]);
  }

  /** From the ledger. */
  ledgerSays(output: Extract<LedgerOutput, { kind: `blob-${string}` }>): void {
    if (output.kind === 'blob-erase') return this.request({ ...output, kind: 'erase' });
    if (output.job !== undefined) this.host.endJob(output.session, output.job);
    const blobs = this.host.session(output.session)?.blobs;
    if (output.kind === 'blob-begin') blobs?.begin(output);
    else blobs?.read(output);
  }

  /** Partial files stay as they are. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.request({ kind: 'close' });
    this.closing = true;
    await once(this.worker, 'exit');
  }

  async abandon(): Promise<void> {
    this.closing = true;
    await this.worker.terminate();
  }

  private output(output: BlobOutput): void {
    const { host } = this;
    switch (output.kind) {
      case 'fatal':
        return host.fatal(output.fault);
      case 'erased':
        return host.ledger({ kind: 'blob-erased', digest: output.digest, isGone: output.isGone });
      case 'written':
        host.endJob(output.session, output.job);
        return;
      case 'data':
        host.endJob(output.session, output.job);
        break;
      case 'stored':
        host.ledger({ ...output, kind: 'blob-stored' });
        break;
      case 'failed':
        if (output.isOver) host.ledger({ kind: 'blob-failed', agency: output.agency, digest: output.digest });
        break;
      case 'state':
    }
    host.session(output.session)?.blobs.output(output);
  }
}
