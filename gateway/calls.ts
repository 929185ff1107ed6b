/** Questions to the ledger from this process itself, and who waits for the answers. */
import { LiaisonError } from '../protocol/errors.ts';
import type { LedgerOutput } from './pipeline.ts';

type Answer = Extract<LedgerOutput, { call: number }>;

export class Calls {
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private next = 1;

  /**
   * @param send asks, under the number that the answer will carry
   * @throws LiaisonError INTERNAL when the answer is of another kind
   */
  ask<K extends Answer['kind']>(kind: K, send: (call: number) => void): Promise<Extract<Answer, { kind: K }>> {
    const call = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(call, (answer) => {
        if (answer.kind === kind) resolve(answer as Extract<Answer, { kind: K }>);
        else reject(new LiaisonError('INTERNAL', 'The ledger gave another answer.'));
      });
      send(call);
    });
  }

  answered(answer: Answer): void {
    this.waiting.get(answer.call)?.(answer);
    this.waiting.delete(answer.call);
  }
}
