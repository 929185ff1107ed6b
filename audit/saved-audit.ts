/**
 * What an audit of a shard keeps beside its replayed rows (replay-store.ts), so that a later one goes on where it stood. It
 * belongs to the auditor: who can write it can make an audit believe that entries were verified.
 */
import { readFileSync } from 'node:fs';
import { LiaisonError } from '../protocol/errors.ts';
import { decode, decodeCanonical, encode } from '../protocol/codec.ts';
import { EntrySchema, type ShardOpen, ShardOpenSchema } from '../protocol/generated/schema.ts';
import { equalBytes, fromBase64, toBase64, toHex } from '../protocol/ids.ts';
import { sha256 } from '../protocol/merkle.ts';
import type { SavedFindings } from './findings.ts';
import type { SavedShard } from './rules/shards.ts';
import type { SavedTree } from './rules/tree.ts';
import type { ActSummary, VerifyOptions } from './verify-options.ts';
import type { ShardSource } from './source.ts';
import { formatVerifierKey } from './verifier-key.ts';

/** Raised when the meaning of what is kept changes. */
const FORMAT = 1;

export interface SavedAudit {
  readonly tree: SavedTree;
  readonly shard: SavedShard;
  readonly entries: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly marks: readonly [{ index: number; atMs: number }, { index: number; atMs: number }];
  readonly kinds: readonly (readonly [string, number])[];
  readonly acts: readonly ActSummary[];
  readonly silences: readonly { index: number; lengthMs: number }[];
  readonly signatures: number;
  readonly findings: SavedFindings;
}

interface SavedFile {
  readonly binding: Binding;
  /** Encoded ShardOpen, base64. */
  readonly opening: string;
  readonly saved: SavedAudit;
}

/** What must be the same for an audit to go on: another trust or another program could have found something else. */
type Binding = Readonly<Record<string, unknown>>;

function bindingOf({ logVerifier, anchors, silenceMs }: VerifyOptions): Binding {
  return {
    'state format': FORMAT,
    'program version': programVersion(),
    'log key': logVerifier ? formatVerifierKey(logVerifier) : 'none',
    'set of authorities':
      [...new Set((anchors ?? []).map((anchor) => toHex(sha256(anchor))))].sort().join(' ') || 'none',
    'length of silences': silenceMs ?? 'usual',
  };
}

function programVersion(): unknown {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version?: unknown }).version;
}

/** The text that {@link parseSaved} reads. */
export function formatSaved(options: VerifyOptions, opening: ShardOpen, saved: SavedAudit): string {
  const file: SavedFile = { binding: bindingOf(options), opening: toBase64(encode(ShardOpenSchema, opening)), saved };
  return JSON.stringify(file);
}

/** @throws LiaisonError FILE_INVALID when the text is not one that was saved for an audit with these options */
export function parseSaved(
  text: string,
  options: VerifyOptions,
  path: string,
): { saved: SavedAudit; opening: ShardOpen } {
  let file: SavedFile;
  try {
    file = JSON.parse(text) as SavedFile;
  } catch (error) {
    const what = `${path} is damaged. Delete it to verify from the beginning.`;
    throw new LiaisonError('FILE_INVALID', what, { cause: error });
  }
  for (const [name, value] of Object.entries(bindingOf(options))) {
    const kept = file.binding[name];
    if (kept === value) continue;
    const what = `${path} was kept with another ${name}: ${String(kept)}, not ${String(value)}.`;
    throw new LiaisonError(
      'FILE_INVALID',
      `${what} Give another directory, or delete it to verify from the beginning.`,
    );
  }
  const opening = decode(ShardOpenSchema, fromBase64(file.opening) ?? new Uint8Array(0), 'signed');
  return { saved: file.saved, opening };
}

/**
 * Whether entry 0 is the one that was verified before.
 * @throws LiaisonError OTHER_LOG when the log at hand says itself that it is another one
 */
export function isOpenedBy(source: ShardSource, opening: ShardOpen, path: string): boolean {
  const first = openingOf(source);
  if (!first || first.verifierKey === opening.verifierKey) {
    return first !== undefined && equalBytes(encode(ShardOpenSchema, first), encode(ShardOpenSchema, opening));
  }
  throw new LiaisonError('OTHER_LOG', `${path} was kept for the log ${opening.origin}, and this is ${first.origin}.`);
}

function openingOf(source: ShardSource): ShardOpen | undefined {
  try {
    const bytes = source.entryBytes(0);
    const first = bytes && decodeCanonical(EntrySchema, bytes);
    return first?.event.kind === 'shardOpen' ? first.event.value : undefined;
  } catch (error) {
    if (error instanceof LiaisonError && error.code !== 'FILE_UNREADABLE') return undefined;
    throw error;
  }
}
