/**
 * logs.json: the encoding of every message that is new, or has new fields, since schema-2.json. Values are plain: each field
 * is set, and nothing follows from another. version-2.json was made in the same way, against schema.json.
 */
import { encode } from '../../protocol/codec.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { SCHEMAS, seededRandom } from '../../test/protocol/support.ts';
import { VERSION_2 } from './as-of.ts';
import { namesWithin } from './schema.ts';

const FROZEN = VERSION_2.messages;
const IN_BODIES = namesWithin('Body');

const random = seededRandom('logs');
const isNew = (schema: MessageSchema<unknown>, field: FieldSchema): boolean =>
  FROZEN[schema.name]?.some(({ name }) => name === field.name) !== true;

/** A value with every field set, and of a oneof the member that is named, or its last. */
function full(schema: MessageSchema<unknown>, member?: string): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of schema.fields.filter(({ oneof }) => oneof === undefined)) {
    value[field.name] = field.repeated ? [single(field), single(field)] : single(field);
  }
  for (const oneof of schema.oneofs) {
    const members = schema.fields.filter((field) => field.oneof === oneof);
    const chosen = members.find(({ name }) => name === member) ?? members.at(-1);
    if (chosen) value[oneof] = { kind: chosen.name, value: single(chosen) };
  }
  return value;
}

function single(field: FieldSchema): unknown {
  if (field.message) return full(field.message);
  if (field.values) return Math.max(...Object.values(field.values));
  if (field.type === 'bool') return true;
  if (field.type === 'string') return field.name.slice(0, field.max);
  if (field.type === 'bytes') return random(field.lengths?.at(-1) ?? Math.min(field.max ?? 0, 5));
  return 300 + field.id;
}

function vectorOf(schema: MessageSchema<unknown>, name: string, value: Record<string, unknown>) {
  return { message: schema.name, name, value, encoded: encode(schema, value) };
}

/** One vector for a message with further fields, one for each further member of a oneof. */
function vectorsOf(schema: MessageSchema<unknown>): object[] {
  const added = schema.fields.filter((field) => isNew(schema, field));
  const members = added.filter(({ oneof }) => oneof !== undefined);
  if (members.length > 0) return members.map(({ name }) => vectorOf(schema, name, full(schema, name)));
  return added.length > 0 || !FROZEN[schema.name] ? [vectorOf(schema, schema.name, full(schema))] : [];
}

export const additionsFile = (): object => ({
  about:
    'Every message that shards, holds, erasures and audits add or extend, with every field set: its value and its one ' +
    'encoding. Values are plain and keep no other rule than those of the encoding.',
  encodings: SCHEMAS.filter(({ name }) => name !== 'Frame' && !IN_BODIES.has(name)).flatMap(vectorsOf),
});
