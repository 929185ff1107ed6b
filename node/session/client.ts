/** Carries out what `machine.ts` decides: owns the socket and the timers of the node's session. */
import { LiaisonError } from '../../protocol/errors.ts';
import { decodeFrame } from '../../protocol/frames.ts';
import {
  type Deliver,
  type Evidence,
  type Frame,
  type Hello,
  type SessionLimits,
  type Welcome,
} from '../../protocol/generated/schema.ts';
import { type Agreed, chooseVersion } from '../../protocol/versions.ts';
import { passed, release } from '../../protocol/release.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { remoteError } from './connection-errors.ts';
import { encodeFrame, Link } from './link.ts';
import { INITIAL_STATE, type SessionEffect, type SessionEvent, type SessionState, transition } from './machine.ts';
import type { Connect, FrameSocket } from './socket.ts';

export interface SessionOwner {
  /** The additions that Hello names. */
  readonly capabilities: readonly string[];
  hello(): Hello;
  /** Judges a Welcome. @throws LiaisonError, which ends the session */
  welcome(welcome: Welcome): void;
  /** The session can be used. */
  begin(link: Link): void;
  /** The session cannot be used any more. Called once for each begin or failed connection. */
  end(error: LiaisonError | undefined, final: boolean): void;
  alarm(error: LiaisonError): void;
  deliver(frame: Deliver): void;
  evidence(frame: Evidence): void;
}

export interface SessionOptions {
  readonly connect: Connect;
  readonly owner: SessionOwner;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Evenly distributed in [0, 1). */
  readonly jitter: () => number;
}

/** A side that has heard nothing for this long closes (SPEC.md section 3.2). */
export const SILENCE_MAX_MS = 45_000;
const PING_EVERY_MS = 15_000;
/** A session that lasted this long was no failure. */
const LASTED_MS = 10_000;

export class SessionClient {
  private readonly options: SessionOptions;
  private state: SessionState = INITIAL_STATE;
  private socket: FrameSocket | undefined;
  private link: Link | undefined;
  private welcomed: Welcome | undefined;
  private retry: NodeJS.Timeout | undefined;
  private silence: NodeJS.Timeout | undefined;
  private pings: NodeJS.Timeout | undefined;
  private lasting: NodeJS.Timeout | undefined;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  start(): void {
    this.handle({ kind: 'start' });
  }

  /** Ends the session in good order; it does not come back. */
  stop(): void {
    this.handle({ kind: 'stop' });
  }

  /** Does not wait any longer for a connection that is closing. */
  abandon(): void {
    this.handle({ kind: 'silent', error: new LiaisonError('PING_TIMEOUT') });
  }

  /** Ends the session because of something found wrong on this side. */
  fault(error: LiaisonError): void {
    this.handle({ kind: 'fault', error });
  }

  private handle(event: SessionEvent): void {
    const { state, effects } = transition(this.state, event, this.options.jitter());
    this.state = state;
    if (state.kind === 'closing') this.link?.stopAccepting();
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'connect':
        this.connect();
        return;
      case 'send-hello':
        this.socket?.send(encodeFrame({ kind: 'hello', value: this.options.owner.hello() }));
        return;
      case 'begin':
        this.begin();
        return;
      case 'close-socket':
        this.socket?.close(effect.status);
        return;
      case 'drop-socket':
        this.socket?.terminate();
        return;
      case 'retry-in':
        this.retry = setTimeout(() => this.handle({ kind: 'retry-due' }), effect.delayMs);
        return;
      case 'end':
        this.end(effect.error, effect.final);
        return;
      case 'alarm':
        this.options.owner.alarm(effect.error);
        return;
    }
  }

  private connect(): void {
    // What an earlier socket still says must not reach the state of this one.
    const mine = (act: () => void) => (): void => {
      if (this.socket === socket) act();
    };
    const socket = this.options.connect({
      opened: () => mine(() => this.handle({ kind: 'socket-open' }))(),
      message: (bytes) => mine(() => this.received(bytes))(),
      closed: (error) => mine(() => this.handle({ kind: 'lost', error }))(),
    });
    this.socket = socket;
    this.silence = setTimeout(() => {
      this.handle({ kind: 'silent', error: new LiaisonError('PING_TIMEOUT') });
    }, SILENCE_MAX_MS);
  }

  private begin(): void {
    const welcome = this.welcomed;
    if (!welcome) return;
    const agreed: Agreed = {
      version: chooseVersion([welcome.version]) ?? 1,
      capabilities: new Set(welcome.capabilities.filter((name) => this.options.owner.capabilities.includes(name))),
    };
    const link = new Link(statedLimits(welcome.limits), agreed, (bytes) => this.socket?.send(bytes));
    this.link = link;
    this.pings = setInterval(() => {
      // Whether an answer comes is for the other timer.
      link.ping().catch(() => undefined);
    }, PING_EVERY_MS);
    this.lasting = setTimeout(() => this.handle({ kind: 'lasted' }), LASTED_MS);
    this.options.owner.begin(link);
  }

  private end(error: LiaisonError | undefined, final: boolean): void {
    for (const timer of [this.retry, this.silence, this.pings, this.lasting]) clearTimeout(timer);
    this.socket = undefined;
    this.welcomed = undefined;
    this.link?.end(error);
    this.link = undefined;
    this.options.owner.end(error, final);
  }

  private received(bytes: Uint8Array): void {
    this.silence?.refresh();
    try {
      const { frame } = decodeFrame(bytes);
      this.frame(frame);
      // Its bytes have been written when this returns.
      if (frame.kind !== 'blobChunk') return;
      passed(bytes.length);
      release(bytes);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.fault(error);
    }
  }

  private frame(frame: Frame['frame']): void {
    const { owner } = this.options;
    switch (frame.kind) {
      case 'welcome':
        this.requireState('awaiting-welcome', frame.kind);
        owner.welcome(frame.value);
        this.welcomed = frame.value;
        this.handle({ kind: 'welcomed' });
        return;
      case 'error':
        if (this.link?.answered(frame) === true) return;
        this.fault(remoteError(frame.value.code, frame.value.text));
        return;
      case 'goAway': {
        const { code, text, retryAfterMs } = frame.value;
        this.handle({ kind: 'go-away', error: remoteError(code, text), retryAfterMs });
        return;
      }
      case 'ping':
        // An answer before Welcome would end the session (SPEC.md section 3.2).
        if (!this.link) return;
        this.socket?.send(
          encodeFrame({ kind: 'pong', value: { nonce: frame.value.nonce, nowMs: this.options.now() } }),
        );
        return;
      case 'deliver':
        this.requireLink(frame.kind);
        owner.deliver(frame.value);
        return;
      case 'evidence':
        this.requireLink(frame.kind);
        owner.evidence(frame.value);
        return;
      case 'submitResult':
      case 'handoverResult':
      case 'proofs':
      case 'directory':
      case 'eventsResult':
      case 'groups':
      case 'groupPutResult':
      case 'pong':
      case 'blobState':
      case 'blobChunk':
        this.requireLink(frame.kind).answered(frame);
        return;
      case 'hello':
      case 'submit':
      case 'ready':
      case 'handover':
      case 'proofGet':
      case 'directoryGet':
      case 'events':
      case 'groupGet':
      case 'groupPut':
      case 'blobPut':
      case 'blobGet':
        throw unexpected(frame.kind);
    }
  }

  private requireState(kind: SessionState['kind'], frame: string): void {
    if (this.state.kind !== kind) throw unexpected(frame);
  }

  private requireLink(frame: string): Link {
    if (!this.link) throw unexpected(frame);
    return this.link;
  }
}

/** What a gateway leaves out is the protocol's own limit. */
const statedLimits = (limits: SessionLimits): SessionLimits => ({
  frameBytesMax: limits.frameBytesMax || LIMITS.frameBytesMax,
  submitMessagesMax: limits.submitMessagesMax || LIMITS.submitMessagesMax,
  submitBytesInFlightMax: limits.submitBytesInFlightMax || LIMITS.submitBytesInFlightMax,
});

const unexpected = (frame: string): LiaisonError =>
  new LiaisonError('FRAME_UNEXPECTED', `The gateway sent ${frame} in the wrong state.`);
