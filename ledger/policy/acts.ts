/** The rules for acts about agreements, groups, agencies and units. */
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type Act,
  type Agreement,
  Classification,
  type SetAgency,
  type SetUnit,
} from '../../protocol/generated/schema.ts';
import { type Group } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import type { State } from '../state.ts';
import { checkGroup } from './groups.ts';
import { EVERYBODY } from './rule-book.ts';

const invalid = (rule: string): LiaisonError => new LiaisonError('ACT_INVALID', rule);

/**
 * Checks the content of such an act; nothing for any other.
 * @throws LiaisonError ACT_INVALID, AGENCY_UNKNOWN, AGREEMENT_UNKNOWN, GROUP_UNKNOWN, RECIPIENT_UNKNOWN
 */
export function checkPolicyAct(state: State, { act }: Act): void {
  switch (act.kind) {
    case 'setAgreement':
      return checkAgreement(state, act.value.agreement);
    case 'endAgreement': {
      const row = state.get('agreements', act.value.agreementId);
      if (!row) throw new LiaisonError('AGREEMENT_UNKNOWN', `Id ${toHex(act.value.agreementId)}.`);
      if (row.endedIndex !== 0) throw invalid('The agreement has been ended already.');
      return;
    }
    case 'setGroup':
      return checkSetGroup(state, act.value.group);
    case 'endGroup': {
      const row = state.get('groups', act.value.groupId);
      if (!row) throw new LiaisonError('GROUP_UNKNOWN', `Id ${toHex(act.value.groupId)}.`);
      if (row.endedIndex !== 0) throw invalid('The group has been ended already.');
      return;
    }
    case 'setAgency':
      return checkAgency(state, act.value);
    case 'setUnit':
      return checkUnit(state, act.value);
    default:
  }
}

function checkAgreement(state: State, agreement: Agreement): void {
  const { agreementId, name, parties, types, classificationMax, validFromMs, validUntilMs } = agreement;
  if (name.trim() === '') throw invalid('The agreement has no name.');
  if (new Set(parties).size !== parties.length) throw invalid('A party is named twice.');
  if (parties.length < 2 && !parties.includes(EVERYBODY)) throw invalid('An agreement has at least two parties.');
  for (const party of parties) if (party !== EVERYBODY) requireAgency(state, party);
  if (types.includes(0) || new Set(types).size !== types.length) throw invalid('types has one twice, or none.');
  if (classificationMax === Classification.UNSPECIFIED) throw invalid('classification_max is missing.');
  if (validUntilMs !== 0 && validUntilMs <= validFromMs) throw invalid('It ends before it begins.');
  // A number that the log has shown to be over must not come back to life.
  const known = state.get('agreements', agreementId);
  if (known && known.endedIndex !== 0) throw invalid('It has been ended; a new agreement needs a new id.');
}

function checkSetGroup(state: State, group: Group): void {
  const known = state.get('groups', group.groupId);
  if (known && known.endedIndex !== 0) throw invalid('It has been ended; a new group needs a new id.');
  checkGroup(state, group);
}

function checkAgency(state: State, { agency, contact }: SetAgency): void {
  requireAgency(state, agency);
  if (contact !== '' && !state.get('mailboxes', contact)) throw new LiaisonError('RECIPIENT_UNKNOWN', contact);
}

function checkUnit(state: State, { mailbox, hostAgency }: SetUnit): void {
  const row = state.get('mailboxes', mailbox);
  if (!row) throw new LiaisonError('RECIPIENT_UNKNOWN', mailbox);
  if (hostAgency === '') return;
  requireAgency(state, hostAgency);
  if (hostAgency === row.agency) throw invalid('A liaison office sits at another agency than its own.');
}

function requireAgency(state: State, agency: string): void {
  if (!state.get('agencies', agency)) throw new LiaisonError('AGENCY_UNKNOWN', agency);
}
