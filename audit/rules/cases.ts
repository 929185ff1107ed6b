/** The rules for what follows a delivery: access, consent, and the stages of deadlines. */
import { awaitsConsent } from '../../ledger/cases/events.ts';
import { decide } from '../../ledger/decide.ts';
import type { MessageRow } from '../../ledger/rows.ts';
import type { RowStore, State } from '../../ledger/state.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type AcceptanceRejectionExpiry,
  type DeadlineEvent,
  type Entry,
  EventStatementSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { agencyOf, parseMailbox } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { type Findings, FINDINGS_PER_RULE_MAX } from '../findings.ts';
import { subjectOf } from '../receipt.ts';
import { checkSigned, decisionContext, type EntryContext, type Signer } from './context.ts';

/** What recipients state after a handover, and the lapse of consent, which nobody signs. */
export function checkRecipientEvent(context: EntryContext, entry: Entry): void {
  const { event } = entry;
  try {
    // Compares what the entry says with the statement in it.
    subjectOf(entry);
    if (event.kind === 'acceptanceRejectionExpiry') checkLapse(context, event.value);
    else if ('statement' in event.value && event.value.statement) checkSaid(context, event.value.statement);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    context.findings.add('event-fit', error.message, context.index);
  }
}

function checkSaid(context: EntryContext, signed: SignedLeaf): void {
  const { state, findings, index, atMs } = context;
  const statement = decode(EventStatementSchema, signed.leaf, 'signed');
  const agency = agencyOf(parseMailbox(statement.recipient));
  const signer: Signer = {
    kind: 'event',
    mailbox: statement.recipient,
    agency,
    keyRule: 'recipient-key',
    signatureRule: 'recipient-signature',
    mayBeRevoked: false,
  };
  checkSigned(context, signer, leafHash(signed.leaf), signed.signature, signed.path);
  const decision = decide(state, { kind: 'event', agency, signed, statement }, decisionContext(atMs));
  if (decision.kind === 'repeat') {
    findings.add('terminal-state', `It adds nothing to what entry ${decision.index} says already.`, index);
  } else if (decision.kind === 'refused' && !['KEY_UNKNOWN', 'KEY_REVOKED'].includes(decision.error.code)) {
    findings.add('event-fit', `It had to be refused: ${decision.error.message}`, index);
  }
}

const findMessage = (state: State, { sender, messageId }: Pick<DeadlineEvent, 'sender' | 'messageId'>) =>
  state.messagesById(messageId).find(({ senderId }) => senderId === state.get('mailboxes', sender)?.id);

function checkLapse({ state, findings, index, atMs }: EntryContext, event: AcceptanceRejectionExpiry): void {
  const message = findMessage(state, event);
  if (message && message.expiresAtMs > atMs) {
    const when = new Date(message.expiresAtMs).toISOString();
    findings.add('expired-early', `The message expires at ${when}, after this entry.`, index);
    return;
  }
  const command = { kind: 'lapse', entryIndex: message?.entryIndex ?? -1 } as const;
  const decision = decide(state, command, decisionContext(atMs));
  const entries = decision.kind === 'entries' ? decision.entries : [];
  const isDue = entries.some(
    ({ event: { kind, value } }) =>
      kind === 'acceptanceRejectionExpiry' && value.recipient === event.recipient && value.number === event.number,
  );
  if (!isDue) findings.add('event-fit', `Nothing was awaited from ${event.recipient} about this message.`, index);
}

/**
 * A stage is recorded when it has been reached, in order, and as soon as the gateway is at work.
 * @param workedUntilMs the gateway is known to have been at work for long since this time, POSIX milliseconds
 */
export function checkDeadlineEvent(
  { state, findings, index, atMs }: EntryContext,
  event: DeadlineEvent,
  workedUntilMs: number,
): void {
  const requestIndex = findMessage(state, event)?.entryIndex ?? -1;
  const mailboxId = state.get('mailboxes', event.recipient)?.id ?? 0;
  const row = state.get('deadlines', requestIndex, mailboxId);
  const decision = decide(state, { kind: 'deadline', requestIndex, mailboxId }, decisionContext(atMs));
  const [due] = decision.kind === 'entries' ? decision.entries : [];
  if (!row || due?.event.kind !== 'deadlineEvent') {
    findings.add('deadline-fit', `No stage of a deadline of ${event.recipient} has been reached.`, index);
    return;
  }
  const { stage, dueAtMs } = due.event.value;
  if (stage !== event.stage || dueAtMs !== event.dueAtMs) {
    const when = new Date(dueAtMs).toISOString();
    findings.add('deadline-fit', `Stage ${stage} of the deadline at ${when} comes next, not this one.`, index);
  }
  if (row.nextAtMs > workedUntilMs) return;
  findings.add('deadline-overdue', `It was reached at ${new Date(row.nextAtMs).toISOString()}.`, index);
}

/** Stages that were reached and never recorded, although the gateway was at work for long afterwards. */
export function checkOverdueStages(replayed: RowStore, workedUntilMs: number, findings: Findings): void {
  for (const row of replayed.deadlinesDue(workedUntilMs, FINDINGS_PER_RULE_MAX + 1)) {
    const recipient = replayed.mailboxOfId(row.mailboxId) ?? 'an unknown mailbox';
    const when = new Date(row.nextAtMs).toISOString();
    const what = `A stage for ${recipient} was reached at ${when}; no entry says so.`;
    findings.addAbout(row.requestIndex, 'deadline-overdue', what);
  }
}

/** Consent that was awaited until the message expired, of which the log says no more. */
export function checkAwaitedConsent(replayed: RowStore, message: MessageRow, findings: Findings): void {
  if (!awaitsConsent(replayed, message)) return;
  const when = new Date(message.expiresAtMs).toISOString();
  const what = `It expired at ${when}; consent was awaited and never ended.`;
  findings.addAbout(message.entryIndex, 'consent-overdue', what);
}
