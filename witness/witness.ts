/**
 * A witness (C2SP tlog-witness): signs a checkpoint only if it extends the one it signed before. So two histories of one log
 * cannot both carry its signature.
 */
import { type Checkpoint, parseCheckpoint } from '../audit/checkpoint.ts';
import { cosignNote, formatNote, openNote, parseNote } from '../audit/note.ts';
import { type KEY_TYPE, type Signer, type Verifier } from '../audit/verifier-key.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes } from '../protocol/ids.ts';
import { sha256, verifyConsistency } from '../protocol/merkle.ts';
import { parseAddCheckpoint } from './request.ts';
import type { SignedCheckpoint, WitnessStore } from './store.ts';

export type WitnessSigner = Signer<typeof KEY_TYPE.COSIGNATURE>;

/** An answer as HTTP has it. */
export interface Answer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly type: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
}

export class Witness {
  private readonly signer: WitnessSigner;
  private readonly store: WitnessStore;
  private readonly now: () => number;

  /** @param now POSIX milliseconds */
  constructor(signer: WitnessSigner, store: WitnessStore, now: () => number = Date.now) {
    this.signer = signer;
    this.store = store;
    this.now = now;
  }

  /**
   * Answers `add-checkpoint`. When it answers 200, the checkpoint is durable; checks and write are one step, for this process
   * and any other on the same data.
   * @throws LiaisonError STORAGE_FULL, STORAGE_FAILED: nothing was signed
   */
  addCheckpoint(body: Uint8Array): Answer {
    try {
      const { oldSize, proof, note } = parseAddCheckpoint(body);
      const checkpoint = parseCheckpoint(parseNote(note).text);
      const log = this.store.log(checkpoint.origin);
      if (!log) return refusal(404, `No log with the origin ${checkpoint.origin} is known here.`);
      const signed = signedBy(note, log);
      if (!signed) return refusal(403, 'The key that is known for this log has not signed the checkpoint.');
      if (oldSize > checkpoint.size) return refusal(400, 'The old size is above the size of the checkpoint.');
      return this.store.atomically(() => this.cosign(checkpoint, signed, oldSize, proof));
    } catch (error) {
      if (error instanceof LiaisonError && isBadInput(error)) return refusal(400, error.message);
      throw error;
    }
  }

  /** The newest checkpoint signed here of the log whose origin has this SHA-256, hexadecimal: its note. */
  checkpoint(originHash: string): Uint8Array | undefined {
    const log = this.store.logs().find(({ name }) => originHashOf(name) === originHash);
    return log && this.store.signed(log.name)?.note;
  }

  private cosign(next: Checkpoint, note: Uint8Array, oldSize: number, proof: readonly Uint8Array[]): Answer {
    const last = this.store.signed(next.origin);
    const lastSize = last?.size ?? 0;
    if (oldSize !== lastSize) return { status: 409, type: 'text/x.tlog.size', body: `${lastSize}\n` };
    if (!extendsLast(last, next, proof)) {
      // Of one size there is one root: two are proof enough, and a proof that fails may only be a wrong one.
      if (last && last.size === next.size && !equalBytes(last.root, next.root)) {
        const atMs = this.now();
        this.store.addContradiction({ origin: next.origin, atMs, signed: last.note, refused: note });
      }
      return refusal(422, 'The proof does not show that the checkpoint extends the one that was signed here.');
    }
    const cosigned = cosignNote(note, this.signer, Math.floor(this.now() / 1000));
    this.store.setSigned(next.origin, { size: next.size, root: next.root, note: cosigned });
    const line = Buffer.from(cosigned.subarray(note.length)).toString('utf8');
    return { status: 200, type: 'text/plain; charset=utf-8', body: line };
  }
}

/** What the log's origin is called in a path. */
export const originHashOf = (origin: string): string => Buffer.from(sha256(Buffer.from(origin))).toString('hex');

/**
 * The note with the log's signature and no other.
 * @returns `undefined` when it has none, or one that fails
 */
function signedBy(note: Uint8Array, log: Verifier): Uint8Array | undefined {
  try {
    const { text, verified } = openNote(note, [log]);
    return formatNote({ text, signatures: verified });
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'CHECKPOINT_INVALID') return undefined;
    throw error;
  }
}

function extendsLast(last: SignedCheckpoint | undefined, next: Checkpoint, proof: readonly Uint8Array[]): boolean {
  // Every tree extends the empty one.
  if (!last || last.size === 0) return proof.length === 0;
  return verifyConsistency(BigInt(last.size), BigInt(next.size), last.root, next.root, proof);
}

const isBadInput = ({ code }: LiaisonError): boolean => code === 'MALFORMED' || code === 'CHECKPOINT_INVALID';

const refusal = (status: 400 | 403 | 404 | 422, text: string): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${text}\n`,
});
