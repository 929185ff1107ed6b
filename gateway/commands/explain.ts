/** `./liaison gateway explain`: what the running gateway would say of a message, rule by rule. */
import { Command } from 'commander';
import { print, wrapped } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { Classification, ContactCopyExemption, HandlingCode, MessageType } from '../../protocol/generated/schema.ts';
import {
  choice,
  choices,
  CONFIG,
  type ConfigOption,
  control,
  found,
  idOfFlag,
  JSON_OPTION,
  mailboxOfFlag,
} from './shared.ts';

interface ExplainFlags extends ConfigOption {
  from: string;
  to: string[];
  type: string;
  classification: string;
  handling: string[];
  group?: string;
  personalData?: boolean;
  derivedFrom: string[];
  permission: string[];
  replyTo?: string;
  exemption?: string;
}

export function explainCommand(): Command {
  return new Command('explain')
    .description('whether a message would be permitted, and which rule decides')
    .requiredOption('--from <mailbox>', 'the sender')
    .option('--to <mailbox...>', 'the recipients; of a group, its members when left out', [])
    .option('--type <type>', choices(MessageType), 'spontaneous-information')
    .option('--classification <level>', choices(Classification), 'bpl')
    .option('--handling <code...>', choices(HandlingCode), ['h0'])
    .option('--group <id or name>', 'the group that it goes to')
    .option('--personal-data', 'it contains personal data')
    .option('--derived-from <id...>', 'messages whose content it passes on', [])
    .option('--permission <id...>', 'permission decisions that it refers to', [])
    .option('--reply-to <id>', 'the message that it answers or is about')
    .option('--exemption <reason>', `why no copy goes to the contact (${choices(ContactCopyExemption)})`)
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLE)
    .action(async (flags: ExplainFlags) => {
      const { permitted, refusal, steps } = await control(flags).explain(await messageOf(flags));
      // A negative finding, like that of other checks.
      if (!permitted) process.exitCode = 1;
      if (flags.json) return print(flags, { permitted, refusal, steps }, []);
      print(flags, undefined, [
        ...[
          ['Rule', 'Outcome', 'Why'] as const,
          ...steps.map((step) => [step.rule, step.outcome, step.detail] as const),
        ].flatMap(([rule, outcome, why]) => stepLines(rule, outcome, why)),
        '',
        refusal ? `Refused by the rule "${refusal.rule}": ${refusal.code}. ${refusal.text}` : 'Permitted.',
      ]);
    });
}

const COLUMNS = [14, 16] as const;

/** Aligned like a table; the reason is never cut. */
function stepLines(rule: string, outcome: string, why: string): string[] {
  const indent = ' '.repeat(COLUMNS[0] + COLUMNS[1]);
  const width = (process.stdout.columns || Infinity) - indent.length;
  const [first = '', ...more] = wrapped(why, Math.max(width, 20), '');
  return [
    `${rule.padEnd(COLUMNS[0])}${outcome.padEnd(COLUMNS[1])}${first}`.trimEnd(),
    ...more.map((text) => indent + text),
  ];
}

async function messageOf(flags: ExplainFlags): Promise<Parameters<ReturnType<typeof control>['explain']>[0]> {
  if (flags.to.length === 0 && flags.group === undefined) {
    throw new LiaisonError('USAGE', '--to: name at least one recipient, or a group.');
  }
  const { replyTo, exemption } = flags;
  return {
    from: mailboxOfFlag('--from', flags.from),
    to: flags.to.map((mailbox) => mailboxOfFlag('--to', mailbox)),
    type: choice('--type', flags.type, MessageType),
    classification: choice('--classification', flags.classification, Classification),
    handling: flags.handling.map((code) => choice('--handling', code, HandlingCode)),
    personalData: flags.personalData === true,
    groupId: flags.group === undefined ? NOTHING : await groupIdOf(flags, flags.group),
    derivedFrom: flags.derivedFrom.map((id) => idOfFlag('--derived-from', id)),
    permissionIds: flags.permission.map((id) => idOfFlag('--permission', id)),
    inReplyTo: replyTo === undefined ? NOTHING : idOfFlag('--reply-to', replyTo),
    exemption: exemption === undefined ? 0 : choice('--exemption', exemption, ContactCopyExemption),
  };
}

const NOTHING = new Uint8Array(0);

async function groupIdOf(flags: ConfigOption, text: string): Promise<Uint8Array> {
  // An id that is not there is for the gateway to judge.
  if (/^[0-9a-f-]{32,36}$/i.test(text)) return idOfFlag('--group', text);
  const { groups } = await control(flags).rules();
  const named = ({ group }: (typeof groups)[number]): { id: string; name: string } => ({
    id: group.groupId,
    name: group.name,
  });
  return idOfFlag('--group', named(found(text, groups, named, 'GROUP_UNKNOWN')).id);
}

const EXAMPLE = `
Example:
  ./liaison gateway explain --from xa.customs/portalder --to xb.police/drugs \\
    --type information-request --classification eu-restricted --handling h1 \\
    --config data/gateway/gateway.yaml`;
