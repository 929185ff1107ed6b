/** `./liaison gateway group …`: closed user groups, for an operation for instance. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { print, printTable } from '../../cli/print.ts';
import { Classification, type Group } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import type { RulesAnswer } from '../control/client.ts';
import {
  act,
  actOptions,
  type ActOption,
  choice,
  choices,
  CONFIG,
  type ConfigOption,
  control,
  found,
  idOfFlag,
  JSON_OPTION,
  mailboxOfFlag,
  timeOfFlag,
  timeText,
  written,
} from './shared.ts';

type Listed = RulesAnswer['groups'][number];
const named = ({ group }: Listed): { id: string; name: string } => ({ id: group.groupId, name: group.name });

export function groupCommand(): Command {
  const command = new Command('group').description('closed user groups');
  command.addCommand(setCommand());
  command.addCommand(endCommand());
  command.addCommand(listCommand());
  command.addCommand(showCommand());
  return command;
}

interface SetFlags extends ActOption {
  id?: string;
  name: string;
  owner: string;
  members: string[];
  starts?: string;
  ends?: string;
  simplified?: boolean;
  nominal?: boolean;
  classification: string;
}

function setCommand(): Command {
  return actOptions(new Command('set'))
    .description('make a group, or replace the one with the given id')
    .requiredOption('--name <name>', 'code name; it stands in the log: no personal data')
    .requiredOption('--owner <mailbox>', 'who may change and end the group')
    .requiredOption('--members <mailbox...>', 'who may send and receive; the owner too if it takes part')
    .option('--starts <time>', 'open from then on (default: now)')
    .option('--ends <time>', 'open until then (default: no end)')
    .option('--simplified', 'seizures are reported in the simplified form')
    .option('--nominal', 'personal data may be sent to the group')
    .option('--classification <level>', `highest classification (${choices(Classification)})`, 'bpl')
    .option('--id <id>', 'of the group to replace')
    .addHelpText('after', EXAMPLE)
    .action(async (flags: SetFlags) => {
      const group: Group = {
        groupId: flags.id === undefined ? new Uint8Array(randomBytes(16)) : idOfFlag('--id', flags.id),
        name: flags.name,
        owner: mailboxOfFlag('--owner', flags.owner),
        members: flags.members.map((member) => mailboxOfFlag('--members', member)),
        startsAtMs: flags.starts === undefined ? Date.now() : timeOfFlag('--starts', flags.starts),
        endsAtMs: flags.ends === undefined ? 0 : timeOfFlag('--ends', flags.ends),
        simplifiedForm: flags.simplified === true,
        nominalAllowed: flags.nominal === true,
        classificationMax: choice('--classification', flags.classification, Classification),
      };
      const id = toHex(group.groupId);
      await act(flags, { kind: 'setGroup', value: { group } }, `Group ${id} is recorded`, { id });
    });
}

function endCommand(): Command {
  return actOptions(new Command('end'))
    .description('end a group for good, at once: it can be read, and nothing can be sent')
    .argument('<id or name>', 'as `group list` prints it')
    .addHelpText('after', '\nExample:\n  ./liaison gateway group end LARKSPUR --config data/gateway/gateway.yaml')
    .action(async (text: string, flags: ActOption) => {
      const { groups } = await control(flags).rules();
      const { id } = named(found(text, groups, named, 'GROUP_UNKNOWN'));
      await act(flags, { kind: 'endGroup', value: { groupId: fromHex(id) } }, `Group ${id} is ended`, { id });
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('all groups and whether they are open')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  ./liaison gateway group list --config data/gateway/gateway.yaml')
    .action(async (flags: ConfigOption) => {
      const { groups, nowMs } = await control(flags).rules();
      const all = groups.map((it) => facts(it, nowMs));
      if (flags.json) return print(flags, { groups: all }, []);
      printTable(
        ['Id', 'Name', 'Owner', 'Members', 'Up to', 'Nominal', 'Starts', 'Ends', 'State'],
        all.map(({ id, name, owner, members, classification, nominal, starts, ends, state }) => {
          return [id, name, owner, String(members.length), classification, nominal ? 'yes' : 'no', starts, ends, state];
        }),
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('one group with its members')
    .argument('<id or name>', 'as `group list` prints it')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  ./liaison gateway group show LARKSPUR --config data/gateway/gateway.yaml')
    .action(async (text: string, flags: ConfigOption) => {
      const { groups, nowMs } = await control(flags).rules();
      const it = facts(found(text, groups, named, 'GROUP_UNKNOWN'), nowMs);
      print(flags, it, [
        `Group    ${it.name}`,
        `Id       ${it.id}`,
        `Owner    ${it.owner}`,
        `Up to    ${it.classification}, ${it.nominal ? 'nominal' : 'non-nominal'}, ${it.form} form`,
        `Open     ${it.starts || 'always'} to ${it.ends || 'no end'}: ${it.state}`,
        `Version  ${it.version}`,
        'Members',
        ...it.members.map((member) => `  ${member}`),
      ]);
    });
}

/** A group in the words of the flags. */
function facts({ group, endedIndex, changedIndex: version }: Listed, nowMs: number) {
  const { groupId: id, name, owner, members, startsAtMs, endsAtMs } = group;
  const isOver = endedIndex !== 0 || (endsAtMs !== 0 && nowMs >= endsAtMs);
  return {
    id,
    name,
    owner,
    members,
    classification: written(Classification, group.classificationMax),
    nominal: group.nominalAllowed,
    form: group.simplifiedForm ? 'simplified' : 'long',
    starts: timeText(startsAtMs),
    ends: timeText(endsAtMs),
    state: isOver ? 'ended' : nowMs < startsAtMs ? 'not yet' : 'open',
    version,
  };
}

const EXAMPLE = `
Example:
  ./liaison gateway group set --name LARKSPUR --owner wco.secretariat/enforcement \\
    --members wco.secretariat/enforcement xa.customs/portalder xb.police/drugs --ends 2031-09-30 \\
    --config data/gateway/gateway.yaml`;
