import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { padBody, PADDING_PREFIX_BYTES, padmeLength, unpadBody } from '../../protocol/envelope/padding.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { codeOf } from './support.ts';

const blind = new Uint8Array(32).fill(0xbb);
const body = fc.uint8Array({ maxLength: 3000 });

test.each([
  // Computed by hand from the formula of the PURBs paper.
  [9, 10],
  [36, 36],
  [37, 40],
  [100, 104],
  [129, 144],
  [1000, 1024],
  [1025, 1088],
  [65536, 65536],
  [65537, 67584],
])('Padmé rounds %i up to %i', (length, padded) => {
  expect(padmeLength(length)).toBe(padded);
});

test('Padmé never shortens, keeps the order, has few values and costs at most 12 %', () => {
  const values = new Set<number>();
  let last = 0;
  for (let length = PADDING_PREFIX_BYTES; length <= 300_000; length++) {
    const padded = padmeLength(length);
    if (padded < length || padded < last || padmeLength(padded) !== padded) expect.fail(`length ${length}`);
    if (padded > length * 1.12) expect.fail(`length ${length} costs too much`);
    last = padded;
    values.add(padded);
  }
  expect(values.size).toBeLessThan(300);
});

test('what is padded is unpadded', () => {
  fc.assert(
    fc.property(body, (bytes) => {
      const padded = padBody(bytes, blind);
      expect(padded.subarray(0, 32)).toEqual(blind);
      expect(padded.length).toBe(padmeLength(36 + bytes.length));
      expect(unpadBody(padded)).toEqual(bytes);
    }),
  );
});

test('bodies of neighbouring lengths cannot be told apart', () => {
  expect(padBody(new Uint8Array(1000), blind)).toHaveLength(padBody(new Uint8Array(1010), blind).length);
});

describe('only what padding writes is unpadded', () => {
  test('any change after the blind and outside the body is refused', () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, pick, flip) => {
        const padded = padBody(bytes, blind);
        const zeros = padded.length - PADDING_PREFIX_BYTES - bytes.length;
        if (zeros === 0) return;
        padded[PADDING_PREFIX_BYTES + bytes.length + (pick % zeros)] = flip;
        expect(codeOf(() => unpadBody(padded))).toBe('BODY_INVALID');
      }),
    );
  });

  test('a length that is longer, or shorter and uncovers nothing but zeros', () => {
    for (const length of [0, 99, 101, 900, 2 ** 32 - 1]) {
      const padded = padBody(new Uint8Array(100), blind);
      new DataView(padded.buffer).setUint32(32, length);
      // The same padded length is the one ambiguity: it is another body, which the digest tells apart.
      const same = padmeLength(36 + length) === padded.length;
      expect(codeOf(() => unpadBody(padded))).toBe(same ? undefined : 'BODY_INVALID');
    }
  });

  test('another total length, or none', () => {
    const padded = padBody(new Uint8Array(100), blind);
    for (const changed of [padded.subarray(0, -1), Uint8Array.from([...padded, 0]), new Uint8Array(0), blind]) {
      expect(codeOf(() => unpadBody(changed))).toBe('BODY_INVALID');
    }
  });
});

test('the largest body fits the content; a larger one is refused on both sides', () => {
  const largest = padBody(new Uint8Array(LIMITS.bodyBytesMax), blind);
  expect(largest.length + 28).toBeLessThanOrEqual(LIMITS.contentBytesMax);
  expect(unpadBody(largest)).toHaveLength(LIMITS.bodyBytesMax);
  expect(codeOf(() => padBody(new Uint8Array(LIMITS.bodyBytesMax + 1), blind))).toBe('BODY_INVALID');
  new DataView(largest.buffer).setUint32(32, LIMITS.bodyBytesMax + 1);
  expect(codeOf(() => unpadBody(largest))).toBe('BODY_INVALID');
  expect(() => padBody(new Uint8Array(1), new Uint8Array(31))).toThrow(RangeError);
});
