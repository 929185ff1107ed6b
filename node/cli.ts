/** `./liaison node …`: the agency node on the command line. Each command opens the node, does one thing and closes it. */
import { Command } from 'commander';
import { composeCommand } from './commands/compose.ts';
import { discloseCommand } from './commands/disclose.ts';
import { eraseCommand } from './commands/erase.ts';
import { exportCommand } from './commands/export.ts';
import { inboxCommand } from './commands/inbox.ts';
import { receiptsCommand } from './commands/receipts.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { journalCommand } from './commands/journal.ts';
import { operationCommand } from './commands/operation.ts';
import { pingCommand } from './commands/ping.ts';
import { saveCommand } from './commands/save.ts';
import { sendCommand } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { showCommand } from './commands/show.ts';
import { acknowledgeCommand, threadCommand } from './commands/thread.ts';

/** What people look for together stands together in the help. */
const GROUPS: readonly (readonly [string, readonly (() => Command)[]])[] = [
  ['Write:', [composeCommand, sendCommand, importCommand]],
  ['Read:', [inboxCommand, showCommand, threadCommand, operationCommand, saveCommand, receiptsCommand]],
  ['Take care of:', [acknowledgeCommand, exportCommand, discloseCommand, eraseCommand, journalCommand]],
  ['Set up:', [initCommand, serveCommand, pingCommand]],
];

/** The commands of this part; liaison.ts joins them. */
export function nodeCommand(): Command {
  const command = new Command('node').description('send and receive messages as an agency');
  for (const [title, commands] of GROUPS) {
    for (const make of commands) command.addCommand(make().helpGroup(title));
  }
  return command;
}
