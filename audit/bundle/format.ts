/**
 * The forms of a bundle, which are also those in which a gateway serves its log (SPEC.md section 7.9):
 *
 * ```
 * bundle.json                  which shards there are
 * shards/<n>/checkpoint        the newest signed checkpoint: everything below is of this size
 * shards/<n>/tile/<L>/<N>      hash tiles, full or `.p/<W>` (C2SP tlog-tiles)
 * shards/<n>/tile/entries/<N>  entry bundles, likewise
 * shards/<n>/checkpoints/<N>   signed checkpoints of the sizes N·4096 + 1 to (N + 1)·4096, each u16be length and note
 * shards/<n>/keys.json         keys and the numbers of the entries that registered and revoked them
 * shards/<n>/cosigned          a checkpoint with cosignatures of witnesses, if there is one
 * ```
 */
import { z } from 'zod';
import { LiaisonError } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { HASH_BYTES } from '../../protocol/merkle.ts';
import { NOTE_BYTES_MAX } from '../note.ts';
import { parseTilePath, TILE_WIDTH, type TileAddress, tilePath } from '../tiles.ts';

export const BUNDLE_FILE = 'bundle.json';
export const BUNDLE_FORMAT = 'liaison-bundle';
export const BUNDLE_VERSION = 1;
export const SHARDS_FILE = 'shards.json';
export const SHARDS_FORMAT = 'liaison-shards';
export const SHARDS_VERSION = 1;
/** Sizes whose checkpoints stand in one file. */
export const CHECKPOINTS_WIDTH = 4096;
/** A year each: a log of as many is not expected, and a list of more is hostile. */
export const SHARDS_MAX = 1000;

/** What is said of a shard; only its checkpoint proves it. */
export interface ShardEntry {
  /** Its place in the log, from 0. */
  readonly shard: number;
  readonly origin: string;
  readonly verifierKey: string;
  /** Number of entry 0. */
  readonly firstNumber: number;
  readonly size: number;
}

const count = z.int().min(0);
const shardSchema = z.strictObject({
  shard: count.max(SHARDS_MAX - 1),
  origin: z.string().min(1).max(128),
  verifierKey: z.string().min(1).max(256),
  firstNumber: count,
  size: count.min(1),
});
const shardsSchema = z
  .array(shardSchema)
  .min(1)
  .max(SHARDS_MAX)
  .refine((shards) => shards.every(({ shard }, i) => i === 0 || shard > (shards[i - 1]?.shard ?? 0)), {
    message: 'expected the shards in their order',
  });

export const shardDirectory = (shard: number): string => `shards/${shard}`;

const listText = (format: string, version: number, shards: readonly ShardEntry[]): string =>
  `${JSON.stringify(
    {
      format,
      version,
      shards: shards.map(({ shard, origin, verifierKey, firstNumber, size }) => {
        return { shard, origin, verifierKey, firstNumber, size };
      }),
    },
    undefined,
    2,
  )}\n`;

export const bundleText = (shards: readonly ShardEntry[]): string => listText(BUNDLE_FORMAT, BUNDLE_VERSION, shards);
export const shardsText = (shards: readonly ShardEntry[]): string => listText(SHARDS_FORMAT, SHARDS_VERSION, shards);

/**
 * Reads bundle.json.
 * @param name of the file, for errors
 * @throws LiaisonError DATA_DAMAGED; FILE_INVALID when it is something else; DATA_VERSION
 */
export const parseBundle = (bytes: Uint8Array, name: string): ShardEntry[] =>
  parseList(bytes, name, BUNDLE_FORMAT, BUNDLE_VERSION);

/**
 * Reads shards.json.
 * @throws LiaisonError as {@link parseBundle}
 */
export const parseShards = (bytes: Uint8Array, name: string): ShardEntry[] =>
  parseList(bytes, name, SHARDS_FORMAT, SHARDS_VERSION);

function parseList(bytes: Uint8Array, name: string, format: string, version: number): ShardEntry[] {
  const { shards } = parseJson(bytes, name, format, version);
  const result = shardsSchema.safeParse(shards);
  if (result.success) return result.data;
  throw new LiaisonError('DATA_DAMAGED', `${name}: ${firstIssue(result.error)}.`);
}

/**
 * Reads JSON that states its format and version.
 * @throws LiaisonError DATA_DAMAGED, FILE_INVALID, DATA_VERSION
 */
export function parseJson(
  bytes: Uint8Array,
  name: string,
  format: string,
  version: number,
): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new LiaisonError('DATA_DAMAGED', `${name} is not JSON.`, { cause: error });
  }
  const stated = value as { format?: unknown; version?: unknown } | null;
  if (stated?.format !== format) throw new LiaisonError('FILE_INVALID', `${name} does not say that it is a ${format}.`);
  if (stated.version === version) return stated;
  if (typeof stated.version === 'number' && stated.version > version) {
    throw new LiaisonError('DATA_VERSION', `${name} has version ${stated.version}; this program reads ${version}.`);
  }
  throw new LiaisonError('DATA_DAMAGED', `${name} states no version.`);
}

/** Where a value breaks its schema, and how. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
}

/** One thing that a shard consists of. */
export type ShardPart =
  | { readonly kind: 'checkpoint' | 'cosigned' | 'keys' }
  | { readonly kind: 'tile'; readonly address: TileAddress }
  | { readonly kind: 'checkpoints'; readonly number: number };

export const CHECKPOINT: ShardPart = { kind: 'checkpoint' };
export const COSIGNED: ShardPart = { kind: 'cosigned' };
export const KEYS: ShardPart = { kind: 'keys' };

const ENTRIES = 'tile/entries/';

/** Path of a part below the directory of its shard. */
export function partPath(part: ShardPart): string {
  switch (part.kind) {
    case 'tile':
      return tilePath(part.address.level, part.address.number, part.address.width);
    case 'checkpoints':
      return `checkpoints/${tilePath('entries', part.number).slice(ENTRIES.length)}`;
    case 'keys':
      return 'keys.json';
    default:
      return part.kind;
  }
}

/** The part that {@link partPath} writes so, and no other spelling of it; `undefined` for everything else. */
export function parsePartPath(path: string): ShardPart | undefined {
  if (path === 'checkpoint' || path === 'cosigned') return { kind: path };
  if (path === 'keys.json') return KEYS;
  const isCheckpoints = path.startsWith('checkpoints/');
  try {
    const address = parseTilePath(isCheckpoints ? ENTRIES + path.slice('checkpoints/'.length) : path);
    if (!isCheckpoints) return { kind: 'tile', address };
    return address.width === TILE_WIDTH ? { kind: 'checkpoints', number: address.number } : undefined;
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'MALFORMED') return undefined;
    throw error;
  }
}

const KEYS_BYTES_MAX = 64 * 1024 * 1024;
const CHECKPOINTS_BYTES_MAX = 16 * 1024 * 1024;
export const LIST_BYTES_MAX = 1024 * 1024;

/** The most bytes that a part can have. */
export function partBytesMax(part: ShardPart): number {
  switch (part.kind) {
    case 'tile':
      return part.address.width * (part.address.level === 'entries' ? 2 + LIMITS.tlogEntryBytesMax : HASH_BYTES);
    case 'checkpoints':
      return CHECKPOINTS_BYTES_MAX;
    case 'keys':
      return KEYS_BYTES_MAX;
    default:
      return NOTE_BYTES_MAX;
  }
}

/** Number of the file that has the checkpoint of a size, which is above 0. */
export const checkpointsNumber = (size: number): number => Math.floor((size - 1) / CHECKPOINTS_WIDTH);

/** @throws LiaisonError INTERNAL when a note has more than 65,535 bytes */
export function joinNotes(notes: readonly Uint8Array[]): Uint8Array {
  const parts = notes.flatMap((note) => {
    if (note.length > 0xffff) throw new LiaisonError('INTERNAL', `A checkpoint has ${note.length} bytes.`);
    return [Uint8Array.of(note.length >> 8, note.length & 0xff), note];
  });
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * The notes of a file of checkpoints, as views of it.
 * @throws LiaisonError DATA_DAMAGED when it ends within one
 */
export function splitNotes(bytes: Uint8Array, name: string): Uint8Array[] {
  const notes: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + 2;
    const end = start > bytes.length ? Infinity : start + ((bytes[at] as number) << 8) + (bytes[at + 1] as number);
    if (end > bytes.length) throw new LiaisonError('DATA_DAMAGED', `${name} ends in the middle of a checkpoint.`);
    notes.push(bytes.subarray(start, end));
    at = end;
  }
  return notes;
}
