/** Entry point of the blob store's thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { LiaisonError } from '../../protocol/errors.ts';
import type { BlobOutput, BlobRequest } from './messages.ts';
import { BlobStore } from './store.ts';
import { BlobThread } from './thread.ts';

const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');
const post = (output: BlobOutput, transfer: ArrayBuffer[] = []): void => port.postMessage(output, transfer);

try {
  const { dir } = workerData as { dir: string };
  const thread = new BlobThread(new BlobStore(dir), post);
  port.on('message', (request: BlobRequest) => {
    thread.handle(request);
    if (request.kind === 'close') port.close();
  });
} catch (error) {
  const named = error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error), { cause: error });
  post({ kind: 'fatal', fault: { code: named.code, detail: named.detail } });
}
