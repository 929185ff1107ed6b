/**
 * Which message another one replies to, and whether it may (SPEC.md section 7.4). An id is its sender's own, so one id can
 * name several messages: the reply belongs to the first in the log that it fits.
 */
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { MessageType } from '../../protocol/generated/schema.ts';
import { agencyOf, equalBytes, type Mailbox } from '../../protocol/ids.ts';
import { ruleOf } from '../../protocol/messages/types.ts';
import type { SubmitCommand } from '../decide.ts';
import type { ControlRow } from '../rows-2.ts';
import { decodePlaces, type MessageRow } from '../rows.ts';
import type { State } from '../state.ts';

const { INFORMATION_ANSWER, REFUSAL, CLARIFICATION_REQUEST, CLARIFICATION, DEADLINE_NOTICE } = MessageType;

/** Replies that only a mailbox which got the request can give, and that go to whoever asked. */
const FROM_RECIPIENT: ReadonlySet<MessageType> = new Set<MessageType>([
  INFORMATION_ANSWER,
  REFUSAL,
  CLARIFICATION_REQUEST,
  DEADLINE_NOTICE,
]);

/** REPLY_INVALID when the message does not fit what it replies to. Messages of schema version 1 are not judged. */
export function replyRefusal(state: State, { parsed }: SubmitCommand): LiaisonError | undefined {
  if (!isReply(parsed)) return undefined;
  const known = knownOriginals(state, parsed);
  if (known.length === 0) {
    const detail = `in_reply_to names no message that ${agencyOf(parsed.sender)} has sent or received.`;
    return new LiaisonError('REPLY_INVALID', detail);
  }
  const objections = known.map((original) => objectionTo(state, parsed, original));
  return objections.every((objection) => objection !== undefined)
    ? new LiaisonError('REPLY_INVALID', objections[0])
    : undefined;
}

/** The message that an accepted message replies to. */
export function repliedTo(state: State, parsed: ReadHeader): MessageRow | undefined {
  if (!isReply(parsed)) return undefined;
  return knownOriginals(state, parsed).find((original) => objectionTo(state, parsed, original) === undefined);
}

const isReply = ({ routing }: ReadHeader): boolean => routing.schemaVersion >= 2 && routing.inReplyTo.length > 0;

/** Messages of this id that the sender's agency has sent or got. */
function knownOriginals(state: State, { routing, sender }: ReadHeader): MessageRow[] {
  const agency = agencyOf(sender);
  const isOwn = (mailboxId: number): boolean => {
    const mailbox = state.mailboxOfId(mailboxId);
    return mailbox !== undefined && agencyOf(mailbox as Mailbox) === agency;
  };
  return state
    .messagesById(routing.inReplyTo)
    .filter((row) => isOwn(row.senderId) || decodePlaces(row.places).some(({ mailboxId }) => isOwn(mailboxId)))
    .sort((a, b) => a.entryIndex - b.entryIndex);
}

/** Why the message cannot reply to this original. */
function objectionTo(state: State, parsed: ReadHeader, original: MessageRow): string | undefined {
  const { routing } = parsed;
  const control = state.get('controls', original.entryIndex);
  const { kind, repliesTo = [] } = ruleOf(routing.type) ?? {};
  if (repliesTo.length > 0 && !repliesTo.some((type) => mayBe(type, control))) {
    const wanted = repliesTo.map((type) => ruleOf(type)?.kind).join(' or ');
    return `A message of type ${kind} replies to ${wanted}; in_reply_to names another.`;
  }
  if (control && !equalBytes(control.threadId, routing.threadId)) {
    return 'thread_id is not that of the message that in_reply_to names.';
  }
  if (FROM_RECIPIENT.has(routing.type)) return objectionToRoles(state, parsed, original);
  if (routing.type !== CLARIFICATION) return undefined;
  const request = control && state.get('messages', control.repliesTo);
  if (request && state.mailboxOfId(request.senderId) !== parsed.sender) {
    return 'Only the mailbox that sent the request can clarify it.';
  }
  return objectionToRoles(state, parsed, original);
}

/** Messages of schema version 1 leave no control row: they may be of any type that version 1 has. */
const mayBe = (type: MessageType, control: ControlRow | undefined): boolean =>
  control ? control.type === type : ruleOf(type)?.since === 1;

function objectionToRoles(state: State, { sender, recipients }: ReadHeader, original: MessageRow): string | undefined {
  const isRecipient = decodePlaces(original.places).some(({ mailboxId }) => state.mailboxOfId(mailboxId) === sender);
  if (!isRecipient) return `${sender} is no recipient of the message that in_reply_to names.`;
  const asked = state.mailboxOfId(original.senderId);
  return recipients.some((mailbox) => mailbox === asked)
    ? undefined
    : `${asked ?? 'The mailbox that sent it'} is not among the recipients.`;
}
