/** The frames that the ledger answers with. Each is encoded here once, into a buffer of its own that moves to its socket. */
import { ProofTable } from '../../audit/proof-table.ts';
import { encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  FrameSchema,
  type Frame,
  type HandoverResultItem,
  type LoggedEntry,
  type Refusal,
  type SubmitOutcome,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, type Mailbox } from '../../protocol/ids.ts';
import { type ProtocolVersion, SHARDS } from '../../protocol/versions.ts';
import type { Checked } from '../pipeline.ts';
import type { LedgerEngine, Outcome } from './engine.ts';

export const encodeFrame = (frame: Frame['frame']): Uint8Array => encode(FrameSchema, { frame });

/** Collects logged entries for one frame, with one checkpoint and one table of hashes. */
export class Proofs {
  private readonly engine: LedgerEngine;
  private readonly knowsShards: boolean;
  private readonly size: number;
  private readonly table = new ProofTable();

  /**
   * @param knowsShards whether the session has the capability `shards.v1`
   * @param size of the frame's checkpoint: an earlier one of the newest shard, or the newest
   */
  constructor(engine: LedgerEngine, knowsShards: boolean, size = engine.tree.size) {
    this.engine = engine;
    this.knowsShards = knowsShards;
    this.size = size;
  }

  /**
   * @param number of the entry, over all shards
   * @throws LiaisonError VERSION_UNSUPPORTED when the entry is in a shard that has ended, and the session does not know
   *   shards; ENTRY_DROPPED
   */
  logged(number: number): LoggedEntry {
    if (!this.knowsShards && number < this.engine.firstNumber) {
      const detail = `Entry ${number} is in a shard of the log that has ended: its proof needs the capability ${SHARDS}.`;
      throw new LiaisonError('VERSION_UNSUPPORTED', detail);
    }
    const { index, path, checkpoint } = this.engine.prove(number, this.size);
    return { index, entry: this.engine.entryBytes(number), path: this.table.add(path), checkpoint };
  }

  /** Like {@link logged}; `undefined` when this session cannot be given the proof. */
  loggedIfAny(number: number): LoggedEntry | undefined {
    try {
      return this.logged(number);
    } catch (error) {
      if (isUnprovable(error)) return undefined;
      throw error;
    }
  }

  get hashes(): Uint8Array[] {
    return this.table.hashes;
  }
}

const isUnprovable = (error: unknown): error is LiaisonError =>
  error instanceof LiaisonError && (error.code === 'VERSION_UNSUPPORTED' || error.code === 'ENTRY_DROPPED');

/** What became of one item of a Submit, Handover or Events frame. */
export interface Answer {
  messageId: Uint8Array;
  outcome: Outcome;
}

/** What became of each item, in the order of the request: the outcomes are those of the verified ones. */
export function answersTo<T>(
  items: readonly Checked<T>[],
  outcomes: readonly Outcome[],
  idOf: (item: T) => Uint8Array,
): Answer[] {
  let next = 0;
  return items.map((checked): Answer => {
    if (checked.kind === 'verified') return { messageId: idOf(checked.item), outcome: outcomes[next++] as Outcome };
    const { code, detail } = checked.fault;
    return { messageId: checked.messageId, outcome: { kind: 'refused', error: new LiaisonError(code, detail) } };
  });
}

export function submitResult(
  engine: LedgerEngine,
  { request, answers, knowsShards }: { request: number; answers: readonly Answer[]; knowsShards: boolean },
): Uint8Array {
  const proofs = new Proofs(engine, knowsShards);
  const outcomes = answers.map(({ messageId, outcome }): SubmitOutcome => {
    if (outcome.kind === 'refused') {
      return { messageId, outcome: { kind: 'refused', value: refusal(outcome.error, outcome.index, proofs) } };
    }
    const index = outcome.kind === 'repeat' ? outcome.index : (outcome.indices[0] as number);
    try {
      return { messageId, outcome: { kind: 'accepted', value: proofs.logged(index) } };
    } catch (error) {
      // It was accepted before; what proves it cannot be given in this session.
      if (!isUnprovable(error)) throw error;
      return { messageId, outcome: { kind: 'refused', value: refusal(error, undefined, proofs) } };
    }
  });
  const value = { request, checkpoint: engine.checkpoint, hashes: proofs.hashes, outcomes };
  return encodeFrame({ kind: 'submitResult', value });
}

function refusal(error: LiaisonError, index: number | undefined, proofs: Proofs): Refusal {
  const logged = index === undefined ? undefined : proofs.loggedIfAny(index);
  return { code: error.number, text: shortened(error.message), retry: error.retry, logged };
}

/** The answer to a Handover or an Events frame. */
export function statementsResult(kind: 'handover' | 'event', request: number, answers: readonly Answer[]): Uint8Array {
  const items = answers.map(({ messageId, outcome }): HandoverResultItem => {
    if (outcome.kind === 'refused') {
      const { error } = outcome;
      return { messageId, code: error.number, index: 0, text: shortened(error.message), retry: error.retry };
    }
    const index = outcome.kind === 'repeat' ? outcome.index : (outcome.indices[0] as number);
    return { messageId, code: 0, index, text: '', retry: false };
  });
  const value = { request, items };
  return encodeFrame(kind === 'handover' ? { kind: 'handoverResult', value } : { kind: 'eventsResult', value });
}

/** Entries in one Evidence frame, at most. */
export const EVIDENCE_PER_FRAME = 256;

/**
 * What was recorded, a mailbox of the agency that is to be told, and the version that its node must speak to read the
 * entries (1 unless stated).
 */
export type Ended = readonly [mailbox: string, outcome: Outcome | undefined, version?: ProtocolVersion];

/** Entries for one Evidence frame. */
export interface EvidencePiece {
  readonly agency: AgencyId;
  readonly version: ProtocolVersion;
  readonly indices: number[];
}

/** The entries that each agency is to be told, in pieces for one frame each. */
export function evidenceByAgency(ended: readonly Ended[]): EvidencePiece[] {
  const pieces: EvidencePiece[] = [];
  const open = new Map<string, EvidencePiece>();
  for (const [mailbox, outcome, version = 1] of ended) {
    if (outcome?.kind !== 'logged') continue;
    const agency = agencyOf(mailbox as Mailbox);
    const name = `${version} ${agency}`;
    for (const index of outcome.indices) {
      let piece = open.get(name);
      if (!piece || piece.indices.length === EVIDENCE_PER_FRAME) {
        piece = { agency, version, indices: [] };
        open.set(name, piece);
        pieces.push(piece);
      }
      piece.indices.push(index);
    }
  }
  return pieces;
}

/** Of the newest shard only: when a shard ends, so do the sessions, and those that follow ask. */
export function evidenceFrame(engine: LedgerEngine, indices: readonly number[]): Uint8Array {
  const proofs = new Proofs(engine, false);
  const entries = indices.flatMap((index) => proofs.loggedIfAny(index) ?? []);
  return encodeFrame({ kind: 'evidence', value: { checkpoint: engine.checkpoint, hashes: proofs.hashes, entries } });
}

export function errorFrame(error: LiaisonError, request = 0): Uint8Array {
  const value = { request, code: error.number, text: shortened(error.message), retry: error.retry };
  return encodeFrame({ kind: 'error', value });
}

/** Error texts are bounded on the wire in bytes. */
export const shortened = (text: string): string => Buffer.from(text).subarray(0, 900).toString('utf8');
