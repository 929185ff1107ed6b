/** How the tests read protocol/vectors: bytes in hexadecimal, a oneof as {kind, value}. */
import { readFileSync } from 'node:fs';
import { MemoryStore } from '../../ledger/store/memory.ts';
import { apply } from '../../ledger/apply.ts';
import { decode, type DecodeMode, encode } from '../../protocol/codec.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { inVersion1 } from '../../scripts/vectors/as-of.ts';
import type { MessageSchema } from '../../protocol/schema.ts';

export const VECTORS = new URL('../../protocol/vectors/', import.meta.url);

/** The text of a file of vectors. */
export const vectorText = (name: string): string => readFileSync(new URL(`${name}.json`, VECTORS), 'utf8');

/** A file of vectors; its form is the caller's to know. */
export const load = (name: string): unknown => JSON.parse(vectorText(name));

/** Values with their bytes as hexadecimal, as they stand in the files. */
export const inHex = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, item: unknown) => (item instanceof Uint8Array ? toHex(item) : item)));

/** A value and its one encoding. */
export interface Encoded {
  readonly name: string;
  readonly value: unknown;
  readonly encoded: string;
}

/** What the bytes of a file of version 1 say, as it says it, and what they are when they are written again. */
export function readAgain(
  schema: MessageSchema<unknown>,
  encoded: string,
  mode: DecodeMode = 'signed',
): { value: unknown; encoded: string } {
  const read = decode(schema, fromHex(encoded), mode);
  return { value: inHex(inVersion1(schema, read)), encoded: toHex(encode(schema, read)) };
}

interface LogFile {
  readonly entries: readonly { readonly encoded: string }[];
}

/** The first entries of the log in entries.json. */
export const entriesOf = (count?: number): Uint8Array[] =>
  (load('entries') as LogFile).entries.slice(0, count).map(({ encoded }) => fromHex(encoded));

/** The state after the first entries of the log in entries.json. */
export function stateAfter(count: number): MemoryStore {
  const store = new MemoryStore();
  for (const [index, bytes] of entriesOf(count).entries()) {
    store.write(apply(store, index, decode(EntrySchema, bytes, 'signed')));
  }
  return store;
}
