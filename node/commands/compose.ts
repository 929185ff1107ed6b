/** `node compose`: asks for what a message of any type needs, shows it, and sends it. */
import { Command, Option } from 'commander';
import { type Asker, terminalAsker } from '../../cli/ask.ts';
import { MessageType } from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdOf } from '../../protocol/ids.ts';
import { ruleOf } from '../../protocol/messages/types.ts';
import type { AgencyNode } from '../agency-node.ts';
import { composeMessage } from '../compose.ts';
import type { JsonBody, NameOf, SendRequest } from '../types.ts';
import { askLabels, askRecipients, askReference, type Original, usualTypes } from './addressing.ts';
import { type AttachFlags, attachKeep, attachmentsOf, attachOption } from './attach.ts';
import { spoken } from './labels.ts';
import { askBody, capital, labelOf } from './questions.ts';
import { groupIdOf, submit, type SubmitFlags } from './send.ts';
import { choiceOf, type CommonFlags, configOption, jsonOption, verboseOption, withNode } from './shared.ts';

interface ComposeFlags extends CommonFlags, SubmitFlags, AttachFlags {
  readonly config: string;
  readonly type?: string;
  readonly to?: readonly string[];
  readonly from?: string;
  readonly replyTo?: string;
  readonly group?: string;
}

export function composeCommand(): Command {
  return new Command('compose')
    .description('ask for what a message needs, show it, and send it')
    .summary('write a message by answering questions')
    .option('--type <type>', 'message type (default: asked)')
    .option('--to <mailbox...>', 'recipients (default: asked)')
    .option('--from <unit>', 'own unit (default: the first of the configuration)')
    .option('--reply-to <id>', 'the message that this one answers, corrects, recalls, asks about or is an annex of')
    .option('--group <id>', 'send to the members of a group')
    .addOption(attachOption())
    .addOption(attachKeep())
    .addOption(new Option('--wait <goal>', 'wait until').choices(['accepted', 'handed-over']).default('accepted'))
    .option('--no-wait', 'only put it into the outbox; the next command that connects sends it')
    .option('--timeout <duration>', 'how long to wait (default: 30s; with --attach 24h)')
    .addOption(configOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .addHelpText(
      'after',
      `
Message types:
${typeList()}

Examples:
  ./liaison node compose
  ./liaison node compose --type refusal \\
    --reply-to 0198f0a2-6e1c-7d31-8a55-0123456789ab`,
    )
    .action(async (flags: ComposeFlags) => {
      const { type } = flags;
      if (type !== undefined) choiceOf('--type', type, MessageType);
      const ask = await terminalAsker('Use ./liaison node send.');
      await withNode(flags, 'optional', (node) => composeWith(node, ask, flags));
    });
}

type TypeName = NameOf<typeof MessageType>;
const TYPE_NAMES = Object.keys(MessageType).filter((name) => name !== 'UNSPECIFIED') as TypeName[];
const typeList = (): string => TYPE_NAMES.map((name) => `  ${spoken(name)}`).join('\n');

/** @throws LiaisonError USAGE when the person gives up; as `submit` */
async function composeWith(node: AgencyNode, ask: Asker, flags: ComposeFlags): Promise<void> {
  const request = await askMessage(node, ask, flags);
  ask.say(summaryOf(request).join('\n'));
  if (await ask.confirm('Send it?')) await submit(node, request, flags);
  else process.stdout.write('Nothing was sent.\n');
}

/** What `askMessage` uses of a node. */
export type ComposingNode = Pick<AgencyNode, 'config' | 'directory' | 'find'>;

/**
 * Asks for everything that a message of a type needs.
 * @throws LiaisonError USAGE when the person gives up or a flag is wrong; MESSAGE_NOT_FOUND
 */
export async function askMessage(
  node: ComposingNode,
  ask: Asker,
  flags: Pick<ComposeFlags, 'type' | 'to' | 'from' | 'replyTo' | 'group' | 'attach' | 'keepMetadata'>,
): Promise<SendRequest> {
  const given = await askReference(node, ask, flags.replyTo, false);
  const type = flags.type === undefined ? await askType(ask, given) : choiceOf('--type', flags.type, MessageType);
  const rule = ruleOf(MessageType[type]);
  const original = given ?? (refersTo(type) ? await askReference(node, ask, undefined, true) : undefined);
  const to = await askRecipients(node, ask, { type, original, to: flags.to, group: flags.group });
  const labels = await askLabels(ask, { type, original, intelligence: rule?.intelligence ?? false });
  const { language, caseNumber, handlingText, ...header } = labels;
  const base: Omit<SendRequest, 'body'> = {
    ...header,
    ...{ to, type },
    ...(flags.from !== undefined && { from: flags.from }),
    ...(original && (type === 'NOMINAL_ANNEX' ? { annexOf: original.id } : { inReplyTo: original.id })),
    ...(flags.group !== undefined && { group: groupIdOf(flags.group) }),
    ...attachmentsOf(flags),
  };
  const context = {
    mailboxes: node.config.mailboxes,
    nowMs: Date.now(),
    random: (bytes: number) => new Uint8Array(bytes),
  };
  const check = (body: JsonBody): void => void composeMessage({ ...base, to: checkable(to, node), body }, context);
  const body: Record<string, unknown> = { language };
  if (caseNumber !== '') body['caseNumber'] = caseNumber;
  if (handlingText !== undefined) body['handlingText'] = handlingText;
  const kind = rule?.kind ?? 'spontaneousInformation';
  const sender = flags.from ?? node.config.mailboxes[0] ?? '';
  await askBody({ ask, kind, check, known: knownAnswers(type, sender, original, context.nowMs) }, body);
  return { ...base, body };
}

/** What makes no sense without another message. */
const refersTo = (type: TypeName): boolean =>
  type === 'NOMINAL_ANNEX' || ruleOf(MessageType[type])?.repliesTo !== undefined;

/** A group's members are filled in by the node when it sends. */
const checkable = (to: readonly string[], node: ComposingNode): readonly string[] =>
  to.length > 0 ? to : node.config.mailboxes.slice(0, 1);

function knownAnswers(
  type: TypeName,
  sender: string,
  original: Original | undefined,
  nowMs: number,
): Record<string, unknown> {
  return {
    assessedByUnit: sender,
    assessedAtMs: nowMs,
    ...(original && { targetMessage: targetOf(type, original) }),
  };
}

/** A decision names what the request was about; everything else what it refers to itself. */
const targetOf = (type: TypeName, { id, routing }: Original): MessageId =>
  type === 'PERMISSION_DECISION' && routing.inReplyTo.length > 0 ? messageIdOf(routing.inReplyTo) : id;

async function askType(ask: Asker, original: Original | undefined): Promise<TypeName> {
  const names = original ? usualTypes(original) : TYPE_NAMES;
  const options = names.map((name) => ({ value: name, label: spoken(name) }));
  return (await ask.choose({ message: 'What kind of message?', options })) as TypeName;
}

/** The message as a person reads it before it goes. */
export function summaryOf({ body, to, ...header }: SendRequest): string[] {
  const labels = Object.entries<unknown>({ ...header }).filter(([, value]) => value !== undefined && value !== '');
  return [
    `To: ${(to ?? []).join(', ')}`,
    ...labels.map(([name, value]) => `${capital(labelOf(name))}: ${plain(value)}`),
    ...linesOf(body as JsonBody, ''),
  ];
}

function linesOf(json: JsonBody, indent: string): string[] {
  return Object.entries(json).flatMap(([name, value]) => {
    const label = `${indent}${capital(labelOf(name))}`;
    if (Array.isArray(value)) {
      const items = value as unknown[];
      return items.flatMap((item, i) => linesOf({ [`${labelOf(name)} ${i + 1}`]: item }, indent));
    }
    if (typeof value === 'object' && value !== null) return [`${label}:`, ...linesOf(value as JsonBody, `${indent}  `)];
    if (name.endsWith('AtMs')) return [`${label.slice(0, -3)}: ${new Date(Number(value)).toISOString()}`];
    return [`${label}: ${plain(value)}`];
  });
}

function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
