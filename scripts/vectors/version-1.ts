/** Values as version 1 shows them: the frozen files have none of the fields that came later. */
import { readFileSync } from 'node:fs';
import type { MessageSchema } from '../../protocol/schema.ts';

interface Frozen {
  readonly messages: Readonly<Record<string, readonly { readonly name: string }[]>>;
}

/** What version 1 was, from schema.json, which is not made again. */
export const VERSION_1 = JSON.parse(
  readFileSync(new URL('../../protocol/vectors/schema.json', import.meta.url), 'utf8'),
) as Frozen;

type Plain = Record<string, unknown>;

/** Leaves out, at every depth, what version 1 does not have, as long as it says nothing. */
export function inVersion1<T>(schema: MessageSchema<T>, value: T): unknown {
  const known = new Set(VERSION_1.messages[schema.name]?.map(({ name }) => name));
  const result: Plain = { ...(value as Plain) };
  for (const field of schema.fields) {
    const { name, oneof, message } = field;
    const held = result[oneof ?? name];
    if (oneof === undefined && !known.has(name) && saysNothing(held)) Reflect.deleteProperty(result, name);
    else if (message && held !== undefined) result[oneof ?? name] = within(held, name, message);
  }
  return result;
}

function within(held: unknown, name: string, message: MessageSchema<unknown>): unknown {
  if (Array.isArray(held)) return held.map((item) => inVersion1(message, item));
  const member = held as { kind?: string; value?: unknown };
  if (member.kind === undefined || !('value' in member)) return inVersion1(message, held);
  return member.kind === name ? { kind: name, value: inVersion1(message, member.value) } : held;
}

function saysNothing(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return value === undefined || value === '' || value === 0 || value === false;
}
