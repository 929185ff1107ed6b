import { expect, test } from 'vitest';
import { Waiting } from '../../gateway/ledger/waiting.ts';

const fetch = (session: number, ...mailboxes: string[]): Parameters<Waiting['add']>[0] => ({
  kind: 'fetch',
  session,
  mailboxes: mailboxes.map((mailbox) => ({ mailbox, from: 0, endedFrom: 1 })),
  messages: 1,
  bytes: 1,
});

test('a request waits for any of its mailboxes and is taken once', () => {
  const waiting = new Waiting();
  const request = fetch(1, 'xa.customs/desk', 'xa.customs/port');
  waiting.add(request);
  expect(waiting.take('xb.police/desk')).toBeUndefined();
  expect(waiting.take('xa.customs/port')).toBe(request);
  expect(waiting.take('xa.customs/desk')).toBeUndefined();
});

test('a newer session takes a mailbox over, and an older one never takes it back', () => {
  const waiting = new Waiting();
  const [older, newer] = [fetch(1, 'xa.customs/desk', 'xa.customs/port'), fetch(2, 'xa.customs/desk')];
  waiting.add(older);
  waiting.add(newer);
  waiting.add(older);
  expect(waiting.take('xa.customs/desk')).toBe(newer);
  expect(waiting.take('xa.customs/port')).toBe(older);
});

test('of a session that is gone nothing is left, and what others wait for stays', () => {
  const waiting = new Waiting();
  const newer = fetch(2, 'xa.customs/desk');
  waiting.add(fetch(1, 'xa.customs/desk', 'xa.customs/port'));
  waiting.add(newer);
  waiting.drop(1);
  waiting.drop(3);
  expect(waiting.take('xa.customs/port')).toBeUndefined();
  expect(waiting.take('xa.customs/desk')).toBe(newer);
});
