/** Threads: the messages of a case in order, with its requests and their deadlines. */
import { z } from 'zod';
import { justified, type Server, type ServiceContext } from '../context.ts';
import { problem, thread, threadId, threadSummary } from '../schemas.ts';

const problems = { '4xx': problem, '5xx': problem };
const byId = z.object({ id: threadId });
const LIMIT_MAX = 1_000;

export function threadRoutes(server: Server, { node }: ServiceContext): void {
  server.get(
    '/v1/threads',
    {
      schema: {
        summary: 'Threads, the newest first',
        querystring: z.strictObject({
          caseNumber: z.string().max(200).optional(),
          open: z.stringbool().optional(),
          limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(100),
        }),
        response: { 200: z.object({ threads: z.array(threadSummary) }), ...problems },
      },
    },
    async (request) => {
      const why = justified(request);
      const { caseNumber, open, limit } = request.query;
      const options = { limit, ...(caseNumber !== undefined && { caseNumber }), ...(open !== undefined && { open }) };
      const threads = node.threads(options);
      await node.journal.record('message.consulted', why);
      return { threads: threads as unknown as z.input<typeof threadSummary>[] };
    },
  );
  server.get(
    '/v1/threads/:id',
    { schema: { summary: 'Consult a thread', params: byId, response: { 200: thread, ...problems } } },
    async (request) => {
      const why = justified(request);
      const found = node.thread(request.params.id);
      await node.journal.record('message.consulted', {
        ...why,
        detail: `${why.detail ?? ''}, thread ${request.params.id}`,
      });
      return found as unknown as z.input<typeof thread>;
    },
  );
  server.post(
    '/v1/threads/:id/close',
    {
      schema: {
        summary: 'Close a thread without open requests',
        params: byId,
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await node.closeThread(request.params.id);
      return reply.code(204).send(null);
    },
  );
}
