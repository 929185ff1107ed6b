/**
 * Bodies as JSON, for people and programs (SPEC.md section 6.4). Names are those of the .proto files in lowerCamelCase,
 * enumeration values their names without the prefix, numbers of milliseconds numbers, message ids UUIDs, other bytes
 * base64url, and the body's type is the member that holds it: `{ "language": "en", "spontaneousInformation": { … } }`.
 * Fields that this version does not know are kept in the member `$unknown`. The schema drives both directions, so a new
 * field needs no code here.
 */
import { unknownFieldsOf } from '../encode-rules.ts';
import { LiaisonError } from '../errors.ts';
import { type Body, BodySchema } from '../generated/schema.ts';
import { fromBase64Url, fromHex, toBase64Url, toHex } from '../ids.ts';
import { type FieldSchema, type MessageSchema, unknownOf, UNKNOWN } from '../schema.ts';
import { invalid } from './rules.ts';

type Json = Record<string, unknown>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads a body from parsed JSON. Members that are left out have their default; whether they may is for `validateBody`.
 * @throws LiaisonError BODY_INVALID, naming the member's path: unknown, of the wrong type, too long, or a second type
 */
export function bodyFromJson(json: unknown): Body {
  return fromJson(BodySchema, json, '') as unknown as Body;
}

/** Writes a body as JSON. Empty texts, bytes and lists, unspecified values, zeros and absent parts are left out. */
export function bodyToJson(body: Body): Json {
  return toJson(BodySchema, body as unknown as Json);
}

function fromJson(schema: MessageSchema<unknown>, json: unknown, at: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid(at || 'body', 'is not an object');
  const given = new Map<string, unknown>(Object.entries(json));
  const result: Json = {};
  for (const field of schema.fields) {
    const path = pathOf(at, field.name);
    const value = given.get(field.name);
    given.delete(field.name);
    if (field.oneof === undefined) {
      result[field.name] = value === undefined ? defaultOf(field) : fieldFromJson(field, value, path);
    } else if (value !== undefined) {
      if (result[field.oneof] !== undefined) throw invalid(path, 'is a second type in one body');
      result[field.oneof] = { kind: field.name, value: valueFromJson(field, value, path) };
    }
  }
  const unknown = given.get(UNKNOWN);
  given.delete(UNKNOWN);
  for (const name of given.keys()) throw invalid(pathOf(at, name), 'is not known');
  for (const oneof of schema.oneofs) {
    if (result[oneof] === undefined) {
      const members = schema.fields.filter((field) => field.oneof === oneof).map((field) => field.name);
      throw invalid(at || 'body', `has none of ${members.join(', ')}`);
    }
  }
  if (unknown !== undefined) keepUnknown(schema, result, unknown, pathOf(at, UNKNOWN));
  return result;
}

/** Nothing that is known gets past its rules by standing among the unknown. */
function keepUnknown(schema: MessageSchema<unknown>, into: Json, text: unknown, path: string): void {
  const bytes = bytesOfText(text, path);
  if (bytes.length === 0) throw invalid(path, 'is empty');
  into[UNKNOWN] = bytes;
  try {
    unknownFieldsOf(schema, into, UNKNOWN);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    throw new LiaisonError('BODY_INVALID', `${path} is not made of unknown fields: ${error.detail}`, { cause: error });
  }
}

function defaultOf(field: FieldSchema): unknown {
  if (field.repeated) return [];
  if (field.type === 'message') return undefined;
  if (field.type === 'bytes') return new Uint8Array(0);
  return field.type === 'string' ? '' : field.type === 'bool' ? false : 0;
}

function fieldFromJson(field: FieldSchema, value: unknown, path: string): unknown {
  if (!field.repeated) return valueFromJson(field, value, path);
  if (!Array.isArray(value)) throw invalid(path, 'is not a list');
  if (value.length > (field.count ?? 0)) throw invalid(path, `has more than ${field.count ?? 0} members`);
  return value.map((item, i) => valueFromJson(field, item, `${path}[${i}]`));
}

function valueFromJson(field: FieldSchema, value: unknown, path: string): unknown {
  if (field.message) return fromJson(field.message, value, path);
  if (field.values) {
    const names = Object.keys(field.values).filter((name) => name !== 'UNSPECIFIED');
    const found = typeof value === 'string' && names.includes(value) ? field.values[value] : undefined;
    if (found === undefined) throw invalid(path, `is not one of ${names.join(', ')}`);
    return found;
  }
  if (field.type === 'bool') {
    if (typeof value !== 'boolean') throw invalid(path, 'is not true or false');
    return value;
  }
  if (field.type === 'bytes') return bytesFromJson(field, value, path);
  if (field.type === 'string') {
    if (typeof value !== 'string' || !value.isWellFormed()) throw invalid(path, 'is not a text');
    if (Buffer.byteLength(value, 'utf8') > (field.max ?? 0)) {
      throw invalid(path, `is longer than ${field.max ?? 0} bytes`);
    }
    return value;
  }
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw invalid(path, 'is not a whole number');
  }
  return value;
}

function bytesFromJson(field: FieldSchema, value: unknown, path: string): Uint8Array {
  if (field.format === 'messageid') {
    if (typeof value !== 'string' || !UUID.test(value)) throw invalid(path, 'is not a UUID');
    return fromHex(value.replaceAll('-', ''));
  }
  const bytes = bytesOfText(value, path);
  const { lengths, max } = field;
  if (lengths && !lengths.includes(bytes.length)) throw invalid(path, `does not have ${lengths.join(' or ')} bytes`);
  if (max !== undefined && bytes.length > max) throw invalid(path, `is longer than ${max} bytes`);
  return bytes;
}

function bytesOfText(value: unknown, path: string): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64Url(value) : undefined;
  if (!bytes) throw invalid(path, 'is not base64url');
  return bytes;
}

function toJson(schema: MessageSchema<unknown>, from: Json): Json {
  const json: Json = {};
  for (const field of schema.fields) {
    const member = field.oneof === undefined ? undefined : (from[field.oneof] as { kind: string; value: unknown });
    if (member && member.kind !== field.name) continue;
    const value = member ? member.value : from[field.name];
    if (isDefault(value)) continue;
    json[field.name] = Array.isArray(value) ? value.map((item) => valueToJson(field, item)) : valueToJson(field, value);
  }
  const unknown = unknownOf(from);
  if (unknown) json[UNKNOWN] = toBase64Url(unknown);
  return json;
}

function isDefault(value: unknown): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length === 0;
  return value === undefined || value === '' || value === 0;
}

function valueToJson(field: FieldSchema, value: unknown): unknown {
  if (field.message) return toJson(field.message, value as Json);
  if (value instanceof Uint8Array) return field.format === 'messageid' ? uuidOf(value) : toBase64Url(value);
  if (!field.values) return value;
  return Object.entries(field.values).find(([, number]) => number === value)?.[0];
}

const uuidOf = (bytes: Uint8Array): string =>
  toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const pathOf = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);
