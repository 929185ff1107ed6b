/** Access and consent: what recipients say of a message after its handover. */
import type { Entry } from '../../protocol/generated/schema.ts';
import type { MessageRow } from '../rows.ts';
import type { Change, State } from '../state.ts';

type Event = Extract<
  Entry['event'],
  {
    kind: 'contentAccessTracking' | 'consignmentAcceptance' | 'consignmentRejection' | 'acceptanceRejectionExpiry';
  }
>;

/** Notes access or consent beside the delivery. */
export function recipientEventChanges(_state: State, _index: number, _event: Event): Change[] {
  return [];
}

/** Forgets what was noted of a message's deliveries. */
export function forgetEvents(_state: State, _message: MessageRow): Change[] {
  return [];
}
