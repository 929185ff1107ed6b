/** What entries about access, consent, deadlines, holds and erasures prove and do not prove, in sentences (explain-receipt.ts). */
import { decode } from '../protocol/codec.ts';
import {
  ActSchema,
  DeadlineStage,
  type Entry,
  EventStatementSchema,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import { describeAct } from './describe-act.ts';
import { messageIdOf, toBase64Url } from '../protocol/ids.ts';

type Sentences = readonly [proves: readonly string[], doesNotProve: readonly string[]];

export const RECIPIENT_SIGNATURE =
  "That the recipient's signature in it is good: this needs the recipient's certificate, which no receipt contains. Verifying the log's data checks it.";
const FIRST =
  'That it is the first word on consent: an earlier entry about the same delivery stands against a later one.';

const STAGES: Readonly<Record<DeadlineStage, string>> = {
  [DeadlineStage.UNSPECIFIED]: 'an unknown part of',
  [DeadlineStage.HALF]: 'half of',
  [DeadlineStage.FOUR_FIFTHS]: 'four fifths of',
  [DeadlineStage.BREACHED]: 'all of',
};

/** The sentences of such an entry; `undefined` for any other. */
export function eventSentences({ atMs, event }: Entry): Sentences | undefined {
  const at = new Date(atMs).toISOString();
  switch (event.kind) {
    case 'contentAccessTracking':
      return [
        word(event.value.statement, at, 'opened the message'),
        [
          'That anybody has read or understood it: "opened" says that somebody opened it, and no more.',
          RECIPIENT_SIGNATURE,
        ],
      ];
    case 'consignmentAcceptance':
      return [
        word(event.value.statement, at, 'consents to what the message asks'),
        ['That it has been carried out: that is a message of its own.', FIRST, RECIPIENT_SIGNATURE],
      ];
    case 'consignmentRejection':
      return [
        word(event.value.statement, at, 'refuses what the message asks'),
        ['Why it refuses.', FIRST, RECIPIENT_SIGNATURE],
      ];
    case 'acceptanceRejectionExpiry': {
      const { messageId, sender, recipient } = event.value;
      const lapsed = `At ${at} message ${messageIdOf(messageId)} from ${sender} had expired, and ${recipient} had neither given nor refused its consent.`;
      return [[lapsed], ['Why the recipient said nothing; nobody but the gateway says so.']];
    }
    case 'deadlineEvent': {
      const { messageId, sender, recipient, stage, dueAtMs } = event.value;
      const due = new Date(dueAtMs).toISOString();
      const passed = `At ${at} ${STAGES[stage]} the time had passed in which ${recipient} was to answer request ${messageIdOf(messageId)} from ${sender}. The time ended at ${due}.`;
      const unanswered = 'By then the gateway had accepted no final answer and no refusal of it.';
      return [[passed, unanswered], ['That the recipient was at fault, or that no answer came later.']];
    }
    case 'operatorAct':
      return actSentences(event.value.act, at);
    case 'contentErasure': {
      const { messages, blobs } = event.value;
      const erased = `At ${at} the gateway erased ${messages.length} contents and ${blobs.length} ciphertexts of attachments; the entry names the messages by their numbers in the log.`;
      return [[erased], ['That no copy of them exists elsewhere: sender and recipients have their own.']];
    }
    default:
      return undefined;
  }
}

function actSentences({ leaf, signature }: SignedLeaf, at: string): Sentences {
  const act = decode(ActSchema, leaf, 'signed');
  const ordered = `At ${at} the gateway carried out an act of the operator with the key ${toBase64Url(signature.keyId)}: ${describeAct(act)}.`;
  return [[ordered], ["That the operator's signature in it is good: the operators' keys stand in the log."]];
}

/** What a recipient said, and when by either clock. */
function word(signed: SignedLeaf, loggedAt: string, what: string): string[] {
  const said = decode(EventStatementSchema, signed.leaf, 'signed');
  const message = `message ${messageIdOf(said.messageId)} from ${said.sender}, number ${said.number} of its mailbox`;
  return [
    `At ${loggedAt} the gateway logged the word of ${said.recipient} that it ${what}. It is about ${message}.`,
    `The recipient dated it ${new Date(said.atMs).toISOString()} and signed it with the key ${toBase64Url(signed.signature.keyId)}.`,
  ];
}
