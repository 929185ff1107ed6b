/** What the checks of submissions, handovers and acts need of the state, in plain JSON: for readers that do not fold logs. */
import { apply } from '../../ledger/apply.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import type { State } from '../../ledger/state.ts';
import { decode } from '../../protocol/codec.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { SAMPLE } from './log.ts';

/** Folds encoded entries. */
export function foldOf(entries: readonly Uint8Array[]): MemoryStore {
  const store = new MemoryStore();
  for (const [index, bytes] of entries.entries()) {
    store.write(apply(store, index, decode(EntrySchema, bytes, 'signed')));
  }
  return store;
}

/** The rows that the checks read. */
export function directoryFrom(state: State): object {
  const ids = (joined: Uint8Array): Uint8Array[] =>
    Array.from({ length: joined.length / 32 }, (_, i) => joined.slice(i * 32, (i + 1) * 32));
  return {
    agencies: [...state.scan('agencies')].map(({ agency, status }) => ({ agency, status })),
    keys: [...state.scan('keys')].map(({ keyId, agency, usage, notAfterMs, revokedIndex }) => ({
      ...{ keyId, agency, usage, notAfterMs, revokedIndex },
    })),
    mailboxes: [...state.scan('mailboxes')].map(({ mailbox, agency, keyIds }) => ({
      ...{ mailbox, agency, keyIds: ids(keyIds) },
    })),
    messages: [...state.scan('messages')].map(({ entryIndex, messageId, senderId, headerDigest }) => ({
      ...{ entryIndex, messageId, sender: state.mailboxOfId(senderId), headerDigest },
    })),
    deliveries: [...state.scan('deliveries')].map(({ mailboxId, ...row }) => ({
      mailbox: state.mailboxOfId(mailboxId),
      ...row,
    })),
  };
}

export const directoryOf = (entries: number): object =>
  directoryFrom(foldOf(SAMPLE.log.entries.slice(0, entries).map(({ bytes }) => bytes)));
