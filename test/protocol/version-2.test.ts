/**
 * version-2.json and bodies-2.json: what version 2 adds, read the way an implementation in another language would; and
 * logs.json: what shards, holds, erasures and audits add.
 */
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Body, BodySchema, type Frame, FrameSchema } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { BODY_TYPES } from '../../protocol/messages/types.ts';
import { type BodyRouting, validateBody } from '../../protocol/messages/validate.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { inVersion2 } from '../../scripts/vectors/as-of.ts';
import { messages } from '../../scripts/vectors/schema.ts';
import { SCHEMAS } from './support.ts';
import { type Encoded, inHex, load } from './vector-files.ts';

type OfMessage = Encoded & { message: string };

const schemaOf = (message: string): MessageSchema<unknown> => SCHEMAS.find(({ name }) => name === message)!;

/** The bytes say this value, as it is shown, and are what the value becomes. */
function check(schema: MessageSchema<unknown>, { value, encoded }: Encoded, shown: (read: unknown) => unknown): void {
  const read = decode(schema, fromHex(encoded), 'signed');
  expect(inHex(shown(read))).toEqual(value);
  expect(toHex(encode(schema, read))).toBe(encoded);
}

describe('version-2.json', () => {
  const { encodings, frames } = load('version-2') as { encodings: OfMessage[]; frames: Encoded[] };

  test.each(encodings)('$message: $name', (vector) => {
    const schema = schemaOf(vector.message);
    check(schema, vector, (read) => inVersion2(schema, read));
  });
  test.each(frames)('$name', (vector) => check(FrameSchema, vector, (read) => inVersion2(FrameSchema, read as Frame)));
});

describe('logs.json', () => {
  const { encodings } = load('logs') as { encodings: OfMessage[] };

  test.each(encodings)('$message: $name', (vector) => check(schemaOf(vector.message), vector, (read) => read));

  test('has what schema-logs.json has beyond schema-2.json', () => {
    type Fields = Record<string, { name: string; oneof?: string }[]>;
    const [before, now] = ['schema-2', 'schema-logs'].map((name) => (load(name) as { messages: Fields }).messages);
    const added = Object.entries(now!).flatMap(([message, fields]) => {
      const known = new Set(before![message]?.map(({ name }) => name));
      return fields
        .filter(({ name }) => !known.has(name))
        .map(({ name, oneof }) => `${message}.${oneof ?? ''} ${name}`);
    });
    const shown = encodings.flatMap(({ message, value }) =>
      Object.entries(value as Record<string, { kind?: string }>).map(([name, held]) =>
        held.kind === undefined ? `${message}. ${name}` : `${message}.${name} ${held.kind}`,
      ),
    );
    expect(added.filter((name) => !shown.includes(name))).toEqual([]);
    expect(added.length).toBeGreaterThan(0);
  });
});

test('schema-logs.json is what the messages are', () => {
  expect((load('schema-logs') as { messages: object }).messages).toEqual(JSON.parse(JSON.stringify(messages())));
});

type HexRouting = Omit<BodyRouting, 'inReplyTo' | 'grant' | 'attachments'> & {
  inReplyTo: string;
  grant?: { target: string; recipients: string[]; expiresAtMs: number };
  attachments: { digest: string; sizeBytes: number }[];
};
const routingOf = (hex: HexRouting): BodyRouting => ({
  ...hex,
  inReplyTo: fromHex(hex.inReplyTo),
  grant: hex.grant && { ...hex.grant, target: fromHex(hex.grant.target) },
  attachments: hex.attachments.map((item) => ({ ...item, digest: fromHex(item.digest) })),
});

describe('bodies-2.json', () => {
  const file = load('bodies-2') as {
    bodies: (Encoded & { json: unknown; routing: HexRouting })[];
    refused: { path: string; json: unknown; routing: HexRouting; code: string }[];
    kept: { name: string; encoded: string; json: unknown; again: string }[];
  };

  test.each(file.bodies)('$name', ({ value, encoded, json, routing }) => {
    const body = decode(BodySchema, fromHex(encoded), 'signed');
    expect(inHex(body)).toEqual(value);
    expect(bodyToJson(body)).toMatchObject(json as object);
    expect(toHex(encode(BodySchema, bodyFromJson(json)))).toBe(encoded);
    expect(() => validateBody(body)).not.toThrow();
    expect(() => validateBody(body, routingOf(routing))).not.toThrow();
  });

  test('has a body of every type', () => {
    const kinds = file.bodies.map(({ value }) => (value as Body).content.kind);
    expect(new Set(kinds)).toEqual(new Set(Object.keys(BODY_TYPES)));
  });

  test.each(file.refused)('refused: $path', ({ path, json, routing, code }) => {
    let refusal: unknown;
    try {
      validateBody(bodyFromJson(json), routingOf(routing));
    } catch (error) {
      refusal = error;
    }
    if (!(refusal instanceof LiaisonError)) throw new Error('It was accepted.');
    expect(refusal.code).toBe(code);
    expect(refusal.detail.slice(0, path.length + 1)).toBe(`${path} `);
  });

  test.each(file.kept)('kept: $name', ({ encoded, json, again }) => {
    const body = decode(BodySchema, fromHex(encoded), 'kept');
    expect(bodyToJson(body)).toEqual(json);
    expect(toHex(encode(BodySchema, body))).toBe(again);
    expect(toHex(encode(BodySchema, bodyFromJson(json)))).toBe(again);
    expect(() => validateBody(body)).not.toThrow();
  });
});
