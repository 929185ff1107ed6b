/** Entry point of a verifying thread. Verified work goes straight to the ledger's thread; rejections go to the session. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { LiaisonError } from '../../protocol/errors.ts';
import type { VerifiedWork, VerifyInput, VerifyJob, VerifyRejection } from '../pipeline.ts';
import { checkFrame, SigningKeys } from './check.ts';
import { packWork } from './transfer.ts';

const sessions = parentPort;
if (!sessions) throw new Error('This file runs as a worker thread.');
const { ledger } = workerData as { ledger: MessagePort };
const keys = new SigningKeys();

sessions.on('message', (input: VerifyInput) => {
  if (input.kind === 'keys') keys.replace(input.keys);
  else check(input);
});

function check(job: VerifyJob): void {
  let work: VerifiedWork;
  try {
    work = checkFrame(job, keys);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    const fault = { code: error.code, detail: error.detail };
    sessions?.postMessage({ kind: 'rejected', job: job.job, session: job.session, fault } satisfies VerifyRejection);
    return;
  }
  const packed = packWork(work, job.frame);
  ledger.postMessage(packed, [packed.frame.buffer as ArrayBuffer, packed.hashes.buffer as ArrayBuffer]);
}
