import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  BatchSignatureSchema,
  BodySchema,
  EntrySchema,
  FrameSchema,
  HeaderSchema,
  PathSchema,
  type Routing,
  RoutingSchema,
  WelcomeSchema,
} from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { codeOf, SCHEMAS, seededRandom, valueOf } from './support.ts';

const H32 = '11'.repeat(32);
const PATH = `0805` + `1220${H32}`;

/** The rule that refuses these bytes; `undefined` when they are read. */
function refusal(schema: MessageSchema<unknown>, hex: string, mode: 'signed' | 'open'): string | undefined {
  try {
    decode(schema, fromHex(hex), mode);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    expect(error.code).toBe('MALFORMED');
    return error.detail;
  }
  return undefined;
}

describe.each(SCHEMAS.map((schema) => [schema.name, schema] as const))('%s', (_, schema) => {
  test('what is written is read again, in both modes, and is the only encoding', () => {
    fc.assert(
      fc.property(valueOf(schema), (value) => {
        const bytes = encode(schema, value);
        for (const mode of ['signed', 'open'] as const) {
          const read = decode(schema, bytes, mode);
          expect(read).toEqual(value);
          expect(encode(schema, read)).toEqual(bytes);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('only the canonical encoding is signed', () => {
  test.each([
    ['fields out of order', PathSchema, `1220${H32}0805`, 'not in canonical order'],
    ['a default value', PathSchema, `0800`, 'default value written out'],
    [
      'an empty byte field',
      EntrySchema,
      `0a10${'22'.repeat(16)}10015206` + `0a0012001a00`,
      'default value written out',
    ],
    ['a long varint', PathSchema, `088500`, 'not in its shortest form'],
    ['a long tag', PathSchema, `880005`, 'not in its shortest form'],
    ['a long length', PathSchema, `0805` + `12a000${H32}`, 'not in its shortest form'],
    ['an unknown field', PathSchema, `${PATH}1801`, 'unknown field 3'],
    ['unpacked numbers', RoutingSchema, `8801018801028801`, 'not packed'],
    ['an empty packed list', RoutingSchema, `8a0100`, 'default value written out'],
    ['a packed list in two parts', RoutingSchema, `8a0101018a010102`, 'not in canonical order'],
  ] as const)('%s is refused in signed mode', (_, schema, hex, rule) => {
    expect(refusal(schema, hex, 'signed')).toContain(rule);
  });

  test('all of these are readable in open mode', () => {
    const wanted = { index: 5, hashes: [fromHex(H32)] };
    for (const hex of [`1220${H32}0805`, `${PATH}1801`, `088500` + `1220${H32}`, `0805` + `12a000${H32}`]) {
      expect(decode(PathSchema, fromHex(hex), 'open')).toEqual(wanted);
    }
    expect(decode(PathSchema, fromHex('0800'), 'open')).toEqual({ index: 0, hashes: [] });
  });
});

describe('refused in every mode', () => {
  test.each([
    ['a singular field twice', PathSchema, `08050806`, 'given twice|canonical order'],
    ['a contained message twice', FrameSchema, `9a01009a0100`, 'given twice|canonical order'],
    ['two members of a oneof', FrameSchema, `9a0100a20100`, 'has two members'],
    ['no member of a oneof', FrameSchema, ``, 'missing'],
    ['a missing contained message', EntrySchema, `0a10${'22'.repeat(16)}1001a20100`, 'signature: missing'],
    ['a missing field of fixed length', BatchSignatureSchema, `0801`, 'keyId: missing'],
    ['a byte field of another length', PathSchema, `121f${'11'.repeat(31)}`, '31 bytes long instead of 32'],
    ['a text that is too long', BodySchema, `1224${'61'.repeat(36)}52020a00`, 'longer than 35 bytes'],
    ['too many repetitions', PathSchema, `1220${H32}`.repeat(21), 'more than 20'],
    ['too many packed numbers', RoutingSchema, `8a0109010101010101010101`, 'more than 8'],
    ['an unknown enumeration value', BatchSignatureSchema, `0805`, 'unknown value 5'],
    ['a boolean that is not one', RoutingSchema, `900102`, 'not a boolean'],
    ['a number of 2^53', PathSchema, `0880808080808080` + `10`, 'above 2'],
    ['a number of 2^64 − 1', PathSchema, `08ffffffffffffffffff01`, 'above 2'],
    ['a 32-bit number of 2^32', RoutingSchema, `188080808010`, 'above 2'],
    ['overlong UTF-8', BodySchema, `1202c0af`, 'not UTF-8'],
    ['a surrogate in UTF-8', BodySchema, `1203eda080`, 'not UTF-8'],
    ['a number where bytes belong', PathSchema, `1005`, 'wrong wire type'],
    ['bytes where a number belongs', PathSchema, `0a0105`, 'wrong wire type'],
    ['a fixed 64-bit number', PathSchema, `090500000000000000`, 'wrong wire type'],
    ['a length beyond the end', PathSchema, `1220${'11'.repeat(31)}`, 'longer than what contains it'],
    ['a length beyond its container', FrameSchema, `1a0412050000000000`, 'longer than what contains it'],
    ['an end within a number', PathSchema, `0885`, 'ends in the middle'],
  ] as const)('%s', (_, schema, hex, rule) => {
    for (const mode of ['signed', 'open'] as const) expect(refusal(schema, hex, mode)).toMatch(new RegExp(rule));
  });

  test.each([
    ['a group', `1b1c`],
    ['a reserved wire type', `1f`],
    ['field number 0', `0001`],
    ['a tag above 32 bits, which others would read as field 1', `888080801005`],
    ['an unknown field beyond the end', `1a05aa`],
    ['an unknown fixed field beyond the end', `190102`],
    ['an unknown number without end', `18${'ff'.repeat(11)}`],
  ])('%s', (_, hex) => {
    for (const mode of ['signed', 'open'] as const) expect(refusal(PathSchema, hex, mode)).toBeTypeOf('string');
  });

  test('no message contains itself, so nesting has an end', () => {
    const depthOf = (schema: MessageSchema<unknown>): number =>
      1 + Math.max(0, ...schema.fields.map((field) => (field.message ? depthOf(field.message) : 0)));
    expect(Math.max(...SCHEMAS.map(depthOf))).toBeLessThanOrEqual(8);
  });
});

describe('what protobuf libraries let pass is refused when writing', () => {
  const path = { index: 5, hashes: [] };
  test.each([
    ['a BigInt, which would be written as 0', { ...path, index: 5n }],
    ['a Long', { ...path, index: { low: 5, high: 0, unsigned: true } }],
    ['a negative number', { ...path, index: -1 }],
    ['a fraction', { ...path, index: 1.5 }],
    ['not a number', { ...path, index: NaN }],
    ['a number that lost precision', { ...path, index: 2 ** 53 }],
    ['a text in a byte field', { ...path, hashes: ['11'.repeat(32)] }],
    ['an array in a byte field', { ...path, hashes: [new Array(32).fill(1)] }],
    ['bytes of a wrong length', { ...path, hashes: [new Uint8Array(31)] }],
    ['too many items', { ...path, hashes: new Array(21).fill(new Uint8Array(32)) }],
  ])('%s', (_, value) => {
    expect(codeOf(() => encode(PathSchema as MessageSchema<unknown>, value))).toBe('MALFORMED');
  });

  test('an unknown enumeration value, a lone surrogate, a missing member, a missing message', () => {
    const body = { caseNumber: '\ud800', language: '', handlingText: '', attachments: [], content: undefined };
    expect(codeOf(() => encode(BodySchema as MessageSchema<unknown>, body))).toBe('MALFORMED');
    expect(codeOf(() => encode(BodySchema as MessageSchema<unknown>, { ...body, caseNumber: '' }))).toBe('MALFORMED');
    const signature = { algorithm: 9, keyId: new Uint8Array(32), size: 1, signature: new Uint8Array(0) };
    expect(codeOf(() => encode(BatchSignatureSchema as MessageSchema<unknown>, signature))).toBe('MALFORMED');
    expect(codeOf(() => encode(WelcomeSchema as MessageSchema<unknown>, blankWelcome()))).toBe('MALFORMED');
  });

  test('what is written is a buffer of its own, which can be transferred', () => {
    const bytes = encode(PathSchema, path);
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });

  test('64-bit numbers are numbers, exact to 2^53 − 1', () => {
    const read = decode(PathSchema, encode(PathSchema, { index: 2 ** 53 - 1, hashes: [] }), 'signed');
    expect(read.index).toBe(9007199254740991);
  });

  test('bytes are views: no copy is made of content, and nothing else of the input is reachable by mistake', () => {
    const input = encode(HeaderSchema, {
      routing: new Uint8Array(3).fill(7),
      contentDigest: new Uint8Array(32).fill(8),
      wrappedKeyDigests: [],
    });
    const read = decode(HeaderSchema, Buffer.concat([Buffer.alloc(5), input]).subarray(5), 'signed');
    expect(read.routing).toEqual(new Uint8Array([7, 7, 7]));
    expect(Buffer.isBuffer(read.routing)).toBe(false);
  });
});

function blankWelcome(): unknown {
  const empty = new Uint8Array(0);
  const session = new Uint8Array(16);
  return { version: 1, session, limits: undefined, checkpoint: empty, consistency: [], nowMs: 0, capabilities: [] };
}

test('text keeps a byte order mark and NUL', () => {
  const routing = valueOf(RoutingSchema);
  const [value] = fc.sample(routing, { numRuns: 1, seed: 1 }) as unknown as [Routing];
  const changed = { ...value, sender: '\ufeffa\0b' };
  expect(decode(RoutingSchema, encode(RoutingSchema, changed), 'signed').sender).toBe('\ufeffa\0b');
});

describe('mutated frames and entries', () => {
  const rounds = 10_000;
  test.each([
    ['Frame', FrameSchema as MessageSchema<unknown>],
    ['Entry', EntrySchema as MessageSchema<unknown>],
  ])(
    '%s: 10,000 mutations are read or refused as MALFORMED, and what is read in signed mode is canonical',
    (_, schema) => {
      const seeds = fc.sample(valueOf(schema), { numRuns: 200, seed: 20310506 }).map((value) => encode(schema, value));
      const random = seededRandom(`mutations of ${schema.name}`);
      let accepted = 0;
      for (let i = 0; i < rounds; i++) {
        const bytes = mutate(seeds[i % seeds.length]!, random);
        for (const mode of ['signed', 'open'] as const) {
          const before = toHex(bytes);
          const code = codeOf(() => {
            const read = decode(schema, bytes, mode);
            const again = encode(schema, read);
            if (mode === 'signed') expect(toHex(again)).toBe(before);
            expect(decode(schema, again, 'signed')).toEqual(read);
          });
          expect([undefined, 'MALFORMED']).toContain(code);
          expect(toHex(bytes)).toBe(before);
          if (code === undefined) accepted++;
        }
      }
      // Neither all nor nothing: otherwise the mutations would test one path only.
      expect(accepted).toBeGreaterThan(rounds / 20);
      expect(accepted).toBeLessThan(2 * rounds);
    },
  );
});

/** One to three random edits: a bit, a byte, a cut, a doubled slice. */
function mutate(original: Uint8Array, random: (n: number) => Uint8Array): Uint8Array {
  let bytes = Uint8Array.from(original);
  const [edits, ...dice] = random(32) as unknown as [number, ...number[]];
  for (let e = 0; e <= edits % 3; e++) {
    const [how, hi, lo, byte] = dice.slice(e * 4) as [number, number, number, number];
    const at = (hi * 256 + lo) % (bytes.length + 1);
    if (how % 5 === 0) bytes = Uint8Array.from([...bytes.subarray(0, at), byte, ...bytes.subarray(at)]);
    else if (how % 5 === 1) bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + (byte % 4))]);
    else if (how % 5 === 2) bytes = bytes.slice(0, at);
    else if (how % 5 === 3) bytes = Uint8Array.from([...bytes, ...bytes.subarray(at, at + byte)]);
    else if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << (byte % 8));
  }
  return bytes;
}
