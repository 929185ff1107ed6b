/** Requests, replies and recipients' events for the tests of the ledger. */
import type { EventCommand } from '../../ledger/cases/events.ts';
import type { Command, SubmitCommand } from '../../ledger/decide.ts';
import type { DeadlineRow } from '../../ledger/rows-2.ts';
import type { State } from '../../ledger/state.ts';
import { encode } from '../../protocol/codec.ts';
import type { RecipientEvent } from '../../protocol/generated/schema.ts';
import {
  Availability,
  type EventStatement,
  EventStatementSchema,
  MessageType,
  Urgency,
} from '../../protocol/generated/schema.ts';
import { type Draft, filler, handover, message, START_MS, type TestAgency, type TestLedger } from './support.ts';

export const REQUEST = {
  type: MessageType.INFORMATION_REQUEST,
  schemaVersion: 2,
  urgency: Urgency.URGENT,
  availability: Availability.DIRECT,
  expiresAtMs: START_MS + 60 * 24 * 3_600_000,
} as const;

export const request = (
  from: TestAgency,
  to: readonly TestAgency[],
  nowMs: number,
  change: Partial<Draft> = {},
): SubmitCommand => message(from, to, nowMs, { ...REQUEST, expiresAtMs: nowMs + 30 * 24 * 3_600_000, ...change });

/** A message of a type that refers to another one, in its thread. */
export const reply = (
  type: MessageType,
  original: SubmitCommand,
  from: TestAgency,
  to: readonly TestAgency[],
  nowMs: number,
  change: Partial<Draft> = {},
): SubmitCommand =>
  message(from, to, nowMs, {
    type,
    schemaVersion: 2,
    inReplyTo: original.parsed.routing.messageId,
    threadId: original.parsed.routing.threadId,
    ...change,
  });

/** The recipient's word about a message that it has. */
export function eventAbout(
  about: SubmitCommand,
  recipient: TestAgency,
  number: number,
  event: RecipientEvent,
  change: Partial<EventStatement> = {},
): EventCommand {
  const { signed } = handover(about, recipient, number);
  const statement: EventStatement = {
    blind: filler(16),
    messageId: about.parsed.routing.messageId,
    sender: about.parsed.sender,
    recipient: recipient.mailboxes[0]!,
    number,
    headerDigest: about.parsed.digest,
    event,
    atMs: START_MS,
    ...change,
  };
  const leaf = encode(EventStatementSchema, statement);
  return { kind: 'event', agency: recipient.agency, signed: { ...signed, leaf }, statement };
}

/** The deadline of a recipient for a request. */
export function deadlineOf(state: State, about: SubmitCommand, recipient: TestAgency): DeadlineRow | undefined {
  const [row] = state.messagesById(about.parsed.routing.messageId);
  return state.get('deadlines', row?.entryIndex ?? -1, state.get('mailboxes', recipient.mailboxes[0]!)!.id);
}

/** Records every stage that is due, as the gateway's scheduler does. */
export function recordStages(ledger: TestLedger): string[] {
  const due = ledger.store.deadlinesDue(ledger.nowMs, 1000);
  return due
    .map(({ requestIndex, mailboxId }): Command => ({ kind: 'deadline', requestIndex, mailboxId }))
    .flatMap((command) => ledger.recorded(command))
    .map((event) => {
      if (event.kind !== 'deadlineEvent') throw new Error(event.kind);
      return `${event.value.recipient} ${event.value.stage}`;
    });
}
