/**
 * Ciphertexts on the node's disk, named by their digest: `<digest>.up` to be uploaded, `<digest>.part` being fetched,
 * `<digest>` fetched. Whatever has its name is whole: it was synced before it was renamed.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AttachmentSealer, newAttachmentKey, sealedLength } from '../../protocol/envelope/attachments.ts';
import type { RandomBytes } from '../../protocol/envelope/key-wrap.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Attachment } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { passed } from '../../protocol/release.ts';
import type { AttachmentDraft } from '../types.ts';
import { mediaTypeOf } from './media-types.ts';
import { type Piece, piecesWithoutMetadata } from './metadata.ts';
import { safeName } from './names.ts';

const READ_BYTES = 256 * 1024;
const TEMPORARY = /\.tmp$/;

export class Spool {
  readonly dir: string;
  private readonly random: RandomBytes;

  /** Makes the directory; what an earlier process has left half done is deleted. @throws LiaisonError STORAGE_FAILED */
  constructor(dataDir: string, random: RandomBytes) {
    this.dir = join(dataDir, 'spool');
    this.random = random;
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(this.dir)) if (TEMPORARY.test(name)) rmSync(join(this.dir, name));
    } catch (error) {
      throw diskError(error);
    }
  }

  uploadPath(digest: Uint8Array): string {
    return join(this.dir, `${toHex(digest)}.up`);
  }

  partPath(digest: Uint8Array): string {
    return join(this.dir, `${toHex(digest)}.part`);
  }

  path(digest: Uint8Array): string {
    return join(this.dir, toHex(digest));
  }

  /** Whether all of a ciphertext is here. */
  has(digest: Uint8Array, sizeBytes: number): boolean {
    return statSync(this.path(digest), { throwIfNoEntry: false })?.size === sizeBytes;
  }

  /**
   * Reads a file once and encrypts it into the spool, in constant memory. Durable when it resolves.
   * @throws LiaisonError FILE_UNREADABLE; FILE_INVALID for what is no file, or a photo whose metadata cannot be taken out;
   *   STORAGE_FULL, STORAGE_FAILED
   */
  async seal(draft: AttachmentDraft): Promise<Attachment> {
    const source = await open(draft.path).catch((error: unknown) => {
      throw new LiaisonError('FILE_UNREADABLE', `${draft.path}: ${(error as Error).message}.`, { cause: error });
    });
    const temporary = join(this.dir, `${toHex(this.random(8))}.tmp`);
    try {
      if (!(await source.stat()).isFile()) throw new LiaisonError('FILE_INVALID', `${draft.path} is not a file.`);
      const pieces = draft.keepMetadata === true ? undefined : await piecesWithoutMetadata(source);
      const sealed = await this.sealInto(temporary, plainOf(source, pieces), draft);
      await rename(temporary, this.uploadPath(sealed.digest));
      this.syncDirectory();
      return sealed;
    } catch (error) {
      rmSync(temporary, { force: true });
      throw named(error, draft.path);
    } finally {
      await source.close();
    }
  }

  /** Gives a fetched ciphertext its name. Durable when it resolves. */
  async complete(digest: Uint8Array): Promise<void> {
    await rename(this.partPath(digest), this.path(digest));
    this.syncDirectory();
  }

  remove(path: string): void {
    rmSync(path, { force: true });
  }

  /** Deletes what no row of the database refers to: files of a call that a crash has cut off. */
  keepOnly(isKnown: (digestHex: string, kind: 'up' | 'down') => boolean): void {
    for (const name of readdirSync(this.dir)) {
      const [digest = '', ending] = name.split('.');
      if (!isKnown(digest, ending === 'up' ? 'up' : 'down')) this.remove(join(this.dir, name));
    }
  }

  private async sealInto(path: string, plain: AsyncIterable<Uint8Array>, draft: AttachmentDraft): Promise<Attachment> {
    const key = newAttachmentKey(this.random);
    const sealer = new AttachmentSealer(key);
    const [plainHash, hash] = [createHash('sha256'), createHash('sha256')];
    const target = await open(path, 'wx', 0o600);
    try {
      let sizeBytes = 0;
      let sealedBytes = 0;
      const write = async (bytes: Uint8Array): Promise<void> => {
        hash.update(bytes);
        sealedBytes += bytes.length;
        await writeAll(target, bytes);
        passed(3 * bytes.length);
      };
      for await (const bytes of plain) {
        plainHash.update(bytes);
        sizeBytes += bytes.length;
        await write(sealer.update(bytes));
      }
      await write(sealer.final());
      await target.datasync();
      if (sealedBytes !== sealedLength(sizeBytes))
        throw new LiaisonError('INTERNAL', 'A ciphertext has a wrong length.');
      const name = safeName(draft.name ?? basename(draft.path));
      return {
        ...{ ...key, digest: hash.digest(), sizeBytes, name, plainDigest: plainHash.digest() },
        mediaType: draft.mediaType ?? mediaTypeOf(name),
      };
    } finally {
      await target.close();
    }
  }

  private syncDirectory(): void {
    const fd = openSync(this.dir, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }
}

async function* plainOf(file: FileHandle, pieces: readonly Piece[] | undefined): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (const piece of pieces ?? [{ from: 0, to: Infinity }]) {
    if ('bytes' in piece) {
      yield piece.bytes;
      continue;
    }
    for (let at = piece.from; at < piece.to;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, piece.to - at), at);
      if (bytesRead === 0) break;
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }
}

/** A write to a file may take less than it was given. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What the node's own disk says. */
export function diskError(error: unknown): LiaisonError {
  if (error instanceof LiaisonError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const cause = { cause: error };
  return FULL.has(code)
    ? new LiaisonError('STORAGE_FULL', "The node's own disk.", cause)
    : new LiaisonError('STORAGE_FAILED', `The node's own disk: ${message}.`, cause);
}

function named(error: unknown, path: string): LiaisonError {
  if (error instanceof LiaisonError && error.code === 'FILE_INVALID' && !error.detail.startsWith(path)) {
    return new LiaisonError('FILE_INVALID', `${path}: ${error.detail}`, { cause: error });
  }
  return diskError(error);
}
