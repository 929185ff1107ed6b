/** Attachments as they are listed. */
import { sealedLength } from '../../protocol/envelope/attachments.ts';
import type { Attachment } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { AttachmentInfo } from '../types.ts';
import { safeName } from './names.ts';

/** What the application sees of a body's attachments; never their keys. */
export function attachmentInfos(
  attachments: readonly Attachment[],
  runtime: Pick<NodeRuntime, 'spool' | 'attachments'>,
  direction: 'sent' | 'received',
): AttachmentInfo[] {
  return attachments.map(({ name, mediaType, sizeBytes, digest }) => {
    const isHere = runtime.spool.has(digest, sealedLength(sizeBytes));
    const isKnown = runtime.attachments.isKnown(digest, direction === 'sent' ? 'up' : 'down');
    const received = isHere ? 'here' : isKnown ? 'waiting' : 'erased';
    const state = direction === 'received' ? received : isKnown ? 'waiting' : 'sent';
    return { name: safeName(name), mediaType, sizeBytes, digest: toHex(digest), state };
  });
}
