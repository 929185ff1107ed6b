/** What the ledger's thread does by itself: ending what has expired, and saying that the log is alive. */
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { Clock } from '../../gateway/ledger/clock.ts';
import { LedgerThread } from '../../gateway/ledger/ledger-thread.ts';
import type { LedgerRequest } from '../../gateway/pipeline.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { removeDirectory, START_MS } from '../ledger/support.ts';
import { police, removeEngines, send, TestEngine, work } from './engine-support.ts';

afterAll(() => {
  removeDirectory();
  removeEngines();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A thread over an engine, with time that the test lets pass. */
class TestThread {
  readonly subject = new TestEngine();
  private readonly startedMs = START_MS;
  private passedMs = 0;
  private stepMs = 0;
  private thread: LedgerThread | undefined;

  start(tickMs: number): void {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate'] });
    const clock: Clock = { now: () => this.startedMs + this.passedMs + this.stepMs, monotonic: () => this.passedMs };
    const thread = new LedgerThread(
      this.subject.engine,
      { requireRevocationLists: false, tickMs },
      () => undefined,
      clock,
    );
    thread.start();
    this.thread = thread;
  }

  handle(request: LedgerRequest): void {
    this.thread?.handle(request);
  }

  pass(ms: number): void {
    for (let rest = ms; rest > 0; rest -= 1000) {
      this.passedMs += 1000;
      vi.advanceTimersByTime(1000);
      // What the timers have asked to be done right after them.
      vi.advanceTimersByTime(0);
    }
  }

  /** Puts the wall clock forward or back. */
  step(ms: number): void {
    this.stepMs += ms;
  }

  outstanding(): unknown {
    return this.subject.engine.prepare('SELECT count(*) AS n FROM deliveries WHERE state = 1').get()?.['n'];
  }
}

const sendMany = (thread: TestThread, count: number, expiresAtMs: number): void => {
  thread.subject.commit(Array.from({ length: count }, () => work(send([police], { expiresAtMs }))));
};

// Guards: rows of one instant beyond the limit of one look kept everything after them from ever ending.
test('all that has expired ends, however many messages expire at one instant', () => {
  const thread = new TestThread();
  sendMany(thread, 1200, START_MS + 5000);
  sendMany(thread, 1, START_MS + 5001);
  thread.start(60_000);
  thread.pass(4000);
  expect(thread.outstanding()).toBe(1201);
  thread.pass(5000);
  expect(thread.outstanding()).toBe(0);
  thread.subject.close();
});

// Guards: what could not be recorded for want of space was not tried again before the next start.
test('an expiry that could not be recorded is tried again', () => {
  const thread = new TestThread();
  sendMany(thread, 100, START_MS + 2000);
  thread.start(60_000);
  const commit = vi.spyOn(thread.subject.engine, 'commit').mockImplementation(() => {
    throw new LiaisonError('STORAGE_FULL');
  });
  thread.pass(5000);
  expect(thread.outstanding()).toBe(100);
  commit.mockRestore();
  thread.pass(2000);
  expect(thread.outstanding()).toBe(0);
  thread.subject.close();
});

test('what an auditor has read is recorded, when not at once then later', () => {
  const thread = new TestThread();
  thread.start(60_000);
  const { engine } = thread.subject;
  const { size } = engine.tree;
  const ranges = [{ origin: 'gateway.test/log', firstIndex: 0, endIndex: 7 }];
  const read = {
    auditor: 'supervisor',
    tlsKeyId: new Uint8Array(32).fill(7),
    beganAtMs: START_MS,
    requests: 3,
    ranges,
  };
  const commit = vi.spyOn(engine, 'commit').mockImplementation(() => {
    throw new LiaisonError('STORAGE_FULL');
  });
  thread.handle({ kind: 'audit-read', read });
  thread.pass(3000);
  expect(engine.tree.size).toBe(size);
  commit.mockRestore();
  thread.pass(2000);
  expect(engine.tree.size).toBe(size + 1);
  expect(engine.entry(size).event).toEqual({ kind: 'auditRead', value: read });
  thread.subject.close();
});

// Guards: a small step back of the clock, which is no fault, let messages expire behind what had been looked at.
test('a message that was accepted after a small step back of the clock still ends', () => {
  const thread = new TestThread();
  thread.start(60_000);
  thread.step(4000);
  thread.pass(1000);
  thread.step(-4000);
  sendMany(thread, 1, START_MS + 2000);
  thread.pass(3000);
  expect(thread.outstanding()).toBe(0);
  thread.subject.close();
});

// Guards: looking for something to purge counted as an entry, so a quiet log never said that it was alive.
test.each([60, 600])('a quiet log has an entry every %i seconds', (seconds) => {
  const thread = new TestThread();
  thread.start(seconds * 1000);
  const { size } = thread.subject.engine.tree;
  thread.pass(seconds * 3000 + 5000);
  expect(thread.subject.engine.tree.size - size).toBe(3);
  expect(thread.subject.engine.entry(size).event.kind).toBe('tick');
  thread.subject.close();
});
