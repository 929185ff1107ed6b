/** The rules for the checkpoint that witnesses have signed: it is one of this log, and enough of them have signed it. */
import { LiaisonError } from '../../protocol/errors.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import type { Findings } from '../findings.ts';
import { type ParsedNote, parseNote } from '../note.ts';
import { checkQuorum } from '../proof/witnessed.ts';
import type { ShardSource } from '../source.ts';
import type { Verifier } from '../verifier-key.ts';
import { examineCosignatures, type WitnessPolicy } from '../witness-policy.ts';

/** What has been found out about the witnesses of a shard. */
export interface WitnessedReport {
  /** Of the newest checkpoint that is stored with cosignatures. */
  readonly size: number;
  /** Witnesses of the policy whose cosignature on it verifies; without a policy none is known. */
  readonly witnesses: readonly { readonly name: string; readonly timeSeconds: number }[];
}

export class WitnessRules {
  private readonly note: Uint8Array | undefined;
  private readonly policy: WitnessPolicy | undefined;
  private readonly findings: Findings;
  private readonly parsed: (ParsedNote & { readonly checkpoint: Checkpoint }) | undefined;
  private readonly source: ShardSource;

  constructor(source: ShardSource, policy: WitnessPolicy | undefined, findings: Findings) {
    this.source = source;
    this.policy = policy;
    this.findings = findings;
    this.note = this.read(source);
    this.parsed = this.note && this.parse(this.note);
  }

  private read(source: ShardSource): Uint8Array | undefined {
    try {
      return source.cosigned();
    } catch (error) {
      // An entry 0 that cannot be read is a finding elsewhere.
      if (!(error instanceof LiaisonError) || error.code === 'FILE_UNREADABLE') throw error;
      return undefined;
    }
  }

  private parse(note: Uint8Array): WitnessRules['parsed'] {
    try {
      const parsed = parseNote(note);
      return { ...parsed, checkpoint: parseCheckpoint(parsed.text) };
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      this.findings.add('witness-quorum', `The stored checkpoint with cosignatures cannot be read: ${error.message}`);
      return undefined;
    }
  }

  /** A stored checkpoint has the same text. Those are held to the entries by the rules for the tree. */
  private isContained({ text, checkpoint }: NonNullable<WitnessRules['parsed']>): boolean {
    const stored = this.source.checkpointOf(checkpoint.size);
    return stored !== undefined && Buffer.from(stored).toString('utf8').startsWith(`${text}\n`);
  }

  /**
   * @param verifier the log's key, if it is known
   * @param size number of entries
   */
  finish(verifier: Verifier | undefined, size: number): void {
    const { note, parsed, policy, findings } = this;
    if (!note || !parsed) return;
    this.checkNote(note, parsed, verifier, size);
    checkQuorum({ ...(policy && { witnesses: policy }), ...(verifier && { logVerifier: verifier }) }, [note], findings);
  }

  private checkNote(
    note: Uint8Array,
    parsed: NonNullable<WitnessRules['parsed']>,
    verifier: Verifier | undefined,
    size: number,
  ): void {
    const isContained = this.isContained(parsed);
    const { checkpoint } = parsed;
    if (verifier ? !isSignedBy(note, verifier) : !isContained) {
      const what = `The log's key has not signed the checkpoint that witnesses have signed, of size ${checkpoint.size}.`;
      this.findings.add('checkpoint-signature', what);
    } else if (!isContained) {
      const what = `The checkpoint that witnesses have signed, of size ${checkpoint.size}, is none of this log's, and its key has signed it.`;
      const rule = checkpoint.size > size ? 'truncated' : 'split-view';
      this.findings.add(rule, what, undefined, [Buffer.from(note).toString('utf8')]);
    }
  }

  /** `undefined` when no checkpoint is stored with cosignatures. */
  report(): WitnessedReport | undefined {
    const { note, parsed, policy } = this;
    if (!note || !parsed) return undefined;
    const cosigned = policy ? examineCosignatures(policy, note).cosigned : [];
    const witnesses = cosigned.map(({ witness: { name }, timeSeconds }) => ({ name, timeSeconds }));
    return { size: parsed.checkpoint.size, witnesses };
  }
}

function isSignedBy(note: Uint8Array, verifier: Verifier): boolean {
  try {
    verifyCheckpoint(note, verifier);
    return true;
  } catch (error) {
    if (error instanceof LiaisonError) return false;
    throw error;
  }
}
