/** The entries that say what a commit has erased. */
import { type DecisionContext, entryOf } from '../../ledger/decide.ts';
import type { State } from '../../ledger/state.ts';
import type { Entry } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';

const MESSAGES_MAX = 4096;
const BLOBS_MAX = 512;

/**
 * Each content and each ciphertext once, in as few entries as have room.
 * @param state at the end of the commit: a ciphertext that a later message of it refers to stays
 * @param messages numbers of the acceptances
 */
export function erasureEntries(
  state: State,
  messages: readonly number[],
  released: readonly Uint8Array[],
  context: Pick<DecisionContext, 'nowMs' | 'random'>,
): Entry[] {
  const numbers = [...new Set(messages)].sort((a, b) => a - b);
  const byName = new Map(released.map((digest) => [toHex(digest), digest]));
  const blobs = [...byName.values()].filter((digest) => !state.get('blobs', digest));
  const entries: Entry[] = [];
  for (let i = 0; i * MESSAGES_MAX < numbers.length || i * BLOBS_MAX < blobs.length; i++) {
    const value = {
      messages: numbers.slice(i * MESSAGES_MAX, (i + 1) * MESSAGES_MAX),
      blobs: blobs.slice(i * BLOBS_MAX, (i + 1) * BLOBS_MAX),
    };
    entries.push(entryOf(context, { kind: 'contentErasure', value }));
  }
  return entries;
}
