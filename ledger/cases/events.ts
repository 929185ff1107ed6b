/**
 * Access and consent: what recipients say of a message after its handover (SPEC.md section 3.10). Each is said once; consent
 * is final, and a statement that contradicts it is logged once and changes nothing.
 */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError, type ErrorCode } from '../../protocol/errors.ts';
import {
  type Entry,
  type EventStatement,
  EventStatementSchema,
  KeyUsage,
  RecipientEvent,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { equalBytes, type AgencyId } from '../../protocol/ids.ts';
import { CONSENT_TYPES } from '../../protocol/messages/types.ts';
import { type Decision, type DecisionContext, entryOf } from '../decide.ts';
import { ConsentState, type EventRow } from '../rows-2.ts';
import { decodePlaces, DeliveryState, type MessageRow } from '../rows.ts';
import { put, type Change, type State } from '../state.ts';

type Event = Extract<
  Entry['event'],
  {
    kind: 'contentAccessTracking' | 'consignmentAcceptance' | 'consignmentRejection' | 'acceptanceRejectionExpiry';
  }
>;

export interface EventCommand {
  kind: 'event';
  /** Agency of the session's client certificate. */
  agency: AgencyId;
  signed: SignedLeaf;
  statement: EventStatement;
}

const refused = (code: ErrorCode, detail = ''): Decision => ({
  kind: 'refused',
  error: new LiaisonError(code, detail),
});

/** Decides about a recipient's word. Nothing that is refused is logged. */
export function recipientEvent(state: State, command: EventCommand, context: DecisionContext): Decision {
  const { statement, signed, agency } = command;
  const mailbox = state.get('mailboxes', statement.recipient);
  if (mailbox?.agency !== agency) return refused('MAILBOX_NOT_YOURS');
  const key = state.get('keys', signed.signature.keyId);
  if (key?.usage !== KeyUsage.SIGNING || key.agency !== agency) return refused('KEY_UNKNOWN');
  if (key.revokedIndex !== 0) return refused('KEY_REVOKED');
  const delivery = state.get('deliveries', mailbox.id, statement.number);
  const message = delivery && state.get('messages', delivery.messageIndex);
  if (!message) return refused('MESSAGE_UNKNOWN');
  const fits =
    state.get('mailboxes', statement.sender)?.id === message.senderId &&
    equalBytes(message.messageId, statement.messageId) &&
    equalBytes(message.headerDigest, statement.headerDigest);
  if (!fits) return refused('EVENT_MISMATCH');
  if (delivery.state !== DeliveryState.HANDED_OVER) return refused('EVENT_MISMATCH', 'It has not been handed over.');
  const row = eventRow(state, mailbox.id, statement.number);
  if (statement.event === RecipientEvent.OPENED) {
    if (row.accessIndex !== 0) return { kind: 'repeat', index: row.accessIndex };
    return recorded(context, { kind: 'contentAccessTracking', value: { statement: signed } });
  }
  if (!asksConsent(state, message)) return refused('EVENT_MISMATCH', 'Its type does not ask for consent.');
  return consent(row, command, context);
}

const recorded = (context: DecisionContext, event: Entry['event']): Decision => ({
  kind: 'entries',
  entries: [entryOf(context, event)],
});

function consent(row: EventRow, { statement, signed }: EventCommand, context: DecisionContext): Decision {
  const isGiven = statement.event === RecipientEvent.CONSENT_GIVEN;
  const said = isGiven ? ConsentState.GIVEN : ConsentState.REFUSED;
  if (row.consent === said) return { kind: 'repeat', index: row.consentIndex };
  if (row.lateIndex !== 0) return { kind: 'repeat', index: row.lateIndex };
  const kind = isGiven ? 'consignmentAcceptance' : 'consignmentRejection';
  return recorded(context, { kind, value: { statement: signed } });
}

const asksConsent = (state: State, message: MessageRow): boolean =>
  CONSENT_TYPES.has(state.get('controls', message.entryIndex)?.type ?? 0);

/** Nothing has been said yet of a delivery without a row. */
const eventRow = (state: State, mailboxId: number, number: number): EventRow =>
  state.get('events', mailboxId, number) ?? {
    mailboxId,
    number,
    accessIndex: 0,
    consent: ConsentState.NONE,
    consentIndex: 0,
    lateIndex: 0,
  };

/** Deliveries that were handed over and whose recipients owe their consent. */
function owedConsents(state: State, message: MessageRow): { mailboxId: number; number: number }[] {
  if (!asksConsent(state, message)) return [];
  return decodePlaces(message.places).filter(
    ({ mailboxId, number }) =>
      state.get('deliveries', mailboxId, number)?.state === DeliveryState.HANDED_OVER &&
      eventRow(state, mailboxId, number).consent === ConsentState.NONE,
  );
}

/** Whether somebody was asked for consent and has not stated it. */
export const awaitsConsent = (state: State, message: MessageRow): boolean => owedConsents(state, message).length > 0;

/** Ends the wait for consent when the message has expired. */
export function lapse(state: State, entryIndex: number, context: DecisionContext): Decision {
  const message = state.get('messages', entryIndex);
  const sender = state.mailboxOfId(message?.senderId ?? 0);
  if (!message || sender === undefined || message.expiresAtMs > context.nowMs) return { kind: 'entries', entries: [] };
  const { messageId } = message;
  const entries = owedConsents(state, message).map(({ mailboxId, number }) => {
    const recipient = state.mailboxOfId(mailboxId) ?? '';
    return entryOf(context, { kind: 'acceptanceRejectionExpiry', value: { messageId, sender, recipient, number } });
  });
  return { kind: 'entries', entries };
}

/** Notes access or consent beside the delivery. @throws LiaisonError DATA_DAMAGED when there is no such delivery */
export function recipientEventChanges(state: State, index: number, event: Event): Change[] {
  const { recipient, number } =
    event.kind === 'acceptanceRejectionExpiry'
      ? event.value
      : decode(EventStatementSchema, event.value.statement.leaf, 'signed');
  const mailboxId = state.get('mailboxes', recipient)?.id ?? 0;
  if (!state.get('deliveries', mailboxId, number)) {
    throw new LiaisonError('DATA_DAMAGED', `Entry ${index} is about a delivery that does not exist.`);
  }
  const row = eventRow(state, mailboxId, number);
  if (event.kind === 'contentAccessTracking') return [put('events', { ...row, accessIndex: index })];
  if (row.consent !== ConsentState.NONE) return [put('events', { ...row, lateIndex: index })];
  return [put('events', { ...row, consent: CONSENT_OF[event.kind], consentIndex: index })];
}

const CONSENT_OF = {
  consignmentAcceptance: ConsentState.GIVEN,
  consignmentRejection: ConsentState.REFUSED,
  acceptanceRejectionExpiry: ConsentState.LAPSED,
} as const;

/** Entries about one delivery, in the order access, consent, what contradicts it. */
export function eventEntries(state: State, mailboxId: number, number: number): number[] {
  const row = state.get('events', mailboxId, number);
  return row ? [row.accessIndex, row.consentIndex, row.lateIndex].filter((index) => index !== 0) : [];
}

/** Forgets what was noted of a message's deliveries. */
export function forgetEvents(state: State, message: MessageRow): Change[] {
  return decodePlaces(message.places).flatMap(({ mailboxId, number }): Change[] =>
    state.get('events', mailboxId, number) ? [{ kind: 'delete', table: 'events', key: [mailboxId, number] }] : [],
  );
}
