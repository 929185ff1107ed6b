/**
 * The states of a node's session (SPEC.md section 3.2), pure: `(state, event) → { state, effects }`. The driver in
 * `client.ts` carries the effects out in their order.
 *
 *     disconnected ─start, retry-due─▶ connecting ─socket-open─▶ awaiting-welcome ─welcomed─▶ open
 *          ▲                                                                                   │
 *          └──────────────────────── lost ◀──────── closing ◀──── go-away, fault, stop ────────┘
 *
 * `stopped` has no way out: after TAKEN_OVER, or when the log contradicts itself, a person must decide.
 */
import type { ErrorCode, LiaisonError } from '../../protocol/errors.ts';

/** What follows when the socket is gone. */
type Afterwards =
  | { readonly kind: 'retry'; readonly error: LiaisonError; readonly notBeforeMs: number }
  | { readonly kind: 'stop'; readonly error: LiaisonError | undefined };

/** `attempt` counts connections since the last one that lasted. */
export type SessionState =
  | { readonly kind: 'disconnected'; readonly attempt: number }
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'awaiting-welcome'; readonly attempt: number }
  | { readonly kind: 'open'; readonly attempt: number }
  | { readonly kind: 'closing'; readonly attempt: number; readonly afterwards: Afterwards }
  | { readonly kind: 'stopped'; readonly error: LiaisonError | undefined };

export type SessionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'retry-due' }
  | { readonly kind: 'socket-open' }
  /** A Welcome came and its checkpoint extends ours. */
  | { readonly kind: 'welcomed' }
  /** The session has been open long enough to count as a success. */
  | { readonly kind: 'lasted' }
  /** The gateway's Error about the session, or a violation found on this side. */
  | { readonly kind: 'fault'; readonly error: LiaisonError }
  | { readonly kind: 'go-away'; readonly error: LiaisonError; readonly retryAfterMs: number }
  /** Nothing was heard for too long. */
  | { readonly kind: 'silent'; readonly error: LiaisonError }
  /** The socket is gone, or never came to be. */
  | { readonly kind: 'lost'; readonly error: LiaisonError }
  /** The application closes the node. */
  | { readonly kind: 'stop' };

export type SessionEffect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'send-hello' }
  /** The session can be used. */
  | { readonly kind: 'begin' }
  /** Close in good order with this WebSocket status. */
  | { readonly kind: 'close-socket'; readonly status: 1000 | 1002 }
  /** Drop the connection without a word. */
  | { readonly kind: 'drop-socket' }
  | { readonly kind: 'retry-in'; readonly delayMs: number }
  /** The session cannot be used any more. `final`: no other will follow. */
  | { readonly kind: 'end'; readonly error: LiaisonError | undefined; readonly final: boolean }
  | { readonly kind: 'alarm'; readonly error: LiaisonError };

export interface Transition {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

export const INITIAL_STATE: SessionState = { kind: 'disconnected', attempt: 0 };

export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_MAX_MS = 60_000;

/** A node must not connect again by itself after these. */
const FINAL_CODES: ReadonlySet<ErrorCode> = new Set(['TAKEN_OVER', 'CHECKPOINT_INCONSISTENT', 'CHECKPOINT_INVALID']);

/**
 * Exponential back-off with full jitter.
 * @param attempt connections since the last one that lasted, at least 1
 * @param jitter evenly distributed in [0, 1)
 */
export function backoffMs(attempt: number, jitter: number): number {
  return Math.floor(jitter * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 20)));
}

/** @param jitter evenly distributed in [0, 1); used when the transition leads to a waiting time */
export function transition(state: SessionState, event: SessionEvent, jitter: number): Transition {
  switch (state.kind) {
    case 'disconnected':
      return whileDisconnected(state, event);
    case 'connecting':
    case 'awaiting-welcome':
    case 'open':
      return whileConnected(state, event, jitter);
    case 'closing':
      return whileClosing(state, event, jitter);
    case 'stopped':
      return { state, effects: [] };
  }
}

type Connected = Extract<SessionState, { kind: 'connecting' | 'awaiting-welcome' | 'open' }>;
type Closing = Extract<SessionState, { kind: 'closing' }>;

function whileDisconnected(state: Extract<SessionState, { kind: 'disconnected' }>, event: SessionEvent): Transition {
  switch (event.kind) {
    case 'start':
    case 'retry-due':
      return { state: { kind: 'connecting', attempt: state.attempt + 1 }, effects: [{ kind: 'connect' }] };
    case 'stop':
      return stopped(undefined);
    case 'socket-open':
    case 'welcomed':
    case 'lasted':
    case 'fault':
    case 'go-away':
    case 'silent':
    case 'lost':
      return { state, effects: [] };
  }
}

function whileConnected(state: Connected, event: SessionEvent, jitter: number): Transition {
  const { attempt } = state;
  switch (event.kind) {
    case 'socket-open':
      if (state.kind !== 'connecting') return { state, effects: [] };
      return { state: { kind: 'awaiting-welcome', attempt }, effects: [{ kind: 'send-hello' }] };
    case 'welcomed':
      if (state.kind !== 'awaiting-welcome') return { state, effects: [] };
      return { state: { kind: 'open', attempt }, effects: [{ kind: 'begin' }] };
    case 'lasted':
      return { state: state.kind === 'open' ? { kind: 'open', attempt: 0 } : state, effects: [] };
    case 'fault':
      return closing(state, afterError(event.error, 0), { kind: 'close-socket', status: 1002 });
    case 'go-away': {
      const afterwards = afterError(event.error, event.retryAfterMs);
      if (afterwards.kind === 'stop') return closing(state, afterwards, { kind: 'close-socket', status: 1000 });
      // The gateway closes: until then its answers still count.
      return closing(state, afterwards);
    }
    case 'silent':
      return lost(state, afterError(event.error, 0), jitter, { kind: 'drop-socket' });
    case 'lost':
      return lost(state, afterError(event.error, 0), jitter);
    case 'stop': {
      const afterwards: Afterwards = { kind: 'stop', error: undefined };
      if (state.kind === 'connecting') return lost(state, afterwards, jitter, { kind: 'drop-socket' });
      return closing(state, afterwards, { kind: 'close-socket', status: 1000 });
    }
    case 'start':
    case 'retry-due':
      return { state, effects: [] };
  }
}

function whileClosing(state: Closing, event: SessionEvent, jitter: number): Transition {
  switch (event.kind) {
    case 'lost':
      return lost(state, state.afterwards, jitter);
    case 'silent':
      return lost(state, state.afterwards, jitter, { kind: 'drop-socket' });
    case 'stop': {
      if (state.afterwards.kind === 'stop') return { state, effects: [] };
      const afterwards: Afterwards = { kind: 'stop', error: undefined };
      return { state: { ...state, afterwards }, effects: [{ kind: 'close-socket', status: 1000 }] };
    }
    case 'start':
    case 'retry-due':
    case 'socket-open':
    case 'welcomed':
    case 'lasted':
    case 'fault':
    case 'go-away':
      return { state, effects: [] };
  }
}

function afterError(error: LiaisonError, notBeforeMs: number): Afterwards {
  return FINAL_CODES.has(error.code) ? { kind: 'stop', error } : { kind: 'retry', error, notBeforeMs };
}

function closing(state: Connected, afterwards: Afterwards, ...effects: SessionEffect[]): Transition {
  return { state: { kind: 'closing', attempt: state.attempt, afterwards }, effects };
}

function lost(
  state: Connected | Closing,
  afterwards: Afterwards,
  jitter: number,
  ...before: SessionEffect[]
): Transition {
  if (afterwards.kind === 'stop') return stopped(afterwards.error, ...before);
  const { attempt } = state;
  const delayMs = afterwards.notBeforeMs + backoffMs(Math.max(attempt - 1, 0), jitter);
  return {
    state: { kind: 'disconnected', attempt },
    effects: [...before, { kind: 'end', error: afterwards.error, final: false }, { kind: 'retry-in', delayMs }],
  };
}

function stopped(error: LiaisonError | undefined, ...before: SessionEffect[]): Transition {
  const alarm: SessionEffect[] = error ? [{ kind: 'alarm', error }] : [];
  return { state: { kind: 'stopped', error }, effects: [...before, { kind: 'end', error, final: true }, ...alarm] };
}
