/** What the node's own log says of messages that come in. Must run within `NodeDatabase.write`. */
import type { Routing } from '../../protocol/generated/schema.ts';
import { messageIdOf } from '../../protocol/ids.ts';
import { codeName } from '../runtime.ts';
import type { NewDelivery } from '../store/inbox-store.ts';
import type { Journal } from './journal.ts';

type Arrived = Pick<NewDelivery, 'id' | 'sender' | 'mailbox' | 'number' | 'state' | 'code'>;

/** It is here, and judged unless it is held. What ended before it came was never here. */
export function noteArrival(journal: Journal, row: Arrived): void {
  const { id, sender = 'somebody unknown', mailbox, number, state } = row;
  if (state === 'ended') return;
  const detail = `from ${sender} in ${mailbox} as number ${number}`;
  journal.note('message.received', { ...(id && { messageId: messageIdOf(id) }), detail });
  if (state !== 'held') noteOpening(journal, row);
}

/** Its originator has corrected what it names. */
export function noteCorrection(journal: Journal, { messageId, inReplyTo, sender }: Routing): void {
  const detail = `by ${sender} with ${messageIdOf(messageId)}`;
  journal.note('message.corrected', { messageId: messageIdOf(inReplyTo), detail });
}

/** Its content was opened and is what the sender signed, or could not be. */
export function noteOpening(journal: Journal, { id, code }: Pick<Arrived, 'id' | 'code'>): void {
  const about = id && { messageId: messageIdOf(id) };
  if (code === 0) journal.note('message.decrypted', { ...about });
  else journal.note('message.decrypt_failed', { ...about, detail: codeName(code) });
}
