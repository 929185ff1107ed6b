/** The generated codec against the rules: it may give up, but what it accepts is what the rules accept, to the byte. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, encodedLength } from '../../protocol/codec.ts';
import { decodeByRule } from '../../protocol/codec-rules.ts';
import { encodeByRule } from '../../protocol/encode-rules.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { BAIL, Reader } from '../../protocol/fast-path.ts';
import { CODECS } from '../../protocol/generated/codec.ts';
import { fromHex } from '../../protocol/ids.ts';
import { RoutingSchema, type Routing } from '../../protocol/generated/schema.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { SCHEMAS, seededRandom, valueOf } from './support.ts';

/** What a call gives: a value, or the text of its refusal. */
function result(run: () => unknown): { value?: unknown; refusal?: string } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof LiaisonError) return { refusal: `${error.code} ${error.detail}` };
    throw error;
  }
}

/** What the generated code alone makes of bytes. */
function readFastly(schema: MessageSchema<unknown>, bytes: Uint8Array): unknown {
  try {
    return CODECS[schema.name]?.read(new Reader(bytes), bytes.length);
  } catch (error) {
    if (error === BAIL) return undefined;
    throw error;
  }
}

interface Damage {
  kind: 'flip' | 'cut' | 'insert' | 'repeat';
  at: number;
  byte: number;
}
const damage = fc.record<Damage>({
  kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat'),
  at: fc.nat(10_000),
  byte: fc.oneof(fc.constantFrom(0, 1, 2, 8, 10, 16, 18, 0x7f, 0x80, 0xff), fc.nat(255)),
});

function damaged(bytes: Uint8Array, { kind, at, byte }: Damage): Uint8Array {
  const place = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === 'cut') return new Uint8Array(before);
  if (kind === 'repeat') return new Uint8Array(Buffer.concat([bytes, after]));
  const rest = kind === 'flip' ? after.subarray(1) : after;
  return new Uint8Array(Buffer.concat([before, Uint8Array.of(byte), rest]));
}

describe.each(SCHEMAS.map((schema) => [schema.name, schema] as const))('%s', (_, schema) => {
  test('valid values take the fast path, with the bytes and the size that the rules give', () => {
    fc.assert(
      fc.property(valueOf(schema), (value) => {
        const bytes = encodeByRule(schema, value);
        expect(encode(schema, value)).toEqual(bytes);
        expect(encodedLength(schema, value)).toBe(bytes.length);
        expect(readFastly(schema, bytes)).toEqual(value);
      }),
      { numRuns: 40 },
    );
  });

  test('of damaged bytes it accepts only what the rules accept as canonical, with the same value', () => {
    fc.assert(
      fc.property(valueOf(schema), fc.array(damage, { minLength: 1, maxLength: 3 }), (value, harm) => {
        const bytes = harm.reduce(damaged, encodeByRule(schema, value));
        const ruled = result(() => decodeByRule(schema, bytes, 'signed'));
        expect(readFastly(schema, bytes)).toEqual(ruled.value);
        for (const mode of ['signed', 'open'] as const) {
          expect(result(() => decode(schema, bytes, mode))).toEqual(result(() => decodeByRule(schema, bytes, mode)));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('values outside their bounds are refused in the words of the rules', () => {
    const wrong = fc.constantFrom<unknown>(
      -1,
      1.5,
      2 ** 32,
      2 ** 53,
      'x'.repeat(5000),
      '\ud800',
      'é'.repeat(40),
      new Uint8Array(3),
      new Uint8Array(400_000),
      { kind: 'nothing', value: 1 },
      undefined,
    );
    fc.assert(
      fc.property(valueOf(schema), fc.nat(40), wrong, (value, at, replacement) => {
        const names = Object.keys(value);
        const name = names[at % names.length];
        if (name === undefined || Array.isArray(value[name])) return;
        const spoiled = { ...value, [name]: replacement };
        const ruled = resultOrCrash(() => encodeByRule(schema, spoiled));
        expect(resultOrCrash(() => encode(schema, spoiled))).toEqual(ruled);
      }),
      { numRuns: 100 },
    );
  });
});

/** A value of another type than its field's can make either fail in its own way; it must make both fail. */
function resultOrCrash(run: () => unknown): unknown {
  try {
    return result(run);
  } catch (error) {
    return error instanceof TypeError ? 'crash' : error;
  }
}

test('texts are read alike, whatever their length and script', () => {
  const random = seededRandom('texts');
  for (const text of ['a', 'ü', '\u{1f6c3}', 'x'.repeat(96), 'x'.repeat(97), `${'x'.repeat(95)}é`]) {
    const value = { sender: text } as Partial<Routing>;
    const routing = { ...blankRouting(random), ...value } as Routing;
    const bytes = result(() => encodeByRule(RoutingSchema, routing));
    expect(result(() => encode(RoutingSchema, routing))).toEqual(bytes);
    if (bytes.value) expect(decode(RoutingSchema, bytes.value as Uint8Array, 'signed').sender).toBe(text);
  }
});

test('a tag in two bytes that could be one is not canonical', () => {
  expect(readFastly(RoutingSchema as MessageSchema<unknown>, fromHex('8a00'))).toBeUndefined();
});

function blankRouting(random: (length: number) => Uint8Array): Record<string, unknown> {
  const plain = RoutingSchema.fields.map((field): [string, unknown] => {
    if (field.repeated) return [field.name, []];
    if (field.type === 'bytes') return [field.name, field.lengths ? random(field.lengths.at(-1) ?? 0) : random(4)];
    if (field.type === 'string') return [field.name, 'x'];
    return [field.name, field.type === 'bool' ? false : 1];
  });
  return Object.fromEntries(plain);
}
