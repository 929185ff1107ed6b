import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TileTree } from '../../audit/index.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { BatchTree, EMPTY_ROOT, leafHash, sha256, verifyConsistency, verifyInclusion } from '../../protocol/merkle.ts';
import { expectCode, grow, leaves, plainRoot, TileStore } from './support.ts';

interface Vectors {
  leaves: string[];
  roots: string[];
  inclusion: { index: number; size: number; path: string[] };
  consistency: { from: number; to: number; path: string[] };
  large: Record<'root' | 'root256' | 'sha256OfTile0Number0' | 'sha256OfTile1Number1Width17', string> & {
    size: number;
    tile2Number0Width1: string;
  };
}
const vectors = JSON.parse(readFileSync(new URL('vectors/tree.json', import.meta.url), 'utf8')) as Vectors;

const includes = (tree: TileTree, leaf: Uint8Array, index: number, size: number): boolean =>
  verifyInclusion(leaf, BigInt(index), BigInt(size), tree.inclusionPath(index, size), tree.rootAt(size));

const extends_ = (tree: TileTree, from: number, to: number): boolean =>
  verifyConsistency(BigInt(from), BigInt(to), tree.rootAt(from), tree.rootAt(to), tree.consistencyPath(from, to));

describe('published vectors', () => {
  test('roots of sizes 0 to 8, while growing and afterwards', () => {
    const tree = new TileTree(new TileStore().read);
    expect(toHex(tree.root())).toBe(vectors.roots[0]);
    for (const [i, leaf] of vectors.leaves.entries()) {
      tree.append([leafHash(fromHex(leaf))]);
      expect(toHex(tree.root())).toBe(vectors.roots[i + 1]);
    }
    expect(vectors.roots.map((_, size) => toHex(tree.rootAt(size)))).toEqual(vectors.roots);
  });

  test('inclusion and consistency', () => {
    const tree = new TileTree(new TileStore().read);
    tree.append(vectors.leaves.map((leaf) => leafHash(fromHex(leaf))));
    const { inclusion, consistency } = vectors;
    expect(tree.inclusionPath(inclusion.index, inclusion.size).map(toHex)).toEqual(inclusion.path);
    expect(tree.consistencyPath(consistency.from, consistency.to).map(toHex)).toEqual(consistency.path);
  });

  test('tiles of 70,000 leaves', () => {
    const { large } = vectors;
    const { tree, store } = grow(large.size);
    expect(toHex(tree.root())).toBe(large.root);
    expect(toHex(tree.rootAt(256))).toBe(large.root256);
    expect(toHex(sha256(store.tiles.get('0/0')!))).toBe(large.sha256OfTile0Number0);
    const [, level1, level2] = tree.partialTiles();
    expect([level1!.level, level1!.number, level1!.hashes.length]).toEqual([1, 1, 17 * 32]);
    expect(toHex(sha256(level1!.hashes))).toBe(large.sha256OfTile1Number1Width17);
    expect(level2).toEqual({ level: 2, number: 0, hashes: fromHex(large.tile2Number0Width1) });
  });
});

describe('a growing tree', () => {
  test('has the root that RFC 6962 defines at every size up to 600', () => {
    const { tree } = grow(600, 7);
    const all = leaves(0, 600);
    for (let size = 1; size <= 600; size++) {
      expect(toHex(tree.rootAt(size))).toBe(toHex(plainRoot(all.slice(0, size))));
    }
  });

  test('proves every leaf of every size up to 70, with the paths of a plain tree', () => {
    const { tree } = grow(70);
    const all = leaves(0, 70);
    for (let size = 1; size <= 70; size++) {
      const plain = new BatchTree(all.slice(0, size));
      for (let index = 0; index < size; index++) {
        expect(tree.inclusionPath(index, size).map(toHex)).toEqual(plain.path(index).map(toHex));
        expect(extends_(tree, index + 1, size)).toBe(true);
      }
    }
  });

  const { tree, store } = grow(140_000);

  test('proves any leaf in any size', () => {
    fc.assert(
      fc.property(fc.nat({ max: 139_999 }), fc.nat({ max: 139_999 }), (a, b) => {
        const index = Math.min(a, b);
        expect(includes(tree, leaves(index, index + 1)[0]!, index, Math.max(a, b) + 1)).toBe(true);
      }),
      {
        examples: [
          [65_535, 65_535],
          [65_536, 65_536],
          [255, 131_071],
          [0, 139_999],
          [139_999, 139_999],
        ],
      },
    );
  });

  test('proves that any size extends any smaller one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 140_000 }), fc.integer({ min: 1, max: 140_000 }), (a, b) => {
        expect(extends_(tree, Math.min(a, b), Math.max(a, b))).toBe(true);
      }),
      {
        examples: [
          [256, 65_536],
          [65_536, 131_072],
          [1, 140_000],
          [139_999, 140_000],
        ],
      },
    );
    expect(tree.consistencyPath(5, 5)).toEqual([]);
    expect(tree.consistencyPath(0, 5)).toEqual([]);
  });

  test('proves nothing when a hash, the leaf, the place or the root is changed', () => {
    const place = fc.tuple(fc.nat({ max: 999 }), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(place, ([index, which, where, flip]) => {
        const size = 1000 + (where % 500);
        const root = tree.rootAt(size);
        const leaf = leaves(index, index + 1)[0]!;
        const path = tree.inclusionPath(index, size);
        const change = (bytes: Uint8Array): Uint8Array =>
          bytes.map((byte, i) => (i === where % bytes.length ? byte ^ flip : byte));
        const changed = path.map((hash, i) => (i === which % path.length ? change(hash) : hash));
        const check = (l: Uint8Array, i: number, p: Uint8Array[], r: Uint8Array): boolean =>
          verifyInclusion(l, BigInt(i), BigInt(size), p, r);
        expect(check(leaf, index, path, root)).toBe(true);
        expect(check(leaf, index, changed, root)).toBe(false);
        expect(check(change(leaf), index, path, root)).toBe(false);
        expect(check(leaf, index, path, change(root))).toBe(false);
        expect(check(leaf, index + 1, path, root)).toBe(false);
        expect(check(leaf, index, path.slice(1), root)).toBe(false);
        expect(check(leaf, index, [...path, root], root)).toBe(false);
      }),
    );
  });

  test('is restored from its tiles and tail', () => {
    const sizes = fc.oneof(fc.nat({ max: 140_000 }), fc.constantFrom(0, 1, 255, 256, 257, 65_535, 65_536, 65_792));
    fc.assert(
      fc.property(sizes, fc.nat({ max: 600 }), (size, more) => {
        const tail = leaves(size - (size % 256), size);
        const restored = TileTree.restore(size, tail, store.read);
        expect(restored.size).toBe(size);
        expect(toHex(restored.root())).toBe(toHex(tree.rootAt(size)));
        if (size > 0) expect(includes(restored, leaves(0, 1)[0]!, 0, size)).toBe(true);
        const end = Math.min(140_000, size + more);
        restored.append(leaves(size, end));
        expect(toHex(restored.root())).toBe(toHex(tree.rootAt(end)));
      }),
      { numRuns: 25 },
    );
  });

  test('returns each full tile once, however the leaves are batched', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 }), (batches) => {
        const grown = new TileStore();
        const other = new TileTree(grown.read);
        let returned = 0;
        for (const count of batches) {
          const tiles = other.append(leaves(other.size, other.size + count));
          returned += tiles.length;
          grown.put(tiles);
        }
        expect(returned).toBe(Math.floor(other.size / 256));
        for (const [name, hashes] of grown.tiles) expect(hashes).toEqual(store.tiles.get(name));
      }),
      { numRuns: 30 },
    );
    expect([...store.tiles.keys()].filter((name) => name.startsWith('1/'))).toEqual(['1/0', '1/1']);
  });

  test('returns completed tiles lowest level first and in order', () => {
    const tiles = new TileTree(new TileStore().read).append(leaves(0, 65_536 + 256));
    const order = tiles.map((tile) => tile.level * 1000 + tile.number);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(tiles.at(-1)).toMatchObject({ level: 1, number: 0 });
  });
});

describe('tiles that are not stored yet', () => {
  test('serve proofs without being read, however many there are', () => {
    const store = new TileStore();
    const tree = new TileTree(store.read);
    const tiles = tree.append(leaves(0, 70_000));
    for (let index = 0; index < 70_000; index += 997) {
      expect(includes(tree, leaves(index, index + 1)[0]!, index, 70_000)).toBe(true);
    }
    expect(store.reads).toBe(0);
    store.put(tiles);
    tree.stored();
    for (let index = 0; index < 70_000; index += 256) tree.inclusionPath(index);
    expect(store.reads).toBeGreaterThan(200);
    expect(store.reads).toBeLessThanOrEqual(274);
  });

  test('the last batch is proven without reading after a restart, the edge aside', () => {
    const { store } = grow(70_000);
    const tree = TileTree.restore(70_000, leaves(69_888, 70_000), store.read);
    expect(store.reads).toBeLessThanOrEqual(256);
    store.reads = 0;
    tree.append(leaves(70_000, 71_000));
    for (let index = 70_000; index < 71_000; index++) tree.inclusionPath(index);
    expect(store.reads).toBe(0);
  });
});

describe('damage and misuse', () => {
  test('a missing, short or altered tile is DATA_DAMAGED', () => {
    const { store } = grow(1000);
    const restored = (): TileTree => TileTree.restore(1000, leaves(768, 1000), store.read);
    const tree = restored();
    const tile = store.tiles.get('0/1')!;
    const altered = tile.slice();
    altered[5 * 32]! ^= 1;
    store.tiles.set('0/1', altered);
    expectCode(() => tree.inclusionPath(300), 'DATA_DAMAGED');
    expect(toHex(restored().root())).not.toBe(toHex(tree.root()));
    store.tiles.set('0/1', tile.subarray(32));
    expectCode(() => tree.inclusionPath(300), 'DATA_DAMAGED');
    expectCode(restored, 'DATA_DAMAGED');
    store.tiles.delete('0/1');
    expectCode(() => tree.inclusionPath(300), 'DATA_DAMAGED');
    expectCode(restored, 'DATA_DAMAGED');
    store.tiles.set('0/1', tile);
    expect(includes(tree, leaves(300, 301)[0]!, 300, 1000)).toBe(true);
    expectCode(() => TileTree.restore(1000, leaves(768, 999), store.read), 'DATA_DAMAGED');
  });

  test('sizes and places outside the tree are refused, and a bad leaf changes nothing', () => {
    const { tree } = grow(10);
    const root = toHex(tree.root());
    expectCode(() => tree.rootAt(11), 'INTERNAL');
    expectCode(() => tree.inclusionPath(10), 'INTERNAL');
    expectCode(() => tree.inclusionPath(5, 5), 'INTERNAL');
    expectCode(() => tree.inclusionPath(-1), 'INTERNAL');
    expectCode(() => tree.consistencyPath(6, 5), 'INTERNAL');
    expectCode(() => tree.append([...leaves(0, 1), new Uint8Array(31)]), 'INTERNAL');
    expect([tree.size, toHex(tree.root())]).toEqual([10, root]);
    expect(new TileTree(new TileStore().read).root()).toEqual(EMPTY_ROOT);
  });
});
