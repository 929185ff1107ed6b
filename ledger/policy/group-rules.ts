/** Closed user groups: who may send to one, and what. */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type Group, GroupSchema, MessageType } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import type { GroupRow } from '../rows-2.ts';
import type { Answer } from './judge.ts';
import { classificationName, type Subject } from './subject.ts';

/** Rows do not change; one that is written anew is another object. */
const decoded = new WeakMap<GroupRow, Group>();

export function groupOf(row: GroupRow): Group {
  let group = decoded.get(row);
  if (!group) decoded.set(row, (group = decode(GroupSchema, row.group, 'signed')));
  return group;
}

/** Whether the group has begun and not ended. */
export const isOpen = ({ endedIndex }: GroupRow, { startsAtMs, endsAtMs }: Group, nowMs: number): boolean =>
  endedIndex === 0 && startsAtMs <= nowMs && (endsAtMs === 0 || nowMs < endsAtMs);

/** A message to a group goes to exactly its current members, while it is open, and within what it allows. */
export function group(subject: Subject): Answer {
  const { state, sender, labels, nowMs, note } = subject;
  if (labels.groupId.length === 0) return 'does not apply';
  const id = toHex(labels.groupId);
  const row = state.get('groups', labels.groupId);
  if (!row) return new LiaisonError('GROUP_UNKNOWN', `Id ${id}.`);
  const it = groupOf(row);
  const name = `${JSON.stringify(it.name)} (${id})`;
  const refuse = (code: ConstructorParameters<typeof LiaisonError>[0], detail: string): LiaisonError =>
    new LiaisonError(code, `${name}: ${detail}`);
  if (!it.members.includes(sender)) return refuse('GROUP_NOT_MEMBER', `${sender} is not a member.`);
  if (!isOpen(row, it, nowMs))
    return refuse('GROUP_ENDED', row.endedIndex !== 0 ? 'it was ended.' : 'not at this time.');
  const difference = differenceOf(subject, row, it);
  if (difference) return refuse('GROUP_CHANGED', difference);
  const isNominal = labels.containsPersonalData || labels.type === MessageType.NOMINAL_ANNEX;
  if (isNominal && !it.nominalAllowed) return refuse('GROUP_NON_NOMINAL', 'it is non-nominal.');
  if (labels.classification > it.classificationMax) {
    return refuse('GROUP_CLASSIFICATION_EXCEEDED', `it reaches up to ${classificationName(it.classificationMax)}.`);
  }
  note?.(`${name} permits it.`);
  return undefined;
}

function differenceOf({ sender, recipients, labels }: Subject, row: GroupRow, it: Group): string | undefined {
  if (labels.groupVersion !== row.changedIndex) {
    return `its version is ${row.changedIndex}, not ${labels.groupVersion}.`;
  }
  const members = new Set<string>(it.members);
  members.delete(sender);
  const stranger = recipients.find((mailbox) => !members.has(mailbox));
  if (stranger !== undefined) return `${stranger} is not a member.`;
  for (const mailbox of recipients) members.delete(mailbox);
  const [left] = members;
  return left === undefined ? undefined : `${left} is a member and not a recipient.`;
}
