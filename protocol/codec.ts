/**
 * All protobuf bytes pass through here. What is in the one canonical encoding, which is nearly everything, is read and
 * written by generated code (fast-path.ts); on the rest codec-rules.ts and encode-rules.ts decide.
 *
 * - `signed` mode, for bytes that are signed, hashed or logged: only the one canonical encoding is accepted (SPEC.md
 *   section 2): fields ascending, no default values, shortest varints, packed numbers, no unknown fields.
 * - `open` mode, for frames: unknown fields are skipped.
 * - `kept` mode, for bodies: unknown fields are kept at every depth (schema.ts, UNKNOWN) and written again.
 */
import { decodeByRule, type DecodeMode } from './codec-rules.ts';
import { encodeByRule, encodedLengthByRule } from './encode-rules.ts';
import { BAIL, lengths, Reader, Writer } from './fast-path.ts';
import { CODECS, type FastCodec } from './generated/codec.ts';
import type { MessageSchema } from './schema.ts';

export type { DecodeMode } from './codec-rules.ts';

/**
 * Reads one message. The byte fields of the result are views of `bytes`, which must not be changed afterwards.
 * @throws LiaisonError MALFORMED, naming the field and the rule.
 */
export function decode<T>(schema: MessageSchema<T>, bytes: Uint8Array, mode: DecodeMode): T {
  return decodeCanonical(schema, bytes) ?? decodeByRule(schema, bytes, mode);
}

/** Reads one message that is in the canonical encoding, at little cost whatever it holds; undefined for all others. */
export function decodeCanonical<T>(schema: MessageSchema<T>, bytes: Uint8Array): T | undefined {
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return fastly(() => codecOf(schema).read(new Reader(view), view.length) as T);
}

/**
 * Writes the canonical encoding into a buffer of its own (never a shared pool, so it can be transferred).
 * @throws LiaisonError MALFORMED when the value breaks a bound: what is sent is held to the rules of what is read.
 */
export function encode<T>(schema: MessageSchema<T>, value: T): Uint8Array {
  return fastly(() => encodeFastly(codecOf(schema), value)) ?? encodeByRule(schema, value);
}

function encodeFastly({ size, write }: FastCodec, value: unknown): Uint8Array {
  lengths.length = 0;
  const writer = new Writer(size(value));
  write(writer, value);
  return writer.out;
}

/** What generated code makes of it; undefined where it gives up. */
function fastly<R>(attempt: () => R): R | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error === BAIL) return undefined;
    throw error;
  }
}

const codecOf = <T>(schema: MessageSchema<T>): FastCodec => CODECS[schema.name] as FastCodec;

/** Length of what {@link encode} would write, in bytes. */
export function encodedLength<T>(schema: MessageSchema<T>, value: T): number {
  lengths.length = 0;
  return fastly(() => codecOf(schema).size(value)) ?? encodedLengthByRule(schema, value);
}
