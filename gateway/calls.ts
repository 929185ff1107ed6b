/** Questions to the ledger from this process itself, and who waits for the answers. */
import type { LedgerOutput } from './pipeline.ts';

export class Calls {
  private readonly waiting = new Map<number, (output: LedgerOutput) => void>();
  private next = 1;

  /** @param send asks, under the number that the answer will carry */
  ask(send: (call: number) => void): Promise<LedgerOutput> {
    const call = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(call, resolve);
      send(call);
    });
  }

  answered(output: LedgerOutput & { call: number }): void {
    this.waiting.get(output.call)?.(output);
    this.waiting.delete(output.call);
  }
}
