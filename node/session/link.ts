/** One open session, as the rest of the node uses it: requests with their answers, and a few frames without. */
import { encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type BatchSignature,
  type Directory,
  type Envelope,
  type Frame,
  FrameSchema,
  type HandoverResult,
  type Proofs,
  type SessionLimits,
  type SignedLeaf,
  type SubmitResult,
} from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { passed, release } from '../../protocol/release.ts';
import type { Agreed } from '../../protocol/versions.ts';
import { remoteError } from './connection-errors.ts';

type FrameBody = Frame['frame'];
type FrameKind = FrameBody['kind'];
type FrameOf<K extends FrameKind> = Extract<FrameBody, { kind: K }>['value'];

export type BlobFrame = Extract<FrameBody, { kind: 'blobPut' | 'blobGet' }>;

/** What an upload or a download hears. */
export interface BlobListener {
  readonly state?: (state: FrameOf<'blobState'>) => void;
  readonly chunk?: (chunk: FrameOf<'blobChunk'>) => void;
  /** The gateway's refusal, or the end of the session. */
  readonly failed: (error: LiaisonError) => void;
}

interface Pending {
  readonly answer: FrameKind;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LiaisonError) => void;
}

export const encodeFrame = (frame: FrameBody): Uint8Array => encode(FrameSchema, { frame });

export class Link {
  /** As stated in Welcome. */
  readonly limits: SessionLimits;
  readonly agreed: Agreed;
  private readonly transmit: (bytes: Uint8Array) => void;
  private readonly pending = new Map<number, Pending>();
  private readonly pings = new Map<
    number,
    { resolve: (pong: FrameOf<'pong'>) => void; reject: (error: LiaisonError) => void }
  >();
  private readonly blobs = new Map<number, BlobListener & { readonly digest: Uint8Array }>();
  private lastRequest = 0;
  private lastNonce = 0;
  private ended: LiaisonError | undefined;
  private accepting = true;

  constructor(limits: SessionLimits, agreed: Agreed, transmit: (bytes: Uint8Array) => void) {
    this.limits = limits;
    this.agreed = agreed;
    this.transmit = transmit;
  }

  /** Whether new requests may be made. */
  get isOpen(): boolean {
    return this.accepting && !this.ended;
  }

  /** Requests without an answer. */
  get pendingCount(): number {
    return this.pending.size;
  }

  submit(envelopes: Envelope[]): Promise<SubmitResult> {
    return this.ask('submitResult', (request) => ({ kind: 'submit', value: { request, envelopes } }));
  }

  handover(statements: Uint8Array[], signature: BatchSignature): Promise<HandoverResult> {
    const make = (request: number): FrameBody => ({ kind: 'handover', value: { request, statements, signature } });
    return this.ask('handoverResult', make);
  }

  /** @param checkpoint asks for consistency from it; empty for none */
  proofs(messageIds: Uint8Array[], checkpoint: Uint8Array): Promise<Proofs> {
    return this.ask('proofs', (request) => ({ kind: 'proofGet', value: { request, messageIds, checkpoint } }));
  }

  directory(mailboxes: string[], after = ''): Promise<Directory> {
    return this.ask('directory', (request) => ({ kind: 'directoryGet', value: { request, mailboxes, after } }));
  }

  /** Access and consent, signed as a batch. */
  events(statements: Uint8Array[], signature: BatchSignature): Promise<FrameOf<'eventsResult'>> {
    return this.ask('eventsResult', (request) => ({ kind: 'events', value: { request, statements, signature } }));
  }

  /** @param groupIds empty for all groups of the session's mailboxes */
  groups(groupIds: Uint8Array[]): Promise<FrameOf<'groups'>> {
    return this.ask('groups', (request) => ({ kind: 'groupGet', value: { request, groupIds } }));
  }

  /** @param statement an owner's signed GroupStatement */
  putGroup(statement: SignedLeaf): Promise<FrameOf<'groupPutResult'>> {
    return this.ask('groupPutResult', (request) => ({ kind: 'groupPut', value: { request, statement } }));
  }

  /**
   * Begins an upload or asks for a part of a ciphertext. States and pieces come to the listener until it is closed.
   * @returns closes it
   */
  openBlob(digest: Uint8Array, make: (request: number) => BlobFrame, listener: BlobListener): () => void {
    if (!this.isOpen) {
      queueMicrotask(() => listener.failed(this.ended ?? new LiaisonError('UNAVAILABLE', 'The session is ending.')));
      return () => undefined;
    }
    const request = this.nextRequest();
    this.blobs.set(request, { ...listener, digest });
    this.transmit(encodeFrame(make(request)));
    return () => void this.blobs.delete(request);
  }

  sendBlob(value: FrameOf<'blobChunk'>): void {
    if (!this.isOpen) return;
    const frame = encodeFrame({ kind: 'blobChunk', value });
    this.transmit(frame);
    // A client masks what it sends, in a copy.
    passed(frame.length);
    release(frame);
  }

  /** Grants credit. */
  ready(messages: number, bytes: number): void {
    if (this.isOpen) this.transmit(encodeFrame({ kind: 'ready', value: { messages, bytes } }));
  }

  /** Resolves with the gateway's answer. */
  ping(): Promise<FrameOf<'pong'>> {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        reject(this.ended);
        return;
      }
      const nonce = ++this.lastNonce;
      this.pings.set(nonce, { resolve, reject });
      this.transmit(encodeFrame({ kind: 'ping', value: { nonce } }));
    });
  }

  /** @returns whether the frame was an answer (also one that nobody waits for any more) */
  answered(frame: FrameBody): boolean {
    switch (frame.kind) {
      case 'submitResult':
      case 'handoverResult':
      case 'proofs':
      case 'directory':
      case 'eventsResult':
      case 'groups':
      case 'groupPutResult':
        this.settle(frame.value.request, frame.kind, (pending) => pending.resolve(frame.value));
        return true;
      case 'error': {
        const { request, code, text } = frame.value;
        if (request === 0) return false;
        this.blobs.get(request)?.failed(remoteError(code, text));
        this.blobs.delete(request);
        this.settle(request, undefined, (pending) => pending.reject(remoteError(code, text)));
        return true;
      }
      case 'blobState':
        this.blobs.get(frame.value.request)?.state?.(frame.value);
        return true;
      case 'blobChunk':
        for (const { digest, chunk } of [...this.blobs.values()]) {
          if (equalBytes(digest, frame.value.digest)) chunk?.(frame.value);
        }
        return true;
      case 'pong': {
        const { nonce } = frame.value;
        this.pings.get(nonce)?.resolve(frame.value);
        this.pings.delete(nonce);
        return true;
      }
      default:
        return false;
    }
  }

  /** No new requests; answers still count. */
  stopAccepting(): void {
    this.accepting = false;
  }

  /** Every request that waits fails with UNAVAILABLE: what ended the session is no answer to it. */
  end(cause: LiaisonError | undefined): void {
    if (this.ended) return;
    const error = new LiaisonError('UNAVAILABLE', 'The session has ended.', { cause });
    this.ended = error;
    for (const { reject } of [...this.pending.values(), ...this.pings.values()]) reject(error);
    for (const { failed } of [...this.blobs.values()]) failed(error);
    this.pending.clear();
    this.pings.clear();
    this.blobs.clear();
  }

  private nextRequest(): number {
    return (this.lastRequest = (this.lastRequest % 0xffffffff) + 1);
  }

  private ask<K extends FrameKind>(answer: K, make: (request: number) => FrameBody): Promise<FrameOf<K>> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) {
        reject(this.ended ?? new LiaisonError('UNAVAILABLE', 'The session is ending.'));
        return;
      }
      const request = this.nextRequest();
      const bytes = encodeFrame(make(request));
      this.pending.set(request, { answer, resolve: resolve as (value: unknown) => void, reject });
      this.transmit(bytes);
    });
  }

  private settle(request: number, answer: FrameKind | undefined, act: (pending: Pending) => void): void {
    const pending = this.pending.get(request);
    if (!pending) return;
    this.pending.delete(request);
    if (answer === undefined || pending.answer === answer) act(pending);
    else pending.reject(new LiaisonError('FRAME_UNEXPECTED', `${answer} answers a request for ${pending.answer}.`));
  }
}
