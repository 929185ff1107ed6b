/** What nodes and operators ask about agreements and groups, and what owners change. */
import { LiaisonError } from '../../protocol/errors.ts';
import type { LedgerOutput, LedgerRequest } from '../pipeline.ts';
import type { Committer } from './committer.ts';
import type { LedgerEngine, Outcome } from './engine.ts';
import { groupCommand, groupPutResult, groupsFrame } from './groups.ts';
import { explained, rulesView } from './rules.ts';

export type PolicyRequest = Extract<LedgerRequest, { kind: 'groups' | 'group-put' | 'rules' | 'explain' }>;

/** What the ledger's thread does for it. */
export interface DeskHost {
  /** Answers one request of a session; what `make` throws about the request is told as an Error. */
  answer: (ask: { session: number; request: number; job: number }, make: () => Uint8Array) => void;
  post: (output: LedgerOutput) => void;
  countRefusal: (outcome: Outcome) => void;
  /** Whether a session has the capability `shards.v1`. */
  knowsShards: (session: number) => boolean;
}

export class PolicyDesk {
  private readonly engine: LedgerEngine;
  private readonly committer: Committer;
  private readonly host: DeskHost;

  constructor(engine: LedgerEngine, committer: Committer, host: DeskHost) {
    this.engine = engine;
    this.committer = committer;
    this.host = host;
  }

  handle(request: PolicyRequest): void {
    const { store } = this.engine;
    switch (request.kind) {
      case 'groups':
        return this.host.answer(request, () => {
          return groupsFrame(this.engine, { ...request, knowsShards: this.host.knowsShards(request.session) });
        });
      case 'group-put':
        return this.put(request);
      case 'rules':
        return this.host.post({
          kind: 'rules',
          call: request.call,
          rules: rulesView(store, this.nowMs(), this.engine.tree.size),
        });
      case 'explain':
        return this.explain(request);
    }
  }

  /** Answered when the change is durable. */
  private put(ask: PolicyRequest & { kind: 'group-put' }): void {
    const work = { command: groupCommand(ask.agency, ask.signed) };
    const done = ([outcome]: Outcome[]): void => {
      if (!outcome) return;
      this.host.countRefusal(outcome);
      this.host.answer(ask, () => groupPutResult(ask.request, outcome));
    };
    this.committer.enqueue({ work: [work], done });
  }

  private nowMs(): number {
    return this.committer.clock.now();
  }

  private explain({ call, message }: PolicyRequest & { kind: 'explain' }): void {
    try {
      const explanation = explained(this.engine.store, message, this.nowMs());
      this.host.post({ kind: 'explained', call, explanation });
    } catch (error) {
      if (!(error instanceof LiaisonError) || error.code === 'DATA_DAMAGED') throw error;
      this.host.post({ kind: 'explained', call, fault: { code: error.code, detail: error.detail } });
    }
  }
}
