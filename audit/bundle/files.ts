/**
 * The files of a bundle. A bundle may come from anybody, so nothing is read but plain files of the size that they may have,
 * at the place where they belong: no link leads out of it, and no pipe holds the reader up.
 */
import { closeSync, existsSync, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LiaisonError } from '../../protocol/errors.ts';

/** Its process, and a number. */
export const TEMPORARY = /^\.(\d+)\.\d+\.new$/;

export class BundleFiles {
  /** As it was given. */
  readonly path: string;
  private readonly root: string;
  /** Directories that are known to be there. */
  private readonly made = new Set<string>();
  private written = 0;

  /** @throws LiaisonError FILE_UNREADABLE when the directory does not exist */
  constructor(path: string) {
    this.path = path;
    try {
      this.root = realpathSync.native(path);
    } catch (error) {
      throw new LiaisonError('FILE_UNREADABLE', `${path} does not exist.`, { cause: error });
    }
  }

  has(name: string): boolean {
    return existsSync(join(this.root, name));
  }

  /**
   * A file's bytes, or `undefined` when there is none.
   * @param name below the bundle's directory, with slashes
   * @throws LiaisonError DATA_DAMAGED when it is larger than `bytesMax`, not a plain file or reached through a link;
   *   FILE_UNREADABLE
   */
  read(name: string, bytesMax: number): Uint8Array | undefined {
    const path = join(this.root, name);
    try {
      if (!lstatSync(path).isFile()) throw damaged(`${name} is not a plain file.`);
      if (realpathSync.native(path) !== path) throw damaged(`${name} is reached through a link.`);
      return readWhole(path, name, bytesMax);
    } catch (error) {
      if (error instanceof LiaisonError) throw error;
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new LiaisonError('FILE_UNREADABLE', `${path} cannot be read (${code ?? String(error)}).`, { cause: error });
    }
  }

  /**
   * Puts a file in place: readers see all of it or what was there before. It is durable when this returns.
   * @throws LiaisonError STORAGE_FULL, STORAGE_FAILED
   */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.root, name);
    const temporary = join(this.root, `.${process.pid}.${this.written++}.new`);
    try {
      await this.makeDirectory(dirname(path));
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      const { code = String(error) } = error as NodeJS.ErrnoException;
      const named = code === 'ENOSPC' || code === 'EDQUOT' ? 'STORAGE_FULL' : 'STORAGE_FAILED';
      throw new LiaisonError(named, `${path} cannot be written (${code}).`, { cause: error });
    }
  }

  /** Removes a file that has been superseded, and its directory when that is empty. */
  async remove(name: string): Promise<void> {
    const path = join(this.root, name);
    await rm(path, { force: true });
    await rmdir(dirname(path)).catch(() => undefined);
    this.made.delete(dirname(path));
  }

  /** Removes what processes that are gone have left half written. */
  async removeTemporary(): Promise<void> {
    for (const name of readdirSync(this.root)) {
      const [, pid] = TEMPORARY.exec(name) ?? [];
      if (pid !== undefined && !isRunning(Number(pid))) await rm(join(this.root, name), { force: true });
    }
  }

  private async makeDirectory(path: string): Promise<void> {
    if (this.made.has(path)) return;
    await mkdir(path, { recursive: true });
    this.made.add(path);
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readWhole(path: string, name: string, bytesMax: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > bytesMax) throw damaged(`${name} has ${size} bytes, more than the ${bytesMax} that it can have.`);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const read = readSync(file, bytes, at, size - at, at);
      if (read === 0) throw damaged(`${name} became shorter while it was read.`);
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

const damaged = (detail: string): LiaisonError => new LiaisonError('DATA_DAMAGED', detail);
