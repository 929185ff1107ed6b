/** `node receipts`: what the sender can prove. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { print, printable, printTable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type MessageId, parseMessageId } from '../../protocol/ids.ts';
import type { AgencyNode } from '../agency-node.ts';
import { receiptName } from '../export.ts';
import type { MessageEvidence, StoredReceipt } from '../types.ts';
import { linesOf, refusedHere } from './send.ts';
import {
  type CommonFlags,
  configOption,
  jsonOption,
  ofFlag,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';

interface ReceiptFlags extends CommonFlags {
  readonly out?: string;
  readonly refresh?: boolean;
}

export function receiptsCommand(): Command {
  return new Command('receipts')
    .description('list or write the receipts of a message; without an id, list the messages sent')
    .summary('receipts of a message, or the messages sent')
    .argument('[id]', 'message id')
    .option('--out <dir>', 'write each receipt into a file of its own')
    .option('--refresh', 'ask for proofs by checkpoints that more witnesses have signed, and keep those')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      `
Witnesses are listed by the names that they claim; nobody has verified them. Whoever gets the receipt verifies them.

Examples:
  ./liaison node receipts 0198f0a2-6e1c-7d31-8a55-0123456789ab --out receipts
  ./liaison node receipts 0198f0a2-6e1c-7d31-8a55-0123456789ab --refresh`,
    )
    .action(async (given: string | undefined, flags: ReceiptFlags) => {
      const id = given === undefined ? undefined : ofFlag('[id]', () => parseMessageId(given));
      if (flags.refresh === true && id === undefined) throw new LiaisonError('USAGE', '--refresh needs a message id.');
      await withNode(flags, flags.refresh === true ? 'required' : 'optional', async (node) => {
        if (id !== undefined) node.receipts(id);
        if (flags.refresh === true && id !== undefined) await refresh(node, id, flags);
        else await syncIfPossible(node);
        if (id === undefined) listSent(node, flags);
        else listReceipts(node.evidence(id), node.receipts(id), flags);
      });
    });
}

async function refresh(node: AgencyNode, id: MessageId, flags: CommonFlags): Promise<void> {
  const count = await node.refreshReceipts(id);
  if (flags.json === true) return;
  const what = count === 1 ? 'One receipt has' : `${count} receipts have`;
  process.stderr.write(`liaison: ${what} more signatures of witnesses than before.\n`);
}

function listSent(node: AgencyNode, flags: CommonFlags): void {
  const sent = node.sent();
  if (flags.json === true) print(flags, sent, []);
  else if (sent.length === 0) print(flags, sent, ['Nothing was sent.']);
  else
    printTable(
      ['Id', 'State', 'Recipients'],
      sent.map((item) => [item.id, item.state, linesOf(item).join(';').trim()]),
      { whole: ['Id', 'Recipients'] },
    );
}

function listReceipts(evidence: MessageEvidence, receipts: readonly StoredReceipt[], flags: ReceiptFlags): void {
  const { out } = flags;
  const files = receipts.map((receipt) => ({
    ...receipt,
    ...(out === undefined ? {} : { file: join(out, receiptName(evidence.id, receipt)) }),
  }));
  if (out !== undefined) mkdirSync(out, { recursive: true });
  for (const { file, text } of files) if (file !== undefined) writeFileSync(file, text);
  if (flags.json === true) print(flags, files, []);
  else if (files.length === 0) print(flags, files, [nothingYet(evidence)]);
  else {
    const rows = files.map(({ kind, recipient = '', index, logKey, witnesses, file = '' }) => {
      const named = witnesses.length === 0 ? 'none' : `${witnesses.length}: ${witnesses.map(printable).join(', ')}`;
      return [kind, recipient, String(index), originOf(logKey), named, file];
    });
    printTable(['Receipt', 'Recipient', 'Entry', 'Log', 'Witnesses', 'File'], rows, { whole: ['File'] });
  }
}

const originOf = (verifierKey: string): string => verifierKey.slice(0, verifierKey.indexOf('+'));

function nothingYet(evidence: MessageEvidence): string {
  const refusal = refusedHere(evidence);
  if (refusal !== undefined) return `${evidence.id}: ${refusal}.`;
  return evidence.state === 'refused'
    ? `Refused by the gateway: ${evidence.obstacle?.code ?? ''}; it was not logged, so there is no receipt.`
    : 'There is no receipt yet.';
}
