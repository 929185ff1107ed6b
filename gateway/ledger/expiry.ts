/** Ends deliveries and the wait for consent when a message has expired, page by page in the order of expiry. */
import { awaitsConsent } from '../../ledger/cases/events.ts';
import type { Command } from '../../ledger/decide.ts';
import type { MessageRow } from '../../ledger/rows.ts';
import { FIRST_EXPIRY } from '../../ledger/state.ts';
import type { ProtocolVersion } from '../../protocol/versions.ts';
import type { Ended } from './answers.ts';
import type { Committer } from './committer.ts';
import type { LedgerEngine, Outcome, Work } from './engine.ts';

const PAGE = 500;
/** The clock may step back by less than what counts as a fault, and messages accepted then expire behind our back. */
const STEP_BACK_MS = 10_000;

export class Expiry {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly ended: (ended: readonly Ended[]) => void;
  /** The last message whose expiry has been dealt with. A start looks at all of them once. */
  private done = FIRST_EXPIRY;
  private running = false;

  /** @param ended is told what was recorded, with the sender of each message */
  constructor(engine: LedgerEngine, committer: Committer, ended: (ended: readonly Ended[]) => void) {
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
    const pending = due.flatMap((row) => this.workFor(row));
    if (pending.length === 0) {
      this.done = next;
      return;
    }
    this.running = true;
    const done = (outcomes: Outcome[]): void => {
      this.running = false;
      if (outcomes.every((outcome) => outcome.kind !== 'refused')) this.done = next;
      this.ended(pending.map(({ sender, version }, i): Ended => [sender, outcomes[i], version]));
    };
    this.committer.enqueue({ work: pending.map(({ command }): Work => ({ command })), done });
  }

  private workFor(row: MessageRow): { command: Command; sender: string; version: ProtocolVersion }[] {
    const { store } = this.engine;
    const { entryIndex } = row;
    const sender = store.mailboxOfId(row.senderId) ?? '';
    const work: ReturnType<typeof this.workFor> = [];
    if (row.outstanding > 0) work.push({ command: { kind: 'expire', entryIndex }, sender, version: 1 });
    if (awaitsConsent(store, row)) work.push({ command: { kind: 'lapse', entryIndex }, sender, version: 2 });
    return work;
  }
}
