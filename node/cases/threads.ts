/** Threads and cases, whole and in order, from the index. Reads only. */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { Classification, HandlingCode, MessageType, RoutingSchema } from '../../protocol/generated/schema.ts';
import { fromHex, type Mailbox, messageIdOf, toHex } from '../../protocol/ids.ts';
import type { NameOf } from '../types.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow } from '../store/case-store.ts';
import { nameOf } from './names.ts';
import { isSettled, requestContext, requestStates } from './requests.ts';
import { originsOf } from './standing.ts';
import { handlingOf } from './status.ts';
import type { RequestState, Thread, ThreadMessage, ThreadSummary } from './types.ts';

export interface ThreadsOptions {
  readonly caseNumber?: string;
  /** Only threads with an open request. */
  readonly open?: boolean;
  /** 100 unless told. */
  readonly limit?: number;
}

const THREADS_MAX = 100;
const THREAD_ID = /^[0-9a-f]{32}$/;

export function listThreads(runtime: NodeRuntime, options: ThreadsOptions): ThreadSummary[] {
  const { caseNumber, open, limit = THREADS_MAX } = options;
  const found: ThreadSummary[] = [];
  for (const thread of runtime.caseStore.threads(caseNumber)) {
    if (found.length >= limit) break;
    const rows = runtime.caseStore.inThread(thread);
    const summary = summaryOf(runtime, thread, rows, requestsOf(runtime, rows));
    if (open !== true || summary.open > 0) found.push(summary);
  }
  return found;
}

/** @throws LiaisonError MESSAGE_NOT_FOUND */
export function readThread(runtime: NodeRuntime, threadId: string): Thread {
  const { thread, rows } = rowsOf(runtime, threadId);
  const requests = requestsOf(runtime, rows);
  return {
    ...summaryOf(runtime, thread, rows, requests),
    items: rows.map((row) => threadMessage(runtime, row)),
    requests: requests.flatMap(({ states }) => states),
  };
}

/** @throws LiaisonError THREAD_OPEN; MESSAGE_NOT_FOUND */
export async function closeThread(runtime: NodeRuntime, threadId: string): Promise<void> {
  await runtime.db.write(() => {
    const { thread, rows } = rowsOf(runtime, threadId);
    const open = requestsOf(runtime, rows).find(isOpen);
    if (open) throw new LiaisonError('THREAD_OPEN', messageIdOf(open.row.id));
    runtime.caseStore.close(thread, runtime.now());
  });
}

export function threadMessage(runtime: NodeRuntime, row: CaseRow): ThreadMessage {
  const routing = decode(RoutingSchema, row.routing, 'signed');
  const handling = handlingOf(row, runtime.caseStore.repliesTo(row.id));
  const origins = originsOf(runtime, routing);
  return {
    id: messageIdOf(row.id),
    direction: row.direction,
    type: nameOf(MessageType, row.type) as NameOf<typeof MessageType>,
    from: row.sender,
    to: routing.recipients.map(({ mailbox }) => mailbox as Mailbox),
    at: row.atMs,
    ...(row.inReplyTo.length === 0 ? {} : { inReplyTo: messageIdOf(row.inReplyTo) }),
    status: runtime.cases.shownStatus(row),
    ...(origins.length === 0 ? {} : { origins }),
    subject: row.subject,
    classification: nameOf(Classification, routing.classification),
    handling: handling.map((code) => nameOf(HandlingCode, code)),
    exercise: row.exercise,
  };
}

interface OpenedRequest {
  readonly row: CaseRow;
  readonly states: RequestState[];
}

const isOpen = ({ states }: OpenedRequest): boolean => states.some((state) => !isSettled(state));

/** A request between two own mailboxes is one request, as it was sent. */
export function requestsOf(runtime: NodeRuntime, rows: readonly CaseRow[]): OpenedRequest[] {
  const context = requestContext(runtime);
  return distinct(rows)
    .map((row) => ({ row, states: requestStates(row, context) }))
    .filter(({ states }) => states.length > 0);
}

function summaryOf(
  { caseStore }: NodeRuntime,
  thread: Uint8Array,
  rows: readonly CaseRow[],
  requests: readonly OpenedRequest[],
): ThreadSummary {
  const exercise = rows.every((row) => row.exercise);
  const isCounted = (row: CaseRow): boolean => exercise || !row.exercise;
  const open = requests.filter((request) => isCounted(request.row) && isOpen(request));
  const due = open.flatMap(({ states }) => states.filter(({ state }) => state === 'running').map(({ dueAt }) => dueAt));
  return {
    threadId: toHex(thread),
    caseNumber: rows.findLast((row) => row.caseNumber !== '')?.caseNumber ?? '',
    subject: rows.find((row) => row.subject !== '')?.subject ?? '',
    messages: distinct(rows).filter(isCounted).length,
    firstAt: rows[0]?.atMs ?? 0,
    lastAt: rows.at(-1)?.atMs ?? 0,
    open: open.length,
    exercise,
    ...(due.length === 0 ? {} : { nextDueAt: Math.min(...due) }),
    closed: caseStore.isClosed(thread),
  };
}

/** One row for each message, the sent one where there are two. */
function distinct(rows: readonly CaseRow[]): CaseRow[] {
  const sent = new Set(rows.filter(({ direction }) => direction === 'sent').map(nameOfRow));
  return rows.filter((row) => row.direction === 'sent' || !sent.has(nameOfRow(row)));
}

const nameOfRow = ({ sender, id }: CaseRow): string => `${sender} ${toHex(id)}`;

function rowsOf({ caseStore }: NodeRuntime, threadId: string): { thread: Uint8Array; rows: CaseRow[] } {
  const thread = THREAD_ID.test(threadId) ? fromHex(threadId) : undefined;
  const rows = thread ? caseStore.inThread(thread) : [];
  if (!thread || rows.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', `Thread ${threadId}.`);
  return { thread, rows };
}
