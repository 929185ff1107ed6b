/** The state of one message, folded from the entries that matter, is the state that folding all of them gives. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { foldAt } from '../../../audit/query/sub-log.ts';
import { apply } from '../../../ledger/apply.ts';
import { decodePlaces } from '../../../ledger/rows.ts';
import type { State } from '../../../ledger/state.ts';
import { MemoryStore } from '../../../ledger/store/memory.ts';
import { decode } from '../../../protocol/codec.ts';
import { EntrySchema } from '../../../protocol/generated/schema.ts';
import { removeDirectory } from '../../ledger/support.ts';
import { indexed, memorySource, play, randomSteps, removeIndexes } from './support.ts';

afterAll(() => {
  removeDirectory();
  removeIndexes();
});

const RUNS = Number(process.env['LIAISON_MODEL_RUNS'] ?? 40);

/** All rows of a message, and all rows about agencies. */
function rowsOf(state: State, message: number, places: Uint8Array): unknown {
  const at = decodePlaces(places);
  const perPlace = at.map(({ mailboxId, number }) => ({
    delivery: state.get('deliveries', mailboxId, number),
    event: state.get('events', mailboxId, number),
    deadline: state.get('deadlines', message, mailboxId),
  }));
  return {
    message: state.get('messages', message),
    control: state.get('controls', message),
    disclosures: state.within('disclosures', message),
    perPlace,
    ...agencyRows(state),
  };
}

const agencyRows = (state: State): Record<string, unknown> =>
  Object.fromEntries(
    (['agencies', 'mailboxes', 'keys', 'operators', 'agencyRules', 'agreements', 'groups'] as const).map((table) => [
      table,
      [...state.scan(table)],
    ]),
  );

test('random logs at random positions', { timeout: 120_000 }, () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(randomSteps, fc.noBias(fc.nat(10_000)), (steps, seed) => {
      const { entries } = play(steps);
      const { log, index } = indexed(memorySource(entries));
      const through = seed % entries.length;
      const full = new MemoryStore();
      const places = new Map<number, Uint8Array>();
      for (let number = 0; number <= through; number++) {
        const entry = decode(EntrySchema, entries[number]!, 'signed');
        seen.set(entry.event.kind, (seen.get(entry.event.kind) ?? 0) + 1);
        full.write(apply(full, number, entry));
        const row = full.get('messages', number);
        if (row) places.set(number, row.places);
      }
      for (const [message, at] of places) {
        const { state, unfit } = foldAt(log, index, [message], through);
        expect(unfit).toEqual([]);
        expect(rowsOf(state, message, at)).toEqual(rowsOf(full, message, at));
      }
      expect(agencyRows(foldAt(log, index, [], through).state)).toEqual(agencyRows(full));
      index.close();
    }),
    // One seed, so that what the logs hold does not change from run to run; more runs take other logs.
    { numRuns: RUNS, ...(RUNS === 40 && { seed: 5 }) },
  );
  // What the logs are for: if one of these is missing, the comparison says less than it seems to.
  for (const kind of [
    'contentHandover',
    'deadlineEvent',
    'purge',
    'contentAccessTracking',
    'acceptanceRejectionExpiry',
  ]) {
    expect(seen.get(kind), kind).toBeGreaterThan(0);
  }
});
