import { describe, expect, it } from 'vitest';
import {
  bitsOf,
  bitStringBytes,
  booleanOf,
  DerError,
  DerReader,
  oidOf,
  readTimeMs,
  readWhole,
  serialOf,
  smallIntegerOf,
  TAG,
} from '../../protocol/der.ts';
import { fromHex, utf8 } from '../../protocol/ids.ts';
import { readExtensions } from '../../protocol/x509.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex.replaceAll(' ', ''));
const whole = (hex: string, tag: number): ReturnType<typeof readWhole> => readWhole(bytes(hex), tag);

describe('DER', () => {
  it('has one form for each length (X.690 section 10.1)', () => {
    expect(readWhole(bytes('30 00')).content).toHaveLength(0);
    expect(readWhole(bytes(`30 81 80${'00'.repeat(128)}`)).content).toHaveLength(128);
    expect(readWhole(bytes(`30 82 01 00${'00'.repeat(256)}`)).content).toHaveLength(256);
    for (const [hex, why] of [
      ['30 81 01 00', 'shortest'],
      [`30 82 00 80${'00'.repeat(128)}`, 'shortest'],
      ['30 80 00 00', 'indefinite'],
      ['30 85 00 00 00 00 00', 'too large'],
      ['30 84 ff ff ff ff', 'longer'],
      ['30 02 00', 'longer'],
      ['30 82 01', 'ends'],
      ['30', 'ends'],
      ['', 'ends'],
      ['30 00 00', 'follows'],
      ['1f 01 00', 'more than one byte'],
      ['31 00', 'expected'],
    ] as const) {
      expect(() => readWhole(bytes(hex)), hex).toThrow(why);
    }
  });

  it('reads serial numbers as node:crypto shows them', () => {
    expect(serialOf(whole('02 01 01', TAG.integer))).toBe('01');
    expect(serialOf(whole('02 02 0f ab', TAG.integer))).toBe('0FAB');
    expect(serialOf(whole('02 02 00 ab', TAG.integer))).toBe('AB');
    for (const hex of ['02 00', '02 01 00', '02 01 80', '02 02 00 7f', `02 15 01${'00'.repeat(20)}`]) {
      expect(() => serialOf(whole(hex, TAG.integer)), hex).toThrow(DerError);
    }
  });

  it('reads object identifiers', () => {
    expect(oidOf(whole('06 03 55 1d 11', TAG.oid))).toBe('2.5.29.17');
    expect(oidOf(whole('06 09 2a 86 48 86 f7 0d 01 01 0b', TAG.oid))).toBe('1.2.840.113549.1.1.11');
    expect(oidOf(whole('06 02 88 37', TAG.oid))).toBe('2.999');
    for (const hex of ['06 00', '06 01 80', '06 03 55 80 01', '06 02 55 9d', `06 0a 2a ${'ff'.repeat(8)} 7f`]) {
      expect(() => oidOf(whole(hex, TAG.oid)), hex).toThrow(DerError);
    }
  });

  it('reads the times of RFC 5280 and no others', () => {
    const time = (tag: number, text: string): number =>
      readTimeMs(new DerReader(Uint8Array.of(tag, text.length, ...utf8(text))));
    expect(time(TAG.utcTime, '491231235959Z')).toBe(Date.UTC(2049, 11, 31, 23, 59, 59));
    expect(time(TAG.utcTime, '500101000000Z')).toBe(Date.UTC(1950, 0, 1));
    expect(time(TAG.generalizedTime, '20500101000000Z')).toBe(Date.UTC(2050, 0, 1));
    for (const text of ['2601010000Z', '260101000000', '260230000000Z', '261301000000Z', '260101000000+0100', '']) {
      expect(() => time(TAG.utcTime, text), text).toThrow(DerError);
    }
    for (const text of ['20260101000000.5Z', '260101000000Z', '00000101000000Z', '20260101240000Z']) {
      expect(() => time(TAG.generalizedTime, text), text).toThrow(DerError);
    }
    expect(() => time(TAG.octetString, '260101000000Z')).toThrow(DerError);
  });

  it('reads booleans, small numbers and bits', () => {
    expect(booleanOf(whole('01 01 ff', TAG.boolean))).toBe(true);
    expect(booleanOf(whole('01 01 00', TAG.boolean))).toBe(false);
    expect(() => booleanOf(whole('01 01 01', TAG.boolean))).toThrow(DerError);
    expect(smallIntegerOf(whole('02 01 7f', TAG.integer))).toBe(127);
    expect(() => smallIntegerOf(whole('02 01 ff', TAG.integer))).toThrow(DerError);
    expect(() => smallIntegerOf(whole('02 02 00 80', TAG.integer))).toThrow(DerError);
    const bit = bitsOf(whole('03 02 01 06', TAG.bitString));
    expect([0, 5, 6, 7, 8].map(bit)).toEqual([false, true, true, false, false]);
    for (const hex of ['03 00', '03 01 01', '03 02 08 00']) {
      expect(() => bitsOf(whole(hex, TAG.bitString)), hex).toThrow(DerError);
    }
    expect(bitStringBytes(whole('03 02 00 aa', TAG.bitString))).toEqual(bytes('aa'));
    expect(() => bitStringBytes(whole('03 02 01 aa', TAG.bitString))).toThrow(DerError);
  });

  it('reads extensions, none of them twice (RFC 5280 section 4.2)', () => {
    const keyUsage = '30 0c 06 03 55 1d 0f 01 01 ff 04 02 05 00';
    const other = '30 07 06 03 2a 03 04 04 00';
    const read = (hex: string): ReturnType<typeof readExtensions> => readExtensions(new DerReader(bytes(hex)));
    expect([...read(keyUsage + other)]).toEqual([
      ['2.5.29.15', { critical: true, value: bytes('05 00') }],
      ['1.2.3.4', { critical: false, value: bytes('') }],
    ]);
    for (const hex of [keyUsage + keyUsage, '', '30 05 06 03 2a 03 04', `${other} 00`]) {
      expect(() => read(hex), hex).toThrow(DerError);
    }
  });
});
