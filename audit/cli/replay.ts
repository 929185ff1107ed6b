/** `./liaison audit replay`: asks a log what has become of a message, an agency, a mailbox or a thread. */
import { Command } from 'commander';
import { print } from '../../cli/print.ts';
import { showProgress } from '../../cli/progress.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { fromHex, parseAgencyId, parseMailbox, parseMessageId } from '../../protocol/ids.ts';
import { openAuditSource } from '../bundle/open.ts';
import { answer, type AnyAnswer, readLog, type Subject, withIndex } from '../query/ask.ts';
import { defaultPlace, type IndexPlace } from '../query/index-file.ts';
import type { LogReader } from '../query/log-reader.ts';
import type { AuditSource } from '../source.ts';
import { printAnswer } from './replay-text.ts';

interface ReplayFlags {
  at?: string;
  message?: string;
  sender?: string;
  agency?: string;
  mailbox?: string;
  thread?: string;
  limit: string;
  index?: string;
  json?: boolean;
}

export function replayCommand(): Command {
  return new Command('replay')
    .description('ask a log what it says about a message, an agency, a mailbox or a thread')
    .argument('<path>', 'bundle, or data directory of a stopped gateway')
    .option('--message <id>', 'what has become of this message')
    .option('--sender <mailbox>', 'whose message, when several senders have used the id')
    .option('--agency <agency>', 'standing, keys, rules and traffic of an agency')
    .option('--mailbox <mailbox>', 'numbers and messages of a mailbox')
    .option('--thread <id>', 'the messages of a thread')
    .option('--at <position>', 'as it was after an entry (INDEX or ORIGIN:INDEX) or at a time (ISO 8601)')
    .option('--limit <n>', 'how many to list where there can be many', '20')
    .option('--index <file>', 'where to keep the index')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action((path: string, flags: ReplayFlags) => {
      const subject = subjectOf(flags);
      const limit = limitOf(flags.limit);
      const source = openAuditSource(path);
      try {
        const log = readLog(source);
        const told = ask(source, log, flags, subject, limit);
        source.assertUnchanged();
        if (flags.json) print(flags, { verified: false, log: factsOf(log), ...told }, []);
        else printAnswer(path, log, told);
      } finally {
        source.close();
      }
    });
}

function ask(source: AuditSource, log: LogReader, flags: ReplayFlags, subject: Subject, limit: number): AnyAnswer {
  const position = log.position(flags.at);
  let progress: ReturnType<typeof showProgress> | undefined;
  try {
    const onProgress = (entries: number, of: number): void => {
      progress ??= showProgress('Indexing', of);
      progress.at(entries);
    };
    const options = { place: placeOf(source, log, flags), onProgress };
    return withIndex(log, options, (index) => answer({ log, index, position }, subject, limit));
  } finally {
    progress?.end();
  }
}

const placeOf = (source: AuditSource, log: LogReader, { index }: ReplayFlags): IndexPlace =>
  index === undefined ? defaultPlace(source, log, process.env) : { file: index, isChosen: true };

function subjectOf({ message, sender, agency, mailbox, thread }: ReplayFlags): Subject {
  const asked: Subject[] = [
    ...(message === undefined
      ? []
      : [{ kind: 'message', id: read(parseMessageId, message), ...(sender !== undefined && { sender }) } as const]),
    ...(agency === undefined ? [] : [{ kind: 'agency', agency: read(parseAgencyId, agency) } as const]),
    ...(mailbox === undefined ? [] : [{ kind: 'mailbox', mailbox: read(parseMailbox, mailbox) } as const]),
    ...(thread === undefined ? [] : [{ kind: 'thread', thread: threadOf(thread) } as const]),
  ];
  if (asked.length > 1) throw usage('Ask one question at a time: --message, --agency, --mailbox or --thread.');
  if (sender !== undefined && message === undefined) throw usage('--sender goes with --message.');
  return asked[0] ?? { kind: 'summary' };
}

/** What a person typed is wrong use, not a fault of some header. */
function read<T>(parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof LiaisonError) throw usage(error.detail);
    throw error;
  }
}

function threadOf(text: string): Uint8Array {
  const hex = text.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(hex)) return fromHex(hex);
  throw usage(`--thread ${text} is not 32 hexadecimal digits.`);
}

function limitOf(text: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
  throw usage(`--limit ${text} is not a whole number from 1 to 999999.`);
}

const usage = (what: string): LiaisonError => new LiaisonError('USAGE', what);

/** What numbers of entries in the answer mean: number = firstNumber of its shard + index. */
const factsOf = (log: LogReader): unknown => ({
  end: log.end,
  shards: log.shards.map(({ origin, verifierKey, firstNumber, size }) => ({ origin, verifierKey, firstNumber, size })),
});

const EXAMPLE = `
Without a question it tells the state in short. A replay verifies nothing: ./liaison audit verify does.
The first question about a log makes an index of it, which later questions use.
Exit status: 0 answered; 2 there is no answer, or wrong use.

Examples:
  ./liaison audit replay bundle --message 01890a5d-ac96-774b-bcce-b302099a8057
  ./liaison audit replay bundle --mailbox xb.police/liaison --limit 50
  ./liaison audit replay data --agency xa.customs --at 2026-03-31T12:00:00Z`;
