/** Who is told that a message was passed on: the agencies of everything that it comes from. */
import type { MessageRow } from '../../ledger/rows.ts';
import { decodeIndices, senderAgency } from '../../ledger/policy/originals.ts';
import type { State } from '../../ledger/state.ts';
import { agencyOf, type Mailbox } from '../../protocol/ids.ts';
import type { VerifiedWork } from '../pipeline.ts';
import type { Ended } from './answers.ts';
import type { Outcome } from './engine.ts';

/** Acceptances by which other agencies passed on what this message says. */
export function disclosuresOf(state: State, row: MessageRow): number[] {
  const own = senderAgency(state, row);
  return state.within('disclosures', row.entryIndex).flatMap(({ forwardIndex }) => {
    const forward = state.get('messages', forwardIndex);
    return forward && senderAgency(state, forward) !== own ? [forwardIndex] : [];
  });
}

/** New acceptances, each with a mailbox of every agency that one of its originals is from. */
export function newDisclosures(
  state: State,
  work: VerifiedWork & { kind: 'submit' },
  outcomes: readonly Outcome[],
): Ended[] {
  const told: Ended[] = [];
  let next = 0;
  for (const checked of work.items) {
    if (checked.kind === 'refused') continue;
    const outcome = outcomes[next++];
    const { routing } = checked.item.parsed;
    if (outcome?.kind !== 'logged' || routing.schemaVersion < 2 || routing.derivedFrom.length === 0) continue;
    for (const mailbox of originators(state, outcome.indices[0] ?? 0)) {
      if (agencyOf(mailbox) !== work.agency) told.push([mailbox, outcome, 2]);
    }
  }
  return told;
}

/** One mailbox for each agency. */
function originators(state: State, index: number): Mailbox[] {
  const byAgency = new Map<string, Mailbox>();
  for (const root of decodeIndices(state.get('controls', index)?.roots)) {
    const row = state.get('messages', root);
    const mailbox = row && state.mailboxOfId(row.senderId);
    if (mailbox !== undefined) byAgency.set(agencyOf(mailbox as Mailbox), mailbox as Mailbox);
  }
  return [...byAgency.values()];
}
