/** All about one agency, as it stands at a position. */
import { groupOf } from '../../ledger/policy/group-rules.ts';
import { RuleBook } from '../../ledger/policy/rule-book.ts';
import { classificationName } from '../../ledger/policy/subject.ts';
import type { State } from '../../ledger/state.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  ActSchema,
  AgencyStatus,
  AgreementSchema,
  Classification,
  type Entry,
  GroupStatementSchema,
  KeyUsage,
} from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox, toBase64Url, toHex } from '../../protocol/ids.ts';
import { codeName, typeKind } from './describe-entry.ts';
import { type Answer, type Happening, happenings, type Question, readableEntry } from './question.ts';
import { foldAt } from './sub-log.ts';

/** Numbers of entries; `to` is that of the revocation. */
export interface KeyFacts {
  readonly keyId: string;
  readonly usage: 'TLS' | 'signing';
  readonly from: number;
  readonly to?: number;
  readonly notAfterMs: number;
}

export interface TypeCount {
  readonly type: string;
  readonly messages: number;
  readonly deliveries: number;
  readonly handedOver: number;
  readonly failed: number;
  readonly waiting: number;
}

export interface SessionFacts {
  /** Numbers of entries. */
  readonly opened: number;
  readonly closed?: number;
  /** Why it was closed, when not in good order. */
  readonly code?: string;
}

export interface AgencyAnswer extends Answer {
  readonly agency: string;
  readonly standing: 'active' | 'suspended';
  /** Number of the entry that changed the agency last. */
  readonly changedBy: number;
  readonly clearance: string;
  /** Mailbox of the single point of contact. */
  readonly contact?: string;
  /** Room for attachments; absent for the gateway's default. */
  readonly attachmentBytesMax?: number;
  readonly mailboxes: readonly { readonly mailbox: string; readonly clearance: string; readonly host?: string }[];
  readonly keys: readonly KeyFacts[];
  readonly agreements: readonly {
    readonly id: string;
    readonly name: string;
    readonly with: readonly string[];
    readonly ended: boolean;
  }[];
  readonly groups: readonly {
    readonly id: string;
    readonly name: string;
    readonly isOwner: boolean;
    readonly ended: boolean;
  }[];
  /** Acts, revocations and changes of groups that are about it. */
  readonly acts: readonly Happening[];
  readonly sent: readonly TypeCount[];
  readonly received: readonly TypeCount[];
  readonly refused: readonly { readonly code: string; readonly count: number }[];
  readonly sessions: { readonly count: number; readonly open: number; readonly last: readonly SessionFacts[] };
}

/**
 * @param limit of sessions that are listed
 * @throws LiaisonError AGENCY_UNKNOWN when it was not enrolled at the position
 */
export function askAgency(question: Question, agency: string, limit: number): AgencyAnswer {
  const { log, index, position } = question;
  const { state, unfit } = foldAt(log, index, [], position.number);
  const row = state.get('agencies', agency);
  if (!row) {
    const names = state.scan('agencies');
    const known = [...names].map((each) => each.agency).slice(0, 20);
    const what = `At this position ${agency} was not enrolled. Enrolled: ${known.join(', ') || 'nobody'}.`;
    throw new LiaisonError('AGENCY_UNKNOWN', what);
  }
  const book = new RuleBook(state);
  const contact = book.contactOf(agency);
  const attachmentBytesMax = state.get('agencyRules', agency)?.attachmentBytesMax ?? 0;
  const names = [...state.scan('mailboxes')]
    .filter((each) => each.agency === agency)
    .map((each) => each.mailbox as Mailbox);
  return {
    ...{ position, leftOut: { unreadable: index.unreadable(position.number), unfit } },
    agency,
    standing: row.status === AgencyStatus.SUSPENDED ? 'suspended' : 'active',
    changedBy: row.changedIndex,
    clearance: clearanceName(state, agency),
    ...(contact !== '' && { contact }),
    ...(attachmentBytesMax > 0 && { attachmentBytesMax }),
    mailboxes: names.map((mailbox) => {
      const host = book.hostOf(mailbox);
      return { mailbox, clearance: classificationName(book.clearanceOf(mailbox)), ...(host !== '' && { host }) };
    }),
    keys: keysOf(state, agency),
    agreements: agreementsOf(state, agency),
    groups: groupsOf(state, agency),
    acts: happenings(log, actsAbout(question, state, agency)),
    ...countsOf(question, agency),
    sessions: sessionsOf(question, agency, limit),
  };
}

/** The agency's own; a unit can have a lower one. */
export const clearanceName = (state: State, agency: string): string =>
  classificationName(state.get('agencyRules', agency)?.clearance || Classification.BPL);

function keysOf(state: State, agency: string): KeyFacts[] {
  return [...state.scan('keys')]
    .filter((key) => key.agency === agency)
    .sort((a, b) => a.registeredIndex - b.registeredIndex)
    .map(({ keyId, usage, registeredIndex, revokedIndex, notAfterMs }) => ({
      keyId: toBase64Url(keyId),
      usage: usage === KeyUsage.SIGNING ? 'signing' : 'TLS',
      from: registeredIndex,
      ...(revokedIndex > 0 && { to: revokedIndex }),
      notAfterMs,
    }));
}

function agreementsOf(state: State, agency: string): AgencyAnswer['agreements'] {
  return [...state.scan('agreements')].flatMap(({ agreementId, agreement, endedIndex }) => {
    const { name, parties } = decode(AgreementSchema, agreement, 'signed');
    if (!parties.includes(agency) && !parties.includes('*')) return [];
    return [{ id: toHex(agreementId), name, with: parties.filter((each) => each !== agency), ended: endedIndex !== 0 }];
  });
}

function groupsOf(state: State, agency: string): AgencyAnswer['groups'] {
  return [...state.scan('groups')].flatMap((row) => {
    const { groupId, name, owner, members } = groupOf(row);
    const isOwner = agencyOf(owner as Mailbox) === agency;
    if (!isOwner && !members.some((mailbox) => agencyOf(mailbox as Mailbox) === agency)) return [];
    return [{ id: toHex(groupId), name, isOwner, ended: row.endedIndex !== 0 }];
  });
}

function actsAbout({ log, index, position }: Question, state: State, agency: string): number[] {
  return index.general(position.number).filter((number) => {
    const entry = readableEntry(log, number);
    return entry !== undefined && isAbout(entry, state, agency);
  });
}

function isAbout({ event }: Entry, state: State, agency: string): boolean {
  const owns = (keyId: Uint8Array): boolean => state.get('keys', keyId)?.agency === agency;
  const isOf = (mailbox: string): boolean => agencyOf(mailbox as Mailbox) === agency;
  if (event.kind === 'keyRevoked') return owns(event.value.keyId);
  if (event.kind === 'groupChange') {
    const { group } = decode(GroupStatementSchema, event.value.statement.leaf, 'signed');
    return [group.owner, ...group.members].some(isOf);
  }
  if (event.kind !== 'operatorAct') return false;
  const { act } = decode(ActSchema, event.value.act.leaf, 'signed');
  switch (act.kind) {
    case 'enrol':
    case 'suspend':
    case 'release':
    case 'setAgency':
      return act.value.agency === agency;
    case 'revoke':
      return owns(act.value.keyId);
    case 'setUnit':
      return isOf(act.value.mailbox) || act.value.hostAgency === agency;
    case 'setAgreement':
      return act.value.agreement.parties.includes(agency);
    case 'endAgreement': {
      const row = state.get('agreements', act.value.agreementId);
      return row !== undefined && decode(AgreementSchema, row.agreement, 'signed').parties.includes(agency);
    }
    case 'setGroup':
      return [act.value.group.owner, ...act.value.group.members].some(isOf);
    case 'endGroup': {
      const row = state.get('groups', act.value.groupId);
      return row !== undefined && [groupOf(row).owner, ...groupOf(row).members].some(isOf);
    }
    case 'hold':
    case 'releaseHold':
      return isOf(act.value.sender);
    default:
      return false;
  }
}

const OUTCOMES = `count(*) AS deliveries, coalesce(sum(endedBy BETWEEN 1 AND ?1 AND outcome = 2), 0) AS handedOver,
  coalesce(sum(endedBy BETWEEN 1 AND ?1 AND outcome = 3), 0) AS failed`;

interface CountRow {
  readonly type: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly handedOver: number;
  readonly failed: number;
}

function countsOf({ index, position }: Question, agency: string): Pick<AgencyAnswer, 'sent' | 'received' | 'refused'> {
  const through = position.number;
  const sent = index.all<CountRow>(
    `SELECT type, count(DISTINCT m.number) AS messages, ${OUTCOMES} FROM messages m JOIN deliveries d ON d.message = m.number
     WHERE m.sender IN (SELECT id FROM names WHERE agency = ?2) AND m.number <= ?1 GROUP BY type ORDER BY type`,
    through,
    agency,
  );
  const received = index.all<CountRow>(
    `SELECT type, count(DISTINCT m.number) AS messages, ${OUTCOMES} FROM deliveries d JOIN messages m ON d.message = m.number
     WHERE d.mailbox IN (SELECT id FROM names WHERE agency = ?2) AND m.number <= ?1 GROUP BY type ORDER BY type`,
    through,
    agency,
  );
  const refused = index.all<{ code: number; count: number }>(
    `SELECT code, count(*) AS count FROM rejections WHERE sender IN (SELECT id FROM names WHERE agency = ?2) AND number <= ?1
     GROUP BY code ORDER BY code`,
    through,
    agency,
  );
  return {
    sent: sent.map(counted),
    received: received.map(counted),
    refused: refused.map(({ code, count }) => ({ code: codeName(code), count })),
  };
}

const counted = ({ type, messages, deliveries, handedOver, failed }: CountRow): TypeCount => ({
  ...{ type: typeKind(type), messages, deliveries, handedOver, failed },
  waiting: deliveries - handedOver - failed,
});

function sessionsOf({ index, position }: Question, agency: string, limit: number): AgencyAnswer['sessions'] {
  const through = position.number;
  const [counts] = index.all<{ count: number; open: number }>(
    `SELECT count(*) AS count, coalesce(sum(closed = 0 OR closed > ?1), 0) AS open FROM sessions
     WHERE agency = ?2 AND opened <= ?1`,
    through,
    agency,
  );
  const last = index.all<{ opened: number; closed: number; code: number }>(
    'SELECT opened, closed, code FROM sessions WHERE agency = ?2 AND opened <= ?1 ORDER BY opened DESC LIMIT ?3',
    through,
    agency,
    limit,
  );
  return {
    count: counts?.count ?? 0,
    open: counts?.open ?? 0,
    last: last.map(({ opened, closed, code }) => {
      if (closed === 0 || closed > through) return { opened };
      return { opened, closed, ...(code !== 0 && { code: codeName(code) }) };
    }),
  };
}
