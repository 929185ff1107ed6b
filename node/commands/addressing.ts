/** The questions about a message's header: what it refers to, to whom it goes, how it is marked. */
import type { Asker } from '../../cli/ask.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  Availability,
  Classification,
  HandlingCode,
  MessageType,
  Purpose,
  type Routing,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { type MessageId, parseMailbox, parseMessageId } from '../../protocol/ids.ts';
import { isOfFormat, TEXT_FORMATS, type TextFormat } from '../../protocol/messages/formats.ts';
import { FOLLOW_UPS, ruleOf } from '../../protocol/messages/types.ts';
import type { NameOf, SendRequest } from '../types.ts';
import { spoken } from './labels.ts';
import type { ComposingNode } from './compose.ts';
import { ofFlag } from './shared.ts';

type TypeName = NameOf<typeof MessageType>;

/** The message that a new one refers to. */
export interface Original {
  readonly id: MessageId;
  readonly isOwn: boolean;
  readonly routing: Routing;
}

/**
 * The message that was named, or that a person names.
 * @throws LiaisonError USAGE, MESSAGE_NOT_FOUND
 */
export async function askReference(
  node: Pick<ComposingNode, 'find'>,
  ask: Asker,
  given: string | undefined,
  isNeeded: boolean,
): Promise<Original | undefined> {
  if (given !== undefined)
    return originalOf(
      node,
      ofFlag('--reply-to', () => parseMessageId(given)),
    );
  if (!isNeeded) return undefined;
  const text = await ask.text({
    message: 'Id of the message that this is about?',
    placeholder: '0198f0a2-6e1c-7d31-8a55-0123456789ab',
    problem: (answer) => problemOf(() => originalOf(node, parseMessageId(answer.trim()))),
  });
  return originalOf(node, parseMessageId(text.trim()));
}

function originalOf(node: Pick<ComposingNode, 'find'>, id: MessageId): Original {
  const found = node.find(id);
  const routing = found.find((message) => message.routing !== undefined)?.routing;
  if (!routing) throw new LiaisonError('MESSAGE_NOT_FOUND', `The header of ${id} cannot be read.`);
  return { id, isOwn: found.some(({ direction }) => direction === 'sent'), routing };
}

function problemOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof LiaisonError) return error.message;
    throw error;
  }
}

/** What can refer to a message: answers to one that came, follow-ups of an own one. */
export function usualTypes({ routing, isOwn }: Original): TypeName[] {
  return (Object.keys(MessageType) as (TypeName | 'UNSPECIFIED')[]).filter((name): name is TypeName => {
    const rule = ruleOf(MessageType[name]);
    if (!rule) return false;
    if (FOLLOW_UPS.has(MessageType[name])) return isOwn;
    if (name === 'NOMINAL_ANNEX') return isOwn && routing.type === MessageType.SEIZURE_REPORT;
    if (rule.repliesTo === undefined) return name === 'SPONTANEOUS_INFORMATION';
    return !isOwn && (rule.repliesTo.length === 0 || rule.repliesTo.includes(routing.type));
  });
}

export interface RecipientsContext {
  readonly type: TypeName;
  readonly original: Original | undefined;
  readonly to: readonly string[] | undefined;
  readonly group: string | undefined;
}

/** Own units are no recipients of an own message. */
export async function askRecipients(
  node: Pick<ComposingNode, 'config' | 'directory'>,
  ask: Asker,
  { original, to, group }: RecipientsContext,
): Promise<string[]> {
  if (to !== undefined) return to.map((mailbox) => ofFlag('--to', () => parseMailbox(mailbox)));
  if (group !== undefined) return [];
  if (original) {
    const usual = original.isOwn
      ? original.routing.recipients.map(({ mailbox }) => mailbox)
      : [original.routing.sender];
    if (await ask.confirm(`To ${usual.join(', ')}?`)) return usual;
  }
  const own: ReadonlySet<string> = new Set(node.config.mailboxes);
  const known = await node.directory().catch(() => []);
  const others = known.filter(({ mailbox, active }) => active && !own.has(mailbox)).map(({ mailbox }) => mailbox);
  if (others.length > 0) {
    return ask.several({ message: 'To whom?', options: others.map((value) => ({ value })), isNeeded: true });
  }
  const text = await ask.text({
    message: 'To whom? (mailboxes, with spaces between them)',
    placeholder: 'xb.police/desk',
    problem: (answer) => problemOf(() => mailboxesIn(answer)),
  });
  return mailboxesIn(text);
}

function mailboxesIn(text: string): string[] {
  const found = text.split(/[\s,]+/).filter((word) => word !== '');
  if (found.length === 0) throw new LiaisonError('USAGE', 'A message has at least one recipient.');
  return found.map((mailbox) => parseMailbox(mailbox));
}

export type Labels = Required<
  Pick<SendRequest, 'classification' | 'handling' | 'urgency' | 'purpose' | 'containsPersonalData' | 'exercise'>
> &
  Pick<SendRequest, 'availability'> & {
    readonly language: string;
    readonly caseNumber: string;
    readonly handlingText?: string;
  };

const LANGUAGE = TEXT_FORMATS['language'] as TextFormat;

/** Asks for the marks; those of the original are proposed, because what is derived is marked no lower. */
export async function askLabels(
  ask: Asker,
  { type, original, intelligence }: { type: TypeName; original: Original | undefined; intelligence: boolean },
): Promise<Labels> {
  const caseNumber = await ask.text({ message: 'Case number? (may be empty)' });
  const language = await ask.text({
    message: 'Language of the texts?',
    initial: 'en',
    problem: (tag) => (isOfFormat(LANGUAGE, tag) ? undefined : `Expected ${LANGUAGE.name}.`),
  });
  const classification = (await ask.choose({
    message: 'Classification?',
    options: optionsOf(Classification),
    initial: nameIn(Classification, original?.routing.classification) ?? 'BPL',
  })) as Labels['classification'];
  const handling = (await ask.several({
    message: 'Handling codes?',
    options: optionsOf(HandlingCode, HANDLING_HINTS),
    initial: original?.routing.handling.flatMap((code) => nameIn(HandlingCode, code) ?? []) ?? ['H0'],
    isNeeded: intelligence,
  })) as NameOf<typeof HandlingCode>[];
  const handlingText = handling.includes('H3')
    ? await askFilled(ask, 'Which restriction does H3 stand for?')
    : undefined;
  const urgency = (await ask.choose({
    message: 'Urgency?',
    options: optionsOf(Urgency),
    initial: 'NORMAL',
  })) as Labels['urgency'];
  const isRequest = type === 'INFORMATION_REQUEST';
  const availability = isRequest
    ? await ask.choose({
        message: 'Can the recipient look it up itself?',
        options: optionsOf(Availability),
        initial: 'DIRECT',
      })
    : undefined;
  const exercise = await ask.confirm('Is it an exercise?', false);
  const purpose = (await ask.choose({
    message: 'Purpose?',
    options: optionsOf(Purpose),
    initial: exercise ? 'EXERCISE' : 'PREVENTION',
  })) as Labels['purpose'];
  const containsPersonalData = await ask.confirm('Does it contain personal data?', type !== 'SEIZURE_REPORT');
  return {
    ...{ caseNumber: caseNumber.trim(), language, classification, handling, urgency, exercise, purpose },
    containsPersonalData,
    ...(handlingText !== undefined && { handlingText }),
    ...(availability !== undefined && { availability: availability as NameOf<typeof Availability> }),
  };
}

const HANDLING_HINTS: Readonly<Record<string, string>> = {
  H0: 'only to prevent or combat crime',
  H1: 'not in judicial proceedings without permission',
  H2: 'not to be passed on without permission',
  H3: 'another restriction, in words',
};

const optionsOf = (
  values: object,
  hints: Readonly<Record<string, string>> = {},
): { value: string; label: string; hint?: string }[] =>
  Object.keys(values)
    .filter((value) => value !== 'UNSPECIFIED')
    .map((value) => ({ value, label: spoken(value), ...(hints[value] !== undefined && { hint: hints[value] }) }));

const nameIn = (values: Readonly<Record<string, number>>, number: number | undefined): string | undefined =>
  Object.keys(values).find((name) => name !== 'UNSPECIFIED' && values[name] === number);

const askFilled = (ask: Asker, message: string): Promise<string> =>
  ask.text({ message, problem: (answer) => (answer.trim() === '' ? 'Needed.' : undefined) });
