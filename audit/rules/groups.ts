/** The rule for groups that their owners change: decided again, as the gateway decides (ledger/policy/groups.ts). */
import { decideGroup } from '../../ledger/policy/groups.ts';
import { decode } from '../../protocol/codec.ts';
import { type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import { type GroupChange, GroupStatementSchema } from '../../protocol/generated/schema.ts';
import { agencyOf, parseMailbox } from '../../protocol/ids.ts';
import type { EntryContext } from './context.ts';

/** What shows that it is not the owner's word. */
const SIGNATURE_CODES: readonly ErrorCode[] = [
  'KEY_UNKNOWN',
  'KEY_REVOKED',
  'SIGNATURE_INVALID',
  'ALGORITHM_REFUSED',
  'MAILBOX_NOT_YOURS',
];

export function checkGroupChange({ state, findings, index, atMs }: EntryContext, { statement }: GroupChange): void {
  try {
    const { group } = decode(GroupStatementSchema, statement.leaf, 'signed');
    const agency = agencyOf(parseMailbox(group.owner));
    const before = decideGroup(state, agency, statement, atMs);
    if (before === undefined) return;
    findings.add('group-content', `It changes nothing of what entry ${before} says already.`, index);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    const rule = SIGNATURE_CODES.includes(error.code) ? 'group-signature' : 'group-content';
    findings.add(rule, error.message.replace(/\.?$/, '.'), index);
  }
}
