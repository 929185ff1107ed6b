/** All about one mailbox, as it stands at a position. Its numbers are those that the gateway gave to messages for it. */
import { LiaisonError } from '../../protocol/errors.ts';
import { type Answer, idText, type Question } from './question.ts';
import { foldAt } from './sub-log.ts';
import { typeKind } from './describe-entry.ts';

export type Outcome = 'waiting' | 'handed over' | 'failed';

export interface MailboxMessage {
  /** Of the mailbox. */
  readonly number: number;
  readonly id: string;
  readonly type: string;
  readonly sender: string;
  /** Numbers of entries. */
  readonly accepted: number;
  readonly outcome: Outcome;
  readonly endedBy?: number;
}

export interface MailboxAnswer extends Answer {
  readonly mailbox: string;
  readonly agency: string;
  readonly numbers: {
    /** The lowest and the highest that the log at hand gives; 0 when there is none. */
    readonly first: number;
    readonly last: number;
    readonly given: number;
    readonly handedOver: number;
    readonly failed: number;
    readonly waiting: number;
    /** Numbers between them that no entry gives. At most {@link GAPS_MAX}. */
    readonly gaps: readonly { readonly first: number; readonly last: number }[];
  };
  readonly sent: number;
  /** Newest first. */
  readonly last: readonly MailboxMessage[];
}

const GAPS_MAX = 100;

interface DeliveryRow {
  readonly number: number;
  readonly messageId: Uint8Array;
  readonly type: number;
  readonly sender: string;
  readonly accepted: number;
  readonly endedBy: number;
  readonly outcome: number;
}

/** @throws LiaisonError RECIPIENT_UNKNOWN when there was no such mailbox at the position */
export function askMailbox(question: Question, mailbox: string, limit: number): MailboxAnswer {
  const { log, index, position } = question;
  const through = position.number;
  const { state, unfit } = foldAt(log, index, [], through);
  const row = state.get('mailboxes', mailbox);
  if (!row) throw new LiaisonError('RECIPIENT_UNKNOWN', `At this position there was no mailbox ${mailbox}.`);
  const id = index.all<{ id: number }>('SELECT id FROM names WHERE name = ?', mailbox)[0]?.id ?? 0;
  const [counts] = index.all<Omit<MailboxAnswer['numbers'], 'gaps' | 'waiting'>>(
    `SELECT coalesce(min(mailboxNumber), 0) AS first, coalesce(max(mailboxNumber), 0) AS last, count(*) AS given,
       coalesce(sum(endedBy BETWEEN 1 AND ?1 AND outcome = 2), 0) AS handedOver,
       coalesce(sum(endedBy BETWEEN 1 AND ?1 AND outcome = 3), 0) AS failed
     FROM deliveries WHERE mailbox = ?2 AND message <= ?1`,
    through,
    id,
  );
  const { first = 0, last = 0, given = 0, handedOver = 0, failed = 0 } = counts ?? {};
  const hasGaps = given > 0 && given !== last - first + 1;
  const [sent] = index.all<{ count: number }>(
    'SELECT count(*) AS count FROM messages WHERE sender = ? AND number <= ?',
    id,
    through,
  );
  return {
    ...{ position, leftOut: { unreadable: index.unreadable(through), unfit } },
    ...{ mailbox, agency: row.agency },
    numbers: {
      ...{ first, last, given, handedOver, failed, waiting: given - handedOver - failed },
      gaps: hasGaps ? gapsOf(question, id) : [],
    },
    sent: sent?.count ?? 0,
    last: lastOf(question, id, limit),
  };
}

function gapsOf({ index, position }: Question, mailbox: number): { first: number; last: number }[] {
  return index.all(
    `SELECT before + 1 AS first, mailboxNumber - 1 AS last FROM
       (SELECT mailboxNumber, lag(mailboxNumber) OVER (ORDER BY mailboxNumber) AS before FROM deliveries
        WHERE mailbox = ? AND message <= ?)
     WHERE mailboxNumber > before + 1 LIMIT ${GAPS_MAX}`,
    mailbox,
    position.number,
  );
}

function lastOf({ index, position }: Question, mailbox: number, limit: number): MailboxMessage[] {
  const rows = index.all<DeliveryRow>(
    `SELECT d.mailboxNumber AS number, m.messageId, m.type, n.name AS sender, m.number AS accepted, d.endedBy, d.outcome
     FROM deliveries d JOIN messages m ON m.number = d.message JOIN names n ON n.id = m.sender
     WHERE d.mailbox = ?1 AND d.message <= ?2 ORDER BY d.mailboxNumber DESC LIMIT ?3`,
    mailbox,
    position.number,
    limit,
  );
  return rows.map(({ number, messageId, type, sender, accepted, endedBy, outcome }) => {
    const hasEnded = endedBy > 0 && endedBy <= position.number;
    return {
      ...{ number, id: idText(messageId), type: typeKind(type), sender, accepted },
      outcome: outcomeOf(hasEnded ? outcome : 0),
      ...(hasEnded && { endedBy }),
    };
  });
}

/** As the index has it: the values of DeliveryState, or 0. */
const outcomeOf = (outcome: number): Outcome => (outcome === 2 ? 'handed over' : outcome === 3 ? 'failed' : 'waiting');
