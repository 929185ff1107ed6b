/**
 * The shards of the log as this node knows them (SPEC.md sections 3.12 and 7.5): trust in the key of one leads to the next,
 * because its last entry names that one's key.
 */
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../audit/checkpoint.ts';
import { parseNote } from '../audit/note.ts';
import { formatVerifierKey, KEY_TYPE, parseVerifierKey, type Verifier } from '../audit/verifier-key.ts';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { EntrySchema, type ShardLink } from '../protocol/generated/schema.ts';
import { leafHash, verifyInclusion } from '../protocol/merkle.ts';
import type { ShardRow } from './store/shard-store.ts';

/** A checkpoint with the log's signature verified. */
export interface SeenCheckpoint extends Checkpoint {
  readonly shard: KnownShard;
  /** The signed note, byte for byte. */
  readonly note: Uint8Array;
}

export interface KnownShard {
  readonly verifier: Verifier;
  readonly verifierKey: string;
  /** Number of its entry 0. */
  readonly firstNumber: number;
  /** Present when it has ended. */
  readonly final: (Checkpoint & { readonly note: Uint8Array }) | undefined;
}

/** Number one behind the last entry that a checkpoint covers; tells the checkpoints of all shards apart. */
export const endOf = ({ shard, size }: SeenCheckpoint): number => shard.firstNumber + size;

/** A link, verified with the key of the shard that it ends. */
export interface ReadLink {
  readonly final: Checkpoint & { readonly note: Uint8Array };
  readonly next: Verifier;
}

export const isSameKey = (a: Verifier, b: Verifier): boolean => formatVerifierKey(a) === formatVerifierKey(b);

const invalid = (detail: string): LiaisonError => new LiaisonError('CHECKPOINT_INVALID', detail);

/**
 * Verifies that a shard has ended and names the next one. Whether its final checkpoint extends what was seen before is not
 * looked at.
 * @throws LiaisonError CHECKPOINT_INVALID
 */
export function readLink({ finalCheckpoint: note, close, path }: ShardLink, verifier: Verifier): ReadLink {
  const final = { ...verifyCheckpoint(note, verifier), note };
  const fault = (why: string): LiaisonError => invalid(`${verifier.name} does not lead to another shard: ${why}.`);
  const size = BigInt(final.size);
  if (size === 0n || !verifyInclusion(leafHash(close), size - 1n, size, path, final.root)) {
    throw fault('the entry that is to name it is not its last one');
  }
  let event;
  let next: Verifier;
  try {
    ({ event } = decode(EntrySchema, close, 'signed'));
    if (event.kind !== 'shardClose') throw fault('its last entry names none');
    next = parseVerifierKey(event.value.nextVerifierKey);
  } catch (error) {
    if (!(error instanceof LiaisonError) || error.code === 'CHECKPOINT_INVALID') throw error;
    throw fault(`its last entry cannot be used (${error.message})`);
  }
  if (next.type !== KEY_TYPE.ED25519 || next.name !== event.value.nextOrigin) {
    throw fault("its last entry names a key that is not the next log's");
  }
  return { final, next };
}

export class LogShards {
  private list: KnownShard[];
  /** False until a gateway has said how many entries came before the shard whose key was configured. */
  private isNumbered: boolean;

  /**
   * @param rows oldest first
   * @param configured used when there are no rows
   * @param isNumbered what holds then: in a log of one shard the number is the index
   */
  constructor(rows: readonly ShardRow[], configured: Verifier, isNumbered: boolean) {
    this.list = rows.map(({ firstNumber, verifierKey, finalCheckpoint: note }) => {
      const verifier = parseVerifierKey(verifierKey);
      return { verifier, verifierKey, firstNumber, final: note && { ...verifyCheckpoint(note, verifier), note } };
    });
    this.isNumbered = rows.length > 0 || isNumbered;
    if (rows.length === 0) this.list = [knownShard(configured, 0)];
  }

  /** The newest. */
  get current(): KnownShard {
    return this.list.at(-1) as KnownShard;
  }

  /** Oldest first. */
  get all(): readonly KnownShard[] {
    return this.list;
  }

  has(verifier: Verifier): boolean {
    return this.list.some((shard) => isSameKey(shard.verifier, verifier));
  }

  /** The shard that an entry is in. */
  ofNumber(number: number): KnownShard {
    return this.list.findLast(({ firstNumber }) => firstNumber <= number) ?? (this.list[0] as KnownShard);
  }

  /** @throws LiaisonError CHECKPOINT_INVALID when the note is of no known shard, or not signed by its key */
  read(note: Uint8Array): SeenCheckpoint {
    const { origin } = parseCheckpoint(parseNote(note).text);
    const shard = this.list.find(({ verifier }) => verifier.name === origin);
    if (!shard) throw invalid(`It is of ${origin}, and nothing proves that the log has come to that shard.`);
    return { ...verifyCheckpoint(note, shard.verifier), shard, note };
  }

  /**
   * The links among those of a Welcome that lead on from the current shard, verified.
   * @throws LiaisonError CHECKPOINT_INVALID
   */
  linksFrom(links: readonly ShardLink[]): ReadLink[] {
    const { name } = this.current.verifier;
    // To a node without a checkpoint the gateway tells all shards, also those before the one whose key it was given.
    const first = links.findIndex(
      ({ finalCheckpoint }) => parseCheckpoint(parseNote(finalCheckpoint).text).origin === name,
    );
    const read: ReadLink[] = [];
    const origins = new Set(this.list.map(({ verifier }) => verifier.name));
    let { verifier } = this.current;
    for (const link of first < 0 ? [] : links.slice(first)) {
      const item = readLink(link, verifier);
      verifier = item.next;
      if (origins.has(verifier.name)) throw invalid(`Two shards have the origin ${verifier.name}.`);
      origins.add(verifier.name);
      read.push(item);
    }
    return read;
  }

  /**
   * Takes over links, which {@link linksFrom} has returned.
   * @param statedFirst number of entry 0 of the shard that they lead to, as the gateway says; `undefined` when it knows
   *   nothing of shards
   * @returns the rows that have changed
   * @throws LiaisonError CHECKPOINT_INCONSISTENT when the numbers contradict what was known
   */
  adopt(links: readonly ReadLink[], statedFirst: number | undefined): ShardRow[] {
    const passed = links.reduce((sum, { final }) => sum + final.size, 0);
    const { current } = this;
    const first = this.isNumbered ? current.firstNumber : (statedFirst ?? passed) - passed;
    if (first < 0 || (statedFirst ?? first + passed) !== first + passed) {
      const detail = `The gateway counts ${statedFirst} entries before this shard; those that are known are ${first + passed}.`;
      throw new LiaisonError('CHECKPOINT_INCONSISTENT', detail);
    }
    if (this.isNumbered && links.length === 0) return [];
    this.isNumbered = true;
    const changed: KnownShard[] = [{ ...current, firstNumber: first }];
    for (const { final, next } of links) {
      const ended = { ...(changed.pop() as KnownShard), final };
      changed.push(ended, knownShard(next, ended.firstNumber + final.size));
    }
    this.list = [...this.list.slice(0, -1), ...changed];
    return changed.map(({ firstNumber, verifierKey, final }) => ({
      ...{ firstNumber, verifierKey },
      finalCheckpoint: final?.note,
    }));
  }
}

const knownShard = (verifier: Verifier, firstNumber: number): KnownShard => ({
  ...{ verifier, firstNumber },
  verifierKey: formatVerifierKey(verifier),
  final: undefined,
});
