/**
 * Two checkpoints of one log that cannot both be true (SPEC.md section 7.10), kept so that anybody can judge them. With one size
 * and two roots the two signatures are the proof. With two sizes they show nothing by themselves: that the larger tree does
 * not extend the smaller was seen by whoever asked for the consistency proof, and the log cannot be made to give it again.
 */
import { z } from 'zod';
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes, utf8 } from '../protocol/ids.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { type Finding, Findings } from './findings.ts';
import { NOTE_BYTES_MAX, parseNote } from './note.ts';
import { formatFile, parseFile } from './proof/json-file.ts';
import type { Verdict } from './verify-log.ts';
import type { Verifier } from './verifier-key.ts';

export const SPLIT_VIEW_FORMAT = 'liaison-split-view';
const VERSION = 1;

export interface SplitView {
  /** Of the log, or of the shard. */
  readonly origin: string;
  /** Signed notes, byte for byte; the one that was known first comes first. */
  readonly checkpoints: readonly [Uint8Array, Uint8Array];
}

const noteSchema = z.string().max(NOTE_BYTES_MAX);
const fileSchema = z.strictObject({
  format: z.literal(SPLIT_VIEW_FORMAT),
  version: z.literal(VERSION),
  origin: z.string().max(256),
  checkpoints: z.tuple([noteSchema, noteSchema]),
});

/** Writes what {@link parseSplitView} reads. */
export function formatSplitView({ origin, checkpoints: [first, second] }: SplitView): string {
  const checkpoints: [string, string] = [textOfNote(first), textOfNote(second)];
  const file: z.output<typeof fileSchema> = { format: SPLIT_VIEW_FORMAT, version: VERSION, origin, checkpoints };
  return formatFile(file);
}

/**
 * Takes a file apart without verifying anything.
 * @throws LiaisonError FILE_INVALID when the form is wrong; DATA_VERSION for a newer version
 */
export function parseSplitView(text: string): SplitView {
  const { origin, checkpoints } = parseFile(text, { format: SPLIT_VIEW_FORMAT, version: VERSION }, fileSchema);
  return { origin, checkpoints: [utf8(checkpoints[0]), utf8(checkpoints[1])] };
}

const textOfNote = (note: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(note);

export interface SplitViewReport {
  readonly format: 'liaison-split-view';
  readonly verdict: Verdict;
  readonly missingTrust: readonly string[];
  readonly origin: string;
  readonly checkpoints: readonly { readonly size: number; readonly root: string }[];
  /** Whether the two notes prove by themselves that the log signed two histories. */
  readonly provesTwoHistories: boolean;
  readonly proves: readonly string[];
  readonly doesNotProve: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Verifies and explains a split view. `findings` when the two notes prove it, because then something is wrong with the log, and
 * when the file itself does not verify; otherwise the verdict is open, because two sizes prove nothing by themselves.
 * @throws LiaisonError FILE_INVALID, DATA_VERSION when the text is no such file
 */
export function examineSplitView(text: string, logVerifier: Verifier | undefined): SplitViewReport {
  const { origin, checkpoints: notes } = parseSplitView(text);
  const findings = new Findings();
  const checkpoints = notes.flatMap((note, i) => {
    try {
      return [read(note, origin, logVerifier)];
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
      findings.add('receipt-checkpoint', `Note ${i + 1}: ${error.message}`);
      return [];
    }
  });
  const [first, second] = checkpoints;
  const [proves, doesNotProve] = first && second ? sentences(first, second) : [[], []];
  const contradicts = first !== undefined && second !== undefined && isTwoHistories(first, second);
  const isProven = contradicts && logVerifier !== undefined;
  if (isProven)
    findings.add('split-view', `Size ${first.size} is signed with two roots.`, undefined, notes.map(textOfNote));
  if (isAgreeing(first, second)) findings.add('proof-content', 'Both notes sign the same tree: this is no split view.');
  return {
    format: SPLIT_VIEW_FORMAT,
    verdict: findings.total > 0 ? 'findings' : 'consistent-origin-unproven',
    missingTrust: logVerifier ? [] : ['--log-key'],
    origin,
    checkpoints: checkpoints.map(({ size, root }) => ({ size, root: Buffer.from(root).toString('base64') })),
    provesTwoHistories: isProven,
    proves,
    doesNotProve,
    findings: findings.sorted(),
  };
}

function read(note: Uint8Array, origin: string, logVerifier: Verifier | undefined): Checkpoint {
  const checkpoint = logVerifier ? verifyCheckpoint(note, logVerifier) : parseCheckpoint(parseNote(note).text);
  if (checkpoint.origin === origin) return checkpoint;
  throw new LiaisonError('CHECKPOINT_INVALID', `It is of ${checkpoint.origin}, the file of ${origin}.`);
}

const isTwoHistories = (a: Checkpoint, b: Checkpoint): boolean => a.size === b.size && !equalBytes(a.root, b.root);
const isAgreeing = (a?: Checkpoint, b?: Checkpoint): boolean =>
  a !== undefined && b !== undefined && a.size === b.size && equalBytes(a.root, b.root);

function sentences(first: Checkpoint, second: Checkpoint): [proves: string[], doesNotProve: string[]] {
  const { origin, size } = first;
  const which = 'Which of the two histories is the true one, or who was shown which.';
  if (isTwoHistories(first, second)) {
    const proven = `The log ${origin} signed two trees of ${size} entries with different roots. A log has one history, so it gave two: nothing else is needed to see it, and it cannot deny it.`;
    return [[proven], [which, 'Who had the key: its holder, or somebody who took it.']];
  }
  if (isAgreeing(first, second)) return [[], []];
  const [smaller, larger] = [first, second].sort((a, b) => a.size - b.size) as [Checkpoint, Checkpoint];
  const both = `The log ${origin} signed a tree of ${smaller.size} entries and one of ${larger.size}.`;
  return [
    [both],
    [
      `That the larger does not extend the smaller: the notes alone do not show it. Whoever made the file found that no valid consistency proof led from one to the other, or that the log had shrunk; that is their word.`,
      `To settle it, ask for the log's own data: ./liaison audit verify PATH --checkpoint FILE with each of the two notes, or ask the gateway for a consistency proof from ${smaller.size} to ${larger.size}. If none verifies, there are two histories.`,
      which,
    ],
  ];
}
