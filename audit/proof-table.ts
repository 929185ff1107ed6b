/** The table of hashes that the proofs of one frame share (SPEC.md section 3.4). */
import { LiaisonError } from '../protocol/errors.ts';

/** Collects the proofs of a frame; a hash that several paths share stands in it once. */
export class ProofTable {
  /** What the frame carries in `hashes`. */
  readonly hashes: Uint8Array[] = [];
  /** The paths of one tree share their hashes as objects, so nothing is compared by content. */
  private readonly byObject = new Map<Uint8Array, number>();

  /** Adds a path and returns the positions of its hashes, in the path's order. */
  add(path: readonly Uint8Array[]): number[] {
    return path.map((hash) => {
      let position = this.byObject.get(hash);
      if (position === undefined) {
        position = this.hashes.push(hash) - 1;
        this.byObject.set(hash, position);
      }
      return position;
    });
  }
}

/**
 * The path that positions in a frame's table stand for.
 * @throws LiaisonError PROOF_INVALID when a position is outside the table
 */
export function resolvePath(table: readonly Uint8Array[], positions: readonly number[]): Uint8Array[] {
  return positions.map((position) => {
    const hash = table[position];
    if (!hash) throw new LiaisonError('PROOF_INVALID', `Position ${position} is outside the table of hashes.`);
    return hash;
  });
}
