/** `node inbox`: what is here. */
import { Command } from 'commander';
import { cut, jsonText, line, paint, print, printable, printTable, type Style } from '../../cli/print.ts';
import { shownBody } from '../shown-body.ts';
import type { AgencyNode } from '../agency-node.ts';
import { ownMailbox } from '../compose.ts';
import type { InboxMessage } from '../types.ts';
import { marksOf, typeName } from './labels.ts';
import { showTransfers } from './progress.ts';
import {
  type CommonFlags,
  configOption,
  jsonOption,
  ofFlag,
  shortTime,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';

interface InboxFlags extends CommonFlags {
  readonly follow?: boolean;
  readonly done?: boolean;
  readonly mailbox?: string;
}

/** Nothing has come for this long: what was waiting is here. */
const QUIET_MS = 1_000;
const QUIET_MAX_MS = 15_000;
const SUBJECT_SHOWN_MAX = 100;

export function inboxCommand(): Command {
  return new Command('inbox')
    .description('fetch and list the messages that are not done')
    .summary('list the messages that are not done')
    .option('--follow', 'go on with what arrives, until interrupted')
    .option('--done', 'mark what is listed as done: it is not listed again')
    .option('--mailbox <unit>', 'only this own unit')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', '\nExample:\n  ./liaison node inbox --follow --done --json | ./import-into-case-system')
    .action(async (flags: InboxFlags) => {
      await withNode(flags, 'optional', (node) => (flags.follow === true ? follow(node, flags) : list(node, flags)));
    });
}

async function list(node: AgencyNode, flags: InboxFlags): Promise<void> {
  showTransfers(node);
  const options = { ...mailboxOf(flags, node), follow: false };
  // Somebody may take "nothing is waiting" for the gateway's word.
  if (!(await syncIfPossible(node))) process.exitCode = 1;
  await quiet(node);
  const messages: InboxMessage[] = [];
  for await (const message of node.inbox(options)) messages.push(message);
  if (flags.json === true) print(flags, messages.map(jsonOf), []);
  else if (messages.length === 0) print(flags, [], ['Nothing is waiting.']);
  else printTable(COLUMNS, messages.map(cellsOf), { whole: ['Received', 'Id'], styleOf });
  if (flags.done === true) await Promise.all(messages.map((message) => message.done()));
}

async function follow(node: AgencyNode, flags: InboxFlags): Promise<void> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  for await (const message of node.inbox({ ...mailboxOf(flags, node), signal: interrupted.signal })) {
    process.stdout.write(`${flags.json === true ? jsonText(jsonOf(message)) : followed(message)}\n`);
    if (flags.done === true) await message.done();
  }
}

const mailboxOf = ({ mailbox }: InboxFlags, { config }: AgencyNode): { mailbox?: string } =>
  mailbox === undefined ? {} : { mailbox: ofFlag('--mailbox', () => ownMailbox(mailbox, config.mailboxes)) };

async function quiet(node: AgencyNode): Promise<void> {
  if (!node.isConnected) return;
  let endMs = performance.now() + QUIET_MAX_MS;
  let lastMs = performance.now();
  const onReceived = (): void => {
    lastMs = performance.now();
  };
  // A message with attachments is here when they are.
  const onAttachment = (): void => {
    endMs = (lastMs = performance.now()) + QUIET_MAX_MS;
  };
  node.on('received', onReceived).on('attachment', onAttachment);
  while (performance.now() < Math.min(lastMs + QUIET_MS, endMs))
    await new Promise((resolve) => setTimeout(resolve, 50));
  node.off('received', onReceived).off('attachment', onAttachment);
}

const jsonOf = ({
  id,
  from,
  to,
  receivedAt,
  acceptedAt,
  attempt,
  routing,
  body,
  attachments,
}: InboxMessage): object => ({
  ...{ id, from, to, receivedAt, acceptedAt, attempt },
  type: typeName(routing),
  threadId: Buffer.from(routing.threadId).toString('hex'),
  body: shownBody(body),
  attachments,
});

const COLUMNS = ['Received', 'Id', 'From', 'To', 'Type', 'Marks', 'Subject'];
const styleOf = (_: number, title: string): Style | undefined => (title === 'Marks' ? ['red', 'bold'] : undefined);

const cellsOf = ({ id, from, to, receivedAt, routing, body }: InboxMessage): string[] => {
  const { value } = body.content;
  const subject = 'subject' in value ? value.subject : 'text' in value ? value.text : '';
  const type = typeName(routing);
  return [shortTime(receivedAt), id, from, to, type, marksOf(routing), printable(subject).slice(0, SUBJECT_SHOWN_MAX)];
};

/** One line for programs; in a terminal two that fit. */
function followed(message: InboxMessage): string {
  const cells = cellsOf(message);
  const [at = '', id = '', from = '', , type = '', marks = '', subject = ''] = cells;
  const { isTTY, columns } = process.stdout;
  if (!isTTY) return printable(cells.filter((cell) => cell !== '').join('  '));
  const rest = marks === '' ? '' : line`  ${paint(['red', 'bold'], marks)}`;
  return line`${at}  ${id}${rest}\n${cut(printable(`  ${from}  ${type}  ${subject}`), columns)}`.text;
}
