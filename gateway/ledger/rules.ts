/** What operators ask about the rules: how they stand, and what they say of a message. */
import { groupOf } from '../../ledger/policy/group-rules.ts';
import { explain, type Explanation } from '../../ledger/policy/judge.ts';
import { isByAgreement } from '../../ledger/policy/rule-book.ts';
import type { State } from '../../ledger/state.ts';
import { decode } from '../../protocol/codec.ts';
import { AgreementSchema } from '../../protocol/generated/schema.ts';
import { agencyOf, parseMailbox } from '../../protocol/ids.ts';
import type { Hypothetical, RulesView } from '../pipeline.ts';

/** All of it; byte fields are copies, so that they can be posted to another thread. */
export function rulesView(state: State, nowMs: number, treeSize: number): RulesView {
  return {
    byAgreement: isByAgreement(state),
    nowMs,
    agreements: [...state.scan('agreements')].map(({ agreement, endedIndex, changedIndex }) => ({
      agreement: decode(AgreementSchema, agreement.slice(), 'signed'),
      endedIndex,
      changedIndex,
    })),
    groups: [...state.scan('groups')].map((row) => {
      const group = groupOf(row);
      const { endedIndex, changedIndex } = row;
      return { group: { ...group, groupId: group.groupId.slice() }, endedIndex, changedIndex };
    }),
    agencies: [...state.scan('agencyRules')],
    units: [...state.scan('unitRules')],
    holds: [...state.scan('holds')].flatMap((hold) => {
      const message = state.get('messages', hold.entryIndex);
      if (!message) return [];
      return [{ ...hold, sender: state.mailboxOfId(message.senderId) ?? '', messageId: message.messageId.slice() }];
    }),
    shards: [...closedShards(state), newestShard(state, treeSize)],
  };
}

const closedShards = (state: State): RulesView['shards'] =>
  [...state.scan('shards')].map(({ origin, verifierKey, firstNumber, size, closedAtMs, droppedIndex }) => ({
    origin,
    verifierKey,
    firstNumber,
    size,
    closedAtMs,
    droppedIndex,
  }));

const newestShard = (state: State, size: number): RulesView['shards'][number] => ({
  origin: state.get('facts', 'origin')?.text ?? '',
  verifierKey: state.get('facts', 'verifier-key')?.text ?? '',
  firstNumber: state.get('facts', 'first-number')?.number ?? 0,
  size,
  closedAtMs: 0,
  droppedIndex: 0,
});

/**
 * A message to a group is thought of as going to its current members: its node sees to that.
 * @throws LiaisonError HEADER_INVALID for what is not a mailbox
 */
export function explained(state: State, message: Hypothetical, nowMs: number): Explanation {
  const sender = parseMailbox(message.from);
  const row = message.groupId.length > 0 ? state.get('groups', message.groupId) : undefined;
  const members = row && message.to.length === 0 ? groupOf(row).members.filter((mailbox) => mailbox !== sender) : [];
  return explain({
    state,
    nowMs,
    agency: agencyOf(sender),
    sender,
    recipients: [...message.to, ...members].map(parseMailbox),
    labels: {
      ...message,
      schemaVersion: 2,
      containsPersonalData: message.personalData,
      groupVersion: row?.changedIndex ?? 0,
      contactCopyExemption: message.exemption,
      grant: undefined,
    },
  });
}
