/** Proofs from shards that have been closed. */
import type { TileTree } from '../../audit/tree.ts';
import type { ShardRow } from '../../ledger/rows-2.ts';
import type { State } from '../../ledger/state.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { LogStore } from './log-store.ts';

/** That an entry is in the log. */
export interface EntryProof {
  /** Place in the tree of its shard. */
  index: number;
  path: Uint8Array[];
  /** The final checkpoint of its shard; empty while that is the newest: then any newer checkpoint serves. */
  checkpoint: Uint8Array;
}

/** Trees that are kept in memory. */
const TREES_MAX = 4;

export class ClosedShards {
  private readonly state: State;
  private readonly log: LogStore;
  /** By first number, least recently used first. */
  private readonly trees = new Map<number, TileTree>();

  constructor(state: State, log: LogStore) {
    this.state = state;
    this.log = log;
  }

  /** Oldest first. */
  get rows(): ShardRow[] {
    return this.log.place.ordinal === 0 ? [] : [...this.state.scan('shards')];
  }

  shardOf(number: number): ShardRow | undefined {
    return this.rows.findLast(({ firstNumber, size }) => firstNumber <= number && number < firstNumber + size);
  }

  /** @throws LiaisonError ENTRY_DROPPED when its shard was dropped; DATA_DAMAGED */
  prove(number: number): EntryProof {
    const shard = this.shardOf(number);
    if (!shard) throw new LiaisonError('DATA_DAMAGED', `Entry ${number} is in no shard.`);
    const index = number - shard.firstNumber;
    return { index, path: this.treeOf(shard).inclusionPath(index), checkpoint: shard.checkpoint };
  }

  /** @throws LiaisonError ENTRY_DROPPED when the shard was dropped; DATA_DAMAGED */
  treeOf({ firstNumber, origin, size, droppedIndex }: ShardRow): TileTree {
    if (droppedIndex !== 0) {
      throw new LiaisonError('ENTRY_DROPPED', `The shard ${origin} was dropped by entry ${droppedIndex}.`);
    }
    let tree = this.trees.get(firstNumber);
    if (!tree) {
      const ordinal = this.rows.findIndex((row) => row.firstNumber === firstNumber);
      tree = this.log.treeOf({ ordinal, firstNumber }, size);
    }
    this.trees.delete(firstNumber);
    this.trees.set(firstNumber, tree);
    for (const oldest of this.trees.keys()) {
      if (this.trees.size <= TREES_MAX) break;
      this.trees.delete(oldest);
    }
    return tree;
  }
}
