/**
 * The rules of reading, from the tables of schema.ts. codec.ts turns to this file with whatever is not the one
 * canonical encoding of a value within its bounds. Each message is checked against its bounds while it is read, so nothing
 * of a hostile size is built. Numbers above 2^53 − 1, unknown enumeration values, malformed UTF-8, a repeated singular
 * field, two members of one oneof and an absent required message are refused in every mode.
 */
import { isUtf8 } from 'node:buffer';
import { LiaisonError } from './errors.ts';
import { type FieldSchema, type MessageSchema, UNKNOWN } from './schema.ts';

/** See codec.ts. */
export type DecodeMode = 'signed' | 'open' | 'kept';

export const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
export const WIRE_LENGTH = 2;
const WIRE_FIXED32 = 5;
const DEPTH_MAX = 8;

export type Plain = Record<string, unknown>;

export const malformed = (where: string, rule: string): LiaisonError =>
  new LiaisonError('MALFORMED', `${where}: ${rule}.`);

/**
 * Reads one message. The byte fields of the result are views of `bytes`.
 * @throws LiaisonError MALFORMED, naming the field and the rule
 */
export function decodeByRule<T>(schema: MessageSchema<T>, bytes: Uint8Array, mode: DecodeMode): T {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new Decoder(view, mode).message(schema, bytes.byteLength, schema.name, 0) as T;
}

/** Bytes from one place to before another. */
interface Stretch {
  readonly from: number;
  to: number;
}

/** Reads messages from the start of `bytes` on. */
export class Decoder {
  readonly bytes: Uint8Array;
  readonly signed: boolean;
  readonly keeps: boolean;
  at = 0;

  constructor(bytes: Uint8Array, mode: DecodeMode) {
    this.bytes = bytes;
    this.signed = mode === 'signed';
    this.keeps = mode === 'kept';
  }

  message(schema: MessageSchema<unknown>, end: number, where: string, depth: number): Plain {
    if (depth > DEPTH_MAX) throw malformed(where, 'nested too deeply');
    const result = blank(schema);
    const seen = new Set<number>();
    const unknown: Stretch[] = [];
    let last = 0;
    while (this.at < end) {
      const start = this.at;
      const { id, wire } = this.tag(end, where);
      const field = schema.byId.get(id);
      if (!field) {
        if (this.signed) throw malformed(where, `unknown field ${id}`);
        this.skip(wire, id, end, where);
        if (this.keeps) this.keep(unknown, start);
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
    if (unknown.length > 0) result[UNKNOWN] = this.joined(unknown);
    return complete(schema, result, seen, where);
  }

  /** Fields that follow each other are one stretch: many small ones cost no more than reading them. */
  private keep(unknown: Stretch[], from: number): void {
    const last = unknown.at(-1);
    if (last?.to === from) last.to = this.at;
    else unknown.push({ from, to: this.at });
  }

  private joined(stretches: readonly Stretch[]): Uint8Array {
    return new Uint8Array(Buffer.concat(stretches.map(({ from, to }) => this.bytes.subarray(from, to))));
  }

  tag(end: number, where: string): { id: number; wire: number } {
    const tag = this.varint(end, where);
    // Libraries that keep only 32 bits of a tag would read another field than this one.
    if (tag > 0xffffffff) throw malformed(where, 'field number above 2^29 − 1');
    return { id: Math.floor(tag / 8), wire: tag % 8 };
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

  skip(wire: number, id: number, end: number, where: string): void {
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

export const isNumeric = (field: FieldSchema): boolean =>
  field.type !== 'bytes' && field.type !== 'string' && field.type !== 'message';

export const isDefault = (value: unknown): boolean =>
  value === 0 || value === false || value === '' || (value instanceof Uint8Array && value.length === 0);

const KNOWN = new WeakMap<object, Set<number>>();
export function knownValues(values: Readonly<Record<string, number>>): Set<number> {
  let known = KNOWN.get(values);
  if (!known) KNOWN.set(values, (known = new Set(Object.values(values))));
  return known;
}

export function checkLength(field: FieldSchema, length: number, path: string): void {
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

export function requirePresence(field: FieldSchema, path: string): void {
  if (field.type === 'message' && field.optional !== true) throw malformed(path, 'missing');
  if (field.lengths && !field.lengths.includes(0)) throw malformed(path, 'missing');
}
