/**
 * Bodies as JSON, for people and programs (SPEC.md section 6.4). Names are those of the .proto files in lowerCamelCase,
 * enumeration values their names without the prefix, times POSIX milliseconds, and the body's type is the member that
 * holds it: `{ "language": "en", "spontaneousInformation": { … } }`. The schema drives both directions, so a new field
 * needs no code here.
 */
import { LiaisonError } from '../errors.ts';
import { type Body, BodySchema } from '../generated/schema.ts';
import type { FieldSchema, MessageSchema } from '../schema.ts';

type Json = Record<string, unknown>;

/**
 * Reads a body from parsed JSON. Members that are left out have their default; whether they may is for `validateBody`.
 * @throws LiaisonError BODY_INVALID, naming the member's path: unknown, of the wrong type, too long, or a second type
 */
export function bodyFromJson(json: unknown): Body {
  return fromJson(BodySchema, json, '') as unknown as Body;
}

/** Writes a body as JSON. Empty texts, unspecified values, zero times and absent parts are left out. */
export function bodyToJson(body: Body): Json {
  return toJson(BodySchema, body as unknown as Json);
}

function fromJson(schema: MessageSchema<unknown>, json: unknown, at: string): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid(at || 'body', 'is not an object');
  const given = new Map<string, unknown>(Object.entries(json));
  const result: Json = {};
  for (const field of schema.fields) {
    const path = at === '' ? field.name : `${at}.${field.name}`;
    const value = given.get(field.name);
    given.delete(field.name);
    if (field.oneof === undefined) {
      if (value !== undefined && field.repeated && !Array.isArray(value)) throw invalid(path, 'is not a list');
      const one = (item: unknown): unknown => valueFromJson(field, item, path);
      result[field.name] = value === undefined ? defaultOf(field) : Array.isArray(value) ? value.map(one) : one(value);
    } else if (value !== undefined) {
      if (result[field.oneof] !== undefined) throw invalid(path, 'is a second type in one body');
      result[field.oneof] = { kind: field.name, value: valueFromJson(field, value, path) };
    }
  }
  for (const name of given.keys()) throw invalid(at === '' ? name : `${at}.${name}`, 'is not known');
  for (const oneof of schema.oneofs) {
    if (result[oneof] === undefined) {
      const members = schema.fields.filter((field) => field.oneof === oneof).map((field) => field.name);
      throw invalid(at || 'body', `has none of ${members.join(', ')}`);
    }
  }
  return result;
}

function defaultOf(field: FieldSchema): unknown {
  if (field.repeated) return [];
  if (field.type === 'message') return undefined;
  return field.type === 'string' ? '' : field.type === 'bool' ? false : 0;
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

function toJson(schema: MessageSchema<unknown>, from: Json): Json {
  const json: Json = {};
  for (const field of schema.fields) {
    const member = field.oneof === undefined ? undefined : (from[field.oneof] as { kind: string; value: unknown });
    if (member && member.kind !== field.name) continue;
    const value = member ? member.value : from[field.name];
    if (value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0)) continue;
    json[field.name] = Array.isArray(value) ? value.map((item) => valueToJson(field, item)) : valueToJson(field, value);
  }
  return json;
}

function valueToJson(field: FieldSchema, value: unknown): unknown {
  if (field.message) return toJson(field.message, value as Json);
  if (!field.values) return value;
  return Object.entries(field.values).find(([, number]) => number === value)?.[0];
}

const invalid = (path: string, what: string): LiaisonError => new LiaisonError('BODY_INVALID', `${path} ${what}.`);
