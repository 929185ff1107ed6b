/** `node import seizures`: seizure reports from CSV. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { pino } from 'pino';
import { unreadable } from '../../cli/config-file.ts';
import { print, printTable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { HandlingCode } from '../../protocol/generated/schema.ts';
import { parseMailbox } from '../../protocol/ids.ts';
import { AgencyNode } from '../agency-node.ts';
import { readSeizures, type SeizureImport } from '../import/seizures.ts';
import { SendOnce } from '../service/send-once.ts';
import { ServiceStore } from '../service/store.ts';
import type { SendRequest } from '../types.ts';
import { choiceOf, configOption, jsonOption, ofFlag } from './shared.ts';

interface ImportFlags {
  readonly config: string;
  readonly json?: boolean;
  readonly to?: readonly string[];
  readonly group?: string;
  readonly from?: string;
  readonly handling: readonly string[];
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
  readonly delimiter?: string;
  readonly language: string;
}

const EXAMPLES = `
A row is one kind of goods; rows that follow each other with the same national_ref are one report. Columns:
docs/integrate.md. The same file again sends only what has not been sent.

Examples:
  ./liaison node import seizures reports.csv --to xc.wco/cen --dry-run
  ./liaison node import seizures reports.csv --to xc.wco/cen --skip-bad`;

export function importCommand(): Command {
  const seizures = new Command('seizures')
    .description('send seizure reports from a CSV file')
    .argument('<file>', 'CSV in UTF-8, the first line names the columns')
    .option('--to <mailboxes...>', 'recipients')
    .option('--group <id>', 'send to a group instead')
    .option('--from <unit>', 'own unit; the first of the configuration unless told')
    .option('--handling <codes...>', 'handling codes', ['h0'])
    .option('--language <tag>', 'of rows that do not name one', 'en')
    .option('--delimiter <character>', 'between cells; found out unless told')
    .option('--dry-run', 'check every row and send nothing')
    .option('--skip-bad', 'send the good reports although others are bad')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(importSeizures);
  return new Command('import').description('send what another system has exported').addCommand(seizures);
}

async function importSeizures(file: string, flags: ImportFlags): Promise<void> {
  const { dryRun = false, skipBad = false, group, to = [] } = flags;
  if (to.length > 0 === (group !== undefined)) throw new LiaisonError('USAGE', 'Give either --to or --group.');
  const recipients = to.map((mailbox) => ofFlag('--to', () => parseMailbox(mailbox)));
  const handling = flags.handling.map((code) => choiceOf('--handling', code, HandlingCode));
  const read = await readFile(file, flags);
  const stops = read.bad.length > 0 && !skipBad;
  const base = { handling, ...(group === undefined ? { to: recipients } : { group, to: [] }) };
  const ids = dryRun || stops ? [] : await sendAll(file, flags, read, base);
  show(read, ids, flags);
  if (read.bad.length > 0) process.exitCode = 1;
}

async function readFile(file: string, { delimiter, language }: ImportFlags): Promise<SeizureImport> {
  try {
    const options = { language, ...(delimiter !== undefined && { delimiter }) };
    return await readSeizures(createReadStream(file), options);
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'FILE_INVALID') {
      throw new LiaisonError('FILE_INVALID', `${file}: ${error.detail}`, { cause: error });
    }
    throw error instanceof Error && 'syscall' in error ? unreadable(file, error) : error;
  }
}

/** Each report under a key of its file and row: a second run sends nothing twice. */
async function sendAll(
  file: string,
  { config, from }: ImportFlags,
  { reports }: SeizureImport,
  base: Pick<SendRequest, 'to' | 'handling'>,
): Promise<string[]> {
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
  const recipients = JSON.stringify(base);
  const node = await AgencyNode.open(config, { logger: pino({ level: 'silent' }) });
  try {
    const store = new ServiceStore(node.config.dataDir);
    const sendOnce = new SendOnce({ node, store, now: Date.now, random: randomBytes });
    const ids: string[] = [];
    for (const { firstRow, body } of reports) {
      const request: SendRequest = {
        ...base,
        body,
        purpose: 'DETECTION',
        // The report has no field for a person.
        containsPersonalData: false,
        ...(from !== undefined && { from }),
      };
      ids.push((await sendOnce.send(`import:${digest}:${firstRow}:${recipients}`, request)).id);
    }
    store.close();
    return ids;
  } finally {
    await node.close();
  }
}

function show({ reports, bad, rows }: SeizureImport, ids: readonly string[], flags: ImportFlags): void {
  const sent = ids.map((id, i) => ({ id, firstRow: reports[i]?.firstRow, lastRow: reports[i]?.lastRow }));
  if (flags.json === true) {
    print(flags, { rows, reports: reports.length, bad, sent }, []);
    return;
  }
  if (bad.length > 0)
    printTable(
      ['Row', 'Column', 'Rule'],
      bad.map(({ row, column, rule }) => [String(row), column, rule]),
      { whole: ['Rule'] },
    );
  const outcome =
    ids.length > 0
      ? `${ids.length} ${ids.length === 1 ? 'report is' : 'reports are'} in the outbox; the next command that connects sends them.`
      : flags.dryRun === true
        ? 'Nothing was sent: this was a dry run.'
        : 'Nothing was sent: correct the bad rows, or leave them out with --skip-bad.';
  print(flags, [], [`${rows} rows, ${reports.length} good reports, ${bad.length} bad rows. ${outcome}`]);
}
