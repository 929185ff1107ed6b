import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../protocol/ids.ts';
import {
  BatchTree,
  EMPTY_ROOT,
  leafHash,
  nodeHash,
  PathRoots,
  rootFromPath,
  verifyConsistency,
  verifyInclusion,
} from '../../protocol/merkle.ts';

/** Leaves and roots of the reference tree that implementations of RFC 6962 share. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hashes = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => leafHash(new TextEncoder().encode(`leaf ${i}`)));

/** RFC 6962 section 2.1, as written there. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return nodeHash(mth(leaves.slice(0, split)), mth(leaves.slice(split)));
}

/** RFC 6962 section 2.1.2, SUBPROOF, as written there. */
function subproof(size: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (size === leaves.length) return whole ? [] : [mth(leaves)];
  const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return size <= split
    ? [...subproof(size, leaves.slice(0, split), whole), mth(leaves.slice(split))]
    : [...subproof(size - split, leaves.slice(split), false), mth(leaves.slice(0, split))];
}

test('the empty root is the hash of nothing', () => {
  expect(toHex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(new BatchTree([]).root()).toEqual(EMPTY_ROOT);
});

test.each(ROOTS.map((root, i) => [i + 1, root] as const))('reference tree of %i leaves', (size, root) => {
  const tree = new BatchTree(LEAVES.slice(0, size).map((leaf) => leafHash(fromHex(leaf))));
  expect(toHex(tree.root())).toBe(root);
});

describe('trees of 1 to 70 leaves', () => {
  const sizes = Array.from({ length: 70 }, (_, i) => i + 1);

  test('roots are those of the definition, and every path leads to its root and to no other leaf or place', () => {
    for (const size of sizes) {
      const leaves = hashes(size);
      const tree = new BatchTree(leaves);
      const root = tree.root();
      expect(root).toEqual(mth(leaves));
      leaves.forEach((leaf, index) => {
        const path = tree.path(index);
        const at = (i: number, n: number, p = path): boolean => verifyInclusion(leaf, BigInt(i), BigInt(n), p, root);
        expect(at(index, size)).toBe(true);
        for (let other = 0; other < size; other++) if (other !== index) expect(at(other, size)).toBe(false);
        expect(at(index, size, path.slice(1))).toBe(size === 1);
        expect(at(index, size, [...path, root])).toBe(false);
        expect(at(size, size)).toBe(false);
        expect(at(-1, size)).toBe(false);
      });
    }
  });

  test('consistency proofs of the definition verify, and no change of them does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), fc.nat(), (a, b, pick) => {
        const [oldSize, newSize] = a <= b ? [a, b] : [b, a];
        const leaves = hashes(newSize);
        const proof = subproof(oldSize, leaves, true);
        const oldRoot = mth(leaves.slice(0, oldSize));
        const check = (p: readonly Uint8Array[], from = oldRoot, to = mth(leaves)): boolean =>
          verifyConsistency(BigInt(oldSize), BigInt(newSize), from, to, p);
        expect(check(proof)).toBe(true);
        expect(check([...proof, oldRoot])).toBe(false);
        expect(check(proof, leafHash(oldRoot))).toBe(false);
        expect(check(proof, oldRoot, leafHash(oldRoot))).toBe(false);
        if (proof.length === 0) return;
        expect(check(proof.slice(1))).toBe(false);
        const at = pick % proof.length;
        expect(check(proof.map((hash, i) => (i === at ? leafHash(hash) : hash)))).toBe(false);
        expect(check(proof.map((hash, i) => (i === at ? hash.subarray(1) : hash)))).toBe(false);
      }),
    );
  });
});

test('sizes to 2^64 − 1 are exact', () => {
  const leaf = leafHash(new Uint8Array(1));
  const path = hashes(64);
  const last = 2n ** 64n - 1n;
  expect(rootFromPath(leaf, 0n, last, path)).toBeDefined();
  expect(rootFromPath(leaf, 0n, last, path.slice(1))).toBeUndefined();
  expect(rootFromPath(leaf, last, last, path)).toBeUndefined();
});

test('a tree of nothing proves nothing', () => {
  expect(verifyConsistency(0n, 5n, EMPTY_ROOT, EMPTY_ROOT, [])).toBe(false);
  expect(rootFromPath(EMPTY_ROOT, 0n, 0n, [])).toBeUndefined();
  expect(rootFromPath(new Uint8Array(31), 0n, 1n, [])).toBeUndefined();
});

test('roots of paths looked at together are those of each alone, also when a path was changed', () => {
  for (const size of [1, 2, 3, 5, 8, 13, 33]) {
    const tree = new BatchTree(Array.from({ length: size }, (_, i) => leafHash(Uint8Array.of(i, size))));
    const roots = new PathRoots();
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < size; index++) {
        const leaf = leafHash(Uint8Array.of(index, size));
        const path = tree.path(index);
        expect(roots.root(leaf, index, size, path)).toEqual(tree.root());
        const wrong = path.map((hash, i) => (i === index % path.length ? hash.map((byte) => byte ^ 1) : hash));
        for (const [other, at, list] of [
          [leaf, index, wrong],
          [leaf, (index + 1) % (size + 1), path],
          [leaf, index, path.slice(1)],
          [wrong[0] ?? leaf.slice(1), index, path],
        ] as const) {
          expect(roots.root(other, at, size, list)).toEqual(rootFromPath(other, BigInt(at), BigInt(size), list));
        }
      }
    }
  }
});

test('a packed tree comes back with its root and paths', () => {
  for (const size of [1, 2, 3, 7, 8, 100]) {
    const tree = new BatchTree(Array.from({ length: size }, (_, i) => leafHash(Uint8Array.of(i))));
    const unpacked = BatchTree.unpack(size, tree.pack());
    expect(unpacked.size).toBe(size);
    expect(unpacked.root()).toEqual(tree.root());
    for (let i = 0; i < size; i++) expect(unpacked.path(i)).toEqual(tree.path(i));
  }
});
