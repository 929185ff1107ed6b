import { createCipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AttachmentOpener,
  AttachmentSealer,
  type AttachmentKey,
  checkAttachments,
  CHUNK_BYTES,
  sealedLength,
} from '../../protocol/envelope/attachments.ts';
import { fromHex } from '../../protocol/ids.ts';
import { plainOf } from '../../scripts/vectors/attachments.ts';
import { BODY, routingFor, seededRandom } from './support.ts';
import { load } from './vector-files.ts';

const chance = seededRandom('attachment tests');
const KEY: AttachmentKey = { key: chance(32), noncePrefix: chance(7) };
const SEALED_CHUNK = CHUNK_BYTES + 16;

/** In pieces of these lengths, then the rest. */
function inPieces(bytes: Uint8Array, lengths: readonly number[], update: (piece: Uint8Array) => Buffer): Buffer {
  const done: Buffer[] = [];
  let at = 0;
  for (const length of [...lengths, Infinity]) {
    // The same memory each time, as a reader's buffer is.
    const piece = new Uint8Array(bytes.subarray(at, at + length));
    done.push(Buffer.from(update(piece)));
    piece.fill(0);
    at += length;
  }
  return Buffer.concat(done);
}

function seal(plain: Uint8Array, lengths: readonly number[] = [], key = KEY): Buffer {
  const sealer = new AttachmentSealer(key);
  return Buffer.concat([inPieces(plain, lengths, (piece) => sealer.update(piece)), sealer.final()]);
}
function open(sealed: Uint8Array, lengths: readonly number[] = [], key = KEY): Buffer {
  const opener = new AttachmentOpener(key);
  return Buffer.concat([inPieces(sealed, lengths, (piece) => opener.update(piece)), opener.final()]);
}

interface Vector {
  sizeBytes: number;
  key: string;
  noncePrefix: string;
  plainDigest: string;
  sealedBytes: number;
  digest: string;
  first: string;
  last: string;
}
const { cases } = load('attachments-2') as { cases: Vector[] };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('attachments-2.json', () => {
  test.each(cases)('$sizeBytes bytes', (vector) => {
    const key = { key: fromHex(vector.key), noncePrefix: fromHex(vector.noncePrefix) };
    const plain = plainOf(vector.sizeBytes);
    expect(sha256(plain)).toBe(vector.plainDigest);
    const sealed = seal(plain, [], key);
    expect([sealed.length, sha256(sealed)]).toEqual([vector.sealedBytes, vector.digest]);
    expect(sealed.subarray(0, 48).toString('hex')).toBe(vector.first);
    expect(sealed.subarray(-48).toString('hex')).toBe(vector.last);
    expect(open(sealed, [], key).equals(plain)).toBe(true);
  });

  test('is what SPEC.md section 5.7 says, written down a second time', () => {
    const plain = plainOf(2 * CHUNK_BYTES + 5);
    const chunks = [0, 1, 2].map((counter) => {
      const nonce = Buffer.concat([
        KEY.noncePrefix,
        Buffer.from([0, 0, 0, counter]),
        Buffer.from([counter === 2 ? 1 : 0]),
      ]);
      const cipher = createCipheriv('aes-256-gcm', KEY.key, nonce).setAAD(Buffer.from('liaison/v2/attachment'));
      const chunk = plain.subarray(counter * CHUNK_BYTES, (counter + 1) * CHUNK_BYTES);
      return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
    });
    expect(seal(plain).equals(Buffer.concat(chunks))).toBe(true);
  });
});

test('however a stream is cut into pieces, the ciphertext is the same and opens again', () => {
  const sizes = fc.oneof(fc.nat(3 * CHUNK_BYTES), fc.constantFrom(0, CHUNK_BYTES, 2 * CHUNK_BYTES, CHUNK_BYTES + 1));
  const lengths = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 6 });
  fc.assert(
    fc.property(sizes, lengths, lengths, (size, sealing, opening) => {
      const plain = plainOf(size);
      const sealed = seal(plain, sealing);
      expect(sealed.length).toBe(sealedLength(size));
      expect(sealed.equals(seal(plain))).toBe(true);
      expect(open(sealed, opening).equals(plain)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

describe('an opener refuses (domain: systems/siena-size)', () => {
  const plain = plainOf(3 * CHUNK_BYTES + 100);
  const sealed = seal(plain);
  const chunks = [0, 1, 2, 3].map((i) => sealed.subarray(i * SEALED_CHUNK, (i + 1) * SEALED_CHUNK));
  const [a, b, c, end] = chunks as [Buffer, Buffer, Buffer, Buffer];
  const changed = Buffer.from(sealed);
  changed[SEALED_CHUNK + 5]! ^= 1;
  test.each([
    ['a changed bit', changed],
    ['a chunk left out', Buffer.concat([a, c, end])],
    ['chunks in another order', Buffer.concat([b, a, c, end])],
    ['a chunk twice', Buffer.concat([a, a, b, c, end])],
    ['the last chunk twice', Buffer.concat([a, b, c, end, end])],
    ['an end cut off between chunks', Buffer.concat([a, b, c])],
    ['an end cut off within a chunk', sealed.subarray(0, -1)],
    ['something behind the end', Buffer.concat([sealed, Buffer.from([0])])],
    ['nothing at all', Buffer.alloc(0)],
    ['another file of the same key, appended', Buffer.concat([a, b, c, end, seal(plainOf(10))])],
  ])('%s', (_, bytes) => {
    expect(() => open(bytes)).toThrow(expect.objectContaining({ code: 'ATTACHMENT_INVALID' }));
  });

  test('another key, and a prefix of another file', () => {
    expect(() => open(sealed, [], { ...KEY, key: chance(32) })).toThrow(/does not open/);
    expect(() => open(sealed, [], { ...KEY, noncePrefix: chance(7) })).toThrow(/does not open/);
    expect(() => new AttachmentOpener({ key: chance(16), noncePrefix: chance(7) })).toThrow(/not one/);
  });

  test('nothing of a changed chunk is given out', () => {
    const opener = new AttachmentOpener(KEY);
    expect(opener.update(sealed.subarray(0, SEALED_CHUNK + 1))).toHaveLength(CHUNK_BYTES);
    expect(() => opener.update(changed.subarray(SEALED_CHUNK + 1, 3 * SEALED_CHUNK))).toThrow(/Chunk 1/);
  });
});

test('a body and its header must speak of the same attachments', () => {
  const attachment = {
    ...{ digest: chance(32), sizeBytes: 100, key: chance(32), noncePrefix: chance(7), plainDigest: chance(32) },
    ...{ name: 'a.pdf', mediaType: 'application/pdf' },
  };
  const body = { ...BODY, attachments: [attachment] };
  const routing = { ...routingFor(), schemaVersion: 2, attachments: [{ digest: attachment.digest, sizeBytes: 116 }] };
  expect(() => checkAttachments(body, routing)).not.toThrow();
  expect(() => checkAttachments(BODY, routing)).toThrow(/another length/);
  expect(() => checkAttachments({ ...body, attachments: [{ ...attachment, sizeBytes: 99 }] }, routing)).toThrow(
    /not the one/,
  );
  expect(() => checkAttachments({ ...body, attachments: [{ ...attachment, digest: chance(32) }] }, routing)).toThrow(
    /attachments\[0\]/,
  );
});
