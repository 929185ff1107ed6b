/** How the texts of a body are written, format by format. Numbers with check digits come from the standards' own examples. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodySchema } from '../../protocol/generated/schema.ts';
import { BYTE_FORMATS, canonicalContainer, isOfFormat, TEXT_FORMATS, timeMs } from '../../protocol/messages/formats.ts';
import type { MessageSchema } from '../../protocol/schema.ts';

const CASES: Readonly<Record<string, { good: string[]; bad: string[] }>> = {
  language: { good: ['en', 'pt-BR', 'sr-Latn', 'zh-Hant-TW'], bad: ['e', 'en_GB', 'english language', 'en-'] },
  country: {
    good: ['FR', 'XA', 'XZ', 'QM', 'QZ', 'AA', 'ZZ', 'XK'],
    bad: ['fr', 'FRA', 'EU', 'UK', 'QL', 'AB', 'ZY', 'F', 'SU'],
  },
  currency: { good: ['EUR', 'USD', 'XAF', 'XCG', 'SLE'], bad: ['eur', 'DEM', 'ABC', 'EURO', '€'] },
  hs: {
    good: ['01', '97', '98', '99', '0507', '300490', '30049000', '3004900090'],
    bad: ['00', '77', '7701', '1', '050', '05071', '0507.10', '30049000901', 'ab'],
  },
  container: {
    good: ['CSQU3054383', 'ZZZU1234564', 'ZZZU 123456-4', 'ZZZU 1234564', 'TEXU 307007 9'],
    bad: ['CSQU3054384', 'ZZZX1234564', 'ZZZU12345', 'zzzu1234564', 'ZZZU 123456--4', 'ZZU1234564', 'ZZZU12345644'],
  },
  imo: { good: ['9074729', '9176187'], bad: ['9074728', '907472', 'IMO9074729', '0000001'] },
  mmsi: { good: ['211000000'], bad: ['21100000', '2110000000', '21100000A'] },
  vin: {
    good: ['1M8GDM9AXKP042788', 'WVWZZZ1JZ3W386752'],
    bad: ['1M8GDM9AXKPO42788', '1M8GDM9AXKP04278', 'wvwzzz1jz3w386752'],
  },
  iban: {
    good: ['GB82WEST12345698765432', 'DE89370400440532013000', 'NO9386011117947', 'MT84MALT011000012345MTLCAST001S'],
    bad: [
      'GB82WEST12345698765433',
      'GB82 WEST 1234 5698 7654 32',
      'gb82west12345698765432',
      'EU82WEST12345698765432',
      'GB82',
    ],
  },
  date: {
    good: ['2031-05-06', '1988-02-29', '1900-02-28', '0099-12-31'],
    bad: ['1987-02-29', '1900-02-29', '2031-13-01', '2031-00-10', '2031-04-31', '31-05-06', '2031-5-6', '2031-05-06Z'],
  },
  time: {
    good: ['2031-05-06T07:08:09Z', '2031-05-06T07:08:09.123456789+02:00', '2031-05-06T23:59:59-11:30'],
    bad: [
      ...['2031-05-06T07:08:09', '2031-05-06 07:08:09Z', '2031-05-06T24:00:00Z', '2031-05-06T07:60:09Z'],
      ...['2031-05-06T07:08Z', '2031-02-29T07:08:09Z', '2031-05-06T07:08:09+2:00', '2031-05-06T07:08:09+24:00'],
      ...['2031-05-06t07:08:09z', '2031-05-06', '1935817689000', '2031-05-06T07:08:09Z '],
    ],
  },
  decimal: { good: ['0', '0.5', '48000', '412000.50'], bad: ['-1', '1,5', '01', '.5', '5.', '1e3', '1 000', '٣'] },
  unlocode: { good: ['FRLEH', 'XAALD', 'USNYC', 'DE2AB'], bad: ['FRLE', 'FR LEH', 'frleh', 'EUABC', 'FRLE1', 'FRLE0'] },
  latitude: { good: ['0', '-90', '54.25', '90.0'], bad: ['90.01', '91', '-91', '+5', '54,25', '54°'] },
  longitude: { good: ['180', '-180', '4.5'], bad: ['180.5', '200', 'E4'] },
  cites: { good: ['I', 'II', 'III'], bad: ['IV', 'i', '1', 'IIII'] },
  filename: {
    good: ['photo 1.jpg', 'Zollanmeldung – Übersicht.pdf', 'صورة.jpg', '.profile', 'a'],
    bad: [
      ...['.', '..', '../a', 'a/b', 'a\\b', 'C:a', 'a\u0000', 'a\nb', 'a\u009bb', ' a', 'a ', '\u202egpj.exe'],
      ...['a\u2028b', 'x\u2066y'],
    ],
  },
  mediatype: {
    good: ['image/jpeg', 'application/vnd.oasis.opendocument.text'],
    bad: ['image', 'image/', 'a/b; c=d', 'a b/c'],
  },
  mailbox: {
    good: ['xa.customs/portalder'],
    bad: ['xa.customs', 'XA/desk', 'xa/desk@net', 'xa//desk', '/desk', 'xa..b/c'],
  },
};

describe.each(Object.entries(CASES))('%s', (name, { good, bad }) => {
  test.each(good)('%j', (text) => {
    expect(isOfFormat(TEXT_FORMATS[name]!, text)).toBe(true);
  });
  test.each(bad)('not %j', (text) => {
    expect(isOfFormat(TEXT_FORMATS[name]!, text)).toBe(false);
  });
});

test('every format has cases, and every mark in body.proto names a format', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(TEXT_FORMATS).sort());
  const marked = new Set<string>();
  const visit = ({ fields }: MessageSchema<unknown>): void => {
    for (const { format, type, message } of fields) {
      if (format !== undefined) {
        marked.add(format);
        expect(type).toBe(format in BYTE_FORMATS ? 'bytes' : 'string');
      }
      if (message) visit(message);
    }
  };
  visit(BodySchema);
  expect([...marked].sort()).toEqual([...Object.keys(TEXT_FORMATS), ...Object.keys(BYTE_FORMATS)].sort());
});

test('a container number with one digit or letter changed is refused, or says the same check digit', () => {
  const letters = fc.stringMatching(/^[A-Z]{3}[UJZ]\d{6}$/);
  fc.assert(
    fc.property(letters, fc.nat(9), fc.nat(9), (text, at, digit) => {
      const checks = Array.from('0123456789').filter((check) => isOfFormat(TEXT_FORMATS['container']!, text + check));
      expect(checks).toHaveLength(1);
      if (at < 4 || text[at] === String(digit)) return;
      // ISO 6346 lets remainders 10 and 0 share the digit 0: that is all that may go unnoticed.
      const changed = `${text.slice(0, at)}${digit}${text.slice(at + 1)}${checks[0]}`;
      if (checks[0] !== '0') expect(isOfFormat(TEXT_FORMATS['container']!, changed)).toBe(false);
    }),
  );
});

test('a container number has one canonical form, however it is written (domain: systems/containercomm)', () => {
  for (const text of ['ZZZU1234564', 'ZZZU 1234564', 'ZZZU 123456-4', 'ZZZU-123456 4']) {
    expect(isOfFormat(TEXT_FORMATS['container']!, text)).toBe(true);
    expect(canonicalContainer(text)).toBe('ZZZU1234564');
  }
  expect(isOfFormat(TEXT_FORMATS['container']!, 'ZZZU 123456-5')).toBe(false);
});

test('an IBAN with one digit or one letter exchanged for another is refused', () => {
  const iban = 'GB82WEST12345698765432';
  const digits = '0123456789';
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  for (const [at, character] of Array.from(iban).entries()) {
    for (const other of digits.includes(character) ? digits : letters) {
      const changed = iban.slice(0, at) + other + iban.slice(at + 1);
      expect(isOfFormat(TEXT_FORMATS['iban']!, changed)).toBe(other === character);
    }
  }
});

test('what is a time is a moment', () => {
  expect(timeMs('2031-05-06T09:08:09+02:00')).toBe(Date.UTC(2031, 4, 6, 7, 8, 9));
  const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
  fc.assert(
    fc.property(time, fc.integer({ min: -839, max: 839 }), (date, offset) => {
      const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
      const sign = offset < 0 ? '-' : '+';
      const two = (n: number): string => String(n).padStart(2, '0');
      const text = `${local}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
      if (date.getTime() + offset * 60_000 < 0) return;
      expect(isOfFormat(TEXT_FORMATS['time']!, text)).toBe(true);
      expect(timeMs(text)).toBe(date.getTime());
    }),
  );
});

test('no pattern takes long, whatever it is given', () => {
  const long = ['a', '1', ' ', '-', 'A1', '.', '/a'].map((part) => part.repeat(20_000));
  const began = performance.now();
  for (const format of Object.values(TEXT_FORMATS)) for (const text of long) isOfFormat(format, text);
  expect(performance.now() - began).toBeLessThan(2000);
});
