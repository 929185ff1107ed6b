/**
 * Attachments on their way to the gateway, before the messages that refer to them. What is sent comes from the spool and
 * is never encrypted again, so an upload goes on where the gateway says it was broken off.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { LiaisonError } from '../../protocol/errors.ts';
import type { BlobState } from '../../protocol/generated/schema.ts';
import { messageIdOf, toHex } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ATTACHMENTS } from '../../protocol/versions.ts';
import { isConnectionError, type NodeRuntime, report } from '../runtime.ts';
import type { Link } from '../session/link.ts';
import type { Ciphertext } from '../store/attachment-store.ts';
import { diskError } from './spool.ts';

/** A small file need not wait behind a large one. */
const AT_ONCE_MAX = 2;
const PIECE_BYTES = 256 * 1024;
/** Sent and not yet durable at the gateway, which allows twice as much. */
const IN_FLIGHT_BYTES_MAX = LIMITS.blobBytesInFlightMax / 2;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
/** These say that it will never be taken. */
const FINAL_CODES: ReadonlySet<string> = new Set(['ATTACHMENT_INVALID']);

export class Uploads {
  private readonly runtime: NodeRuntime;
  private readonly stored: () => void;
  private link: Link | undefined;
  private readonly underWay = new Set<string>();
  private readonly failures = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  /** @param stored called when messages may be submitted that could not before, or have been refused */
  constructor(runtime: NodeRuntime, stored: () => void) {
    this.runtime = runtime;
    this.stored = stored;
  }

  begin(link: Link): void {
    this.link = link;
    this.underWay.clear();
    this.failures.clear();
    this.wake();
  }

  end(): void {
    this.link = undefined;
    clearTimeout(this.timer);
  }

  /** Looks for what there is to upload, and clears away what is not needed any more. */
  wake(): void {
    const { attachments, db, spool } = this.runtime;
    if (attachments.hasSettledUploads()) {
      db.write(() => attachments.dropUploads())
        .then((digests) => digests.forEach((digest) => spool.remove(spool.uploadPath(digest))))
        .catch((error: unknown) => report(this.runtime, error));
    }
    const { link } = this;
    if (link?.isOpen !== true) return;
    for (const ciphertext of attachments.toUpload()) {
      const name = toHex(ciphertext.digest);
      if (this.underWay.size >= AT_ONCE_MAX) return;
      if (this.underWay.has(name)) continue;
      this.underWay.add(name);
      this.carryOut(link, ciphertext)
        .catch((error: unknown) => report(this.runtime, error))
        .finally(() => {
          if (this.link !== link) return;
          this.underWay.delete(name);
          if (!this.failures.has(name)) this.wake();
        });
    }
  }

  private async carryOut(link: Link, { digest, sizeBytes }: Ciphertext): Promise<void> {
    const { attachments, db, spool } = this.runtime;
    const name = toHex(digest);
    try {
      if (!link.agreed.capabilities.has(ATTACHMENTS)) {
        throw new LiaisonError('VERSION_UNSUPPORTED', 'The gateway does not take attachments.');
      }
      const file = await open(spool.uploadPath(digest)).catch((error: unknown) => {
        const detail = `The ciphertext ${name} is missing: ${(error as Error).message}.`;
        throw new LiaisonError('ATTACHMENT_INVALID', detail, { cause: error });
      });
      try {
        const told = (doneBytes: number): void => this.tell(digest, doneBytes, sizeBytes);
        await new UploadRun(link, file, { digest, sizeBytes }, told).done;
      } finally {
        await file.close();
      }
      await db.write(() => attachments.setStored(digest));
      this.failures.delete(name);
      this.tell(digest, sizeBytes, sizeBytes);
    } catch (error) {
      await this.failed(link, digest, error instanceof LiaisonError ? error : diskError(error));
    }
    this.stored();
  }

  private tell(digest: Uint8Array, doneBytes: number, totalBytes: number): void {
    for (const id of this.runtime.attachments.senders(digest)) {
      const about = { messageId: messageIdOf(id), digest: toHex(digest), direction: 'up' as const };
      this.runtime.notify('attachment', { ...about, doneBytes, totalBytes });
    }
  }

  private async failed(link: Link, digest: Uint8Array, error: LiaisonError): Promise<void> {
    // The next session begins with asking where to go on.
    if (isConnectionError(error) && !link.isOpen) return;
    const { attachments, db, outbox } = this.runtime;
    const name = toHex(digest);
    const isFinal = FINAL_CODES.has(error.code);
    const count = (this.failures.get(name) ?? 0) + 1;
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (count - 1));
    const rows = attachments.senders(digest).flatMap((id) => outbox.find(id) ?? []);
    const obstacle = { code: error.number, text: error.detail };
    await db.write(() => {
      for (const { seq } of rows) {
        if (isFinal) outbox.setRefused(seq, obstacle);
        else outbox.defer(seq, obstacle, this.runtime.now() + delayMs);
      }
    });
    for (const { id } of rows) {
      if (isFinal) this.runtime.notify('refused', { id: messageIdOf(id), code: error.code, text: error.message });
      else if (count === 1) report(this.runtime, error, { messageId: messageIdOf(id) });
    }
    if (isFinal) return;
    this.failures.set(name, count);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake(), delayMs);
  }
}

/** One upload in one session. */
class UploadRun {
  /** Resolves when the gateway has all of it. @throws LiaisonError what the gateway answered, or that the session ended */
  readonly done: Promise<void>;
  private readonly link: Link;
  private readonly file: FileHandle;
  private readonly ciphertext: Ciphertext;
  private readonly told: (doneBytes: number) => void;
  private sentBytes = 0;
  private durableBytes = 0;
  /** A frame is a copy, so one buffer is enough. */
  private readonly buffer = Buffer.allocUnsafe(PIECE_BYTES);
  private isPumping = false;
  private isOver = false;

  constructor(link: Link, file: FileHandle, ciphertext: Ciphertext, told: (doneBytes: number) => void) {
    this.link = link;
    this.file = file;
    this.ciphertext = ciphertext;
    this.told = told;
    this.done = new Promise((resolve, reject) => {
      const over = (act: () => void): void => {
        this.isOver = true;
        close();
        act();
      };
      const failed = (error: Error): void => over(() => reject(error));
      const { digest, sizeBytes } = ciphertext;
      const close = link.openBlob(digest, (request) => ({ kind: 'blobPut', value: { request, digest, sizeBytes } }), {
        state: (state) => {
          if (state.complete) over(resolve);
          else this.state(state).catch((error: unknown) => failed(error as Error));
        },
        failed,
      });
    });
  }

  private state({ storedBytes }: BlobState): Promise<void> {
    // The first answer, or one that takes something back.
    if (this.sentBytes === 0 || storedBytes < this.durableBytes) this.sentBytes = storedBytes;
    this.durableBytes = storedBytes;
    this.told(storedBytes);
    return this.pump();
  }

  private async pump(): Promise<void> {
    if (this.isPumping) return;
    this.isPumping = true;
    const { digest, sizeBytes } = this.ciphertext;
    try {
      while (!this.isOver && this.link.isOpen && this.sentBytes < sizeBytes) {
        const offset = this.sentBytes;
        const length = Math.min(PIECE_BYTES, sizeBytes - offset);
        if (offset + length - this.durableBytes > IN_FLIGHT_BYTES_MAX) return;
        const { buffer, bytesRead } = await this.file.read(this.buffer, 0, length, offset);
        if (bytesRead < length) throw new LiaisonError('ATTACHMENT_INVALID', 'The ciphertext in the spool is shorter.');
        // Meanwhile the gateway may have said that the upload begins anew.
        if (this.sentBytes !== offset) continue;
        this.sentBytes = offset + length;
        this.link.sendBlob({ digest, offsetBytes: offset, data: buffer.subarray(0, length) });
      }
    } finally {
      this.isPumping = false;
    }
  }
}
