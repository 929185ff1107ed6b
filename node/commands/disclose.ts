/** `node disclose`: the content of one message as a file that proves what was sent. It is recorded before the file appears. */
import { existsSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { line, print } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseMessageId } from '../../protocol/ids.ts';
import { actorOption, justificationOption, type ReasonFlags, reasonOf } from './consult.ts';
import { labelsOf } from './labels.ts';
import {
  type CommonFlags,
  configOption,
  jsonOption,
  ofFlag,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';

interface DiscloseFlags extends CommonFlags, ReasonFlags {
  readonly message: string;
  readonly out: string;
  readonly reason?: string;
  readonly withAttachmentKeys?: boolean;
}

export function discloseCommand(): Command {
  return new Command('disclose')
    .description('write the content of a message with what proves that it was sent; the disclosure is recorded')
    .summary('prove the content of a message to others; it is recorded')
    .requiredOption('--message <id>', 'message id')
    .requiredOption('--out <file>', 'file that does not exist yet')
    .option('--with-attachment-keys', 'agree that the keys of attachments, which stand in the content, go with it')
    .addOption(actorOption())
    .addOption(justificationOption())
    .addOption(new Option('--reason <text>', 'the same as --justification').conflicts('justification'))
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', EXAMPLE)
    .action(async ({ reason: given, ...flags }: DiscloseFlags) => {
      const id = ofFlag('--message', () => parseMessageId(flags.message));
      if (existsSync(flags.out)) throw new LiaisonError('FILE_EXISTS', flags.out);
      await withNode(flags, 'optional', async (node) => {
        await syncIfPossible(node);
        const [routing] = node.find(id).flatMap((copy) => copy.routing ?? []);
        const reason = await reasonOf({ ...flags, ...(given !== undefined && { justification: given }) });
        const { withAttachmentKeys = false } = flags;
        const text = await node.disclose(id, reason, { withAttachmentKeys });
        writeFileSync(flags.out, text, { flag: 'wx', mode: 0o600, flush: true });
        print(flags, { out: flags.out, id, withAttachmentKeys }, [
          `The content of ${id} with what proves it: ${flags.out}`,
          ...(routing ? [line`It is marked: ${labelsOf(routing)}`] : []),
          'Whoever gets the file reads the content and can show it to anybody.',
        ]);
      });
    });
}

const EXAMPLE = `
The file has the content in the clear, and no key of this node. Whoever gets it checks it without any other part of Liaison's
data: ./liaison audit verify FILE --log-key LOG.PUB --anchors DIR

Example:
  ./liaison node disclose --message 0198f0a2-6e1c-7d31-8a55-0123456789ab --out content.disclosure \\
    --actor "J. Doe" --justification "court order 12/31"`;
