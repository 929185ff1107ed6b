/**
 * The time for the answers to requests: when a deadline begins, pauses and ends, and which stages of it are due (SPEC.md
 * section 7.4). Kept from signed headers alone.
 */
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type DeadlineEvent, DeadlineStage, MessageType } from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox } from '../../protocol/ids.ts';
import { DEADLINE_STAGES, deadlinePeriodMs, stageAtMs, type ToldStage } from '../../protocol/messages/deadlines.ts';
import { type Decision, type DecisionContext, entryOf } from '../decide.ts';
import { type DeadlineRow, DeadlineState } from '../rows-2.ts';
import { decodePlaces, type MessageRow } from '../rows.ts';
import { put, type Change, type State } from '../state.ts';
import { repliedTo } from './replies.ts';

/** Questions of one recipient about one request that can wait at a time; a further one does not stop the clock. */
export const OPEN_QUESTIONS_MAX = 32;

const NONE = new Uint8Array(0);

/** What an accepted message does to deadlines: sets, pauses, resumes or ends them. */
export function deadlineChanges(state: State, index: number, atMs: number, parsed: ReadHeader): Change[] {
  const { type, interim } = parsed.routing;
  switch (type) {
    case MessageType.INFORMATION_REQUEST:
      return begin(state, index, atMs, parsed);
    case MessageType.INFORMATION_ANSWER:
      return interim ? [] : answered(state, index, atMs, parsed, DeadlineState.ANSWERED);
    case MessageType.REFUSAL:
      return answered(state, index, atMs, parsed, DeadlineState.REFUSED);
    case MessageType.CLARIFICATION_REQUEST:
      return pause(state, index, atMs, parsed);
    case MessageType.CLARIFICATION:
      return resume(state, atMs, parsed);
    case MessageType.RECALL:
      return withdraw(state, index, atMs, parsed);
    default:
      return [];
  }
}

function begin(state: State, requestIndex: number, atMs: number, parsed: ReadHeader): Change[] {
  const periodMs = deadlinePeriodMs(parsed.routing);
  return parsed.recipients
    .filter((mailbox) => !isContactCopy(state, mailbox, parsed.recipients))
    .map((mailbox) => {
      const mailboxId = state.get('mailboxes', mailbox)?.id ?? 0;
      const row: DeadlineRow = {
        requestIndex,
        mailboxId,
        state: DeadlineState.RUNNING,
        dueAtMs: atMs + periodMs,
        periodMs,
        stoppedAtMs: 0,
        openQuestions: NONE,
        halfIndex: 0,
        fourFifthsIndex: 0,
        breachedIndex: 0,
        endedIndex: 0,
        nextAtMs: 0,
      };
      return putRow(row);
    });
}

/** The single point of contact of another recipient's agency reads along: it is not asked. */
function isContactCopy(state: State, mailbox: Mailbox, recipients: readonly Mailbox[]): boolean {
  return recipients.some(
    (other) => other !== mailbox && state.get('agencyRules', agencyOf(other))?.contact === mailbox,
  );
}

function answered(state: State, index: number, atMs: number, parsed: ReadHeader, to: DeadlineState): Change[] {
  const row = ownRow(state, parsed);
  return row ? end(row, index, atMs, to) : [];
}

/** The deadline of the sender for the request that it replies to. */
function ownRow(state: State, parsed: ReadHeader): DeadlineRow | undefined {
  const request = repliedTo(state, parsed);
  const mailboxId = state.get('mailboxes', parsed.sender)?.id ?? 0;
  return request && state.get('deadlines', request.entryIndex, mailboxId);
}

/** Ends are final: what comes later changes nothing. */
function end(row: DeadlineRow, endedIndex: number, atMs: number, to: DeadlineState): Change[] {
  if (row.endedIndex !== 0) return [];
  // A clock that stands already stopped earlier.
  const stoppedAtMs = row.stoppedAtMs === 0 ? atMs : row.stoppedAtMs;
  return [putRow({ ...row, state: to, stoppedAtMs, openQuestions: NONE, endedIndex })];
}

function pause(state: State, index: number, atMs: number, parsed: ReadHeader): Change[] {
  const row = ownRow(state, parsed);
  if (!row || row.endedIndex !== 0) return [];
  const questions = readIndices(row.openQuestions);
  if (questions.length >= OPEN_QUESTIONS_MAX) return [];
  const stoppedAtMs = row.stoppedAtMs === 0 ? atMs : row.stoppedAtMs;
  const openQuestions = writeIndices([...questions, index]);
  return [putRow({ ...row, state: DeadlineState.PAUSED, stoppedAtMs, openQuestions })];
}

/** The clock goes on when the last question is answered. */
function resume(state: State, atMs: number, parsed: ReadHeader): Change[] {
  const question = repliedTo(state, parsed);
  const requestIndex = question && state.get('controls', question.entryIndex)?.repliesTo;
  const row = question && state.get('deadlines', requestIndex ?? 0, question.senderId);
  if (!row || row.state !== DeadlineState.PAUSED) return [];
  const before = readIndices(row.openQuestions);
  const open = before.filter((index) => index !== question.entryIndex);
  if (open.length === before.length) return [];
  if (open.length > 0) return [putRow({ ...row, openQuestions: writeIndices(open) })];
  const dueAtMs = row.dueAtMs + atMs - row.stoppedAtMs;
  return [putRow({ ...row, state: DeadlineState.RUNNING, dueAtMs, stoppedAtMs: 0, openQuestions: NONE })];
}

/** A recall of the requester's own request withdraws it from everybody. */
function withdraw(state: State, index: number, atMs: number, parsed: ReadHeader): Change[] {
  const request = repliedTo(state, parsed);
  const requester = request && state.mailboxOfId(request.senderId);
  if (!request || agencyOf((requester ?? '/') as Mailbox) !== agencyOf(parsed.sender)) return [];
  return deadlinesOf(state, request).flatMap((row) => end(row, index, atMs, DeadlineState.WITHDRAWN));
}

/** The deadlines of a request, in the order of its recipients; none for any other message. */
export function deadlinesOf(state: State, message: MessageRow): DeadlineRow[] {
  if (state.get('controls', message.entryIndex)?.type !== MessageType.INFORMATION_REQUEST) return [];
  return decodePlaces(message.places).flatMap(
    ({ mailboxId }) => state.get('deadlines', message.entryIndex, mailboxId) ?? [],
  );
}

/** Whether a stage of one of its deadlines has still to be recorded, now or later. */
export const owesStages = (state: State, message: MessageRow): boolean =>
  deadlinesOf(state, message).some(({ nextAtMs }) => nextAtMs !== 0);

/**
 * Records the stages of one deadline that have been reached: in their order, each once. What was reached before the clock
 * stopped is still owed.
 */
export function dueStages(
  state: State,
  { requestIndex, mailboxId }: Pick<DeadlineRow, 'requestIndex' | 'mailboxId'>,
  context: DecisionContext,
): Decision {
  const row = state.get('deadlines', requestIndex, mailboxId);
  const message = state.get('messages', requestIndex);
  const [sender, recipient] = [message?.senderId ?? 0, mailboxId].map((id) => state.mailboxOfId(id));
  if (!row || !message || sender === undefined || recipient === undefined) return { kind: 'entries', entries: [] };
  const { messageId } = message;
  const { dueAtMs } = row;
  const stages = openStages(row).filter((stage) => stageAtMs(stage, row) <= context.nowMs);
  const entries = stages.map((stage) =>
    entryOf(context, { kind: 'deadlineEvent', value: { messageId, sender, recipient, stage, dueAtMs } }),
  );
  return { kind: 'entries', entries };
}

/** A stage of a deadline has been recorded. @throws LiaisonError DATA_DAMAGED when it does not come next */
export function deadlineEventChanges(state: State, index: number, event: DeadlineEvent): Change[] {
  const mailboxId = state.get('mailboxes', event.recipient)?.id ?? 0;
  const senderId = state.get('mailboxes', event.sender)?.id ?? 0;
  const message = state.messagesById(event.messageId).find((row) => row.senderId === senderId);
  const row = message && state.get('deadlines', message.entryIndex, mailboxId);
  const [next] = row ? openStages(row) : [];
  if (!row || next === undefined || next !== event.stage) {
    throw new LiaisonError('DATA_DAMAGED', `Entry ${index} records a stage that no deadline has reached.`);
  }
  return [putRow({ ...row, [STAGE_COLUMNS[next]]: index })];
}

const STAGE_COLUMNS = {
  [DeadlineStage.HALF]: 'halfIndex',
  [DeadlineStage.FOUR_FIFTHS]: 'fourFifthsIndex',
  [DeadlineStage.BREACHED]: 'breachedIndex',
} as const satisfies Record<ToldStage, keyof DeadlineRow>;

/** Entries of the stages that have been recorded, in order. */
export const stageEntries = (row: DeadlineRow): number[] =>
  DEADLINE_STAGES.map((stage) => row[STAGE_COLUMNS[stage]]).filter((index) => index !== 0);

/** Stages that are not recorded and that the clock has reached or will reach. */
function openStages(row: DeadlineRow): ToldStage[] {
  return DEADLINE_STAGES.filter(
    (stage) => row[STAGE_COLUMNS[stage]] === 0 && (row.stoppedAtMs === 0 || stageAtMs(stage, row) <= row.stoppedAtMs),
  );
}

/** The row with the time of its next stage. */
function putRow(row: DeadlineRow): Change {
  const [next] = openStages(row);
  return put('deadlines', { ...row, nextAtMs: next === undefined ? 0 : stageAtMs(next, row) });
}

/** Forgets the deadlines of a request. */
export function forgetDeadlines(state: State, message: MessageRow): Change[] {
  return deadlinesOf(state, message).map(({ requestIndex, mailboxId }) => ({
    kind: 'delete',
    table: 'deadlines',
    key: [requestIndex, mailboxId],
  }));
}

function readIndices(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => Number(view.getBigUint64(i * 8)));
}

function writeIndices(indices: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(indices.length * 8);
  const view = new DataView(bytes.buffer);
  indices.forEach((index, i) => view.setBigUint64(i * 8, BigInt(index)));
  return bytes;
}
