/** What the stored evidence says about a message, and the receipts made of it. Reads only. */
import { parseNote } from '../audit/note.ts';
import { formatReceipt } from '../audit/receipt.ts';
import { decode } from '../protocol/codec.ts';
import { readHeader } from '../protocol/envelope/verify.ts';
import { DeadlineStage, EntrySchema, RoutingSchema } from '../protocol/generated/schema.ts';
import { type Mailbox, messageIdOf } from '../protocol/ids.ts';
import type { LogView } from './log-view.ts';
import { codeName } from './runtime.ts';
import type { EvidenceRow, EvidenceStore, StoredEvent } from './store/evidence-store.ts';
import type { OutboxRow } from './store/outbox-store.ts';
import type {
  ConsentAnswer,
  DeadlineStageEvidence,
  DeliveryEvent,
  Disclosure,
  EvidenceEvent,
  MessageEvidence,
  ReceiptKind,
  RecipientEvidence,
  StoredReceipt,
} from './types.ts';

const RECEIPT_KINDS: Readonly<Record<StoredEvent, ReceiptKind>> = {
  SubmissionAcceptance: 'acceptance',
  SubmissionRejection: 'rejection',
  ContentHandover: 'handover',
  ContentHandoverFailure: 'failure',
  ContentAccessTracking: 'access',
  ConsignmentAcceptance: 'consent',
  ConsignmentRejection: 'consent',
  AcceptanceRejectionExpiry: 'consent',
  DeadlineEvent: 'deadline',
  Disclosure: 'disclosure',
};

const CONSENT_ANSWERS: Partial<Record<StoredEvent, ConsentAnswer>> = {
  ConsignmentAcceptance: 'GIVEN',
  ConsignmentRejection: 'REFUSED',
  AcceptanceRejectionExpiry: 'LAPSED',
};

const STAGE_NAMES = {
  [DeadlineStage.HALF]: 'half',
  [DeadlineStage.FOUR_FIFTHS]: 'four-fifths',
  [DeadlineStage.BREACHED]: 'breached',
} as const;

/** What the log says of it; how the document stands is added in `cases/standing.ts`. */
export type ReportedEvidence = Omit<MessageEvidence, 'status' | 'compliance'>;

export function reportEvidence(message: OutboxRow, rows: readonly EvidenceRow[]): ReportedEvidence {
  const routing = decode(RoutingSchema, message.routing, 'signed');
  const recipients = routing.recipients.map(({ mailbox }) => recipientEvidence(mailbox as Mailbox, message, rows));
  return {
    id: messageIdOf(message.id),
    from: routing.sender as Mailbox,
    state: message.state,
    ...(message.code === undefined ? {} : { obstacle: { code: codeName(message.code), text: message.text ?? '' } }),
    recipients,
    disclosures: rows.flatMap(disclosureOf),
  };
}

function recipientEvidence(recipient: Mailbox, message: OutboxRow, rows: readonly EvidenceRow[]): RecipientEvidence {
  const own = rows.filter(
    (row) => row.event !== 'Disclosure' && (row.recipient === undefined || row.recipient === recipient),
  );
  const consents = own.filter((row) => row.event in CONSENT_ANSWERS);
  // The first word on consent stands.
  const events = own.flatMap((row) => eventsOf(row, row.late || consents.indexOf(row) > 0));
  if (
    message.state === 'refused' &&
    !isRefusedHere(message) &&
    !own.some((row) => row.event === 'SubmissionRejection')
  ) {
    events.push({ event: 'SubmissionRejection', reason: codeName(message.code ?? 0) });
  }
  const state = stateOf(message, events);
  return {
    recipient,
    state,
    notified: state === 'ContentConsignment',
    access: own.some(({ event }) => event === 'ContentAccessTracking') ? 'OPENED' : 'NONE',
    consent: CONSENT_ANSWERS[consents[0]?.event ?? 'SubmissionAcceptance'] ?? 'NONE',
    deadlines: own.flatMap(stageOf),
    events,
  };
}

/** The stage that an entry states; none for other kinds of entry. */
export function stageOf({ event, entry, number: index, atMs }: EvidenceRow): DeadlineStageEvidence[] {
  if (event !== 'DeadlineEvent') return [];
  const { event: logged } = decode(EntrySchema, entry, 'signed');
  if (logged.kind !== 'deadlineEvent' || logged.value.stage === DeadlineStage.UNSPECIFIED) return [];
  const { stage, dueAtMs } = logged.value;
  return [{ stage: STAGE_NAMES[stage], dueAt: dueAtMs, at: atMs, index }];
}

function disclosureOf({ event, entry, atMs }: EvidenceRow): Disclosure[] {
  if (event !== 'Disclosure') return [];
  const { event: logged } = decode(EntrySchema, entry, 'signed');
  if (logged.kind !== 'submissionAcceptance') return [];
  const { routing, sender, recipients } = readHeader(logged.value.header);
  return [{ messageId: messageIdOf(routing.messageId), by: sender, to: recipients, at: atMs }];
}

/** Never sealed in its last form, so nobody but this node has refused it: no event of the delivery. */
const isRefusedHere = ({ state, headerDigest }: OutboxRow): boolean =>
  state === 'refused' && headerDigest === undefined;

/** In a local mailbox the acceptance entry is the consignment as well. */
function eventsOf(row: EvidenceRow, late: boolean): EvidenceEvent[] {
  const { number: index, atMs } = row;
  const event: EvidenceEvent = {
    event: row.event as Exclude<StoredEvent, 'Disclosure'>,
    index,
    atMs,
    ...(row.code === 0 ? {} : { reason: codeName(row.code) }),
    ...(late ? { late } : {}),
  };
  return row.event === 'SubmissionAcceptance' ? [event, { event: 'ContentConsignment', index, atMs }] : [event];
}

/** Terminal states never change, so what came late counts for nothing; an earlier refusal was overcome by sealing again. */
function stateOf(message: OutboxRow, events: readonly EvidenceEvent[]): RecipientEvidence['state'] {
  const ended = events.find(
    ({ event, late }) => late !== true && (event === 'ContentHandover' || event === 'ContentHandoverFailure'),
  );
  if (ended) return ended.event as DeliveryEvent;
  if (message.state === 'accepted') return 'ContentConsignment';
  return message.state === 'refused' && !isRefusedHere(message) ? 'SubmissionRejection' : undefined;
}

/** Receipt files of everything that is known about a message, in the log's order. */
export function makeReceipts(rows: readonly EvidenceRow[], store: EvidenceStore, log: LogView): StoredReceipt[] {
  return rows.flatMap(({ event, recipient, number, entry, path, checkpointEnd }) => {
    const checkpoint = store.checkpoint(checkpointEnd)?.note;
    if (!checkpoint) return [];
    const { firstNumber, verifierKey } = log.shardOf(number);
    const index = number - firstNumber;
    return [
      {
        kind: RECEIPT_KINDS[event],
        ...(recipient === undefined ? {} : { recipient: recipient as Mailbox }),
        ...{ number, index, logKey: verifierKey, witnesses: witnessesOf(checkpoint) },
        text: formatReceipt({ entry, index, path, checkpoint }),
      },
    ];
  });
}

/** Names on a checkpoint other than the log's. Nothing is verified. */
export function witnessesOf(note: Uint8Array): string[] {
  const { text, signatures } = parseNote(note);
  const names = new Set(signatures.map(({ name }) => name));
  names.delete(text.slice(0, text.indexOf('\n')));
  return [...names];
}
