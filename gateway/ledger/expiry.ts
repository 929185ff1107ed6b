/** Ends deliveries whose message has expired, page by page in the order of expiry. */
import { FIRST_EXPIRY } from '../../ledger/state.ts';
import type { Committer } from './committer.ts';
import type { LedgerEngine, Outcome, Work } from './engine.ts';

const PAGE = 500;
/** The clock may step back by less than what counts as a fault, and messages accepted then expire behind our back. */
const STEP_BACK_MS = 10_000;

export class Expiry {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly ended: (ended: (readonly [sender: string, outcome: Outcome | undefined])[]) => void;
  /** The last message whose expiry has been dealt with. A start looks at all of them once. */
  private done = FIRST_EXPIRY;
  private running = false;

  /** @param ended is told what was recorded, with the sender of each message */
  constructor(
    engine: LedgerEngine,
    committer: Committer,
    ended: (ended: (readonly [sender: string, outcome: Outcome | undefined])[]) => void,
  ) {
    this.engine = engine;
    this.committer = committer;
    this.ended = ended;
  }

  /** Begins anew, because the clock may stand earlier than before. */
  reset(): void {
    this.done = FIRST_EXPIRY;
  }

  /** Ends a page; goes on behind it only when all of it is recorded. */
  run(): void {
    if (this.running) return;
    const nowMs = this.committer.clock.now();
    const due = this.engine.store.messagesExpiring(this.done, nowMs, PAGE);
    const last = due.at(-1);
    const next =
      last && due.length === PAGE
        ? { expiresAtMs: last.expiresAtMs, entryIndex: last.entryIndex }
        : { expiresAtMs: nowMs - STEP_BACK_MS, entryIndex: Number.MAX_SAFE_INTEGER };
    const pending = due.filter((row) => row.outstanding > 0);
    if (pending.length === 0) {
      this.done = next;
      return;
    }
    const senders = pending.map((row) => this.engine.store.mailboxOfId(row.senderId) ?? '');
    const work = pending.map(({ entryIndex }): Work => ({ command: { kind: 'expire', entryIndex } }));
    this.running = true;
    const done = (outcomes: Outcome[]): void => {
      this.running = false;
      if (outcomes.every((outcome) => outcome.kind !== 'refused')) this.done = next;
      this.ended(senders.map((sender, i) => [sender, outcomes[i]] as const));
    };
    this.committer.enqueue({ work, done });
  }
}
