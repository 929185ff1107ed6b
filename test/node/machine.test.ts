/** The session's states: every transition that matters, as a table. */
import { describe, expect, test } from 'vitest';
import {
  BACKOFF_MAX_MS,
  backoffMs,
  INITIAL_STATE,
  type SessionEvent,
  type SessionState,
  transition,
} from '../../node/session/machine.ts';
import { LiaisonError } from '../../protocol/errors.ts';

const gone = new LiaisonError('UNAVAILABLE');
const takenOver = new LiaisonError('TAKEN_OVER');
const inconsistent = new LiaisonError('CHECKPOINT_INCONSISTENT');
const malformed = new LiaisonError('MALFORMED');
const shuttingDown = new LiaisonError('SHUTTING_DOWN');

const open: SessionState = { kind: 'open', attempt: 3 };
const connecting: SessionState = { kind: 'connecting', attempt: 1 };
const awaiting: SessionState = { kind: 'awaiting-welcome', attempt: 1 };
const closing = (error: LiaisonError, notBeforeMs = 0): SessionState => ({
  kind: 'closing',
  attempt: 3,
  afterwards: { kind: 'retry', error, notBeforeMs },
});
const stopping: SessionState = { kind: 'closing', attempt: 3, afterwards: { kind: 'stop', error: undefined } };

const TABLE: readonly (readonly [string, SessionState, SessionEvent, SessionState['kind'], readonly string[]])[] = [
  ['a start connects', INITIAL_STATE, { kind: 'start' }, 'connecting', ['connect']],
  ['a due retry connects', INITIAL_STATE, { kind: 'retry-due' }, 'connecting', ['connect']],
  ['Hello comes first', connecting, { kind: 'socket-open' }, 'awaiting-welcome', ['send-hello']],
  ['a good Welcome opens', awaiting, { kind: 'welcomed' }, 'open', ['begin']],
  ['a late Welcome is nothing', open, { kind: 'welcomed' }, 'open', []],
  [
    'a failed connection is tried again',
    connecting,
    { kind: 'lost', error: gone },
    'disconnected',
    ['end', 'retry-in'],
  ],
  ['a lost session is tried again', open, { kind: 'lost', error: gone }, 'disconnected', ['end', 'retry-in']],
  ['silence drops', open, { kind: 'silent', error: gone }, 'disconnected', ['drop-socket', 'end', 'retry-in']],
  ['a violation closes', open, { kind: 'fault', error: malformed }, 'closing', ['close-socket']],
  ['and is tried again', closing(malformed), { kind: 'lost', error: gone }, 'disconnected', ['end', 'retry-in']],
  ['GoAway leaves closing to the gateway', open, goAway(shuttingDown, 2000), 'closing', []],
  ['being taken over closes', open, goAway(takenOver, 0), 'closing', ['close-socket']],
  ['a contradiction closes', awaiting, { kind: 'fault', error: inconsistent }, 'closing', ['close-socket']],
  ['a close that never ends is cut', stopping, { kind: 'silent', error: gone }, 'stopped', ['drop-socket', 'end']],
  ['close ends an open session', open, { kind: 'stop' }, 'closing', ['close-socket']],
  ['close ends a waiting node', INITIAL_STATE, { kind: 'stop' }, 'stopped', ['end']],
  ['close ends an attempt', connecting, { kind: 'stop' }, 'stopped', ['drop-socket', 'end']],
  ['close comes before the retry', closing(gone), { kind: 'stop' }, 'closing', ['close-socket']],
  ['stopped has no way out', { kind: 'stopped', error: takenOver }, { kind: 'retry-due' }, 'stopped', []],
];

function goAway(error: LiaisonError, retryAfterMs: number): SessionEvent {
  return { kind: 'go-away', error, retryAfterMs };
}

describe('transitions', () => {
  test.each(TABLE)('%s', (_, state, event, kind, effects) => {
    const result = transition(state, event, 0.5);
    expect(result.state.kind).toBe(kind);
    expect(result.effects.map((effect) => effect.kind)).toEqual(effects);
  });

  test.each([takenOver, inconsistent, new LiaisonError('CHECKPOINT_INVALID')])(
    'after $code it never connects again',
    (error) => {
      const { state } = transition(open, { kind: 'fault', error }, 0.5);
      const end = transition(state, { kind: 'lost', error: gone }, 0.5);
      expect(end.state).toEqual({ kind: 'stopped', error });
      expect(end.effects).toEqual([
        { kind: 'end', error, final: true },
        { kind: 'alarm', error },
      ]);
      expect(transition(end.state, { kind: 'start' }, 0.5).effects).toEqual([]);
    },
  );

  test("a GoAway's waiting time comes before the back-off", () => {
    const { state } = transition(open, goAway(shuttingDown, 2000), 0);
    expect(transition(state, { kind: 'lost', error: gone }, 0).effects).toContainEqual({
      kind: 'retry-in',
      delayMs: 2000,
    });
  });

  test('a session that lasted begins the back-off anew', () => {
    const { state } = transition(open, { kind: 'lasted' }, 0);
    expect(state).toEqual({ kind: 'open', attempt: 0 });
  });
});

test('back-off doubles from half a second to a minute, with full jitter', () => {
  expect([0, 1, 2, 3].map((attempt) => backoffMs(attempt, 0.999999))).toEqual([499, 999, 1999, 3999]);
  expect(backoffMs(50, 0.5)).toBe(BACKOFF_MAX_MS / 2);
  expect(backoffMs(5, 0)).toBe(0);
});
