/** Whoever consults, exports or erases says who they are and why; it is in the node's log before anything is shown. */
import { Option } from 'commander';
import { type Asker, isInteractive, terminalAsker } from '../../cli/ask.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Reason } from '../journal/entries.ts';

export interface ReasonFlags {
  readonly actor?: string;
  readonly justification?: string;
}

export const actorOption = (): Option => new Option('--actor <name>', 'who does this, for the log of this node');
export const justificationOption = (): Option => new Option('--justification <text>', 'why, for the log of this node');

const FLAGS = 'Give --actor and --justification.';

/**
 * What the flags say, or what the person at the terminal answers.
 * @throws LiaisonError JUSTIFICATION_MISSING
 */
export async function reasonOf(flags: ReasonFlags, ask?: Asker): Promise<Reason> {
  const { actor = '', justification = '' } = flags;
  if (actor.trim() !== '' && justification.trim() !== '') return { actor, justification };
  if (!ask && !isInteractive()) throw new LiaisonError('JUSTIFICATION_MISSING', FLAGS);
  const asker = ask ?? (await terminalAsker(FLAGS));
  const answer = async (message: string, given: string): Promise<string> =>
    given.trim() === ''
      ? asker.text({ message, problem: (text) => (text.trim() === '' ? 'Needed.' : undefined) })
      : given;
  return {
    actor: await answer('Who are you?', actor),
    justification: await answer('Why is it needed?', justification),
  };
}
