import { expect, test } from 'vitest';
import { Waiting } from '../../gateway/ledger/waiting.ts';

const fetch = (session: number, ...mailboxes: string[]): Parameters<Waiting['add']>[0] => ({
  kind: 'fetch',
  session,
  mailboxes: mailboxes.map((mailbox) => ({ mailbox, from: 0, endedFrom: 1 })),
  messages: 1,
  bytes: 1,
});

/** Sessions that opened in this order. */
function opened(...sessions: number[]): Waiting {
  const waiting = new Waiting();
  for (const session of sessions) waiting.open(session);
  return waiting;
}

test('a request waits for any of its mailboxes and is taken once', () => {
  const waiting = opened(1);
  const request = fetch(1, 'xa.customs/desk', 'xa.customs/port');
  waiting.add(request);
  expect(waiting.take('xb.police/desk')).toBeUndefined();
  expect(waiting.take('xa.customs/port')).toBe(request);
  expect(waiting.take('xa.customs/desk')).toBeUndefined();
});

test('whoever opened later takes a mailbox over, whatever its number, and an older one never takes it back', () => {
  for (const [first, last] of [
    [1, 2],
    [11, 10],
  ] as const) {
    const waiting = opened(first, last);
    const [older, newer] = [fetch(first, 'xa.customs/desk', 'xa.customs/port'), fetch(last, 'xa.customs/desk')];
    waiting.add(older);
    waiting.add(newer);
    waiting.add(older);
    expect(waiting.take('xa.customs/desk')).toBe(newer);
    expect(waiting.take('xa.customs/port')).toBe(older);
  }
});

test('of a session that is gone nothing is left, and what others wait for stays', () => {
  const waiting = opened(1, 2);
  const newer = fetch(2, 'xa.customs/desk');
  waiting.add(fetch(1, 'xa.customs/desk', 'xa.customs/port'));
  waiting.add(newer);
  waiting.drop(1);
  waiting.drop(3);
  waiting.add(fetch(1, 'xa.customs/port'));
  expect(waiting.take('xa.customs/port')).toBeUndefined();
  expect(waiting.take('xa.customs/desk')).toBe(newer);
});
