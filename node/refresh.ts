/** Proofs of stored evidence by other checkpoints: the witnesses sign a checkpoint after the log has released it. */
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes } from '../protocol/ids.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { witnessesOf } from './evidence-report.ts';
import { endOf } from './log-shards.ts';
import type { ProvenEntry } from './log-view.ts';
import type { NodeRuntime } from './runtime.ts';
import type { Link } from './session/link.ts';

/**
 * Asks for the proofs of a message again, takes in what was not known, and keeps the new proof of an entry when its checkpoint
 * names more witnesses than the one that is stored. The entries stay as they are.
 * @returns how many proofs were replaced
 * @throws LiaisonError CHECKPOINT_INVALID, CHECKPOINT_INCONSISTENT, PROOF_INVALID; why the gateway cannot be asked
 */
export async function refreshProofs(
  runtime: NodeRuntime,
  { link, book, messageId }: { link: Link; book: EvidenceBook; messageId: Uint8Array },
): Promise<number> {
  const { evidence, log, db } = runtime;
  const frame = await link.proofs([messageId], new Uint8Array(0));
  await book.take(link, frame, frame.entries);
  const ofFrame = log.meet(frame.checkpoint);
  const stored = new Map(evidence.about(messageId).map((row) => [row.number, row]));
  const better: ProvenEntry[] = [];
  for (const logged of frame.entries) {
    const proven = log.prove(ofFrame, frame.hashes, logged);
    const row = stored.get(proven.number);
    // What was not taken in has been reported.
    if (!row) continue;
    if (!equalBytes(row.entry, proven.bytes)) {
      throw new LiaisonError('PROOF_INVALID', `Entry ${proven.number} is stored here with other bytes.`);
    }
    const before = evidence.checkpoint(row.checkpointEnd);
    if (countOf(proven.checkpoint.note) > (before ? countOf(before.note) : 0)) better.push(proven);
  }
  await db.write(() => {
    for (const { number, path, checkpoint } of better) {
      const end = endOf(checkpoint);
      evidence.setProof(number, path, end);
      const there = evidence.checkpoint(end);
      if (!there || countOf(there.note) < countOf(checkpoint.note)) evidence.putCheckpoint(end, checkpoint);
    }
  });
  return better.length;
}

const countOf = (note: Uint8Array): number => witnessesOf(note).length;
