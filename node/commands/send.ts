/** `node send` */
import { Command, Option } from 'commander';
import { print } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  Availability,
  Classification,
  CrimeArea,
  HandlingCode,
  MessageType,
  Purpose,
} from '../../protocol/generated/schema.ts';
import { parseMailbox, parseMessageId } from '../../protocol/ids.ts';
import type { AgencyNode } from '../agency-node.ts';
import { ownMailbox } from '../compose.ts';
import type { MessageEvidence, SendRequest } from '../types.ts';
import type { WaitGoal } from '../wait.ts';
import { type AttachFlags, attachKeep, attachmentsOf, attachOption } from './attach.ts';
import { type BodyFlags, bodyName, bodyOfFlags } from './body-of-flags.ts';
import { showTransfers } from './progress.ts';
import {
  choiceOf,
  choicesOf,
  type CommonFlags,
  configOption,
  jsonOption,
  ofFlag,
  parseDuration,
  verboseOption,
  withNode,
} from './shared.ts';

interface SendFlags extends CommonFlags, BodyFlags, AttachFlags {
  readonly group?: string;
  readonly annexOf?: string;
  readonly to?: readonly string[];
  readonly from?: string;
  readonly thread?: string;
  readonly urgent?: boolean;
  readonly availability?: string;
  readonly classification: string;
  readonly handling: readonly string[];
  readonly purpose?: string;
  readonly exercise?: boolean;
  readonly personalData: boolean;
  readonly expires: string;
  readonly wait: WaitGoal | false;
  readonly timeout?: string;
  readonly attach?: readonly string[];
  readonly keepMetadata?: boolean;
}

const EXAMPLES = `
Crime areas: ${choicesOf(CrimeArea)}

Examples:
  ./liaison node send --to xb.police/desk --subject "Vessel Aurora" --text "Arrives on Monday with undeclared tobacco." \\
    --crime-area revenue --evaluation B2
  ./liaison node send --to xb.police/desk --text "The seized goods." --attach photo1.jpg photo2.jpg
  ./liaison node send --to xb.police/desk --body request.json --urgent --wait handed-over
  ./liaison node send --to xb.police/desk --reply-to 0198f0a2-6e1c-7d31-8a55-0123456789ab --text "Known to us since May."

Without --to, the known mailboxes are listed.`;

export function sendCommand(): Command {
  const waits = new Set<string>();
  return new Command('send')
    .on('option:wait', () => waits.add('--wait'))
    .on('option:no-wait', () => waits.add('--no-wait'))
    .description('send a message and wait until the gateway has accepted it')
    .summary('send a message given by flags or as JSON')
    .option('--to <mailbox...>', 'recipients, such as xb.police/desk')
    .option('--from <unit>', 'own unit (default: the first of the configuration)')
    .option(
      '--type <type>',
      'with --text: spontaneous-information, information-request, information-answer; any type with --body',
    )
    .option('--body <file>', 'body as JSON; - reads standard input')
    .option('--text <text>', 'the information, instead of --body')
    .option('--subject <text>', 'subject (default: the beginning of the text)')
    .option('--crime-area <area>', 'see below (default: revenue)')
    .option('--evaluation <code>', 'source A, B, C, X and information 1 to 4 (default: X4, cannot be assessed)')
    .option('--facts <text>', 'of a request: purpose and facts')
    .option('--offence <text>', 'of a request: the offence')
    .option('--outcome <outcome>', 'of an answer: full, partial or no-hit (default: full)')
    .option('--reply-to <id>', 'the message that this one answers')
    .option('--thread <id>', 'thread to continue (default: that of --reply-to, or a new one)')
    .option('--case <number>', 'case number, encrypted with the body')
    .option('--language <tag>', 'language of the texts (default: en)')
    .option('--urgent', 'urgent; a request then needs --urgency-reason')
    .option('--urgency-reason <text>', 'why it is urgent')
    .option('--availability <kind>', 'of a request: direct or indirect')
    .option('--classification <level>', 'bpl, eu-restricted or eu-confidential', 'bpl')
    .option('--handling <code...>', 'h0, h1, h2, h3', ['h0'])
    .option('--handling-text <text>', 'the restriction that h3 stands for')
    .option('--purpose <purpose>', 'prevention, detection, investigation, risk-analysis, immediate-threat, exercise')
    .option('--exercise', 'mark as exercise')
    .option('--no-personal-data', 'state that it contains no personal data')
    .option('--expires <duration>', 'ends when not handed over by then: 8h, 30d', '30d')
    .option('--group <id>', 'send to the members of a group, instead of --to')
    .option('--annex-of <id>', 'the report that this nominal annex belongs to')
    .addOption(attachOption())
    .addOption(attachKeep())
    .addOption(new Option('--wait <goal>', 'wait until').choices(['accepted', 'handed-over']).default('accepted'))
    .option('--no-wait', 'only put it into the outbox; the next command that connects sends it')
    .option('--timeout <duration>', 'how long to wait (default: 30s; with --attach 24h)')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: SendFlags) => {
      if (waits.size > 1) throw new LiaisonError('USAGE', 'Give either --wait or --no-wait.');
      await withNode(flags, flags.wait === false ? 'none' : 'required', (node) => send(node, flags));
    });
}

async function send(node: AgencyNode, flags: SendFlags): Promise<void> {
  if (!flags.to && flags.group === undefined)
    throw new LiaisonError('USAGE', `Give --to MAILBOX. ${await knownMailboxes(node)}`);
  parseDuration(timeoutOf(flags), '--timeout');
  showTransfers(node);
  const request = requestOf(flags, flags.to ?? [], node);
  if (flags.replyTo !== undefined) node.find(flags.replyTo);
  await submit(node, request, flags);
}

export interface SubmitFlags extends Pick<CommonFlags, 'json'> {
  readonly wait: WaitGoal | false;
  readonly timeout?: string;
  /** The file that the body came from. */
  readonly body?: string;
}

/**
 * Puts a message into the outbox, waits as the flags say and prints what became of it.
 * @throws LiaisonError USAGE or FILE_INVALID for what the composer refuses; WAIT_TIMEOUT; the code of a refusal
 */
export async function submit(node: AgencyNode, request: SendRequest, flags: SubmitFlags): Promise<void> {
  const timeoutMs = parseDuration(timeoutOf(flags), '--timeout');
  const id = await node.send(request).catch((error: unknown) => {
    throw asUse(error, flags);
  });
  if (flags.wait === false) {
    print(flags, node.evidence(id), [`${id} is in the outbox.`]);
    return;
  }
  try {
    const evidence = await node.waitFor(id, flags.wait, { timeoutMs });
    print(flags, evidence, [
      `${id} is ${flags.wait === 'accepted' ? 'accepted' : 'handed over'}.`,
      ...linesOf(evidence),
    ]);
  } catch (error) {
    // The id is what the message can be found by, whatever has become of it.
    if (flags.json !== true) process.stdout.write(`${id}\n`);
    const evidence = node.evidence(id);
    if (error instanceof LiaisonError && error.code === 'WAIT_TIMEOUT') throw gaveUp(evidence, flags);
    if (isOnItsWay(evidence))
      process.stderr.write(`The message is not lost. ${STAYS_IN_OUTBOX} Do not send it again.\n`);
    throw error;
  }
}

const STAYS_IN_OUTBOX = 'It is in the outbox; the next command that connects sends it.';
const isOnItsWay = ({ state }: MessageEvidence): boolean => state !== 'accepted' && state !== 'refused';

/** A large file takes its time. */
const timeoutOf = ({ timeout, attach }: SubmitFlags & AttachFlags): string => timeout ?? (attach ? '24h' : '30s');

/** This command ends, and with it the node: nobody goes on trying. */
function gaveUp({ state, obstacle }: MessageEvidence, flags: SubmitFlags & AttachFlags): LiaisonError {
  const { wait } = flags;
  const goal = wait === 'handed-over' ? 'handed over' : 'accepted';
  const why = obstacle ? ` (${obstacle.code}: ${obstacle.text})` : '';
  const rest =
    state === 'accepted' ? 'It is accepted; ./liaison node receipts tells what becomes of it.' : STAYS_IN_OUTBOX;
  return new LiaisonError('WAIT_TIMEOUT', `The message is not ${goal} after ${spelt(timeoutOf(flags))}${why}. ${rest}`);
}

const UNITS = { s: 's', m: 'min', h: 'h', d: 'd' } as const;
const spelt = (duration: string): string =>
  `${duration.slice(0, -1)} ${UNITS[duration.slice(-1) as keyof typeof UNITS]}`;

/** What the composer refuses was wrong on the command line or in the file of the body. */
function asUse(error: unknown, { body }: SubmitFlags): unknown {
  if (!(error instanceof LiaisonError)) return error;
  const cause = { cause: error };
  if (error.code === 'EXPIRY_TOO_FAR') return new LiaisonError('USAGE', '--expires: at most 90d.', cause);
  if (error.code === 'BODY_INVALID' && body !== undefined) {
    return new LiaisonError('FILE_INVALID', `${bodyName(body)}: ${error.detail}`, cause);
  }
  const isWrongUse = ['HEADER_INVALID', 'BODY_INVALID', 'LIMIT_EXCEEDED'].includes(error.code);
  return isWrongUse ? new LiaisonError('USAGE', error.detail, cause) : error;
}

function requestOf(flags: SendFlags, to: readonly string[], node: AgencyNode): SendRequest {
  const { from, type, availability, purpose, thread, replyTo, group, annexOf } = flags;
  const sender = ofFlag('--from', () => ownMailbox(from, node.config.mailboxes));
  const handling = flags.handling.map((code) => choiceOf('--handling', code, HandlingCode));
  if (flags.body === undefined && handling.includes('H3') !== (flags.handlingText !== undefined)) {
    throw new LiaisonError('USAGE', '--handling h3 and --handling-text go together.');
  }
  if (thread !== undefined && !/^[0-9a-f]{32}$/.test(thread)) {
    throw new LiaisonError('USAGE', '--thread: expected 32 hexadecimal digits, 0 to 9 and a to f.');
  }
  const body = bodyOfFlags(flags, sender, Date.now());
  const isRequest = 'informationRequest' in body;
  if (availability !== undefined && !isRequest) {
    throw new LiaisonError('USAGE', '--availability goes with an information-request only.');
  }
  return {
    to: to.map((mailbox) => ofFlag('--to', () => parseMailbox(mailbox))),
    from: sender,
    ...(type !== undefined && { type: choiceOf('--type', type, MessageType) }),
    ...(replyTo !== undefined && { inReplyTo: ofFlag('--reply-to', () => parseMessageId(replyTo)) }),
    body,
    urgency: flags.urgent === true ? 'URGENT' : 'NORMAL',
    ...(availability !== undefined && { availability: choiceOf('--availability', availability, Availability) }),
    classification: choiceOf('--classification', flags.classification, Classification),
    handling,
    ...(purpose !== undefined && { purpose: choiceOf('--purpose', purpose, Purpose) }),
    exercise: flags.exercise ?? false,
    containsPersonalData: flags.personalData,
    expiresInMs: parseDuration(flags.expires, '--expires'),
    ...(thread !== undefined && { threadId: thread }),
    ...(group !== undefined && { group: groupIdOf(group) }),
    ...(annexOf !== undefined && { annexOf: ofFlag('--annex-of', () => parseMessageId(annexOf)) }),
    ...attachmentsOf(flags),
  };
}

/** @throws LiaisonError USAGE */
export function groupIdOf(text: string): string {
  if (/^[0-9a-f]{32}$/.test(text)) return text;
  throw new LiaisonError('USAGE', '--group: expected 32 hexadecimal digits, 0 to 9 and a to f.');
}

/** One line for each recipient. */
export function linesOf(evidence: MessageEvidence): string[] {
  const refusal = refusedHere(evidence);
  // A group's members are not known before the message is sealed.
  if (evidence.recipients.length === 0 && refusal !== undefined) return [`  ${refusal}`];
  return evidence.recipients.map(({ recipient, state, notified, access, consent, events }) => {
    const last = events.findLast((event) => event.event === state);
    const entry = last?.index === undefined ? '' : `, entry ${last.index}`;
    const reason = last?.reason === undefined ? '' : ` (${last.reason})`;
    const further = [
      notified ? 'recipient offline or slow' : '',
      access === 'OPENED' ? 'opened' : '',
      consent === 'NONE' ? '' : `consent ${consent.toLowerCase()}`,
    ].filter((words) => words !== '');
    const more = further.length === 0 ? '' : `, ${further.join(', ')}`;
    return `  ${recipient}: ${state ?? refusal ?? 'waiting'}${reason}${entry}${more}`;
  });
}

/** Of a message that never left this node. */
export function refusedHere({ state, obstacle, recipients }: MessageEvidence): string | undefined {
  if (state !== 'refused' || recipients.some(({ events }) => events.length > 0)) return undefined;
  return `refused by this node: ${obstacle?.code ?? ''}; nothing was logged, so there is no receipt`;
}

async function knownMailboxes(node: AgencyNode): Promise<string> {
  try {
    const known = await node.directory();
    return `Known mailboxes: ${known.map(({ mailbox }) => mailbox).join(', ')}.`;
  } catch {
    // The mistake to report is the missing option.
    return 'The known mailboxes cannot be listed without the gateway.';
  }
}
