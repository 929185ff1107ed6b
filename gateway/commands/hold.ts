/** `./liaison gateway hold`, `release-hold` and `holds`: messages that are kept by order. */
import { Command } from 'commander';
import { print, printTable } from '../../cli/print.ts';
import { fromHex, messageIdOf } from '../../protocol/ids.ts';
import {
  act,
  actOptions,
  type ActOption,
  CONFIG,
  type ConfigOption,
  control,
  idOfFlag,
  JSON_OPTION,
  mailboxOfFlag,
} from './shared.ts';

interface HoldFlags extends ActOption {
  sender: string;
  reference: string;
}

const MESSAGE = ['<message>', 'message id, as the sender’s node prints it'] as const;
const SENDER = ['--sender <mailbox>', 'who sent it'] as const;

export function holdCommand(): Command {
  return actOptions(new Command('hold'))
    .description('keep a message: its content is not erased, and nothing about it is forgotten or dropped')
    .argument(...MESSAGE)
    .requiredOption(...SENDER)
    .requiredOption('--reference <text>', 'of the order; it stands in the log: no personal data')
    .addHelpText(
      'after',
      `
Content that everybody had fetched before is erased already, and stays so.

Example:
  ./liaison gateway hold 0199c3a2-7c00-7000-8000-000000000001 --sender xa.customs/desk \\
    --reference "Court 5/31" --config data/gateway/gateway.yaml`,
    )
    .action(async (text: string, flags: HoldFlags) => {
      const { reference } = flags;
      await act(flags, { kind: 'hold', value: { ...named(text, flags), reference } }, 'The message is held');
    });
}

export function releaseHoldCommand(): Command {
  return actOptions(new Command('release-hold'))
    .description('end a hold; content that nobody waits for is erased at once')
    .argument(...MESSAGE)
    .requiredOption(...SENDER)
    .addHelpText(
      'after',
      `
Example:
  ./liaison gateway release-hold 0199c3a2-7c00-7000-8000-000000000001 --sender xa.customs/desk \\
    --config data/gateway/gateway.yaml`,
    )
    .action(async (text: string, flags: Omit<HoldFlags, 'reference'>) => {
      await act(flags, { kind: 'releaseHold', value: named(text, flags) }, 'The hold is released');
    });
}

const named = (text: string, { sender }: { sender: string }) => ({
  sender: mailboxOfFlag('--sender', sender),
  messageId: idOfFlag('<message>', text),
});

export function holdsCommand(): Command {
  return new Command('holds')
    .description('all messages that are held')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  ./liaison gateway holds --config data/gateway/gateway.yaml')
    .action(async (flags: ConfigOption) => {
      const { holds } = await control(flags).rules();
      const facts = holds.map(({ messageId, ...hold }) => ({ message: messageIdOf(fromHex(messageId)), ...hold }));
      if (flags.json || facts.length === 0) return print(flags, { holds: facts }, ['No message is held.']);
      printTable(
        ['Message', 'Sender', 'Reference', 'Accepted', 'Held by'],
        facts.map(({ message, sender, reference, entryIndex, heldIndex }) => [
          message,
          sender,
          reference,
          `entry ${entryIndex}`,
          `entry ${heldIndex}`,
        ]),
        { whole: ['Message'], named: ['Accepted', 'Held by'] },
      );
    });
}
