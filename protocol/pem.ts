/** PEM (RFC 7468), read strictly: a damaged block is refused, never skipped. */
import { DerError } from './der.ts';
import { fromBase64 } from './ids.ts';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\s([A-Za-z0-9+/=\s]+?)-----END \1-----/g;

/** A DER sequence of 128 bytes or more begins with bytes that no PEM text has. */
const isDer = (bytes: Uint8Array): boolean => bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80;

/**
 * The DER of every block; text between blocks is ignored. DER input is returned as it is.
 * @throws DerError when there is no block, or one with another label, or a damaged one
 */
export function derFromPem(pemOrDer: Uint8Array | string, label: string): Uint8Array[] {
  if (typeof pemOrDer !== 'string' && isDer(pemOrDer)) return [pemOrDer];
  const text = typeof pemOrDer === 'string' ? pemOrDer : Buffer.from(pemOrDer).toString('latin1');
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length === 0) throw new DerError(`there is no block ${label}`);
  if (blocks.length !== text.split('-----BEGIN ').length - 1) throw new DerError('a block is damaged');
  return blocks.map(([, found, body = '']) => {
    if (found !== label) throw new DerError(`it holds a block ${found ?? ''} where ${label} is expected`);
    const der = fromBase64(body.replaceAll(/\s/g, ''));
    if (!der) throw new DerError('a block is damaged');
    return der;
  });
}
