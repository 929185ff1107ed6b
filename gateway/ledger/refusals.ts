/** Keeps the log from being grown with rubbish: each agency may have a bounded rate of refusals logged; all are counted. */
import type { ErrorCode } from '../../protocol/errors.ts';
import { ERRORS } from '../../protocol/errors.ts';
import type { RefusalCount } from '../../protocol/generated/schema.ts';

const BURST = 100;
const PER_SECOND = 1;

export class RefusalLedger {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();
  private counts = new Map<number, number>();

  /** Takes one from the agency's share of logged refusals; false when it is used up. */
  mayLog(agency: string, nowMs: number): boolean {
    const bucket = this.buckets.get(agency) ?? { tokens: BURST, atMs: nowMs };
    const atMs = Math.max(bucket.atMs, nowMs);
    const refill = ((atMs - bucket.atMs) / 1000) * PER_SECOND;
    const tokens = Math.min(BURST, bucket.tokens + refill);
    this.buckets.set(agency, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs });
    return tokens >= 1;
  }

  /** Counts refusals that have no entry of their own. */
  count(code: ErrorCode, times = 1): void {
    this.countNumber(ERRORS[code].number, times);
  }

  countNumber(code: number, times: number): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + times);
  }

  /** The counts since the last call, lowest code first. */
  take(): RefusalCount[] {
    const counts = [...this.counts].map(([code, count]) => ({ code, count })).sort((a, b) => a.code - b.code);
    this.counts = new Map();
    return counts;
  }
}
