/** From a request to a draft, with what follows from messages that this node has: threads, permissions. */
import { decode } from '../../protocol/codec.ts';
import { type Attachment, RoutingSchema } from '../../protocol/generated/schema.ts';
import { messageIdBytes, messageIdOf, parseMessageId, toHex } from '../../protocol/ids.ts';
import { withPhotos } from '../attachments/photos.ts';
import { bodyOf, composeMessage, type Draft, targetOf } from '../compose.ts';
import type { NodeRuntime } from '../runtime.ts';
import { threadOf } from '../stored-messages.ts';
import type { SendRequest } from '../types.ts';
import { knownPermissions } from './forwarding.ts';

/** @throws LiaisonError as `AgencyNode.send` */
export function prepareDraft(
  runtime: NodeRuntime,
  request: SendRequest,
  attachments: readonly Attachment[] = [],
): Draft {
  const { config, now, random } = runtime;
  const body = withPhotos(bodyOf(request.body), attachments);
  const target = targetOf(body);
  const inReplyTo = request.inReplyTo ?? (target && messageIdOf(target));
  // An answer belongs to the thread of what it answers, an annex to that of its report.
  const near = inReplyTo ?? request.annexOf;
  const threadId = request.threadId ?? (near === undefined ? undefined : threadOf(runtime, parseMessageId(near)));
  const origins = (request.derivedFrom ?? []).map((id) => messageIdBytes(parseMessageId(id)));
  const permissionIds = request.permissionIds ?? knownPermissions(runtime, origins).map(messageIdOf);
  const complete: SendRequest = {
    ...request,
    body,
    permissionIds,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(threadId === undefined ? {} : { threadId }),
  };
  return composeMessage(complete, { mailboxes: config.mailboxes, nowMs: now(), random }, attachments);
}

export const threadIdOf = (draft: Draft): string => toHex(decode(RoutingSchema, draft.routing, 'signed').threadId);
