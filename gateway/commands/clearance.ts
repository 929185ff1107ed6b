/** `./liaison gateway agency …` and `./liaison gateway unit …`: what holds for an agency as a whole, and for one mailbox. */
import { Command } from 'commander';
import { print, printTable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { Classification } from '../../protocol/generated/schema.ts';
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
  JSON_OPTION,
  mailboxOfFlag,
  written,
} from './shared.ts';

export function agencyCommands(): Command {
  const command = new Command('agency').description(
    'what holds for an agency: clearance, contact, room for attachments',
  );
  command.addCommand(setAgencyCommand());
  command.addCommand(
    listCommand('agency', async (flags) => {
      const { agencies } = await control(flags).rules();
      if (flags.json) {
        print(flags, { agencies }, []);
        return;
      }
      printTable(
        ['Agency', 'Clearance', 'Contact', 'Attachment bytes'],
        agencies.map(({ agency, clearance, contact, attachmentBytesMax }) => {
          return [
            agency,
            written(Classification, clearance),
            contact,
            attachmentBytesMax ? `${attachmentBytesMax}` : '',
          ];
        }),
      );
    }),
  );
  return command;
}

interface AgencyFlags extends ActOption {
  clearance?: string;
  contact?: string | false;
  attachmentBytes?: string;
}

function setAgencyCommand(): Command {
  return actOptions(new Command('set'))
    .description('set what is given; the rest stays as it is')
    .argument('<agency>', 'e.g. xa.customs')
    .option('--clearance <level>', `highest classification it may get (${choices(Classification)})`)
    .option('--contact <mailbox>', 'single point of contact, which gets copies of what goes to the agency')
    .option('--no-contact', 'it has no single point of contact any more')
    .option('--attachment-bytes <n>', "room for waiting attachments; 0 for the gateway's default")
    .addHelpText('after', EXAMPLES.agency)
    .action(async (name: string, flags: AgencyFlags) => {
      const agency = agencyOfFlag('<agency>', name);
      const before = (await control(flags).rules()).agencies.find((row) => row.agency === agency);
      const value = {
        agency,
        clearance: flags.clearance === undefined ? (before?.clearance ?? 0) : level(flags.clearance),
        contact: contactOf(flags.contact, before?.contact ?? ''),
        attachmentBytesMax: bytesOf(flags.attachmentBytes, before?.attachmentBytesMax ?? 0),
      };
      await act(flags, { kind: 'setAgency', value }, `The rules for ${agency} are recorded`);
    });
}

const level = (text: string): Classification => choice('--clearance', text, Classification);

/** Commander takes `--no-contact` for a contact that is on when nothing is said. */
function contactOf(flag: string | boolean | undefined, before: string): string {
  if (flag === false) return '';
  return typeof flag === 'string' ? mailboxOfFlag('--contact', flag) : before;
}

function bytesOf(text: string | undefined, before: number): number {
  if (text === undefined) return before;
  const bytes = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(bytes)) return bytes;
  throw new LiaisonError('USAGE', `--attachment-bytes: expected a number of bytes, not ${JSON.stringify(text)}.`);
}

export function unitCommands(): Command {
  const command = new Command('unit').description('what holds for one mailbox: clearance, host of a liaison office');
  command.addCommand(setUnitCommand());
  command.addCommand(
    listCommand('unit', async (flags) => {
      const { units } = await control(flags).rules();
      if (flags.json) {
        print(flags, { units }, []);
        return;
      }
      printTable(
        ['Mailbox', 'Clearance', 'Host agency'],
        units.map(({ mailbox, clearance, hostAgency }) => {
          return [mailbox, clearance === 0 ? "the agency's" : written(Classification, clearance), hostAgency];
        }),
      );
    }),
  );
  return command;
}

interface UnitFlags extends ActOption {
  clearance?: string;
  hostAgency?: string | false;
}

function setUnitCommand(): Command {
  return actOptions(new Command('set'))
    .description('set what is given; the rest stays as it is')
    .argument('<mailbox>', 'e.g. xa.customs/portalder')
    .option(
      '--clearance <level>',
      `highest classification it may get, agency for its agency's (${choices(Classification)})`,
    )
    .option('--host-agency <agency>', 'of a liaison office: where it sits')
    .option('--no-host-agency', 'it is no liaison office any more')
    .addHelpText('after', EXAMPLES.unit)
    .action(async (name: string, flags: UnitFlags) => {
      const mailbox = mailboxOfFlag('<mailbox>', name);
      const before = (await control(flags).rules()).units.find((row) => row.mailbox === mailbox);
      const { clearance, hostAgency } = flags;
      const kept = before?.clearance ?? 0;
      const host = typeof hostAgency === 'string' ? agencyOfFlag('--host-agency', hostAgency) : before?.hostAgency;
      const value = {
        mailbox,
        clearance: clearance === undefined ? kept : clearance === 'agency' ? 0 : level(clearance),
        hostAgency: hostAgency === false ? '' : (host ?? ''),
      };
      await act(flags, { kind: 'setUnit', value }, `The rules for ${mailbox} are recorded`);
    });
}

function listCommand(of: 'agency' | 'unit', action: (flags: ConfigOption) => Promise<void>): Command {
  return new Command('list')
    .description('what has been set')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .addHelpText('after', `\nExample:\n  ./liaison gateway ${of} list --config data/gateway/gateway.yaml`)
    .action(action);
}

const EXAMPLES = {
  agency: `
Example:
  ./liaison gateway agency set xb.police --clearance eu-restricted --contact xb.police/spoc --config data/gateway/gateway.yaml`,
  unit: `
Example:
  ./liaison gateway unit set xb.police/drugs --clearance bpl --config data/gateway/gateway.yaml`,
};
