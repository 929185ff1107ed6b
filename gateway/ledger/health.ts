/** What the ledger's thread says of itself to those who watch it. */
import { randomBytes } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import { LiaisonError } from '../../protocol/errors.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Fault, LedgerFigures } from '../pipeline.ts';
import type { Committer } from './committer.ts';
import type { Mailboxes } from './delivery.ts';
import type { LedgerEngine } from './engine.ts';

/** Counting what waits takes time that grows with it; it may take one part in this many of the thread's time. */
const COUNTING_SHARE = 100;

export class LedgerHealth {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly mailboxes: Mailboxes;
  private readonly oldest: StatementSync;
  private oldestWaiting = { index: -1, atMs: 0 };
  private outstanding = { deliveries: 0, countAgainMs: 0 };

  constructor(engine: LedgerEngine, committer: Committer, mailboxes: Mailboxes) {
    this.engine = engine;
    this.committer = committer;
    this.mailboxes = mailboxes;
    // Content is kept as long as somebody waits for it, or it is held.
    this.oldest = engine.prepare(
      `SELECT entryIndex FROM contents JOIN messages USING (entryIndex) WHERE outstanding > 0
       ORDER BY entryIndex LIMIT 1`,
    );
  }

  /**
   * Whether an entry could be recorded now; tried, not guessed.
   * @returns why not: CLOCK_FAULT, STORAGE_FULL
   * @throws LiaisonError as {@link LedgerEngine.probe}: then the process must end
   */
  probe(): Fault | undefined {
    const { clock } = this.committer;
    clock.now();
    if (clock.fault !== '') return { code: 'CLOCK_FAULT', detail: clock.fault };
    try {
      this.engine.probe(new Uint8Array(randomBytes(16)));
      return undefined;
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code !== 'STORAGE_FULL') throw error;
      return { code: error.code, detail: error.detail };
    }
  }

  figures(): LedgerFigures {
    return {
      ...this.committer.tally.figures(),
      treeSize: this.engine.tree.size,
      checkpointAtMs: this.committer.lastAtMs,
      outstandingDeliveries: this.countOutstanding(),
      oldestWaitingAtMs: this.oldestWaitingAtMs(),
    };
  }

  private countOutstanding(): number {
    const startMs = monotonicMs();
    if (startMs >= this.outstanding.countAgainMs) {
      const deliveries = this.mailboxes.countOutstanding();
      const endMs = monotonicMs();
      this.outstanding = { deliveries, countAgainMs: endMs + (endMs - startMs) * COUNTING_SHARE };
    }
    return this.outstanding.deliveries;
  }

  /** When the oldest message that somebody waits for was accepted; 0 when nobody waits. */
  private oldestWaitingAtMs(): number {
    const index = this.oldest.get()?.['entryIndex'] as number | undefined;
    if (index === undefined) return 0;
    if (index !== this.oldestWaiting.index) this.oldestWaiting = { index, atMs: this.engine.entry(index).atMs };
    return this.oldestWaiting.atMs;
  }
}
