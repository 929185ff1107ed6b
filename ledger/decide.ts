/**
 * Decisions: what the gateway answers to a command and which entry records it. Pure: the state is only read, time and
 * randomness come in. Signatures of submissions and handovers have been verified before (gateway/verify); whether the key
 * counts for this agency at this index is decided here. The order of the checks is that of SPEC.md section 10.
 */
import type { ReadHeader } from '../protocol/envelope/verify.ts';
import { LiaisonError, type ErrorCode } from '../protocol/errors.ts';
import {
  AgencyStatus,
  HandoverOutcome,
  KeyUsage,
  RevocationSource,
  type AuditRead,
  type BatchSignature,
  type Entry,
  type HandoverStatement,
  type Path,
  type RefusalCount,
  type SessionClosed,
  type SessionOpened,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import { agencyOf, equalBytes, type AgencyId, type Mailbox } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { RevocationList } from '../protocol/revocation.ts';
import { checkAct } from './acts.ts';
import { blobRefusal } from './blobs/blobs.ts';
import { decideGroup } from './policy/groups.ts';
import { policyRefusal, recipientStanding } from './policy/judge.ts';
import { decodePlaces, DeliveryState, type DeliveryRow, type KeyRow, type MailboxRow } from './rows.ts';
import { dueStages, owesStages } from './cases/deadlines.ts';
import { awaitsConsent, lapse, recipientEvent, type EventCommand } from './cases/events.ts';
import { replyRefusal } from './cases/replies.ts';
import { purgedBy } from './holds.ts';
import type { State } from './state.ts';

export interface SubmitCommand {
  kind: 'submit';
  /** Agency of the session's client certificate. */
  agency: AgencyId;
  header: Uint8Array;
  parsed: ReadHeader;
  signature: BatchSignature;
  path: Path;
  contentBytes: number;
}
export interface HandoverCommand {
  kind: 'handover';
  agency: AgencyId;
  signed: SignedLeaf;
  statement: HandoverStatement;
}
/** An owner's GroupStatement; the signature is checked with the rest. */
export interface GroupCommand {
  kind: 'group';
  /** Agency of the session's client certificate. */
  agency: AgencyId;
  signed: SignedLeaf;
}
export type Command =
  | SubmitCommand
  | HandoverCommand
  | EventCommand
  | { kind: 'act'; signed: SignedLeaf }
  | GroupCommand
  | { kind: 'revoke-listed'; keyId: Uint8Array; listDigest: Uint8Array }
  | { kind: 'expire'; entryIndex: number }
  /** Consent that was asked for and not stated until the message expired. */
  | { kind: 'lapse'; entryIndex: number }
  | { kind: 'deadline'; requestIndex: number; mailboxId: number }
  | { kind: 'purge' }
  | { kind: 'tick' }
  | { kind: 'summary'; counts: RefusalCount[] }
  | { kind: 'session-opened'; session: SessionOpened }
  | { kind: 'session-closed'; session: SessionClosed }
  | { kind: 'audit-read'; read: AuditRead };

export interface DecisionContext {
  /** The gateway's time; the caller never lets it run backwards. */
  readonly nowMs: number;
  readonly random: (bytes: number) => Uint8Array;
  readonly revocationLists: readonly RevocationList[];
  readonly requireRevocationLists: boolean;
  /** Size of a ciphertext that this agency has uploaded, if it is durable. Absent in a replay: then all have been. */
  readonly uploadedBytes?: (agency: AgencyId, digest: Uint8Array) => number | undefined;
  /** How long the entries of a closed shard are kept. Absent in a replay, which does not know it. */
  readonly retentionYears?: number;
}

export type Decision =
  /** Recorded by these entries, in this order. None: nothing to do. */
  | { kind: 'entries'; entries: Entry[] }
  /** Decided before, by the entry at this index. */
  | { kind: 'repeat'; index: number }
  /** Refused. `entry` records it if the agency's share of logged refusals allows. */
  | { kind: 'refused'; error: LiaisonError; entry?: Entry };

export function decide(state: State, command: Command, context: DecisionContext): Decision {
  switch (command.kind) {
    case 'submit':
      return submit(state, command, context);
    case 'handover':
      return handover(state, command, context);
    case 'event':
      return recipientEvent(state, command, context);
    case 'act':
      return attempt(() => {
        checkAct(state, command.signed, context);
        return entryOf(context, { kind: 'operatorAct', value: { act: command.signed } });
      });
    case 'group':
      return changeGroup(state, command, context);
    case 'revoke-listed':
      return revokeListed(state, command.keyId, command.listDigest, context);
    case 'expire':
      return expire(state, command.entryIndex, context);
    case 'lapse':
      return lapse(state, command.entryIndex, context);
    case 'deadline':
      return dueStages(state, command, context);
    case 'purge':
      return purge(state, context);
    case 'tick':
      return recorded(entryOf(context, { kind: 'tick', value: {} }));
    case 'summary':
      return recorded(entryOf(context, { kind: 'refusalSummary', value: { counts: command.counts } }));
    case 'session-opened':
      return recorded(entryOf(context, { kind: 'sessionOpened', value: command.session }));
    case 'session-closed':
      return recorded(entryOf(context, { kind: 'sessionClosed', value: command.session }));
    case 'audit-read':
      return recorded(entryOf(context, { kind: 'auditRead', value: command.read }));
  }
}

/** An entry at this time with a blind of its own. */
export function entryOf(context: Pick<DecisionContext, 'nowMs' | 'random'>, event: Entry['event']): Entry {
  return { blind: context.random(LIMITS.blindBytes), atMs: context.nowMs, event };
}

const recorded = (...entries: Entry[]): Decision => ({ kind: 'entries', entries });
const refused = (code: ErrorCode, detail = ''): Decision => ({
  kind: 'refused',
  error: new LiaisonError(code, detail),
});

function attempt(makeEntry: () => Entry): Decision {
  try {
    return recorded(makeEntry());
  } catch (error) {
    if (error instanceof LiaisonError) return { kind: 'refused', error };
    throw error;
  }
}

function changeGroup(state: State, { agency, signed }: GroupCommand, context: DecisionContext): Decision {
  try {
    const before = decideGroup(state, agency, signed, context.nowMs);
    if (before !== undefined) return { kind: 'repeat', index: before };
    return recorded(entryOf(context, { kind: 'groupChange', value: { statement: signed } }));
  } catch (error) {
    if (error instanceof LiaisonError) return { kind: 'refused', error };
    throw error;
  }
}

function submit(state: State, command: SubmitCommand, context: DecisionContext): Decision {
  const { parsed } = command;
  if (agencyOf(parsed.sender) !== command.agency) return refused('SENDER_MISMATCH');
  const key = state.get('keys', parsed.routing.signingKeyId);
  const sender = state.get('mailboxes', parsed.sender);
  if (!isSigningKeyOf(key, command.agency)) return refused('KEY_UNKNOWN');
  if (!sender) return refused('SENDER_MISMATCH', `${parsed.sender} is not enrolled.`);
  const known = state.messagesById(parsed.routing.messageId).find((row) => row.senderId === sender.id);
  if (known && equalBytes(known.headerDigest, parsed.digest)) return { kind: 'repeat', index: known.entryIndex };
  const error = known ? new LiaisonError('ID_REUSED') : refusalOf(state, command, key, context);
  if (error) return { kind: 'refused', error, entry: rejection(command, error, context) };
  const { header, signature, path, contentBytes } = command;
  const numbers = parsed.recipients.map((mailbox) => {
    const row = state.get('mailboxes', mailbox);
    return state.get('counters', row?.id ?? 0)?.nextNumber ?? 1;
  });
  return recorded(
    entryOf(context, { kind: 'submissionAcceptance', value: { header, signature, path, numbers, contentBytes } }),
  );
}

function rejection(command: SubmitCommand, error: LiaisonError, context: DecisionContext): Entry {
  const { parsed, signature, path } = command;
  return entryOf(context, {
    kind: 'submissionRejection',
    value: {
      sender: parsed.sender,
      messageId: parsed.routing.messageId,
      headerDigest: parsed.digest,
      code: error.number,
      signature,
      path,
    },
  });
}

/** The policy, in the order of the checks. */
function refusalOf(
  state: State,
  command: SubmitCommand,
  key: KeyRow,
  context: DecisionContext,
): LiaisonError | undefined {
  const { nowMs } = context;
  const { routing, recipients } = command.parsed;
  if (state.get('agencies', command.agency)?.status !== AgencyStatus.ACTIVE)
    return new LiaisonError('AGENCY_SUSPENDED');
  if (key.revokedIndex !== 0) return new LiaisonError('KEY_REVOKED');
  if (nowMs > key.notAfterMs) return new LiaisonError('CERTIFICATE_EXPIRED', 'It is the signing certificate.');
  if (routing.createdAtMs > nowMs + LIMITS.createdAheadMsMax) return new LiaisonError('CREATED_IN_FUTURE');
  if (routing.expiresAtMs <= nowMs) return new LiaisonError('EXPIRED');
  if (routing.expiresAtMs > routing.createdAtMs + LIMITS.lifetimeMsMax) return new LiaisonError('EXPIRY_TOO_FAR');
  for (const [i, mailbox] of recipients.entries()) {
    const error = recipientRefusal(state, mailbox, routing.recipients[i]?.keyId ?? new Uint8Array(0));
    if (error) return error;
  }
  return policyRefusal(state, command, nowMs) ?? replyRefusal(state, command) ?? blobRefusal(command, context);
}

function recipientRefusal(state: State, mailbox: Mailbox, keyId: Uint8Array): LiaisonError | undefined {
  const error = recipientStanding(state, mailbox);
  if (error) return error;
  const { keyIds } = state.get('mailboxes', mailbox) as MailboxRow;
  for (let at = 0; at < keyIds.length; at += 32) {
    if (equalBytes(keyIds.subarray(at, at + 32), keyId)) return undefined;
  }
  return new LiaisonError('RECIPIENT_KEY_OUTDATED', mailbox);
}

const isSigningKeyOf = (key: KeyRow | undefined, agency: AgencyId): key is KeyRow =>
  key?.usage === KeyUsage.SIGNING && key.agency === agency;

function handover(state: State, command: HandoverCommand, context: DecisionContext): Decision {
  const { statement, signed, agency } = command;
  const mailbox = state.get('mailboxes', statement.recipient);
  if (mailbox?.agency !== agency) return refused('MAILBOX_NOT_YOURS');
  const key = state.get('keys', signed.signature.keyId);
  if (!isSigningKeyOf(key, agency)) return refused('KEY_UNKNOWN');
  if (key.revokedIndex !== 0) return refused('KEY_REVOKED');
  const delivery = state.get('deliveries', mailbox.id, statement.number);
  const message = delivery && state.get('messages', delivery.messageIndex);
  if (!message) return refused('MESSAGE_UNKNOWN');
  const sender = state.get('mailboxes', statement.sender);
  const fits =
    sender?.id === message.senderId &&
    equalBytes(message.messageId, statement.messageId) &&
    equalBytes(message.headerDigest, statement.headerDigest);
  if (!fits) return refused('HANDOVER_MISMATCH');
  const late = delivery.state !== DeliveryState.CONSIGNED;
  if (late && saidBefore(delivery, statement.outcome)) return { kind: 'repeat', index: delivery.eventIndex };
  if (late && delivery.lateIndex !== 0) return { kind: 'repeat', index: delivery.lateIndex };
  if (statement.outcome === HandoverOutcome.HANDED_OVER) {
    return recorded(entryOf(context, { kind: 'contentHandover', value: { statement: signed, late } }));
  }
  const { messageId, recipient, number, reason: code } = statement;
  const value = { messageId, sender: statement.sender, recipient, number, code, statement: signed, late };
  return recorded(entryOf(context, { kind: 'contentHandoverFailure', value }));
}

const saidBefore = (delivery: DeliveryRow, outcome: HandoverOutcome): boolean =>
  (delivery.state === DeliveryState.HANDED_OVER) === (outcome === HandoverOutcome.HANDED_OVER) &&
  // An expired delivery has FAILED without the recipient's word: its HANDED_OVER is late, its FAILED says nothing new.
  delivery.eventIndex !== 0;

function revokeListed(state: State, keyId: Uint8Array, listDigest: Uint8Array, context: DecisionContext): Decision {
  const key = state.get('keys', keyId);
  if (!key || key.revokedIndex !== 0) return recorded();
  return recorded(
    entryOf(context, { kind: 'keyRevoked', value: { keyId, source: RevocationSource.LIST, listDigest } }),
  );
}

/** Ends every outstanding delivery of a message whose time is over. */
function expire(state: State, entryIndex: number, context: DecisionContext): Decision {
  const message = state.get('messages', entryIndex);
  if (!message || message.expiresAtMs > context.nowMs) return recorded();
  const sender = mailboxById(state, message.senderId);
  const entries: Entry[] = [];
  for (const { mailboxId, number } of decodePlaces(message.places)) {
    if (state.get('deliveries', mailboxId, number)?.state !== DeliveryState.CONSIGNED) continue;
    const recipient = mailboxById(state, mailboxId);
    const code = new LiaisonError('DELIVERY_EXPIRED').number;
    const value = { messageId: message.messageId, sender, recipient, number, code, statement: undefined, late: false };
    entries.push(entryOf(context, { kind: 'contentHandoverFailure', value }));
  }
  return recorded(...entries);
}

function mailboxById(state: State, id: number): string {
  const mailbox = state.mailboxOfId(id);
  if (mailbox === undefined) throw new LiaisonError('DATA_DAMAGED', `No mailbox has the number ${id}.`);
  return mailbox;
}

/** Forgets what expired long ago, but nothing whose end somebody has still to be told. */
function purge(state: State, context: DecisionContext): Decision {
  const dueMs = context.nowMs - LIMITS.purgeAfterExpiryMs;
  const oldest = dueMs < 0 ? [] : purgedBy(state, dueMs);
  const outstanding = oldest.find((row) => row.outstanding > 0 || awaitsConsent(state, row) || owesStages(state, row));
  const throughMs = outstanding ? outstanding.expiresAtMs - 1 : dueMs;
  const [first] = oldest;
  if (!first || first.expiresAtMs > throughMs) return recorded();
  return recorded(entryOf(context, { kind: 'purge', value: { throughMs } }));
}
