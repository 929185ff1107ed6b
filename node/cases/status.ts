/** What has become of a document: by its originator's later word, and by time. Pure. */
import { decode } from '../../protocol/codec.ts';
import { type HandlingCode, MessageType, RoutingSchema } from '../../protocol/generated/schema.ts';
import { agencyOf } from '../../protocol/ids.ts';
import type { CaseRow } from '../store/case-store.ts';
import type { DocumentStatus } from './types.ts';

/** The later one outweighs the earlier: a recalled document stays recalled, whatever else is said of it. */
const RANKS: readonly DocumentStatus[] = ['CURRENT', 'RESTRICTED', 'SUPERSEDED', 'CORRECTED', 'RECALLED'];

const SAID: ReadonlyMap<MessageType, DocumentStatus> = new Map<MessageType, DocumentStatus>([
  [MessageType.RESTRICTION_UPDATE, 'RESTRICTED'],
  [MessageType.CORRECTION, 'CORRECTED'],
  [MessageType.RECALL, 'RECALLED'],
]);

/**
 * @param replies messages that name the document in `in_reply_to`
 * @param siblings messages that reply to the same as the document
 */
export function statusOf(row: CaseRow, replies: readonly CaseRow[], siblings: readonly CaseRow[]): DocumentStatus {
  const said = byOriginator(row, replies).map(({ type }) => SAID.get(type) ?? 'CURRENT');
  if (isSuperseded(row, siblings)) said.push('SUPERSEDED');
  return said.reduce((worst, each) => (RANKS.indexOf(each) > RANKS.indexOf(worst) ? each : worst), 'CURRENT');
}

/** Only the agency that sent a document says what becomes of it. */
function byOriginator(row: CaseRow, replies: readonly CaseRow[]): CaseRow[] {
  return replies.filter(
    ({ sender, state, type }) => state === 'accepted' && SAID.has(type) && agencyOf(sender) === agencyOf(row.sender),
  );
}

/** Its originator has taken it back with this. */
export const recallOf = (row: CaseRow, replies: readonly CaseRow[]): CaseRow | undefined =>
  byOriginator(row, replies).find(({ type }) => type === MessageType.RECALL);

/** An interim answer makes way for the final one. */
function isSuperseded(row: CaseRow, siblings: readonly CaseRow[]): boolean {
  if (row.type !== MessageType.INFORMATION_ANSWER || !routingOf(row).interim) return false;
  return siblings.some(
    (other) =>
      other.type === row.type && other.state === 'accepted' && other.sender === row.sender && !routingOf(other).interim,
  );
}

/** As it shows at a time: what may not be kept any longer, or says that it does not hold any longer, has expired. */
export function effectiveStatus(row: CaseRow, nowMs: number): DocumentStatus {
  const { status, retentionMs, validUntilMs } = row;
  const isOver = (ms: number): boolean => ms > 0 && ms <= nowMs;
  return status !== 'RECALLED' && (isOver(retentionMs) || isOver(validUntilMs)) ? 'EXPIRED' : status;
}

/** The handling codes that apply now: those it was sent with and those added since. */
export function handlingOf(row: CaseRow, replies: readonly CaseRow[]): HandlingCode[] {
  const updates = byOriginator(row, replies).filter(({ type }) => type === MessageType.RESTRICTION_UPDATE);
  return [...new Set([row, ...updates].flatMap((each) => routingOf(each).handling))].sort((a, b) => a - b);
}

const routingOf = (row: CaseRow): ReturnType<typeof decodeRouting> => decodeRouting(row.routing);
const decodeRouting = (bytes: Uint8Array) => decode(RoutingSchema, bytes, 'signed');
