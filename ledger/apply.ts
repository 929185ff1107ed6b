/**
 * The fold: what an entry changes in the state. It decides nothing: whatever stands in an entry has been decided, and the
 * auditor's replay runs this same function over the same bytes.
 */
import { X509Certificate } from 'node:crypto';
import { keyThumbprint } from '../protocol/algorithms.ts';
import { decode, encode } from '../protocol/codec.ts';
import { readHeader, type ReadHeader } from '../protocol/envelope/verify.ts';
import { LiaisonError } from '../protocol/errors.ts';
import {
  ActSchema,
  AgencyStatus,
  CertificateChainSchema,
  HandoverStatementSchema,
  KeyStatementSchema,
  KeyUsage,
  SignedLeafSchema,
  type Act,
  type CertificateChain,
  type ContentHandover,
  type ContentHandoverFailure,
  type Enrol,
  type Entry,
  type HandoverStatement,
  type OperatorAct,
  type Purge,
  type SignedLeaf,
  type SubmissionAcceptance,
} from '../protocol/generated/schema.ts';
import { mailboxOf, type AgencyId, type UnitId } from '../protocol/ids.ts';
import { blobChanges } from './blobs/blobs.ts';
import { deadlineChanges, deadlineEventChanges, forgetDeadlines } from './cases/deadlines.ts';
import { forgetEvents, recipientEventChanges } from './cases/events.ts';
import { controlChanges, forgetControls, groupChanges, policyActChanges } from './policy/changes.ts';
import {
  decodePlaces,
  DeliveryState,
  encodePlaces,
  type AgencyRow,
  type MailboxRow,
  type MessageRow,
  type Place,
} from './rows.ts';
import { eraseContent, holdChanges, purgedBy } from './holds.ts';
import { shardActChanges, shardCloseChanges, shardOpenChanges, snapshotChanges } from './shards.ts';
import { put, type Change, type State } from './state.ts';

/** What the caller has already read of the bytes within an entry; never anything else than what they say. */
export interface Known {
  /** Of an acceptance's header. */
  readonly parsed?: ReadHeader;
  /** Of a handover's leaf. */
  readonly statement?: HandoverStatement;
  /** The rows of a Snapshot stand in the state already. */
  readonly carried?: boolean;
}

/**
 * Changes that entry `index` makes. The caller writes them before it applies the next entry.
 * @throws LiaisonError DATA_DAMAGED when the entry does not fit the state, which no log written by a gateway does
 */
export function apply(state: State, index: number, entry: Entry, known: Known = {}): Change[] {
  const clock = put('facts', { name: 'last-at-ms', text: '', number: entry.atMs });
  return [clock, ...changesOf(state, index, entry, known)];
}

function changesOf(state: State, index: number, entry: Entry, known: Known): Change[] {
  const event = entry.event;
  switch (event.kind) {
    case 'shardOpen':
      return shardOpenChanges(index, entry.atMs, event.value);
    case 'submissionAcceptance':
      return accept(state, index, entry.atMs, event.value, known.parsed);
    case 'contentHandover':
      return handedOver(state, index, event.value, known.statement);
    case 'contentHandoverFailure':
      return failed(state, index, event.value);
    case 'purge':
      return purge(state, event.value);
    case 'operatorAct':
      return act(state, index, event.value);
    case 'keyRevoked':
      return revoke(state, index, event.value.keyId);
    case 'groupChange':
      return groupChanges(index, event.value);
    case 'contentAccessTracking':
    case 'consignmentAcceptance':
    case 'consignmentRejection':
    case 'acceptanceRejectionExpiry':
      return recipientEventChanges(state, index, event);
    case 'deadlineEvent':
      return deadlineEventChanges(state, index, event.value);
    case 'shardClose':
      return shardCloseChanges(state);
    case 'snapshot':
      return known.carried ? [] : snapshotChanges(event.value);
    case 'tick':
    case 'contentErasure':
    case 'auditRead':
    case 'submissionRejection':
    case 'sessionOpened':
    case 'sessionClosed':
    case 'refusalSummary':
      return [];
  }
}

const damaged = (what: string): LiaisonError => new LiaisonError('DATA_DAMAGED', what);

function accept(state: State, index: number, atMs: number, event: SubmissionAcceptance, known?: ReadHeader): Change[] {
  const parsed = known ?? readHeader(event.header);
  const { routing, digest } = parsed;
  const sender = state.get('mailboxes', routing.sender);
  if (!sender) throw damaged(`Entry ${index} accepts a message from an unknown mailbox.`);
  const changes: Change[] = [];
  const places: Place[] = routing.recipients.map((recipient, i) => {
    const mailboxId = state.get('mailboxes', recipient.mailbox)?.id;
    const number = event.numbers[i];
    if (mailboxId === undefined || number === undefined)
      throw damaged(`Entry ${index} has a recipient without number.`);
    changes.push(
      put('deliveries', {
        mailboxId,
        number,
        messageIndex: index,
        state: DeliveryState.CONSIGNED,
        eventIndex: 0,
        lateIndex: 0,
      }),
      put('counters', { mailboxId, nextNumber: number + 1 }),
    );
    return { mailboxId, number };
  });
  changes.push(
    put('messages', {
      entryIndex: index,
      // Rows outlive the frame that the header came in: they must not hold its buffer.
      messageId: routing.messageId.slice(),
      senderId: sender.id,
      headerDigest: digest.slice(),
      expiresAtMs: routing.expiresAtMs,
      outstanding: places.length,
      places: encodePlaces(places),
    }),
  );
  if (routing.schemaVersion >= 2) {
    changes.push(
      ...controlChanges(state, index, parsed),
      ...deadlineChanges(state, index, atMs, parsed),
      ...blobChanges(state, index, parsed),
    );
  }
  return changes;
}

function handedOver(state: State, index: number, event: ContentHandover, known?: HandoverStatement): Change[] {
  const { recipient, number } = known ?? decode(HandoverStatementSchema, event.statement.leaf, 'signed');
  if (event.late) return noteLate(state, index, recipient, number);
  return endDelivery(state, index, recipient, number, DeliveryState.HANDED_OVER);
}

function failed(state: State, index: number, event: ContentHandoverFailure): Change[] {
  if (event.late) return noteLate(state, index, event.recipient, event.number);
  return endDelivery(state, index, event.recipient, event.number, DeliveryState.FAILED);
}

function endDelivery(state: State, index: number, mailbox: string, number: number, to: DeliveryState): Change[] {
  const mailboxId = state.get('mailboxes', mailbox)?.id ?? 0;
  const delivery = state.get('deliveries', mailboxId, number);
  const message = delivery && state.get('messages', delivery.messageIndex);
  if (delivery?.state !== DeliveryState.CONSIGNED || !message) {
    throw damaged(`Entry ${index} ends a delivery that is not outstanding.`);
  }
  const outstanding = message.outstanding - 1;
  const changes: Change[] = [
    put('deliveries', { ...delivery, state: to, eventIndex: index }),
    put('messages', { ...message, outstanding }),
  ];
  if (outstanding === 0 && !state.get('holds', message.entryIndex)) changes.push(...eraseContent(state, message));
  return changes;
}

/** A late statement is kept beside the delivery and changes nothing of how it ended. */
function noteLate(state: State, index: number, mailbox: string, number: number): Change[] {
  const delivery = state.get('deliveries', state.get('mailboxes', mailbox)?.id ?? 0, number);
  if (!delivery) throw damaged(`Entry ${index} is late for a delivery that does not exist.`);
  return [put('deliveries', { ...delivery, lateIndex: index })];
}

function purge(state: State, event: Purge): Change[] {
  return purgedBy(state, event.throughMs).flatMap((message) => forget(state, message));
}

function forget(state: State, message: MessageRow): Change[] {
  return [
    ...forgetControls(state, message),
    ...forgetDeadlines(state, message),
    ...forgetEvents(state, message),
    { kind: 'delete', table: 'messages', key: [message.entryIndex] },
    ...decodePlaces(message.places).map(({ mailboxId, number }): Change => ({
      kind: 'delete',
      table: 'deliveries',
      key: [mailboxId, number],
    })),
  ];
}

function act(state: State, index: number, event: OperatorAct): Change[] {
  const content = decode(ActSchema, event.act.leaf, 'signed');
  const operator = state.get('operators', event.act.signature.keyId);
  if (!operator) throw damaged(`Entry ${index} is an act of an unknown operator.`);
  return [put('operators', { ...operator, nextNumber: content.number + 1 }), ...actChanges(state, index, content)];
}

function actChanges(state: State, index: number, content: Act): Change[] {
  switch (content.act.kind) {
    case 'enrol':
      return enrol(state, index, content.act.value);
    case 'suspend':
      return setStatus(state, index, content.act.value.agency, AgencyStatus.SUSPENDED);
    case 'release':
      return setStatus(state, index, content.act.value.agency, AgencyStatus.ACTIVE);
    case 'revoke':
      return revoke(state, index, content.act.value.keyId);
    case 'confirmClock':
      return [];
    case 'hold':
    case 'releaseHold':
      return holdChanges(state, index, content);
    case 'closeShard':
    case 'dropShard':
      return shardActChanges(state, index, content);
    default:
      return policyActChanges(state, index, content);
  }
}

function setStatus(state: State, index: number, agency: string, status: AgencyStatus): Change[] {
  const row = state.get('agencies', agency);
  if (!row) throw damaged(`Entry ${index} is about an unknown agency.`);
  return [put('agencies', { ...row, status, changedIndex: index })];
}

/** Enrols an agency, or adds keys and units to one that is enrolled: what an act does not name stays as it is. */
function enrol(state: State, index: number, event: Enrol): Change[] {
  const status = state.get('agencies', event.agency)?.status ?? AgencyStatus.ACTIVE;
  const agency: AgencyRow = { agency: event.agency, status, changedIndex: index };
  const changes: Change[] = [put('agencies', agency)];
  for (const chain of event.tls) changes.push(registerKey(state, index, event.agency, KeyUsage.TLS, chain));
  for (const chain of event.signing) changes.push(registerKey(state, index, event.agency, KeyUsage.SIGNING, chain));
  let nextId = state.get('counters', 0)?.nextNumber ?? 1;
  event.units.forEach((unit, i) => {
    const mailbox = mailboxOf(event.agency as AgencyId, unit as UnitId);
    const statement = event.keyStatements[i];
    if (!statement) throw damaged(`Entry ${index} enrols a unit without keys.`);
    const known = state.get('mailboxes', mailbox);
    const id = known?.id ?? nextId++;
    changes.push(put('mailboxes', mailboxRow(mailbox, id, event.agency, statement, index)));
    if (!known) changes.push(put('counters', { mailboxId: id, nextNumber: 1 }));
  });
  // Row 0 of the counters counts the mailboxes themselves.
  changes.push(put('counters', { mailboxId: 0, nextNumber: nextId }));
  return changes;
}

function mailboxRow(mailbox: string, id: number, agency: string, statement: SignedLeaf, index: number): MailboxRow {
  const { keys, version } = decode(KeyStatementSchema, statement.leaf, 'signed');
  const keyIds = new Uint8Array(Buffer.concat(keys.map((key) => key.keyId)));
  return { mailbox, id, agency, statement: encode(SignedLeafSchema, statement), keyIds, version, changedIndex: index };
}

function registerKey(state: State, index: number, agency: string, usage: KeyUsage, chain: CertificateChain): Change {
  const leaf = new X509Certificate(chain.certificates[0] ?? new Uint8Array(0));
  const keyId = keyThumbprint(leaf.publicKey);
  const known = state.get('keys', keyId);
  return put('keys', {
    keyId,
    agency,
    usage,
    chain: encode(CertificateChainSchema, chain),
    notAfterMs: leaf.validToDate.getTime(),
    registeredIndex: known?.registeredIndex ?? index,
    revokedIndex: known?.revokedIndex ?? 0,
  });
}

function revoke(state: State, index: number, keyId: Uint8Array): Change[] {
  const key = state.get('keys', keyId);
  if (!key) throw damaged(`Entry ${index} revokes an unknown key.`);
  const agency = state.get('agencies', key.agency);
  const changes: Change[] = [put('keys', { ...key, revokedIndex: index })];
  if (agency) changes.push(put('agencies', { ...agency, changedIndex: index }));
  return changes;
}
