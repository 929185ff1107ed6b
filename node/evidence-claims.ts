/** What an entry claims about a message that this node has sent, held against what the node itself has sealed. */
import { decode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  type DeadlineEvent,
  EventStatementSchema,
  type Routing,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import { MessageType } from '../protocol/generated/schema.ts';
import type { Mailbox } from '../protocol/ids.ts';
import { deadlinePeriodMs, stageAtMs } from '../protocol/messages/deadlines.ts';
import { CONSENT_TYPES } from '../protocol/messages/types.ts';
import type { ProvenEntry } from './log-view.ts';
import { failureStatement, readStatement, type SignedStatement } from './statements.ts';
import type { StoredEvent } from './store/evidence-store.ts';

export interface Claim {
  readonly event: StoredEvent;
  readonly recipient: Mailbox | undefined;
  readonly code: number;
  readonly late: boolean;
  /** The recipient's word that it rests on; its signature has still to be verified. */
  readonly signed?: SignedStatement | undefined;
}

const invalid = (detail: string): LiaisonError => new LiaisonError('PROOF_INVALID', detail);

/** @throws LiaisonError PROOF_INVALID when the entry cannot be true of the message; MALFORMED */
export function claimOf(proven: ProvenEntry, routing: Routing): Claim {
  const {
    entry: { event },
    number,
  } = proven;
  switch (event.kind) {
    case 'submissionAcceptance':
      return { event: 'SubmissionAcceptance', recipient: undefined, code: 0, late: false };
    case 'submissionRejection':
      return { event: 'SubmissionRejection', recipient: undefined, code: event.value.code, late: false };
    case 'contentHandover': {
      const { statement: leaf, late } = event.value;
      const signed = readStatement(leaf);
      const recipient = signed.statement.recipient as Mailbox;
      return { event: 'ContentHandover', recipient, code: 0, late, signed };
    }
    case 'contentHandoverFailure': {
      const { recipient, late, code } = event.value;
      const signed = failureStatement(event.value, number);
      if (!signed) requireExpired(proven, routing);
      return { event: 'ContentHandoverFailure', recipient: recipient as Mailbox, code, late, signed };
    }
    case 'contentAccessTracking':
      return said('ContentAccessTracking', event.value.statement);
    case 'consignmentAcceptance':
      requireConsent(proven, routing);
      return said('ConsignmentAcceptance', event.value.statement);
    case 'consignmentRejection':
      requireConsent(proven, routing);
      return said('ConsignmentRejection', event.value.statement);
    case 'acceptanceRejectionExpiry':
      requireConsent(proven, routing);
      requireExpired(proven, routing);
      return gatewaySays('AcceptanceRejectionExpiry', event.value.recipient);
    case 'deadlineEvent':
      requireReached(proven, event.value, routing);
      return gatewaySays('DeadlineEvent', event.value.recipient);
    default:
      throw invalid(`Entry ${number} is no evidence about a message.`);
  }
}

function said(event: StoredEvent, leaf: SignedLeaf): Claim {
  const statement = decode(EventStatementSchema, leaf.leaf, 'signed');
  const signed = { kind: 'event', leaf, statement } as const;
  return { event, recipient: statement.recipient as Mailbox, code: 0, late: false, signed };
}

const gatewaySays = (event: StoredEvent, recipient: string): Claim => ({
  event,
  recipient: recipient as Mailbox,
  code: 0,
  late: false,
});

function requireExpired({ entry, number }: ProvenEntry, { expiresAtMs }: Routing): void {
  if (entry.atMs >= expiresAtMs) return;
  const when = new Date(expiresAtMs).toISOString();
  throw invalid(`Entry ${number} states that the message expired, before its time at ${when}.`);
}

function requireConsent({ number }: ProvenEntry, { type }: Routing): void {
  if (!CONSENT_TYPES.has(type)) throw invalid(`Entry ${number} is about consent, which the message did not ask for.`);
}

/** Pauses move the end on, never back: a stage that comes before its time by the entry's own due time is a lie. */
function requireReached({ entry, number }: ProvenEntry, event: DeadlineEvent, routing: Routing): void {
  if (routing.type !== MessageType.INFORMATION_REQUEST) throw invalid(`Entry ${number} is no deadline of a request.`);
  const { stage, dueAtMs } = event;
  const periodMs = deadlinePeriodMs(routing);
  if (stage !== 0 && entry.atMs >= stageAtMs(stage, { dueAtMs, periodMs })) return;
  throw invalid(`Entry ${number} states a stage of the deadline that has not been reached.`);
}
