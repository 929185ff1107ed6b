/**
 * The attachments of one session. Up: pieces go to the blob store's thread as they come; what has not been written there
 * counts among the session's work under way, and what is not durable may be no more than a window, so a node that sends
 * faster than the disk waits. Down: pieces are read only as far as the node has given credit and its socket drains.
 */
import { LiaisonError } from '../../protocol/errors.ts';
import type { BlobChunk, BlobGet, BlobPut } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { passed, release } from '../../protocol/release.ts';
import { encodeFrame, errorFrame } from '../ledger/answers.ts';
import type { Fault, LedgerOutput, LedgerRequest } from '../pipeline.ts';
import type { BlobOutput, BlobRequest } from './messages.ts';

/** What the session lends. */
export interface BlobSession {
  number: number;
  agency: string;
  mailboxes: () => string[];
  /** `isLast`: nobody needs the frame's buffer afterwards. */
  send: (frame: Uint8Array, isLast?: boolean) => void;
  fail: (fault: Fault) => void;
  isCongested: () => boolean;
  /** Asks the ledger; `cost` counts like bytes until it is answered. */
  ask: (request: number, make: (job: number) => LedgerRequest) => void;
  /** Counts bytes as work under way; returns the job's number. */
  started: (bytes: number) => number;
  store: (request: BlobRequest) => void;
}

interface Upload {
  digest: string;
  request: number;
  sizeBytes: number;
  sentBytes: number;
  durableBytes: number;
}
interface Range {
  request: number;
  digest: string;
  sizeBytes: number;
  offset: number;
  end: number;
}

/** Pieces of a download: small enough that other frames are not held up behind them. */
const PIECE_BYTES = 256 * 1024;
const READS_MAX = 2;

export class SessionBlobs {
  private readonly session: BlobSession;
  private readonly uploads = new Map<string, Upload>();
  /** BlobGets without an answer of the ledger yet, by request. */
  private readonly asked = new Map<number, BlobGet>();
  private readonly ranges: Range[] = [];
  private readonly reads = new Map<number, Range & { length: number }>();

  constructor(session: BlobSession) {
    this.session = session;
  }

  put({ request, digest, sizeBytes }: BlobPut): void {
    const { number: session, agency } = this.session;
    if (!this.uploads.has(toHex(digest)) && this.uploads.size >= LIMITS.attachmentsMax) {
      return this.session.send(errorFrame(new LiaisonError('OVERLOADED', 'Too many uploads at once.'), request));
    }
    const copy = new Uint8Array(digest);
    this.session.ask(request, (job) => ({
      ...{ kind: 'blob-put', job, session, agency: agency as never, request, digest: copy, sizeBytes },
    }));
  }

  chunk({ digest, offsetBytes, data }: BlobChunk): void {
    const upload = this.uploads.get(toHex(digest));
    // Sent before the node could know that the upload has failed.
    if (!upload) return;
    const end = offsetBytes + data.length;
    if (data.length === 0 || offsetBytes !== upload.sentBytes || end > upload.sizeBytes) {
      return this.session.fail({ code: 'MALFORMED', detail: 'A BlobChunk does not follow the one before.' });
    }
    if (end - upload.durableBytes > LIMITS.blobBytesInFlightMax) {
      return this.session.fail({ code: 'LIMIT_EXCEEDED', detail: 'More of an upload is under way than allowed.' });
    }
    upload.sentBytes = end;
    passed(data.length);
    const { number: session, agency } = this.session;
    const job = this.session.started(data.length);
    this.session.store({ kind: 'write', session, job, digest: upload.digest, agency, offset: offsetBytes, data });
  }

  get(ask: BlobGet): void {
    if (this.asked.size + this.ranges.length >= LIMITS.blobGetsMax) {
      return this.session.fail({ code: 'LIMIT_EXCEEDED', detail: 'Too many BlobGets at once.' });
    }
    const copy = { ...ask, digest: new Uint8Array(ask.digest) };
    this.asked.set(ask.request, copy);
    const { number: session } = this.session;
    const mailboxes = this.session.mailboxes();
    this.session.ask(ask.request, (job) => ({
      ...{ kind: 'blob-get', job, session, mailboxes, request: ask.request, digest: copy.digest },
    }));
  }

  begin({ request, digest, sizeBytes }: LedgerOutput & { kind: 'blob-begin' }): void {
    const { number: session, agency } = this.session;
    // Nothing is taken before BlobState has said where to go on.
    this.uploads.set(digest, { digest, request, sizeBytes, sentBytes: sizeBytes, durableBytes: sizeBytes });
    this.session.store({ kind: 'open', session, request, digest, agency, sizeBytes });
  }

  read({ request, digest, sizeBytes, fault }: LedgerOutput & { kind: 'blob-read' }): void {
    const ask = this.asked.get(request);
    this.asked.delete(request);
    if (fault) return this.session.send(errorFrame(new LiaisonError(fault.code, fault.detail), request));
    if (!ask) return;
    const end = Math.min(sizeBytes, ask.offsetBytes + ask.bytes);
    if (ask.offsetBytes < end) this.ranges.push({ request, digest, sizeBytes, offset: ask.offsetBytes, end });
    this.pump();
  }

  /** What the blob store has to say to this session. */
  output(output: Exclude<BlobOutput, { kind: 'written' | 'erased' | 'fatal' }>): void {
    switch (output.kind) {
      case 'state':
        return this.state(output.digest, output.storedBytes);
      case 'stored':
        this.uploads.delete(output.digest);
        return;
      case 'failed':
        this.uploads.delete(output.digest);
        return this.session.send(errorFrame(new LiaisonError(output.fault.code, output.fault.detail), output.request));
      case 'data':
        return this.data(output);
    }
  }

  /** The socket has room again. */
  pump(): void {
    while (this.reads.size < READS_MAX && !this.session.isCongested()) {
      const range = this.ranges[0];
      if (!range) return;
      const length = Math.min(PIECE_BYTES, range.end - range.offset);
      const job = this.session.started(length);
      this.reads.set(job, { ...range, length });
      this.session.store({
        ...{ kind: 'read', session: this.session.number, job, digest: range.digest, offset: range.offset, length },
      });
      range.offset += length;
      if (range.offset >= range.end) this.ranges.shift();
    }
  }

  private state(digest: string, storedBytes: number): void {
    const upload = this.uploads.get(digest);
    if (!upload) return;
    const isFirst = upload.durableBytes === upload.sizeBytes;
    // The first answer, or that the upload begins anew: nothing is under way.
    if (isFirst || storedBytes < upload.durableBytes) upload.sentBytes = storedBytes;
    upload.durableBytes = storedBytes;
    const { request } = upload;
    const value = { request, digest: fromHex(digest), storedBytes, complete: false };
    this.session.send(encodeFrame({ kind: 'blobState', value }));
  }

  private data({ job, data, fault }: BlobOutput & { kind: 'data' }): void {
    const read = this.reads.get(job);
    this.reads.delete(job);
    if (!read) return;
    if (fault || data.length < read.length) {
      this.ranges.splice(0, this.ranges.length, ...this.ranges.filter(({ request }) => request !== read.request));
      const { code, detail } = fault ?? {
        code: 'DATA_DAMAGED' as const,
        detail: 'A ciphertext is shorter than it was.',
      };
      this.session.send(errorFrame(new LiaisonError(code, detail), read.request));
    } else {
      const value = { digest: fromHex(read.digest), offsetBytes: read.offset, data };
      this.session.send(encodeFrame({ kind: 'blobChunk', value }), true);
      passed(read.length);
      release(data);
    }
    this.pump();
  }
}
