/** What the node's own log says of messages on their way out. Must run within `NodeDatabase.write`. */
import { decode } from '../../protocol/codec.ts';
import { MessageType, RoutingSchema } from '../../protocol/generated/schema.ts';
import { messageIdOf } from '../../protocol/ids.ts';
import type { OutboxRow } from '../store/outbox-store.ts';
import type { Journal } from './journal.ts';

type Sent = Pick<OutboxRow, 'id' | 'routing'>;

/** The gateway has accepted it: from now on recipients can have it, and with it what it passes on or corrects. */
export function noteAcceptance(journal: Journal, row: Sent, index: number): void {
  const { type, recipients, derivedFrom, inReplyTo } = decode(RoutingSchema, row.routing, 'signed');
  const messageId = messageIdOf(row.id);
  const to = `to ${recipients.map(({ mailbox }) => mailbox).join(', ')}`;
  journal.note('message.submitted', { messageId, detail: `${to}; accepted as entry ${index}` });
  for (const original of derivedFrom) {
    journal.note('message.forwarded', { messageId: messageIdOf(original), detail: `${to}; as ${messageId}` });
  }
  if (type === MessageType.CORRECTION && inReplyTo.length > 0) {
    journal.note('message.corrected', { messageId: messageIdOf(inReplyTo), detail: `${to}; by ${messageId}` });
  }
}

/** The gateway has refused it; it may be submitted again. */
export function noteRefusal(journal: Journal, row: Sent, code: string): void {
  journal.note('message.submitted', { messageId: messageIdOf(row.id), detail: `refused: ${code}` });
}
