/** A sample of the receipts that a sender gets, put aside while the clock runs and verified afterwards. */
import { verifyCheckpoint } from '../../../audit/checkpoint.ts';
import { resolvePath } from '../../../audit/proof-table.ts';
import { parseVerifierKey } from '../../../audit/verifier-key.ts';
import { decode } from '../../../protocol/codec.ts';
import { EntrySchema, type Entry, type Evidence, type LoggedEntry } from '../../../protocol/generated/schema.ts';
import { leafHash, verifyInclusion } from '../../../protocol/merkle.ts';

type Kind = Entry['event']['kind'];
type Proof = Pick<Evidence, 'checkpoint' | 'hashes'>;

export class ReceiptSample {
  private readonly logKey: string;
  private readonly kept: { kind: Kind; proof: Proof; logged: LoggedEntry }[] = [];
  private readonly frames = new Map<Kind, number>();

  /** @param logKey text form of the log's public key */
  constructor(logKey: string) {
    this.logKey = logKey;
  }

  /** Keeps one entry of the 1st, 2nd, 4th, 8th … frame of each kind: few, from the whole run. */
  offer(kind: Kind, proof: Proof, entries: readonly LoggedEntry[]): void {
    const number = (this.frames.get(kind) ?? 0) + 1;
    this.frames.set(kind, number);
    const logged = entries[number % entries.length];
    if (logged && (number & (number - 1)) === 0) this.kept.push({ kind, proof, logged });
  }

  /**
   * Verifies signature of the checkpoint, path and kind of every entry that was kept.
   * @returns how many
   * @throws Error or LiaisonError when one does not verify
   */
  verify(): number {
    const verifier = parseVerifierKey(this.logKey);
    for (const { kind, proof, logged } of this.kept) {
      const { size, root } = verifyCheckpoint(proof.checkpoint, verifier);
      const path = resolvePath(proof.hashes, logged.path);
      if (!verifyInclusion(leafHash(logged.entry), BigInt(logged.index), BigInt(size), path, root)) {
        throw new Error(`The receipt for entry ${logged.index} does not verify.`);
      }
      const { event } = decode(EntrySchema, logged.entry, 'signed');
      if (event.kind !== kind) throw new Error(`Entry ${logged.index} is ${event.kind}, not ${kind}.`);
    }
    return this.kept.length;
  }
}
