/**
 * One node's connection: frames in, frames out, credit, and nothing slow. What the session may hold is bounded: unanswered
 * submissions by bytes (then the socket is not read), outgoing data by the node's credit and a high-water mark.
 */
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { encode } from '../../protocol/codec.ts';
import { ERRORS, LiaisonError, type ErrorCode } from '../../protocol/errors.ts';
import { decodeFrame } from '../../protocol/frames.ts';
import { type Frame, type Hello, SignedLeafSchema } from '../../protocol/generated/schema.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import {
  INITIAL_SESSION_STATE,
  sessionStep,
  type FrameKind,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
} from '../../protocol/session.ts';
import { encodeFrame, errorFrame } from '../ledger/answers.ts';
import { type Agreed, chooseVersion, isAgreed, PROTOCOL_VERSIONS } from '../../protocol/versions.ts';
import type { BlobRequest } from '../blobs/messages.ts';
import { SessionBlobs } from '../blobs/session-blobs.ts';
import { CAPABILITIES } from '../ledger/queries.ts';
import type { Fault, LedgerOutput, LedgerRequest } from '../pipeline.ts';
import type { Admission } from './access.ts';
import type { Budget } from './budget.ts';
import { Outbound } from './outbound.ts';

/** What a session needs from the gateway around it. */
export interface SessionHost {
  /** Passes a Submit, Handover or Events frame on; the buffer moves. Returns the job's number. */
  verify: (session: Session, frame: Uint8Array) => number;
  /** Asks the ledger something that is answered with one frame; `cost` counts like bytes. Returns the job's number. */
  ask: (cost: number, request: (job: number) => LedgerRequest) => number;
  ledger: (request: LedgerRequest) => void;
  /** Passes something on to the blob store. */
  store: (request: BlobRequest) => void;
  /** Counts bytes as work under way. Returns the job's number. */
  start: (cost: number) => number;
  opened: (session: Session) => void;
  closed: (session: Session) => void;
  refused: (code: ErrorCode) => void;
  now: () => number;
  /** Bytes of submissions under way in the whole gateway. */
  budget: Budget;
}

const SUBMIT_TAG = 0x1a;
const HANDOVER_TAG = 0x3a;
/** Of a BlobChunk, two bytes: it is large and has nothing to verify. */
const BLOB_CHUNK_TAG = 0xea01;
const GO_AWAY_RETRY_MS = 2_000;
const CLOSE_GRACE_MS = 5_000;
/** What an answer to ProofGet or DirectoryGet may take, so that few of them are under way at a time. */
const ANSWER_COST = 1024 * 1024;
/** Larger frames that are not submissions are not decoded on this thread. */
const SMALL_FRAME_BYTES = 64 * 1024;
const HELLO_TAG = 0x0a;

/** What a GoAway says besides its code. */
interface Away {
  readonly detail?: string;
  /** When the node may come back; some seconds unless told, when it may at all. */
  readonly retryAfterMs?: number;
}

export class Session {
  readonly number: number;
  readonly agency: AgencyId;
  readonly tlsKeyId: Uint8Array;
  /** Id in the log; empty until opened. */
  id: Uint8Array = new Uint8Array(0);
  mailboxes: string[] = [];
  node = '';
  lastHeardMs: number;
  readonly outbound: Outbound;
  readonly blobs: SessionBlobs;
  private readonly socket: WebSocket;
  private readonly host: SessionHost;
  private readonly log: Logger;
  private state: SessionState = INITIAL_SESSION_STATE;
  private hello: Hello | undefined;
  private welcome: Uint8Array = new Uint8Array(0);
  private readonly jobs = new Map<number, number>();
  private jobBytes = 0;
  private away: Away = {};
  /** What Hello and Welcome have agreed on. */
  agreed: Agreed = { version: 1, capabilities: new Set() };
  private closeCode: ErrorCode | undefined;

  constructor(number: number, socket: WebSocket, admission: Admission, host: SessionHost, log: Logger) {
    this.number = number;
    this.socket = socket;
    this.agency = admission.agency;
    this.tlsKeyId = admission.tlsKeyId;
    this.host = host;
    this.log = log;
    this.lastHeardMs = host.now();
    this.outbound = new Outbound(number, socket, host.ledger, host.now, {
      congested: () => this.socket.pause(),
      drained: () => {
        this.resumeIfRoom();
        this.blobs.pump();
      },
    });
    this.blobs = new SessionBlobs({
      ...{ number, agency: admission.agency, store: host.store, mailboxes: () => this.mailboxes },
      send: (frame, isLast) => this.outbound.send(frame, isLast),
      fail: (fault) => this.failWith(fault),
      isCongested: () => this.outbound.isCongested,
      ask: (request, make) => this.ask(request, make),
      started: (bytes) => {
        const job = host.start(bytes);
        this.started(job, bytes);
        return job;
      },
    });
    socket.on('message', (data, isBinary) => this.received(data, isBinary));
    socket.on('error', (error) => this.log.info({ session: number, reason: error.message }, 'socket error'));
    socket.on('close', () => {
      this.step({ kind: 'disconnected' });
      host.closed(this);
    });
  }

  get isOpen(): boolean {
    return this.state.kind === 'open';
  }

  get isAwaitingHello(): boolean {
    return this.state.kind === 'awaiting-hello';
  }

  /** Ends the session in good order: GoAway, answers under way, close. */
  end(code: ErrorCode, away: Away = {}): void {
    this.away = away;
    this.step({ kind: 'end', code });
    if (this.jobs.size === 0) this.step({ kind: 'idle' });
  }

  /** Ends the session because of what the node did or did not do. */
  fail(code: ErrorCode): void {
    this.failWith({ code, detail: '' });
  }

  /** What the ledger has to say to this session. */
  output(output: Extract<LedgerOutput, { session: number }>): void {
    switch (output.kind) {
      case 'opened':
        this.id = output.id;
        this.welcome = output.welcome;
        for (const { mailbox, next } of output.mailboxes) this.outbound.serve(mailbox, next);
        this.step({ kind: 'opened' });
        return;
      case 'open-refused':
        this.failWith(output.fault);
        return;
      case 'fetched':
        this.outbound.fetched(output);
        return;
      case 'owed':
        this.outbound.settled(output.frame);
        return;
      case 'blob-begin':
      case 'blob-read':
        // The blob store's.
        return;
      case 'frame':
        this.outbound.send(output.frame);
        if (output.job !== undefined) this.answered(output.job);
        return;
    }
  }

  /** A frame that verification could not read at all. */
  rejected(job: number, fault: Fault): void {
    this.failWith(fault);
    this.answered(job);
  }

  ping(nonce: number): void {
    this.outbound.send(encodeFrame({ kind: 'ping', value: { nonce } }));
  }

  private failWith(fault: Fault): void {
    if (this.state.kind === 'closed') return;
    this.outbound.send(errorFrame(new LiaisonError(fault.code, fault.detail)));
    this.step({ kind: 'failed', code: fault.code });
  }

  private received(data: RawData, isBinary: boolean): void {
    this.lastHeardMs = this.host.now();
    const bytes = data as Buffer;
    if (!isBinary) return this.fail('MALFORMED');
    if (this.state.kind === 'draining' || this.state.kind === 'closed') return;
    const large = bytes.length > SMALL_FRAME_BYTES;
    if (this.state.kind !== 'open' && (large || bytes[0] !== HELLO_TAG)) return this.fail('FRAME_UNEXPECTED');
    const isChunk = bytes.length >= 2 && bytes.readUInt16BE() === BLOB_CHUNK_TAG;
    if (bytes[0] === SUBMIT_TAG || bytes[0] === HANDOVER_TAG || (large && !isChunk)) return this.work(bytes);
    let frame: Frame['frame'];
    try {
      frame = decodeFrame(isChunk ? ownBuffer(bytes) : bytes).frame;
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.failWith({ code: error.code, detail: error.detail });
      return;
    }
    this.frame(frame, bytes);
  }

  private frame(frame: Frame['frame'], bytes: Buffer): void {
    if (frame.kind === 'hello') this.hello = frame.value;
    if (!isAgreed(frame.kind, this.agreed)) return this.fail('FRAME_UNEXPECTED');
    if (!this.allows(frame.kind)) return;
    const { number: session, agency } = this;
    switch (frame.kind) {
      case 'ready':
        return this.outbound.addCredit(frame.value.messages, frame.value.bytes);
      case 'proofGet': {
        const ask = copied(frame.value);
        const { version } = this.agreed;
        return this.ask(ask.request, (job) => ({ kind: 'proofs', job, session, agency, version, ...ask }));
      }
      case 'directoryGet': {
        const ask = frame.value;
        return this.ask(ask.request, (job) => ({ kind: 'directory', job, session, ...ask }));
      }
      case 'groupGet': {
        const groupIds = frame.value.groupIds.map((id) => id.slice());
        const { request } = frame.value;
        const { mailboxes } = this;
        return this.ask(request, (job) => ({ kind: 'groups', job, session, agency, mailboxes, request, groupIds }));
      }
      case 'groupPut': {
        const { request, statement } = frame.value;
        const signed = encode(SignedLeafSchema, statement);
        return this.ask(request, (job) => ({ kind: 'group-put', job, session, agency, request, signed }));
      }
      case 'blobPut':
        return this.blobs.put(frame.value);
      case 'blobChunk':
        return this.blobs.chunk(frame.value);
      case 'blobGet':
        return this.blobs.get(frame.value);
      case 'ping':
        return this.outbound.send(
          encodeFrame({ kind: 'pong', value: { nonce: frame.value.nonce, nowMs: this.host.now() } }),
        );
      case 'events':
        return this.work(bytes);
      case 'submit':
      case 'handover':
        // An unknown field stood before it; the frame is as good as any other.
        return this.work(bytes);
      default:
    }
  }

  /** Takes the step for a frame; true when it is to be handled here. */
  private allows(kind: FrameKind): boolean {
    return this.step({ kind: 'frame', frame: kind }).some((effect) => effect.kind === 'handle');
  }

  private ask(request: number, make: (job: number) => LedgerRequest): void {
    if (request === 0) return this.failWith({ code: 'MALFORMED', detail: 'A request number is not 0.' });
    this.started(this.host.ask(ANSWER_COST, make), ANSWER_COST);
  }

  private work(bytes: Buffer): void {
    const frame = ownBuffer(bytes);
    const { length } = frame;
    this.started(this.host.verify(this, frame), length);
  }

  private started(job: number, cost: number): void {
    this.jobBytes += cost;
    this.jobs.set(job, cost);
    if (this.jobBytes >= LIMITS.submitBytesInFlightMax || this.host.budget.isSpent) this.pause();
  }

  /** Work under way has ended. */
  answered(job: number): void {
    const length = this.jobs.get(job) ?? 0;
    this.jobBytes -= length;
    this.jobs.delete(job);
    this.resumeIfRoom();
    if (this.jobs.size === 0) this.step({ kind: 'idle' });
  }

  private pause(): void {
    this.socket.pause();
    this.host.budget.wait(() => this.resumeIfRoom());
  }

  private resumeIfRoom(): void {
    if (!this.socket.isPaused || this.outbound.isCongested || this.jobBytes >= LIMITS.submitBytesInFlightMax / 2)
      return;
    if (this.host.budget.isSpent) this.host.budget.wait(() => this.resumeIfRoom());
    else this.socket.resume();
  }

  private step(event: SessionEvent): SessionEffect[] {
    const before = this.state.kind;
    const { state, effects } = sessionStep(this.state, event);
    this.state = state;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'open':
          this.requestOpen();
          break;
        case 'welcome':
          this.outbound.send(this.welcome);
          this.host.opened(this);
          break;
        case 'error':
          this.host.refused(effect.code);
          if (event.kind === 'frame') this.outbound.send(errorFrame(new LiaisonError(effect.code)));
          break;
        case 'go-away':
          this.outbound.send(goAway(effect.code, this.away));
          break;
        case 'close':
          this.close(effect.code);
          break;
        case 'handle':
          break;
      }
    }
    if (state.kind === 'closed' && before !== 'closed') this.ended(event);
    return effects;
  }

  private ended(event: SessionEvent): void {
    if (event.kind === 'failed') this.closeCode ??= event.code;
    if (this.id.length > 0) {
      const code = this.closeCode === undefined ? 0 : ERRORS[this.closeCode].number;
      this.host.ledger({ kind: 'closed', id: this.id, code });
    }
  }

  private requestOpen(): void {
    const hello = this.hello;
    if (!hello) return;
    const version = chooseVersion(hello.versions);
    if (version === undefined) {
      const detail = `Versions ${PROTOCOL_VERSIONS.join(' and ')} are spoken here.`;
      return this.failWith({ code: 'VERSION_UNSUPPORTED', detail });
    }
    this.agreed = { version, capabilities: new Set(hello.capabilities.filter((name) => CAPABILITIES.includes(name))) };
    const mailboxes = hello.mailboxes.map((cursor) => cursor.mailbox);
    if (new Set(mailboxes).size !== mailboxes.length) {
      return this.failWith({ code: 'MALFORMED', detail: 'Hello names a mailbox twice.' });
    }
    this.mailboxes = mailboxes;
    this.node = hello.node;
    const { number: session, agency, tlsKeyId } = this;
    this.host.ledger({
      kind: 'open',
      session,
      agency,
      tlsKeyId,
      hello: { ...hello, checkpoint: hello.checkpoint.slice() },
    });
  }

  private close(code: ErrorCode): void {
    this.closeCode = code;
    const status = code === 'SHUTTING_DOWN' ? 1001 : code === 'TAKEN_OVER' ? 1000 : 1008;
    this.socket.close(status, code);
    // A remote party that does not answer the close must not keep the socket.
    setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS).unref();
  }
}

/** Only whole buffers can move to another thread; the socket library hands out parts of larger ones for small frames. */
function ownBuffer(bytes: Buffer): Uint8Array {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? new Uint8Array(bytes.buffer as ArrayBuffer) : new Uint8Array(bytes);
}

function goAway(code: ErrorCode, { detail = '', retryAfterMs }: Away): Uint8Array {
  const error = new LiaisonError(code, detail);
  const value = {
    code: error.number,
    text: error.message,
    retryAfterMs: retryAfterMs ?? (error.retry ? GO_AWAY_RETRY_MS : 0),
  };
  return encodeFrame({ kind: 'goAway', value });
}

/** Small requests keep no hold of the buffer that their frame came in. */
const copied = <T extends { messageIds: Uint8Array[]; checkpoint: Uint8Array }>(value: T): T => ({
  ...value,
  messageIds: value.messageIds.map((id) => id.slice()),
  checkpoint: value.checkpoint.slice(),
});
