import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encode } from '../../protocol/codec.ts';
import { type ErrorCode, errorCodeOf, ERRORS, LiaisonError } from '../../protocol/errors.ts';
import * as generated from '../../protocol/generated/schema.ts';
import {
  BodySchema,
  EnvelopeSchema,
  HandoverSchema,
  HandoverStatementSchema,
  GrantSchema,
  HeaderSchema,
  HelloSchema,
  PathSchema,
  RoutingSchema,
  SubmitSchema,
} from '../../protocol/generated/schema.ts';
import { headerBytesBound, LIMIT_RELATIONS, LIMITS, routingBytesBound } from '../../protocol/limits.ts';
import type { FieldSchema, MessageSchema } from '../../protocol/schema.ts';
import { SCHEMAS } from './support.ts';

function field<T>(schema: MessageSchema<T>, name: string): FieldSchema {
  const found = schema.fields.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`${schema.name} has no field ${name}`);
  return found;
}

describe('limits', () => {
  test.each(LIMIT_RELATIONS)('%s', (_, holds) => {
    expect(holds).toBe(true);
  });

  test('the bounds in the .proto files are these limits', () => {
    expect(field(RoutingSchema, 'recipients').count).toBe(LIMITS.recipientsMax);
    expect(field(HeaderSchema, 'wrappedKeyDigests').count).toBe(LIMITS.recipientsMax);
    expect(field(EnvelopeSchema, 'wrappedKeys').count).toBe(LIMITS.recipientsMax);
    expect(field(RoutingSchema, 'attachments').count).toBe(LIMITS.attachmentsMax);
    expect(field(RoutingSchema, 'derivedFrom').count).toBe(LIMITS.derivedFromMax);
    expect(field(RoutingSchema, 'permissionIds').count).toBe(LIMITS.permissionIdsMax);
    expect(field(GrantSchema, 'recipients').count).toBe(LIMITS.grantRecipientsMax);
    expect(field(EnvelopeSchema, 'content').max).toBe(LIMITS.contentBytesMax);
    expect(field(EnvelopeSchema, 'header').max).toBe(LIMITS.headerBytesMax);
    expect(field(SubmitSchema, 'envelopes').count).toBe(LIMITS.submitMessagesMax);
    expect(field(PathSchema, 'hashes').count).toBe(LIMITS.batchPathHashesMax);
    expect(field(HelloSchema, 'mailboxes').count).toBe(LIMITS.mailboxesPerSessionMax);
  });

  test('names and blinds have one bound each, wherever they stand', () => {
    for (const schema of SCHEMAS) {
      for (const { name, max, lengths } of schema.fields) {
        if (['mailbox', 'sender', 'recipient', 'mailboxes'].includes(name) && max !== undefined) {
          expect([schema.name, name, max]).toEqual([schema.name, name, LIMITS.mailboxBytesMax]);
        }
        if (name === 'agency') expect([schema.name, max]).toEqual([schema.name, LIMITS.agencyBytesMax]);
        if (name === 'units') expect([schema.name, max]).toEqual([schema.name, LIMITS.unitBytesMax]);
        if (name === 'blind') expect([schema.name, lengths]).toEqual([schema.name, [LIMITS.blindBytes]]);
        if (name === 'entry') expect([schema.name, max]).toEqual([schema.name, LIMITS.entryBytesMax]);
      }
    }
  });

  test('the largest handover statement fits its field', () => {
    const number = 2 ** 53 - 1;
    const largest = encode(HandoverStatementSchema, {
      blind: new Uint8Array(16),
      messageId: new Uint8Array(16),
      sender: 'a'.repeat(64),
      recipient: 'b'.repeat(64),
      number,
      headerDigest: new Uint8Array(32),
      outcome: 2,
      reason: 2 ** 32 - 1,
      atMs: number,
    });
    expect(largest.length).toBeLessThanOrEqual(field(HandoverSchema, 'statements').max ?? 0);
  });

  test('the largest routing and header are within their bounds, and within their fields', () => {
    /** A value with every list full and every part as long as it may be. */
    function largest(schema: MessageSchema<unknown>): Record<string, unknown> {
      const values = schema.fields.map((item): [string, unknown] => {
        const length = item.lengths?.at(-1) ?? item.max ?? 0;
        const number = Object.keys(item.values ?? {}).length - 1;
        const one = {
          ...{ message: item.message && largest(item.message), string: 'a'.repeat(length) },
          ...{
            bytes: new Uint8Array(length).fill(1),
            bool: true,
            enum: number,
            uint32: 2 ** 32 - 1,
            uint64: 2 ** 53 - 1,
          },
        }[item.type];
        return [item.name, item.repeated ? Array.from({ length: item.count ?? 0 }, () => one) : one];
      });
      return Object.fromEntries(values);
    }
    const routing = encode(RoutingSchema, largest(RoutingSchema) as unknown as generated.Routing);
    expect(routing.length).toBeLessThanOrEqual(routingBytesBound);
    expect(routingBytesBound).toBeLessThanOrEqual(field(HeaderSchema, 'routing').max ?? 0);
    const wrappedKeyDigests = Array.from({ length: LIMITS.recipientsMax }, () => new Uint8Array(32));
    const header = encode(HeaderSchema, { routing, contentDigest: new Uint8Array(32), wrappedKeyDigests });
    expect(header.length).toBeLessThanOrEqual(headerBytesBound);
  });

  test('the largest texts of a body fit it', () => {
    for (const content of BodySchema.fields.filter((member) => member.message)) {
      const texts = content.message?.fields.map((member) => member.max ?? 0) ?? [];
      expect(Math.max(...texts)).toBeLessThan(LIMITS.bodyBytesMax);
    }
  });
});

describe('error codes', () => {
  const codes = Object.keys(ERRORS) as ErrorCode[];

  test('each number belongs to one code', () => {
    expect(new Set(codes.map((code) => ERRORS[code].number)).size).toBe(codes.length);
    for (const code of codes) expect(errorCodeOf(ERRORS[code].number)).toBe(code);
    expect(errorCodeOf(0)).toBeUndefined();
  });

  test('each says what happened and what to do, in sentences', () => {
    for (const code of codes) {
      expect(ERRORS[code].text).toMatch(/^[A-Z].*\.$/);
      expect(ERRORS[code].remedy).toMatch(/[.A-Z]$/);
    }
  });

  test('an error shows code, text and detail', () => {
    const error = new LiaisonError('BODY_INVALID', 'language is missing.');
    expect(error.message).toBe(`${ERRORS.BODY_INVALID.text} language is missing.`);
    expect([error.code, error.number, error.retry]).toEqual(['BODY_INVALID', 403, false]);
    expect(error.remedy).toBe(ERRORS.BODY_INVALID.remedy);
  });
});

test('every upper-case name in the specification is an error code or a value of an enumeration', () => {
  const text = readFileSync(new URL('../../protocol/SPEC.md', import.meta.url), 'utf8');
  const values = Object.entries(generated).flatMap(([name, value]) =>
    name.endsWith('Schema') ? [] : Object.keys(value),
  );
  const known = new Set([...Object.keys(ERRORS), ...values]);
  const named = new Set(text.match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g));
  expect([...named].filter((name) => !known.has(name))).toEqual([]);
});
