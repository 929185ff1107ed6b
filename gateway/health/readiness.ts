/** Whether the gateway can do its work now. The answer is tried out by the ledger, and kept for a moment. */
import type { Fault } from '../pipeline.ts';

const KEPT_MS = 2_000;
const PATIENCE_MS = 5_000;

export class Readiness {
  private readonly ask: () => Promise<Fault | undefined>;
  private readonly now: () => number;
  private readonly patienceMs: number;
  private pending: Promise<Fault | undefined> | undefined;
  private last: { fault: Fault | undefined; atMs: number } | undefined;

  /**
   * @param ask probes the ledger; never called while an earlier call has no answer, and at most once in two seconds
   * @param now milliseconds that only run forward
   */
  constructor(ask: () => Promise<Fault | undefined>, now = (): number => performance.now(), patienceMs = PATIENCE_MS) {
    this.ask = ask;
    this.now = now;
    this.patienceMs = patienceMs;
  }

  /** Why the ledger is not ready; OVERLOADED when it does not say within five seconds. Never rejects unless `ask` does. */
  async check(): Promise<Fault | undefined> {
    if (this.last && this.now() - this.last.atMs < KEPT_MS) return this.last.fault;
    this.pending ??= this.probe();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Fault>((resolve) => {
      timer = setTimeout(
        () => resolve({ code: 'OVERLOADED', detail: 'The ledger has not answered.' }),
        this.patienceMs,
      );
    });
    try {
      return await Promise.race([this.pending, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async probe(): Promise<Fault | undefined> {
    try {
      const fault = await this.ask();
      this.last = { fault, atMs: this.now() };
      return fault;
    } finally {
      this.pending = undefined;
    }
  }
}
