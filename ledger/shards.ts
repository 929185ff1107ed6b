/**
 * Shards: the log as a sequence of logs, each with an origin and a key of its own (SPEC.md section 7.5). Entries are counted
 * on over all of them: the **number** of an entry is what the rows of the state refer to, its **index** is its place in the
 * tree of its shard, and number = first number of the shard + index.
 */
import type { ShardOpen } from '../protocol/generated/schema.ts';

/** What this program writes into entry 0. A log of a later version is refused. */
export const LOG_VERSION = 1;

/** What entry 0 of a first shard says about the shard before it. */
export const FIRST_SHARD: Pick<
  ShardOpen,
  'previousCheckpoint' | 'firstNumber' | 'previousVerifierKey' | 'stateDigest' | 'snapshots'
> = {
  previousCheckpoint: new Uint8Array(0),
  firstNumber: 0,
  previousVerifierKey: '',
  stateDigest: new Uint8Array(0),
  snapshots: 0,
};
