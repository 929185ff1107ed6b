/** The replay: folds a log into rows with the gateway's own fold (ledger/apply.ts). */
import { apply, type Known } from '../ledger/apply.ts';
import type { Change, RowStore, State } from '../ledger/state.ts';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type Entry, EntrySchema } from '../protocol/generated/schema.ts';
import { LIMITS } from '../protocol/limits.ts';
import { collect } from '../protocol/release.ts';
import type { ReplayStore } from './replay-store.ts';
import type { ShardSource, StoredBatch } from './source.ts';
import { decodeEntryBundle } from './tiles.ts';

export interface ReplayedEntry {
  readonly index: number;
  readonly entry: Entry;
}

/** Called in the order of the log. What they throw ends the replay. */
export interface ReplayEvents {
  /** A batch with the bytes of its entries, before the first of them is folded. */
  batch?(batch: StoredBatch, entries: readonly Uint8Array[]): void;
  /** An entry, with the state as it is before this entry. Returns what it has read within it, so that it is read once. */
  entry?(item: ReplayedEntry, state: State): Known | undefined;
  /** What the fold has made of an entry, when it has been written. */
  folded?(item: ReplayedEntry, changes: readonly Change[]): void;
  /** A bundle or entry that could not be read or folded, and was left out. Without this function it is thrown. */
  fault?(index: number, error: LiaisonError, what: 'bundle' | 'encoding' | 'fold'): void;
  /** After the last entry of a batch; the replay waits for it. */
  batchEnd?(batch: StoredBatch): void | Promise<void>;
}

const SETTLE_ENTRIES = 1000;
/** Rows that were settled have become old before nobody needs them: the heap would grow to four times what it holds. */
const COLLECT_SETTLED = 20;

/**
 * Folds all entries of a source. When it returns, everything is settled.
 * @param from where to go on: index of the first entry, the first of a stored batch; the store has the rows of those before it
 * @returns the number of entries that were read
 * @throws LiaisonError what the source throws; without `events.fault` also MALFORMED and DATA_DAMAGED for an entry
 */
export async function replay(
  source: Pick<ShardSource, 'batches'>,
  store: ReplayStore,
  events: ReplayEvents = {},
  from = 0,
): Promise<number> {
  // Entry 0 has left it there.
  const place = { firstNumber: from === 0 ? 0 : (store.rows.get('facts', 'first-number')?.number ?? 0) };
  let size = 0;
  let unsettled = 0;
  let settled = 0;
  for (const batch of source.batches(from)) {
    const entries = bundleOf(batch, events);
    events.batch?.(batch, entries);
    for (const [i, bytes] of entries.entries()) replayEntry(batch.firstIndex + i, bytes, store.rows, events, place);
    await events.batchEnd?.(batch);
    size += entries.length;
    unsettled += entries.length;
    if (unsettled < SETTLE_ENTRIES) continue;
    store.settle();
    unsettled = 0;
    if ((settled = (settled + 1) % COLLECT_SETTLED) === 0) collect();
  }
  store.settle();
  return size;
}

function bundleOf(batch: StoredBatch, events: ReplayEvents): Uint8Array[] {
  try {
    if (!batch.entries) throw new LiaisonError('MALFORMED', 'The entry bundle is longer than any can be.');
    return decodeEntryBundle(batch.entries);
  } catch (error) {
    report(events, batch.firstIndex, error, 'bundle');
    return [];
  }
}

function replayEntry(
  index: number,
  bytes: Uint8Array,
  rows: RowStore,
  events: ReplayEvents,
  place: { firstNumber: number },
): void {
  let entry: Entry;
  try {
    if (bytes.length > LIMITS.entryBytesMax)
      throw new LiaisonError('MALFORMED', 'The entry is longer than any can be.');
    entry = decode(EntrySchema, bytes, 'signed');
  } catch (error) {
    report(events, index, error, 'encoding');
    return;
  }
  // Rows know entries by their numbers, which entry 0 says where to begin.
  if (index === 0 && entry.event.kind === 'shardOpen') place.firstNumber = entry.event.value.firstNumber;
  const known = events.entry?.({ index, entry }, rows) ?? {};
  try {
    const changes = apply(rows, place.firstNumber + index, entry, known);
    changes.forEach(checkStorable);
    rows.write(changes);
    events.folded?.({ index, entry }, changes);
  } catch (error) {
    report(events, index, error, 'fold');
  }
}

/** No gateway's row has such numbers, but a forged entry can ask for them, e.g. with the dates of its certificates. */
function checkStorable(change: Change): void {
  if (change.kind !== 'put') return;
  const row = change.row as unknown as Readonly<Record<string, unknown>>;
  for (const name in row) {
    const value = row[name];
    if (typeof value !== 'number' || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new LiaisonError('DATA_DAMAGED', `It gives ${change.table}.${name} the value ${value}.`);
  }
}

function report(events: ReplayEvents, index: number, error: unknown, what: 'bundle' | 'encoding' | 'fold'): void {
  // A failure of the temporary database is not the log's fault.
  if ((error as { errcode?: number }).errcode !== undefined) {
    throw new LiaisonError('INTERNAL', `The temporary database: ${String(error)}`, { cause: error });
  }
  // Certificates that node:crypto cannot read end here as well.
  const fault =
    error instanceof LiaisonError ? error : new LiaisonError('DATA_DAMAGED', String(error), { cause: error });
  if (!events.fault) throw fault;
  events.fault(index, fault, what);
}
