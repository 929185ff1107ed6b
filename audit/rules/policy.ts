/**
 * Acceptances and refusals against the protocol's own policy (SPEC.md section 10.1): each submission is decided again, by
 * the gateway's code (ledger/decide.ts), over the state before its entry and at the entry's time. The log must say the same.
 */
import { decide } from '../../ledger/decide.ts';
import { isByAgreement, ruleBook } from '../../ledger/policy/rule-book.ts';
import type { TableName } from '../../ledger/rows.ts';
import type { State } from '../../ledger/state.ts';
import type { ParsedHeader } from '../../protocol/envelope/verify.ts';
import { type ErrorCode, errorCodeOf, type LiaisonError } from '../../protocol/errors.ts';
import {
  AgencyStatus,
  MessageType,
  type SubmissionAcceptance,
  type SubmissionRejection,
} from '../../protocol/generated/schema.ts';
import { agencyOf, messageIdOf, parseMailbox } from '../../protocol/ids.ts';
import type { Rule } from '../findings.ts';
import { decisionContext, type EntryContext } from './context.ts';

/** Refusals of a signature's key: {@link checkSigned} judges keys, and says more about them. */
const KEY_CODES: readonly ErrorCode[] = ['KEY_UNKNOWN', 'KEY_REVOKED'];

/** Refusals for what only the header says. A rejection holds no more than the header's digest. */
const HEADER_CODES: readonly (ErrorCode | undefined)[] = [
  'CREATED_IN_FUTURE',
  'EXPIRED',
  'EXPIRY_TOO_FAR',
  'RECIPIENT_UNKNOWN',
  'RECIPIENT_SUSPENDED',
  'RECIPIENT_KEY_OUTDATED',
  'CLEARANCE_TOO_LOW',
  'AGREEMENT_MISSING',
  'AGREEMENT_EXPIRED',
  'AGREEMENT_TYPE_EXCLUDED',
  'AGREEMENT_CLASSIFICATION_EXCEEDED',
  'AGREEMENT_PERSONAL_DATA_EXCLUDED',
  'GROUP_UNKNOWN',
  'GROUP_NOT_MEMBER',
  'GROUP_ENDED',
  'GROUP_CHANGED',
  'GROUP_NON_NOMINAL',
  'GROUP_CLASSIFICATION_EXCEEDED',
  'CONTACT_COPY_MISSING',
  'ORIGINAL_UNKNOWN',
  'MARKING_LOWERED',
  'PERMISSION_MISSING',
  'NOT_ORIGINATOR',
  'HOLDERS_MISSING',
  'REPLY_INVALID',
  'ATTACHMENT_MISSING',
  'ATTACHMENT_INVALID',
  'LIMIT_EXCEEDED',
];

/** Rules with a consequence of their own; any other refusal that was due breaks `submission-policy`. */
const RULE_OF: Partial<Record<ErrorCode, Rule>> = {
  AGENCY_SUSPENDED: 'agency-suspended',
  RECIPIENT_SUSPENDED: 'agency-suspended',
  ID_REUSED: 'message-twice',
  RECIPIENT_KEY_OUTDATED: 'encryption-key',
};

/** Whether the message had to be accepted. */
export function checkAcceptedRightly(context: EntryContext, event: SubmissionAcceptance, parsed: ParsedHeader): void {
  const { findings, index, state, atMs } = context;
  const { header, signature, path, contentBytes } = event;
  const agency = agencyOf(parsed.sender);
  const command = { kind: 'submit', agency, header, parsed, signature, path, contentBytes } as const;
  const decision = decide(state, command, decisionContext(atMs));
  if (decision.kind === 'repeat') {
    const what = `Message ${parsed.messageId} of ${parsed.sender} was accepted by entry ${decision.index}.`;
    findings.add('message-twice', what, index);
  } else if (decision.kind === 'refused' && !KEY_CODES.includes(decision.error.code)) {
    const rule = RULE_OF[decision.error.code] ?? 'submission-policy';
    findings.add(rule, `It was accepted, but had to be refused with ${named(decision.error)}`, index);
  }
}

/**
 * Whether the message had to be refused, for this reason, as far as can be told without its header.
 * @throws LiaisonError MALFORMED when sender or message id are not what their names say
 */
export function checkRefusedRightly(context: EntryContext, event: SubmissionRejection): void {
  const { findings, index, state, atMs } = context;
  const decision = decideWithoutHeader(state, event, atMs);
  const code = errorCodeOf(event.code);
  const name = `${event.code} (${code ?? 'no known code'})`;
  const add = (what: string): void => findings.add('refusal-policy', what, index);
  if (decision.kind === 'repeat') {
    add(`It was refused with code ${name}, but entry ${decision.index} had accepted the same message.`);
  } else if (decision.kind === 'refused') {
    const { error, entry } = decision;
    if (!entry && !KEY_CODES.includes(error.code)) add(`A refusal is not logged when it is for ${named(error)}`);
    if (entry && error.code !== code) add(`It was refused with code ${name}; due was ${named(error)}`);
  } else if (!HEADER_CODES.includes(code)) {
    add(`It was refused with code ${name}, which was not due.`);
  } else {
    const why = impossible(context, event, code);
    if (why) add(`It was refused with code ${name}, but ${why}.`);
  }
}

const NOTHING = new Uint8Array(0);

/** Codes that only a gateway gives which denies by default. */
const BY_AGREEMENT_CODES: readonly (ErrorCode | undefined)[] = [
  'CLEARANCE_TOO_LOW',
  'AGREEMENT_MISSING',
  'AGREEMENT_EXPIRED',
  'AGREEMENT_TYPE_EXCLUDED',
  'AGREEMENT_CLASSIFICATION_EXCEEDED',
  'AGREEMENT_PERSONAL_DATA_EXCLUDED',
  'CONTACT_COPY_MISSING',
];
/** Codes about a group that is there. */
const GROUP_CODES: readonly (ErrorCode | undefined)[] = [
  'GROUP_NOT_MEMBER',
  'GROUP_ENDED',
  'GROUP_CHANGED',
  'GROUP_NON_NOMINAL',
  'GROUP_CLASSIFICATION_EXCEEDED',
];
/** Codes about an earlier message of another agency, or its holders. */
const ORIGINAL_CODES: readonly (ErrorCode | undefined)[] = [
  'PERMISSION_MISSING',
  'MARKING_LOWERED',
  'NOT_ORIGINATOR',
  'HOLDERS_MISSING',
  'LIMIT_EXCEEDED',
];

/** Why no header whatever could have been refused with this code, by what the state says. */
function impossible({ state }: EntryContext, { sender }: SubmissionRejection, code?: ErrorCode): string | undefined {
  if (code === 'RECIPIENT_SUSPENDED' && !isAnySuspended(state)) return 'no agency was suspended';
  if (BY_AGREEMENT_CODES.includes(code) && !isByAgreement(state)) return 'the log asks for no agreements';
  if (GROUP_CODES.includes(code) && !isAny(state, 'groups')) return 'there was no group';
  if (ORIGINAL_CODES.includes(code) && !isAny(state, 'messages')) return 'there was no earlier message';
  if (code === 'CONTACT_COPY_MISSING') {
    const hasContact = [...state.scan('agencyRules')].some(({ contact }) => contact !== '');
    return hasContact ? undefined : 'no agency had a contact';
  }
  if (code === undefined || !AGREEMENT_STEPS.includes(code)) return undefined;
  const agency = agencyOf(parseMailbox(sender));
  const isParty = [...state.scan('agencies')].some((row) => ruleBook(state).between(agency, row.agency).length > 0);
  return isParty ? undefined : `no agreement named ${agency}`;
}

/** Codes for what an agreement does not cover, so that there is one. */
const AGREEMENT_STEPS: readonly ErrorCode[] = [
  'AGREEMENT_EXPIRED',
  'AGREEMENT_TYPE_EXCLUDED',
  'AGREEMENT_CLASSIFICATION_EXCEEDED',
  'AGREEMENT_PERSONAL_DATA_EXCLUDED',
];

function isAny(state: State, table: TableName): boolean {
  for (const _ of state.scan(table)) return true;
  return false;
}

/** Decides about a message to nobody whose times are right: what remains are sender, key and id. */
function decideWithoutHeader(state: State, event: SubmissionRejection, atMs: number): ReturnType<typeof decide> {
  const { messageId, headerDigest: digest, signature, path } = event;
  const sender = parseMailbox(event.sender);
  const times = { createdAtMs: atMs, expiresAtMs: atMs + 1 };
  const references = { groupId: NOTHING, inReplyTo: NOTHING, derivedFrom: [], permissionIds: [] };
  const labels = { type: MessageType.UNSPECIFIED, schemaVersion: 1, classification: 0, handling: [], attachments: [] };
  const routing = { messageId, signingKeyId: signature.keyId, recipients: [], ...times, ...references, ...labels };
  // All of a header that a decision reads.
  const known = { routing, messageId: messageIdOf(messageId), sender, recipients: [], digest };
  const parsed = known as unknown as ParsedHeader;
  const header = NOTHING;
  const command = {
    kind: 'submit',
    agency: agencyOf(sender),
    header,
    parsed,
    signature,
    path,
    contentBytes: 0,
  } as const;
  return decide(state, command, decisionContext(atMs));
}

function isAnySuspended(state: State): boolean {
  return [...state.scan('agencies')].some(({ status }) => status !== AgencyStatus.ACTIVE);
}

const named = (error: LiaisonError): string => `${error.code}: ${error.message.replace(/\.?$/, '.')}`;
