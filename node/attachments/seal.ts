/** The files of a message into the spool, before the message is composed. */
import { LiaisonError } from '../../protocol/errors.ts';
import type { Attachment } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { SendRequest } from '../types.ts';
import type { Spool } from './spool.ts';

/**
 * Encrypts each file once. What is not referred to in the end (the call fails, or the process) is deleted at the next start.
 * @throws LiaisonError LIMIT_EXCEEDED, and as `Spool.seal`
 */
export async function sealAttachments({ attachments = [] }: SendRequest, spool: Spool): Promise<Attachment[]> {
  if (attachments.length > LIMITS.attachmentsMax) {
    throw new LiaisonError('LIMIT_EXCEEDED', `A message has at most ${LIMITS.attachmentsMax} attachments.`);
  }
  const sealed: Attachment[] = [];
  for (const draft of attachments) sealed.push(await spool.seal(draft));
  return sealed;
}
