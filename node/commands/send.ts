/** `node send` */
import { Command, Option } from 'commander';
import { print } from '../../cli/print.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { CrimeArea } from '../../protocol/generated/schema.ts';
import type { AgencyNode } from '../agency-node.ts';
import { ownMailbox } from '../compose.ts';
import type { MessageEvidence, SendRequest } from '../types.ts';
import type { WaitGoal } from '../wait.ts';
import { type BodyFlags, bodyOfFlags } from './body-of-flags.ts';
import {
  type CommonFlags,
  configOption,
  enumName,
  jsonOption,
  parseDuration,
  verboseOption,
  withNode,
} from './shared.ts';

interface SendFlags extends CommonFlags, BodyFlags {
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
  readonly timeout: string;
}

const areas = Object.keys(CrimeArea)
  .filter((name) => name !== 'UNSPECIFIED')
  .map((name) => name.toLowerCase().replaceAll('_', '-'));

const EXAMPLES = `
Crime areas: ${areas.join(', ')}

Examples:
  ./liaison node send --to xb.police/desk --subject "Vessel Aurora" --text "Arrives on Monday with undeclared tobacco." \\
    --crime-area revenue --evaluation B2
  ./liaison node send --to xb.police/desk --body request.json --urgent --wait handed-over
  ./liaison node send --to xb.police/desk --reply-to 0198f0a2-6e1c-7d31-8a55-0123456789ab --text "Known to us since May."

Without --to, the known mailboxes are listed.`;

export function sendCommand(): Command {
  return new Command('send')
    .description('send a message and wait until the gateway has accepted it')
    .option('--to <mailbox...>', 'recipients, such as xb.police/desk')
    .option('--from <unit>', 'own unit (default: the first of the configuration)')
    .option(
      '--type <type>',
      'spontaneous-information, information-request or information-answer (default: by the body)',
    )
    .option('--body <file>', 'body as JSON; - reads standard input')
    .option('--text <text>', 'the information, instead of --body')
    .option('--subject <text>', 'subject (default: the beginning of the text)')
    .option('--crime-area <area>', 'see below', 'revenue')
    .option('--evaluation <code>', 'source A, B, C, X and information 1 to 4; X4: cannot be assessed', 'X4')
    .option('--facts <text>', 'of a request: purpose and facts')
    .option('--offence <text>', 'of a request: the offence')
    .option('--outcome <outcome>', 'of an answer: full, partial or no-hit', 'full')
    .option('--reply-to <id>', 'the message that this one answers')
    .option('--thread <id>', 'thread to continue (default: that of --reply-to, or a new one)')
    .option('--case <number>', 'case number, encrypted with the body')
    .option('--language <tag>', 'language of the texts', 'en')
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
    .addOption(new Option('--wait <goal>', 'wait until').choices(['accepted', 'handed-over']).default('accepted'))
    .option('--no-wait', 'only put it into the outbox; the next command that connects sends it')
    .option('--timeout <duration>', 'how long to wait', '30s')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: SendFlags) => {
      await withNode(flags, flags.wait === false ? 'none' : 'required', (node) => send(node, flags));
    });
}

async function send(node: AgencyNode, flags: SendFlags): Promise<void> {
  if (!flags.to) throw new LiaisonError('USAGE', `Give --to MAILBOX. ${await knownMailboxes(node)}`);
  const timeoutMs = parseDuration(flags.timeout, '--timeout');
  const id = await node.send(requestOf(flags, flags.to, node));
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
    throw error;
  }
}

function requestOf(flags: SendFlags, to: readonly string[], node: AgencyNode): SendRequest {
  const { from, type, availability, purpose, thread, replyTo } = flags;
  // Names of values are checked where the message is composed, which does not rely on these types.
  return {
    to,
    ...(from !== undefined && { from }),
    ...(type !== undefined && { type: enumName(type) as NonNullable<SendRequest['type']> }),
    body: bodyOfFlags(flags, ownMailbox(from, node.config.mailboxes), Date.now()),
    urgency: flags.urgent === true ? 'URGENT' : 'NORMAL',
    ...(availability !== undefined && {
      availability: enumName(availability) as NonNullable<SendRequest['availability']>,
    }),
    classification: enumName(flags.classification) as NonNullable<SendRequest['classification']>,
    handling: flags.handling.map(enumName) as NonNullable<SendRequest['handling']>,
    ...(purpose !== undefined && { purpose: enumName(purpose) as NonNullable<SendRequest['purpose']> }),
    exercise: flags.exercise ?? false,
    containsPersonalData: flags.personalData,
    expiresInMs: parseDuration(flags.expires, '--expires'),
    ...(thread !== undefined && { threadId: thread }),
    ...(replyTo !== undefined && { inReplyTo: replyTo }),
  };
}

/** One line for each recipient. */
export function linesOf(evidence: MessageEvidence): string[] {
  return evidence.recipients.map(({ recipient, state, events }) => {
    const last = events.findLast((event) => event.event === state);
    const entry = last?.index === undefined ? '' : `, entry ${last.index}`;
    const reason = last?.reason === undefined ? '' : ` (${last.reason})`;
    return `  ${recipient}: ${state ?? 'waiting'}${reason}${entry}`;
  });
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
