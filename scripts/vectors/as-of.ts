/** Values as an earlier version shows them: its frozen files have none of the fields that came later. */
import { readFileSync } from 'node:fs';
import type { MessageSchema } from '../../protocol/schema.ts';

/** The part of a frozen schema file that says which fields there were. */
export interface FrozenSchema {
  readonly messages: Readonly<Record<string, readonly { readonly name: string }[]>>;
}

const schemaOf = (file: string): FrozenSchema =>
  JSON.parse(readFileSync(new URL(`../../protocol/vectors/${file}.json`, import.meta.url), 'utf8')) as FrozenSchema;

/** What the versions were, from files that are not made again. */
export const VERSION_1 = schemaOf('schema');
export const VERSION_2 = schemaOf('schema-2');

type Plain = Record<string, unknown>;

/** Leaves out, at every depth, what the schema does not have, as long as it says nothing. */
export function asOf<T>(frozen: FrozenSchema, schema: MessageSchema<T>, value: T): unknown {
  const known = new Set(frozen.messages[schema.name]?.map(({ name }) => name));
  const result: Plain = { ...(value as Plain) };
  for (const field of schema.fields) {
    const { name, oneof, message } = field;
    const held = result[oneof ?? name];
    if (oneof === undefined && !known.has(name) && saysNothing(held)) Reflect.deleteProperty(result, name);
    else if (message && held !== undefined) result[oneof ?? name] = within(frozen, held, name, message);
  }
  return result;
}

export const inVersion1 = <T>(schema: MessageSchema<T>, value: T): unknown => asOf(VERSION_1, schema, value);
export const inVersion2 = <T>(schema: MessageSchema<T>, value: T): unknown => asOf(VERSION_2, schema, value);

function within(frozen: FrozenSchema, held: unknown, name: string, message: MessageSchema<unknown>): unknown {
  if (Array.isArray(held)) return held.map((item) => asOf(frozen, message, item));
  const member = held as { kind?: string; value?: unknown };
  if (member.kind === undefined || !('value' in member)) return asOf(frozen, message, held);
  return member.kind === name ? { kind: name, value: asOf(frozen, message, member.value) } : held;
}

function saysNothing(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return value === undefined || value === '' || value === 0 || value === false;
}
