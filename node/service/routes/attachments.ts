/** Files: uploaded before the message that names them, downloaded after. Both are streamed. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { LiaisonError } from '../../../protocol/errors.ts';
import { justified, type Server, type ServiceContext } from '../context.ts';
import { attachmentsOf } from '../message-json.ts';
import { messageId, problem } from '../schemas.ts';

const problems = { '4xx': problem, '5xx': problem };

export function attachmentRoutes(server: Server, { node, uploads }: ServiceContext): void {
  // Bytes of any kind are passed on as they come.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  server.post(
    '/v1/attachments',
    {
      schema: {
        summary: 'Upload a file: the body is its bytes; name it as `upload` in POST /v1/messages within 24 hours',
        consumes: ['application/octet-stream'],
        response: {
          201: z.object({ upload: z.string(), sizeBytes: z.int(), sha256: z.string() }),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      if (request.body === undefined) throw new LiaisonError('REQUEST_INVALID', 'The body is missing.');
      return reply.code(201).send(await uploads.add(request.body as IncomingMessage));
    },
  );
  server.get(
    '/v1/messages/:id/attachments/:n',
    {
      schema: {
        summary: 'Download an attachment; the first is 0',
        params: z.object({ id: messageId, n: z.coerce.number().int().min(0).max(1_000) }),
        response: problems,
      },
    },
    async (request, reply) => {
      const { id, n } = request.params;
      const why = justified(request, id);
      const known = node.find(id).flatMap(attachmentsOf)[n];
      const { stream, sizeBytes } = await uploads.download(async (path) => {
        await node.journal.record('attachment.opened', why);
        await node.saveAttachment(id, n, path);
      });
      const name = encodeURIComponent(known?.name ?? `${id}-${n}`);
      return reply
        .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
        .header('content-length', sizeBytes)
        .header('x-content-type-options', 'nosniff')
        .type(known?.mediaType ?? 'application/octet-stream')
        .send(stream as never);
    },
  );
}
