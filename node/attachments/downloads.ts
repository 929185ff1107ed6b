/** Attachments of received messages on their way here. A message is handed over only when all of its own are durable. */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { LiaisonError } from '../../protocol/errors.ts';
import type { BlobChunk } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { isConnectionError, type NodeRuntime, report } from '../runtime.ts';
import type { BlobFrame, Link } from '../session/link.ts';
import type { Ciphertext } from '../store/attachment-store.ts';
import { diskError } from './spool.ts';

const AT_ONCE_MAX = 2;
/** What one BlobGet asks for, and how many of them are under way: the gateway's credit for one attachment. */
const RANGE_BYTES = 1024 * 1024;
const RANGES_MAX = 4;
const READ_BYTES = 256 * 1024;
const TELL_BYTES = 1024 * 1024;
const RETRY_MS = 30_000;

export class Downloads {
  private readonly runtime: NodeRuntime;
  private readonly fetched: (digest: Uint8Array) => Promise<void>;
  private readonly lost: (digest: Uint8Array, error: LiaisonError) => Promise<void>;
  private link: Link | undefined;
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly paused = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param fetched is told of each ciphertext that is durable here
   * @param lost is told that the gateway does not have it for us
   */
  constructor(
    runtime: NodeRuntime,
    fetched: (digest: Uint8Array) => Promise<void>,
    lost: (digest: Uint8Array, error: LiaisonError) => Promise<void>,
  ) {
    this.runtime = runtime;
    this.fetched = fetched;
    this.lost = lost;
  }

  begin(link: Link): void {
    this.link = link;
    this.paused.clear();
    this.wake();
  }

  end(): void {
    this.link = undefined;
    clearTimeout(this.timer);
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Looks for what there is to fetch. */
  wake(): void {
    const { link } = this;
    if (link?.isOpen !== true) return;
    for (const ciphertext of this.runtime.attachments.toFetch()) {
      const name = toHex(ciphertext.digest);
      if (this.underWay.size >= AT_ONCE_MAX) return;
      if (this.underWay.has(name) || this.paused.has(name)) continue;
      const run = this.carryOut(link, ciphertext)
        .catch((error: unknown) => this.pause(link, name, error))
        .finally(() => {
          this.underWay.delete(name);
          this.wake();
        });
      this.underWay.set(name, run);
    }
  }

  private async carryOut(link: Link, ciphertext: Ciphertext): Promise<void> {
    const { digest, sizeBytes } = ciphertext;
    const { spool } = this.runtime;
    if (!spool.has(digest, sizeBytes)) {
      const told = (doneBytes: number): void => this.tell(digest, doneBytes, sizeBytes);
      try {
        const isRight = await fetchInto(link, spool.partPath(digest), ciphertext, told);
        if (!isRight) {
          spool.remove(spool.partPath(digest));
          throw new LiaisonError('ATTACHMENT_INVALID', `${toHex(digest)} came with other bytes.`);
        }
      } catch (error) {
        if (error instanceof LiaisonError && error.code === 'MESSAGE_UNKNOWN') await this.lost(digest, error);
        throw error instanceof LiaisonError ? error : diskError(error);
      }
      await spool.complete(digest);
    }
    await this.fetched(digest);
    this.tell(digest, sizeBytes, sizeBytes);
  }

  /** Everything else goes on meanwhile. */
  private pause(link: Link, name: string, error: unknown): void {
    if (this.link !== link || (isConnectionError(error) && !link.isOpen)) return;
    report(this.runtime, error);
    this.paused.add(name);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.paused.clear();
      this.wake();
    }, RETRY_MS);
  }

  private tell(digest: Uint8Array, doneBytes: number, totalBytes: number): void {
    for (const messageId of this.runtime.attachments.receivers(digest)) {
      const about = { messageId, digest: toHex(digest), direction: 'down' as const };
      this.runtime.notify('attachment', { ...about, doneBytes, totalBytes });
    }
  }
}

/**
 * Goes on with a partial file until all bytes are durable in it.
 * @returns whether they have the digest
 */
async function fetchInto(
  link: Link,
  path: string,
  { digest, sizeBytes }: Ciphertext,
  told: (doneBytes: number) => void,
): Promise<boolean> {
  const file = await open(path, 'a+', 0o600);
  try {
    const hash = createHash('sha256');
    const before = await hashFile(file, hash);
    if (before > sizeBytes) return false;
    if (before < sizeBytes) await new DownloadRun(link, file, hash, { digest, sizeBytes }, before, told).done;
    await file.datasync();
    return hash.digest('hex') === toHex(digest);
  } finally {
    await file.close();
  }
}

async function hashFile(file: FileHandle, hash: Hash): Promise<number> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
    if (bytesRead === 0) return at;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** One download in one session: asks for ranges ahead, writes what comes in order. */
class DownloadRun {
  /** @throws LiaisonError what the gateway answered, or that the session ended; what the disk says */
  readonly done: Promise<void>;
  private readonly link: Link;
  private readonly file: FileHandle;
  private readonly hash: Hash;
  private readonly ciphertext: Ciphertext;
  private readonly told: (doneBytes: number) => void;
  private receivedBytes: number;
  private askedBytes: number;
  private toldBytes: number;
  private readonly closers: (() => void)[] = [];

  constructor(
    link: Link,
    file: FileHandle,
    hash: Hash,
    ciphertext: Ciphertext,
    fromBytes: number,
    told: (doneBytes: number) => void,
  ) {
    this.link = link;
    this.file = file;
    this.hash = hash;
    this.ciphertext = ciphertext;
    this.told = told;
    this.receivedBytes = this.askedBytes = this.toldBytes = fromBytes;
    this.done = new Promise<void>((resolve, reject) => {
      const failed = (error: Error): void => reject(error);
      const chunk = (piece: BlobChunk): void => {
        try {
          this.take(piece);
          if (this.receivedBytes === ciphertext.sizeBytes) resolve();
          else this.ask(chunk, failed);
        } catch (error) {
          failed(error as Error);
        }
      };
      this.ask(chunk, failed);
    }).finally(() => {
      for (const close of this.closers) close();
    });
  }

  /** Keeps some ranges under way. */
  private ask(chunk: (piece: BlobChunk) => void, failed: (error: Error) => void): void {
    const { digest, sizeBytes } = this.ciphertext;
    while (this.askedBytes < sizeBytes && this.askedBytes - this.receivedBytes <= (RANGES_MAX - 1) * RANGE_BYTES) {
      const offsetBytes = this.askedBytes;
      const bytes = Math.min(RANGE_BYTES, sizeBytes - offsetBytes);
      this.askedBytes += bytes;
      // A range that has come in full is not listened to any more.
      if (this.closers.length >= RANGES_MAX) this.closers.shift()?.();
      const ofRange = (piece: BlobChunk): void => {
        if (piece.offsetBytes >= offsetBytes && piece.offsetBytes < offsetBytes + bytes) chunk(piece);
      };
      const make = (request: number): BlobFrame => ({
        kind: 'blobGet',
        value: { request, digest, offsetBytes, bytes },
      });
      this.closers.push(this.link.openBlob(digest, make, { chunk: ofRange, failed }));
    }
  }

  private take({ offsetBytes, data }: BlobChunk): void {
    if (offsetBytes !== this.receivedBytes || offsetBytes + data.length > this.askedBytes) {
      throw new LiaisonError('MALFORMED', 'A BlobChunk does not follow the one before.');
    }
    for (let done = 0; done < data.length;) done += writeSync(this.file.fd, data, done, data.length - done);
    this.hash.update(data);
    this.receivedBytes += data.length;
    if (this.receivedBytes - this.toldBytes < TELL_BYTES) return;
    this.toldBytes = this.receivedBytes;
    this.told(this.receivedBytes);
  }
}
