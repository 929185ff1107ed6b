/**
 * Which messages a message comes from, who holds them, and what follows: later messages are judged by the rows that earlier
 * ones have left (table controls). An id is looked up among what the sender's agency sent or received; if two senders used
 * the same id, the message that was accepted first is meant.
 */
import { LiaisonError } from '../../protocol/errors.ts';
import { MessageType, type Grant, GrantSchema } from '../../protocol/generated/schema.ts';
import { decode } from '../../protocol/codec.ts';
import { agencyOf, type AgencyId, equalBytes, type Mailbox, toHex } from '../../protocol/ids.ts';
import { FOLLOW_UPS } from '../../protocol/messages/types.ts';
import { decodePlaces, type MessageRow } from '../rows.ts';
import type { ControlRow } from '../rows-2.ts';
import type { State } from '../state.ts';
import type { Subject } from './subject.ts';

export const senderOf = (state: State, { senderId }: MessageRow): Mailbox =>
  (state.mailboxOfId(senderId) ?? '/') as Mailbox;

export const senderAgency = (state: State, row: MessageRow): AgencyId => agencyOf(senderOf(state, row));

export const recipientsOf = (state: State, { places }: MessageRow): Mailbox[] =>
  decodePlaces(places).map(({ mailboxId }) => (state.mailboxOfId(mailboxId) ?? '/') as Mailbox);

const isSentBy = (state: State, row: MessageRow, agency: AgencyId): boolean => senderAgency(state, row) === agency;
const isReceivedBy = (state: State, row: MessageRow, agency: AgencyId): boolean =>
  recipientsOf(state, row).some((mailbox) => agencyOf(mailbox) === agency);

function first(state: State, id: Uint8Array, fits: (row: MessageRow) => boolean): MessageRow | undefined {
  if (id.length === 0) return undefined;
  const rows = state.messagesById(id).filter(fits);
  return rows.sort((a, b) => a.entryIndex - b.entryIndex)[0];
}

export const sentBy = (state: State, agency: AgencyId, id: Uint8Array): MessageRow | undefined =>
  first(state, id, (row) => isSentBy(state, row, agency));
export const receivedBy = (state: State, agency: AgencyId, id: Uint8Array): MessageRow | undefined =>
  first(state, id, (row) => isReceivedBy(state, row, agency));
export const knownTo = (state: State, agency: AgencyId, id: Uint8Array): MessageRow | undefined =>
  first(state, id, (row) => isSentBy(state, row, agency) || isReceivedBy(state, row, agency));

/** Entry indices of everything that a message comes from, at any remove, without what has been forgotten. Ascending. */
export function originalsOf(state: State, agency: AgencyId, derivedFrom: readonly Uint8Array[]): number[] {
  const found = new Set<number>();
  for (const id of derivedFrom) {
    const row = knownTo(state, agency, id);
    if (!row) continue;
    found.add(row.entryIndex);
    for (const index of decodeIndices(state.get('controls', row.entryIndex)?.roots)) found.add(index);
  }
  return [...found].filter((index) => state.get('messages', index)).sort((a, b) => a - b);
}

export const encodeIndices = (indices: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(indices.length * 8);
  const view = new DataView(bytes.buffer);
  indices.forEach((index, i) => {
    view.setBigUint64(i * 8, BigInt(index));
  });
  return bytes;
};

export function decodeIndices(bytes: Uint8Array = new Uint8Array(0)): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => Number(view.getBigUint64(i * 8)));
}

/** Mailboxes that were sent a message or anything that comes from it. */
export function holdersOf(state: State, target: MessageRow): Set<Mailbox> {
  const holders = new Set(recipientsOf(state, target));
  for (const { forwardIndex } of state.within('disclosures', target.entryIndex)) {
    const forward = state.get('messages', forwardIndex);
    if (forward) for (const mailbox of recipientsOf(state, forward)) holders.add(mailbox);
  }
  return holders;
}

/**
 * Finds the own message that a sender speaks of.
 * @returns NOT_ORIGINATOR when it is known and another agency's, ORIGINAL_UNKNOWN when it is not known at all
 */
export function ownMessage(state: State, agency: AgencyId, id: Uint8Array): MessageRow | LiaisonError {
  const own = sentBy(state, agency, id);
  if (own) return own;
  const foreign = knownTo(state, agency, id);
  if (foreign)
    return new LiaisonError('NOT_ORIGINATOR', `${toHex(id)} is a message of ${senderAgency(state, foreign)}.`);
  return unknownOriginal(agency, id);
}

export const unknownOriginal = (agency: AgencyId, id: Uint8Array): LiaisonError =>
  new LiaisonError('ORIGINAL_UNKNOWN', `${agency} neither sent nor received ${toHex(id)}, as far as is still known.`);

/**
 * Recipients who must get a message whatever has been agreed: holders of an original what its originator says of it
 * afterwards, and the originator what holders say they have done. Otherwise an agreement that has ended, or that the
 * originator never had with a later holder, would keep a recall from those whom it is for.
 */
export function owes({ state, agency, labels }: Subject): (mailbox: Mailbox) => boolean {
  if (FOLLOW_UPS.has(labels.type)) {
    const target = sentBy(state, agency, labels.inReplyTo);
    const holders = target && holdersOf(state, target);
    return (mailbox) => holders?.has(mailbox) === true;
  }
  if (labels.type === MessageType.COMPLIANCE_RECEIPT) {
    const about = receivedBy(state, agency, labels.inReplyTo);
    return (mailbox) => about !== undefined && senderOf(state, about) === mailbox;
  }
  return () => false;
}

/** What an originator has permitted with a decision, if the agency has it and it still counts. */
export function grantOf(
  state: State,
  { from, to, id, nowMs }: { from: AgencyId; to: AgencyId; id: Uint8Array; nowMs: number },
): Grant | undefined {
  const decision = first(state, id, (row) => isSentBy(state, row, from) && isReceivedBy(state, row, to));
  const control = decision && state.get('controls', decision.entryIndex);
  if (control?.type !== MessageType.PERMISSION_DECISION || control.grant.length === 0) return undefined;
  const grant = decode(GrantSchema, control.grant, 'signed');
  return grant.expiresAtMs === 0 || nowMs < grant.expiresAtMs ? grant : undefined;
}

/** Whether a grant is about one of these messages. */
export const isAbout = (grant: Grant, ids: readonly Uint8Array[]): boolean =>
  ids.some((id) => equalBytes(id, grant.target));

/** An original with what it left for the judgement of later messages. */
export interface Original {
  readonly row: MessageRow;
  readonly control: ControlRow;
  readonly agency: AgencyId;
}

/** Originals of other agencies. A message of schema version 1 carries no marking that is kept. */
export function foreignOriginals({ state, agency, labels }: Subject): Original[] {
  return originalsOf(state, agency, labels.derivedFrom).flatMap((index): Original[] => {
    const row = state.get('messages', index);
    const control = state.get('controls', index);
    if (!row || !control) return [];
    const originator = senderAgency(state, row);
    return originator === agency ? [] : [{ row, control, agency: originator }];
  });
}
