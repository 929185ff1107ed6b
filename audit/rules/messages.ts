/** The rules for entries about messages: what senders and recipients signed, and whether it fits the state. */
import { decide } from '../../ledger/decide.ts';
import { DeliveryState, type DeliveryRow, type MessageRow } from '../../ledger/rows.ts';
import { decode } from '../../protocol/codec.ts';
import { parseHeader, type ParsedHeader, verifySigningKeyId } from '../../protocol/envelope/verify.ts';
import { ERRORS, LiaisonError } from '../../protocol/errors.ts';
import {
  type ContentHandover,
  type ContentHandoverFailure,
  type Entry,
  type HandoverStatement,
  HandoverStatementSchema,
  type SignedLeaf,
  type SubmissionAcceptance,
  type SubmissionRejection,
} from '../../protocol/generated/schema.ts';
import { agencyOf, equalBytes, parseMailbox } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { subjectOf } from '../receipt.ts';
import { checkSigned, decisionContext, type EntryContext, type Signer } from './context.ts';
import { checkAcceptedRightly, checkRefusedRightly } from './policy.ts';

const senderOf = (mailbox: string, mayBeRevoked: boolean): Signer => ({
  kind: 'message',
  mailbox,
  agency: agencyOf(parseMailbox(mailbox)),
  keyRule: 'sender-key',
  signatureRule: 'sender-signature',
  mayBeRevoked,
});

/** @returns what the header says, when it keeps the rules */
export function checkAcceptance(context: EntryContext, event: SubmissionAcceptance): ParsedHeader | undefined {
  const { findings, index } = context;
  let parsed: ParsedHeader;
  try {
    parsed = parseHeader(event.header);
  } catch (error) {
    findings.add('header-rules', detailOf(error), index);
    return undefined;
  }
  const { header, signature, path } = event;
  try {
    verifySigningKeyId({ header, signature, path, content: NOTHING, wrappedKeys: [] }, parsed);
  } catch (error) {
    findings.add('sender-signature', detailOf(error), index);
  }
  checkSigned(context, senderOf(parsed.sender, false), parsed.digest, signature, path);
  checkAcceptedRightly(context, event, parsed);
  checkNumbers(context, parsed, event.numbers);
  return parsed;
}

const NOTHING = new Uint8Array(0);

function checkNumbers(
  { findings, index, state }: EntryContext,
  parsed: ParsedHeader,
  numbers: readonly number[],
): void {
  if (numbers.length !== parsed.recipients.length) {
    const what = `There are ${numbers.length} mailbox numbers for ${parsed.recipients.length} recipients.`;
    findings.add('mailbox-number', what, index);
  }
  for (const [i, mailbox] of parsed.recipients.entries()) {
    const id = state.get('mailboxes', mailbox)?.id;
    const next = id === undefined ? undefined : state.get('counters', id)?.nextNumber;
    const number = numbers[i];
    if (next === undefined || number === undefined || number === next) continue;
    findings.add('mailbox-number', `It has number ${number} in ${mailbox}; the next is ${next}.`, index);
  }
}

export function checkRejection(context: EntryContext, event: SubmissionRejection): void {
  const { sender, headerDigest, signature, path } = event;
  try {
    checkSigned(context, senderOf(sender, true), headerDigest, signature, path);
    checkRefusedRightly(context, event);
  } catch (error) {
    context.findings.add('header-rules', detailOf(error), context.index);
  }
}

/**
 * Both ends of a delivery that a recipient signs, and the expiry, which nobody signs.
 * @returns the recipient's statement, when there is one that can be read
 */
export function checkDeliveryEnd(
  context: EntryContext,
  entry: Entry,
  event: ContentHandover | ContentHandoverFailure,
): HandoverStatement | undefined {
  let said: HandoverStatement | undefined;
  try {
    const { statement } = event;
    if (statement) said = decode(HandoverStatementSchema, statement.leaf, 'signed');
    // Compares what the entry says with the statement in it.
    subjectOf(entry, said);
    if (!statement || !said) checkExpiry(context, event as ContentHandoverFailure);
    else if ('code' in event) checkFailure(context, event, statement, said);
    else checkHandover(context, event, said);
  } catch (error) {
    context.findings.add('handover-fit', detailOf(error), context.index);
  }
  return said;
}

function checkHandover(context: EntryContext, { statement, late }: ContentHandover, said: HandoverStatement): void {
  if (said.reason !== 0) context.findings.add('handover-fit', 'A handover states a reason for failure.', context.index);
  checkStatement(context, statement, said, late);
}

function checkFailure(
  context: EntryContext,
  { late, code }: ContentHandoverFailure,
  statement: SignedLeaf,
  said: HandoverStatement,
): void {
  if (said.reason !== code || code === 0) {
    context.findings.add('handover-fit', `The entry has code ${code}, the statement ${said.reason}.`, context.index);
  }
  checkStatement(context, statement, said, late);
}

function checkStatement(context: EntryContext, signed: SignedLeaf, said: HandoverStatement, late: boolean): void {
  const { findings, index } = context;
  const signer: Signer = {
    kind: 'handover',
    mailbox: said.recipient,
    agency: agencyOf(parseMailbox(said.recipient)),
    keyRule: 'recipient-key',
    signatureRule: 'recipient-signature',
    mayBeRevoked: false,
  };
  checkSigned(context, signer, leafHash(signed.leaf), signed.signature, signed.path);
  const found = findDelivery(context, said);
  if (!found) return;
  if (!equalBytes(found.message.headerDigest, said.headerDigest)) {
    findings.add(
      'handover-fit',
      `The recipient states another header digest than entry ${found.message.entryIndex}.`,
      index,
    );
  }
  checkLate(context, signed, said, late);
}

/** The state's rows of a delivery; a finding when there are none or they are of another message. */
function findDelivery(
  { state, findings, index }: EntryContext,
  { recipient, number, sender, messageId }: Pick<HandoverStatement, 'recipient' | 'number' | 'sender' | 'messageId'>,
): { delivery: DeliveryRow; message: MessageRow } | undefined {
  const delivery = state.get('deliveries', state.get('mailboxes', recipient)?.id ?? 0, number);
  const message = delivery && state.get('messages', delivery.messageIndex);
  if (!message) {
    findings.add('handover-fit', `Nothing was accepted for ${recipient} under number ${number}.`, index);
    return undefined;
  }
  if (state.get('mailboxes', sender)?.id !== message.senderId || !equalBytes(message.messageId, messageId)) {
    const what = `Number ${number} of ${recipient} is another message: that of entry ${delivery.messageIndex}.`;
    findings.add('handover-fit', what, index);
    return undefined;
  }
  return { delivery, message };
}

/** Decides about the statement again: it is logged once, and late exactly when the delivery has ended. */
function checkLate(context: EntryContext, signed: SignedLeaf, statement: HandoverStatement, late: boolean): void {
  const { state, findings, index, atMs } = context;
  const agency = agencyOf(parseMailbox(statement.recipient));
  const decision = decide(state, { kind: 'handover', agency, signed, statement }, decisionContext(atMs));
  // Why it had to be refused has been said.
  if (decision.kind === 'refused') return;
  if (decision.kind === 'repeat') {
    findings.add('terminal-state', `It adds nothing to what entry ${decision.index} says already.`, index);
    return;
  }
  const isLate = decision.entries.some(({ event }) => 'late' in event.value && event.value.late);
  if (isLate && !late) findings.add('terminal-state', 'The delivery had ended before; this ends it again.', index);
  if (!isLate && late) findings.add('terminal-state', 'It is marked late, but the delivery has not ended.', index);
}

function checkExpiry(context: EntryContext, event: ContentHandoverFailure): void {
  const { findings, index, atMs } = context;
  if (event.code !== ERRORS.DELIVERY_EXPIRED.number) {
    findings.add('handover-fit', `The delivery failed with code ${event.code} without the recipient's word.`, index);
  }
  const found = findDelivery(context, event);
  if (!found) return;
  const { delivery, message } = found;
  if (delivery.state !== DeliveryState.CONSIGNED) {
    findings.add('terminal-state', `The delivery ended with entry ${delivery.eventIndex}; this ends it again.`, index);
  } else if (event.late) {
    findings.add('terminal-state', 'It is marked late, but the delivery has not ended.', index);
  }
  const { expiresAtMs } = message;
  if (atMs >= expiresAtMs) return;
  findings.add(
    'expired-early',
    `The message expires at ${new Date(expiresAtMs).toISOString()}, after this entry.`,
    index,
  );
}

function detailOf(error: unknown): string {
  if (error instanceof LiaisonError) return error.message;
  throw error;
}
