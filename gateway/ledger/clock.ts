/**
 * Whether the wall clock can be believed. It may not run apart from the monotonic clock by more than 5 s, and at the
 * start it may not lie before the last entry or more than an hour after it. A fault lasts until an operator confirms.
 */
export interface Clock {
  /** POSIX milliseconds. */
  now(): number;
  /** Milliseconds that only ever run forward, from any origin. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

const DRIFT_MS_MAX = 5_000;
const AHEAD_MS_MAX = 3_600_000;

export class ClockGuard {
  /** Why new entries are refused; empty while the clock is in order. */
  fault = '';
  private readonly clock: Clock;
  private offset: number;

  constructor(clock: Clock, lastEntryAtMs: number) {
    this.clock = clock;
    this.offset = clock.now() - clock.monotonic();
    const ahead = clock.now() - lastEntryAtMs;
    if (ahead < 0) this.fault = `The clock is ${seconds(-ahead)} behind the last entry.`;
    else if (ahead > AHEAD_MS_MAX) this.fault = `The last entry is ${seconds(ahead)} old.`;
  }

  /** The wall clock's time; sets `fault` when it has drifted. */
  now(): number {
    const now = this.clock.now();
    const drift = now - this.clock.monotonic() - this.offset;
    if (this.fault === '' && Math.abs(drift) > DRIFT_MS_MAX) {
      this.fault = `The wall clock has jumped by ${seconds(drift)} against the monotonic clock.`;
    }
    return now;
  }

  /** An operator has vouched for the clock. */
  confirm(): void {
    this.fault = '';
    this.offset = this.clock.now() - this.clock.monotonic();
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
