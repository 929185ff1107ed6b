/** The rules for the checkpoint that witnesses have signed: it is one of this log, and enough of them have signed it. */
import { LiaisonError } from '../../protocol/errors.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import { equalBytes } from '../../protocol/ids.ts';
import type { Findings } from '../findings.ts';
import { type ParsedNote, parseNote } from '../note.ts';
import { checkQuorum } from '../proof/witnessed.ts';
import type { ShardSource } from '../source.ts';
import type { Verifier } from '../verifier-key.ts';
import { examineCosignatures, type WitnessPolicy } from '../witness-policy.ts';
import type { TreeRules } from './tree.ts';

/** What has been found out about the witnesses of a shard. */
export interface WitnessedReport {
  /** Of the newest checkpoint that is stored with cosignatures. */
  readonly size: number;
  /** Witnesses of the policy whose cosignature on it verifies; without a policy none is known. */
  readonly witnesses: readonly { readonly name: string; readonly timeSeconds: number }[];
}

/** The entries that were read. */
type Tree = Pick<TreeRules, 'size' | 'rootAt'>;

export class WitnessRules {
  private readonly note: Uint8Array | undefined;
  private readonly policy: WitnessPolicy | undefined;
  private readonly findings: Findings;
  private readonly parsed: (ParsedNote & { readonly checkpoint: Checkpoint }) | undefined;

  constructor(source: ShardSource, policy: WitnessPolicy | undefined, findings: Findings) {
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

  /** Whether the log had this root at this size, by the entries and not by what is stored as a checkpoint. */
  private isContained({ origin, size, root }: Checkpoint, of: string | undefined, tree: Tree): boolean {
    if (origin !== of || size > tree.size) return false;
    const own = tree.rootAt(size);
    if (own) return equalBytes(own, root);
    const what = `The stored tiles do not give the root of the first ${size} entries, which witnesses have signed.`;
    this.findings.add('tile', what);
    return true;
  }

  /** @param verifier the log's key, if it is known */
  finish(verifier: Verifier | undefined, tree: Tree): void {
    const { note, parsed, policy, findings } = this;
    if (!note || !parsed) return;
    const { checkpoint } = parsed;
    const isOurs = verifier !== undefined && isSignedBy(note, verifier);
    if (!this.isContained(checkpoint, verifier?.name, tree) || !isOurs)
      this.checkForeign(note, checkpoint, isOurs, tree.size);
    checkQuorum({ ...(policy && { witnesses: policy }), ...(verifier && { logVerifier: verifier }) }, [note], findings);
  }

  private checkForeign(note: Uint8Array, checkpoint: Checkpoint, isSigned: boolean, size: number): void {
    const what = `The checkpoint that witnesses have signed, of size ${checkpoint.size}, is none of this log's`;
    if (!isSigned) this.findings.add('checkpoint-signature', `${what}, and its key has not signed it.`);
    else {
      const rule = checkpoint.size > size ? 'truncated' : 'split-view';
      this.findings.add(rule, `${what}, and its key has signed it.`, undefined, [Buffer.from(note).toString('utf8')]);
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
