/** bodies-2.json: a right body of each type, bodies that are refused, and bodies with fields that this version does not know. */
import { decode, encode } from '../../protocol/codec.ts';
import { type Body, BodySchema } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { bodyFromJson, bodyToJson } from '../../protocol/messages/json.ts';
import { UNKNOWN as UNKNOWN_FIELDS } from '../../protocol/schema.ts';
import { BODY_EXAMPLES, exampleOf } from './body-examples.ts';
import { REFUSED_BODIES } from './refused-bodies.ts';

/** Encoded fields of numbers that no version has: a number, bytes, eight bytes, four, and one number twice. */
const UNKNOWN: readonly (readonly [name: string, bytes: string])[] = [
  ['a number', '98064a'],
  ['bytes', 'a2060568656c6c6f'],
  ['eight bytes, then four, then a number twice', 'a1060102030405060708ad060102030498060198062a'],
];
/** Of CaseObject: a kind of thing that stands in field 20. */
const NEW_KIND = fromHex('a2010a0a085a657070656c696e');

function keptBodies(): object[] {
  const plain = encode(BodySchema, exampleOf('clarification').body);
  const identifiers = [{ scheme: 'airship', value: 'LZ 127', issuer: '' }];
  const object = { identifiers, provenance: undefined, note: '', [UNKNOWN_FIELDS]: NEW_KIND };
  const content = { kind: 'clarification', value: { answer: 'An airship.', objects: [object] } } as const;
  const body = { caseNumber: '', language: 'en', handlingText: '', attachments: [], content };
  return [
    ...UNKNOWN.map(([name, bytes]) => kept(`at the end of a body: ${name}`, toHex(plain) + bytes)),
    kept('an object of a new kind', toHex(encode(BodySchema, body as unknown as Body))),
  ];
}

function kept(name: string, encoded: string): object {
  const body = decode(BodySchema, fromHex(encoded), 'kept');
  return { name, encoded, json: bodyToJson(body), again: encode(BodySchema, body) };
}

export const bodiesFile = (): object => ({
  about:
    'Bodies of version 2 as JSON, with what of the header they are compared with, and their encoding. Refused ones are ' +
    'given as JSON, with the path of the member that the refusal names. Of the last list, json and bytes hold fields that ' +
    'version 2 does not know; writing the body again gives them again, in ascending order of the numbers.',
  bodies: BODY_EXAMPLES.map(({ name, json, body, routing }) => ({
    ...{ name, json, routing, value: body, encoded: encode(BodySchema, body) },
  })),
  refused: REFUSED_BODIES.map(([path, json, routing]) => {
    const { content } = bodyFromJson(json);
    const of = exampleOf(content.kind);
    return { path, json, routing: { ...of.routing, ...routing }, code: 'BODY_INVALID' };
  }),
  kept: keptBodies(),
});
