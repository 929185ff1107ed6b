/**
 * The ciphertext of an attachment (SPEC.md section 5.7): AES-256-GCM in the STREAM construction of Hoang, Reyhanitabar,
 * Rogaway and Vizár ("Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015). Each chunk has
 * a tag of its own, so that nothing unverified is ever shown, and its nonce says its place and whether it is the last, so
 * that no chunk can be moved, repeated or left out. The gateway must not import this module.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { LiaisonError } from '../errors.ts';
import type { Attachment, Body, Routing } from '../generated/schema.ts';
import { equalBytes, utf8 } from '../ids.ts';
import type { RandomBytes } from './key-wrap.ts';

/** Plaintext of every chunk but the last. */
export const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const PREFIX_BYTES = 7;
const CHUNKS_MAX = 2 ** 32;
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
/** Binds each chunk to this use of the key. */
const AAD = utf8('liaison/v2/attachment');

/** What opens one ciphertext; used for this one alone. */
export type AttachmentKey = Pick<Attachment, 'key' | 'noncePrefix'>;

export const newAttachmentKey = (random: RandomBytes): AttachmentKey => ({
  key: random(KEY_BYTES),
  noncePrefix: random(PREFIX_BYTES),
});

/** Length of the ciphertext of so many bytes. An empty file is one empty chunk: its tag. */
export const sealedLength = (plainBytes: number): number =>
  plainBytes + TAG_BYTES * Math.max(1, Math.ceil(plainBytes / CHUNK_BYTES));

/** Cuts a stream into pieces of one length; the last is what is left, and empty only when nothing came at all. */
class Pieces {
  private readonly length: number;
  private held: Uint8Array[] = [];
  private heldBytes = 0;

  constructor(length: number) {
    this.length = length;
  }

  /** The pieces that are certainly not the last. */
  *add(bytes: Uint8Array): Generator<Uint8Array> {
    let rest = bytes;
    while (this.heldBytes + rest.length > this.length) {
      const missing = this.length - this.heldBytes;
      yield this.take(rest.subarray(0, missing));
      rest = rest.subarray(missing);
    }
    // A copy (a Buffer's slice is none): the caller may use its buffer again.
    if (rest.length > 0) this.held.push(new Uint8Array(rest));
    this.heldBytes += rest.length;
  }

  rest(): Uint8Array {
    return this.take(new Uint8Array(0));
  }

  private take(end: Uint8Array): Uint8Array {
    const piece = this.held.length === 0 ? end : Buffer.concat([...this.held, end]);
    this.held = [];
    this.heldBytes = 0;
    return piece;
  }
}

function nonceOf({ noncePrefix }: AttachmentKey, counter: number, isLast: boolean): Buffer {
  if (counter >= CHUNKS_MAX) throw new LiaisonError('ATTACHMENT_INVALID', 'It has too many chunks.');
  const nonce = Buffer.alloc(12);
  nonce.set(noncePrefix);
  nonce.writeUInt32BE(counter, PREFIX_BYTES);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Seals one stream. Runs on the calling thread: about 40 µs for each chunk. */
export class AttachmentSealer {
  private readonly key: AttachmentKey;
  private readonly pieces = new Pieces(CHUNK_BYTES);
  private counter = 0;

  constructor(key: AttachmentKey) {
    this.key = key;
  }

  /** @returns ciphertext, as far as it is certain */
  update(plain: Uint8Array): Buffer {
    return Buffer.concat([...this.pieces.add(plain)].flatMap((piece) => this.seal(piece, false)));
  }

  /** @returns the rest of the ciphertext */
  final(): Buffer {
    return Buffer.concat(this.seal(this.pieces.rest(), true));
  }

  private seal(plain: Uint8Array, isLast: boolean): Buffer[] {
    const cipher = createCipheriv('aes-256-gcm', this.key.key, nonceOf(this.key, this.counter++, isLast));
    cipher.setAAD(AAD);
    return [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  }
}

/** Opens one stream; gives out nothing that has not been verified. */
export class AttachmentOpener {
  private readonly key: AttachmentKey;
  private readonly pieces = new Pieces(SEALED_CHUNK_BYTES);
  private counter = 0;

  /** @throws LiaisonError ATTACHMENT_INVALID when the key is not one */
  constructor(key: AttachmentKey) {
    if (key.key.length !== KEY_BYTES || key.noncePrefix.length !== PREFIX_BYTES) throw damaged('Its key is not one');
    this.key = key;
  }

  /**
   * @returns plaintext, as far as it is verified
   * @throws LiaisonError ATTACHMENT_INVALID
   */
  update(sealed: Uint8Array): Buffer {
    return Buffer.concat([...this.pieces.add(sealed)].map((piece) => this.open(piece, false)));
  }

  /** @throws LiaisonError ATTACHMENT_INVALID, also when the end is missing */
  final(): Buffer {
    const isFirst = this.counter === 0;
    const plain = this.open(this.pieces.rest(), true);
    if (plain.length === 0 && !isFirst) throw damaged('Its last chunk is empty');
    return plain;
  }

  private open(sealed: Uint8Array, isLast: boolean): Buffer {
    if (sealed.length < TAG_BYTES) throw damaged('Its end is missing');
    const end = sealed.length - TAG_BYTES;
    const nonce = nonceOf(this.key, this.counter, isLast);
    const decipher = createDecipheriv('aes-256-gcm', this.key.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(AAD);
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch (error) {
      throw new LiaisonError('ATTACHMENT_INVALID', `Chunk ${this.counter} does not open.`, { cause: error });
    }
    this.counter++;
    return plain;
  }
}

/**
 * What a body says of its attachments must be what the routing names, one by one.
 * @throws LiaisonError BODY_INVALID
 */
export function checkAttachments(body: Body, routing: Pick<Routing, 'schemaVersion' | 'attachments'>): void {
  // Version 1 does not know the field.
  if (routing.schemaVersion < 2) return;
  if (body.attachments.length !== routing.attachments.length) {
    throw new LiaisonError('BODY_INVALID', 'attachments has another length than in the header.');
  }
  for (const [i, { digest, sizeBytes }] of body.attachments.entries()) {
    const named = routing.attachments[i];
    if (named && equalBytes(named.digest, digest) && named.sizeBytes === sealedLength(sizeBytes)) continue;
    throw new LiaisonError('BODY_INVALID', `attachments[${i}] is not the one that the header names.`);
  }
}

const damaged = (what: string): LiaisonError => new LiaisonError('ATTACHMENT_INVALID', `${what}.`);
