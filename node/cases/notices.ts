/** Reviewed notices: the publisher signs what an alert says, and every recipient verifies that before it takes the alert. */
import { signLeaf, verifyLeaf } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import type { RandomBytes } from '../../protocol/envelope/key-wrap.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  type Alert,
  AlertKind,
  AlertSchema,
  type Body,
  type NoticeApproval,
  NoticeApprovalSchema,
  type SignedLeaf,
} from '../../protocol/generated/schema.ts';
import { equalBytes, type Mailbox, parseMailbox } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { sha256 } from '../../protocol/merkle.ts';
import type { NodeConfig } from '../config.ts';
import type { DirectoryCache } from '../directory-cache.ts';
import type { NodeKeys } from '../keys.ts';
import type { Link } from '../session/link.ts';

const digestOf = (alert: Alert): Uint8Array => sha256(encode(AlertSchema, { ...alert, approval: undefined }));

/** The alert with the publisher's approval of exactly what it says. */
export function approve(
  alert: Alert,
  { publisher, keys, nowMs, random }: { publisher: Mailbox; keys: NodeKeys; nowMs: number; random: RandomBytes },
): Alert {
  const approval = encode(NoticeApprovalSchema, {
    blind: random(LIMITS.blindBytes),
    publisher,
    alertDigest: digestOf(alert),
    approvedAtMs: nowMs,
  });
  return { ...alert, approval: signLeaf('approval', keys.signingKey, approval) };
}

export interface ApprovalContext {
  readonly config: NodeConfig;
  readonly directory: DirectoryCache;
  readonly link: Link;
  /** Acceptance of the message that carries it. */
  readonly logged: { readonly index: number; readonly atMs: number };
}

/**
 * Verifies the approval of a notice; a diffusion needs none.
 * @returns why the publisher's key cannot be judged at present: no fault of the message
 * @throws LiaisonError APPROVAL_INVALID
 */
export async function checkApproval({ content }: Body, context: ApprovalContext): Promise<LiaisonError | undefined> {
  if (content.kind !== 'alert' || content.value.kind !== AlertKind.NOTICE) return undefined;
  const { config, directory, link, logged } = context;
  const { publisher, signed } = readApproval(content.value);
  if (config.noticePublishers && !config.noticePublishers.includes(publisher)) {
    throw new LiaisonError('APPROVAL_INVALID', `${publisher} publishes no notices.`);
  }
  try {
    verifyLeaf('approval', await directory.signingKey(link, publisher, signed.signature.keyId, logged), signed);
    return undefined;
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    if (!FAULTS.has(error.code)) return error;
    throw new LiaisonError('APPROVAL_INVALID', `${error.code}: ${error.message}`, { cause: error });
  }
}

/** What no other directory will mend. */
const FAULTS: ReadonlySet<string> = new Set([
  ...['SIGNATURE_INVALID', 'ALGORITHM_REFUSED', 'KEY_UNKNOWN', 'KEY_REVOKED', 'RECIPIENT_UNKNOWN'],
]);

function readApproval(alert: Alert): { publisher: Mailbox; signed: SignedLeaf } {
  const { approval: signed } = alert;
  if (!signed) throw new LiaisonError('APPROVAL_INVALID', 'The notice has no approval.');
  let approval: NoticeApproval;
  let publisher: Mailbox;
  try {
    approval = decode(NoticeApprovalSchema, signed.leaf, 'signed');
    publisher = parseMailbox(approval.publisher);
  } catch (cause) {
    throw new LiaisonError('APPROVAL_INVALID', 'The approval cannot be read.', { cause });
  }
  if (equalBytes(approval.alertDigest, digestOf(alert))) return { publisher, signed };
  throw new LiaisonError('APPROVAL_INVALID', 'The approval is of another text.');
}
