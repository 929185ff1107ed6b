/** The frames that the ledger answers with. Each is encoded here once, into a buffer of its own that moves to its socket. */
import { ProofTable } from '../../audit/proof-table.ts';
import { encode } from '../../protocol/codec.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import {
  FrameSchema,
  type Frame,
  type HandoverResultItem,
  type LoggedEntry,
  type Refusal,
  type SubmitOutcome,
} from '../../protocol/generated/schema.ts';
import type { LedgerEngine, Outcome } from './engine.ts';

export const encodeFrame = (frame: Frame['frame']): Uint8Array => encode(FrameSchema, { frame });

/** Collects logged entries for one frame, with one checkpoint and one table of hashes. */
export class Proofs {
  private readonly engine: LedgerEngine;
  private readonly table = new ProofTable();

  constructor(engine: LedgerEngine) {
    this.engine = engine;
  }

  logged(index: number): LoggedEntry {
    return {
      index,
      entry: this.engine.entryBytes(index),
      path: this.table.add(this.engine.tree.inclusionPath(index)),
    };
  }

  get hashes(): Uint8Array[] {
    return this.table.hashes;
  }
}

/** What became of one item of a Submit or Handover. */
export interface Answer {
  messageId: Uint8Array;
  outcome: Outcome;
}

export function submitResult(engine: LedgerEngine, request: number, answers: readonly Answer[]): Uint8Array {
  const proofs = new Proofs(engine);
  const outcomes = answers.map(({ messageId, outcome }): SubmitOutcome => {
    if (outcome.kind === 'refused') {
      return { messageId, outcome: { kind: 'refused', value: refusal(outcome.error, outcome.index, proofs) } };
    }
    const index = outcome.kind === 'repeat' ? outcome.index : (outcome.indices[0] as number);
    return { messageId, outcome: { kind: 'accepted', value: proofs.logged(index) } };
  });
  const value = { request, checkpoint: engine.checkpoint, hashes: proofs.hashes, outcomes };
  return encodeFrame({ kind: 'submitResult', value });
}

function refusal(error: LiaisonError, index: number | undefined, proofs: Proofs): Refusal {
  const logged = index === undefined ? undefined : proofs.logged(index);
  return { code: error.number, text: shortened(error.message), retry: error.retry, logged };
}

export function handoverResult(request: number, answers: readonly Answer[]): Uint8Array {
  const items = answers.map(({ messageId, outcome }): HandoverResultItem => {
    if (outcome.kind === 'refused') {
      const { error } = outcome;
      return { messageId, code: error.number, index: 0, text: shortened(error.message), retry: error.retry };
    }
    const index = outcome.kind === 'repeat' ? outcome.index : (outcome.indices[0] as number);
    return { messageId, code: 0, index, text: '', retry: false };
  });
  return encodeFrame({ kind: 'handoverResult', value: { request, items } });
}

/** The frames that carry evidence entries, at most `PER_FRAME` in each. */
export function evidenceFrames(engine: LedgerEngine, indices: readonly number[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < indices.length; at += EVIDENCE_PER_FRAME) {
    const proofs = new Proofs(engine);
    const entries = indices.slice(at, at + EVIDENCE_PER_FRAME).map((index) => proofs.logged(index));
    frames.push(
      encodeFrame({ kind: 'evidence', value: { checkpoint: engine.checkpoint, hashes: proofs.hashes, entries } }),
    );
  }
  return frames;
}

const EVIDENCE_PER_FRAME = 256;

export function errorFrame(error: LiaisonError, request = 0): Uint8Array {
  const value = { request, code: error.number, text: shortened(error.message), retry: error.retry };
  return encodeFrame({ kind: 'error', value });
}

/** Error texts are bounded on the wire in bytes. */
export const shortened = (text: string): string => Buffer.from(text).subarray(0, 900).toString('utf8');
