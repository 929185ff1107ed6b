/** Connects the witnesses' rounds with the ledger's thread. */
import type { Logger } from 'pino';
import type { Calls } from '../calls.ts';
import type { GatewayConfig } from '../config.ts';
import { monotonicMs } from '../monotonic.ts';
import type { LedgerRequest } from '../pipeline.ts';
import { Witnesses } from './witnesses.ts';

/**
 * The witnesses of the configuration, if it has any.
 * @throws LiaisonError FILE_UNREADABLE, CONFIG_INVALID
 */
export function witnessesOf(
  { witnesses }: GatewayConfig,
  calls: Calls,
  log: Logger,
  request: (request: LedgerRequest) => void,
): Witnesses | undefined {
  if (!witnesses) return undefined;
  return new Witnesses(witnesses, {
    releases: async () => (await calls.ask('releases', (call) => request({ kind: 'releases', call }))).logs,
    consistency: async (origin, from, to) => {
      const ask = (call: number): void => request({ kind: 'consistency', call, origin, from, to });
      return (await calls.ask('consistency', ask)).hashes;
    },
    request,
    log,
    now: () => Date.now(),
    monotonic: monotonicMs,
  });
}
