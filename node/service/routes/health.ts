/** Is there a session with the gateway; the description of everything; and events as they happen. */
import { z } from 'zod';
import { LiaisonError } from '../../../protocol/errors.ts';
import type { Server, ServiceContext } from '../context.ts';
import { streamEvents } from '../events.ts';
import { health, problem } from '../schemas.ts';

export function healthRoutes(server: Server, context: ServiceContext): void {
  let listeners = 0;
  server.get(
    '/v1/healthz',
    {
      config: { open: true },
      schema: {
        summary: 'Whether there is a session with the gateway, or why not',
        security: [],
        response: { 200: health, 503: health },
      },
    },
    (_request, reply) => {
      if (context.node.isConnected) return { status: 'connected' as const };
      const error = context.obstacle() ?? new LiaisonError('UNAVAILABLE', 'There was no connection yet.');
      const { code, message: text, remedy } = error;
      void reply.code(503);
      return { status: 'disconnected' as const, code, text, remedy };
    },
  );
  server.get('/openapi.json', { config: { open: true }, schema: { hide: true } }, (_request, reply) =>
    reply.send(server.swagger()),
  );
  server.get(
    '/v1/events',
    {
      schema: {
        summary: 'Server-sent events; Last-Event-ID continues a broken stream, `reset` says that events were missed',
        headers: z.looseObject({ 'last-event-id': z.string().max(100).optional() }),
        response: { '4xx': problem, '5xx': problem },
      },
    },
    (request, reply) => {
      if (listeners >= context.config.eventClientsMax) {
        throw new LiaisonError('OVERLOADED', `${listeners} clients are listening already.`);
      }
      listeners++;
      reply.hijack();
      reply.raw.on('close', () => listeners--);
      streamEvents(context.feed, reply.raw, request.headers['last-event-id']);
    },
  );
}
