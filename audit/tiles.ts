/**
 * Tiles and entry bundles (C2SP tlog-tiles): how a log is laid out in files. A tile holds up to 256 hashes of one tile
 * level; hash i of tile n at level l is the root of entries [(n·256 + i)·256^l, (n·256 + i + 1)·256^l). An entry bundle
 * holds the 256 entries below a tile of level 0.
 */
import { LiaisonError } from '../protocol/errors.ts';
import { LIMITS } from '../protocol/limits.ts';
import { HASH_BYTES } from '../protocol/merkle.ts';

export const TILE_WIDTH = 256;
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;
export const TILE_LEVEL_MAX = 63;

export interface TileAddress {
  /** Tile level, or `entries` for an entry bundle. */
  readonly level: number | 'entries';
  readonly number: number;
  /** Hashes or entries in it: 1 to 255 when partial, 256 when full. */
  readonly width: number;
}

const TILE_PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/** Number of full tiles at a level of a tree of `size` entries. */
export const fullTiles = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** (level + 1));

/** Number of hashes in the partial tile at a level of a tree of `size` entries; 0 when there is none. */
export const partialWidth = (size: number, level: number): number =>
  Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH;

/** Path of a tile or entry bundle below a log's prefix, e.g. `tile/0/x001/x234/067.p/8`. A width of 256 is a full one. */
export function tilePath(level: number | 'entries', number: number, width = TILE_WIDTH): string {
  let path = group(number % 1000);
  for (let rest = Math.floor(number / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${group(rest % 1000)}/${path}`;
  }
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/**
 * Reads a path that {@link tilePath} writes, and no other spelling of it.
 * @throws LiaisonError MALFORMED
 */
export function parseTilePath(path: string): TileAddress {
  const [, levelText = '', groups = '', widthText] = TILE_PATH.exec(path) ?? [];
  const level = levelText === 'entries' ? levelText : Number(levelText);
  const number = Number(groups.replaceAll(/[x/]/g, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  const isInRange =
    (level === 'entries' || level <= TILE_LEVEL_MAX) &&
    Number.isSafeInteger(number) &&
    (widthText === undefined || (width >= 1 && width < TILE_WIDTH));
  if (!isInRange || tilePath(level, number, width) !== path) {
    throw new LiaisonError('MALFORMED', `${JSON.stringify(path.slice(0, 100))} is not the path of a tile.`);
  }
  return { level, number, width };
}

/** Every tile of a tree of `size` entries, lowest level first, the partial one of a level last. */
export function* tilesOf(size: number): Generator<TileAddress & { readonly level: number }> {
  for (let level = 0; size >= TILE_WIDTH ** level; level++) {
    const full = fullTiles(size, level);
    for (let number = 0; number < full; number++) yield { level, number, width: TILE_WIDTH };
    const width = partialWidth(size, level);
    if (width > 0) yield { level, number: full, width };
  }
}

/**
 * Joins entries as u16be(length) ‖ data.
 * @throws LiaisonError MALFORMED when there are more than 256 entries or one is longer than 65,535 bytes
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH) throw malformed(`has more than ${TILE_WIDTH} entries`);
  const bundle = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  const view = new DataView(bundle.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > LIMITS.tlogEntryBytesMax) throw malformed('has an entry that is too long');
    view.setUint16(at, entry.length);
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/**
 * The entries of a bundle, as views of it.
 * @throws LiaisonError MALFORMED when it ends within an entry or has more than 256 entries
 */
export function decodeEntryBundle(bundle: Uint8Array): Uint8Array[] {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + 2;
    const end = start > bundle.length ? Infinity : start + view.getUint16(at);
    if (end > bundle.length) throw malformed('ends in the middle of an entry');
    if (entries.length === TILE_WIDTH) throw malformed(`has more than ${TILE_WIDTH} entries`);
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}

const group = (value: number): string => String(value).padStart(3, '0');

const malformed = (rule: string): LiaisonError => new LiaisonError('MALFORMED', `The entry bundle ${rule}.`);
