/**
 * Writes protocol/body.schema.json, the JSON Schema (2020-12) of bodies as JSON: what generated/schema.ts and the formats
 * say, with the comments of body.proto as descriptions. It can say less than `validateBody`: no check digits, and of the
 * rules between fields those of {@link ALSO}. `--check` compares instead of writing and exits 1 when the committed file is
 * stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { BodySchema } from '../protocol/generated/schema.ts';
import { TEXT_FORMATS } from '../protocol/messages/formats.ts';
import { type FieldSchema, type MessageSchema, UNKNOWN } from '../protocol/schema.ts';
import { loadRoot } from './load-proto.ts';

const OUT = new URL('../protocol/body.schema.json', import.meta.url);
const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';
const BASE64URL = '^[A-Za-z0-9_-]*$';
const ROOT = loadRoot();

const has = (...names: string[]): object => ({ required: names });
const is = (name: string, value: string): object => ({ properties: { [name]: { const: value } }, required: [name] });
const KINDS = [
  ...['person', 'organisation', 'vehicle', 'vessel', 'container', 'consignment', 'document', 'account'],
  ...['cashAmount', 'location', 'communication'],
];

/** Rules between the fields of one message, by its name. */
const ALSO: Readonly<Record<string, object>> = {
  Alert: { if: is('kind', 'NOTICE'), then: has('colour', 'approval'), else: { not: has('approval') } },
  CaseObject: {
    oneOf: [...KINDS.map((kind) => has(kind)), { ...has(UNKNOWN), not: { anyOf: KINDS.map((kind) => has(kind)) } }],
  },
  Goods: { dependentRequired: { value: ['currency'], currency: ['value'] } },
  InformationAnswer: { if: { not: is('outcome', 'NO_HIT') }, then: has('text', 'evaluation') },
  Location: { dependentRequired: { latitude: ['longitude'], longitude: ['latitude'] } },
  NominalAnnex: { anyOf: [has('persons'), has('organisations'), has(UNKNOWN)] },
  PermissionDecision: {
    if: { properties: { granted: { const: true } }, ...has('granted') },
    then: has('newRecipients'),
  },
  SeizureReport: { if: is('form', 'LONG'), then: has('conveyance', 'route', 'detectionMethod') },
};

/** A comment of the .proto files without its {…} notes. */
function describe(comment: string | null | undefined): { description?: string } {
  const text = (comment ?? '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text === '' ? {} : { description: text };
}

const isNeeded = ({ type, required, optional, repeated, lengths }: FieldSchema): boolean =>
  required === true || (!repeated && ((type === 'message' && optional !== true) || lengths?.includes(0) === false));

function textSchema({ max, format: name, required, repeated }: FieldSchema): object {
  const form = name === undefined ? undefined : TEXT_FORMATS[name];
  const pattern = form?.pattern.source ?? (required === true || repeated ? '\\S' : undefined);
  return {
    type: 'string',
    maxLength: max,
    ...(pattern === undefined ? {} : { pattern }),
    ...(form ? { $comment: `It is ${form.name}.` } : {}),
  };
}

function bytesSchema({ format: name, lengths, max }: FieldSchema): object {
  if (name === 'messageid') return { type: 'string', pattern: UUID };
  const characters = (bytes: number): number => Math.ceil((bytes * 4) / 3);
  const exact = lengths && { minLength: characters(Math.min(...lengths)), maxLength: characters(Math.max(...lengths)) };
  return {
    type: 'string',
    contentEncoding: 'base64url',
    pattern: BASE64URL,
    ...(exact ?? { maxLength: characters(max ?? 0) }),
  };
}

function valueSchema(field: FieldSchema): object {
  const { type, message, values, required } = field;
  if (message) return { $ref: `#/$defs/${message.name}` };
  if (values) return { enum: Object.keys(values).filter((name) => name !== 'UNSPECIFIED') };
  if (type === 'bool') return { type: 'boolean' };
  if (type === 'string') return textSchema(field);
  if (type === 'bytes') return bytesSchema(field);
  const maximum = type === 'uint32' ? 2 ** 32 - 1 : Number.MAX_SAFE_INTEGER;
  return { type: 'integer', minimum: required === true ? 1 : 0, maximum };
}

function fieldSchema(field: FieldSchema, comment: string | null | undefined): object {
  if (!field.repeated) return { ...describe(comment), ...valueSchema(field) };
  const fewest = field.required === true ? { minItems: 1 } : {};
  return { ...describe(comment), type: 'array', items: valueSchema(field), ...fewest, maxItems: field.count };
}

function messageSchema(schema: MessageSchema<unknown>): object {
  const node = ROOT.lookupType(`liaison.v1.${schema.name}`);
  const fields = schema.fields.map((field): [string, object] => [
    field.name,
    fieldSchema(field, node.fieldsById[field.id]?.comment),
  ]);
  const unknown = { type: 'string', contentEncoding: 'base64url', pattern: BASE64URL, minLength: 1 };
  const members = schema.fields.filter(({ oneof }) => oneof !== undefined);
  return {
    ...describe(node.comment),
    type: 'object',
    properties: {
      ...Object.fromEntries(fields),
      [UNKNOWN]: { description: 'Fields of a newer version, kept as they came.', ...unknown },
    },
    required: schema.fields.filter((field) => field.oneof === undefined && isNeeded(field)).map(({ name }) => name),
    additionalProperties: false,
    ...(members.length > 0 ? { oneOf: members.map(({ name }) => has(name)) } : {}),
    ...ALSO[schema.name],
  };
}

/** The messages within a message, by name. */
function within({ fields }: MessageSchema<unknown>, found = new Map<string, MessageSchema<unknown>>()): typeof found {
  for (const { message } of fields) {
    if (message && !found.has(message.name)) within(message, found.set(message.name, message));
  }
  return found;
}

export async function generateJsonSchema(): Promise<string> {
  const defs = [...within(BodySchema)].sort(([a], [b]) => (a < b ? -1 : 1));
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:liaison:protocol:2:body',
    title: 'Body of a Liaison message',
    ...messageSchema(BodySchema),
    description:
      'SPEC.md section 6.4. Lengths of texts are bounded in bytes of UTF-8; maxLength is the same number, of characters.',
    $defs: Object.fromEntries(defs.map(([name, message]) => [name, messageSchema(message)])),
  };
  return format(JSON.stringify(schema), { ...(await resolveConfig(OUT)), parser: 'json' });
}

if (import.meta.main) {
  const wanted = await generateJsonSchema();
  if (!process.argv.includes('--check')) {
    writeFileSync(OUT, wanted);
  } else if (readFileSync(OUT, 'utf8') !== wanted) {
    process.stderr.write('protocol/body.schema.json is stale: run `npm run generate` and commit it.\n');
    process.exitCode = 1;
  }
}
