/** `./liaison gateway agreement …`: who may exchange what with whom. */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { print, printTable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Agreement, Classification, MessageType } from '../../protocol/generated/schema.ts';
import { fromHex, toHex } from '../../protocol/ids.ts';
import type { RulesAnswer } from '../control/client.ts';
import {
  act,
  actOptions,
  type ActOption,
  agencyOfFlag,
  choice,
  choices,
  CONFIG,
  type ConfigOption,
  control,
  found,
  idOfFlag,
  JSON_OPTION,
  timeOfFlag,
  timeText,
  written,
} from './shared.ts';

type Listed = RulesAnswer['agreements'][number];
const named = ({ agreement }: Listed): { id: string; name: string } => ({
  id: agreement.agreementId,
  name: agreement.name,
});

export function agreementCommand(): Command {
  const command = new Command('agreement').description('who may exchange what with whom');
  command.addCommand(setCommand());
  command.addCommand(endCommand());
  command.addCommand(listCommand());
  command.addCommand(showCommand());
  return command;
}

interface SetFlags extends ActOption {
  id?: string;
  name: string;
  parties: string[];
  types: string[];
  classification: string;
  personalData?: boolean;
  from?: string;
  until?: string;
}

function setCommand(): Command {
  return actOptions(new Command('set'))
    .description('record an agreement, or replace the one with the given id')
    .requiredOption('--name <name>', 'name; it stands in the log: no personal data')
    .requiredOption('--parties <agency...>', 'two agencies or more; "*" for every enrolled one')
    .option('--types <type...>', `types of messages; all when left out (${choices(MessageType)})`, [])
    .option('--classification <level>', `highest classification (${choices(Classification)})`, 'bpl')
    .option('--personal-data', 'personal data may be exchanged')
    .option('--from <time>', 'in force from then on (default: now)')
    .option('--until <time>', 'in force until then (default: no end)')
    .option('--id <id>', 'of the agreement to replace')
    .addHelpText('after', EXAMPLES.set)
    .action(async (flags: SetFlags) => {
      const agreement = agreementOf(flags, Date.now());
      const id = toHex(agreement.agreementId);
      const value = { agreement };
      await act(flags, { kind: 'setAgreement', value }, `Agreement ${id} is recorded`, { id });
    });
}

function agreementOf(flags: SetFlags, nowMs: number): Agreement {
  const validFromMs = flags.from === undefined ? nowMs : timeOfFlag('--from', flags.from);
  const validUntilMs = flags.until === undefined ? 0 : timeOfFlag('--until', flags.until);
  if (validUntilMs !== 0 && validUntilMs <= validFromMs) {
    throw new LiaisonError('USAGE', '--until: it lies before the beginning.');
  }
  return {
    agreementId: flags.id === undefined ? new Uint8Array(randomBytes(16)) : idOfFlag('--id', flags.id),
    name: flags.name,
    parties: flags.parties.map((party) => (party === '*' ? party : agencyOfFlag('--parties', party))),
    types: flags.types.map((type) => choice('--types', type, MessageType)),
    classificationMax: choice('--classification', flags.classification, Classification),
    personalData: flags.personalData === true,
    validFromMs,
    validUntilMs,
  };
}

function endCommand(): Command {
  return actOptions(new Command('end'))
    .description('end an agreement for good, at once')
    .argument('<id or name>', 'as `agreement list` prints it')
    .addHelpText(
      'after',
      '\nExample:\n  ./liaison gateway agreement end "XA and XB" --config data/gateway/gateway.yaml',
    )
    .action(async (text: string, flags: ActOption) => {
      const { agreements } = await control(flags).rules();
      const { id } = named(found(text, agreements, named, 'AGREEMENT_UNKNOWN'));
      const value = { agreementId: fromHex(id) };
      await act(flags, { kind: 'endAgreement', value }, `Agreement ${id} is ended`, { id });
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('all agreements and whether they are in force')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  ./liaison gateway agreement list --config data/gateway/gateway.yaml')
    .action(async (flags: ConfigOption) => {
      const { agreements, byAgreement, nowMs } = await control(flags).rules();
      if (flags.json) return print(flags, { byAgreement, agreements: agreements.map((it) => facts(it, nowMs)) }, []);
      if (!byAgreement)
        print(flags, undefined, ['The exchange is open: agreements are recorded and not asked for.', '']);
      printTable(
        ['Id', 'Name', 'Parties', 'Types', 'Up to', 'Personal data', 'From', 'Until', 'State'],
        agreements.map((it) => {
          const { id, name, parties, types, classification, personalData, from, until, state } = facts(it, nowMs);
          const [who, what] = [parties.join(' '), types.join(' ') || 'all'];
          return [id, name, who, what, classification, personalData ? 'yes' : 'no', from, until, state];
        }),
        { whole: ['Id'], named: ['Types', 'Up to', 'Personal data', 'From', 'Until'] },
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('one agreement')
    .argument('<id or name>', 'as `agreement list` prints it')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExample:\n  ./liaison gateway agreement show "XA and XB" --config data/gateway/gateway.yaml',
    )
    .action(async (text: string, flags: ConfigOption) => {
      const { agreements, nowMs } = await control(flags).rules();
      const it = facts(found(text, agreements, named, 'AGREEMENT_UNKNOWN'), nowMs);
      print(flags, it, [
        `Agreement      ${it.name}`,
        `Id             ${it.id}`,
        `Parties        ${it.parties.join(' ')}`,
        `Types          ${it.types.join(' ') || 'all'}`,
        `Up to          ${it.classification}`,
        `Personal data  ${it.personalData ? 'yes' : 'no'}`,
        `In force       ${it.from || 'always'} to ${it.until || 'no end'}: ${it.state}`,
        `Log entry      ${it.index}`,
      ]);
    });
}

/** An agreement in the words of the flags. */
function facts({ agreement, endedIndex, changedIndex: index }: Listed, nowMs: number) {
  const { agreementId: id, name, parties, types, classificationMax, personalData } = agreement;
  const { validFromMs, validUntilMs } = agreement;
  const isOver = validUntilMs !== 0 && nowMs >= validUntilMs;
  const state = endedIndex !== 0 ? 'ended' : isOver ? 'run out' : nowMs < validFromMs ? 'not yet' : 'in force';
  return {
    id,
    name,
    parties,
    types: types.map((type) => written(MessageType, type)),
    classification: written(Classification, classificationMax),
    personalData,
    from: timeText(validFromMs),
    until: timeText(validUntilMs),
    state,
    index,
  };
}

const EXAMPLES = {
  set: `
Examples:
  ./liaison gateway agreement set --name "XA and XB" --parties xa.customs xb.police --config data/gateway/gateway.yaml
  ./liaison gateway agreement set --name "Seizures, all" --parties "*" --types seizure-report alert \\
    --classification eu-restricted --until 2032-01-01 --config data/gateway/gateway.yaml`,
};
