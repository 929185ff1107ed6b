/** Drives a ledger as the gateway's thread does, without sockets and with a clock of the caller's. */
import type { KeyObject } from 'node:crypto';
import type { LedgerEngine, Outcome, Work } from '../../gateway/ledger/engine.ts';
import type { Command, DecisionContext } from '../../ledger/decide.ts';
import { type Act, type Entry, HandoverOutcome } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { RevocationList } from '../../protocol/revocation.ts';
import { signAct } from './work.ts';

export type EntryKind = Entry['event']['kind'];

export interface LogWriterOptions {
  readonly engine: LedgerEngine;
  /** Of the first operator. */
  readonly operatorKey: KeyObject;
  readonly random: (bytes: number) => Uint8Array;
  /** Time of entry 0, POSIX milliseconds. */
  readonly startMs: number;
}

export class LogWriter {
  readonly engine: LedgerEngine;
  /** Entries so far, entry 0 included. */
  readonly counts = new Map<EntryKind, number>([['shardOpen', 1]]);
  /** Time of the next commit, POSIX milliseconds. It only ever goes forward. */
  nowMs: number;
  revocationLists: readonly RevocationList[] = [];
  requireRevocationLists = false;
  private readonly operatorKey: KeyObject;
  private readonly random: (bytes: number) => Uint8Array;
  private acts = 0;

  constructor({ engine, operatorKey, random, startMs }: LogWriterOptions) {
    this.engine = engine;
    this.operatorKey = operatorKey;
    this.random = random;
    this.nowMs = startMs;
  }

  /** Moves the clock; a time in the past leaves it where it is. */
  advance(toMs: number): void {
    this.nowMs = Math.max(this.nowMs, toMs);
  }

  /**
   * One transaction, all at one time.
   * @throws LiaisonError the first refusal that has no entry of its own, and as `LedgerEngine.commit`
   */
  commit(work: readonly Work[]): Outcome[] {
    if (work.length === 0) return [];
    const { nowMs, random, revocationLists, requireRevocationLists } = this;
    const context: DecisionContext = { nowMs, random, revocationLists, requireRevocationLists };
    const before = this.engine.tree.size;
    const outcomes = this.engine.commit(work, context);
    outcomes.forEach((outcome, i) => this.count((work[i] as Work).command, outcome));
    const counted = outcomes.reduce((sum, outcome) => sum + entriesOf(outcome), 0);
    this.add('contentErasure', this.engine.tree.size - before - counted);
    return outcomes;
  }

  /** As {@link commit}, of one command that nobody has content for. */
  command(command: Command): Outcome {
    return this.commit([{ command }])[0] as Outcome;
  }

  /** Carries out an act of the first operator. */
  act(act: Act['act']): Outcome {
    const { nowMs: createdAtMs, acts: number } = this;
    const blind = this.random(LIMITS.blindBytes);
    const origin = this.engine.store.get('facts', 'origin')?.text ?? '';
    const signed = signAct(this.operatorKey, { blind, origin, number, createdAtMs, act });
    const outcome = this.command({ kind: 'act', signed });
    this.acts++;
    return outcome;
  }

  private count(command: Command, outcome: Outcome): void {
    if (outcome.kind === 'repeat') return;
    if (outcome.kind === 'refused' && outcome.index === undefined) throw outcome.error;
    const kind = outcome.kind === 'refused' ? 'submissionRejection' : kindOf(command);
    this.add(kind, entriesOf(outcome));
  }

  private add(kind: EntryKind, entries: number): void {
    if (entries > 0) this.counts.set(kind, (this.counts.get(kind) ?? 0) + entries);
  }
}

/** How many entries record it. */
function entriesOf(outcome: Outcome): number {
  if (outcome.kind === 'logged') return outcome.indices.length;
  return outcome.kind === 'refused' && outcome.index !== undefined ? 1 : 0;
}

/** The kind of entry that records a command. */
function kindOf(command: Command): EntryKind {
  switch (command.kind) {
    case 'submit':
      return 'submissionAcceptance';
    case 'handover':
      return command.statement.outcome === HandoverOutcome.HANDED_OVER ? 'contentHandover' : 'contentHandoverFailure';
    case 'expire':
      return 'contentHandoverFailure';
    case 'event':
      return 'contentAccessTracking';
    case 'lapse':
      return 'acceptanceRejectionExpiry';
    case 'deadline':
      return 'deadlineEvent';
    case 'act':
      return 'operatorAct';
    case 'group':
      return 'groupChange';
    case 'revoke-listed':
      return 'keyRevoked';
    case 'purge':
      return 'purge';
    case 'tick':
      return 'tick';
    case 'summary':
      return 'refusalSummary';
    case 'session-opened':
      return 'sessionOpened';
    case 'session-closed':
      return 'sessionClosed';
    case 'audit-read':
      return 'auditRead';
  }
}
