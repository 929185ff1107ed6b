/** What SPEC.md says is frozen (section 3.8, protocol/vectors/README.md): these tests fail when its bytes change. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode } from '../../protocol/codec.ts';
import { ERRORS } from '../../protocol/errors.ts';
import {
  ActSchema,
  BodySchema,
  EntrySchema,
  FrameSchema,
  HandoverStatementSchema,
  HeaderSchema,
  KeyStatementSchema,
  RoutingSchema,
} from '../../protocol/generated/schema.ts';
import { fromHex } from '../../protocol/ids.ts';
import type { MessageSchema } from '../../protocol/schema.ts';
import { messages } from '../../scripts/vectors/schema.ts';
import { SCHEMAS } from './support.ts';
import { type Encoded, load, VECTORS, vectorText } from './vector-files.ts';

/** SHA-256 of each file as it was frozen. A file never changes again: what an addition needs goes into one of its own. */
const FROZEN: Readonly<Record<string, string>> = {
  acts: '54a4094a15a93412b8ace30ed05e1249f6e6c2d70f799b816bc45735c8dec559',
  'attachments-2': '7720cd72385c13ea4381cb3c5e852c3ae8d8c64a4a04ea02ac1c1f89b47cd40d',
  batches: '77d0eee369c9b207a254dade2c605f47efc7c0b3e0b85530c511d9265a9eaaf5',
  'bodies-2': '58f49f68b45d5c4b13a47ede4ffa145e0e75dfb1776006b8f6d52ec781312f11',
  certificates: 'a40bb31a130928b65dd361f522c8b80f1e2ff5b01e27b43d94f7c046bf1950a7',
  encoding: 'd6ea94e1a1adcd8eb032c32d051454583e28801f82ffda6e56456a8a2bf81e9d',
  entries: 'eb1a815ac29e9cc0e2486d79b210b30249b55b49b1a3991d179c6af781accc48',
  envelopes: '8e719c314f99b05609becae61ad90388b94ca7029466dbb921e2cc6235bfcaf4',
  frames: '75f25aaf798dc56e61f154573310fdd4a6812b6aa396023f694aa19c947f44f0',
  'jwe-foreign': '8c15d290f11c230f8cd18de8584a87fea35c4b2dc5e2235b594050720bbccae9',
  logs: '4754c4aa397d3771b974e74f7f4d60f37bb748043f86ebc86e6fdfdf1839a2d8',
  receipts: '1be1519410bf938eefeedb41fa3a74326ba2a871cd0d358bfae378e21b884dd5',
  refusals: '8514d1d7985cfbd7c9eec9f51c732308c7e50f0e044b9a7b63b41636542bec36',
  'schema-logs': 'fbae219105b995bf7e4095fed503ac8c5cd1b657d0c16ec0974989da9ce90d63',
  sealing: '89a71a28440da8b2b482de58740f7a67da555411a1e46153c07e6be5a90d2133',
  'schema-2': '228b6c9325f9d899f876e4e05f8c2bfd040b654ea73f6f41255409cbc1a80fda',
  'version-2': '573859a9970721c48cf24722d5dc32fd25a8221fb4bdd463129af1f9e8abc848',
  schema: '532114d56af40b2d686552845c9e428c51cb9f6d1fd3c452df7ea2f9255dc60f',
};

test('the files of vectors are those of the freeze', () => {
  const names = readdirSync(VECTORS)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length));
  expect(Object.keys(FROZEN).sort()).toEqual(names.sort());
  const digests = names.map((name) => [name, createHash('sha256').update(vectorText(name)).digest('hex')]);
  expect(Object.fromEntries(digests)).toEqual(FROZEN);
});

describe.each(['schema', 'schema-2', 'schema-logs'])('what %s.json has stays as it is', (file) => {
  const frozen = load(file) as { messages: Record<string, { values?: object }[]>; codes: Record<string, object> };
  const now = JSON.parse(JSON.stringify(messages())) as Record<string, object[]>;

  test.each(Object.entries(frozen.messages))('%s', (name, fields) => {
    // An addition may bring further fields, and further values of enumerations; those of the freeze keep their meaning.
    const kept = fields.map((field) => ({
      ...field,
      ...(field.values ? { values: expect.objectContaining(field.values) as unknown } : {}),
    }));
    expect(now[name]).toEqual(expect.arrayContaining(kept));
  });

  test('codes keep their numbers', () => {
    const codes = Object.fromEntries(
      Object.entries(ERRORS).map(([code, { number, retry }]) => [code, { number, retry }]),
    );
    expect(codes).toMatchObject(frozen.codes);
  });
});

describe('the vectors', () => {
  const used = new Set<string>();

  /** Notes every field that has another value than its default, at every depth. */
  function note(schema: MessageSchema<unknown>, value: Record<string, unknown>, looksInside = true): void {
    for (const field of schema.fields) {
      const member = field.oneof === undefined ? undefined : (value[field.oneof] as { kind: string; value: unknown });
      const held = member ? (member.kind === field.name ? member.value : undefined) : value[field.name];
      for (const item of field.repeated ? (held as unknown[]) : [held]) {
        const isSet = item instanceof Uint8Array ? item.length > 0 : Boolean(item);
        if (isSet) used.add(`${schema.name}.${field.name}`);
        if (isSet && field.message) note(field.message, item as Record<string, unknown>, looksInside);
        if (looksInside && isSet && item instanceof Uint8Array) noteWithin(schema, field.name, item);
      }
    }
  }

  /** Bytes that are messages themselves. */
  function noteWithin(schema: MessageSchema<unknown>, field: string, bytes: Uint8Array): void {
    const within: Record<string, MessageSchema<unknown>> = {
      'Header.routing': RoutingSchema,
      'Envelope.header': HeaderSchema,
      'SubmissionAcceptance.header': HeaderSchema,
      'Handover.statements': HandoverStatementSchema,
      'LoggedEntry.entry': EntrySchema,
    };
    const found = within[`${schema.name}.${field}`];
    if (found) note(found, decode(found, bytes, 'signed') as Record<string, unknown>);
  }

  const noteAll = (schema: MessageSchema<unknown>, cases: readonly Encoded[], looksInside = true): void => {
    for (const { encoded } of cases) {
      note(schema, decode(schema, fromHex(encoded), 'open') as Record<string, unknown>, looksInside);
    }
  };

  test('use every field of every message', () => {
    noteAll(FrameSchema, (load('frames') as { frames: Encoded[] }).frames);
    const added = load('version-2') as { encodings: (Encoded & { message: string })[]; frames: Encoded[] };
    // Their values are plain: bytes in them are no messages.
    noteAll(FrameSchema, added.frames, false);
    const entries = load('entries') as { entries: Encoded[]; further: Encoded[] };
    noteAll(EntrySchema, [...entries.entries, ...entries.further]);
    const encoding = load('encoding') as { valid: (Encoded & { message: string })[]; bodies: Encoded[] };
    noteAll(BodySchema, [...encoding.bodies, ...(load('bodies-2') as { bodies: Encoded[] }).bodies]);
    const logs = load('logs') as { encodings: (Encoded & { message: string })[] };
    for (const item of [...encoding.valid, ...added.encodings, ...logs.encodings]) {
      const schema = SCHEMAS.find(({ name }) => name === item.message)!;
      noteAll(schema, [item], false);
    }
    const acts = load('acts') as { acts: { value: Record<string, unknown> }[]; keyStatements: { valid: object[] } };
    for (const [schema, list] of [
      [ActSchema, acts.acts],
      [KeyStatementSchema, acts.keyStatements.valid],
    ] as const) {
      // Their values are compared with their bytes in log-vectors.test.ts.
      for (const { value } of list as { value: Record<string, unknown> }[]) note(schema, value);
    }
    const all = SCHEMAS.flatMap(({ name, fields }) => fields.map((field) => `${name}.${field.name}`));
    expect(all.filter((name) => !used.has(name))).toEqual([]);
  });
});
