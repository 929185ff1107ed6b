/** `./liaison gateway shard …`: the logs that the log consists of. */
import { Command } from 'commander';
import { print, printTable } from '../../cli/print.ts';
import {
  act,
  actOptions,
  type ActOption,
  CONFIG,
  type ConfigOption,
  control,
  JSON_OPTION,
  timeText,
} from './shared.ts';

export function shardCommand(): Command {
  const command = new Command('shard').description('the parts of the log, each with an origin and a key of its own');
  command.addCommand(listCommand());
  command.addCommand(closeCommand());
  command.addCommand(dropCommand());
  return command;
}

function listCommand(): Command {
  return new Command('list')
    .description('all shards, oldest first')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  ./liaison gateway shard list --config data/gateway/gateway.yaml')
    .action(async (flags: ConfigOption) => {
      const { shards } = await control(flags).rules();
      if (flags.json) return print(flags, { shards }, []);
      printTable(
        ['Origin', 'First entry', 'Entries', 'Closed', 'State', 'Key'],
        shards.map(({ origin, verifierKey, firstNumber, size, closedAtMs, droppedIndex }) => [
          origin,
          String(firstNumber),
          String(size),
          timeText(closedAtMs),
          droppedIndex !== 0 ? `dropped by entry ${droppedIndex}` : closedAtMs === 0 ? 'open' : 'closed',
          verifierKey,
        ]),
        { named: ['First entry', 'Entries', 'Closed', 'State', 'Key'] },
      );
    });
}

function closeCommand(): Command {
  return actOptions(new Command('close'))
    .description('end the newest shard and begin the next, with a key of its own')
    .requiredOption('--next <origin>', 'name of the next shard; one that this log has never had')
    .addHelpText(
      'after',
      `
With shards.yearly in the configuration the gateway does this by itself with each year.

Example:
  ./liaison gateway shard close --next gateway.example.org/log/2031 --config data/gateway/gateway.yaml`,
    )
    .action(async (flags: ActOption & { next: string }) => {
      const value = { nextOrigin: flags.next };
      await act(flags, { kind: 'closeShard', value }, `The shard is closed; the next is ${flags.next}`);
    });
}

function dropCommand(): Command {
  return actOptions(new Command('drop'))
    .description('delete the entries of a closed shard that has been kept long enough; its final checkpoint stays')
    .argument('<origin>', 'as `shard list` prints it')
    .addHelpText(
      'after',
      `
Export it before, if anybody may still ask: ./liaison audit export.

Example:
  ./liaison gateway shard drop gateway.example.org/log/2031 --config data/gateway/gateway.yaml`,
    )
    .action(async (origin: string, flags: ActOption) => {
      await act(flags, { kind: 'dropShard', value: { origin } }, `The shard ${origin} is dropped`);
    });
}
