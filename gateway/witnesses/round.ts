/** The cosignatures on one checkpoint, as they come in. */
import { formatNote, type NoteSignature, parseNote } from '../../audit/note.ts';
import { examineCosignatures, type PolicyWitness, satisfies, type WitnessPolicy } from '../../audit/witness-policy.ts';
import type { ReleasedLog } from '../pipeline.ts';

export class Round {
  readonly log: ReleasedLog;
  private readonly policy: WitnessPolicy;
  private readonly signatures = new Map<PolicyWitness, NoteSignature>();
  /** Signatures on the note that was given out last. */
  private given = 0;

  constructor(policy: WitnessPolicy, log: ReleasedLog) {
    this.policy = policy;
    this.log = log;
  }

  has(witness: PolicyWitness): boolean {
    return this.signatures.has(witness);
  }

  get hasQuorum(): boolean {
    return satisfies(this.policy, new Set(this.signatures.keys()));
  }

  /**
   * Takes the lines that a witness has answered with.
   * @returns whether its cosignature is among them and verifies for this checkpoint
   * @throws LiaisonError CHECKPOINT_INVALID when they are no signature lines
   */
  add(witness: PolicyWitness, lines: Uint8Array): boolean {
    const note = new Uint8Array(Buffer.concat([this.log.checkpoint, lines]));
    // With an empty line among the lines another text would have been signed.
    if (parseNote(note).text !== parseNote(this.log.checkpoint).text) return false;
    const [found] = examineCosignatures({ ...this.policy, witnesses: [witness] }, note).cosigned;
    if (found) this.signatures.set(witness, found.signature);
    return found !== undefined;
  }

  /** The note with all cosignatures, once a quorum has signed and when there are more than the last time. */
  note(): Uint8Array | undefined {
    if (!this.hasQuorum || this.signatures.size === this.given) return undefined;
    this.given = this.signatures.size;
    const { text, signatures } = parseNote(this.log.checkpoint);
    const ours = this.policy.witnesses.flatMap((witness) => this.signatures.get(witness) ?? []);
    return formatNote({ text, signatures: [...signatures, ...ours] });
  }
}
