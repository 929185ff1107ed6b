/** All about one message, as it stands at a position. */
import { needsContent } from '../../ledger/holds.ts';
import { ConsentState, DeadlineState } from '../../ledger/rows-2.ts';
import { decodePlaces, DeliveryState, type MessageRow } from '../../ledger/rows.ts';
import type { State } from '../../ledger/state.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { HandlingCode, Purpose, type Routing, Urgency } from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, toBase64Url, toHex } from '../../protocol/ids.ts';
import { CONSENT_TYPES } from '../../protocol/messages/types.ts';
import { classificationName } from '../../ledger/policy/subject.ts';
import { typeKind } from './describe-entry.ts';
import { referencesOf, Relation } from './indexer.ts';
import { type FoundMessage, type LogIndex, StaleIndex } from './log-index.ts';
import type { LogReader } from './log-reader.ts';
import { type Answer, type Happening, happenings, idText, placeText, type Question } from './question.ts';
import { acceptanceOf, foldAt } from './sub-log.ts';

export interface MessageFacts {
  readonly id: string;
  readonly sender: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly thread: string;
  readonly headerDigest: string;
  /** base64url. */
  readonly signingKeyId: string;
  readonly classification: string;
  readonly handling: readonly string[];
  readonly urgency: string;
  readonly purpose: string;
  readonly containsPersonalData: boolean;
  readonly exercise: boolean;
  /** By the sender's clock, and so is `expiresAtMs`. */
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly contentBytes: number;
  readonly attachments: readonly { readonly digest: string; readonly bytes: number }[];
  readonly group?: string;
}

/** Of one recipient. `by` and the like are numbers of entries. */
export interface RecipientState {
  readonly mailbox: string;
  readonly number: number;
  readonly delivery: {
    readonly state: 'waiting' | 'handed over' | 'failed' | 'forgotten';
    readonly by?: number;
    readonly late?: number;
  };
  readonly access: { readonly state: 'not opened' | 'opened'; readonly by?: number };
  readonly consent: {
    readonly state: 'not asked' | 'awaited' | 'given' | 'refused' | 'lapsed';
    readonly by?: number;
    readonly contradictedBy?: number;
  };
  readonly deadline?: {
    readonly state: 'running' | 'paused' | 'answered' | 'refused' | 'withdrawn';
    readonly dueAtMs: number;
    readonly half?: number;
    readonly fourFifths?: number;
    readonly breached?: number;
    readonly endedBy?: number;
  };
}

export interface RelatedMessage {
  /** `reply` and the like refer to this message; `replies to` and the like are what this message refers to. */
  readonly relation: string;
  readonly id: string;
  /** Absent when the log at hand has no such message. */
  readonly sender?: string;
  readonly type?: string;
  readonly number?: number;
  readonly atMs?: number;
}

export interface MessageAnswer extends Answer {
  readonly message: MessageFacts;
  readonly timeline: readonly Happening[];
  readonly recipients: readonly RecipientState[];
  /** Whether the gateway still has to have the content, and why. */
  readonly content: 'kept for delivery' | 'kept by a hold' | 'no longer needed' | 'forgotten';
  readonly related: readonly RelatedMessage[];
  /** How many more refer to it than are listed. */
  readonly relatedMore: number;
}

/** Submissions with this id that were refused; no message of the id was accepted up to the position. */
export interface RefusalAnswer extends Answer {
  readonly refused: string;
  readonly timeline: readonly Happening[];
}

const RELATED_LISTED_MAX = 100;

/**
 * @param sender mailbox; needed when several senders have used the id
 * @throws LiaisonError MESSAGE_NOT_FOUND, USAGE when the id is used by several senders and none is named
 */
export function askMessage(question: Question, id: MessageId, sender?: string): MessageAnswer | RefusalAnswer {
  const { log, index, position } = question;
  const refusals = index
    .rejections(messageIdBytes(id), position.number)
    .filter((each) => sender === undefined || each.sender === sender)
    .map(({ number }) => number);
  const found = oneMessage(question, id, sender, refusals.length > 0);
  if (!found) {
    const leftOut = { unreadable: index.unreadable(position.number), unfit: [] };
    return { position, leftOut, refused: id, timeline: happenings(log, refusals) };
  }
  const { event, parsed } = acceptanceOf(log, found.number);
  if (idText(parsed.routing.messageId) !== id || parsed.sender !== found.sender) throw new StaleIndex();
  const { state, unfit } = foldAt(log, index, [found.number], position.number);
  const forgotten = found.forgottenBy !== 0 && found.forgottenBy <= position.number;
  const about = index.entriesAbout(found.number, position.number);
  const own = index
    .rejections(parsed.routing.messageId, position.number)
    .filter((each) => each.sender === found.sender);
  const numbers = [
    found.number,
    ...about,
    ...own.map(({ number }) => number),
    ...(forgotten ? [found.forgottenBy] : []),
  ];
  const row = state.get('messages', found.number);
  const places = event.numbers.map((number, i) => ({ mailbox: parsed.recipients[i] ?? '', number }));
  const upwards = referredTo(question, parsed.routing);
  const downwards = referring(question, found);
  return {
    position,
    leftOut: { unreadable: index.unreadable(position.number), unfit },
    message: factsOf(parsed.routing, toHex(parsed.digest), event.contentBytes),
    timeline: happenings(
      log,
      [...new Set(numbers)].sort((a, b) => a - b),
    ),
    recipients: places.map((place) => recipientState(state, row, found.number, place)),
    content: contentOf(state, row),
    related: [...upwards, ...downwards.listed],
    relatedMore: downwards.more,
  };
}

function contentOf(state: State, row: MessageRow | undefined): MessageAnswer['content'] {
  if (!row) return 'forgotten';
  if (row.outstanding > 0) return 'kept for delivery';
  return needsContent(state, row) ? 'kept by a hold' : 'no longer needed';
}

/** `undefined` when the id was only refused. */
function oneMessage(
  { log, index, position }: Question,
  id: MessageId,
  sender: string | undefined,
  wasRefused: boolean,
): FoundMessage | undefined {
  const all = index.findMessage(id, sender);
  const found = all.filter(({ number }) => number <= position.number);
  const senders = new Set(found.map((message) => message.sender));
  if (senders.size > 1) {
    throw new LiaisonError('USAGE', `The id ${id} is used by ${[...senders].join(' and ')}: add --sender MAILBOX.`);
  }
  // An id can be used again when the first message of it is long forgotten.
  const newest = found.at(-1);
  if (newest || (wasRefused && all.length === 0)) return newest;
  const [later] = all;
  const of = sender === undefined ? '' : ` of ${sender}`;
  const what = later
    ? `At this position ${id} had not been accepted: that is entry ${placeText(log, later.number)}.`
    : `The log has no message ${id}${of}${log.first > 0 ? ', as far as its shards are at hand' : ''}.`;
  throw new LiaisonError('MESSAGE_NOT_FOUND', what);
}

const nameIn = (values: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(values).find((name) => values[name] === value) ?? String(value);

function factsOf(routing: Routing, headerDigest: string, contentBytes: number): MessageFacts {
  const { type, sender, schemaVersion, containsPersonalData, exercise, createdAtMs, expiresAtMs } = routing;
  return {
    ...{ id: idText(routing.messageId), sender, type: typeKind(type), schemaVersion, thread: toHex(routing.threadId) },
    ...{ headerDigest, signingKeyId: toBase64Url(routing.signingKeyId) },
    classification: classificationName(routing.classification),
    handling: routing.handling.map((code) => nameIn(HandlingCode, code)),
    urgency: nameIn(Urgency, routing.urgency),
    purpose: nameIn(Purpose, routing.purpose),
    ...{ containsPersonalData, exercise, createdAtMs, expiresAtMs, contentBytes },
    attachments: routing.attachments.map(({ digest, sizeBytes }) => ({ digest: toHex(digest), bytes: sizeBytes })),
    ...(routing.groupId.length > 0 && { group: toHex(routing.groupId) }),
  };
}

const entryIf = <K extends string>(name: K, number: number | undefined): Partial<Record<K, number>> =>
  number === undefined || number === 0 ? {} : ({ [name]: number } as Partial<Record<K, number>>);

function recipientState(
  state: State,
  row: MessageRow | undefined,
  message: number,
  { mailbox, number }: { mailbox: string; number: number },
): RecipientState {
  const mailboxId = state.get('mailboxes', mailbox)?.id ?? 0;
  const delivery = state.get('deliveries', mailboxId, number);
  const isKnown = row !== undefined && delivery?.messageIndex === message && hasPlace(row, mailboxId, number);
  if (!isKnown) {
    const unknown = {
      delivery: { state: 'forgotten' },
      access: { state: 'not opened' },
      consent: { state: 'not asked' },
    } as const;
    return { mailbox, number, ...unknown };
  }
  const event = state.get('events', mailboxId, number);
  const type = state.get('controls', message)?.type ?? 0;
  const isAsked = CONSENT_TYPES.has(type);
  const consent = CONSENTS[event?.consent ?? ConsentState.NONE];
  const deadline = state.get('deadlines', message, mailboxId);
  return {
    ...{ mailbox, number },
    delivery: {
      state: DELIVERIES[delivery.state],
      ...entryIf('by', delivery.eventIndex),
      ...entryIf('late', delivery.lateIndex),
    },
    access: { state: event && event.accessIndex > 0 ? 'opened' : 'not opened', ...entryIf('by', event?.accessIndex) },
    consent: {
      state: consent ?? (isAsked ? 'awaited' : 'not asked'),
      ...entryIf('by', event?.consentIndex),
      ...entryIf('contradictedBy', event?.lateIndex),
    },
    ...(deadline && {
      deadline: {
        ...{ state: DEADLINES[deadline.state], dueAtMs: deadline.dueAtMs },
        ...entryIf('half', deadline.halfIndex),
        ...entryIf('fourFifths', deadline.fourFifthsIndex),
        ...entryIf('breached', deadline.breachedIndex),
        ...entryIf('endedBy', deadline.endedIndex),
      },
    }),
  };
}

const hasPlace = ({ places }: MessageRow, mailboxId: number, number: number): boolean =>
  decodePlaces(places).some((place) => place.mailboxId === mailboxId && place.number === number);

const DELIVERIES = {
  [DeliveryState.CONSIGNED]: 'waiting',
  [DeliveryState.HANDED_OVER]: 'handed over',
  [DeliveryState.FAILED]: 'failed',
} as const;

const CONSENTS = {
  [ConsentState.NONE]: undefined,
  [ConsentState.GIVEN]: 'given',
  [ConsentState.REFUSED]: 'refused',
  [ConsentState.LAPSED]: 'lapsed',
} as const;

const DEADLINES = {
  [DeadlineState.RUNNING]: 'running',
  [DeadlineState.PAUSED]: 'paused',
  [DeadlineState.ANSWERED]: 'answered',
  [DeadlineState.REFUSED]: 'refused',
  [DeadlineState.WITHDRAWN]: 'withdrawn',
} as const;

const UPWARDS: Readonly<Record<Relation, string>> = {
  [Relation.REPLY]: 'replies to',
  [Relation.DERIVED]: 'comes from',
  [Relation.ANNEX]: 'annex of',
  [Relation.GRANT]: 'permits to pass on',
  [Relation.PERMISSION]: 'by permission',
};
const DOWNWARDS: Readonly<Record<Relation, string>> = {
  [Relation.REPLY]: 'reply',
  [Relation.DERIVED]: 'passed on in',
  [Relation.ANNEX]: 'annex',
  [Relation.GRANT]: 'permission',
  [Relation.PERMISSION]: 'sent by its leave',
};

function referredTo({ log, index, position }: Question, routing: Routing): RelatedMessage[] {
  return referencesOf(routing).flatMap(([id, relation]): RelatedMessage[] => {
    const known = index.findMessage(id).filter(({ number }) => number <= position.number);
    if (known.length === 0) return [{ relation: UPWARDS[relation], id: idText(id) }];
    return known.map(({ number }) => relatedMessage(log, number, UPWARDS[relation]));
  });
}

function referring(
  { log, index, position }: Question,
  { messageId }: FoundMessage,
): { listed: RelatedMessage[]; more: number } {
  const all = index.referencesTo(messageId, position.number);
  const listed = all.slice(0, RELATED_LISTED_MAX);
  return {
    listed: listed.map(({ number, relation }) => relatedMessage(log, number, DOWNWARDS[relation])),
    more: all.length - listed.length,
  };
}

function relatedMessage(log: LogReader, number: number, relation: string): RelatedMessage {
  const { atMs, parsed } = acceptanceOf(log, number);
  const { messageId, sender, type } = parsed.routing;
  return { relation, id: idText(messageId), sender, type: typeKind(type), number, atMs };
}

/** The entries about a message, for whoever wants to prove them: its acceptance and everything after it, ascending. */
export const entriesOf = (index: LogIndex, { number }: FoundMessage, through: number): number[] => [
  number,
  ...index.entriesAbout(number, through),
];
