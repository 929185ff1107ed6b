/** Entry point of the ledger's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { createSigner, KEY_TYPE } from '../../audit/verifier-key.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { LedgerOutput, LedgerRequest } from '../pipeline.ts';
import { LedgerEngine } from './engine.ts';
import { faultOf, LedgerThread, type LedgerSettings } from './ledger-thread.ts';

export interface LedgerWorkerData {
  database: string;
  /** PEM file of the log's private key. Read here, so that the key exists in this thread only. */
  logKeyFile: string;
  origin: string;
  settings: LedgerSettings;
}

const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');
const post = (output: LedgerOutput, transfer: ArrayBuffer[] = []): void => port.postMessage(output, transfer);

try {
  const { database, logKeyFile, origin, settings } = workerData as LedgerWorkerData;
  const signer = createSigner(origin, KEY_TYPE.ED25519, createPrivateKey(readFileSync(logKeyFile)));
  const thread = new LedgerThread(LedgerEngine.open(database, signer), settings, post);
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
