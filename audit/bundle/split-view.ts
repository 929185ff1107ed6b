/** Two checkpoints of one log that exclude each other: proof, to anybody who has its key, that it shows two histories. */
import { LiaisonError } from '../../protocol/errors.ts';

const FORMAT = 'liaison-split-view';
const VERSION = 1;

export interface SplitViewNotes {
  readonly origin: string;
  /** Signed notes. */
  readonly checkpoints: readonly [Uint8Array, Uint8Array];
}

export function splitViewText({ origin, checkpoints }: SplitViewNotes): string {
  const notes = checkpoints.map((note) => Buffer.from(note).toString('utf8'));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, origin, checkpoints: notes }, undefined, 2)}\n`;
}

/** Thrown when the log contradicts what it has shown before. */
export class SplitView extends LiaisonError {
  /** The file that has both notes. */
  readonly file: string;

  constructor(file: string, detail: string) {
    super('CHECKPOINT_INCONSISTENT', detail);
    this.file = file;
  }
}
