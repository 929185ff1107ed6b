/** An entry in words: what happened, whose word it is, and under which key. */
import { type ErrorCode, errorCodeOf } from '../../protocol/errors.ts';
import { decode } from '../../protocol/codec.ts';
import { readHeader } from '../../protocol/envelope/verify.ts';
import {
  ActSchema,
  type BatchSignature,
  type ContentHandoverFailure,
  DeadlineStage,
  type Entry,
  EventStatementSchema,
  GroupStatementSchema,
  HandoverStatementSchema,
  RevocationSource,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { toBase64Url, toHex } from '../../protocol/ids.ts';
import { ruleOf } from '../../protocol/messages/types.ts';
import { describeAct } from '../describe-act.ts';
import { timeText } from './log-reader.ts';

/** `gateway`: nobody but the gateway says so. The others have signed what the entry carries. */
export type Word = 'sender' | 'recipient' | 'operator' | 'owner' | 'gateway';

export interface Told {
  readonly kind: Entry['event']['kind'];
  /** A clause without its full stop. */
  readonly what: string;
  readonly word: Word;
  /** Mailbox of who signed, or an operator's key. */
  readonly signer?: string;
  /** Key of the signature, base64url. */
  readonly keyId?: string;
  /** When the signer says it was, POSIX milliseconds by its own clock. */
  readonly saidAtMs?: number;
}

type Saying = Omit<Told, 'kind'>;

/** @throws LiaisonError MALFORMED when what the entry carries cannot be read */
export const describeEntry = ({ event }: Entry): Told => ({ kind: event.kind, ...sayingOf(event) });

const byGateway = (what: string): Saying => ({ what, word: 'gateway' });
const by = (word: Word, signer: string, { keyId }: BatchSignature, what: string): Saying => ({
  ...{ what, word, signer },
  keyId: toBase64Url(keyId),
});

function sayingOf(event: Entry['event']): Saying {
  switch (event.kind) {
    case 'submissionAcceptance': {
      const { routing, recipients } = readHeader(event.value.header);
      const to = recipients.map((mailbox, i) => `${mailbox} (${event.value.numbers[i] ?? 'no number'})`).join(', ');
      return by('sender', routing.sender, event.value.signature, `accepted ${typeKind(routing.type)} for ${to}`);
    }
    case 'submissionRejection': {
      const { sender, code, signature } = event.value;
      return by('sender', sender, signature, `refused with ${codeName(code)}`);
    }
    case 'contentHandover':
      return handover(event.value.statement, `handed over${lateText(event.value)}`);
    case 'contentHandoverFailure':
      return failure(event.value);
    case 'contentAccessTracking':
      return recipientEvent(event.value.statement, 'opened');
    case 'consignmentAcceptance':
      return recipientEvent(event.value.statement, 'consent given');
    case 'consignmentRejection':
      return recipientEvent(event.value.statement, 'consent refused');
    case 'acceptanceRejectionExpiry':
      return byGateway(`the wait for consent of ${event.value.recipient} ended with the message`);
    case 'deadlineEvent': {
      const { recipient, stage, dueAtMs } = event.value;
      return byGateway(
        `${STAGES[stage]} of the time for the answer of ${recipient}, which is due ${timeText(dueAtMs)}`,
      );
    }
    case 'operatorAct': {
      const { act } = event.value;
      const content = decode(ActSchema, act.leaf, 'signed');
      return by('operator', toBase64Url(act.signature.keyId), act.signature, describeAct(content));
    }
    case 'groupChange': {
      const { statement } = event.value;
      const { group, end } = decode(GroupStatementSchema, statement.leaf, 'signed');
      const what = `group ${toHex(group.groupId)}, ${group.name}: ${end ? 'ended' : `${group.members.length} members`}`;
      return by('owner', group.owner, statement.signature, what);
    }
    default:
      return byGateway(gatewayWords(event));
  }
}

type Signed =
  | 'submissionAcceptance'
  | 'submissionRejection'
  | 'contentHandover'
  | 'contentHandoverFailure'
  | 'contentAccessTracking'
  | 'consignmentAcceptance'
  | 'consignmentRejection'
  | 'acceptanceRejectionExpiry'
  | 'deadlineEvent'
  | 'operatorAct'
  | 'groupChange';

function gatewayWords(event: Exclude<Entry['event'], { kind: Signed }>): string {
  switch (event.kind) {
    case 'shardOpen':
      return `the log ${event.value.origin} begins`;
    case 'shardClose':
      return `the shard ends; ${event.value.nextOrigin} follows`;
    case 'snapshot':
      return `rows of ${event.value.table} carried over from the shard before`;
    case 'tick':
      return 'the log was alive';
    case 'contentErasure': {
      const { messages, blobs } = event.value;
      return `contents erased: ${messages.length} of messages, ${blobs.length} of attachments`;
    }
    case 'purge':
      return `rows of messages that expired up to ${timeText(event.value.throughMs)} forgotten`;
    case 'keyRevoked': {
      const { keyId, source } = event.value;
      const why = source === RevocationSource.LIST ? "the authority's list names it" : 'its authority was revoked';
      return `the key ${toBase64Url(keyId)} revoked: ${why}`;
    }
    case 'sessionOpened': {
      const { node, agency, mailboxes } = event.value;
      return `session of node ${node} of ${agency} opened for ${mailboxes.join(', ') || 'no mailbox'}`;
    }
    case 'sessionClosed':
      return event.value.code === 0
        ? 'session closed in good order'
        : `session closed with ${codeName(event.value.code)}`;
    case 'refusalSummary': {
      const counts = event.value.counts.map(({ code, count }) => `${count} with ${codeName(code)}`);
      return `refused without an entry each: ${counts.join(', ') || 'none'}`;
    }
    case 'auditRead': {
      const { auditor, requests, ranges } = event.value;
      const read = ranges.map(({ origin, firstIndex, endIndex }) => `${origin} ${firstIndex} to ${endIndex - 1}`);
      return `${auditor} read entries in ${requests} requests: ${read.join(', ') || 'none'}`;
    }
  }
}

function handover(signed: SignedLeaf, what: string): Saying {
  const said = decode(HandoverStatementSchema, signed.leaf, 'signed');
  const told = by(
    'recipient',
    said.recipient,
    signed.signature,
    `${what} as number ${said.number} of ${said.recipient}`,
  );
  return { ...told, saidAtMs: said.atMs };
}

function failure({ statement, code, recipient, number, late }: ContentHandoverFailure): Saying {
  if (statement) return handover(statement, `handover failed with ${codeName(code)}${lateText({ late })},`);
  return byGateway(`delivery ended with ${codeName(code)}${lateText({ late })}, number ${number} of ${recipient}`);
}

function recipientEvent(signed: SignedLeaf, what: string): Saying {
  const said = decode(EventStatementSchema, signed.leaf, 'signed');
  return { ...by('recipient', said.recipient, signed.signature, `${what} at ${said.recipient}`), saidAtMs: said.atMs };
}

const STAGES: Readonly<Record<DeadlineStage, string>> = {
  [DeadlineStage.UNSPECIFIED]: 'a stage that is not known',
  [DeadlineStage.HALF]: 'half',
  [DeadlineStage.FOUR_FIFTHS]: 'four fifths',
  [DeadlineStage.BREACHED]: 'the end',
};

const lateText = ({ late }: { readonly late: boolean }): string =>
  late ? ', late: the delivery had ended otherwise before' : '';

/** The name of a code, or its number when it is of a newer version. */
export const codeName = (code: number): ErrorCode | `CODE_${number}` => errorCodeOf(code) ?? `CODE_${code}`;

/** As bodies of this type are called, e.g. `informationRequest`. */
export const typeKind = (type: number): string => ruleOf(type as Parameters<typeof ruleOf>[0])?.kind ?? `type ${type}`;
