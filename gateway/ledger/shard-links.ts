/** What leads a node from the checkpoint that it holds to the newest one, over the shards that have ended since (SPEC.md section 3.12). */
import { parseCheckpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseNote } from '../../audit/note.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import type { TileTree } from '../../audit/tree.ts';
import type { ShardRow } from '../../ledger/rows-2.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { ShardLink } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import type { LedgerEngine } from './engine.ts';

/** In one Welcome (wire.proto). */
const LINKS_MAX = 64;

export interface Extension {
  /** From the node's checkpoint to the newest one, when both are of the newest shard. */
  readonly consistency: Uint8Array[];
  readonly shards: ShardLink[];
}

/**
 * @param note the checkpoint of a Hello; empty when the node has none
 * @param knowsShards whether the node has the capability
 * @throws LiaisonError CHECKPOINT_INVALID when this log did not sign it, or the way from it to the newest shard cannot be
 *   shown; CHECKPOINT_INCONSISTENT when this log signed it and no longer holds what it signed
 */
export function extensionFrom(engine: LedgerEngine, note: Uint8Array, knowsShards: boolean): Extension {
  const closed = engine.closedShards;
  if (note.length === 0) return { consistency: [], shards: knowsShards ? newestLinks(engine, closed) : [] };
  const { origin } = parseCheckpoint(parseNote(note).text);
  const at = closed.findIndex((shard) => shard.origin === origin);
  const [first, ...later] = at < 0 ? [] : closed.slice(at);
  if (!first) return { consistency: consistencyFrom(engine, note), shards: [] };
  const newest = engine.store.get('facts', 'origin')?.text ?? '';
  const ended = `The shard ${origin} has ended, and the log goes on as ${newest}`;
  if (!knowsShards) {
    const remedy = 'Update the node, so that it can follow, or give it the log key of that shard and new data.';
    throw new LiaisonError('CHECKPOINT_INVALID', `${ended}. ${remedy}`);
  }
  const lost = [first, ...later].find(({ droppedIndex }) => droppedIndex !== 0);
  if (lost || later.length >= LINKS_MAX) {
    const why = lost ? `the entries of ${lost.origin} were deleted` : `more than ${LINKS_MAX} shards lie between`;
    throw new LiaisonError('CHECKPOINT_INVALID', `${ended}; the way there cannot be shown any more: ${why}.`);
  }
  const consistency = consistencyWithin(engine.treeOf(first), first.verifierKey, note);
  return {
    consistency: [],
    shards: [{ ...linkOf(engine, first), consistency }, ...later.map((shard) => linkOf(engine, shard))],
  };
}

/**
 * Hashes that prove that the newest shard extends a checkpoint of it.
 * @throws LiaisonError as {@link extensionFrom}
 */
export function consistencyFrom(engine: LedgerEngine, note: Uint8Array): Uint8Array[] {
  if (note.length === 0) return [];
  return consistencyWithin(engine.tree, engine.store.get('facts', 'verifier-key')?.text ?? '', note);
}

function consistencyWithin(tree: TileTree, verifierKey: string, note: Uint8Array): Uint8Array[] {
  const { size, root } = verifyCheckpoint(note, parseVerifierKey(verifierKey));
  if (size > tree.size || !equalBytes(tree.rootAt(size), root)) {
    throw new LiaisonError('CHECKPOINT_INCONSISTENT', `The node holds a checkpoint of size ${size}.`);
  }
  return tree.consistencyPath(size);
}

/** For a node that has seen nothing yet: which key it was given is not known here. Behind the last shard that was dropped. */
function newestLinks(engine: LedgerEngine, closed: readonly ShardRow[]): ShardLink[] {
  const dropped = closed.findLastIndex(({ droppedIndex }) => droppedIndex !== 0);
  return closed
    .slice(dropped + 1)
    .slice(-LINKS_MAX)
    .map((shard) => linkOf(engine, shard));
}

/** Whether an entry was deleted with its shard. */
export const isDropped = (engine: LedgerEngine, number: number): boolean =>
  number < engine.firstNumber &&
  engine.closedShards.findLast(({ firstNumber }) => firstNumber <= number)?.droppedIndex !== 0;

/** A shard that has ended does not change. */
const links = new WeakMap<LedgerEngine, Map<number, ShardLink>>();

function linkOf(engine: LedgerEngine, shard: ShardRow): ShardLink {
  const { firstNumber, size, checkpoint } = shard;
  const known = links.get(engine) ?? new Map<number, ShardLink>();
  links.set(engine, known);
  let link = known.get(firstNumber);
  if (!link) {
    const close = engine.entryBytes(firstNumber + size - 1);
    const path = engine.treeOf(shard).inclusionPath(size - 1);
    link = { finalCheckpoint: checkpoint, consistency: [], close, path };
    known.set(firstNumber, link);
  }
  return link;
}
