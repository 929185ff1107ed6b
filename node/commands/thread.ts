/** `node thread` and `node acknowledge`: what was said about a case, what is still owed, and by when. */
import { Command } from 'commander';
import { cut, line, type Painted, paint, print, printTable } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseMessageId, toHex } from '../../protocol/ids.ts';
import type { AgencyNode } from '../agency-node.ts';
import type { RequestState, Thread, ThreadMessage, ThreadSummary } from '../cases/types.ts';
import type { MessageEvidence } from '../types.ts';
import { dueStyle, fromNow, spoken, statusStyle } from './labels.ts';
import {
  type CommonFlags,
  configOption,
  jsonOption,
  ofFlag,
  parseCount,
  shortTime,
  syncIfPossible,
  verboseOption,
  withNode,
} from './shared.ts';

interface ThreadFlags extends CommonFlags {
  readonly case?: string;
  readonly open?: boolean;
  readonly limit: string;
}

export function threadCommand(): Command {
  return new Command('thread')
    .description('list threads, or show one: its messages, their status, who has them, what is due')
    .summary('threads of messages: status, deadlines, who has what')
    .argument('[id]', 'thread id, or the id of a message in it')
    .option('--case <number>', 'only threads of this case')
    .option('--open', 'only threads with a request that has no answer')
    .option('--limit <count>', 'at most so many threads', '100')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', '\nExamples:\n  ./liaison node thread --open\n  ./liaison node thread --case 2031/117')
    .action(async (id: string | undefined, flags: ThreadFlags) => {
      const limit = parseCount(flags.limit, '--limit');
      await withNode(flags, 'optional', async (node) => {
        await syncIfPossible(node);
        if (id === undefined) listThreads(node, flags, limit);
        else showThread(node, threadIdOf(node, id), flags);
      });
    });
}

export function acknowledgeCommand(): Command {
  return new Command('acknowledge')
    .description('say who takes care of a request: nobody is told about its deadline any more')
    .summary('say who takes care of a request')
    .argument('<id>', 'message id of the request')
    .requiredOption('--actor <name>', 'who takes care of it')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      '\nExample:\n  ./liaison node acknowledge 0198f0a2-6e1c-7d31-8a55-0123456789ab --actor "J. Doe"',
    )
    .action(async (given: string, flags: CommonFlags & { readonly actor: string }) => {
      const id = ofFlag('<id>', () => parseMessageId(given));
      await withNode(flags, 'none', async (node) => {
        await node.acknowledge(id, flags.actor);
        print(flags, { id, acknowledgedBy: flags.actor }, [`${flags.actor} takes care of ${id}.`]);
      });
    });
}

/** @throws LiaisonError USAGE, MESSAGE_NOT_FOUND */
export function threadIdOf(node: Pick<AgencyNode, 'find'>, text: string): string {
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  if (!text.includes('-')) {
    throw new LiaisonError('USAGE', `[id]: ${JSON.stringify(text)} is neither a thread id nor a message id.`);
  }
  const id = ofFlag('[id]', () => parseMessageId(text));
  const routing = node.find(id).find((message) => message.routing !== undefined)?.routing;
  if (!routing) throw new LiaisonError('MESSAGE_NOT_FOUND', `The header of ${id} cannot be read.`);
  return toHex(routing.threadId);
}

const TITLES = ['Thread', 'Case', 'Subject', 'Messages', 'Open', 'Next due', 'Last'];

export function listThreads(
  node: Pick<AgencyNode, 'threads'>,
  flags: Pick<ThreadFlags, 'case' | 'open' | 'json'>,
  limit: number,
  nowMs = Date.now(),
): void {
  const threads = node.threads({
    limit,
    ...(flags.case !== undefined && { caseNumber: flags.case }),
    ...(flags.open === true && { open: true }),
  });
  if (flags.json === true || threads.length === 0) print(flags, threads, ['There are no such threads.']);
  else {
    printTable(
      TITLES,
      threads.map((thread) => cellsOf(thread, nowMs)),
      {
        whole: ['Thread', 'Messages', 'Open', 'Last'],
        named: ['Next due', 'Last'],
        styleOf: (row, title) => (title === 'Next due' ? nextStyle(threads[row]?.nextDueAt, nowMs) : undefined),
      },
    );
  }
}

const nextStyle = (dueAt: number | undefined, nowMs: number): 'red' | 'yellow' | undefined =>
  dueAt === undefined ? undefined : dueAt <= nowMs ? 'red' : 'yellow';

const cellsOf = (thread: ThreadSummary, nowMs: number): string[] => [
  thread.threadId,
  thread.caseNumber,
  thread.exercise ? `EXERCISE ${thread.subject}` : thread.subject,
  String(thread.messages),
  thread.closed ? 'closed' : String(thread.open),
  thread.nextDueAt === undefined ? '' : fromNow(thread.nextDueAt, nowMs),
  shortTime(thread.lastAt),
];

/** @throws LiaisonError MESSAGE_NOT_FOUND */
export function showThread(
  node: Pick<AgencyNode, 'thread' | 'evidence'>,
  threadId: string,
  flags: Pick<ThreadFlags, 'json'>,
  nowMs = Date.now(),
): void {
  const thread = node.thread(threadId);
  const items = thread.items.map((item) => ({ ...item, ...(item.direction === 'sent' && evidenceOf(node, item.id)) }));
  if (flags.json === true) {
    print(flags, { ...thread, items }, []);
    return;
  }
  const width = process.stdout.columns || Infinity;
  print(flags, thread, [
    ...headLines(thread, width, nowMs),
    ...items.flatMap((item) => ['', ...itemLines(item, item.recipients, width)]),
    ...(thread.requests.length === 0 ? [] : ['', line`${paint('bold', 'Requests')}`]),
    ...thread.requests.flatMap((request) => requestLines(request, width, nowMs)),
  ]);
}

/** Who has it. A message that came is here, and that is all this node knows. */
function evidenceOf(node: Pick<AgencyNode, 'evidence'>, id: string): Pick<MessageEvidence, 'recipients'> | undefined {
  try {
    return { recipients: node.evidence(id).recipients };
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'MESSAGE_NOT_FOUND') return undefined;
    throw error;
  }
}

function headLines(thread: Thread, width: number, nowMs: number): (string | Painted)[] {
  const { caseNumber, threadId, messages, open, closed, nextDueAt, exercise } = thread;
  const state = closed ? 'closed' : open === 0 ? 'nothing open' : `${open} open`;
  const due = nextDueAt === undefined ? '' : `, next due ${fromNow(nextDueAt, nowMs)}`;
  return [
    line`${paint('bold', cut(thread.subject, width))}${exercise ? line`  ${paint('magenta', 'EXERCISE')}` : ''}`,
    ...(caseNumber === '' ? [] : [cut(`Case ${caseNumber}`, width)]),
    `Thread ${threadId}`,
    cut(`${messages} message${messages === 1 ? '' : 's'}, ${state}${due}`, width),
  ];
}

function itemLines(
  item: ThreadMessage,
  recipients: MessageEvidence['recipients'] | undefined,
  width: number,
): (string | Painted)[] {
  const way = item.direction === 'sent' ? '→' : '←';
  const marks = [item.classification, ...item.handling].map(spoken).join(' ');
  const flag = item.exercise ? line`  ${paint('magenta', 'EXERCISE')}` : '';
  return [
    line`${shortTime(item.at)} ${way} ${paint('bold', spoken(item.type))}  ${paint(statusStyle(item.status), item.status)}${flag}`,
    `  ${item.id}`,
    cut(`  ${item.from} to ${item.to.join(', ')}`, width),
    cut(`  ${marks}${item.subject === '' ? '' : `  ${item.subject}`}`, width),
    ...(recipients === undefined ? [] : whoLines(recipients, width)),
  ];
}

function whoLines(recipients: MessageEvidence['recipients'], width: number): (string | Painted)[] {
  const names = (states: readonly (string | undefined)[]): string =>
    recipients
      .filter(({ state }) => states.includes(state))
      .map(({ recipient }) => recipient)
      .join(', ');
  const has = recipients.filter(({ state }) => state === 'ContentHandover').length;
  const waiting = names([undefined, 'SubmissionAcceptance', 'ContentConsignment']);
  const failed = names(['SubmissionRejection', 'ContentHandoverFailure']);
  return [
    `  handed over to ${has} of ${recipients.length}`,
    ...(waiting === '' ? [] : [line`  ${paint('yellow', cut(`waiting for ${waiting}`, width - 2))}`]),
    ...(failed === '' ? [] : [line`  ${paint('red', cut(`not delivered to ${failed}`, width - 2))}`]),
  ];
}

function requestLines(request: RequestState, width: number, nowMs: number): (string | Painted)[] {
  const { id, requester, recipient, state, dueAt, stage, acknowledgedBy } = request;
  const isDue = state === 'running' || state === 'paused';
  const due = isDue ? `, due ${shortTime(dueAt)} (${fromNow(dueAt, nowMs)})` : '';
  const told =
    stage === 'none' || !isDue ? '' : stage === 'breached' ? 'BREACHED' : `${STAGES[stage]} of the time is over`;
  const by = acknowledgedBy === undefined ? '' : `${acknowledgedBy} takes care of it`;
  return [
    `  ${id}`,
    cut(`    ${requester} asks ${recipient}`, width),
    line`    ${paint(dueStyle(request), state)}${due}`,
    ...(told === '' ? [] : [line`    ${paint(dueStyle(request), told)}`]),
    ...(by === '' ? [] : [cut(`    ${by}`, width)]),
  ];
}

const STAGES = { half: '50 %', 'four-fifths': '80 %' } as const;
