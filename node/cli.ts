/** `./liaison node …`: the agency node on the command line. Each command opens the node, does one thing and closes it. */
import { Command } from 'commander';
import { inboxCommand, receiptsCommand } from './commands/inbox.ts';
import { initCommand } from './commands/init.ts';
import { pingCommand } from './commands/ping.ts';
import { journalCommand } from './commands/journal.ts';
import { sendCommand } from './commands/send.ts';
import { showCommand } from './commands/show.ts';

/** The commands of this part; liaison.ts joins them. */
export function nodeCommand(): Command {
  const command = new Command('node').description('send and receive messages as an agency');
  for (const make of [
    initCommand,
    sendCommand,
    inboxCommand,
    showCommand,
    receiptsCommand,
    journalCommand,
    pingCommand,
  ]) {
    command.addCommand(make());
  }
  return command;
}
