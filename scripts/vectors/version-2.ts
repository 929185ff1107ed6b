/**
 * version-2.json: the encoding of every message that version 2 has new, or with new fields, but for bodies. Values are plain:
 * each field is set, and nothing follows from another. The rules have their vectors elsewhere.
 */
import { encode } from '../../protocol/codec.ts';
import { FrameSchema } from '../../protocol/generated/schema.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { SCHEMAS, seededRandom } from '../../test/protocol/support.ts';
import { namesWithin } from './schema.ts';
import { VERSION_1 } from './version-1.ts';

const FROZEN = VERSION_1.messages;
const IN_BODIES = namesWithin('Body');
const FROM_NODE = new Set(['events', 'groupGet', 'groupPut', 'blobPut', 'blobGet']);
const EITHER_WAY = new Set(['blobChunk']);

const random = seededRandom('version 2');
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

function frames(): object[] {
  const kinds = FrameSchema.fields.filter((field) => isNew(FrameSchema, field)).map(({ name }) => name);
  return kinds.map((kind) => ({
    kind,
    from: EITHER_WAY.has(kind) ? 'both' : FROM_NODE.has(kind) ? 'node' : 'gateway',
    ...vectorOf(FrameSchema, `${kind} with every field`, full(FrameSchema, kind)),
  }));
}

export const version2File = (): object => ({
  about:
    'Every message that version 2 adds or extends, but for bodies, with every field set: its value and its one encoding. ' +
    'Values are plain and keep no other rule than those of the encoding. And the frames of version 2, likewise.',
  encodings: SCHEMAS.filter(({ name }) => name !== 'Frame' && !IN_BODIES.has(name)).flatMap(vectorsOf),
  frames: frames(),
});
