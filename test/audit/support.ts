/** Keys, trees and stores for the tests of the log. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { expect } from 'vitest';
import { createSigner, KEY_TYPE, type Tile, type TileReader, TileTree } from '../../audit/index.ts';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import { fromHex } from '../../protocol/ids.ts';
import { leafHash, nodeHash } from '../../protocol/merkle.ts';

/** An Ed25519 key whose 32-byte seed repeats one byte. */
export function testKey(seed: number): KeyObject {
  const der = Buffer.concat([fromHex('302e020100300506032b657004220420'), Buffer.alloc(32, seed)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export const ORIGIN = 'liaison.example/2026';
export const log = createSigner(ORIGIN, KEY_TYPE.ED25519, testKey(1));
export const otherLog = createSigner('other.example/2026', KEY_TYPE.ED25519, testKey(2));
export const witness = createSigner('witness.example/one', KEY_TYPE.COSIGNATURE, testKey(3));

export function u64be(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Leaf hashes of u64be(start) … u64be(end − 1). */
export function leaves(start: number, end: number): Uint8Array[] {
  return Array.from({ length: end - start }, (_, i) => leafHash(u64be(start + i)));
}

/** Root of RFC 6962 section 2.1, written as the recursion stands there: what the tree is compared with. */
export function plainRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (2 * split < hashes.length) split *= 2;
  return nodeHash(plainRoot(hashes.slice(0, split)), plainRoot(hashes.slice(split)));
}

/** Full tiles in memory; counts what is read. */
export class TileStore {
  readonly tiles = new Map<string, Uint8Array>();
  reads = 0;
  readonly read: TileReader = (level, number) => {
    this.reads++;
    const tile = this.tiles.get(`${level}/${number}`);
    if (!tile) throw new LiaisonError('DATA_DAMAGED', `Tile ${level}/${number} is missing.`);
    return tile;
  };
  put(tiles: readonly Tile[]): void {
    for (const { level, number, hashes } of tiles) this.tiles.set(`${level}/${number}`, hashes);
  }
}

/** A tree of `size` leaves whose full tiles are all stored. */
export function grow(size: number, batch = 1000): { tree: TileTree; store: TileStore } {
  const store = new TileStore();
  const tree = new TileTree(store.read);
  for (let start = 0; start < size; start += batch) {
    store.put(tree.append(leaves(start, Math.min(size, start + batch))));
    tree.stored();
  }
  return { tree, store };
}

export function expectCode(act: () => unknown, code: ErrorCode): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(LiaisonError);
  expect((thrown as LiaisonError).code).toBe(code);
}
