/**
 * What this node knows of the log: the newest checkpoint that was proven to extend every earlier one, and the newest one
 * that was met since. Whoever shows two histories is caught here.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint, verifyCheckpoint } from '../audit/checkpoint.ts';
import { parseNote } from '../audit/note.ts';
import { resolvePath } from '../audit/proof-table.ts';
import { formatSplitView } from '../audit/split-view.ts';
import type { Verifier } from '../audit/verifier-key.ts';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type Entry, EntrySchema, type LoggedEntry, type Welcome } from '../protocol/generated/schema.ts';
import { equalBytes } from '../protocol/ids.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../protocol/merkle.ts';
import { endOf, isSameKey, type KnownShard, LogShards, type SeenCheckpoint } from './log-shards.ts';
import type { NodeDatabase } from './store/database.ts';
import type { EvidenceStore } from './store/evidence-store.ts';
import type { ShardStore } from './store/shard-store.ts';

export type { SeenCheckpoint } from './log-shards.ts';

/** An entry that is in the log. */
export interface ProvenEntry {
  /** Counted over all shards. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly entry: Entry;
  readonly path: readonly Uint8Array[];
  /** Of the entry's own shard. */
  readonly checkpoint: SeenCheckpoint;
}

/** What a frame with entries carries besides them. */
export interface ProofFrame {
  readonly checkpoint: Uint8Array;
  readonly hashes: readonly Uint8Array[];
}

/** What a Welcome shows of the log. */
export type ShownLog = Pick<Welcome, 'checkpoint' | 'consistency' | 'shards' | 'firstNumber'>;

/** Characters of a note in an alarm: more than one with some cosignatures has. */
const SHOWN_NOTE_MAX = 2_000;

export interface LogViewOptions {
  /** The key that was configured: of the current shard, of one before it, or of one that the log will have come to. */
  readonly verifier: Verifier;
  readonly db: NodeDatabase;
  readonly store: EvidenceStore;
  readonly shards: ShardStore;
  /** Where contradicting checkpoints are kept. */
  readonly dataDir: string;
  readonly now: () => number;
}

export class LogView {
  private readonly options: LogViewOptions;
  private readonly shards: LogShards;
  private proven: SeenCheckpoint | undefined;
  private newest: SeenCheckpoint | undefined;
  /** What was read last: a frame may show one note for many entries. */
  private lastRead: SeenCheckpoint | undefined;

  /** @throws LiaisonError CHECKPOINT_INVALID when the stored checkpoint is not of the configured log */
  constructor(options: LogViewOptions) {
    this.options = options;
    const note = options.store.trusted();
    // A node that has a checkpoint and no shards is of a time when there was one shard.
    this.shards = new LogShards(options.shards.all(), options.verifier, note !== undefined);
    this.proven = note && this.shards.read(note);
    this.newest = this.proven;
  }

  /** The newest checkpoint that every earlier one was proven to lead to. */
  get trusted(): SeenCheckpoint | undefined {
    return this.proven;
  }

  /** Size of the largest checkpoint of the newest shard that was met, proven to extend the trusted one or not. */
  get sizeMet(): number {
    return this.newest?.size ?? 0;
  }

  /** Of the newest shard. */
  get origin(): string {
    return this.shards.current.verifier.name;
  }

  /** Oldest first. */
  get knownShards(): readonly KnownShard[] {
    return this.shards.all;
  }

  /** The shard that an entry is in. */
  shardOf(number: number): KnownShard {
    return this.shards.ofNumber(number);
  }

  /**
   * Takes over what a Welcome shows: links to shards that have begun since, and a checkpoint with a consistency proof from
   * the trusted one. The first checkpoint of all is taken at its word. Everything becomes durable together, before any
   * evidence that came later: what is lost in a crash is only proven again.
   * @param knowsShards whether the gateway has the capability `shards.v1`
   * @throws LiaisonError CHECKPOINT_INVALID, also when a link proves nothing; CHECKPOINT_INCONSISTENT, which says where the
   *   notes are kept
   */
  welcome(shown: ShownLog, knowsShards: boolean): void {
    const links = knowsShards ? this.shards.linksFrom(shown.shards) : [];
    const [first] = links;
    const held = this.proven;
    if (first) {
      const final = { ...first.final, shard: this.shards.current };
      const link = shown.shards.find(({ finalCheckpoint }) => equalBytes(finalCheckpoint, final.note));
      this.requireGrown(final, link?.consistency ?? []);
      if (this.newest && this.newest.size > final.size) throw this.conflict(this.newest.note, final.note);
      this.refuseOtherRoot(final);
    }
    this.requireConfigured(links.map(({ next }) => next));
    verifyCheckpoint(shown.checkpoint, links.at(-1)?.next ?? this.shards.current.verifier);
    const rows = this.shards.adopt(links, knowsShards ? shown.firstNumber : undefined);
    if (first) this.proven = this.newest = undefined;
    this.lastRead = undefined;
    const checkpoint = this.shards.read(shown.checkpoint);
    this.requireGrown(checkpoint, shown.consistency);
    this.take(checkpoint);
    if (rows.length === 0 && this.proven === held) return;
    const { db, store, shards } = this.options;
    const write = (): void => {
      for (const row of rows) shards.put(row);
      if (this.proven) store.setTrusted(checkpoint.note);
    };
    // A database that fails says so to the node itself.
    db.write(write).catch(() => undefined);
  }

  /**
   * Takes over a checkpoint of the newest shard that comes with a consistency proof from the trusted one.
   * @param sizeMin what was met before the proof was asked for: a log does not shrink
   * @throws LiaisonError CHECKPOINT_INVALID; CHECKPOINT_INCONSISTENT, which says where both notes are kept
   */
  extend(note: Uint8Array, proof: readonly Uint8Array[], sizeMin = 0): void {
    const shown = this.shards.read(note);
    if (shown.origin !== this.origin) {
      throw new LiaisonError(
        'CHECKPOINT_INVALID',
        `The shard ${shown.origin} has ended, and ${this.origin} has begun.`,
      );
    }
    const held = this.proven;
    this.requireGrown(shown, proof);
    if (this.newest && shown.size < sizeMin) throw this.conflict(this.newest.note, note);
    this.take(shown);
    const { db, store } = this.options;
    if (this.proven !== held) db.write(() => store.setTrusted(note)).catch(() => undefined);
  }

  /**
   * Verifies a checkpoint that came without a consistency proof.
   * @throws LiaisonError CHECKPOINT_INVALID; CHECKPOINT_INCONSISTENT, which says where both notes are kept
   */
  meet(note: Uint8Array): SeenCheckpoint {
    for (const known of [this.newest, this.lastRead]) if (known && equalBytes(known.note, note)) return known;
    const shown = this.shards.read(note);
    this.refuseOtherRoot(shown);
    if (shown.origin === this.origin && shown.size > this.sizeMet) this.newest = shown;
    this.lastRead = shown;
    return shown;
  }

  /**
   * The checkpoint that proves an entry: that of its frame, or its own.
   * @throws LiaisonError as {@link meet}
   */
  checkpointOf(ofFrame: SeenCheckpoint, { checkpoint }: LoggedEntry): SeenCheckpoint {
    return checkpoint.length > 0 ? this.meet(checkpoint) : ofFrame;
  }

  /**
   * Verifies one entry of a frame.
   * @param ofFrame the frame's checkpoint, which {@link meet} has returned
   * @throws LiaisonError PROOF_INVALID, MALFORMED; as {@link meet} for a checkpoint of the entry's own
   */
  prove(ofFrame: SeenCheckpoint, hashes: readonly Uint8Array[], logged: LoggedEntry): ProvenEntry {
    const checkpoint = this.checkpointOf(ofFrame, logged);
    const { index, entry: bytes } = logged;
    const path = resolvePath(hashes, logged.path);
    if (!verifyInclusion(leafHash(bytes), BigInt(index), BigInt(checkpoint.size), path, checkpoint.root)) {
      throw new LiaisonError('PROOF_INVALID', `Index ${index}, checkpoint of size ${checkpoint.size}.`);
    }
    const number = checkpoint.shard.firstNumber + index;
    return { number, bytes, entry: decode(EntrySchema, bytes, 'signed'), path, checkpoint };
  }

  private take(shown: SeenCheckpoint): void {
    this.refuseOtherRoot(shown);
    if (this.proven?.size === shown.size) return;
    this.proven = shown;
    if (shown.size > this.sizeMet) this.newest = shown;
  }

  /** A node may be given the key of a shard that it has not come to; then the log must lead there. */
  private requireConfigured(next: readonly Verifier[]): void {
    const { verifier } = this.options;
    if (this.shards.has(verifier) || next.some((other) => isSameKey(other, verifier))) return;
    const detail = `The log that this node follows does not lead to ${verifier.name}, whose key is configured.`;
    throw new LiaisonError('CHECKPOINT_INVALID', detail);
  }

  private requireGrown(shown: SeenCheckpoint, proof: readonly Uint8Array[]): void {
    const held = this.proven;
    if (!held || held.size === 0) return;
    const sizes = [BigInt(held.size), BigInt(shown.size)] as const;
    if (!verifyConsistency(...sizes, held.root, shown.root, proof)) throw this.conflict(held.note, shown.note);
  }

  private refuseOtherRoot(shown: SeenCheckpoint): void {
    const { shard } = shown;
    if (shard.final && shown.size > shard.final.size) throw this.conflict(shard.final.note, shown.note);
    const same = [this.proven, this.newest, shard.final].filter((known) => {
      return known?.origin === shown.origin && known.size === shown.size;
    });
    for (const known of [...same, this.options.store.checkpoint(endOf(shown))]) {
      if (known && !equalBytes(known.root, shown.root)) throw this.conflict(known.note, shown.note);
    }
  }

  private conflict(held: Uint8Array, shown: Uint8Array): LiaisonError {
    return new LiaisonError('CHECKPOINT_INCONSISTENT', this.keepConflict(held, shown));
  }

  /**
   * Writes both notes into a directory of their own, for whoever has to judge, and once more into the file that
   * `audit verify` explains. A disk that does not take them must not keep the alarm from being raised, so the alarm then has
   * what only this session has seen.
   * @returns what was kept where
   */
  private keepConflict(held: Uint8Array, shown: Uint8Array): string {
    const dir = join(this.options.dataDir, `conflict-${this.options.now()}`);
    try {
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'held.note'), held);
      writeFileSync(join(dir, 'shown.note'), shown);
      const { origin } = parseCheckpoint(parseNote(held).text);
      writeFileSync(join(dir, 'split-view.json'), formatSplitView({ origin, checkpoints: [held, shown] }));
      return `Both are kept in ${dir}.`;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      const note = JSON.stringify(Buffer.from(shown).toString('utf8').slice(0, SHOWN_NOTE_MAX));
      return `They could not be written to ${dir} (${why}). The one shown is ${note}.`;
    }
  }
}
