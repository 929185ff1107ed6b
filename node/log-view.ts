/**
 * What this node knows of the log: the newest checkpoint that was proven to extend every earlier one, and the newest one
 * that was met since. Whoever shows two histories is caught here.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, verifyCheckpoint } from '../audit/checkpoint.ts';
import { resolvePath } from '../audit/proof-table.ts';
import type { Verifier } from '../audit/verifier-key.ts';
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type Entry, EntrySchema, type LoggedEntry } from '../protocol/generated/schema.ts';
import { equalBytes } from '../protocol/ids.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../protocol/merkle.ts';
import type { NodeDatabase } from './store/database.ts';
import type { EvidenceStore } from './store/evidence-store.ts';

/** A checkpoint with the log's signature verified. */
export interface SeenCheckpoint extends Checkpoint {
  /** The signed note, byte for byte. */
  readonly note: Uint8Array;
}

/** An entry that is in the log. */
export interface ProvenEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly entry: Entry;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: SeenCheckpoint;
}

/** What a frame with entries carries besides them. */
export interface ProofFrame {
  readonly checkpoint: Uint8Array;
  readonly hashes: readonly Uint8Array[];
}

/** Characters of a note in an alarm: more than one with some cosignatures has. */
const SHOWN_NOTE_MAX = 2_000;

export interface LogViewOptions {
  readonly verifier: Verifier;
  readonly db: NodeDatabase;
  readonly store: EvidenceStore;
  /** Where contradicting checkpoints are kept. */
  readonly dataDir: string;
  readonly now: () => number;
}

export class LogView {
  private readonly options: LogViewOptions;
  private proven: SeenCheckpoint | undefined;
  private newest: SeenCheckpoint | undefined;

  /** @throws LiaisonError CHECKPOINT_INVALID when the stored checkpoint is not of the configured log */
  constructor(options: LogViewOptions) {
    this.options = options;
    const note = options.store.trusted();
    this.proven = note && this.read(note);
    this.newest = this.proven;
  }

  /** The newest checkpoint that every earlier one was proven to lead to. */
  get trusted(): SeenCheckpoint | undefined {
    return this.proven;
  }

  /** Size of the largest checkpoint met, proven to extend the trusted one or not. */
  get sizeMet(): number {
    return this.newest?.size ?? 0;
  }

  /**
   * Takes over a checkpoint that comes with a consistency proof from the trusted one. The first checkpoint of all is
   * taken at its word. It becomes durable soon afterwards: one that is lost in a crash is only proven again.
   * @param sizeMin what was met before the proof was asked for: a log does not shrink
   * @throws LiaisonError CHECKPOINT_INVALID; CHECKPOINT_INCONSISTENT, which says where both notes are kept
   */
  extend(note: Uint8Array, proof: readonly Uint8Array[], sizeMin = 0): void {
    const shown = this.read(note);
    const held = this.proven;
    if (held && held.size > 0) this.requireConsistent(held, shown, proof);
    if (this.newest && shown.size < sizeMin) throw this.conflict(this.newest.note, note);
    this.refuseOtherRoot(shown);
    if (held && shown.size === held.size) return;
    this.proven = shown;
    if (shown.size > (this.newest?.size ?? 0)) this.newest = shown;
    const { db, store } = this.options;
    // A database that fails says so to the node itself.
    db.write(() => store.setTrusted(note)).catch(() => undefined);
  }

  /**
   * Verifies a checkpoint that came without a consistency proof.
   * @throws LiaisonError CHECKPOINT_INVALID; CHECKPOINT_INCONSISTENT, which says where both notes are kept
   */
  meet(note: Uint8Array): SeenCheckpoint {
    if (this.newest && equalBytes(this.newest.note, note)) return this.newest;
    const shown = this.read(note);
    this.refuseOtherRoot(shown);
    if (shown.size > (this.newest?.size ?? 0)) this.newest = shown;
    return shown;
  }

  /**
   * Verifies one entry of a frame against the frame's checkpoint, which {@link meet} has returned.
   * @throws LiaisonError PROOF_INVALID, MALFORMED
   */
  prove(checkpoint: SeenCheckpoint, hashes: readonly Uint8Array[], logged: LoggedEntry): ProvenEntry {
    const { index, entry: bytes } = logged;
    const path = resolvePath(hashes, logged.path);
    if (!verifyInclusion(leafHash(bytes), BigInt(index), BigInt(checkpoint.size), path, checkpoint.root)) {
      throw new LiaisonError('PROOF_INVALID', `Index ${index}, checkpoint of size ${checkpoint.size}.`);
    }
    return { index, bytes, entry: decode(EntrySchema, bytes, 'signed'), path, checkpoint };
  }

  private read(note: Uint8Array): SeenCheckpoint {
    return { ...verifyCheckpoint(note, this.options.verifier), note };
  }

  private requireConsistent(held: SeenCheckpoint, shown: SeenCheckpoint, proof: readonly Uint8Array[]): void {
    const sizes = [BigInt(held.size), BigInt(shown.size)] as const;
    if (!verifyConsistency(...sizes, held.root, shown.root, proof)) throw this.conflict(held.note, shown.note);
  }

  private refuseOtherRoot(shown: SeenCheckpoint): void {
    for (const known of [this.proven, this.newest, this.options.store.checkpoint(shown.size)]) {
      if (known?.size === shown.size && !equalBytes(known.root, shown.root))
        throw this.conflict(known.note, shown.note);
    }
  }

  private conflict(held: Uint8Array, shown: Uint8Array): LiaisonError {
    return new LiaisonError('CHECKPOINT_INCONSISTENT', this.keepConflict(held, shown));
  }

  /**
   * Writes both notes into a directory of their own, for whoever has to judge. A disk that does not take them must not
   * keep the alarm from being raised, so the alarm then has what only this session has seen.
   * @returns what was kept where
   */
  private keepConflict(held: Uint8Array, shown: Uint8Array): string {
    const dir = join(this.options.dataDir, `conflict-${this.options.now()}`);
    try {
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'held.note'), held);
      writeFileSync(join(dir, 'shown.note'), shown);
      return `Both are kept in ${dir}.`;
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      const note = JSON.stringify(Buffer.from(shown).toString('utf8').slice(0, SHOWN_NOTE_MAX));
      return `They could not be written to ${dir} (${why}). The one shown is ${note}.`;
    }
  }
}
