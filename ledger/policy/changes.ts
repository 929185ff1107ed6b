/** The fold of agreements, groups and what later messages are judged by. */
import { decode, encode } from '../../protocol/codec.ts';
import type { ReadHeader } from '../../protocol/envelope/verify.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type Act,
  AgreementSchema,
  Classification,
  GrantSchema,
  type Group,
  type GroupChange,
  GroupSchema,
  GroupStatementSchema,
  MessageType,
} from '../../protocol/generated/schema.ts';
import { agencyOf } from '../../protocol/ids.ts';
import { repliedTo } from '../cases/replies.ts';
import type { MessageRow } from '../rows.ts';
import { put, type Change, type State } from '../state.ts';
import { decodeIndices, encodeIndices, originalsOf, sentBy } from './originals.ts';
import { rulesChanged } from './rule-book.ts';
import { handlingMask } from './subject.ts';

const NONE = new Uint8Array(0);
const damaged = (what: string): LiaisonError => new LiaisonError('DATA_DAMAGED', what);

/** What an accepted message leaves for the judgement of later ones. */
export function controlChanges(state: State, index: number, parsed: ReadHeader): Change[] {
  const { routing, sender } = parsed;
  const agency = agencyOf(sender);
  const originals = originalsOf(state, agency, routing.derivedFrom);
  return [
    put('controls', {
      entryIndex: index,
      type: routing.type,
      classification: routing.classification,
      handling: handlingMask(routing.handling),
      // Rows outlive the frame that the header came in: they must not hold its buffer.
      threadId: routing.threadId.slice(),
      repliesTo: repliedTo(state, parsed)?.entryIndex ?? 0,
      roots: encodeIndices(originals),
      grant: routing.grant ? encode(GrantSchema, routing.grant) : NONE,
    }),
    ...originals.map((rootIndex) => put('disclosures', { rootIndex, forwardIndex: index })),
    ...targetChanges(state, { routing, sender }),
  ];
}

/** A restriction adds to the marking of its target; the recall of a permission takes the permission back. */
function targetChanges(state: State, { routing, sender }: Pick<ReadHeader, 'routing' | 'sender'>): Change[] {
  const isRestriction = routing.type === MessageType.RESTRICTION_UPDATE;
  if (!isRestriction && routing.type !== MessageType.RECALL) return [];
  const target = sentBy(state, agencyOf(sender), routing.inReplyTo);
  const control = target && state.get('controls', target.entryIndex);
  if (!control) return [];
  const handling = isRestriction ? control.handling | handlingMask(routing.handling) : control.handling;
  return [put('controls', { ...control, handling, grant: isRestriction ? control.grant : NONE })];
}

/** Forgets what {@link controlChanges} has noted. */
export function forgetControls(state: State, { entryIndex }: MessageRow): Change[] {
  const control = state.get('controls', entryIndex);
  const pairs = [
    ...decodeIndices(control?.roots).map((root) => [root, entryIndex]),
    ...state.within('disclosures', entryIndex).map(({ forwardIndex }) => [entryIndex, forwardIndex]),
  ];
  return [
    ...(control ? [forgotten('controls', [entryIndex])] : []),
    ...pairs.map((key) => forgotten('disclosures', key)),
  ];
}

const forgotten = (table: 'controls' | 'disclosures', key: number[]): Change => ({ kind: 'delete', table, key });

/** Acts about agreements, groups, agencies and units; nothing for any other. */
export function policyActChanges(state: State, index: number, { act }: Act): Change[] {
  switch (act.kind) {
    case 'setAgreement': {
      const { agreement } = act.value;
      const agreementId = agreement.agreementId.slice();
      const row = { agreementId, agreement: encode(AgreementSchema, agreement), endedIndex: 0, changedIndex: index };
      return [put('agreements', row), rulesChanged(index)];
    }
    case 'endAgreement': {
      const row = state.get('agreements', act.value.agreementId);
      if (!row) throw damaged(`Entry ${index} ends an unknown agreement.`);
      return [put('agreements', { ...row, endedIndex: index, changedIndex: index }), rulesChanged(index)];
    }
    case 'setGroup':
      return [setGroup(index, act.value.group, false)];
    case 'endGroup': {
      const row = state.get('groups', act.value.groupId);
      if (!row) throw damaged(`Entry ${index} ends an unknown group.`);
      return [put('groups', { ...row, endedIndex: index, changedIndex: index })];
    }
    case 'setAgency': {
      const { agency, contact, attachmentBytesMax } = act.value;
      const clearance = act.value.clearance || Classification.BPL;
      const row = { agency, clearance, contact, attachmentBytesMax, changedIndex: index };
      return [put('agencyRules', row), rulesChanged(index)];
    }
    case 'setUnit':
      return [put('unitRules', { ...act.value, changedIndex: index }), rulesChanged(index)];
    default:
      return [];
  }
}

/** A group changed or ended by its owner. */
export function groupChanges(index: number, { statement }: GroupChange): Change[] {
  const { group, end } = decode(GroupStatementSchema, statement.leaf, 'signed');
  return [setGroup(index, group, end)];
}

const setGroup = (index: number, group: Group, isEnded: boolean): Change =>
  put('groups', {
    groupId: group.groupId.slice(),
    group: encode(GroupSchema, group),
    endedIndex: isEnded ? index : 0,
    changedIndex: index,
  });
