/** version-2.json and bodies-2.json: what version 2 adds, read the way an implementation in another language would. */
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Body, BodySchema, FrameSchema } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { BODY_TYPES } from '../../protocol/messages/types.ts';
import { type BodyRouting, validateBody } from '../../protocol/messages/validate.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { SCHEMAS } from './support.ts';
import { type Encoded, inHex, load } from './vector-files.ts';

describe('version-2.json', () => {
  const { encodings, frames } = load('version-2') as {
    encodings: (Encoded & { message: string })[];
    frames: Encoded[];
  };
  const check = (schema: MessageSchema<unknown>, { value, encoded }: Encoded): void => {
    const read = decode(schema, fromHex(encoded), 'signed');
    expect(inHex(read)).toEqual(value);
    expect(toHex(encode(schema, read))).toBe(encoded);
  };

  test.each(encodings)('$message: $name', (vector) => {
    check(
      SCHEMAS.find(({ name }) => name === vector.message)!,
      vector,
    );
  });
  test.each(frames)('$name', (vector) => check(FrameSchema, vector));
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
