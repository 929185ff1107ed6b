/** The rules for shards: how one begins and ends, and that each continues the one before it. */
import { carriedDigest } from '../../ledger/shards.ts';
import type { State } from '../../ledger/state.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Entry, ShardClose, ShardOpen } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import type { Findings } from '../findings.ts';
import { parseNote } from '../note.ts';
import { KEY_TYPE, parseVerifierKey, type Verifier } from '../verifier-key.ts';

/** What is known of a shard when all of it has been read. */
export interface ShardEnd {
  readonly opening: ShardOpen;
  readonly size: number;
  readonly root: Uint8Array;
  /** The event of its last entry, if that closes it. */
  readonly close: ShardClose | undefined;
  /** Digest of the rows that the next shard has to carry. */
  readonly carried: Uint8Array;
}

/** What {@link ShardRules} keeps for an audit that goes on later. */
export interface SavedShard {
  readonly closedFirst: number;
  readonly close: { readonly index: number; readonly event: ShardClose } | undefined;
  readonly isCompared: boolean;
}

/** The rules for the entries of one shard. */
export class ShardRules {
  private readonly findings: Findings;
  private opening: ShardOpen | undefined;
  private closedFirst = 0;
  private close: { index: number; event: ShardClose } | undefined;
  private isCompared = true;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  /**
   * @param state before the entry
   * @returns whether the Snapshots are complete with the entry before this one
   */
  entry(index: number, { event }: Entry, state: State): boolean {
    if (this.close && index === this.close.index + 1) this.link('It follows the entry that closes the shard.', index);
    if (event.kind === 'shardOpen' && index === 0) this.open(event.value);
    if (event.kind === 'shardClose') this.end(index, event.value, state);
    const snapshots = this.opening?.snapshots ?? 0;
    const isSnapshot = event.kind === 'snapshot';
    if (index > 0 && isSnapshot !== index <= snapshots) {
      const what = isSnapshot
        ? 'A snapshot stands behind the last one'
        : `Snapshot ${index} of ${snapshots} is missing`;
      this.findings.add('shard-state', `${what} that entry 0 announces.`, index);
    }
    if (index !== snapshots + 1) return false;
    return this.compare(state);
  }

  save(): SavedShard {
    const { closedFirst, close, isCompared } = this;
    return { closedFirst, close, isCompared };
  }

  /** Goes on where {@link save} stood. */
  resume(opening: ShardOpen, { closedFirst, close, isCompared }: SavedShard): void {
    this.opening = opening;
    this.closedFirst = closedFirst;
    this.close = close;
    this.isCompared = isCompared;
  }

  private open(event: ShardOpen): void {
    this.opening = event;
    const { previousCheckpoint, previousVerifierKey, stateDigest, snapshots, firstNumber } = event;
    if (firstNumber === 0) {
      const isFirst = previousCheckpoint.length + previousVerifierKey.length + stateDigest.length + snapshots === 0;
      if (!isFirst) this.link('It opens a log and continues another shard.', 0);
      return;
    }
    this.isCompared = false;
    this.closedFirst = firstNumber;
    // There were no shards before version 1, whose rules it would escape.
    if (event.logVersion === 0) this.link('It continues a shard and says that it is a log of version 0.', 0);
    if (event.operators.length + event.anchors.length > 0) {
      this.link('It names operators or authorities, which its snapshots have to carry.', 0);
    }
    try {
      const { size } = verifyCheckpoint(previousCheckpoint, parseVerifierKey(previousVerifierKey));
      this.closedFirst = firstNumber - size;
    } catch (error) {
      this.link(`The final checkpoint of the shard before it is not that: ${messageOf(error)}`, 0);
    }
  }

  private end(index: number, event: ShardClose, state: State): void {
    this.close = { index, event };
    const ordered = state.get('facts', 'next-origin')?.text ?? event.nextOrigin;
    if (ordered !== event.nextOrigin) {
      this.link(`It names the next shard ${event.nextOrigin}; the operator ordered ${ordered}.`, index);
    }
    if (keyOf(event)?.name !== event.nextOrigin) this.link('It does not name the key of a next shard.', index);
  }

  /** @param index of the last entry of a commit */
  commitEnds(index: number, state: State): void {
    const ordered = state.get('facts', 'next-origin');
    if (ordered) this.link(`The operator ordered to close the shard in favour of ${ordered.text}; it goes on.`, index);
  }

  /** Digest of the carried rows, once. */
  private compare(state: State): boolean {
    const { opening } = this;
    if (!opening || this.isCompared) return false;
    this.isCompared = true;
    if (!equalBytes(carriedDigest(state, this.closedFirst), opening.stateDigest)) {
      this.findings.add('shard-state', 'The snapshots carry other rows than the digest in entry 0 states.', 0);
    }
    return true;
  }

  /**
   * When all entries have been read.
   * @param size how many there were
   */
  finish(size: number, root: Uint8Array, state: State): ShardEnd | undefined {
    const { opening, close } = this;
    if (!opening) return undefined;
    if (size <= opening.snapshots) {
      this.findings.add('shard-state', `Entry 0 announces ${opening.snapshots} snapshots; ${size - 1} are there.`, 0);
    }
    this.compare(state);
    const isClosed = close?.index === size - 1;
    return {
      opening,
      size,
      root,
      close: isClosed ? close.event : undefined,
      carried: isClosed ? carriedDigest(state, opening.firstNumber) : new Uint8Array(0),
    };
  }

  private link(what: string, index: number): void {
    this.findings.add('shard-link', what, index);
  }
}

/** Compares a shard with the one before it. Findings are about entry 0 of the later one. */
export function checkLink(before: ShardEnd, after: ShardOpen, findings: Findings): void {
  const fault = (what: string): void => findings.add('shard-link', what, 0);
  const { opening, close, size, root } = before;
  if (!close) fault(`The shard before it, ${opening.origin}, does not end with an entry that closes it.`);
  else if (close.nextOrigin !== after.origin || close.nextVerifierKey !== after.verifierKey) {
    fault(`The shard before it names another next one: ${close.nextOrigin} with the key ${close.nextVerifierKey}.`);
  }
  if (after.previousVerifierKey !== opening.verifierKey) fault('It names another key of the shard before it.');
  if (after.firstNumber !== opening.firstNumber + size) {
    fault(`Its first number is ${after.firstNumber}; the shard before it ends with ${opening.firstNumber + size - 1}.`);
  }
  const checkpoint = checkpointOf(after.previousCheckpoint);
  if (checkpoint?.origin !== opening.origin || checkpoint.size !== size || !equalBytes(checkpoint.root, root)) {
    fault('It names another final checkpoint of the shard before it than the entries there give.');
  }
  if (close && !equalBytes(before.carried, after.stateDigest)) {
    findings.add('shard-state', 'It begins with other rows than the shard before it ended with.', 0);
  }
}

function checkpointOf(note: Uint8Array): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    messageOf(error);
    return undefined;
  }
}

/** The key that the last entry of a shard names for the next one. */
export function keyOf({ nextVerifierKey }: Pick<ShardClose, 'nextVerifierKey'>): Verifier | undefined {
  try {
    const key = parseVerifierKey(nextVerifierKey);
    return key.type === KEY_TYPE.ED25519 ? key : undefined;
  } catch (error) {
    messageOf(error);
    return undefined;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof LiaisonError) return error.message.replace(/\.?$/, '.');
  throw error;
}
