/** A checkpoint by itself: what its signatures and cosignatures show, in sentences for people who were not there. */
import { LiaisonError } from '../protocol/errors.ts';
import { toBase64, utf8 } from '../protocol/ids.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import type { FileTrust } from './explain-proof.ts';
import { type Finding, Findings } from './findings.ts';
import { parseNote } from './note.ts';
import { checkQuorum } from './proof/witnessed.ts';
import type { Verdict } from './verify-log.ts';

export interface CheckpointReport {
  readonly format: 'checkpoint';
  readonly verdict: Verdict;
  readonly missingTrust: readonly string[];
  readonly origin: string;
  readonly size: number;
  /** base64. */
  readonly root: string;
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
  readonly findings: readonly Finding[];
}

/** The checkpoint in a text, or `undefined` when it is none. Nothing is verified. */
export function checkpointIn(text: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(utf8(text)).text);
  } catch (error) {
    if (error instanceof LiaisonError) return undefined;
    throw error;
  }
}

/**
 * Verifies and explains a checkpoint.
 * @throws LiaisonError CHECKPOINT_INVALID when the text is none
 */
export function examineCheckpoint(text: string, trust: FileTrust): CheckpointReport {
  const note = utf8(text);
  const { origin, size, root } = parseCheckpoint(parseNote(note).text);
  const findings = new Findings();
  try {
    if (trust.logVerifier) verifyCheckpoint(note, trust.logVerifier);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    findings.add('checkpoint-signature', error.message);
  }
  const witnessed = checkQuorum(trust, [note], findings);
  const missingTrust = trust.logVerifier ? [] : ['--log-key'];
  const clean: Verdict = missingTrust.length > 0 ? 'consistent-origin-unproven' : 'verified';
  const isGood = findings.total === 0;
  const signed = `The log ${origin} had ${size} entries with this root, and it cannot deny having signed so.`;
  return {
    format: 'checkpoint',
    verdict: isGood ? clean : 'findings',
    missingTrust,
    origin,
    size,
    root: toBase64(root),
    proves: isGood ? [signed, ...witnessed] : [],
    doesNotProve: isGood ? ['What the entries are: a receipt, a proof or the data itself shows them.'] : [],
    findings: findings.sorted(),
  };
}
