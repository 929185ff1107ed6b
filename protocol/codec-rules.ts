/**
 * The rules of the encoding, from the tables of schema.ts. codec.ts turns to this file with whatever is not the one
 * canonical encoding of a value within its bounds. Each message is checked against its bounds while it is read, so nothing
 * of a hostile size is built. Numbers above 2^53 − 1, unknown enumeration values, malformed UTF-8, a repeated singular
 * field, two members of one oneof and an absent required message are refused in every mode.
 */
import { isUtf8 } from 'node:buffer';
import { LiaisonError } from './errors.ts';
import type { FieldSchema, MessageSchema } from './schema.ts';

/** See codec.ts. */
export type DecodeMode = 'signed' | 'open';

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH = 2;
const WIRE_FIXED32 = 5;
const DEPTH_MAX = 8;

type Plain = Record<string, unknown>;

const malformed = (where: string, rule: string): LiaisonError => new LiaisonError('MALFORMED', `${where}: ${rule}.`);

/**
 * Reads one message. The byte fields of the result are views of `bytes`.
 * @throws LiaisonError MALFORMED, naming the field and the rule
 */
export function decodeByRule<T>(schema: MessageSchema<T>, bytes: Uint8Array, mode: DecodeMode): T {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Decoder(view, mode).message(schema, bytes.byteLength, schema.name, 0) as T;
}

class Decoder {
  readonly bytes: Uint8Array;
  readonly signed: boolean;
  at = 0;

  constructor(bytes: Uint8Array, mode: DecodeMode) {
    this.bytes = bytes;
    this.signed = mode === 'signed';
  }

  message(schema: MessageSchema<unknown>, end: number, where: string, depth: number): Plain {
    if (depth > DEPTH_MAX) throw malformed(where, 'nested too deeply');
    const result = blank(schema);
    const seen = new Set<number>();
    let last = 0;
    while (this.at < end) {
      const tag = this.varint(end, where);
      // Libraries that keep only 32 bits of a tag would read another field than this one.
      if (tag > 0xffffffff) throw malformed(where, 'field number above 2^29 − 1');
      const id = Math.floor(tag / 8);
      const wire = tag % 8;
      const field = schema.byId.get(id);
      if (!field) {
        if (this.signed) throw malformed(where, `unknown field ${id}`);
        this.skip(wire, id, end, where);
        continue;
      }
      if (this.signed && (id < last || (id === last && (!field.repeated || isNumeric(field))))) {
        throw malformed(where, 'fields not in canonical order');
      }
      last = id;
      if (!field.repeated && seen.has(id)) throw malformed(`${where}.${field.name}`, 'given twice');
      seen.add(id);
      this.field(field, wire, end, result, where, depth);
    }
    if (this.at !== end) throw malformed(where, 'ends in the middle of a field');
    return complete(schema, result, seen, where);
  }

  private field(field: FieldSchema, wire: number, end: number, into: Plain, where: string, depth: number): void {
    const path = `${where}.${field.name}`;
    if (field.repeated) {
      const list = into[field.name] as unknown[];
      if (isNumeric(field) && wire === WIRE_LENGTH) {
        const stop = this.length(end, path);
        if (this.signed && stop === this.at) throw malformed(path, 'default value written out');
        while (this.at < stop) {
          if (list.length >= (field.count ?? 0)) throw malformed(path, `more than ${field.count ?? 0}`);
          list.push(this.number(field, stop, path));
        }
        return;
      }
      if (this.signed && isNumeric(field)) throw malformed(path, 'not packed');
      if (list.length >= (field.count ?? 0)) throw malformed(path, `more than ${field.count ?? 0}`);
      list.push(this.value(field, wire, end, path, depth));
      return;
    }
    const value = this.value(field, wire, end, path, depth);
    if (field.oneof !== undefined) {
      if (into[field.oneof] !== undefined) throw malformed(`${where}.${field.oneof}`, 'has two members');
      into[field.oneof] = { kind: field.name, value };
      return;
    }
    if (this.signed && field.type !== 'message' && isDefault(value)) throw malformed(path, 'default value written out');
    into[field.name] = value;
  }

  private value(field: FieldSchema, wire: number, end: number, path: string, depth: number): unknown {
    if (isNumeric(field)) {
      if (wire !== WIRE_VARINT) throw malformed(path, 'wrong wire type');
      return this.number(field, end, path);
    }
    if (wire !== WIRE_LENGTH) throw malformed(path, 'wrong wire type');
    const stop = this.length(end, path);
    if (field.message) return this.message(field.message, stop, path, depth + 1);
    const value = this.bytes.subarray(this.at, stop);
    checkLength(field, value.length, path);
    this.at = stop;
    if (field.type === 'bytes') return value;
    if (!isUtf8(value)) throw malformed(path, 'not UTF-8');
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  }

  private number(field: FieldSchema, end: number, path: string): number | boolean {
    const value = this.varint(end, path);
    if (field.type === 'bool') {
      if (value > 1) throw malformed(path, 'not a boolean');
      return value === 1;
    }
    if (field.type === 'uint32' && value > 0xffffffff) throw malformed(path, 'above 2^32 − 1');
    if (field.values && !knownValues(field.values).has(value)) throw malformed(path, `unknown value ${value}`);
    return value;
  }

  private length(end: number, path: string): number {
    const length = this.varint(end, path);
    if (length > end - this.at) throw malformed(path, 'longer than what contains it');
    return this.at + length;
  }

  private varint(end: number, path: string): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (this.at >= end) throw malformed(path, 'ends in the middle of a number');
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && i > 0 && this.signed) throw malformed(path, 'number not in its shortest form');
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw malformed(path, 'above 2^53 − 1');
  }

  private skip(wire: number, id: number, end: number, where: string): void {
    const path = `${where}.${id}`;
    if (id === 0) throw malformed(where, 'field number 0');
    if (wire === WIRE_VARINT) {
      for (let i = 0; ; i++) {
        if (this.at >= end || i >= 10) throw malformed(path, 'ends in the middle of a number');
        if ((this.bytes[this.at++] as number) < 0x80) return;
      }
    }
    if (wire === WIRE_LENGTH) this.at = this.length(end, path);
    else if (wire === WIRE_FIXED64) this.at += 8;
    else if (wire === WIRE_FIXED32) this.at += 4;
    else throw malformed(path, 'unknown wire type');
    if (this.at > end) throw malformed(path, 'longer than what contains it');
  }
}

const isNumeric = (field: FieldSchema): boolean =>
  field.type !== 'bytes' && field.type !== 'string' && field.type !== 'message';

const isDefault = (value: unknown): boolean =>
  value === 0 || value === false || value === '' || (value instanceof Uint8Array && value.length === 0);

const KNOWN = new WeakMap<object, Set<number>>();
function knownValues(values: Readonly<Record<string, number>>): Set<number> {
  let known = KNOWN.get(values);
  if (!known) KNOWN.set(values, (known = new Set(Object.values(values))));
  return known;
}

function checkLength(field: FieldSchema, length: number, path: string): void {
  if (field.max !== undefined && length > field.max) throw malformed(path, `longer than ${field.max} bytes`);
  if (field.lengths && !field.lengths.includes(length)) {
    throw malformed(path, `${length} bytes long instead of ${field.lengths.join(' or ')}`);
  }
}

function defaultOf(field: FieldSchema): unknown {
  if (field.type === 'bool') return false;
  if (field.type === 'string') return '';
  if (field.type === 'bytes') return new Uint8Array(0);
  return field.type === 'message' ? undefined : 0;
}

function blank(schema: MessageSchema<unknown>): Plain {
  const result: Plain = {};
  for (const field of schema.fields) {
    if (field.oneof === undefined) result[field.name] = field.repeated ? [] : defaultOf(field);
  }
  return result;
}

/** Refuses what is required but absent: contained messages, oneofs, byte strings of a fixed length. */
function complete(schema: MessageSchema<unknown>, result: Plain, seen: Set<number>, where: string): Plain {
  for (const field of schema.fields) {
    if (field.oneof !== undefined || field.repeated || seen.has(field.id)) continue;
    requirePresence(field, `${where}.${field.name}`);
  }
  for (const oneof of schema.oneofs) if (result[oneof] === undefined) throw malformed(`${where}.${oneof}`, 'missing');
  return result;
}

/**
 * Writes the canonical encoding.
 * @throws LiaisonError MALFORMED when the value breaks a bound
 */
export function encodeByRule<T>(schema: MessageSchema<T>, value: T): Uint8Array {
  const lengths: number[] = [];
  const size = sizeOf(schema, value as Plain, schema.name, lengths);
  const writer = new Encoder(new Uint8Array(size), lengths);
  writer.message(schema, value as Plain);
  return writer.out;
}

/** A field's values, in writing order; nothing for absent and default ones. */
function valuesOf(field: FieldSchema, from: Plain): readonly unknown[] {
  if (field.repeated) return from[field.name] as readonly unknown[];
  if (field.oneof !== undefined) {
    const member = from[field.oneof] as { kind: string; value: unknown } | undefined;
    return member?.kind === field.name ? [member.value] : [];
  }
  const value = from[field.name];
  return value === undefined || isDefault(value) ? [] : [value];
}

/** First pass: checks bounds and notes the length of every contained message and packed list, in writing order. */
function sizeOf(schema: MessageSchema<unknown>, value: Plain, where: string, lengths: number[]): number {
  let size = 0;
  for (const field of schema.fields) {
    const path = `${where}.${field.name}`;
    const values = valuesOf(field, value);
    if (field.repeated && values.length > (field.count ?? 0)) throw malformed(path, `more than ${field.count ?? 0}`);
    if (values.length === 0) {
      if (field.oneof === undefined && !field.repeated) requirePresence(field, path);
      continue;
    }
    const tag = varintSize(field.id * 8);
    if (field.repeated && isNumeric(field)) {
      const slot = lengths.push(0) - 1;
      let packed = 0;
      for (const item of values) packed += numberSize(field, item, path);
      lengths[slot] = packed;
      size += tag + varintSize(packed) + packed;
    } else {
      for (const item of values) size += tag + valueSize(field, item, path, lengths);
    }
  }
  for (const oneof of schema.oneofs) if (value[oneof] === undefined) throw malformed(`${where}.${oneof}`, 'missing');
  return size;
}

function requirePresence(field: FieldSchema, path: string): void {
  if (field.type === 'message' && field.optional !== true) throw malformed(path, 'missing');
  if (field.lengths && !field.lengths.includes(0)) throw malformed(path, 'missing');
}

function valueSize(field: FieldSchema, value: unknown, path: string, lengths: number[]): number {
  if (isNumeric(field)) return numberSize(field, value, path);
  if (field.message) {
    const slot = lengths.push(0) - 1;
    const size = sizeOf(field.message, value as Plain, path, lengths);
    lengths[slot] = size;
    return varintSize(size) + size;
  }
  let length: number;
  if (field.type === 'string') {
    if (typeof value !== 'string') throw malformed(path, 'not a string');
    if (!value.isWellFormed()) throw malformed(path, 'not well-formed Unicode');
    length = Buffer.byteLength(value, 'utf8');
  } else {
    if (!(value instanceof Uint8Array)) throw malformed(path, 'not bytes');
    length = value.length;
  }
  checkLength(field, length, path);
  return varintSize(length) + length;
}

function numberSize(field: FieldSchema, value: unknown, path: string): number {
  if (field.type === 'bool') return 1;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw malformed(path, 'not a whole number from 0 to 2^53 − 1');
  }
  if (field.type === 'uint32' && value > 0xffffffff) throw malformed(path, 'above 2^32 − 1');
  if (field.values && !knownValues(field.values).has(value)) throw malformed(path, `unknown value ${value}`);
  return varintSize(value);
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

class Encoder {
  readonly out: Uint8Array;
  readonly lengths: readonly number[];
  private at = 0;
  private nextLength = 0;

  constructor(out: Uint8Array, lengths: readonly number[]) {
    this.out = out;
    this.lengths = lengths;
  }

  message(schema: MessageSchema<unknown>, value: Plain): void {
    for (const field of schema.fields) {
      const values = valuesOf(field, value);
      if (values.length === 0) continue;
      if (field.repeated && isNumeric(field)) {
        this.varint(field.id * 8 + WIRE_LENGTH);
        this.varint(this.lengths[this.nextLength++] as number);
        for (const item of values) this.varint(Number(item));
        continue;
      }
      for (const item of values) {
        this.varint(field.id * 8 + (isNumeric(field) ? WIRE_VARINT : WIRE_LENGTH));
        this.value(field, item);
      }
    }
  }

  private value(field: FieldSchema, value: unknown): void {
    if (isNumeric(field)) {
      this.varint(Number(value));
    } else if (field.message) {
      this.varint(this.lengths[this.nextLength++] as number);
      this.message(field.message, value as Plain);
    } else if (field.type === 'string') {
      const length = Buffer.byteLength(value as string, 'utf8');
      this.varint(length);
      Buffer.from(this.out.buffer, this.at, length).write(value as string, 'utf8');
      this.at += length;
    } else {
      const bytes = value as Uint8Array;
      this.varint(bytes.length);
      this.out.set(bytes, this.at);
      this.at += bytes.length;
    }
  }

  private varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.out[this.at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.out[this.at++] = rest;
  }
}

/** Length of what {@link encodeByRule} would write, in bytes. */
export const encodedLengthByRule = <T>(schema: MessageSchema<T>, value: T): number =>
  sizeOf(schema, value as Plain, schema.name, []);
