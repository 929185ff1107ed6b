/** Entry point of a thread that checks signatures for an audit. */
import { parentPort } from 'node:worker_threads';
import { CheckReader, type ChecksMessage, type FailedChecks } from './signature-batch.ts';

const audit = parentPort;
if (!audit) throw new Error('This file runs as a worker thread.');
const reader = new CheckReader();

audit.on('message', ({ keys, checks }: ChecksMessage) => {
  for (const key of keys) reader.learn(key);
  audit.postMessage(reader.failed(checks) satisfies FailedChecks);
});
