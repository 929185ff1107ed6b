/** `node save`: the attachments of a message as files. */
import { existsSync, mkdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { Command } from 'commander';
import { print, printable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseMessageId } from '../../protocol/ids.ts';
import { actorOption, justificationOption, type ReasonFlags, reasonOf } from './consult.ts';
import { type CommonFlags, configOption, jsonOption, ofFlag, verboseOption, withNode } from './shared.ts';

interface SaveFlags extends CommonFlags, ReasonFlags {
  readonly out: string;
}

export function saveCommand(): Command {
  return new Command('save')
    .description('decrypt the attachments of a received message into a directory')
    .argument('<id>', 'message id')
    .option('--out <dir>', 'where the files go', '.')
    .addOption(actorOption())
    .addOption(justificationOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      '\nExample:\n  ./liaison node save 0198f0a2-6e1c-7d31-8a55-0123456789ab --out photos \\\n    --actor "J. Doe" --justification "case 2031/7"',
    )
    .action(async (given: string, flags: SaveFlags) => {
      const id = ofFlag('<id>', () => parseMessageId(given));
      await withNode(flags, 'none', async (node) => {
        const found = node.find(id).find(({ direction }) => direction === 'received');
        if (!found) throw new LiaisonError('MESSAGE_NOT_FOUND', `${id} was not received here.`);
        const reason = await reasonOf(flags);
        await node.journal.record('attachment.opened', { messageId: id, ...reason });
        mkdirSync(flags.out, { recursive: true });
        const files: string[] = [];
        for (const [i, { name }] of found.attachments.entries()) {
          const file = freeName(flags.out, name);
          await node.saveAttachment(id, i, file);
          files.push(file);
        }
        const lines = files.length > 0 ? files.map((file) => printable(file)) : ['It has no attachments.'];
        print(flags, files, lines);
      });
    });
}

/** A file that is there stays as it is. */
function freeName(dir: string, name: string): string {
  const ending = extname(name);
  const stem = name.slice(0, name.length - ending.length);
  let path = join(dir, name);
  for (let i = 2; existsSync(path); i++) path = join(dir, `${stem} (${i})${ending}`);
  return path;
}
