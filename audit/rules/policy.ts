/**
 * Acceptances and refusals against the protocol's own policy (SPEC.md section 10.1): each submission is decided again, by
 * the gateway's code (ledger/decide.ts), over the state before its entry and at the entry's time. The log must say the same.
 */
import { decide } from '../../ledger/decide.ts';
import type { State } from '../../ledger/state.ts';
import type { ParsedHeader } from '../../protocol/envelope/verify.ts';
import { type ErrorCode, errorCodeOf, type LiaisonError } from '../../protocol/errors.ts';
import { AgencyStatus, type SubmissionAcceptance, type SubmissionRejection } from '../../protocol/generated/schema.ts';
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
  'REPLY_INVALID',
  'ATTACHMENT_MISSING',
  'ATTACHMENT_INVALID',
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
  } else if (code === 'RECIPIENT_SUSPENDED' && !isAnySuspended(state)) {
    add(`It was refused with code ${name}, but no agency was suspended.`);
  }
}

/** Decides about a message to nobody whose times are right: what remains are sender, key and id. */
function decideWithoutHeader(state: State, event: SubmissionRejection, atMs: number): ReturnType<typeof decide> {
  const { messageId, headerDigest: digest, signature, path } = event;
  const sender = parseMailbox(event.sender);
  const times = { createdAtMs: atMs, expiresAtMs: atMs + 1 };
  const routing = { messageId, signingKeyId: signature.keyId, recipients: [], ...times, schemaVersion: 1 };
  // All of a header that a decision reads.
  const known = { routing, messageId: messageIdOf(messageId), sender, recipients: [], digest };
  const parsed = known as unknown as ParsedHeader;
  const header = new Uint8Array(0);
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
