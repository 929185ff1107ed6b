/**
 * The newest checkpoint that this gateway has released, in a file apart from the database: a database that was put back from
 * a backup is found out at the start, before anything is signed that contradicts what others hold.
 *
 * The file has two slots, written in turn, each with a digest: a crash in the middle of one leaves the other. It is written
 * after each commit and before its answers go out, and synced at most once a second. So after a power cut it may be a second
 * behind the log, never ahead of it: it may miss something then, but it raises no false alarm.
 */
import {
  closeSync,
  fsync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { LiaisonError } from '../../protocol/errors.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { toHex } from '../../protocol/ids.ts';

/** A page each, so that a torn write hits one of them. */
const SLOT_BYTES = 4096;
const FILE_BYTES = 2 * SLOT_BYTES;
const HEAD = /^liaison-released@v1 (\d{1,16}) (\d{1,4}) ([0-9a-f]{64})\n/;
const SYNC_MS = 1000;

interface Slot {
  readonly sequence: number;
  readonly note: Uint8Array;
}

export class ReleasedMark {
  /** The checkpoint that the file held when it was opened; absent when it is new or neither slot can be read. */
  readonly found: Uint8Array | undefined;
  /** The file was not there. */
  readonly isNew: boolean;
  private readonly path: string;
  private readonly file: number;
  private sequence: number;
  private isSynced = true;
  private isSyncing = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly failed: (error: LiaisonError) => void;

  /**
   * Opens the file, or makes it with empty slots.
   * @param failed is told when the file can no longer be synced: then the gateway must stop
   * @throws LiaisonError FILE_INVALID when the file is something else; STORAGE_FAILED
   */
  constructor(path: string, failed: (error: LiaisonError) => void) {
    this.path = path;
    this.failed = failed;
    try {
      const size = statSync(path, { throwIfNoEntry: false })?.size;
      if (size !== undefined && size !== FILE_BYTES) throw this.foreign();
      this.isNew = size === undefined;
      if (this.isNew) makeFile(path);
      this.file = openSync(path, 'r+');
      const bytes = Buffer.alloc(FILE_BYTES);
      readSync(this.file, bytes, 0, FILE_BYTES, 0);
      const slots = [0, SLOT_BYTES].flatMap((at) => readSlot(bytes.subarray(at, at + SLOT_BYTES)) ?? []);
      const newest = slots.sort((a, b) => b.sequence - a.sequence)[0];
      this.found = newest?.note;
      this.sequence = newest?.sequence ?? 0;
    } catch (error) {
      throw this.named(error);
    }
  }

  /**
   * Writes the checkpoint over the older slot, without waiting for the disk.
   * @throws LiaisonError STORAGE_FAILED
   */
  write(note: Uint8Array): void {
    const sequence = this.sequence + 1;
    try {
      writeSync(this.file, slotOf({ sequence, note }), 0, SLOT_BYTES, (sequence % 2) * SLOT_BYTES);
    } catch (error) {
      throw this.named(error);
    }
    this.sequence = sequence;
    this.isSynced = false;
    this.timer ??= setTimeout(() => this.syncLater(), SYNC_MS).unref();
  }

  /** Syncs and closes. @throws LiaisonError STORAGE_FAILED */
  close(): void {
    clearTimeout(this.timer);
    try {
      if (!this.isSynced) fsyncSync(this.file);
      closeSync(this.file);
    } catch (error) {
      throw this.named(error);
    }
  }

  private syncLater(): void {
    this.timer = undefined;
    if (this.isSyncing) return;
    this.isSyncing = true;
    this.isSynced = true;
    fsync(this.file, (error) => {
      this.isSyncing = false;
      if (error && error.code !== 'EBADF') this.failed(this.named(error));
      else if (!this.isSynced) this.timer ??= setTimeout(() => this.syncLater(), SYNC_MS).unref();
    });
  }

  private foreign(): LiaisonError {
    return new LiaisonError(
      'FILE_INVALID',
      `releasedMark: ${this.path} is a file of another kind; it is left as it is.`,
    );
  }

  private named(error: unknown): LiaisonError {
    if (error instanceof LiaisonError) return error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return new LiaisonError('STORAGE_FAILED', `releasedMark: ${this.path} (${why}).`, { cause: error });
  }
}

/** Complete or not there: a crash leaves no half of it under the final name. */
function makeFile(path: string): void {
  const bytes = Buffer.alloc(FILE_BYTES, '\n');
  writeFileSync(`${path}.new`, bytes, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

/** Head and note as text, so that a person can read the file, filled up with newlines. */
function slotOf({ sequence, note }: Slot): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES, '\n');
  const head = `liaison-released@v1 ${sequence} ${note.length} ${digestOf(sequence, note)}\n`;
  if (head.length + note.length > SLOT_BYTES) throw new LiaisonError('INTERNAL', 'The checkpoint is too long.');
  slot.write(head, 'latin1');
  slot.set(note, head.length);
  return slot;
}

function readSlot(slot: Buffer): Slot | undefined {
  const [head, sequence, length, digest] = HEAD.exec(slot.toString('latin1')) ?? [];
  if (head === undefined) return undefined;
  const note = new Uint8Array(slot.subarray(head.length, head.length + Number(length)));
  return digestOf(Number(sequence), note) === digest ? { sequence: Number(sequence), note } : undefined;
}

// The number too: one that belongs to a new note must not make an old one the newest.
const digestOf = (sequence: number, note: Uint8Array): string =>
  toHex(sha256(Buffer.concat([Buffer.from(`${sequence}\n`), note])));
