/** The tiles of a tree, each verified before it is given out: with the tile above it, and at last with a signed root. */
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { HASH_BYTES } from '../../protocol/merkle.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { fullTiles, TILE_WIDTH, type TileAddress, tilePath } from '../tiles.ts';
import { edgeOf, rootOf, rootOfEdge, splitHashes } from './roots.ts';

/** Where tiles may come from. The first whose bytes verify is taken. */
export interface TileCandidates {
  /** What has been stored before, or `undefined`. */
  stored(address: TileAddress): Uint8Array | undefined;
  /** @throws LiaisonError when the origin does not have it */
  fetched(address: TileAddress): Promise<Uint8Array>;
}

const TILES_MAX = 1024;

export class VerifiedTiles {
  readonly size: number;
  private readonly root: Uint8Array;
  private readonly from: TileCandidates;
  private edge: Promise<ReadonlyMap<number, Uint8Array>> | undefined;
  private readonly tiles = new Map<string, Promise<Uint8Array>>();

  constructor({ size, root }: Pick<Checkpoint, 'size' | 'root'>, from: TileCandidates) {
    this.size = size;
    this.root = root;
    this.from = from;
  }

  /**
   * The hashes of a full tile, or of the partial tile at the end of its level.
   * @throws LiaisonError DATA_DAMAGED when what the origin gives does not verify
   */
  async tile(level: number, number: number): Promise<Uint8Array> {
    if (number < fullTiles(this.size, level)) return this.full(level, number);
    const tile = (await this.edgeTiles()).get(level);
    if (tile) return tile;
    throw new LiaisonError('INTERNAL', `A tree of ${this.size} has no ${tilePath(level, number)}.`);
  }

  /** Root of the tree as it was at an earlier size. */
  async rootAt(size: number): Promise<Uint8Array> {
    const tiles = edgeOf(size).map(async ({ level, number, width }) =>
      (await this.tile(level, number)).subarray(0, width * HASH_BYTES),
    );
    return rootOfEdge(await Promise.all(tiles));
  }

  private full(level: number, number: number): Promise<Uint8Array> {
    const name = tilePath(level, number);
    const known = this.tiles.get(name);
    if (known) return known;
    const tile = this.verifyFull(level, number, name);
    // An error is not kept: whoever asks again may get an answer.
    tile.catch(() => this.tiles.delete(name));
    this.tiles.set(name, tile);
    if (this.tiles.size > TILES_MAX) this.tiles.delete(this.tiles.keys().next().value as string);
    return tile;
  }

  private async verifyFull(level: number, number: number, name: string): Promise<Uint8Array> {
    const above = await this.tile(level + 1, Math.floor(number / TILE_WIDTH));
    const at = (number % TILE_WIDTH) * HASH_BYTES;
    const expected = above.subarray(at, at + HASH_BYTES);
    const fits = (tile: Uint8Array): boolean =>
      tile.length === TILE_WIDTH * HASH_BYTES && equalBytes(rootOf(splitHashes(tile)), expected);
    const address = { level, number, width: TILE_WIDTH };
    const stored = this.from.stored(address);
    if (stored && fits(stored)) return stored;
    const fetched = await this.from.fetched(address);
    if (fits(fetched)) return fetched;
    throw new LiaisonError('DATA_DAMAGED', `${name} differs from what the tile above it states.`);
  }

  private edgeTiles(): Promise<ReadonlyMap<number, Uint8Array>> {
    this.edge ??= this.verifyEdge();
    return this.edge;
  }

  private async verifyEdge(): Promise<ReadonlyMap<number, Uint8Array>> {
    const edge = edgeOf(this.size);
    const tiles = await Promise.all(edge.map((address) => this.from.fetched(address)));
    const areWhole = edge.every(({ width }, i) => tiles[i]?.length === width * HASH_BYTES);
    if (areWhole && equalBytes(rootOfEdge(tiles), this.root)) {
      return new Map(edge.map(({ level }, i) => [level, tiles[i] as Uint8Array]));
    }
    throw new LiaisonError(
      'DATA_DAMAGED',
      `The partial tiles of size ${this.size} do not give the root that is signed.`,
    );
  }
}
