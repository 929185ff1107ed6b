/** An operation as one member sees it: from its own messages and the evidence that it holds. Reads only. */
import type { Mailbox } from '../../protocol/ids.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow } from '../store/case-store.ts';
import type { KnownGroup } from '../store/group-store.ts';
import { groupInfo } from './groups.ts';
import { evidenceOf } from './standing.ts';
import { requestsOf, threadMessage } from './threads.ts';
import type { OperationMessage, OperationReport, RequestState } from './types.ts';

export function reportOperation(runtime: NodeRuntime, known: KnownGroup): OperationReport {
  const rows = runtime.caseStore.inGroup(known.group.groupId).filter((row) => !isRefused(runtime, row));
  const messages = rows.map((row) => operationMessage(runtime, row));
  const counted = messages.filter(({ exercise }) => !exercise);
  const sent = counted.filter(({ direction }) => direction === 'sent');
  const requests = requestsOf(
    runtime,
    rows.filter(({ exercise }) => !exercise),
  );
  return {
    group: groupInfo(known, runtime.now()),
    messages,
    sent: sent.length,
    received: counted.length - sent.length,
    held: sent.filter(({ waiting }) => waiting.length > 0).length,
    overdue: requests.flatMap(({ states }) => states.filter(isOverdue)),
  };
}

/** What the gateway has refused nobody has got: it was not sent in the operation. */
function isRefused(runtime: NodeRuntime, { direction, id }: CaseRow): boolean {
  const message = direction === 'sent' ? runtime.outbox.find(id) : undefined;
  return message !== undefined && evidenceOf(runtime, message).state === 'refused';
}

const isOverdue = ({ stage, state }: RequestState): boolean => stage === 'breached' && state === 'running';

function operationMessage(runtime: NodeRuntime, row: CaseRow): OperationMessage {
  const lists: Record<'handedOver' | 'waiting' | 'failed', Mailbox[]> = { handedOver: [], waiting: [], failed: [] };
  const message = row.direction === 'sent' ? runtime.outbox.find(row.id) : undefined;
  for (const { recipient, state } of message ? evidenceOf(runtime, message).recipients : []) {
    if (state === 'ContentHandover') lists.handedOver.push(recipient);
    else if (state === 'ContentHandoverFailure' || state === 'SubmissionRejection') lists.failed.push(recipient);
    else lists.waiting.push(recipient);
  }
  return { ...threadMessage(runtime, row), ...lists };
}
