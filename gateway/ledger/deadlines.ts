/**
 * Records the stages of deadlines as they are reached, a page at a time, earliest first. The rows say what is due, so a
 * start finds what was reached while the gateway was down and nothing is kept in memory.
 */
import { agencyOf, type Mailbox } from '../../protocol/ids.ts';
import type { Ended } from './answers.ts';
import type { Committer } from './committer.ts';
import type { LedgerEngine, Outcome, Work } from './engine.ts';

const PAGE = 500;

export class Deadlines {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly tell: (ended: readonly Ended[]) => void;
  private running = false;

  /** @param tell is told what was recorded: once for the requester's agency, once for the recipient's */
  constructor(engine: LedgerEngine, committer: Committer, tell: (ended: readonly Ended[]) => void) {
    this.engine = engine;
    this.committer = committer;
    this.tell = tell;
  }

  /** Records a page, and the next one after it as long as pages are full and can be recorded. */
  run(): void {
    if (this.running) return;
    const due = this.engine.store.deadlinesDue(this.committer.clock.now(), PAGE);
    if (due.length === 0) return;
    const parties = due.map(({ requestIndex, mailboxId }) => this.parties(requestIndex, mailboxId));
    const work = due.map(({ requestIndex, mailboxId }): Work => ({
      command: { kind: 'deadline', requestIndex, mailboxId },
    }));
    this.running = true;
    const done = (outcomes: Outcome[]): void => {
      this.running = false;
      this.tell(outcomes.flatMap((outcome, i) => (parties[i] ?? []).map((mailbox): Ended => [mailbox, outcome, 2])));
      const isRecorded = outcomes.some((outcome) => outcome.kind === 'logged' && outcome.indices.length > 0);
      if (due.length === PAGE && isRecorded) this.run();
    };
    this.committer.enqueue({ work, done });
  }

  /** A mailbox of each agency that is to be told. */
  private parties(requestIndex: number, mailboxId: number): string[] {
    const { store } = this.engine;
    const requester = store.mailboxOfId(store.get('messages', requestIndex)?.senderId ?? 0);
    const recipient = store.mailboxOfId(mailboxId);
    const mailboxes = [requester, recipient].filter((mailbox) => mailbox !== undefined);
    return [...new Map(mailboxes.map((mailbox) => [agencyOf(mailbox as Mailbox), mailbox])).values()];
  }
}
