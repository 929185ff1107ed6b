/** Bodies keep the fields of newer versions: through reading, JSON and writing, at every depth. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, decodeCanonical, encode, encodedLength } from '../../protocol/codec.ts';
import { encodeByRule } from '../../protocol/encode-rules.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import { type Body, BodySchema, FrameSchema, RoutingSchema } from '../../protocol/generated/schema.ts';
import { fromHex, toBase64Url, toHex } from '../../protocol/ids.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { validateBody } from '../../protocol/messages/validate.ts';
import { defineMessage, type MessageSchema, UNKNOWN } from '../../protocol/schema.ts';
import { exampleOf } from '../../scripts/vectors/body-examples.ts';
import { codeOf, concatBytes, valueOf } from './support.ts';

type Plain = Record<string, unknown>;

/** A newer version of a message: further fields among the old ones, at every depth. */
function newer(schema: MessageSchema<unknown>): MessageSchema<unknown> {
  const fields = schema.fields.map((field) => (field.message ? { ...field, message: newer(field.message) } : field));
  const free = [29, 299, 2999].filter((id) => !schema.byId.has(id));
  const added = free.map(
    (id) => ({ id, name: `added${id}`, type: 'string', repeated: true, max: 9, count: 3 }) as const,
  );
  return defineMessage(
    schema.name,
    [...fields, ...added].sort((a, b) => a.id - b.id),
  );
}
const NEWER_BODY = newer(BodySchema);

/** What the newer version writes; codec.ts would take the generated code of the older one. */
const written = (value: Plain): Uint8Array => encodeByRule(NEWER_BODY, value);

test('an older reader gives back every byte of a newer body, also by way of JSON', () => {
  fc.assert(
    fc.property(valueOf(NEWER_BODY), (value) => {
      const bytes = written(value);
      const body = decode(BodySchema, bytes, 'kept');
      expect(toHex(encode(BodySchema, body))).toBe(toHex(bytes));
      expect(encodedLength(BodySchema, body)).toBe(bytes.length);
      const json: unknown = JSON.parse(JSON.stringify(bodyToJson(body)));
      expect(bodyFromJson(json)).toEqual(body);
      expect(toHex(encode(BodySchema, bodyFromJson(json)))).toBe(toHex(bytes));
      // Sent between threads, and copied with one member changed.
      expect(toHex(encode(BodySchema, structuredClone(body)))).toBe(toHex(bytes));
      expect(encode(BodySchema, { ...body, caseNumber: body.caseNumber })).toEqual(bytes);
    }),
    { numRuns: 30 },
  );
});

test('without unknown fields nothing is kept, and the generated code does the work', () => {
  fc.assert(
    fc.property(valueOf(BodySchema as MessageSchema<unknown>), (value) => {
      const bytes = encode(BodySchema, value as unknown as Body);
      expect(decodeCanonical(BodySchema, bytes)).toEqual(value);
      expect(decode(BodySchema, bytes, 'kept')).toEqual(value);
    }),
  );
});

test('whatever bytes are accepted in kept mode are accepted in open mode, and written again in one form', () => {
  const example = encode(BodySchema, exampleOf('seizureReport').body);
  fc.assert(
    fc.property(fc.nat(example.length), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, inserted) => {
      const bytes = concatBytes(example.subarray(0, at), inserted, example.subarray(at));
      const kept = codeOf(() => decode(BodySchema, bytes, 'kept'));
      expect(codeOf(() => decode(BodySchema, bytes, 'open'))).toBe(kept);
      if (kept !== undefined) return;
      const once = encode(BodySchema, decode(BodySchema, bytes, 'kept'));
      expect(encode(BodySchema, decode(BodySchema, once, 'kept'))).toEqual(once);
    }),
    { numRuns: 2000 },
  );
});

describe('what is kept is held to the rules of what is read', () => {
  const withUnknown = (bytes: string): Body =>
    Object.assign({ ...exampleOf('clarification').body }, { [UNKNOWN]: fromHex(bytes) });
  const withJson = (text: unknown): object => ({ ...exampleOf('clarification').json, [UNKNOWN]: text });
  const inBase64 = (hex: string): string => toBase64Url(fromHex(hex));

  test.each([
    ['a field that is known', '0a0141'],
    ['a second content', 'aa0100'],
    ['the end of a number missing', '9806ff'],
    ['bytes longer than what is there', 'a20605aa'],
    ['a group', '9b069c06'],
    ['field number 0', '0001'],
    ['a tag above 32 bits', '888080801005'],
  ])('%s', (_, bytes) => {
    expect(codeOf(() => encode(BodySchema, withUnknown(bytes)))).toBe('MALFORMED');
    expect(codeOf(() => encodedLength(BodySchema, withUnknown(bytes)))).toBe('MALFORMED');
    expect(codeOf(() => bodyFromJson(withJson(inBase64(bytes))))).toBe('BODY_INVALID');
  });

  test.each([[5], [''], ['%%'], ['mAZK='], [null], [{}]])('in JSON: %j is refused by path', (text) => {
    expect(codeOf(() => bodyFromJson(withJson(text)))).toBe('BODY_INVALID');
    const nested = { language: 'en', clarification: { answer: 'x', objects: [{ [UNKNOWN]: text }] } };
    let detail = '';
    try {
      bodyFromJson(nested);
    } catch (error) {
      detail = (error as LiaisonError).detail;
    }
    expect(detail).toMatch(/^clarification\.objects\[0\]\.\$unknown is /);
  });

  test('signed bytes and frames keep nothing', () => {
    const routing = fromHex('98064a');
    expect(codeOf(() => decode(RoutingSchema, routing, 'signed'))).toBe('MALFORMED');
    const ping = decode(FrameSchema, fromHex('9a010208079806' + '4a'), 'open');
    expect(ping).toEqual({ frame: { kind: 'ping', value: { nonce: 7 } } });
  });
});

test('an object of a kind that this version does not know passes validation and comes out again (domain: systems/siena-structured)', () => {
  // Field 20 of an object: a kind that a later version may bring. Text and structured objects travel together.
  const zeppelin = toBase64Url(fromHex('a2010a0a085a657070656c696e'));
  const json = {
    language: 'en',
    spontaneousInformation: {
      ...(exampleOf('spontaneousInformation').json['spontaneousInformation'] as object),
      objects: [{ [UNKNOWN]: zeppelin }, { container: { number: 'ZZZU1234564' } }],
    },
  };
  const body = bodyFromJson(json);
  validateBody(body);
  const again = decode(BodySchema, encode(BodySchema, body), 'kept');
  expect(bodyToJson(again)).toMatchObject(json);
});

test('a body full of the smallest unknown fields is read and written in the time of its size', () => {
  const example = encode(BodySchema, exampleOf('clarification').body);
  const full = concatBytes(example, fromHex('98064a98074a'.repeat(40_000)));
  const began = performance.now();
  const body = decode(BodySchema, full, 'kept');
  expect(encode(BodySchema, body)).toHaveLength(full.length);
  expect(performance.now() - began).toBeLessThan(5000);
});
