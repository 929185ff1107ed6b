/**
 * Certificates and revocation lists signed with Ed25519, the same bytes each time. A writer of its own: no tool at hand
 * makes a certificate with a given serial number and period, byte for byte, everywhere.
 */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { fromHex, utf8 } from '../../protocol/ids.ts';

const bytesOf = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = bytesOf(...parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return bytesOf(Uint8Array.of(tag, ...size), content);
}

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);
const TRUE = der(0x01, Uint8Array.of(0xff));
const ED25519 = sequence(der(0x06, fromHex('2b6570')));
const oid = (hex: string): Uint8Array => der(0x06, fromHex(hex));
/** A positive INTEGER below 128 in its first byte. */
const integer = (value: Uint8Array): Uint8Array => der(0x02, value);
const nameOf = (commonName: string): Uint8Array =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, utf8(commonName)))));

/** UTCTime; the years are 1950 to 2049. */
function time(ms: number): Uint8Array {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, utf8(text.slice(2)));
}

const extension = (id: string, critical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));

const KEY_USAGE = { leaf: '03020780', authority: '03020106', encipherment: '03020520' } as const;
const PURPOSE = { 'tls-client': '2b06010505070302', 'tls-server': '2b06010505070301' } as const;

export interface CertificateRequest {
  readonly serial: number;
  readonly subject: string;
  readonly key: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly authority?: boolean;
  /** Names of the form uniformResourceIdentifier. */
  readonly uris?: readonly string[];
  readonly usage?: keyof typeof KEY_USAGE;
  readonly purpose?: keyof typeof PURPOSE;
  /** An extension that no reader knows, critical. */
  readonly unknownCritical?: boolean;
}

/** A certificate of version 3 in DER. */
export function certificateOf(request: CertificateRequest): Uint8Array {
  const { authority = false, uris = [], purpose } = request;
  const usage = request.usage ?? (authority ? 'authority' : 'leaf');
  const spki = new Uint8Array(createPublicKey(request.key).export({ format: 'der', type: 'spki' }));
  const extensions = [
    extension('551d13', true, authority ? sequence(TRUE) : sequence()),
    extension('551d0f', true, fromHex(KEY_USAGE[usage])),
    ...(purpose ? [extension('551d25', false, sequence(oid(PURPOSE[purpose])))] : []),
    ...(uris.length > 0 ? [extension('551d11', false, sequence(...uris.map((uri) => der(0x86, utf8(uri)))))] : []),
    ...(request.unknownCritical === true ? [extension('2a0304', true, der(0x05))] : []),
  ];
  return signed(
    request.issuer.key,
    sequence(
      der(0xa0, integer(Uint8Array.of(2))),
      integer(Uint8Array.of(0x50, request.serial)),
      ED25519,
      nameOf(request.issuer.name),
      sequence(time(request.notBeforeMs), time(request.notAfterMs)),
      nameOf(request.subject),
      spki,
      der(0xa3, sequence(...extensions)),
    ),
  );
}

export interface ListRequest {
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  /** As {@link CertificateRequest.serial}. */
  readonly serials: readonly number[];
}

/** A complete certificate revocation list of version 2 in DER. */
export function revocationListOf({ issuer, thisUpdateMs, nextUpdateMs, serials }: ListRequest): Uint8Array {
  const revoked = serials.map((serial) => sequence(integer(Uint8Array.of(0x50, serial)), time(thisUpdateMs)));
  return signed(
    issuer.key,
    sequence(
      integer(Uint8Array.of(1)),
      ED25519,
      nameOf(issuer.name),
      time(thisUpdateMs),
      time(nextUpdateMs),
      ...(revoked.length > 0 ? [sequence(...revoked)] : []),
      // cRLNumber 1
      der(0xa0, sequence(extension('551d14', false, integer(Uint8Array.of(1))))),
    ),
  );
}

const signed = (key: KeyObject, body: Uint8Array): Uint8Array =>
  sequence(body, ED25519, der(0x03, Uint8Array.of(0), new Uint8Array(sign(null, body, key))));
