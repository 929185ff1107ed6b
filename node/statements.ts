/** The recipient's signed word within an entry about a delivery (SPEC.md sections 3.5 and 3.6). */
import { verifyLeaf } from '../protocol/batch.ts';
import { decode } from '../protocol/codec.ts';
import { ERRORS, LiaisonError } from '../protocol/errors.ts';
import {
  type ContentHandoverFailure,
  type EventStatement,
  type HandoverStatement,
  HandoverStatementSchema,
  type SignedLeaf,
} from '../protocol/generated/schema.ts';
import type { Mailbox } from '../protocol/ids.ts';
import type { ProvenEntry } from './log-view.ts';
import type { NodeRuntime } from './runtime.ts';
import type { Link } from './session/link.ts';

export type SignedStatement = { readonly leaf: SignedLeaf } & (
  | { readonly kind: 'handover'; readonly statement: HandoverStatement }
  | { readonly kind: 'event'; readonly statement: EventStatement }
);
type SignedHandover = Extract<SignedStatement, { kind: 'handover' }>;

/** Takes the statement out of its leaf; the signature is not verified. @throws LiaisonError MALFORMED */
export const readStatement = (leaf: SignedLeaf): SignedHandover => ({
  kind: 'handover',
  leaf,
  statement: decode(HandoverStatementSchema, leaf.leaf, 'signed'),
});

/**
 * The statement that a failure rests on. Expiry is the only failure that the gateway can state by itself, so there is none
 * with DELIVERY_EXPIRED alone.
 * @throws LiaisonError PROOF_INVALID for any other code without a statement, or with another reason than the statement's
 */
export function failureStatement(failure: ContentHandoverFailure, index: number): SignedHandover | undefined {
  const { statement: leaf, code } = failure;
  if (!leaf) {
    if (code === ERRORS.DELIVERY_EXPIRED.number) return undefined;
    const detail = `Entry ${index} states a failure other than expiry (${code}) without the recipient's statement.`;
    throw new LiaisonError('PROOF_INVALID', detail);
  }
  const signed = readStatement(leaf);
  if (signed.statement.reason === code) return signed;
  throw new LiaisonError('PROOF_INVALID', `Entry ${index} states another reason than the recipient.`);
}

/**
 * Verifies that the recipient's agency has signed the statement, with a key that counted at the entry.
 * @throws LiaisonError SIGNATURE_INVALID, or why the key cannot be relied on
 */
export async function verifyStatement(
  { directory }: NodeRuntime,
  link: Link,
  { number, entry }: ProvenEntry,
  { kind, leaf, statement }: SignedStatement,
): Promise<void> {
  const logged = { index: number, atMs: entry.atMs };
  const key = await directory.signingKey(link, statement.recipient as Mailbox, leaf.signature.keyId, logged);
  verifyLeaf(kind, key, leaf);
}
