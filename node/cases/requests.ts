/** Requests and who has answered them, from the index. Reads only. */
import { decode } from '../../protocol/codec.ts';
import { MessageType, RoutingSchema } from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox, messageIdOf, toHex } from '../../protocol/ids.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow, CaseStore } from '../store/case-store.ts';
import { deadlinePeriodMs } from '../../protocol/messages/deadlines.ts';
import { type Deadline, deadlineAt, type DeadlineStep, stepKind } from './deadlines.ts';
import type { RequestState } from './types.ts';

export interface RequestContext {
  readonly store: CaseStore;
  /** Own mailboxes. */
  readonly mailboxes: readonly Mailbox[];
  readonly nowMs: number;
  /** The single point of contact that a mailbox's agency has named, if that is known here. */
  readonly contactOf: (mailbox: Mailbox) => string | undefined;
}

export const requestContext = ({
  caseStore: store,
  config: { mailboxes },
  now,
  directory,
}: Pick<NodeRuntime, 'caseStore' | 'config' | 'now' | 'directory'>): RequestContext => ({
  ...{ store, mailboxes, nowMs: now() },
  contactOf: (mailbox) => directory.knownContact(mailbox),
});

/** A request at one recipient, with when the next stage is reached. */
export type RequestClock = RequestState & Pick<Deadline, 'nextStageAt'>;

const ENDED: ReadonlySet<RequestState['state']> = new Set(['answered', 'refused', 'withdrawn']);
export const isSettled = ({ state }: Pick<RequestState, 'state'>): boolean => ENDED.has(state);

/** A request at each recipient whose answers this node sees: all of an own request, the own mailboxes of another's. */
export function requestClocks(request: CaseRow, context: RequestContext): RequestClock[] {
  const { store, mailboxes, nowMs } = context;
  if (request.type !== MessageType.INFORMATION_REQUEST || request.state === 'refused') return [];
  const { urgency, availability, recipients } = decode(RoutingSchema, request.routing, 'signed');
  const periodMs = deadlinePeriodMs({ urgency, availability });
  const acknowledgedBy = store.acknowledgedBy(request.id);
  const all = recipients.map(({ mailbox }) => mailbox as Mailbox);
  const seen = all.filter((mailbox) => !isContactCopy(mailbox, all, context));
  const shown = request.direction === 'sent' ? seen : seen.filter((mailbox) => mailboxes.includes(mailbox));
  return shown.map((recipient) => ({
    id: messageIdOf(request.id),
    requester: request.sender,
    recipient,
    periodMs,
    ...deadlineAt(request.atMs, periodMs, stepsOf(request, recipient, store), nowMs),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
  }));
}

export function requestStates(request: CaseRow, context: RequestContext): RequestState[] {
  return requestClocks(request, context).map((clock) => {
    const { id, requester, recipient, state, dueAt, periodMs, stage, acknowledgedBy } = clock;
    const shown = { id, requester, recipient, state, dueAt, periodMs, stage };
    return acknowledgedBy === undefined ? shown : { ...shown, acknowledgedBy };
  });
}

/** The single point of contact of another recipient's agency reads along: it is not asked, as the gateway counts. */
const isContactCopy = (mailbox: Mailbox, all: readonly Mailbox[], { contactOf }: RequestContext): boolean =>
  all.some((other) => other !== mailbox && contactOf(other) === mailbox);

function stepsOf(request: CaseRow, recipient: Mailbox, store: CaseStore): DeadlineStep[] {
  const replies = accepted(store.repliesTo(request.id));
  const questions = replies.filter((row) => row.type === MessageType.CLARIFICATION_REQUEST);
  const clarifications = questions
    .filter(({ sender }) => sender === recipient)
    .flatMap(({ id }) => accepted(store.repliesTo(id)))
    .filter((row) => row.type === MessageType.CLARIFICATION);
  return [...replies, ...clarifications].flatMap((row) => {
    const kind = stepKind(row.type, decode(RoutingSchema, row.routing, 'signed').interim);
    return kind && isAuthor(row.sender, kind, request.sender, recipient) ? [{ atMs: row.atMs, kind }] : [];
  });
}

/** Who asked clarifies, whose agency asked withdraws, and who was asked does everything else. */
function isAuthor(author: Mailbox, kind: DeadlineStep['kind'], requester: Mailbox, recipient: Mailbox): boolean {
  if (kind === 'withdrawal') return agencyOf(author) === agencyOf(requester);
  return author === (kind === 'clarification' ? requester : recipient);
}

/** A message between two own mailboxes is in the index as sent and as received. */
function accepted(rows: readonly CaseRow[]): CaseRow[] {
  const known = rows.filter(({ state }) => state === 'accepted');
  return [...new Map(known.map((row) => [`${row.sender} ${toHex(row.id)}`, row])).values()];
}
