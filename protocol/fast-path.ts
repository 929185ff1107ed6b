/**
 * What the generated codec (generated/codec.ts) is made of. It reads only the one canonical encoding and writes only values
 * within their bounds; at anything else it gives up with {@link BAIL}, and codec-rules.ts decides anew:
 * it accepts what may be accepted in open mode, and names the field and the rule otherwise.
 */
import { isUtf8 } from 'node:buffer';

/** Thrown for "not here": never leaves codec.ts. One object, because a stack trace is not wanted. */
export const BAIL = Symbol('bail');

export function bail(): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- see BAIL
  throw BAIL;
}

/** Methods of every Buffer that the type definitions leave out: they take positions instead of making views. */
interface TextBuffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  latin1Write(text: string, offset: number, length: number): number;
  utf8Write(text: string, offset: number, length: number): number;
}
const textBuffer = (bytes: Uint8Array): TextBuffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as unknown as TextBuffer;

/** The empty value of every absent byte field. */
export const EMPTY = new Uint8Array(0);

/** Longest text that is looked at byte by byte here. */
const SHORT_TEXT = 96;

export class Reader {
  readonly bytes: Uint8Array;
  at = 0;
  private readonly buffer: TextBuffer;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.buffer = textBuffer(bytes);
  }

  /** A number in its shortest form, at most 2^53 − 1. */
  varint(end: number): number {
    if (this.at >= end) bail();
    const first = this.bytes[this.at++] as number;
    return first < 0x80 ? first : this.longVarint(first, end);
  }

  private longVarint(first: number, end: number): number {
    let value = first & 0x7f;
    let scale = 128;
    for (let i = 1; i < 8; i++) {
      if (this.at >= end) bail();
      const byte = this.bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 || value > Number.MAX_SAFE_INTEGER) bail();
        return value;
      }
      scale *= 128;
    }
    return bail();
  }

  /** Reads a length and returns where what follows it ends. */
  stop(end: number): number {
    const length = this.varint(end);
    if (length > end - this.at) bail();
    return this.at + length;
  }

  /** A view up to `stop`. */
  view(stop: number): Uint8Array {
    const { at } = this;
    this.at = stop;
    return at === stop ? EMPTY : new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, stop - at);
  }

  text(stop: number): string {
    const { at } = this;
    this.at = stop;
    if (stop - at <= SHORT_TEXT) {
      let all = 0;
      for (let i = at; i < stop; i++) all |= this.bytes[i] as number;
      if (all < 0x80) return this.buffer.latin1Slice(at, stop);
    }
    if (!isUtf8(this.bytes.subarray(at, stop))) bail();
    return this.buffer.utf8Slice(at, stop);
  }
}

/** Lengths of contained messages and packed lists, in writing order: noted by the first pass, used by the second. */
export const lengths: number[] = [];

export class Writer {
  readonly out: Uint8Array;
  at = 0;
  nextLength = 0;
  private readonly buffer: TextBuffer;

  constructor(size: number) {
    this.out = new Uint8Array(size);
    this.buffer = textBuffer(this.out);
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.out[this.at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.out[this.at++] = rest;
  }

  length(): void {
    this.varint(lengths[this.nextLength++] as number);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.out.set(value, this.at);
    this.at += value.length;
  }

  text(value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.varint(length);
    if (length === value.length) this.buffer.latin1Write(value, this.at, length);
    else this.buffer.utf8Write(value, this.at, length);
    this.at += length;
  }
}

export function varintSize(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  let size = 4;
  for (let rest = value / 268_435_456; rest >= 1; rest /= 128) size++;
  return size;
}

/** Size of a number's encoding; bails unless it is a whole number from 0 to `max`. */
export function numberSize(value: unknown, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) return bail();
  return varintSize(value);
}

export function lengthOfBytes(value: unknown): number {
  return value instanceof Uint8Array ? value.length : bail();
}

export function lengthOfText(value: unknown): number {
  return typeof value === 'string' && value.isWellFormed() ? Buffer.byteLength(value, 'utf8') : bail();
}
