/** Roots of trees (RFC 9162 section 2.1.1) from the hashes of tiles. */
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from '../../protocol/merkle.ts';
import { fullTiles, partialWidth, TILE_WIDTH } from '../tiles.ts';

/** The hashes of a tile, as views of it. */
export function splitHashes(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(tile.length / HASH_BYTES) }, (_, i) =>
    tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** Root over the roots of neighbouring subtrees of one size, of which only the last may be smaller. */
export function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  // The last hash of an odd row goes up as it is: that is where RFC 9162 splits.
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) above.push(nodeHash(row[i] as Uint8Array, row[i + 1] as Uint8Array));
    if (row.length % 2 === 1) above.push(row.at(-1) as Uint8Array);
    row = above;
  }
  return row[0] ?? EMPTY_ROOT;
}

/** The partial tiles that a tree of `size` entries ends with, lowest level first. Together they determine its root. */
export function edgeOf(size: number): { level: number; number: number; width: number }[] {
  const edge: { level: number; number: number; width: number }[] = [];
  for (let level = 0; size >= TILE_WIDTH ** level; level++) {
    const width = partialWidth(size, level);
    if (width > 0) edge.push({ level, number: fullTiles(size, level), width });
  }
  return edge;
}

/** @param tiles the hashes of {@link edgeOf}, in its order */
export function rootOfEdge(tiles: readonly Uint8Array[]): Uint8Array {
  let right: Uint8Array | undefined;
  for (const tile of tiles) right = rootOf(right ? [...splitHashes(tile), right] : splitHashes(tile));
  return right ?? EMPTY_ROOT;
}
