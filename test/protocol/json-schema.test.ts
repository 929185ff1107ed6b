/** protocol/body.schema.json against `validateBody`: what the one refuses the other refuses. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodySchema } from '../../protocol/generated/schema.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { validateBody } from '../../protocol/messages/validate.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { generateJsonSchema } from '../../scripts/generate-json-schema.ts';
import { BODY_EXAMPLES } from '../../scripts/vectors/body-examples.ts';
import { REFUSED_BODIES } from '../../scripts/vectors/refused-bodies.ts';
import { codeOf } from './support.ts';

type Json = Record<string, unknown>;

const text = readFileSync(new URL('../../protocol/body.schema.json', import.meta.url), 'utf8');
// Rules between fields require what the properties beside them define, which strictRequired does not see.
const ajv = new Ajv2020({ strict: true, strictRequired: false });
const isOfSchema = ajv.compile(JSON.parse(text) as object);
const isOurs = (json: unknown): boolean => codeOf(() => validateBody(bodyFromJson(json))) === undefined;

test('it is what scripts/generate-json-schema.ts writes', async () => {
  expect(await generateJsonSchema()).toBe(text);
});

test.each(BODY_EXAMPLES)('$name is valid under both', ({ json, body }) => {
  expect(isOfSchema(json) ? [] : isOfSchema.errors).toEqual([]);
  expect(isOurs(json)).toBe(true);
  expect(isOfSchema(bodyToJson(body))).toBe(true);
});

test.each(REFUSED_BODIES.filter(([, json]) => !isOfSchema(json)))('refused by both: %s', (_, json) => {
  expect(isOurs(json)).toBe(false);
});

test('most of what is refused by itself is refused by the schema; the rest are check digits, calendars and lists', () => {
  const alone = REFUSED_BODIES.filter(([, json]) => !isOurs(json));
  const unseen = alone.filter(([, json]) => isOfSchema(json)).map(([path]) => path.split('.').at(-1));
  expect(new Set(unseen)).toEqual(
    new Set([
      ...['birthDate', 'flag', 'imo', 'number', 'iban', 'currency', 'latitude', 'transit[0]', 'seizedAt'],
      ...['vessel', 'digest', 'validUntil', 'replacement'],
    ]),
  );
});

/** Takes out, or spoils, one member somewhere in a body. */
type Mutation = readonly [path: readonly (string | number)[], value: unknown];

function membersOf(value: unknown, at: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const path = [...at, Array.isArray(value) ? Number(key) : key];
    return [path, ...membersOf(item, path)];
  });
}

function mutated(json: Json, [path, value]: Mutation): Json {
  const copy = structuredClone(json);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  const last = path.at(-1)!;
  if (value === undefined && !Array.isArray(at)) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}

test('what the schema refuses of 5,000 mutated bodies, we refuse; "" for a text that may be left out is ours alone', () => {
  const example = fc.constantFrom(...BODY_EXAMPLES.map(({ json }) => json));
  const spoiled = fc.constantFrom<unknown>(
    ...[undefined, null, 5, -1, 0, true, 'x', ' ', {}, [], [{}], 'UNSPECIFIED', 'FULL', 'NOTICE', 'XA', 'a\u0000'],
    ...['2031-05-06', '2031-05-06T07:08:09Z', '0507', 'x'.repeat(250_000), { $unknown: 'mAZK' }, { $unknown: '*' }],
  );
  let refused = 0;
  fc.assert(
    fc.property(example, fc.nat(), spoiled, (json, at, value) => {
      const members = membersOf(json);
      const changed = mutated(json, [members[at % members.length]!, value]);
      if (isOfSchema(changed)) return;
      refused++;
      expect(isOurs(changed)).toBe(false);
    }),
    { numRuns: 5000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

describe('every field is in it', () => {
  const schema = JSON.parse(text) as { properties: Json; $defs: Record<string, { properties: Json }> };
  const visit = ({ name, fields }: MessageSchema<unknown>): [string, FieldSchema][] =>
    fields.flatMap((field): [string, FieldSchema][] => [[name, field], ...(field.message ? visit(field.message) : [])]);
  const rows = new Map(visit(BodySchema).map(([message, field]) => [`${message}.${field.name}`, { message, field }]));

  test.each([...rows])('%s', (_, { message, field }) => {
    const properties = message === 'Body' ? schema.properties : schema.$defs[message]?.properties;
    const found = properties?.[field.name] as Json | undefined;
    expect(found).toBeDefined();
    if (field.repeated) expect(found).toMatchObject({ type: 'array', maxItems: field.count });
    if (field.values && !field.repeated) {
      expect(found).toMatchObject({ enum: Object.keys(field.values).filter((name) => name !== 'UNSPECIFIED') });
    }
  });
});
