/** The inbox: what waits is given again and again until it is done. */
import { parseMessageId } from '../../../protocol/ids.ts';
import { z } from 'zod';
import { LiaisonError } from '../../../protocol/errors.ts';
import type { InboxMessage } from '../../types.ts';
import type { Server, ServiceContext } from '../context.ts';
import { receivedToJson } from '../message-json.ts';
import type { ServiceNode } from '../ports.ts';
import { messageId, problem, received } from '../schemas.ts';

const WAIT_MAX_S = 60;
const LIMIT_MAX = 100;
/** An answer ends after a message that reaches this. */
const ANSWER_BYTES = 8 * 1024 * 1024;
const problems = { '4xx': problem, '5xx': problem };

export function inboxRoutes(server: Server, { node, inboxIsDropped }: ServiceContext): void {
  server.get(
    '/v1/inbox',
    {
      schema: {
        summary: 'The oldest messages that are not done; each comes again until it is',
        querystring: z.strictObject({
          wait: z.coerce.number().min(0).max(WAIT_MAX_S).default(0).describe('seconds to wait for a message'),
          limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(20),
          mailbox: z.string().max(64).optional().describe('only this own mailbox or unit'),
        }),
        response: { 200: z.object({ messages: z.array(received) }), ...problems },
      },
    },
    async (request) => {
      if (inboxIsDropped) throw new LiaisonError('REQUEST_INVALID', 'Received messages go to the drop folder inbox/.');
      const { wait, limit, mailbox } = request.query;
      const gone = new AbortController();
      const { socket } = request.raw;
      const left = (): void => gone.abort();
      socket.once('close', left);
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(wait * 1_000)]);
      // A client asks again and again over the same connection.
      const found = await waiting(node, { limit, mailbox, signal }).finally(() => socket.off('close', left));
      const messages = found.map((message) => ({ ...receivedToJson(message), attempt: message.attempt }));
      return { messages: messages as unknown as z.input<typeof received>[] };
    },
  );
  server.post(
    '/v1/inbox/:id/done',
    {
      schema: {
        summary: 'The client has this message: it is not given again',
        params: z.object({ id: messageId }),
        querystring: z.strictObject({ mailbox: z.string().max(64).optional() }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const isNew = node.find(id).some((copy) => copy.direction === 'received' && copy.state === 'new');
      // The content has left the node, for a system that answers for it from here on.
      const why = { actor: request.client, justification: 'taken into the system of this client' };
      if (isNew) await node.journal.record('message.exported', { messageId: parseMessageId(id), ...why });
      await node.done(id, request.query.mailbox);
      return reply.code(204).send(null);
    },
  );
}

interface Waiting {
  readonly limit: number;
  readonly mailbox: string | undefined;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

async function waiting(node: ServiceNode, { limit, mailbox, signal }: Waiting): Promise<InboxMessage[]> {
  let came = Promise.withResolvers<undefined>();
  const wake = (): void => came.resolve(undefined);
  node.on('received', wake);
  signal.addEventListener('abort', wake);
  try {
    for (;;) {
      const messages = await present(node, limit, mailbox);
      if (messages.length > 0 || signal.aborted) return messages;
      await came.promise;
      came = Promise.withResolvers();
    }
  } finally {
    node.off('received', wake);
    signal.removeEventListener('abort', wake);
  }
}

async function present(node: ServiceNode, limit: number, mailbox: string | undefined): Promise<InboxMessage[]> {
  const messages: InboxMessage[] = [];
  let bytes = 0;
  for await (const message of node.inbox({ follow: false, ...(mailbox !== undefined && { mailbox }) })) {
    messages.push(message);
    bytes += JSON.stringify(message.body, (_, value: unknown) => (value instanceof Uint8Array ? '' : value)).length;
    if (messages.length >= limit || bytes >= ANSWER_BYTES) break;
  }
  return messages;
}
