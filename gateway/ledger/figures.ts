/**
 * What the ledger's thread counts of its own work: plain numbers, added up as it goes and posted once a second. Nothing
 * here grows with the number of messages.
 */
import { HandoverOutcome } from '../../protocol/generated/schema.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { HistogramFigures, LedgerFigures } from '../pipeline.ts';
import type { Outcome, Work } from './engine.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const BATCH = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Counts values by size. */
export class Histogram {
  private readonly bounds: readonly number[];
  private readonly counts: number[];
  private sum = 0;

  /** @param bounds inclusive upper bounds, ascending; what is larger has a place of its own */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let place = 0;
    while (place < this.bounds.length && value > (this.bounds[place] as number)) place++;
    this.counts[place] = (this.counts[place] as number) + 1;
    this.sum += value;
  }

  figures(): HistogramFigures {
    return { bounds: [...this.bounds], counts: [...this.counts], sum: this.sum };
  }
}

/** Everything counted since the start. */
export class Tally {
  private readonly counters = { accepted: 0, acceptedBytes: 0, repeats: 0, handedOver: 0, failed: 0, expired: 0 };
  private readonly refusals = new Map<ErrorCode, number>();
  private readonly verified = new Histogram(SECONDS);
  private readonly durable = new Histogram(SECONDS);
  private readonly batch = new Histogram(BATCH);

  /** A group has been committed, or refused as a whole. */
  committed(work: readonly Work[], outcomes: readonly Outcome[]): void {
    if (work.length > 0) this.batch.observe(work.length);
    for (const [i, { command }] of work.entries()) {
      const outcome = outcomes[i];
      if (outcome?.kind === 'repeat' && command.kind === 'submit') this.counters.repeats++;
      if (outcome?.kind !== 'logged') continue;
      if (command.kind === 'submit') {
        this.counters.accepted++;
        this.counters.acceptedBytes += command.header.length + command.contentBytes;
      } else if (command.kind === 'handover' && outcome.indices.length > 0) {
        if (command.statement.outcome === HandoverOutcome.FAILED) this.counters.failed++;
        else this.counters.handedOver++;
      } else if (command.kind === 'expire') this.counters.expired += outcome.indices.length;
    }
  }

  /** A message, a handover or the opening of a session was refused. */
  refused(code: ErrorCode): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  /** A Submit frame has been answered; all times from the clock that threads share. */
  answered(receivedMs: number, verifiedMs: number, durableMs: number): void {
    this.verified.observe((verifiedMs - receivedMs) / 1000);
    this.durable.observe((durableMs - verifiedMs) / 1000);
  }

  figures(): Pick<LedgerFigures, 'counters' | 'refusals' | 'verifySeconds' | 'commitSeconds' | 'batchSize'> {
    return {
      counters: { ...this.counters },
      refusals: [...this.refusals].map(([code, count]) => ({ code, count })),
      verifySeconds: this.verified.figures(),
      commitSeconds: this.durable.figures(),
      batchSize: this.batch.figures(),
    };
  }
}
