/** protobufjs reads the same .proto files at test time and must agree with our codec, byte for byte. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../protocol/codec.ts';
import { FrameSchema } from '../../protocol/generated/schema.ts';
import { toBase64 } from '../../protocol/ids.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { codeOf, SCHEMAS, seededRandom, valueOf } from './support.ts';

const DIRECTORY = new URL('../../protocol/proto/', import.meta.url);

function loadRoot(): protobuf.Root {
  const root = new protobuf.Root();
  for (const file of readdirSync(DIRECTORY)) protobuf.parse(readFileSync(new URL(file, DIRECTORY), 'utf8'), root);
  root.resolveAll();
  return root;
}

const ROOT = loadRoot();
const typeOf = (schema: MessageSchema<unknown>): protobuf.Type => ROOT.lookupType(`liaison.v1.${schema.name}`);

/** Our value as protobufjs shows it: members of oneofs side by side, defaults left out. */
function flat(
  schema: MessageSchema<unknown>,
  value: Record<string, unknown>,
  bytesAs: (b: Uint8Array) => unknown,
): object {
  const result: Record<string, unknown> = {};
  const convert = (field: FieldSchema, item: unknown): unknown =>
    field.message
      ? flat(field.message, item as Record<string, unknown>, bytesAs)
      : item instanceof Uint8Array
        ? bytesAs(item)
        : item;
  for (const field of schema.fields) {
    const member = field.oneof === undefined ? undefined : (value[field.oneof] as { kind: string; value: unknown });
    if (member && member.kind !== field.name) continue;
    const item = member ? member.value : value[field.name];
    if (field.repeated) {
      const items = item as readonly unknown[];
      if (items.length > 0) result[field.name] = items.map((one) => convert(field, one));
    } else if (item !== undefined && item !== '' && item !== 0 && item !== false && !isEmptyBytes(item)) {
      result[field.name] = convert(field, item);
    }
  }
  return result;
}

const isEmptyBytes = (item: unknown): boolean => item instanceof Uint8Array && item.length === 0;

const shown = (type: protobuf.Type, bytes: Uint8Array): object =>
  type.toObject(type.decode(bytes), { longs: Number, bytes: String });

describe.each(SCHEMAS.map((schema) => [schema.name, schema] as const))('%s', (_, schema) => {
  const type = typeOf(schema);

  test('both have the same fields', () => {
    expect(schema.fields.map((field) => [field.id, field.name])).toEqual(
      type.fieldsArray.map((field) => [field.id, field.name] as const).sort(([a], [b]) => a - b),
    );
  });

  test('both write the same bytes and read the same values', () => {
    fc.assert(
      fc.property(valueOf(schema), (value) => {
        const ours = encode(schema, value);
        const theirs = type.encode(type.create(flat(schema, value, (bytes) => bytes))).finish();
        expect(Buffer.from(theirs).toString('hex')).toBe(Buffer.from(ours).toString('hex'));
        expect(shown(type, ours)).toEqual(flat(schema, value, toBase64));
      }),
      { numRuns: 60 },
    );
  });
});

test('whatever our codec accepts of 10,000 mutated frames, protobufjs reads as the same value', () => {
  const schema = FrameSchema as MessageSchema<unknown>;
  const type = typeOf(schema);
  const seeds = fc.sample(valueOf(schema), { numRuns: 200, seed: 7 }).map((value) => encode(schema, value));
  const random = seededRandom('differential');
  let compared = 0;
  for (let i = 0; i < 10_000; i++) {
    const bytes = Uint8Array.from(seeds[i % seeds.length]!);
    const dice = random(4);
    const at = (dice[0]! * 256 + dice[1]!) % bytes.length;
    bytes[at] = dice[2]! % 2 === 0 ? dice[3]! : bytes[at]! ^ (1 << (dice[3]! % 8));
    if (codeOf(() => decode(schema, bytes, 'open')) !== undefined) continue;
    compared++;
    const read = decode(schema, bytes, 'open') as Record<string, unknown>;
    const canonical = encode(schema, read);
    expect(shown(type, type.encode(type.decode(bytes)).finish())).toEqual(shown(type, canonical));
  }
  expect(compared).toBeGreaterThan(500);
});
