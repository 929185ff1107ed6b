/** Why a mirror stops: two checkpoints of one log exclude each other. */
import { LiaisonError } from '../../protocol/errors.ts';

/** Thrown when the log contradicts what it has shown before. */
export class SplitView extends LiaisonError {
  /** The file that has both notes (audit/split-view.ts). */
  readonly file: string;

  constructor(file: string, detail: string) {
    super('CHECKPOINT_INCONSISTENT', detail);
    this.file = file;
  }
}
