/** Entry point of the ledger's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { LiaisonError } from '../../protocol/errors.ts';
import type { LedgerOutput, LedgerRequest } from '../pipeline.ts';
import { LedgerEngine } from './engine.ts';
import { LogKeyFiles } from './log-keys.ts';
import { faultOf, LedgerThread, type LedgerSettings } from './ledger-thread.ts';

export interface LedgerWorkerData {
  database: string;
  /** PEM file of the first shard's private key. Read here, so that the keys exist in this thread only. */
  logKeyFile: string;
  /** Of the first shard. */
  origin: string;
  settings: LedgerSettings;
}

const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');
const post = (output: LedgerOutput, transfer: ArrayBuffer[] = []): void => port.postMessage(output, transfer);

try {
  const { database, logKeyFile, origin, settings } = workerData as LedgerWorkerData;
  const keys = new LogKeyFiles(logKeyFile, origin);
  const thread = new LedgerThread(LedgerEngine.open(database, keys), settings, post);
  port.on('message', (request: LedgerRequest) => {
    thread.guarded(() => thread.handle(request));
    // Ends the thread: the verifying threads still hold the other ends of their ports.
    if (request.kind === 'close') setImmediate(() => process.exit(0));
  });
  thread.announce();
} catch (error) {
  const named = error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error), { cause: error });
  post({ kind: 'fatal', fault: faultOf(named) });
}
