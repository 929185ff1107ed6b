/** The entries that a shard begins with when it continues another. */
import { formatVerifierKey } from '../../audit/verifier-key.ts';
import { type DecisionContext, entryOf } from '../../ledger/decide.ts';
import type { RowScanner } from '../../ledger/rows.ts';
import { carried, LOG_VERSION, snapshotsOf, snapshotSummary } from '../../ledger/shards.ts';
import type { Entry } from '../../protocol/generated/schema.ts';
import type { LogSigner } from './log-keys.ts';

/** The shard that has just got its last entry. */
export interface ClosedShard {
  readonly firstNumber: number;
  readonly signer: LogSigner;
  /** Its final checkpoint, a signed note. */
  readonly checkpoint: Uint8Array;
  /** Number behind its last entry. */
  readonly nextNumber: number;
}

/** ShardOpen and Snapshots, made as they are taken: one at a time in memory, whatever the state holds. */
export function* openingEntries(
  rows: RowScanner,
  closed: ClosedShard,
  next: LogSigner,
  context: Pick<DecisionContext, 'nowMs' | 'random'>,
): Iterable<Entry> {
  const { firstNumber, signer, checkpoint, nextNumber } = closed;
  yield entryOf(context, {
    kind: 'shardOpen',
    value: {
      origin: next.name,
      verifierKey: formatVerifierKey(next),
      operators: [],
      anchors: [],
      previousCheckpoint: checkpoint,
      exchange: 0,
      firstNumber: nextNumber,
      previousVerifierKey: formatVerifierKey(signer),
      ...snapshotSummary(carried(rows, firstNumber)),
      logVersion: LOG_VERSION,
    },
  });
  for (const value of snapshotsOf(carried(rows, firstNumber))) yield entryOf(context, { kind: 'snapshot', value });
}
