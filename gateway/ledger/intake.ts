/** Verified submissions and statements on their way into the log: what is committed, answered, delivered and told. */
import type { Command } from '../../ledger/decide.ts';
import { monotonicMs } from '../monotonic.ts';
import type { Checked, EventItem, HandoverItem, VerifiedWork } from '../pipeline.ts';
import {
  answersTo,
  evidenceByAgency,
  evidenceFrame,
  statementsResult,
  submitResult,
  type Answer,
  type Ended,
  type EvidencePiece,
} from './answers.ts';
import type { Committer } from './committer.ts';
import { newDisclosures } from './disclosures.ts';
import type { LedgerEngine, Outcome, Work } from './engine.ts';
import type { RefusalLedger } from './refusals.ts';

/** Where the results go. Frames move with their buffer. */
export interface IntakeOutput {
  readonly frame: (session: number, frame: Uint8Array, job: number) => void;
  readonly evidence: (piece: EvidencePiece, frame: Uint8Array) => void;
  readonly news: (mailboxes: ReadonlySet<string>) => void;
  /** Whether a session has the capability `shards.v1`. */
  readonly knowsShards: (session: number) => boolean;
}

export class Intake {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly refusals: RefusalLedger;
  private readonly out: IntakeOutput;

  constructor(engine: LedgerEngine, committer: Committer, refusals: RefusalLedger, out: IntakeOutput) {
    this.engine = engine;
    this.committer = committer;
    this.refusals = refusals;
    this.out = out;
  }

  take(work: VerifiedWork): void {
    if (work.kind === 'submit') this.submit(work);
    else this.statements(work);
  }

  private submit(work: VerifiedWork & { kind: 'submit' }): void {
    const pending: Work[] = [];
    for (const checked of work.items) {
      if (checked.kind === 'refused') continue;
      const { header, parsed, signature, path, content, wrappedKeys } = checked.item;
      const contentBytes = content.length + wrappedKeys.reduce((sum, key) => sum + key.length, 0);
      pending.push({
        command: { kind: 'submit', agency: work.agency, header, parsed, signature, path, contentBytes },
        content: { content, wrappedKeys },
        mayLog: () => this.refusals.mayLog(work.agency, this.committer.clock.now()),
      });
    }
    const done = (outcomes: Outcome[]): void => {
      this.committer.tally.answered(work.receivedMs, work.verifiedMs, monotonicMs());
      const answers = this.answers(work.items, outcomes, (item) => item.parsed.routing.messageId);
      const { session, request } = work;
      const answer = { request, answers, knowsShards: this.out.knowsShards(session) };
      this.out.frame(session, submitResult(this.engine, answer), work.job);
      this.news(work, outcomes);
      this.tell(newDisclosures(this.engine.store, work, outcomes));
    };
    this.committer.enqueue({ work: pending, done });
  }

  /** Mailboxes that have got something. */
  private news(work: VerifiedWork & { kind: 'submit' }, outcomes: readonly Outcome[]): void {
    const mailboxes = new Set<string>();
    let next = 0;
    for (const checked of work.items) {
      if (checked.kind === 'refused') continue;
      if (outcomes[next++]?.kind !== 'logged') continue;
      for (const mailbox of checked.item.parsed.recipients) mailboxes.add(mailbox);
    }
    this.out.news(mailboxes);
  }

  private statements(work: Exclude<VerifiedWork, { kind: 'submit' }>): void {
    const items: readonly Checked<HandoverItem | EventItem>[] = work.items;
    const verified = items.flatMap((checked) => (checked.kind === 'verified' ? [checked.item] : []));
    const { kind, agency } = work;
    const pending = verified.map((item): Work => ({ command: { kind, agency, ...item } as Command }));
    const done = (outcomes: Outcome[]): void => {
      const answers = this.answers(items, outcomes, (item) => item.statement.messageId);
      this.out.frame(work.session, statementsResult(kind, work.request, answers), work.job);
      this.tell(verified.map((item, i) => [item.statement.sender, outcomes[i], kind === 'event' ? 2 : 1] as const));
    };
    this.committer.enqueue({ work: pending, done });
  }

  /** Puts the outcomes into the order of the request and counts what was refused. */
  private answers<T>(
    items: readonly Checked<T>[],
    outcomes: readonly Outcome[],
    idOf: (item: T) => Uint8Array,
  ): Answer[] {
    const answers = answersTo(items, outcomes, idOf);
    for (const { outcome } of answers) this.countRefusal(outcome);
    return answers;
  }

  countRefusal(outcome: Outcome): void {
    if (outcome.kind !== 'refused') return;
    this.committer.tally.refused(outcome.error.code);
    if (outcome.index === undefined) this.refusals.count(outcome.error.code);
  }

  /** Pushes new evidence towards the agencies that it is for. */
  tell(ended: readonly Ended[]): void {
    for (const piece of evidenceByAgency(ended)) {
      this.out.evidence(piece, evidenceFrame(this.engine, piece.indices));
    }
  }
}
