/** Messages as they lie in the node's database, for showing them. */
import { decode } from '../protocol/codec.ts';
import type { OpenedMessage } from '../protocol/envelope/open.ts';
import { parseHeader } from '../protocol/envelope/verify.ts';
import { BodySchema, EnvelopeSchema, type Routing, RoutingSchema } from '../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, toHex } from '../protocol/ids.ts';
import { attachmentInfos } from './attachments/infos.ts';
import { evidenceOf, indexedRouting, standingOf } from './cases/standing.ts';
import { openStored } from './inbox-reader.ts';
import { codeName, type NodeRuntime } from './runtime.ts';
import type { InboxRow } from './store/inbox-store.ts';
import type { StoredMessage } from './types.ts';

/** Every copy of a message, the sent one first. */
export function findStored(runtime: NodeRuntime, id: MessageId): StoredMessage[] {
  const bytes = messageIdBytes(id);
  const sent = runtime.outbox.find(bytes);
  const received = runtime.inbox.byId(bytes).map((row) => storedMessage(row, id, runtime));
  if (!sent) return received;
  const evidence = evidenceOf(runtime, sent);
  const routing = decode(RoutingSchema, sent.routing, 'signed');
  const body = sent.body.length === 0 ? undefined : decode(BodySchema, sent.body, 'kept');
  const attachments = attachmentInfos(body?.attachments ?? [], runtime, 'sent');
  return [{ direction: 'sent', evidence, routing, body, attachments, ...standingOf(runtime, routing) }, ...received];
}

/** The thread of a message that this node has sent or received, in hexadecimal. */
export function threadOf(runtime: NodeRuntime, id: MessageId): string | undefined {
  const bytes = messageIdBytes(id);
  const sent = runtime.outbox.find(bytes);
  const [received] = runtime.inbox.byId(bytes);
  const routing = sent ? decode(RoutingSchema, sent.routing, 'signed') : received && routingOf(received, runtime);
  return routing && toHex(routing.threadId);
}

function storedMessage(row: InboxRow, id: MessageId, runtime: NodeRuntime): StoredMessage {
  // What was held or failed may be shown by its labels, never by its content.
  const isGood = row.state === 'new' || row.state === 'done';
  const opened = isGood && row.envelope ? openedOf(row, runtime) : undefined;
  const routing = opened?.routing ?? routingOf(row, runtime);
  return {
    direction: 'received',
    id,
    to: row.mailbox,
    number: row.number,
    state: row.state,
    ...(row.code === 0 ? {} : { reason: codeName(row.code) }),
    receivedAt: row.receivedMs,
    acceptedAt: row.acceptedMs,
    attempt: row.attempt,
    routing,
    body: opened?.body,
    attachments: attachmentInfos(opened?.body.attachments ?? [], runtime, 'received'),
    ...standingOf(runtime, routing),
  };
}

function openedOf(row: InboxRow, runtime: NodeRuntime): OpenedMessage | undefined {
  try {
    return openStored(row, runtime.keys);
  } catch {
    return undefined;
  }
}

/** Of what has been erased, the index has the header facts. */
function routingOf({ envelope, id, sender }: InboxRow, runtime: NodeRuntime): Routing | undefined {
  if (!envelope) return id && sender && indexedRouting(runtime, id, sender);
  try {
    return parseHeader(decode(EnvelopeSchema, envelope, 'signed').header).routing;
  } catch {
    return undefined;
  }
}
