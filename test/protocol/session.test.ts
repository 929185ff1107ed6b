/** Every state of a session with every event, as SPEC.md section 3.2 has them. */
import { describe, expect, test } from 'vitest';
import {
  type FrameKind,
  INITIAL_SESSION_STATE,
  type SessionEffect,
  type SessionEvent,
  type SessionState,
  sessionStep,
} from '../../protocol/session.ts';
import { FrameSchema } from '../../protocol/generated/schema.ts';

const FRAMES = FrameSchema.fields.map((field) => field.name as FrameKind);
/** What a node may send after Welcome. */
const WORK: readonly FrameKind[] = [
  ...(['submit', 'ready', 'handover', 'proofGet', 'directoryGet', 'ping', 'pong'] as const),
  ...(['events', 'groupGet', 'groupPut', 'blobPut', 'blobChunk', 'blobGet'] as const),
];

const STATES = {
  'awaiting-hello': { kind: 'awaiting-hello' },
  opening: { kind: 'opening' },
  open: { kind: 'open' },
  draining: { kind: 'draining', code: 'SHUTTING_DOWN' },
  closed: { kind: 'closed' },
} as const satisfies Record<SessionState['kind'], SessionState>;
type StateName = keyof typeof STATES;

const EVENTS: Readonly<Record<string, SessionEvent>> = {
  opened: { kind: 'opened' },
  failed: { kind: 'failed', code: 'MALFORMED' },
  end: { kind: 'end', code: 'TAKEN_OVER' },
  idle: { kind: 'idle' },
  disconnected: { kind: 'disconnected' },
  ...Object.fromEntries(FRAMES.map((frame) => [`frame ${frame}`, { kind: 'frame', frame }])),
};

const nothing: SessionEffect[] = [];
const fails = (code: 'MALFORMED' | 'FRAME_UNEXPECTED'): [SessionState, SessionEffect[]] => [
  STATES.closed,
  [
    { kind: 'error', code },
    { kind: 'close', code },
  ],
];
const goesAway: [SessionState, SessionEffect[]] = [
  STATES.closed,
  [
    { kind: 'go-away', code: 'TAKEN_OVER' },
    { kind: 'close', code: 'TAKEN_OVER' },
  ],
];

/** What is expected where it is not "nothing happens". */
function expected(state: StateName, event: string): [SessionState, SessionEffect[]] {
  const stays: [SessionState, SessionEffect[]] = [STATES[state], nothing];
  if (state === 'closed') return stays;
  if (event === 'disconnected') return [STATES.closed, nothing];
  if (event === 'failed') return fails('MALFORMED');
  const key = `${state}: ${event}`;
  switch (key) {
    case 'awaiting-hello: frame hello':
      return [STATES.opening, [{ kind: 'open' }]];
    case 'opening: opened':
      return [STATES.open, [{ kind: 'welcome' }]];
    case 'open: end':
      return [{ kind: 'draining', code: 'TAKEN_OVER' }, [{ kind: 'go-away', code: 'TAKEN_OVER' }]];
    case 'awaiting-hello: end':
    case 'opening: end':
      return goesAway;
    case 'draining: idle':
      return [STATES.closed, [{ kind: 'close', code: 'SHUTTING_DOWN' }]];
  }
  if (!event.startsWith('frame ') || state === 'draining') return stays;
  const isWork = WORK.includes(event.slice('frame '.length) as FrameKind);
  if (state === 'open' && isWork) return [STATES.open, [{ kind: 'handle' }]];
  return fails('FRAME_UNEXPECTED');
}

test('there are as many frames as the protocol has', () => {
  expect(FRAMES).toHaveLength(27);
  expect(new Set(FRAMES).size).toBe(27);
});

describe.each(Object.keys(STATES) as StateName[])('%s', (state) => {
  test.each(Object.keys(EVENTS))('%s', (event) => {
    const before = structuredClone(STATES[state]);
    const [next, effects] = expected(state, event);
    expect(sessionStep(STATES[state], EVENTS[event]!)).toEqual({ state: next, effects });
    expect(STATES[state]).toEqual(before);
  });
});

test('an ordinary session, from Hello to the end', () => {
  const events: SessionEvent[] = [
    { kind: 'frame', frame: 'hello' },
    { kind: 'opened' },
    { kind: 'frame', frame: 'ready' },
    { kind: 'frame', frame: 'submit' },
    { kind: 'idle' },
    { kind: 'end', code: 'SHUTTING_DOWN' },
    { kind: 'end', code: 'AGENCY_SUSPENDED' },
    { kind: 'frame', frame: 'submit' },
    { kind: 'idle' },
    { kind: 'frame', frame: 'submit' },
    { kind: 'disconnected' },
  ];
  let state = INITIAL_SESSION_STATE;
  const effects = events.flatMap((event) => {
    const step = sessionStep(state, event);
    state = step.state;
    return step.effects;
  });
  expect(effects).toEqual([
    { kind: 'open' },
    { kind: 'welcome' },
    { kind: 'handle' },
    { kind: 'handle' },
    { kind: 'go-away', code: 'SHUTTING_DOWN' },
    { kind: 'close', code: 'SHUTTING_DOWN' },
  ]);
  expect(state).toEqual(STATES.closed);
});
