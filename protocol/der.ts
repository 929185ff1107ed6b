/**
 * A strict reader for DER (ITU-T X.690 section 10), as much as certificates and revocation lists need. It takes one
 * encoding for each value and skips nothing, so that what is read here is what the signature covers.
 */

import { toHex } from './ids.ts';

/** Not DER, or not the structure expected. Callers turn it into the code that fits what they were reading. */
export class DerError extends Error {}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
} as const;

/** Tag of the constructed context-specific field `[number]`. */
export const contextTag = (number: number): number => 0xa0 + number;

export interface DerElement {
  readonly tag: number;
  /** Tag, length and content: a view of the input. */
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
}

/**
 * Reads the elements of one content in order.
 * @throws DerError from every method
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** The next element, whatever it is. */
  any(): DerElement {
    const start = this.#offset;
    const tag = this.#byte();
    // The number 31 announces a tag of several bytes, which nothing in X.509 uses.
    if ((tag & 0x1f) === 0x1f) throw new DerError('a tag has more than one byte');
    const length = this.#length();
    const contentStart = this.#offset;
    if (length > this.#bytes.length - contentStart) throw new DerError('an element is longer than what holds it');
    this.#offset += length;
    return {
      tag,
      raw: this.#bytes.subarray(start, this.#offset),
      content: this.#bytes.subarray(contentStart, this.#offset),
    };
  }

  read(tag: number): DerElement {
    const element = this.any();
    if (element.tag !== tag) throw new DerError(`tag ${element.tag} stands where ${tag} is expected`);
    return element;
  }

  /** The next element if it has one of these tags. */
  optional(...tags: readonly number[]): DerElement | undefined {
    const next = this.#bytes[this.#offset];
    return next !== undefined && tags.includes(next) ? this.any() : undefined;
  }

  /** A reader for the content of the next element. */
  enter(tag: number = TAG.sequence): DerReader {
    return new DerReader(this.read(tag).content);
  }

  finish(): void {
    if (!this.done) throw new DerError('something follows the last element');
  }

  #byte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw new DerError('the input ends within an element');
    this.#offset++;
    return byte;
  }

  /** Definite lengths in their shortest form (X.690 section 10.1), below 2^32. */
  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new DerError('a length is indefinite or too large');
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError('a length is not in its shortest form');
    return length;
  }
}

/** The one element that the bytes consist of. */
export function readWhole(bytes: Uint8Array, tag: number = TAG.sequence): DerElement {
  const reader = new DerReader(bytes);
  const element = reader.read(tag);
  reader.finish();
  return element;
}

/** Reads every element of a sequence that must not be empty. */
export function readAll<T>(reader: DerReader, readOne: (reader: DerReader) => T): T[] {
  const items: T[] = [];
  do items.push(readOne(reader));
  while (!reader.done);
  return items;
}

/** FALSE is accepted though DER leaves default values out: it is common, and there is nothing to confuse. */
export function booleanOf({ content }: DerElement): boolean {
  if (content.length !== 1 || (content[0] !== 0x00 && content[0] !== 0xff)) throw new DerError('a boolean is neither');
  return content[0] === 0xff;
}

/** A positive integer of at most 20 bytes (RFC 5280 section 4.1.2.2) as upper-case hexadecimal, whole bytes. */
export function serialOf({ content }: DerElement): string {
  const [first = 0, second = 0] = content;
  const padded = first === 0 && second >= 0x80;
  if (content.length === 0 || content.length > 20 || first >= 0x80 || (first === 0 && !padded)) {
    throw new DerError('a serial number is not positive, too long or not in its shortest form');
  }
  return toHex(padded ? content.subarray(1) : content).toUpperCase();
}

/** A small number such as a version or a path length. */
export function smallIntegerOf({ content }: DerElement): number {
  if (content.length !== 1 || (content[0] as number) >= 0x80) throw new DerError('a number is out of range');
  return content[0] as number;
}

/** Dotted text of an object identifier. */
export function oidOf({ content }: DerElement): string {
  const arcs: number[] = [];
  let value = 0;
  let fresh = true;
  for (const byte of content) {
    if (fresh && byte === 0x80) throw new DerError('an object identifier is not in its shortest form');
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw new DerError('an object identifier is too large');
    fresh = byte < 0x80;
    if (!fresh) continue;
    if (arcs.length === 0) {
      const root = Math.min(Math.floor(value / 40), 2);
      arcs.push(root);
      value -= root * 40;
    }
    arcs.push(value);
    value = 0;
  }
  if (!fresh || arcs.length === 0) throw new DerError('an object identifier ends early');
  return arcs.join('.');
}

/** Whether bit `index` of a BIT STRING of named bits is set; bit 0 is the first. */
export function bitsOf({ content }: DerElement): (index: number) => boolean {
  const [unused = 8] = content;
  if (unused > 7 || (content.length === 1 && unused > 0)) throw new DerError('a bit string is malformed');
  return (index) => ((content[1 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0;
}

/** The bytes of a BIT STRING without unused bits, such as a signature. */
export function bitStringBytes({ content }: DerElement): Uint8Array {
  if (content[0] !== 0) throw new DerError('a bit string has unused bits');
  return content.subarray(1);
}

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** Reads a Time (RFC 5280 section 4.1.2.5), in POSIX milliseconds. */
export function readTimeMs(reader: DerReader): number {
  const { tag, content } = reader.any();
  if (tag !== TAG.utcTime && tag !== TAG.generalizedTime) throw new DerError('a time is expected');
  const text = Buffer.from(content).toString('latin1');
  const parts = (tag === TAG.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text)?.slice(1);
  if (!parts) throw new DerError('a time is not in the form of RFC 5280');
  const [year = 0, month = 0, ...rest] = parts.map(Number);
  const century = tag === TAG.generalizedTime ? 0 : year < 50 ? 2000 : 1900;
  const [day = 0, hour = 0, minute = 0, second = 0] = rest;
  const timeMs = Date.UTC(century + year, month - 1, day, hour, minute, second);
  const normal = new Date(timeMs).toISOString().replaceAll(/[-:T]|\.000/g, '');
  if (!normal.endsWith(text)) throw new DerError('a time does not exist');
  return timeMs;
}
