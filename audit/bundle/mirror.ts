/**
 * Makes a bundle, or brings one up to date, from a gateway's data directory (`audit export`) or over the network (`audit
 * fetch`). Nothing gets its name in the bundle before it is verified: the checkpoint with the log's key, tiles with the
 * tile above them up to the checkpoint's root, entries with the tiles. What was there before must be a prefix of what is
 * new. Everything else is put in place first, then `checkpoint`, then bundle.json: after an interruption the bundle is as
 * it was, and the next run goes on with what has been fetched.
 *
 * Not verified here: stored checkpoints of other sizes but for their signatures, keys.json and everything that entries say.
 * That is the work of `audit verify`.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema, type ShardClose } from '../../protocol/generated/schema.ts';
import { formatVerifierKey, parseVerifierKey, type Verifier } from '../verifier-key.ts';
import { BundleFiles, TEMPORARY } from './files.ts';
import { BUNDLE_FILE, bundleText, LIST_BYTES_MAX, parseBundle, type ShardEntry } from './format.ts';
import { type LogOrigin, ShardMirror } from './mirror-shard.ts';
import { BundleShard } from './source.ts';
import { utf8 } from '../../protocol/ids.ts';

export type { LogOrigin } from './mirror-shard.ts';
export { SplitView } from './split-view.ts';

export interface MirrorOptions {
  readonly from: LogOrigin;
  /** Directory of the bundle; made when it does not exist. */
  readonly out: string;
  /** Key of the first shard, from outside. Without one what the data says is believed. */
  readonly logKey?: Verifier | undefined;
  /** How many parts are asked for at a time. */
  readonly parallel: number;
  /** @param entries new entries in place, of all that are new in this shard */
  readonly onProgress?: (entries: number, of: number) => void;
}

export interface MirrorReport {
  readonly out: string;
  readonly shards: readonly (ShardEntry & { readonly before: number })[];
}

/**
 * @throws LiaisonError OTHER_LOG; FILE_EXISTS when `out` holds something else; DATA_VERSION, DATA_DAMAGED;
 *   CHECKPOINT_INVALID; STORAGE_FULL; what the origin throws; {@link SplitView}, after both notes have been kept
 */
export async function mirror(options: MirrorOptions): Promise<MirrorReport> {
  const files = openOut(options.out);
  await files.removeTemporary();
  const known = files.read(BUNDLE_FILE, LIST_BYTES_MAX);
  const entries = new Map((known ? parseBundle(known, BUNDLE_FILE) : []).map((entry) => [entry.shard, entry]));
  const listed = new Map((await options.from.shards()).map((entry) => [entry.shard, entry]));
  const ordinals = [...new Set([...entries.keys(), ...listed.keys()])].sort((a, b) => a - b);
  refuseFewerShards([...entries.values()].at(-1), [...listed.values()].at(-1));
  const report: (ShardEntry & { before: number })[] = [];
  let key: Verifier | undefined = options.logKey;
  for (const [i, ordinal] of ordinals.entries()) {
    const offered = listed.get(ordinal);
    const held = entries.get(ordinal);
    const entry = checkIdentity(offered, held, key, options.out);
    const before = held ? new BundleShard(files, held).size : 0;
    if (offered) {
      const verifier = parseVerifierKey(entry.verifierKey);
      const { size } = await new ShardMirror(files, options, entry, verifier).run();
      entries.set(ordinal, { ...entry, size });
      const list = [...entries.values()].sort((a, b) => a.shard - b.shard);
      await files.write(BUNDLE_FILE, utf8(bundleText(list)));
    }
    const shard = new BundleShard(files, entries.get(ordinal) as ShardEntry);
    report.push({ ...shard.entry, before });
    if (i + 1 < ordinals.length) key = nextKey(shard, options.logKey !== undefined);
  }
  return { out: options.out, shards: report };
}

/** Old shards are dropped, but the newest one stays: a log does not go back to the one before it. */
function refuseFewerShards(held: ShardEntry | undefined, offered: ShardEntry | undefined): void {
  if (!held || (offered && offered.shard >= held.shard)) return;
  const what = `The log shows nothing of ${held.origin}, of which this bundle has ${held.size} entries`;
  const last = offered ? `, and ends with ${offered.origin}` : '';
  throw new LiaisonError('DATA_DAMAGED', `${what}${last}: shards that it has signed are missing.`);
}

/** What a first run that did not come to its end has left. */
const LEFT_OVER = /^(?:shards|split-view-[\d-]+\.json)$/;

function openOut(out: string): BundleFiles {
  mkdirSync(out, { recursive: true });
  const names = readdirSync(out);
  const isOurs = names.includes(BUNDLE_FILE) || names.every((name) => LEFT_OVER.test(name) || TEMPORARY.test(name));
  if (!isOurs) throw new LiaisonError('FILE_EXISTS', `${out} holds other things than a bundle.`);
  return new BundleFiles(out);
}

/** @returns what is to be mirrored; its key is the one that is trusted */
function checkIdentity(
  offered: ShardEntry | undefined,
  held: ShardEntry | undefined,
  key: Verifier | undefined,
  out: string,
): ShardEntry {
  const { shard, origin, verifierKey, firstNumber, size } = (offered ?? held) as ShardEntry;
  const entry: ShardEntry = { shard, origin, verifierKey, firstNumber, size };
  if (key && formatVerifierKey(key) !== entry.verifierKey) {
    const what = `Shard ${entry.shard} is ${entry.origin} with the key ${entry.verifierKey}, not ${key.name}`;
    throw new LiaisonError('OTHER_LOG', `${what} with ${formatVerifierKey(key)}.`);
  }
  if (held && held.verifierKey !== entry.verifierKey) {
    throw new LiaisonError('OTHER_LOG', `${out} is a bundle of ${held.origin} with the key ${held.verifierKey}.`);
  }
  if (held && held.firstNumber !== entry.firstNumber) {
    throw new LiaisonError('DATA_DAMAGED', `${out} says that shard ${entry.shard} begins with ${held.firstNumber}.`);
  }
  return entry;
}

/** The last entry of a shard, which its key has signed, names the key of the next one. */
function nextKey(shard: BundleShard, isTrusted: boolean): Verifier | undefined {
  if (!isTrusted) return undefined;
  const close = closeOf(shard);
  if (close) return parseVerifierKey(close.nextVerifierKey);
  throw new LiaisonError(
    'DATA_DAMAGED',
    `The last entry of ${shard.entry.origin} does not close it, but it has a successor.`,
  );
}

function closeOf(shard: BundleShard): ShardClose | undefined {
  const bytes = shard.entryBytes(shard.size - 1);
  const { event } = decode(EntrySchema, bytes ?? new Uint8Array(0), 'signed');
  return event.kind === 'shardClose' ? event.value : undefined;
}
