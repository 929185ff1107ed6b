/** What every answer is made from, and what all of them say. */
import { LiaisonError } from '../../protocol/errors.ts';
import type { Entry } from '../../protocol/generated/schema.ts';
import { messageIdOf, toHex } from '../../protocol/ids.ts';
import { describeEntry, type Told } from './describe-entry.ts';
import type { LogIndex } from './log-index.ts';
import type { EntryPlace, LogReader, Position } from './log-reader.ts';

export interface Question {
  readonly log: LogReader;
  readonly index: LogIndex;
  /** Answers tell the state after this entry. */
  readonly position: Position;
}

/** One entry in a timeline. */
export interface Happening extends EntryPlace, Told {
  /** The gateway's time, POSIX milliseconds. */
  readonly atMs: number;
}

export interface Answer {
  readonly position: Position;
  /** Entries up to the position that cannot be read, or that do not fit the entries before them: they are left out. */
  readonly leftOut: { readonly unreadable: number; readonly unfit: readonly number[] };
}

/** Entries in the order of the log; what cannot be read is left out. */
export function happenings(log: LogReader, numbers: readonly number[]): Happening[] {
  return numbers.flatMap((number): Happening[] => {
    const entry = readableEntry(log, number);
    if (!entry) return [];
    try {
      return [{ ...log.placeOf(number), atMs: entry.atMs, ...describeEntry(entry) }];
    } catch (error) {
      if (isUnreadable(error)) return [];
      throw error;
    }
  });
}

/** `undefined` for an entry whose bytes are no entry. */
export function readableEntry(log: LogReader, number: number): Entry | undefined {
  try {
    return log.entry(number);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

const isUnreadable = (error: unknown): boolean => error instanceof LiaisonError && error.code === 'MALFORMED';

/** As people write it; an id of another form, which only a forged log has, as hexadecimal. */
export function idText(bytes: Uint8Array): string {
  try {
    return messageIdOf(bytes);
  } catch {
    return toHex(bytes);
  }
}

/** Numbers of entries in words that hold for several shards: `12`, or `ORIGIN:12` for another shard than the newest. */
export function placeText(log: LogReader, number: number): string {
  const { origin, index } = log.placeOf(number);
  return origin === log.newest.origin ? `${index}` : `${origin}:${index}`;
}
