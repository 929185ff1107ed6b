/** Originator control: who may pass on what, how it stays marked, and whom a restriction, correction or recall reaches. */
import { LiaisonError } from '../../protocol/errors.ts';
import { AgencyStatus, MessageType } from '../../protocol/generated/schema.ts';
import { agencyOf, toHex } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { FOLLOW_UPS } from '../../protocol/messages/types.ts';
import type { Answer } from './judge.ts';
import {
  decodeIndices,
  foreignOriginals,
  grantOf,
  holdersOf,
  isAbout,
  knownTo,
  type Original,
  originalsOf,
  ownMessage,
  receivedBy,
  senderAgency,
  unknownOriginal,
} from './originals.ts';
import {
  classificationName,
  H2_BIT,
  handlingMask,
  handlingNames,
  outside,
  RESTRICTING_BITS,
  type Subject,
} from './subject.ts';

/** A message of version 1 says nothing that these rules could be held against. */
const isDerived = ({ labels }: Subject): boolean => labels.schemaVersion >= 2 && labels.derivedFrom.length > 0;

/** Every original that is named is one that the agency sent or received. */
export function originals(subject: Subject): Answer {
  if (!isDerived(subject)) return 'does not apply';
  const { state, agency, labels } = subject;
  for (const id of labels.derivedFrom) if (!knownTo(state, agency, id)) return unknownOriginal(agency, id);
  const count = originalsOf(state, agency, labels.derivedFrom).length;
  if (count <= LIMITS.originalsMax) return undefined;
  return new LiaisonError('LIMIT_EXCEEDED', `It comes from ${count} messages; ${LIMITS.originalsMax} are allowed.`);
}

/** Nothing is marked lower than what it comes from, as that is marked now. */
export function marking(subject: Subject): Answer {
  if (!isDerived(subject)) return 'does not apply';
  const { labels, note } = subject;
  const own = handlingMask(labels.handling);
  for (const { row, control, agency } of foreignOriginals(subject)) {
    const name = `${toHex(row.messageId)} of ${agency}`;
    const lost = control.handling & RESTRICTING_BITS & ~own;
    if (labels.classification < control.classification) {
      const detail = `${name} is ${classificationName(control.classification)}.`;
      return new LiaisonError('MARKING_LOWERED', detail);
    }
    if (lost !== 0) return new LiaisonError('MARKING_LOWERED', `${name} carries ${handlingNames(lost)}.`);
    note?.(`It is marked at least as ${name}.`);
  }
  return undefined;
}

/** What carries H2 goes to further mailboxes only as its originator permits. */
export function permission(subject: Subject): Answer {
  if (!isDerived(subject)) return 'does not apply';
  let applies = false;
  for (const original of foreignOriginals(subject)) {
    if (!isSourceOfH2(subject, original)) continue;
    applies = true;
    const error = permissionRefusal(subject, original);
    if (error) return error;
  }
  return applies ? undefined : 'does not apply';
}

/**
 * H2 is asked of who set it, not of everybody who had to keep it. Whoever answers with H2 what came with the asker's own H2
 * has set it too: the asker would otherwise pass the answer on by its own leave.
 */
function isSourceOfH2({ state, agency }: Subject, { control }: Original): boolean {
  if ((control.handling & H2_BIT) === 0) return false;
  return !decodeIndices(control.roots).some((index) => {
    const row = state.get('messages', index);
    const marked = ((state.get('controls', index)?.handling ?? 0) & H2_BIT) !== 0;
    return marked && row !== undefined && senderAgency(state, row) !== agency;
  });
}

function permissionRefusal(subject: Subject, original: Original): LiaisonError | undefined {
  const { state, agency, labels, nowMs, note } = subject;
  const { row, agency: from } = original;
  const further = outside(subject).filter((mailbox) => agencyOf(mailbox) !== from);
  const targets = permissionTargets(subject, original);
  const grants = labels.permissionIds.flatMap((id) => {
    const grant = grantOf(state, { from, to: agency, id, nowMs });
    return grant && isAbout(grant, targets) ? [grant] : [];
  });
  const permitted = new Set(grants.flatMap(({ recipients }) => recipients));
  const others = further.filter((mailbox) => !permitted.has(mailbox));
  // Last, because it is the dearest: a message may have gone far.
  const holders = others.length > 0 ? holdersOf(state, row) : undefined;
  const missing = others.find((mailbox) => !holders?.has(mailbox));
  if (missing !== undefined) {
    const detail = `${from} has not permitted ${agency} to pass ${toHex(row.messageId)} on to ${missing}.`;
    return new LiaisonError('PERMISSION_MISSING', detail);
  }
  for (const mailbox of further) {
    const why = permitted.has(mailbox) ? 'is permitted to get' : 'holds already';
    note?.(`${mailbox} ${why} ${toHex(row.messageId)} of ${from}.`);
  }
  return undefined;
}

/** What a permission for an original may speak of: it, or what is passed on and comes from it. Not what lies beside it. */
function permissionTargets({ state, agency, labels }: Subject, { row }: Original): Uint8Array[] {
  const through = labels.derivedFrom.filter((id) => {
    const parent = knownTo(state, agency, id);
    return parent && decodeIndices(state.get('controls', parent.entryIndex)?.roots).includes(row.entryIndex);
  });
  return [row.messageId, ...through];
}

/** A restriction, correction or recall is the originator's, and reaches everybody who holds the message. */
export function followUp(subject: Subject): Answer {
  const { state, agency, recipients, labels } = subject;
  if (!FOLLOW_UPS.has(labels.type)) return 'does not apply';
  const target = ownMessage(state, agency, labels.inReplyTo);
  if (target instanceof LiaisonError) return target;
  const given = new Set(recipients);
  for (const holder of holdersOf(state, target)) {
    const other = agencyOf(holder);
    const mustGet = other !== agency && state.get('agencies', other)?.status === AgencyStatus.ACTIVE;
    if (mustGet && !given.has(holder)) {
      return new LiaisonError('HOLDERS_MISSING', `${holder} holds ${toHex(labels.inReplyTo)} and is not a recipient.`);
    }
  }
  return undefined;
}

/** Requests for permission, decisions and receipts are about messages that their sender has to do with. */
export function standing(subject: Subject): Answer {
  const { state, agency, labels } = subject;
  switch (labels.type) {
    case MessageType.PERMISSION_DECISION: {
      if (!labels.grant) return 'does not apply';
      const target = ownMessage(state, agency, labels.grant.target);
      return target instanceof LiaisonError ? target : undefined;
    }
    case MessageType.PERMISSION_REQUEST:
    case MessageType.COMPLIANCE_RECEIPT:
      return receivedBy(state, agency, labels.inReplyTo) ? undefined : unknownOriginal(agency, labels.inReplyTo);
    default:
      return 'does not apply';
  }
}
