/** `node journal`: the node's own log, listed, verified, and its newest checkpoint to be kept elsewhere. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { formatVerifierKey } from '../../audit/verifier-key.ts';
import { readBytes } from '../../cli/config-file.ts';
import { line, paint, print, printTable } from '../../cli/print.ts';
import { showProgress } from '../../cli/progress.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseMessageId } from '../../protocol/ids.ts';
import { loadConfig, type NodeConfig } from '../config.ts';
import { listJournal } from '../journal/journal.ts';
import { type JournalSigner, readJournalKey } from '../journal/journal-key.ts';
import { JournalStore } from '../journal/journal-store.ts';
import { verifyJournal } from '../journal/verify.ts';
import { NodeDatabase } from '../store/database.ts';
import { type CommonFlags, configOption, jsonOption, ofFlag, parseCount, shortTime } from './shared.ts';

type Flags = Omit<CommonFlags, 'verbose'>;

export function journalCommand(): Command {
  const command = new Command('journal').description(
    "the node's own log: who consulted, exported, erased what and why",
  );
  for (const make of [listCommand, verifyCommand, checkpointCommand]) command.addCommand(make());
  return command.addHelpText(
    'after',
    `
Examples:
  ./liaison node journal list --message 0198f0a2-6e1c-7d31-8a55-0123456789ab
  ./liaison node journal checkpoint > /media/safe/journal.checkpoint
  ./liaison node journal verify --checkpoint /media/safe/journal.checkpoint`,
  );
}

function listCommand(): Command {
  return new Command('list')
    .description('list entries, the newest first')
    .option('--message <id>', 'only those about this message')
    .option('--limit <count>', 'at most so many', '100')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (flags: Flags & { readonly message?: string; readonly limit: string }) => {
      const { message } = flags;
      const limit = parseCount(flags.limit, '--limit');
      const messageId = message === undefined ? undefined : ofFlag('--message', () => parseMessageId(message));
      await withStore(flags, (store) => {
        const records = listJournal(store, { limit, ...(messageId !== undefined && { messageId }) });
        if (flags.json === true || records.length === 0) print(flags, records, ['There are no such entries.']);
        else {
          const rows = records.map(
            ({ index, at, act, messageId: id = '', actor = '', justification = '', detail = '' }) => [
              ...[String(index), shortTime(at), act, id, actor, justification, detail],
            ],
          );
          printTable(['Entry', 'Time', 'Act', 'Message', 'Actor', 'Justification', 'Detail'], rows, {
            whole: ['Entry', 'Time', 'Act', 'Message'],
          });
        }
      });
    });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('recompute the log and compare it with everything that was signed')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere, which the log must contain')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (flags: Flags & { readonly checkpoint?: string }) => {
      const older = flags.checkpoint === undefined ? undefined : readBytes(flags.checkpoint);
      await withStore(flags, (store, signer) => {
        const progress = showProgress('Verifying', store.count());
        const options = { verifier: signer, onProgress: progress.at, ...(older && { older }) };
        const report = verifyJournal(store, options);
        progress.end();
        const isGood = report.findings.length === 0;
        if (!isGood) process.exitCode = 1;
        const what = `${report.entries} entries, ${report.checkpoints} checkpoints`;
        print(flags, { ...report, verifierKey: formatVerifierKey(signer) }, [
          ...report.findings.map(({ text }) => line`${paint('red', text)}`),
          isGood ? line`${paint('green', 'Intact')}: ${what}.` : line`${paint('red', 'NOT intact')}: ${what}.`,
          `Log key: ${formatVerifierKey(signer)}`,
        ]);
      });
    });
}

function checkpointCommand(): Command {
  return new Command('checkpoint')
    .description('print the newest signed checkpoint: keep it where this node cannot write')
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (flags: Flags) => {
      await withStore(flags, (store, signer) => {
        const newest = store.newestCheckpoint();
        if (!newest) throw new LiaisonError('MESSAGE_NOT_FOUND', 'The log has no entries yet.');
        const note = Buffer.from(newest.note).toString('utf8');
        print(flags, { size: newest.size, note, verifierKey: formatVerifierKey(signer) }, [note.trimEnd()]);
      });
    });
}

/** The log without the rest of the node, so that it can be looked at when the node refuses to start. */
async function withStore(flags: Flags, work: (store: JournalStore, signer: JournalSigner) => void): Promise<void> {
  const config: NodeConfig = loadConfig(flags.config);
  if (!existsSync(join(config.dataDir, 'node.db'))) {
    throw new LiaisonError('FILE_UNREADABLE', `${config.dataDir} holds no node's database: the node was never opened.`);
  }
  const db = NodeDatabase.open(config.dataDir, (error) => {
    throw error;
  });
  try {
    work(new JournalStore(db), readJournalKey(config.dataDir, config.agencyId));
  } finally {
    await db.close();
  }
}
