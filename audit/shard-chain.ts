/**
 * Which key each shard is judged by. Trust begins with the key that the auditor brings, of whichever shard: it leads forwards
 * through the entries that close shards, and backwards through the keys that entries 0 name for the shards before them.
 */
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { EntrySchema, type ShardOpen } from '../protocol/generated/schema.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { Findings } from './findings.ts';
import { parseNote } from './note.ts';
import { checkLink, keyOf, type ShardEnd } from './rules/shards.ts';
import type { OutsideCheckpoint } from './rules/tree.ts';
import type { ShardSource } from './source.ts';
import { formatVerifierKey, type Verifier } from './verifier-key.ts';

export class ShardChain {
  /** Entries 0, as far as they can be read. */
  readonly openings: readonly (ShardOpen | undefined)[];
  private readonly findings: Findings;
  private readonly trusted: Verifier | undefined;
  /** The shard whose key the auditor brought. */
  private readonly at: number;
  private before: ShardEnd | undefined;
  private isBroken = false;

  constructor(shards: readonly ShardSource[], trusted: Verifier | undefined, findings: Findings) {
    this.openings = shards.map(openingOf);
    this.trusted = trusted;
    this.findings = findings;
    const key = trusted && formatVerifierKey(trusted);
    this.at = Math.max(
      0,
      this.openings.findIndex((opening) => opening?.verifierKey === key),
    );
  }

  /** Whether trust in the auditor's key leads to all shards that were asked for. */
  get isWhole(): boolean {
    return !this.isBroken;
  }

  /** The key for shard `i`; `undefined` when nothing leads to one. Shards are asked for in their order. */
  verifier(i: number): Verifier | undefined {
    if (!this.trusted || i === this.at) return this.trusted;
    const after = this.openings[i + 1];
    const named =
      i > this.at
        ? this.follows(i) && this.before?.close
        : after && this.follows(i + 1) && { nextVerifierKey: after.previousVerifierKey };
    const key = named ? keyOf(named) : undefined;
    if (!key) this.isBroken = true;
    return key;
  }

  /** Notes how shard `i` ended, and compares it with the one before. */
  audited(i: number, end: ShardEnd | undefined): void {
    const opening = this.openings[i];
    if (i > 0 && opening) {
      if (this.before && this.follows(i)) checkLink(this.before, opening, this.findings);
    }
    this.before = end;
  }

  /** Whether shard `i` states to be the next one after the shard before it in this source. */
  private follows(i: number): boolean {
    const [before, after] = [this.openings[i - 1], this.openings[i]];
    return before !== undefined && after !== undefined && !this.missing(i);
  }

  /** Whether entry 0 of shard `i` names another shard before it than is here. */
  private missing(i: number): boolean {
    const [before, after] = [this.openings[i - 1], this.openings[i]];
    return before !== undefined && after !== undefined && originOf(after.previousCheckpoint) !== before.origin;
  }

  /** Shards that lie between those that are here, by the names that their successors give them. */
  gaps(): string[] {
    return this.openings.flatMap((opening, i) =>
      opening && i > 0 && this.missing(i) ? [originOf(opening.previousCheckpoint)] : [],
    );
  }

  /** The checkpoints of shard `i`; those of no shard are held against the newest. */
  outside(i: number, checkpoints: readonly OutsideCheckpoint[]): OutsideCheckpoint[] {
    return checkpoints.filter(({ note }) => {
      const of = this.openings.findIndex((opening) => opening?.origin === originOf(note));
      return (of < 0 ? this.openings.length - 1 : of) === i;
    });
  }
}

function openingOf(shard: ShardSource): ShardOpen | undefined {
  try {
    const { event } = decode(EntrySchema, shard.entryBytes(0) ?? new Uint8Array(0), 'signed');
    return event.kind === 'shardOpen' ? event.value : undefined;
  } catch (error) {
    if (error instanceof LiaisonError) return undefined;
    throw error;
  }
}

function originOf(note: Uint8Array): string {
  try {
    return parseCheckpoint(parseNote(note).text).origin;
  } catch (error) {
    if (error instanceof LiaisonError) return '';
    throw error;
  }
}
