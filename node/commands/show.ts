/** `node show`: one message with its content. */
import { Command } from 'commander';
import { jsonText, line, type Painted, paint, print, printable } from '../../cli/print.ts';
import type { Routing } from '../../protocol/generated/schema.ts';
import { parseMessageId } from '../../protocol/ids.ts';
import { shownBody } from '../shown-body.ts';
import type { StoredMessage } from '../types.ts';
import { actorOption, justificationOption, type ReasonFlags, reasonOf } from './consult.ts';
import { labelsOf, statusStyle, typeName } from './labels.ts';
import { linesOf } from './send.ts';
import {
  type CommonFlags,
  configOption,
  isoTime,
  jsonOption,
  ofFlag,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';

export function showCommand(): Command {
  return new Command('show')
    .description('show a message with all that is known about it; that somebody has looked is recorded')
    .summary('show a message; who has looked is recorded')
    .argument('<id>', 'message id')
    .addOption(actorOption())
    .addOption(justificationOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      `
Example:
  ./liaison node show 0198f0a2-6e1c-7d31-8a55-0123456789ab --actor "J. Doe" --justification "case 2031/7"`,
    )
    .action(async (given: string, flags: CommonFlags & ReasonFlags) => {
      const id = ofFlag('<id>', () => parseMessageId(given));
      await withNode(flags, 'optional', async (node) => {
        const here = node.find(id);
        const isSent = here.some((message) => message.direction === 'sent');
        if (here.some(({ body }) => body !== undefined)) {
          const reason = await reasonOf(flags);
          await node.journal.record('message.consulted', { messageId: id, ...reason });
          // The originator may have asked to be told.
          if (!isSent) await node.opened(id);
        }
        if (isSent) await syncIfPossible(node);
        const found = node.find(id);
        print(flags, found.map(shown), found.flatMap(describe));
      });
    });
}

const shown = (message: StoredMessage): object => ({
  ...message,
  body: message.body && shownBody(message.body),
});

function describe(message: StoredMessage): (string | Painted)[] {
  const body = message.body ? jsonText(shownBody(message.body), 2) : 'The content cannot be shown.';
  const lines = [
    line`  Status: ${paint(statusStyle(message.status), message.status)}`,
    ...(message.routing ? routingLines(message.routing) : []),
  ];
  if (message.direction === 'sent') {
    const { id, from, state, obstacle } = message.evidence;
    const why = obstacle ? [`  ${obstacle.code}: ${printable(obstacle.text)}`] : [];
    return [`${id}, sent from ${from}: ${state}`, ...lines, ...why, ...linesOf(message.evidence), body];
  }
  const { id, to, state, reason, receivedAt, acceptedAt, number } = message;
  return [
    `${id}, received in ${to} as number ${number}: ${state}${reason === undefined ? '' : ` (${reason})`}`,
    ...lines,
    `  Accepted ${isoTime(acceptedAt)}, received ${isoTime(receivedAt)}`,
    body,
  ];
}

const routingLines = (routing: Routing): (string | Painted)[] => [
  `  Type: ${typeName(routing)}`,
  line`  Marked: ${labelsOf(routing)}`,
];
