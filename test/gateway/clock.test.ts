/** When the wall clock is not believed. */
import { beforeEach, describe, expect, test } from 'vitest';
import { ClockGuard, type Clock, systemClock } from '../../gateway/ledger/clock.ts';

const HOUR_MS = 3_600_000;
const LAST_MS = 1_800_000_000_000;

/** Both clocks run together until the test moves one of them. */
class TestClock implements Clock {
  wallMs = LAST_MS;
  monotonicMs = 12_345.678;
  now(): number {
    return this.wallMs;
  }
  monotonic(): number {
    return this.monotonicMs;
  }
  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }
}

let clock: TestClock;
beforeEach(() => {
  clock = new TestClock();
});
const started = (aheadMs: number): ClockGuard => {
  clock.wallMs = LAST_MS + aheadMs;
  return new ClockGuard(clock, LAST_MS);
};

describe('at the start', () => {
  test.each([0, 1, HOUR_MS])('%i ms after the last entry is in order', (aheadMs) => {
    expect(started(aheadMs).fault).toBe('');
  });

  test('before the last entry is not', () => {
    expect(started(-1).fault).toContain('behind the last entry');
    expect(started(-90_000).fault).toContain('90 s');
  });

  test('more than an hour after it is not', () => {
    expect(started(HOUR_MS + 1).fault).toContain('The last entry is 3600 s old');
  });
});

describe('while it runs', () => {
  test('time that passes on both clocks is never a fault', () => {
    const guard = started(0);
    for (const ms of [1, 1000, HOUR_MS, 90 * 24 * HOUR_MS]) {
      clock.pass(ms);
      expect(guard.now()).toBe(clock.wallMs);
      expect(guard.fault).toBe('');
    }
  });

  test.each([1, -1])('a jump of 5 s is borne, one millisecond more is not (direction %i)', (side) => {
    const guard = started(0);
    clock.wallMs += side * 5_000;
    guard.now();
    expect(guard.fault).toBe('');
    clock.wallMs += side;
    expect(guard.now()).toBe(clock.wallMs);
    expect(guard.fault).toContain(`jumped by ${side * 5} s`);
  });

  test('small steps add up', () => {
    const guard = started(0);
    for (let i = 0; i < 5; i++) {
      clock.pass(HOUR_MS);
      clock.wallMs += 1_000;
      guard.now();
    }
    expect(guard.fault).toBe('');
    clock.wallMs += 1_000;
    guard.now();
    expect(guard.fault).not.toBe('');
  });

  test('a machine that slept has lost its monotonic time', () => {
    const guard = started(0);
    clock.wallMs += HOUR_MS;
    guard.now();
    expect(guard.fault).toContain('jumped by 3600 s');
  });

  test('a fault stays, also when the clock comes back, until an operator confirms', () => {
    const guard = started(0);
    clock.wallMs += HOUR_MS;
    guard.now();
    const { fault } = guard;
    clock.wallMs -= HOUR_MS;
    guard.now();
    expect(guard.fault).toBe(fault);
    guard.confirm();
    expect(guard.fault).toBe('');
  });

  test('after a confirmation the new offset counts', () => {
    const guard = started(-HOUR_MS);
    expect(guard.fault).not.toBe('');
    clock.wallMs += 3 * HOUR_MS;
    guard.confirm();
    clock.pass(1000);
    expect(guard.now()).toBe(clock.wallMs);
    expect(guard.fault).toBe('');
    clock.wallMs += 5_001;
    guard.now();
    expect(guard.fault).toContain('jumped by 5 s');
  });

  test('the first fault is the one that is told', () => {
    const guard = started(-HOUR_MS);
    clock.wallMs += HOUR_MS;
    guard.now();
    expect(guard.fault).toContain('behind');
  });
});

test('the system’s clocks are the wall’s and one that only runs forward', () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
  const before = systemClock.monotonic();
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  expect(new ClockGuard(systemClock, Date.now()).fault).toBe('');
});
