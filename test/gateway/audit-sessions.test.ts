/** What becomes one entry of the log when an auditor has read. */
import { expect, test } from 'vitest';
import { AuditSessions } from '../../gateway/auditors/sessions.ts';
import type { AuditRead } from '../../protocol/generated/schema.ts';

const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

function make(): { sessions: AuditSessions; ended: AuditRead[] } {
  const ended: AuditRead[] = [];
  return { ended, sessions: new AuditSessions(60_000, (read) => ended.push(read)) };
}

test('a session is all requests with one key until it has been silent', () => {
  const { sessions, ended } = make();
  sessions.request('xa', one, 1000);
  sessions.read(one, 'log/2026', 256, 512);
  sessions.request('xb', two, 2000);
  sessions.read(two, 'log/2026', 0, 7);
  sessions.request('xa', one, 50_000);
  sessions.read(one, 'log/2026', 0, 256);
  sessions.read(one, 'log/2027', 5, 6);
  sessions.sweep(61_999);
  expect(ended).toEqual([]);
  sessions.sweep(62_000);
  expect(ended.map(({ auditor }) => auditor)).toEqual(['xb']);
  sessions.sweep(109_999);
  expect(ended).toHaveLength(1);
  sessions.sweep(110_000);
  expect(ended[1]).toEqual({
    auditor: 'xa',
    tlsKeyId: one,
    beganAtMs: 1000,
    requests: 2,
    ranges: [
      { origin: 'log/2026', firstIndex: 0, endIndex: 512 },
      { origin: 'log/2027', firstIndex: 5, endIndex: 6 },
    ],
  });
  sessions.sweep(999_999);
  expect(ended).toHaveLength(2);
});

test('a session in which no entry was read is no entry', () => {
  const { sessions, ended } = make();
  sessions.request('xa', one, 0);
  sessions.sweep(60_000);
  sessions.request('xa', one, 61_000);
  sessions.endAll();
  expect(ended).toEqual([]);
});

test('who reads on and on is recorded every hour, and by a late look too', () => {
  const { sessions, ended } = make();
  for (let ms = 0; ms <= 3_600_000; ms += 30_000) {
    sessions.request('xa', one, ms);
    sessions.read(one, 'log/2026', 0, 1);
  }
  expect(ended).toMatchObject([{ beganAtMs: 0, requests: 120 }]);
  sessions.request('xa', one, 9_000_000);
  expect(ended).toMatchObject([{ beganAtMs: 0 }, { beganAtMs: 3_600_000, requests: 1 }]);
});

test('an entry has room for its ranges', () => {
  const { sessions, ended } = make();
  for (let shard = 0; shard < 200; shard++) {
    sessions.request('xa', one, 0);
    sessions.read(one, `log/${shard}`, 0, 1);
  }
  sessions.endAll();
  expect(ended.map(({ ranges }) => ranges.length)).toEqual([64, 64, 64, 8]);
});
