/** The blob store's thread: takes pieces in the order in which they come, and tells what is durable. */
import { LiaisonError } from '../../protocol/errors.ts';
import { passed, release } from '../../protocol/release.ts';
import type { Fault } from '../pipeline.ts';
import type { BlobOutput, BlobRequest } from './messages.ts';
import type { BlobStore, UploadName } from './store.ts';

/** A sync for each so many bytes: the disk works while more comes. */
const SYNC_BYTES = 2 * 1024 * 1024;
/** After this pause what has come is made durable, however little it is. */
const QUIET_MS = 50;

interface Open extends UploadName {
  session: number;
  request: number;
  sizeBytes: number;
  quiet: NodeJS.Timeout | undefined;
}

export class BlobThread {
  private readonly store: BlobStore;
  private readonly post: (output: BlobOutput, transfer?: ArrayBuffer[]) => void;
  /** By upload: the session that writes it. A later one takes over. */
  private readonly open = new Map<string, Open>();

  constructor(store: BlobStore, post: (output: BlobOutput, transfer?: ArrayBuffer[]) => void) {
    this.store = store;
    this.post = post;
  }

  handle(request: BlobRequest): void {
    switch (request.kind) {
      case 'open':
        return this.begin(request);
      case 'write':
        return this.write(request);
      case 'read':
        return this.read(request);
      case 'gone':
        for (const upload of [...this.open.values()]) if (upload.session === request.session) this.forget(upload);
        return;
      case 'erase':
        return this.erase(request.digest, request.agency);
      case 'close':
        for (const upload of [...this.open.values()]) this.forget(upload);
        return this.store.closeAll();
    }
  }

  private begin({ session, request, digest, agency, sizeBytes }: BlobRequest & { kind: 'open' }): void {
    const upload: Open = { session, request, digest, agency, sizeBytes, quiet: undefined };
    const before = this.open.get(idOf(upload));
    if (before) this.forget(before);
    this.open.set(idOf(upload), upload);
    this.attempt(upload, () => {
      const storedBytes = this.store.open(upload);
      if (storedBytes > sizeBytes) {
        this.store.remove(upload);
        this.store.open(upload);
        this.tell(upload, 0);
      } else if (storedBytes === sizeBytes) this.finish(upload);
      else this.tell(upload, storedBytes);
    });
  }

  private write({ session, job, offset, data, ...name }: BlobRequest & { kind: 'write' }): void {
    const upload = this.open.get(idOf(name));
    if (upload?.session === session) {
      this.attempt(upload, () => {
        const unsynced = this.store.write(upload, offset, data);
        if (offset + data.length === upload.sizeBytes) this.finish(upload);
        else if (unsynced >= SYNC_BYTES) this.sync(upload);
        else upload.quiet ??= setTimeout(() => this.attempt(upload, () => this.sync(upload)), QUIET_MS);
      });
    }
    passed(data.length);
    release(data);
    this.post({ kind: 'written', session, job });
  }

  private sync(upload: Open): void {
    clearTimeout(upload.quiet);
    upload.quiet = undefined;
    this.tell(upload, this.store.sync(upload));
  }

  private finish(upload: Open): void {
    const { session, request, digest, agency, sizeBytes } = upload;
    if (this.store.finish(upload) === 'again') {
      this.store.open(upload);
      return this.tell(upload, 0);
    }
    this.forget(upload);
    this.post({ kind: 'stored', session, request, digest, agency, sizeBytes });
  }

  private tell({ session, request, digest, agency }: Open, storedBytes: number): void {
    this.post({ kind: 'state', session, request, digest, agency, storedBytes });
  }

  private read({ session, job, digest, offset, length }: BlobRequest & { kind: 'read' }): void {
    try {
      const data = this.store.read(digest, offset, length);
      this.post({ kind: 'data', session, job, data }, [data.buffer]);
    } catch (error) {
      this.post({ kind: 'data', session, job, data: new Uint8Array(0), fault: faultOf(error) });
    }
  }

  private erase(digest: string, agency: string | undefined): void {
    let isGone = true;
    try {
      if (agency === undefined) this.store.erase(digest);
      else this.store.remove({ digest, agency });
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      // The next sweep tells it again.
      isGone = false;
    }
    if (agency === undefined) this.post({ kind: 'erased', digest, isGone });
  }

  /** What is wrong with one upload is its own matter. */
  private attempt(upload: Open, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.forget(upload);
      const { session, request, digest, agency } = upload;
      const isOver = error.code === 'ATTACHMENT_INVALID';
      this.post({ kind: 'failed', session, request, digest, agency, fault: faultOf(error), isOver });
    }
  }

  private forget(upload: Open): void {
    clearTimeout(upload.quiet);
    if (this.open.get(idOf(upload)) === upload) this.open.delete(idOf(upload));
  }
}

const idOf = ({ digest, agency }: UploadName): string => `${digest}.${agency}`;

const faultOf = (error: unknown): Fault =>
  error instanceof LiaisonError
    ? { code: error.code, detail: error.detail }
    : { code: 'INTERNAL', detail: String(error) };
