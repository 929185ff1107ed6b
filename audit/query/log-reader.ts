/**
 * A log as one sequence of numbered entries, whatever shards it consists of. Its size is taken once, when the reader is made:
 * a log that goes on growing meanwhile is read up to there.
 */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Entry, EntrySchema, type ShardOpen } from '../../protocol/generated/schema.ts';
import type { AuditSource, ShardSource } from '../source.ts';

/** A shard and where its entries stand among those of all shards. */
export interface NumberedShard {
  readonly source: ShardSource;
  readonly origin: string;
  readonly verifierKey: string;
  /** Number of its entry 0. */
  readonly firstNumber: number;
  readonly size: number;
}

/** An entry by its number, and by its shard and its index there. */
export interface EntryPlace {
  readonly number: number;
  readonly origin: string;
  readonly index: number;
}

/** The state of a log after one of its entries. */
export interface Position extends EntryPlace {
  /** Of that entry, POSIX milliseconds. */
  readonly atMs: number;
  /** Whether it is the newest entry at hand. */
  readonly isEnd: boolean;
}

export class LogReader {
  /** Oldest first; never empty. */
  readonly shards: readonly NumberedShard[];

  /** @throws LiaisonError DATA_DAMAGED when a shard does not begin with its ShardOpen, or shards do not follow each other */
  constructor(source: AuditSource) {
    this.shards = source.shards().map(numbered);
    for (const [i, shard] of this.shards.entries()) {
      const before = this.shards[i - 1];
      if (!before || before.firstNumber + before.size === shard.firstNumber) continue;
      throw damaged(`Entries are missing between the shards ${before.origin} and ${shard.origin}.`);
    }
  }

  /** Number of the oldest entry at hand; above 0 when shards were dropped. */
  get first(): number {
    return this.oldest.firstNumber;
  }

  /** One behind the number of the newest entry. */
  get end(): number {
    return this.newest.firstNumber + this.newest.size;
  }

  get oldest(): NumberedShard {
    return this.shards[0] as NumberedShard;
  }

  get newest(): NumberedShard {
    return this.shards.at(-1) as NumberedShard;
  }

  /** @throws LiaisonError DATA_DAMAGED when no shard at hand has the entry */
  shardOf(number: number): NumberedShard {
    const shard = this.shards.findLast(({ firstNumber }) => firstNumber <= number);
    if (shard && number < shard.firstNumber + shard.size) return shard;
    throw damaged(`The entry with number ${number} is not in the data.`);
  }

  placeOf(number: number): EntryPlace {
    const { origin, firstNumber } = this.shardOf(number);
    return { number, origin, index: number - firstNumber };
  }

  /** The entry's bytes. Fast for numbers that grow. */
  bytes(number: number): Uint8Array {
    const { source, firstNumber } = this.shardOf(number);
    const bytes = source.entryBytes(number - firstNumber);
    if (!bytes) throw damaged(`The entry with number ${number} is missing.`);
    return bytes;
  }

  /** @throws LiaisonError DATA_DAMAGED when it is missing, MALFORMED when it cannot be read */
  entry(number: number): Entry {
    return decode(EntrySchema, this.bytes(number), 'signed');
  }

  /**
   * Reads a position: nothing for the end, an index of the newest shard, `ORIGIN:INDEX`, or an ISO time, which stands for the
   * last entry that is not younger.
   * @throws LiaisonError USAGE when there is no such position
   */
  position(text?: string): Position {
    const number = text === undefined ? this.end - 1 : this.numberOf(text);
    return { ...this.placeOf(number), atMs: this.entry(number).atMs, isEnd: number === this.end - 1 };
  }

  private numberOf(text: string): number {
    const [, origin, index] = /^(?:(.+):)?([0-9]{1,15})$/.exec(text) ?? [];
    if (index !== undefined) return this.numberAt(origin, Number(index));
    const timeMs = ISO_TIME.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(timeMs)) {
      throw usage(`--at ${text} is no entry index, ORIGIN:INDEX or time such as 2026-03-31T12:00:00Z.`);
    }
    const number = this.lastNotAfter(timeMs);
    if (number !== undefined) return number;
    const firstAt = timeText(this.entry(this.first).atMs);
    throw usage(`--at ${text} is before the oldest entry at hand, which is of ${firstAt}.`);
  }

  private numberAt(origin: string | undefined, index: number): number {
    const shard = origin === undefined ? this.newest : this.shards.find((each) => each.origin === origin);
    if (!shard) {
      throw usage(`There is no shard ${origin}; there is ${this.shards.map((each) => each.origin).join(', ')}.`);
    }
    if (index < shard.size) return shard.firstNumber + index;
    throw usage(`--at ${index} is beyond the end: the last entry of ${shard.origin} has the index ${shard.size - 1}.`);
  }

  /** Times never decrease along a log, so that halving finds it. */
  private lastNotAfter(timeMs: number): number | undefined {
    let [low, high] = [this.first, this.end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.entry(middle).atMs <= timeMs) low = middle + 1;
      else high = middle;
    }
    return low === this.first ? undefined : low - 1;
  }
}

/** A date, or date and time with its zone: a time without one would mean another instant on another machine. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

const LAST_TIME_MS = 8_640_000_000_000_000;

/** ISO 8601. An entry may state a time that no calendar has. */
export const timeText = (ms: number): string =>
  ms <= LAST_TIME_MS ? new Date(ms).toISOString() : `${ms} ms after 1970`;

function numbered(source: ShardSource): NumberedShard {
  const { origin, verifierKey, firstNumber } = opening(source);
  return { source, origin, verifierKey, firstNumber, size: source.statedSize() };
}

function opening(source: ShardSource): ShardOpen {
  const bytes = source.entryBytes(0);
  const { event } = bytes ? readEntry(bytes) : { event: undefined };
  if (event?.kind === 'shardOpen') return event.value;
  throw damaged('Entry 0 does not open a log.');
}

function readEntry(bytes: Uint8Array): Pick<Entry, 'event'> {
  try {
    return decode(EntrySchema, bytes, 'signed');
  } catch (error) {
    if (error instanceof LiaisonError) throw damaged(`Entry 0 cannot be read: ${error.message}`);
    throw error;
  }
}

const damaged = (what: string): LiaisonError => new LiaisonError('DATA_DAMAGED', what);
const usage = (what: string): LiaisonError => new LiaisonError('USAGE', what);
