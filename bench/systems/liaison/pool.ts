/**
 * Envelopes sealed and signed before the clock starts. A pool holds them as they stand in a Submit frame (field tag, length,
 * bytes), one after the other, so that a run of them becomes a frame without encoding anything again.
 *
 * Layout: u32be count, count + 1 times u32be offset, data. The last four bytes of each message id are the message's index.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { encode } from '../../../protocol/codec.ts';
import { signMessages } from '../../../protocol/envelope/seal.ts';
import { EnvelopeSchema, type Envelope, type Routing } from '../../../protocol/generated/schema.ts';
import { bulk } from '../../../test/support/bulk.ts';
import { newId, seal, type Recipient, type Sender } from '../../../test/support/raw-node.ts';

const ENVELOPES_TAG = 0x12;
const SUBMIT_TAG = 0x1a;
const REQUEST_TAG = 0x08;

export interface PoolRequest {
  readonly from: Sender;
  readonly to: readonly Recipient[];
  readonly count: number;
  /** Bytes of free text in each body; padding and the envelope come on top. */
  readonly bodyBytes: number;
  /** What headers say besides what all say; not of pools whose messages are alike. */
  readonly routing?: Partial<Routing>;
  /** Messages under one signature. */
  readonly burst: number;
}

/** Sealing takes seconds: whoever wants to end the benchmark is heard meanwhile. */
const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Seals and signs for real; every message has keys and a ciphertext of its own. */
export async function writePool(file: string, request: PoolRequest): Promise<void> {
  const { from, to } = request;
  await write(file, request, (first, size) => {
    const sealed = Array.from({ length: size }, (_, i) =>
      seal(from, to, { messageId: idWith(first + i), text: textOf(request), routing: request.routing ?? {} }),
    );
    return signMessages(from.signingKey, sealed);
  });
}

/**
 * Signs for real, but gives all messages one content and one set of keys, which a gateway cannot tell: a hundred times as
 * fast, for a large backlog.
 */
export async function writeAlikePool(file: string, request: PoolRequest): Promise<void> {
  const make = bulk(request.from, request.to, textOf(request));
  await write(file, request, (first, size) => make(size, (at) => idWith(first + at)));
}

/** @param make makes the envelopes of a burst, from its first message's index on */
async function write(
  file: string,
  { count, burst }: PoolRequest,
  make: (first: number, size: number) => readonly Envelope[],
): Promise<void> {
  const encoded: Uint8Array[] = [];
  for (let first = 0; first < count; first += burst) {
    const envelopes = make(first, Math.min(burst, count - first));
    encoded.push(...envelopes.map((envelope) => encode(EnvelopeSchema, envelope)));
    await breathe();
  }
  writeFileSync(file, layOut(encoded));
}

const textOf = ({ bodyBytes }: PoolRequest): string => randomBytes(bodyBytes).toString('base64').slice(0, bodyBytes);

function idWith(index: number): Uint8Array {
  const messageId = newId();
  new DataView(messageId.buffer, messageId.byteOffset).setUint32(12, index);
  return messageId;
}

function layOut(encoded: readonly Uint8Array[]): Uint8Array {
  const heads = encoded.map((bytes) => Buffer.concat([Uint8Array.of(ENVELOPES_TAG), varint(bytes.length)]));
  const index = Buffer.alloc(4 + 4 * (encoded.length + 1));
  index.writeUInt32BE(encoded.length);
  let at = index.length;
  encoded.forEach((bytes, i) => {
    index.writeUInt32BE(at, 4 + 4 * i);
    at += (heads[i]?.length ?? 0) + bytes.length;
  });
  index.writeUInt32BE(at, 4 + 4 * encoded.length);
  return Buffer.concat([index, ...encoded.flatMap((bytes, i) => [heads[i] as Uint8Array, bytes])]);
}

/** The index that {@link writePool} has put into a message id. */
export const indexOf = (messageId: Uint8Array): number =>
  new DataView(messageId.buffer, messageId.byteOffset).getUint32(12);

export class Pool {
  readonly count: number;
  private readonly bytes: Buffer;

  constructor(file: string) {
    this.bytes = readFileSync(file);
    this.count = this.bytes.readUInt32BE();
  }

  /** A Submit frame with `count` envelopes from `first` on. */
  frame(request: number, first: number, count: number): Uint8Array {
    const start = this.offset(first);
    const end = this.offset(first + count);
    const number = Buffer.concat([Uint8Array.of(REQUEST_TAG), varint(request)]);
    const head = Buffer.concat([Uint8Array.of(SUBMIT_TAG), varint(number.length + end - start), number]);
    return Buffer.concat([head, this.bytes.subarray(start, end)]);
  }

  /** Length of a message as it stands in a Submit frame, in bytes. */
  length(index: number): number {
    return this.offset(index + 1) - this.offset(index);
  }

  private offset(index: number): number {
    if (index > this.count) throw new RangeError(`The pool has ${this.count} messages.`);
    return this.bytes.readUInt32BE(4 + 4 * index);
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
