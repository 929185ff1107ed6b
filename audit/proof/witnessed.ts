/** Whether enough witnesses have cosigned the checkpoints of a file. */
import type { Findings } from '../findings.ts';
import type { Verifier } from '../verifier-key.ts';
import { examineCosignatures, namesLog, type WitnessPolicy } from '../witness-policy.ts';

/**
 * Holds the checkpoints to a policy, if there is one. Too few witnesses are a finding.
 * @param notes signed notes whose form has been checked
 * @returns what has been shown, as sentences
 */
export function checkQuorum(
  { witnesses, logVerifier }: { readonly witnesses?: WitnessPolicy; readonly logVerifier?: Verifier },
  notes: readonly Uint8Array[],
  findings: Findings,
): string[] {
  if (!witnesses) return [];
  if (logVerifier && !namesLog(witnesses, logVerifier)) {
    findings.add('witness-quorum', `The policy is not about the log ${logVerifier.name}.`);
    return [];
  }
  const names = new Set<string>();
  for (const note of new Map(notes.map((each) => [Buffer.from(each).toString('latin1'), each])).values()) {
    const { cosigned, failed, hasQuorum } = examineCosignatures(witnesses, note);
    for (const { name } of failed) findings.add('witness-quorum', `The cosignature in the name of ${name} is wrong.`);
    if (!hasQuorum)
      findings.add(
        'witness-quorum',
        `A checkpoint has ${cosigned.length} cosignatures that count; the policy asks for others or for more.`,
      );
    for (const { witness } of cosigned) names.add(witness.name);
  }
  return [`Enough witnesses for the policy have cosigned: ${[...names].join(', ') || 'it asks for none'}.`];
}
