import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeEntryBundle,
  encodeEntryBundle,
  fullTiles,
  parseTilePath,
  partialWidth,
  tilePath,
  tilesOf,
} from '../../audit/index.ts';
import { expectCode, grow } from './support.ts';

describe('paths of tiles', () => {
  test.each<[string, Parameters<typeof tilePath>]>([
    ['tile/0/000', [0, 0]],
    ['tile/0/x001/x234/067', [0, 1_234_067]],
    ['tile/1/001.p/17', [1, 1, 17]],
    ['tile/63/999.p/255', [63, 999, 255]],
    ['tile/0/x001/000', [0, 1000]],
    ['tile/entries/x001/000.p/1', ['entries', 1000, 1]],
    ['tile/0/x009/x007/x199/x254/x740/991', [0, Number.MAX_SAFE_INTEGER]],
  ])('%s', (path, [level, number, width = 256]) => {
    expect(tilePath(level, number, width)).toBe(path);
    expect(parseTilePath(path)).toEqual({ level, number, width });
  });

  test.each([
    '',
    'tile/0/0',
    'tile/0/1000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/001',
    'tile/0/x001',
    'tile/0/001/002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/000\n',
    'tile/0/../000',
    'tile/entry/000',
    'tile/8/0/000',
    'tile/0/x009/x007/x199/x254/x740/992',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('refused: %j', (path) => expectCode(() => parseTilePath(path), 'MALFORMED'));

  test('are read as they are written', () => {
    const level = fc.oneof(fc.nat({ max: 63 }), fc.constant('entries' as const));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (l, number, width) => {
        expect(parseTilePath(tilePath(l, number, width))).toEqual({ level: l, number, width });
      }),
    );
  });
});

describe('the tiles of a size', () => {
  test('full and partial', () => {
    expect([fullTiles(70_000, 0), fullTiles(70_000, 1), fullTiles(70_000, 2)]).toEqual([273, 1, 0]);
    expect([0, 1, 2, 3].map((level) => partialWidth(70_000, level))).toEqual([112, 17, 1, 0]);
    expect([...tilesOf(0)]).toEqual([]);
    expect([...tilesOf(256)]).toEqual([
      { level: 0, number: 0, width: 256 },
      { level: 1, number: 0, width: 1 },
    ]);
    expect([...tilesOf(70_000)]).toHaveLength(273 + 1 + 1 + 1 + 1);
  });

  test.each([1, 255, 256, 300, 65_536, 66_000])('are those that a tree of %d has', (size) => {
    const { tree, store } = grow(size);
    const listed = [...tilesOf(size)];
    expect(listed.filter(({ width }) => width === 256).map((t) => `${t.level}/${t.number}`)).toEqual(
      [...store.tiles.keys()].sort((a, b) => Number(a.split('/')[0]) - Number(b.split('/')[0])),
    );
    const partial = tree
      .partialTiles()
      .map(({ level, number, hashes }) => ({ level, number, width: hashes.length / 32 }));
    expect(listed.filter(({ width }) => width < 256)).toEqual(partial);
  });
});

describe('entry bundles', () => {
  test('two bytes of length, then the entry', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(258)]);
    expect([...bundle.subarray(0, 9)]).toEqual([0, 3, 1, 2, 3, 0, 0, 1, 2]);
    expect(bundle).toHaveLength(2 + 3 + 2 + 2 + 258);
    expect(decodeEntryBundle(new Uint8Array(0))).toEqual([]);
  });

  test('come back as they were, also from the middle of a buffer', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 });
    fc.assert(
      fc.property(entries, (list) => {
        const shifted = Buffer.concat([Uint8Array.of(9, 9, 9), encodeEntryBundle(list)]).subarray(3);
        expect(decodeEntryBundle(shifted).map((entry) => [...entry])).toEqual(list.map((entry) => [...entry]));
      }),
    );
  });

  test('of 65,535 bytes and 256 entries are the most', () => {
    const longest = new Uint8Array(65_535);
    expect(decodeEntryBundle(encodeEntryBundle([longest]))[0]).toHaveLength(65_535);
    expectCode(() => encodeEntryBundle([new Uint8Array(65_536)]), 'MALFORMED');
    const many = Array.from({ length: 257 }, () => Uint8Array.of(7));
    expect(decodeEntryBundle(encodeEntryBundle(many.slice(1)))).toHaveLength(256);
    expectCode(() => encodeEntryBundle(many), 'MALFORMED');
    expectCode(() => decodeEntryBundle(Buffer.concat(many.map((entry) => encodeEntryBundle([entry])))), 'MALFORMED');
  });

  test('that end within an entry are refused', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    for (const end of [1, 2, 3, 4, 6, 7]) expectCode(() => decodeEntryBundle(bundle.subarray(0, end)), 'MALFORMED');
    expect(decodeEntryBundle(bundle.subarray(0, 5))).toHaveLength(1);
  });
});
