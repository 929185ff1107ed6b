/**
 * Envelopes sealed and signed before the clock starts. A pool holds them as they stand in a Submit frame (field tag, length,
 * bytes), one after the other, so that a run of them becomes a frame without encoding anything again.
 *
 * Layout: u32be count, count + 1 times u32be offset, data. The last four bytes of each message id are the message's index.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { keyThumbprint } from '../../../protocol/algorithms.ts';
import { signBatch } from '../../../protocol/batch.ts';
import { decode, encode } from '../../../protocol/codec.ts';
import { sealMessage, signMessages, type SealedMessage } from '../../../protocol/envelope/seal.ts';
import {
  Availability,
  Classification,
  CrimeArea,
  type EncryptionKey,
  EnvelopeSchema,
  HandlingCode,
  HeaderSchema,
  InfoCode,
  MessageType,
  Purpose,
  RoutingSchema,
  SourceCode,
  Urgency,
} from '../../../protocol/generated/schema.ts';
import { type Mailbox, messageIdBytes, newMessageId } from '../../../protocol/ids.ts';
import type { Agency } from '../../../test/support/world.ts';

const ENVELOPES_TAG = 0x12;
const SUBMIT_TAG = 0x1a;
const REQUEST_TAG = 0x08;
const DAY_MS = 86_400_000;

/** Somebody to whom messages can be sealed. */
export interface Recipient {
  readonly mailbox: Mailbox;
  readonly encryption: EncryptionKey;
}

export interface PoolRequest {
  readonly from: Pick<Agency, 'mailbox' | 'signingKey'>;
  readonly to: readonly Recipient[];
  readonly count: number;
  /** Bytes of free text in each body; padding and the envelope come on top. */
  readonly bodyBytes: number;
  /** Messages under one signature. */
  readonly burst: number;
}

/** Sealing takes seconds: whoever wants to end the benchmark is heard meanwhile. */
const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Seals and signs for real; every message has keys and a ciphertext of its own. */
export async function writePool(file: string, request: PoolRequest): Promise<void> {
  const { from, count, burst } = request;
  const encoded: Uint8Array[] = [];
  for (let first = 0; first < count; first += burst) {
    const indices = Array.from({ length: Math.min(burst, count - first) }, (_, i) => first + i);
    const sealed = indices.map((index) => seal(request, index));
    for (const envelope of signMessages(from.signingKey, sealed)) encoded.push(encode(EnvelopeSchema, envelope));
    await breathe();
  }
  writeFileSync(file, layOut(encoded));
}

/**
 * Signs for real, but gives all messages one content and one set of keys, which a gateway cannot tell: a hundred times as
 * fast, for a large backlog.
 */
export async function writeAlikePool(file: string, request: PoolRequest): Promise<void> {
  const { from, count, burst } = request;
  const model = seal(request, 0);
  const header = decode(HeaderSchema, model.header, 'signed');
  const routing = decode(RoutingSchema, header.routing, 'signed');
  const encoded: Uint8Array[] = [];
  for (let first = 0; first < count; first += burst) {
    const headers = Array.from({ length: Math.min(burst, count - first) }, (_, i) => {
      const messageId = idWith(first + i, routing.createdAtMs);
      return encode(HeaderSchema, { ...header, routing: encode(RoutingSchema, { ...routing, messageId }) });
    });
    const { signature, paths } = signBatch('message', from.signingKey, headers);
    headers.forEach((bytes, i) => {
      const path = paths[i];
      if (path) encoded.push(encode(EnvelopeSchema, { ...model, header: bytes, signature, path }));
    });
    await breathe();
  }
  writeFileSync(file, layOut(encoded));
}

function idWith(index: number, nowMs: number): Uint8Array {
  const messageId = messageIdBytes(newMessageId(nowMs, new Uint8Array(randomBytes(10))));
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

function seal({ from, to, bodyBytes }: PoolRequest, index: number): SealedMessage {
  const nowMs = Date.now();
  return sealMessage({
    routing: {
      messageId: idWith(index, nowMs),
      type: MessageType.SPONTANEOUS_INFORMATION,
      schemaVersion: 1,
      sender: from.mailbox,
      threadId: new Uint8Array(randomBytes(16)),
      inReplyTo: new Uint8Array(0),
      annexOf: new Uint8Array(0),
      groupId: new Uint8Array(0),
      groupVersion: 0,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + DAY_MS,
      urgency: Urgency.NORMAL,
      availability: Availability.UNSPECIFIED,
      classification: Classification.BPL,
      handling: [HandlingCode.H0],
      handlingTextPresent: false,
      containsPersonalData: false,
      purpose: Purpose.DETECTION,
      exercise: true,
      derivedFrom: [],
      permissionIds: [],
      retentionUntilMs: 0,
      contactCopyExemption: 0,
      attachments: [],
    },
    recipients: to.map((agency) => ({ mailbox: agency.mailbox, key: agency.encryption })),
    signingKeyId: keyThumbprint(from.signingKey),
    body: {
      caseNumber: '',
      language: 'en',
      handlingText: '',
      content: {
        kind: 'spontaneousInformation',
        value: {
          crimeArea: CrimeArea.REVENUE,
          subject: `Benchmark ${index}`,
          text: randomBytes(bodyBytes).toString('base64').slice(0, bodyBytes),
          evaluation: {
            sourceCode: SourceCode.B,
            infoCode: InfoCode['2'],
            assessedByUnit: 'desk',
            assessedAtMs: nowMs,
          },
        },
      },
    },
    random: (length) => new Uint8Array(randomBytes(length)),
  });
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
