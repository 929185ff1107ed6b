/**
 * `node export`: messages as a directory of files for another system. The directory appears whole or not at all, and the
 * export is in the node's log before it does.
 */
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { showProgress } from '../../cli/progress.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type MessageId, parseMessageId } from '../../protocol/ids.ts';
import type { AgencyNode } from '../agency-node.ts';
import { exportMessages } from '../export.ts';
import { actorOption, justificationOption, type ReasonFlags, reasonOf } from './consult.ts';
import {
  type CommonFlags,
  configOption,
  jsonOption,
  ofFlag,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';
import { threadIdOf } from './thread.ts';

interface ExportFlags extends CommonFlags, ReasonFlags {
  readonly thread?: string;
  readonly out: string;
  readonly nominal?: boolean;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write messages with receipts and attachments into a new directory; the export is recorded')
    .summary('write messages into a directory; it is recorded')
    .argument('[id...]', 'message ids')
    .option('--thread <id>', 'all messages of a thread instead')
    .requiredOption('--out <dir>', 'directory that does not exist yet')
    .option('--nominal', 'also nominal annexes: persons and organisations')
    .addOption(actorOption())
    .addOption(justificationOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      `
Nominal annexes are left out unless --nominal asks for them: what goes on to others should be non-nominal.

Example:
  ./liaison node export --thread 5d1f4c0e9a7b42c38d6e0f1a2b3c4d5e --out case-117 \\
    --actor "J. Doe" --justification "court order 12/31"`,
    )
    .action(async (ids: readonly string[], flags: ExportFlags) => {
      if ((ids.length === 0) === (flags.thread === undefined)) {
        throw new LiaisonError('USAGE', 'Give either message ids or --thread ID.');
      }
      const named = ids.map((id) => ofFlag('[id...]', () => parseMessageId(id)));
      await withNode(flags, 'optional', async (node) => {
        await syncIfPossible(node);
        await runExport(node, named, flags);
      });
    });
}

async function runExport(node: AgencyNode, named: readonly MessageId[], flags: ExportFlags): Promise<void> {
  const { thread } = flags;
  const ids = thread === undefined ? named : node.thread(threadIdOf(node, thread)).items.map(({ id }) => id);
  const reason = await reasonOf(flags);
  const progress = showProgress('Exporting', ids.length);
  try {
    const manifest = await exportMessages(node, ids, {
      ...{ dir: flags.out, reason, nominal: flags.nominal ?? false, nowMs: Date.now() },
      onProgress: progress.at,
    });
    progress.end();
    const { messages, files, leftOut } = manifest;
    print(flags, { out: flags.out, ...manifest }, [
      `${messages.length} messages in ${files.length} files: ${flags.out}`,
      ...(leftOut.length === 0 ? [] : [`${leftOut.length} nominal annexes were left out; --nominal includes them.`]),
    ]);
  } finally {
    progress.end();
  }
}
