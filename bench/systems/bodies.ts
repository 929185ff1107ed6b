/** The bodies that every system carries: the index of the message, then bytes that nothing can compress. */
import { createHash } from 'node:crypto';

/** Makes bodies of this length. Each is a buffer of its own: a client may keep it until it is on the wire. */
export function bodies(bodyBytes: number): (index: number) => Buffer {
  if (bodyBytes < 4) throw new RangeError('a body holds its index, so it has at least four bytes');
  const template = createHash('shake256', { outputLength: bodyBytes }).update('liaison bench').digest();
  return (index) => {
    const body = Buffer.from(template);
    body.writeUInt32BE(index);
    return body;
  };
}

/** The index that a body carries. */
export function indexOf(body: Uint8Array): number {
  return new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0);
}
