/**
 * The gateway's side of a session as a pure transition function (SPEC.md section 3.2). It says what to do; sockets,
 * timers and the ledger are the caller's business. The node's side is node/session/machine.ts.
 */
import type { ErrorCode } from './errors.ts';
import type { Frame } from './generated/schema.ts';

export type FrameKind = Frame['frame']['kind'];

export type SessionState =
  /** Connected; nothing but Hello is allowed. */
  | { kind: 'awaiting-hello' }
  /** Hello has been passed to the ledger. */
  | { kind: 'opening' }
  | { kind: 'open' }
  /** No new work is taken; answers under way are still sent. */
  | { kind: 'draining'; code: ErrorCode }
  | { kind: 'closed' };

export type SessionEvent =
  | { kind: 'frame'; frame: FrameKind }
  | { kind: 'opened' }
  /** The remote party broke a rule or may not go on; `code` is told to it. */
  | { kind: 'failed'; code: ErrorCode }
  /** The gateway wants the session to end: taken over, suspended, revoked, shutting down. */
  | { kind: 'end'; code: ErrorCode }
  /** Nothing is under way any more. */
  | { kind: 'idle' }
  | { kind: 'disconnected' };

export type SessionEffect =
  | { kind: 'open' }
  | { kind: 'welcome' }
  | { kind: 'handle' }
  /** Send Error with this code, then close. */
  | { kind: 'error'; code: ErrorCode }
  | { kind: 'go-away'; code: ErrorCode }
  | { kind: 'close'; code: ErrorCode };

export interface SessionStep {
  state: SessionState;
  effects: SessionEffect[];
}

export const INITIAL_SESSION_STATE: SessionState = { kind: 'awaiting-hello' };

/** Frames that a node may send once the session is open. */
const FROM_NODE: ReadonlySet<FrameKind> = new Set<FrameKind>([
  'submit',
  'ready',
  'handover',
  'proofGet',
  'directoryGet',
  'events',
  'groupGet',
  'groupPut',
  'blobPut',
  'blobChunk',
  'blobGet',
  'ping',
  'pong',
]);

export function sessionStep(state: SessionState, event: SessionEvent): SessionStep {
  if (state.kind === 'closed') return { state, effects: [] };
  switch (event.kind) {
    case 'disconnected':
      return { state: { kind: 'closed' }, effects: [] };
    case 'failed':
      return fail(event.code);
    case 'end':
      return end(state, event.code);
    case 'opened':
      return state.kind === 'opening'
        ? { state: { kind: 'open' }, effects: [{ kind: 'welcome' }] }
        : { state, effects: [] };
    case 'idle':
      return state.kind === 'draining'
        ? { state: { kind: 'closed' }, effects: [{ kind: 'close', code: state.code }] }
        : { state, effects: [] };
    case 'frame':
      return frame(state, event.frame);
  }
}

function frame(state: SessionState, kind: FrameKind): SessionStep {
  if (state.kind === 'awaiting-hello' && kind === 'hello') {
    return { state: { kind: 'opening' }, effects: [{ kind: 'open' }] };
  }
  if (state.kind === 'open' && FROM_NODE.has(kind)) return { state, effects: [{ kind: 'handle' }] };
  // What was on its way when GoAway was sent is not answered; the node repeats it elsewhere.
  if (state.kind === 'draining') return { state, effects: [] };
  return fail('FRAME_UNEXPECTED');
}

const fail = (code: ErrorCode): SessionStep => ({
  state: { kind: 'closed' },
  effects: [
    { kind: 'error', code },
    { kind: 'close', code },
  ],
});

function end(state: SessionState, code: ErrorCode): SessionStep {
  if (state.kind === 'draining') return { state, effects: [] };
  if (state.kind === 'open') return { state: { kind: 'draining', code }, effects: [{ kind: 'go-away', code }] };
  return {
    state: { kind: 'closed' },
    effects: [
      { kind: 'go-away', code },
      { kind: 'close', code },
    ],
  };
}
