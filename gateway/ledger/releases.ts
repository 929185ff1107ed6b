/**
 * What this gateway has released, and what others hold of it: before anything is signed after a start, the log is compared
 * with the released mark and with what the witnesses have signed; a log that is smaller or different is not gone on with.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatementSync } from 'node:sqlite';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import { parseNote } from '../../audit/note.ts';
import { formatSplitView } from '../../audit/split-view.ts';
import { parseVerifierKey } from '../../audit/verifier-key.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes, toBase64, toHex } from '../../protocol/ids.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { LedgerOutput, LedgerRequest, ReleasedLog, ShownCheckpoint } from '../pipeline.ts';
import { storageError } from './database.ts';
import type { LedgerEngine } from './engine.ts';
import { ReleasedMark } from './released-mark.ts';

/** As much as a frame has room for in its field `checkpoint`. */
const NOTE_BYTES_MAX = 4096;

export interface ReleaseFiles {
  /** The released mark. */
  readonly mark: string;
  /** Directory for what proves that two histories were signed. */
  readonly data: string;
}

/** A shard as far as a checkpoint of it can be judged. */
interface KnownLog {
  readonly verifierKey: string;
  readonly size: number;
  readonly checkpoint: Uint8Array;
  /** `undefined` for a size at which nothing can be said: the entries were dropped. */
  readonly rootAt: (size: number) => Uint8Array | undefined;
}

type Request = Extract<LedgerRequest, { kind: 'releases' | 'consistency' | 'cosigned' | 'shown' }>;

export class Releases {
  private readonly engine: LedgerEngine;
  private readonly files: ReleaseFiles | undefined;
  private readonly post: (output: LedgerOutput) => void;
  private readonly sql: Readonly<Record<'get' | 'set', StatementSync>>;
  private mark: ReleasedMark | undefined;
  /** What the mark holds. */
  private marked: Uint8Array | undefined;
  private firstNumber: number;

  constructor(engine: LedgerEngine, files: ReleaseFiles | undefined, post: (output: LedgerOutput) => void) {
    this.engine = engine;
    this.files = files;
    this.post = post;
    this.sql = {
      get: engine.prepare('SELECT note FROM cosigned WHERE origin = ?'),
      set: engine.prepare('INSERT OR REPLACE INTO cosigned (origin, note) VALUES (?, ?)'),
    };
    this.firstNumber = engine.firstNumber;
    const note = this.stored(this.origin);
    if (note && this.isOurs(note)) engine.cosigned = { note, size: checkpointOf(note).size };
  }

  private isOurs(note: Uint8Array): boolean {
    try {
      return this.conflictWith(note) === undefined;
    } catch (error) {
      if (error instanceof LiaisonError && error.code === 'CHECKPOINT_INVALID') return false;
      throw error;
    }
  }

  /** Of the newest shard. */
  get origin(): string {
    return this.engine.store.get('facts', 'origin')?.text ?? '';
  }

  /**
   * Compares the log with the mark and with what witnesses have shown, and begins to keep the mark.
   * @param failed is told when the mark can no longer be kept
   * @throws LiaisonError LOG_FORKED when the log is smaller than what was released, or another one; FILE_INVALID when the
   *   mark's file is something else; STORAGE_FAILED
   */
  begin(shown: readonly ShownCheckpoint[], failed: (error: LiaisonError) => void): void {
    for (const one of shown) this.compare(one);
    if (!this.files) return;
    const { mark: path } = this.files;
    this.mark = new ReleasedMark(path, failed);
    const { found, isNew } = this.mark;
    if (found) this.requireMarkOurs(found, `The released mark ${path}`);
    else if (this.engine.tree.size > 1) {
      const what = isNew ? 'is missing' : 'cannot be read';
      this.notice(
        `The released mark ${path} ${what} and is made anew. Nothing but the witnesses can now say whether this database is the newest: if it comes from a backup, stop the gateway.`,
      );
    }
    this.committed();
  }

  /** Must run after each commit, before anybody is told of it. @throws LiaisonError STORAGE_FAILED */
  committed(): void {
    const { checkpoint, firstNumber, cosigned } = this.engine;
    // Cosignatures are on a checkpoint of one shard.
    if (cosigned && firstNumber !== this.firstNumber) this.engine.cosigned = undefined;
    this.firstNumber = firstNumber;
    if (!this.mark || (this.marked && equalBytes(this.marked, checkpoint))) return;
    this.mark.write(checkpoint);
    this.marked = checkpoint;
  }

  close(): void {
    this.mark?.close();
  }

  handle(request: Request): void {
    switch (request.kind) {
      case 'releases':
        return this.post({ kind: 'releases', call: request.call, logs: this.logs() });
      case 'consistency': {
        const { call, origin, from, to } = request;
        return this.post({ kind: 'consistency', call, hashes: this.consistency(origin, from, to) });
      }
      case 'cosigned':
        return this.keep(request.note);
      case 'shown':
        return this.compare(request);
    }
  }

  /** What witnesses are to sign: the newest shard, and the one before it until its end is signed. */
  private logs(): ReleasedLog[] {
    const { engine, origin } = this;
    const before = engine.closedShards.at(-1);
    const newest = { origin, size: engine.tree.size, checkpoint: engine.checkpoint };
    const end = before && this.stored(before.origin);
    if (!before || (end && checkpointOf(end).size === before.size)) return [newest];
    return [{ origin: before.origin, size: before.size, checkpoint: before.checkpoint }, newest];
  }

  private consistency(origin: string, from: number, to: number): Uint8Array[] {
    if (origin === this.origin) return this.engine.tree.consistencyPath(from, to);
    const shard = this.engine.closedShards.find((one) => one.origin === origin);
    return shard && shard.droppedIndex === 0 ? this.engine.treeOf(shard).consistencyPath(from, to) : [];
  }

  /** Keeps a checkpoint with the cosignatures that the policy asks for; durable when it returns. */
  private keep(note: Uint8Array): void {
    const { origin, size } = checkpointOf(note);
    const before = this.stored(origin);
    if (note.length > NOTE_BYTES_MAX || (before && checkpointOf(before).size > size)) return;
    try {
      this.sql.set.run(origin, note);
    } catch (error) {
      const named = storageError(error);
      // There will be another one.
      if (named.code === 'STORAGE_FULL') return;
      throw named;
    }
    if (origin === this.origin) this.engine.cosigned = { note, size };
  }

  private stored(origin: string): Uint8Array | undefined {
    return this.sql.get.get(origin)?.['note'] as Uint8Array | undefined;
  }

  /** What somebody shows counts only when this log's key has signed it. */
  private compare({ from, note }: ShownCheckpoint): void {
    try {
      this.requireOurs(note, `The witness ${from}`);
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      this.notice(`The witness ${from} shows what is no checkpoint of this log: ${error.detail}`);
    }
  }

  /** The mark was written here, so one of another log or key means that the database is another one. */
  private requireMarkOurs(note: Uint8Array, who: string): void {
    try {
      this.requireOurs(note, who);
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code !== 'CHECKPOINT_INVALID') throw error;
      throw new LiaisonError('LOG_FORKED', `${who} does not belong to this database. ${error.detail}`, {
        cause: error,
      });
    }
  }

  /** @throws LiaisonError LOG_FORKED, CHECKPOINT_INVALID */
  private requireOurs(note: Uint8Array, who: string): void {
    const why = this.conflictWith(note);
    if (why === undefined) return;
    const kept = this.keepBoth(note);
    throw new LiaisonError('LOG_FORKED', `${who} ${why}.${kept}`);
  }

  /**
   * Why a checkpoint cannot be of this log, if it cannot.
   * @throws LiaisonError CHECKPOINT_INVALID when it is of no log that this gateway has, or that log's key has not signed it
   */
  private conflictWith(note: Uint8Array): string | undefined {
    const { origin, size, root } = checkpointOf(note);
    const log = this.log(origin);
    if (!log) {
      const why = `It is of the log ${origin}, which is neither this log (${this.origin}) nor a shard before it.`;
      throw new LiaisonError('CHECKPOINT_INVALID', why);
    }
    verifyCheckpoint(note, parseVerifierKey(log.verifierKey));
    const theirs = `has size ${size} and the root ${toBase64(root)}`;
    if (size > log.size) return `${theirs}; the log ${origin} in the database ends at ${log.size}`;
    const ours = log.rootAt(size);
    if (!ours || equalBytes(ours, root)) return undefined;
    return `${theirs}; the log ${origin} in the database has at this size the root ${toBase64(ours)}`;
  }

  private log(origin: string): KnownLog | undefined {
    const { engine } = this;
    if (origin === this.origin) {
      const verifierKey = engine.store.get('facts', 'verifier-key')?.text ?? '';
      const { size } = engine.tree;
      return { verifierKey, size, checkpoint: engine.checkpoint, rootAt: (at) => engine.tree.rootAt(at) };
    }
    const shard = engine.closedShards.find((one) => one.origin === origin);
    if (!shard) return undefined;
    const rootAt = (at: number): Uint8Array | undefined => {
      if (at === shard.size) return checkpointOf(shard.checkpoint).root;
      return shard.droppedIndex === 0 ? engine.treeOf(shard).rootAt(at) : undefined;
    };
    return { ...shard, rootAt };
  }

  /** Both notes in one file, for whoever has to judge; a disk that does not take it must not hide the alarm. */
  private keepBoth(theirs: Uint8Array): string {
    const { origin } = checkpointOf(theirs);
    const ours = this.log(origin)?.checkpoint;
    if (!this.files || !ours) return '';
    const text = formatSplitView({ origin, checkpoints: [ours, theirs] });
    // One name for the same two: a supervisor may try the start again and again.
    const file = join(this.files.data, `split-view-${toHex(sha256(Buffer.from(text))).slice(0, 16)}.json`);
    try {
      writeFileSync(file, text, { mode: 0o600, flush: true });
      return ` Both checkpoints are in ${file}.`;
    } catch (error) {
      return ` They could not be written to ${file} (${(error as NodeJS.ErrnoException).code ?? String(error)}).`;
    }
  }

  private notice(text: string): void {
    this.post({ kind: 'notice', text });
  }
}

const checkpointOf = (note: Uint8Array): Checkpoint => parseCheckpoint(parseNote(note).text);
