/** The entries that say what a commit has erased. */
import { expect, test } from 'vitest';
import { erasureEntries } from '../../gateway/ledger/erasures.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { encode } from '../../protocol/codec.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { filler } from '../ledger/support.ts';

const context = { nowMs: 5, random: filler };
const named = (...ask: Parameters<typeof erasureEntries>) =>
  erasureEntries(...ask).map(({ event }) => (event.kind === 'contentErasure' ? event.value : undefined));
const digest = (n: number): Uint8Array => new Uint8Array(32).fill(n);

test('nothing erased: no entry', () => {
  expect(named(new MemoryStore(), [], [], context)).toEqual([]);
});

test('each content once, in order; a ciphertext that is in use again is left out', () => {
  const store = new MemoryStore();
  store.write([{ kind: 'put', table: 'blobs', row: { digest: digest(2), sizeBytes: 20, messages: 1 } }]);
  expect(named(store, [9, 4, 9], [digest(1), digest(2), digest(1)], context)).toEqual([
    { messages: [4, 9], blobs: [digest(1)] },
  ]);
});

test('what is too much for one entry goes into several, none of which is too large', () => {
  const messages = Array.from({ length: 10_000 }, (_, i) => 2 ** 52 + i);
  const blobs = Array.from({ length: 1100 }, () => filler(32));
  const entries = erasureEntries(new MemoryStore(), messages, blobs, context);
  const values = entries.map(({ event }) => (event.kind === 'contentErasure' ? event.value : undefined)!);
  expect(values.flatMap((value) => value.messages)).toEqual(messages);
  expect(values.flatMap((value) => value.blobs)).toHaveLength(1100);
  for (const entry of entries) expect(encode(EntrySchema, entry).length).toBeLessThan(LIMITS.entryBytesMax);
});
