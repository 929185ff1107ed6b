/** Status and acts, as they pass from the control socket to the ledger. */
import type { Logger } from 'pino';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Calls } from '../calls.ts';
import type { LedgerRequest, LedgerStatus } from '../pipeline.ts';

export interface LedgerHandlers {
  status: (digest: boolean) => Promise<LedgerStatus>;
  /** Takes an encoded SignedLeaf; returns the log index of the act. */
  act: (signed: Uint8Array) => Promise<number>;
}

/** @param request passes a request on to the ledger */
export const ledgerHandlers = (
  calls: Calls,
  request: (request: LedgerRequest) => void,
  log: Logger,
): LedgerHandlers => ({
  status: async (digest) => (await calls.ask('status', (call) => request({ kind: 'status', call, digest }))).status,
  act: async (signed) => {
    const { fault, index } = await calls.ask('acted', (call) => request({ kind: 'act', call, signed }));
    if (fault) throw new LiaisonError(fault.code, fault.detail);
    log.info({ index }, 'operator act recorded');
    return index;
  },
});
