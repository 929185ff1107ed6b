/** The rules for acts about agreements, groups, agencies and units. */
import type { Act } from '../../protocol/generated/schema.ts';
import type { DecisionContext } from '../decide.ts';
import type { State } from '../state.ts';

/**
 * Checks the content of such an act; nothing for any other.
 * @throws LiaisonError ACT_INVALID, AGENCY_UNKNOWN, AGREEMENT_UNKNOWN, GROUP_UNKNOWN
 */
export function checkPolicyAct(_state: State, _act: Act, _context: DecisionContext): void {
  // The acts are checked where they are carried out.
}
