/**
 * Ciphertexts of attachments as files: `<digest>` is complete and durable, `<digest>.<agency>.part` is on its way. A file
 * gets its final name only after its digest was found right and its bytes were synced, so whatever has that name is whole.
 * Each agency writes a partial file of its own: nobody learns from an upload what others have sent.
 *
 * Runs in a thread of its own and blocks it. Who uploaded what, and what may go, is the ledger's to know
 * (gateway/ledger/uploads.ts).
 */
import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { LiaisonError } from '../../protocol/errors.ts';

/** What the store does to the disk, for tests that stop in between. */
export type Disk = Pick<
  typeof fs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'fstatSync'
  | 'fdatasyncSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'renameSync'
  | 'rmSync'
  | 'mkdirSync'
>;

export interface UploadName {
  /** Hexadecimal. */
  digest: string;
  agency: string;
}

interface Upload extends UploadName {
  fd: number;
  hash: Hash;
  storedBytes: number;
  syncedBytes: number;
  /** Begins with bytes from before this process: after a power cut these may be wrong. */
  isResumed: boolean;
}

/** Open files; of more uploads the oldest are closed, and read again when they go on. */
const OPEN_MAX = 128;
const READ_BYTES = 1024 * 1024;

export class BlobStore {
  private readonly dir: string;
  private readonly disk: Disk;
  private readonly uploads = new Map<string, Upload>();

  /** @throws LiaisonError STORAGE_FAILED when the directory cannot be made */
  constructor(dir: string, disk: Disk = fs) {
    this.dir = dir;
    this.disk = disk;
    named(() => disk.mkdirSync(dir, { recursive: true, mode: 0o700 }));
  }

  /**
   * Begins or goes on with an upload: what is in its partial file is read for the digest, unless this process wrote it.
   * @returns bytes that are there and durable
   * @throws LiaisonError STORAGE_FULL, STORAGE_FAILED
   */
  open(name: UploadName): number {
    const known = this.uploads.get(idOf(name));
    if (known) {
      this.sync(name);
      return known.syncedBytes;
    }
    return named(() => {
      const { disk } = this;
      const fd = disk.openSync(this.partPath(name), fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
      const upload: Upload = {
        ...{ digest: name.digest, agency: name.agency, fd, hash: createHash('sha256') },
        ...{ storedBytes: 0, syncedBytes: 0, isResumed: false },
      };
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      for (;;) {
        const length = disk.readSync(fd, buffer, 0, READ_BYTES, upload.storedBytes);
        if (length === 0) break;
        upload.hash.update(buffer.subarray(0, length));
        upload.storedBytes += length;
      }
      upload.isResumed = upload.storedBytes > 0;
      disk.fdatasyncSync(fd);
      upload.syncedBytes = upload.storedBytes;
      this.keep(upload);
      return upload.syncedBytes;
    });
  }

  /**
   * Appends a piece. It is durable after {@link sync} or {@link finish}.
   * @returns bytes in the file that are not synced
   * @throws LiaisonError STORAGE_FULL: nothing of the piece counts; STORAGE_FAILED
   */
  write(name: UploadName, offset: number, data: Uint8Array): number {
    const upload = this.require(name);
    if (offset !== upload.storedBytes) throw new LiaisonError('MALFORMED', 'A piece does not follow the one before.');
    try {
      for (let done = 0; done < data.length;) {
        done += this.disk.writeSync(upload.fd, data, done, data.length - done, offset + done);
      }
    } catch (error) {
      // What was written of it would be read again as part of the upload.
      this.abandon(upload);
      throw diskError(error);
    }
    upload.hash.update(data);
    upload.storedBytes += data.length;
    return upload.storedBytes - upload.syncedBytes;
  }

  /**
   * Makes durable what has been written.
   * @returns bytes that are durable
   * @throws LiaisonError STORAGE_FULL, STORAGE_FAILED
   */
  sync(name: UploadName): number {
    const upload = this.require(name);
    if (upload.syncedBytes < upload.storedBytes) {
      this.syncFile(upload);
      upload.syncedBytes = upload.storedBytes;
    }
    return upload.syncedBytes;
  }

  /**
   * Ends an upload of which all bytes have been written: compares the digest, syncs, gives the file its final name and
   * syncs the directory. Durable when it returns `stored`; `again` when bytes of an earlier process were wrong and the
   * upload must begin anew.
   * @throws LiaisonError ATTACHMENT_INVALID when the bytes have another digest; STORAGE_FULL, STORAGE_FAILED
   */
  finish(name: UploadName): 'stored' | 'again' {
    const upload = this.require(name);
    const isRight = upload.hash.copy().digest('hex') === name.digest;
    if (!isRight) {
      this.remove(name);
      if (upload.isResumed) return 'again';
      throw new LiaisonError('ATTACHMENT_INVALID', `${name.digest} is not the digest of what was uploaded.`);
    }
    this.syncFile(upload);
    named(() => {
      this.close(upload);
      this.disk.renameSync(this.partPath(name), this.path(name.digest));
      this.syncDirectory();
    });
    return 'stored';
  }

  /**
   * A piece of a complete ciphertext; shorter at its end.
   * @throws LiaisonError MESSAGE_UNKNOWN when it is not here, STORAGE_FAILED
   */
  read(digest: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
    return named(() => {
      let fd: number;
      try {
        fd = this.disk.openSync(this.path(digest), 'r');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        throw new LiaisonError('MESSAGE_UNKNOWN', `There is no ciphertext ${digest}.`);
      }
      try {
        const buffer = new Uint8Array(length);
        return buffer.slice(0, this.disk.readSync(fd, buffer, 0, length, offset));
      } finally {
        this.disk.closeSync(fd);
      }
    });
  }

  /** Deletes an agency's partial file. */
  remove(name: UploadName): void {
    const upload = this.uploads.get(idOf(name));
    named(() => {
      if (upload) this.close(upload);
      this.disk.rmSync(this.partPath(name), { force: true });
    });
  }

  /** Deletes a complete ciphertext. Whether it is gone for good does not matter: what comes back is found by its age. */
  erase(digest: string): void {
    named(() => this.disk.rmSync(this.path(digest), { force: true }));
  }

  /** Closes all files. Partial ones stay as they are. */
  closeAll(): void {
    for (const upload of [...this.uploads.values()]) this.close(upload);
  }

  private require(name: UploadName): Upload {
    const upload = this.uploads.get(idOf(name));
    if (!upload) throw new LiaisonError('OVERLOADED', 'The upload was put aside; ask where to go on.');
    return upload;
  }

  private keep(upload: Upload): void {
    this.uploads.set(idOf(upload), upload);
    const [oldest] = this.uploads.values();
    if (this.uploads.size > OPEN_MAX && oldest) this.close(oldest);
  }

  private abandon(upload: Upload): void {
    try {
      this.disk.ftruncateSync(upload.fd, upload.storedBytes);
    } catch {
      // Then the digest will tell.
    }
  }

  private syncFile(upload: Upload): void {
    named(() => this.disk.fdatasyncSync(upload.fd));
  }

  private close(upload: Upload): void {
    this.uploads.delete(idOf(upload));
    this.disk.closeSync(upload.fd);
  }

  private syncDirectory(): void {
    const fd = this.disk.openSync(this.dir, 'r');
    try {
      this.disk.fsyncSync(fd);
    } finally {
      this.disk.closeSync(fd);
    }
  }

  private path(digest: string): string {
    return join(this.dir, digest);
  }

  private partPath({ digest, agency }: UploadName): string {
    return join(this.dir, `${digest}.${agency}.part`);
  }
}

const idOf = ({ digest, agency }: UploadName): string => `${digest}.${agency}`;

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function diskError(error: unknown): LiaisonError {
  if (error instanceof LiaisonError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new LiaisonError(FULL.has(code) ? 'STORAGE_FULL' : 'STORAGE_FAILED', `Attachments: ${message}.`, {
    cause: error,
  });
}

function named<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error);
  }
}
