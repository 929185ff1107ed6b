/** `node erase`: the content of a message goes, what was said of it stays. */
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { parseMessageId } from '../../protocol/ids.ts';
import { actorOption, justificationOption, type ReasonFlags, reasonOf } from './consult.ts';
import { type CommonFlags, configOption, jsonOption, ofFlag, verboseOption, withNode } from './shared.ts';

export function eraseCommand(): Command {
  return new Command('erase')
    .description('erase content and attachments of a message from this node; header, receipts and status stay')
    .summary('erase the content of a message; it is recorded')
    .argument('<id>', 'message id')
    .addOption(actorOption())
    .addOption(justificationOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      `
Nobody else's copy changes: the originator of a message takes it back with a recall.

Example:
  ./liaison node erase 0198f0a2-6e1c-7d31-8a55-0123456789ab --actor "J. Doe" --justification "case closed"`,
    )
    .action(async (given: string, flags: CommonFlags & ReasonFlags) => {
      const id = ofFlag('<id>', () => parseMessageId(given));
      await withNode(flags, 'none', async (node) => {
        node.find(id);
        await node.erase(id, await reasonOf(flags));
        print(flags, { id, erased: true }, [`The content of ${id} is erased.`]);
      });
    });
}
