/**
 * The rules of writing, from the tables of schema.ts: for what the generated code of codec.ts does not take. What is sent is
 * held to the bounds of what is read.
 */
import {
  checkLength,
  Decoder,
  isDefault,
  isNumeric,
  knownValues,
  malformed,
  type Plain,
  requirePresence,
  WIRE_LENGTH,
  WIRE_VARINT,
} from './codec-rules.ts';
import { type FieldSchema, type MessageSchema, unknownOf } from './schema.ts';

interface UnknownFields {
  readonly id: number;
  /** All of this number that follow each other, with their tags. */
  readonly bytes: Uint8Array;
}

/**
 * The unknown fields that a value keeps, in ascending order of their numbers.
 * @throws LiaisonError MALFORMED when they are not well-formed, or one is known after all: what is known has its rules
 */
export function unknownFieldsOf(schema: MessageSchema<unknown>, value: object, where: string): UnknownFields[] {
  const bytes = unknownOf(value);
  if (!bytes) return [];
  const reader = new Decoder(bytes, 'open');
  const fields: UnknownFields[] = [];
  let from = 0;
  let last = -1;
  while (reader.at < bytes.length) {
    const start = reader.at;
    const { id, wire } = reader.tag(bytes.length, where);
    if (schema.byId.has(id)) throw malformed(where, `field ${id} is not unknown`);
    reader.skip(wire, id, bytes.length, where);
    if (id !== last && start > 0) {
      fields.push({ id: last, bytes: bytes.subarray(from, start) });
      from = start;
    }
    last = id;
  }
  fields.push({ id: last, bytes: bytes.subarray(from) });
  return fields.sort((a, b) => a.id - b.id);
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
  unknownFieldsOf(schema, value, where);
  size += unknownOf(value)?.length ?? 0;
  return size;
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

  /** Unknown fields stand where their numbers put them, as whoever knows them has written them. */
  message(schema: MessageSchema<unknown>, value: Plain): void {
    const unknown = unknownFieldsOf(schema, value, schema.name);
    let next = 0;
    const upTo = (id: number): void => {
      for (let field = unknown[next]; field && field.id < id; field = unknown[++next]) this.raw(field.bytes);
    };
    for (const field of schema.fields) {
      upTo(field.id);
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
    upTo(Infinity);
  }

  private raw(bytes: Uint8Array): void {
    this.out.set(bytes, this.at);
    this.at += bytes.length;
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
      this.raw(bytes);
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
