/** The messages of one thread, in the order of the log. */
import { LiaisonError } from '../../protocol/errors.ts';
import { typeKind } from './describe-entry.ts';
import { type Answer, idText, type Question } from './question.ts';
import { acceptanceOf } from './sub-log.ts';

export interface ThreadMessage {
  /** Of the acceptance. */
  readonly number: number;
  readonly atMs: number;
  readonly id: string;
  readonly type: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly repliesTo?: string;
  readonly handedOver: number;
  readonly failed: number;
  readonly waiting: number;
}

export interface ThreadAnswer extends Answer {
  /** Hexadecimal. */
  readonly thread: string;
  readonly messages: readonly ThreadMessage[];
  /** How many more there are than are listed. */
  readonly more: number;
}

interface Row {
  readonly number: number;
  readonly deliveries: number;
  readonly handedOver: number;
  readonly failed: number;
}

/**
 * @param thread 16 bytes
 * @param limit of messages that are listed, oldest first
 * @throws LiaisonError MESSAGE_NOT_FOUND when no message of it was accepted up to the position
 */
export function askThread({ log, index, position }: Question, thread: Uint8Array, limit: number): ThreadAnswer {
  const through = position.number;
  const name = Buffer.from(thread).toString('hex');
  const [total] = index.all<{ count: number }>(
    'SELECT count(*) AS count FROM messages WHERE thread = ? AND number <= ?',
    thread,
    through,
  );
  const count = total?.count ?? 0;
  if (count === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', `Up to this position the log has no thread ${name}.`);
  const rows = index.all<Row>(
    `SELECT m.number, count(d.message) AS deliveries,
       coalesce(sum(d.endedBy BETWEEN 1 AND ?1 AND d.outcome = 2), 0) AS handedOver,
       coalesce(sum(d.endedBy BETWEEN 1 AND ?1 AND d.outcome = 3), 0) AS failed
     FROM messages m LEFT JOIN deliveries d ON d.message = m.number
     WHERE m.thread = ?2 AND m.number <= ?1 GROUP BY m.number ORDER BY m.number LIMIT ?3`,
    through,
    thread,
    limit,
  );
  const messages = rows.map(({ number, deliveries, handedOver, failed }): ThreadMessage => {
    const { atMs, parsed } = acceptanceOf(log, number);
    const { messageId, type, sender, inReplyTo } = parsed.routing;
    return {
      ...{ number, atMs, id: idText(messageId), type: typeKind(type), sender, recipients: parsed.recipients },
      ...(inReplyTo.length > 0 && { repliesTo: idText(inReplyTo) }),
      ...{ handedOver, failed, waiting: deliveries - handedOver - failed },
    };
  });
  const leftOut = { unreadable: index.unreadable(through), unfit: [] };
  return { position, leftOut, thread: name, messages, more: count - messages.length };
}
