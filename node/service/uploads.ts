/**
 * Files on their way between a client and the node: uploads until their message is durable, downloads until they are
 * read. They lie in the node's own directory, for its owner alone.
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readdirSync,
  rmSync,
  type ReadStream,
  statSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LiaisonError } from '../../protocol/errors.ts';

/** An upload that no message used by then is removed at the next start or upload. */
const UPLOADS_KEPT_MS = 24 * 3600 * 1000;

export interface Upload {
  readonly upload: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface UploadsOptions {
  readonly dir: string;
  readonly bytesMax: number;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export class Uploads {
  private readonly options: UploadsOptions;
  private readonly downloads: string;

  constructor(options: UploadsOptions) {
    this.options = options;
    this.downloads = join(options.dir, 'downloads');
    rmSync(this.downloads, { recursive: true, force: true });
    mkdirSync(this.downloads, { recursive: true, mode: 0o700 });
    this.forgetOld();
  }

  /**
   * Takes a file; it is durable when this resolves.
   * @throws LiaisonError LIMIT_EXCEEDED; errors of the stream and of the disk
   */
  async add(source: Readable): Promise<Upload> {
    this.forgetOld();
    const name = Buffer.from(this.options.random(16)).toString('hex');
    const path = join(this.options.dir, name);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const count = new Transform({
      transform: (chunk: Buffer, _encoding, next) => {
        sizeBytes += chunk.length;
        hash.update(chunk);
        const isTooMuch = sizeBytes > this.options.bytesMax;
        next(isTooMuch ? new LiaisonError('LIMIT_EXCEEDED', `At most ${this.options.bytesMax} bytes.`) : null, chunk);
      },
    });
    try {
      await pipeline(source, count, createWriteStream(`${path}.part`, { mode: 0o600, flush: true }));
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw error;
    }
    return { upload: name, sizeBytes, sha256: hash.digest('hex') };
  }

  /** Where an upload lies; whether it does is for the reader to find out. */
  pathOf(upload: string): string {
    return join(this.options.dir, upload);
  }

  /** The message has it now. */
  async remove(upload: string): Promise<void> {
    await rm(this.pathOf(upload), { force: true });
  }

  /** Has a file written and opens it; it is gone from the directory at once. */
  async download(write: (path: string) => Promise<void>): Promise<{ stream: ReadStream; sizeBytes: number }> {
    const path = join(this.downloads, Buffer.from(this.options.random(16)).toString('hex'));
    try {
      await write(path);
      const file = await open(path);
      const { size: sizeBytes } = await file.stat();
      return { stream: createReadStream(path, { fd: file }), sizeBytes };
    } finally {
      await rm(path, { force: true });
    }
  }

  private forgetOld(): void {
    for (const entry of readdirSync(this.options.dir, { withFileTypes: true })) {
      const path = join(this.options.dir, entry.name);
      const stat = statSync(path, { throwIfNoEntry: false });
      const isOld = stat?.isFile() === true && stat.mtimeMs < this.options.now() - UPLOADS_KEPT_MS;
      if (isOld) rmSync(path, { force: true });
    }
  }
}
