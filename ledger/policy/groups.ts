/** Making, changing and ending a closed user group: by operators' acts, or by its owner's signed statement. */
import { X509Certificate } from 'node:crypto';
import { verifyLeaf } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  AgencyStatus,
  CertificateChainSchema,
  Classification,
  type Group,
  GroupSchema,
  type GroupStatement,
  GroupStatementSchema,
  KeyUsage,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type AgencyId, equalBytes, type Mailbox, toBase64Url, toHex } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { GroupRow } from '../rows-2.ts';
import type { State } from '../state.ts';
import { groupOf } from './group-rules.ts';

const invalid = (rule: string): LiaisonError => new LiaisonError('ACT_INVALID', rule);

/**
 * What holds for every group, whoever sets it.
 * @throws LiaisonError ACT_INVALID, RECIPIENT_UNKNOWN for an owner or member that is not enrolled
 */
export function checkGroup(state: State, group: Group): void {
  if (group.name.trim() === '') throw invalid('The group has no name.');
  if (group.classificationMax === Classification.UNSPECIFIED) throw invalid('classification_max is missing.');
  if (group.endsAtMs !== 0 && group.endsAtMs <= group.startsAtMs) throw invalid('The group ends before it begins.');
  if (group.members.length === 0) throw invalid('The group has no member.');
  if (new Set(group.members).size !== group.members.length) throw invalid('A member is named twice.');
  for (const mailbox of [group.owner, ...group.members]) {
    if (!state.get('mailboxes', mailbox)) throw new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
  }
  // Each may write to all others in one message.
  if (group.members.length > LIMITS.recipientsMax + 1) throw invalid('The group has too many members.');
}

/**
 * Decides about an owner's statement.
 * @returns undefined when it is to be recorded; the log index when what it says holds already
 * @throws LiaisonError MALFORMED, KEY_UNKNOWN, KEY_REVOKED, CERTIFICATE_EXPIRED, SIGNATURE_INVALID, ALGORITHM_REFUSED,
 *   AGENCY_SUSPENDED, MAILBOX_NOT_YOURS, ACT_INVALID, GROUP_UNKNOWN, GROUP_ENDED, GROUP_CHANGED, RECIPIENT_UNKNOWN,
 *   LIMIT_EXCEEDED
 */
export function decideGroup(state: State, agency: AgencyId, signed: SignedLeaf, nowMs: number): number | undefined {
  verifyOwner(state, agency, signed, nowMs);
  const statement = decode(GroupStatementSchema, signed.leaf, 'signed');
  if (state.get('agencies', agency)?.status !== AgencyStatus.ACTIVE) throw new LiaisonError('AGENCY_SUSPENDED');
  const origin = state.get('facts', 'origin')?.text ?? '';
  if (statement.origin !== origin) {
    throw invalid(`It is meant for the log ${JSON.stringify(statement.origin)}, not ${origin}.`);
  }
  const row = state.get('groups', statement.group.groupId);
  checkOwner(agency, statement.group.owner);
  if (row) checkOwner(agency, groupOf(row).owner);
  if (row && saysTheSame(row, statement)) return row.changedIndex;
  if (Math.abs(statement.createdAtMs - nowMs) > LIMITS.createdAheadMsMax) {
    throw invalid("It was signed more than 5 minutes from the gateway's time.");
  }
  checkReplaces(row, statement);
  checkGroup(state, statement.group);
  if (!row) checkRoom(state, agency);
  return undefined;
}

/** Every group costs the gateway memory, and each look at the groups time: an agency cannot make them without end. */
function checkRoom(state: State, agency: AgencyId): void {
  let count = 0;
  for (const each of state.scan('groups')) if (agencyOf(groupOf(each).owner as Mailbox) === agency) count++;
  if (count < LIMITS.groupsPerAgencyMax) return;
  throw new LiaisonError('LIMIT_EXCEEDED', `${agency} owns ${count} groups, ended ones among them.`);
}

function verifyOwner(state: State, agency: AgencyId, signed: SignedLeaf, nowMs: number): void {
  const { keyId } = signed.signature;
  const key = state.get('keys', keyId);
  if (key?.usage !== KeyUsage.SIGNING || key.agency !== agency) {
    throw new LiaisonError('KEY_UNKNOWN', `Key id ${toBase64Url(keyId)}.`);
  }
  if (key.revokedIndex !== 0) throw new LiaisonError('KEY_REVOKED');
  if (nowMs > key.notAfterMs) throw new LiaisonError('CERTIFICATE_EXPIRED', 'It is the signing certificate.');
  const [leaf] = decode(CertificateChainSchema, key.chain, 'signed').certificates;
  verifyLeaf('group', new X509Certificate(leaf ?? new Uint8Array(0)).publicKey, signed);
}

function checkOwner(agency: AgencyId, owner: string): void {
  if (agencyOf(owner as Mailbox) !== agency) {
    throw new LiaisonError('MAILBOX_NOT_YOURS', `${owner} is the owner of the group.`);
  }
}

/** An answer that was lost is asked for again. */
const saysTheSame = (row: GroupRow, { group, end }: GroupStatement): boolean =>
  (row.endedIndex !== 0) === end && equalBytes(row.group, encode(GroupSchema, group));

function checkReplaces(row: GroupRow | undefined, { group, replaces, end }: GroupStatement): void {
  const id = toHex(group.groupId);
  if (!row) {
    if (replaces !== 0) throw new LiaisonError('GROUP_UNKNOWN', `Id ${id}.`);
    if (end) throw invalid('A group that was never made cannot end.');
    return;
  }
  if (row.endedIndex !== 0) throw new LiaisonError('GROUP_ENDED', `${id} was ended by entry ${row.endedIndex}.`);
  if (replaces !== row.changedIndex) {
    throw new LiaisonError('GROUP_CHANGED', `The version of ${id} is ${row.changedIndex}, not ${replaces}.`);
  }
}
