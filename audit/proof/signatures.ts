/** What agencies have signed within an entry about a message. */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type BatchSignature,
  type Entry,
  EventStatementSchema,
  HandoverStatementSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { parseHeader, readHeader, verifySigningKeyId } from '../../protocol/envelope/verify.ts';
import { leafHash } from '../../protocol/merkle.ts';
import type { Signed } from './signers.ts';

/** The recipient's side of an entry, as it states it. */
export interface Place {
  readonly recipient: string;
  readonly number: number;
}

/** The signatures of agencies in an entry; operators have no certificates. */
export function signaturesIn({ event }: Entry): BatchSignature[] {
  if (event.kind === 'submissionAcceptance' || event.kind === 'submissionRejection') return [event.value.signature];
  const statement = statementIn(event);
  return statement ? [statement.signature] : [];
}

function statementIn(event: Entry['event']): SignedLeaf | undefined {
  switch (event.kind) {
    case 'contentHandover':
    case 'contentAccessTracking':
    case 'consignmentAcceptance':
    case 'consignmentRejection':
    case 'contentHandoverFailure':
      return event.value.statement;
    default:
      return undefined;
  }
}

/**
 * What is signed in an entry, ready to be checked; `undefined` when the gateway speaks for itself.
 * @throws LiaisonError MALFORMED; HEADER_INVALID; SIGNATURE_INVALID when a header names another key than its signature
 */
export function signedIn({ event, atMs }: Entry, index: number): Signed | undefined {
  if (event.kind === 'submissionAcceptance') {
    const { header, signature, path } = event.value;
    const parsed = parseHeader(header);
    verifySigningKeyId({ header, signature, path, content: NOTHING, wrappedKeys: [] }, parsed);
    return { ...SENDER, mailbox: parsed.sender, atMs, leafDigest: parsed.digest, signature, path, index };
  }
  if (event.kind === 'submissionRejection') {
    const { sender, headerDigest, signature, path } = event.value;
    return { ...SENDER, mailbox: sender, atMs, leafDigest: headerDigest, signature, path, index };
  }
  const statement = statementIn(event);
  const place = placeOf(event);
  if (!statement || !place) return undefined;
  const kind = event.kind === 'contentHandover' || event.kind === 'contentHandoverFailure' ? 'handover' : 'event';
  const { signature, path } = statement;
  return {
    ...RECIPIENT,
    kind,
    mailbox: place.recipient,
    atMs,
    leafDigest: leafHash(statement.leaf),
    signature,
    path,
    index,
  };
}

const NOTHING = new Uint8Array(0);
const SENDER = { kind: 'message', keyRule: 'sender-key', signatureRule: 'sender-signature' } as const;
const RECIPIENT = { keyRule: 'recipient-key', signatureRule: 'recipient-signature' } as const;

/** Whom an entry about one delivery is about. @throws LiaisonError MALFORMED */
export function placeOf(event: Entry['event']): Place | undefined {
  switch (event.kind) {
    case 'contentHandover':
      return decode(HandoverStatementSchema, event.value.statement.leaf, 'signed');
    case 'contentAccessTracking':
    case 'consignmentAcceptance':
    case 'consignmentRejection':
      return decode(EventStatementSchema, event.value.statement.leaf, 'signed');
    case 'contentHandoverFailure':
    case 'acceptanceRejectionExpiry':
      return event.value;
    default:
      return undefined;
  }
}

/**
 * Whether a delivery that an entry tells of is one of the acceptance's.
 * @throws LiaisonError FILE_INVALID
 */
export function checkPlace(acceptance: Entry, { recipient, number }: Place): void {
  if (acceptance.event.kind !== 'submissionAcceptance') return;
  const { header, numbers } = acceptance.event.value;
  const at = readHeader(header).recipients.findIndex((mailbox) => mailbox === recipient);
  if (at >= 0 && numbers[at] === number) return;
  throw new LiaisonError('FILE_INVALID', `The message was not accepted for ${recipient} under number ${number}.`);
}
