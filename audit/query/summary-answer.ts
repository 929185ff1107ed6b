/** The state of the whole gateway at a position, in short. */
import { AgencyStatus, Exchange } from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox, toBase64Url } from '../../protocol/ids.ts';
import { clearanceName } from './agency-answer.ts';
import type { Answer, Question } from './question.ts';
import { foldAt } from './sub-log.ts';

export interface SummaryAnswer extends Answer {
  readonly agencies: readonly {
    readonly agency: string;
    readonly standing: 'active' | 'suspended';
    readonly clearance: string;
    readonly mailboxes: number;
  }[];
  readonly mailboxes: readonly {
    readonly mailbox: string;
    readonly given: number;
    readonly handedOver: number;
    readonly failed: number;
    readonly waiting: number;
  }[];
  readonly messages: { readonly accepted: number; readonly forgotten: number; readonly refused: number };
  readonly deliveries: {
    readonly given: number;
    readonly handedOver: number;
    readonly failed: number;
    readonly waiting: number;
  };
  readonly rules: {
    readonly exchange: 'open' | 'by agreement';
    readonly agreements: number;
    readonly groups: number;
    readonly authorities: number;
    /** Key ids, base64url. */
    readonly operators: readonly string[];
  };
}

interface Counts {
  readonly mailbox: string;
  readonly given: number;
  readonly handedOver: number;
  readonly failed: number;
}

export function askSummary({ log, index, position }: Question): SummaryAnswer {
  const through = position.number;
  const { state, unfit } = foldAt(log, index, [], through);
  const boxes = [...state.scan('mailboxes')].map(({ mailbox }) => mailbox as Mailbox);
  const counts = new Map(
    index
      .all<Counts>(
        `SELECT name AS mailbox, count(*) AS given, sum(endedBy BETWEEN 1 AND ?1 AND outcome = 2) AS handedOver,
           sum(endedBy BETWEEN 1 AND ?1 AND outcome = 3) AS failed
         FROM deliveries JOIN names ON id = deliveries.mailbox WHERE message <= ?1 GROUP BY deliveries.mailbox`,
        through,
      )
      .map((row) => [row.mailbox, row]),
  );
  const mailboxes = boxes.map((mailbox) => {
    const { given = 0, handedOver = 0, failed = 0 } = counts.get(mailbox) ?? {};
    return { mailbox, given, handedOver, failed, waiting: given - handedOver - failed };
  });
  const sum = (name: 'given' | 'handedOver' | 'failed' | 'waiting'): number =>
    mailboxes.reduce((total, each) => total + each[name], 0);
  return {
    ...{ position, leftOut: { unreadable: index.unreadable(through), unfit } },
    agencies: [...state.scan('agencies')].map(({ agency, status }) => ({
      agency,
      standing: status === AgencyStatus.SUSPENDED ? 'suspended' : 'active',
      clearance: clearanceName(state, agency),
      mailboxes: boxes.filter((mailbox) => agencyOf(mailbox) === agency).length,
    })),
    mailboxes,
    messages: messageCounts(index, through),
    deliveries: { given: sum('given'), handedOver: sum('handedOver'), failed: sum('failed'), waiting: sum('waiting') },
    rules: {
      exchange: state.get('facts', 'exchange')?.number === Exchange.BY_AGREEMENT ? 'by agreement' : 'open',
      agreements: [...state.scan('agreements')].filter(({ endedIndex }) => endedIndex === 0).length,
      groups: [...state.scan('groups')].filter(({ endedIndex }) => endedIndex === 0).length,
      authorities: [...state.scan('anchors')].length,
      operators: [...state.scan('operators')].map(({ keyId }) => toBase64Url(keyId)),
    },
  };
}

function messageCounts(index: Question['index'], through: number): SummaryAnswer['messages'] {
  const [messages] = index.all<{ accepted: number; forgotten: number }>(
    `SELECT count(*) AS accepted, coalesce(sum(forgottenBy BETWEEN 1 AND ?1), 0) AS forgotten FROM messages WHERE number <= ?1`,
    through,
  );
  const [refused] = index.all<{ count: number }>('SELECT count(*) AS count FROM rejections WHERE number <= ?', through);
  return { accepted: messages?.accepted ?? 0, forgotten: messages?.forgotten ?? 0, refused: refused?.count ?? 0 };
}
