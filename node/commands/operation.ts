/** `node operation`: a closed user group at work, from the evidence that this node holds. */
import { Command } from 'commander';
import { line, type Painted, paint, print, printTable, wrapped } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { AgencyNode } from '../agency-node.ts';
import type { GroupInfo, OperationReport } from '../cases/types.ts';
import { fromNow, spoken, statusStyle } from './labels.ts';
import {
  type CommonFlags,
  configOption,
  jsonOption,
  shortTime,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';

export function operationCommand(): Command {
  return new Command('operation')
    .description('list the groups of this agency, or show one: members, what was sent, who has it, what is overdue')
    .summary('a group at work: members, sent, held, overdue')
    .argument('[id]', 'group id')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', '\nExample:\n  ./liaison node operation 5d1f4c0e9a7b42c38d6e0f1a2b3c4d5e')
    .action(async (id: string | undefined, flags: CommonFlags) => {
      if (id !== undefined && !/^[0-9a-f]{32}$/.test(id)) {
        throw new LiaisonError('USAGE', '[id]: expected 32 hexadecimal digits, 0 to 9 and a to f.');
      }
      await withNode(flags, 'required', async (node) => {
        await syncIfPossible(node);
        if (id === undefined) await listGroups(node, flags);
        else await showOperation(node, id, flags);
      });
    });
}

type Json = Pick<CommonFlags, 'json'>;

export async function listGroups(node: Pick<AgencyNode, 'groups'>, flags: Json, nowMs = Date.now()): Promise<void> {
  const groups = await node.groups();
  if (flags.json === true || groups.length === 0) print(flags, groups, ['This agency is in no group.']);
  else {
    const rows = groups.map((group) => [
      ...[group.groupId, group.name, group.owner, String(group.members.length), endOf(group, nowMs)],
    ]);
    printTable(['Group', 'Name', 'Owner', 'Members', 'End'], rows, {
      whole: ['Group', 'Members'],
      named: ['Owner', 'End'],
    });
  }
}

const endOf = ({ ended, endsAt }: GroupInfo, nowMs: number): string =>
  ended ? 'ended' : endsAt === 0 ? '' : fromNow(endsAt, nowMs);

/** @throws LiaisonError GROUP_UNKNOWN */
export async function showOperation(
  node: Pick<AgencyNode, 'operation'>,
  id: string,
  flags: Json,
  nowMs = Date.now(),
): Promise<void> {
  const report = await node.operation(id);
  print(flags, report, headLines(report, nowMs));
  if (flags.json === true || report.messages.length === 0) return;
  process.stdout.write('\n');
  const { messages } = report;
  printTable(
    ['Time', 'Message', 'Type', 'From', 'Status', 'Has it', 'Waiting', 'Subject'],
    messages.map((message) => [
      shortTime(message.at),
      message.id,
      message.exercise ? `EXERCISE ${spoken(message.type)}` : spoken(message.type),
      message.from,
      message.status,
      message.direction === 'sent' ? `${message.handedOver.length} of ${message.to.length}` : 'here',
      [...message.waiting, ...message.failed.map((mailbox) => `${mailbox} (failed)`)].join(', '),
      message.subject,
    ]),
    {
      whole: ['Time', 'Message', 'Status', 'Has it'],
      named: ['Has it', 'Waiting'],
      styleOf: (row, title) => {
        const message = messages[row];
        if (title === 'Status' && message) return statusStyle(message.status);
        return title === 'Waiting' ? (message?.failed.length === 0 ? 'yellow' : 'red') : undefined;
      },
    },
  );
}

function headLines({ group, sent, received, held, overdue }: OperationReport, nowMs: number): (string | Painted)[] {
  const times = group.ended ? 'ended' : group.endsAt === 0 ? 'without end' : `ends ${fromNow(group.endsAt, nowMs)}`;
  return [
    line`${paint('bold', group.name)}  ${times}${group.nominalAllowed ? '' : ', no personal data'}`,
    `Owner    ${group.owner}`,
    ...wrapped(`Members  ${group.members.join(', ')}`, process.stdout.columns || Infinity, '         '),
    line`Sent     ${sent}${held === 0 ? '' : line`, ${paint('yellow', `${held} not with everybody`)}`}`,
    `Received ${received}`,
    ...overdue.flatMap(({ id, recipient, dueAt }) => [
      line`${paint(['red', 'bold'], 'OVERDUE')}  ${id}`,
      `         ${recipient} should have answered ${fromNow(dueAt, nowMs)}`,
    ]),
  ];
}
