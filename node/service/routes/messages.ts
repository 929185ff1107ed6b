/** Sending, and what became of a message. */
import { z } from 'zod';
import { LiaisonError } from '../../../protocol/errors.ts';
import type { Body, Routing } from '../../../protocol/generated/schema.ts';
import type { SendRequest, StoredMessage } from '../../types.ts';
import { justified, type Server, type ServiceContext } from '../context.ts';
import { attachmentsOf, contentToJson, copyToJson } from '../message-json.ts';
import { idKeyOf } from '../send-once.ts';
import { messageContent, messageId, messageStatus, problem, receipt, sendSchema } from '../schemas.ts';

const byId = z.object({ id: messageId });
const problems = { '4xx': problem, '5xx': problem };
const RECEIPT_KINDS = [
  ...(['acceptance', 'rejection', 'handover', 'failure'] as const),
  ...(['access', 'consent', 'deadline', 'disclosure'] as const),
] as const;
/** What proves who asks for what belongs to the same call. */
const keyHeader = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .describe('the same key and request, also after a crash: one message'),
});

export function messageRoutes(server: Server, context: ServiceContext): void {
  sendRoute(server, context);
  readRoutes(server, context);
  receiptRoutes(server, context);
  actRoutes(server, context);
}

function sendRoute(server: Server, { node, sendOnce, uploads }: ServiceContext): void {
  const answer = z.object({ id: messageId, repeated: z.boolean() });
  server.post(
    '/v1/messages',
    {
      schema: {
        summary: 'Send a message; answered when it is durable in the outbox',
        headers: keyHeader,
        body: sendSchema,
        response: { 200: answer.describe('it had been sent before'), 201: answer, ...problems },
      },
    },
    async (request, reply) => {
      const { attachments = [], ...message } = request.body;
      const files = attachments.map(({ upload, ...rest }) => ({ path: uploads.pathOf(upload), ...rest }));
      const draft = { ...message, ...(files.length > 0 && { attachments: files }) } as unknown as SendRequest;
      const given = request.headers['idempotency-key'];
      const key = given === undefined ? message.id && idKeyOf(message.id) : `key:${request.client}:${given}`;
      const { id, repeated } =
        key === undefined ? { id: await node.send(draft), repeated: false } : await sendOnce.send(key, draft);
      for (const { upload } of attachments) await uploads.remove(upload);
      return reply.code(repeated ? 200 : 201).send({ id, repeated });
    },
  );
}

function readRoutes(server: Server, { node }: ServiceContext): void {
  server.get(
    '/v1/messages/:id',
    {
      schema: {
        summary: 'What is known and proven about a message, without its content',
        params: byId,
        response: { 200: messageStatus, ...problems },
      },
    },
    ({ params: { id } }) => {
      const found = node.find(id);
      const copies = found.map(copyToJson) as unknown as z.input<typeof messageStatus>['copies'];
      return { id, status: found[0]?.status, copies };
    },
  );
  server.get(
    '/v1/messages/:id/content',
    {
      schema: {
        summary: 'Consult a message; its sender can see that it was opened',
        params: byId,
        response: { 200: messageContent, ...problems },
      },
    },
    async (request) => {
      const { id } = request.params;
      const why = justified(request, id);
      const found = contentOf(node.find(id));
      await node.journal.record('message.consulted', why);
      if (found.direction === 'received') await node.opened(id);
      const content = contentToJson(found) as Pick<z.input<typeof messageContent>, 'header' | 'body'>;
      return { id, direction: found.direction, status: found.status, ...content, attachments: attachmentsOf(found) };
    },
  );
}

type Opened = StoredMessage & { readonly routing: Routing; readonly body: Body };

function contentOf(copies: readonly StoredMessage[]): Opened {
  const found = copies.find((copy): copy is Opened => copy.routing !== undefined && copy.body !== undefined);
  if (!found) throw new LiaisonError('CANNOT_DECRYPT', 'The content is held, was erased or cannot be opened.');
  return found;
}

function receiptRoutes(server: Server, { node }: ServiceContext): void {
  server.get(
    '/v1/messages/:id/receipts',
    {
      schema: { summary: 'The receipts of a message', params: byId, response: { 200: z.array(receipt), ...problems } },
    },
    async (request) => {
      const { id } = request.params;
      const why = justified(request, id);
      const receipts = node.receipts(id).map(({ kind, recipient, number, index, logKey, witnesses }) => ({
        ...{ kind, recipient, number, index, logKey, witnesses: [...witnesses] },
      }));
      await node.journal.record('message.exported', why);
      return receipts;
    },
  );
  server.get(
    '/v1/messages/:id/receipts/:kind',
    {
      schema: {
        summary: 'A receipt file, which anybody can verify offline',
        params: byId.extend({ kind: z.enum(RECEIPT_KINDS) }),
        querystring: z.strictObject({ recipient: z.string().max(64).optional() }),
        response: { 200: z.string(), ...problems },
      },
    },
    async (request, reply) => {
      const { id, kind } = request.params;
      const why = justified(request, id);
      const text = node.receipt(id, kind, request.query.recipient);
      await node.journal.record('message.exported', why);
      return reply.type('text/plain; charset=utf-8').serializer(String).send(text);
    },
  );
}

function actRoutes(server: Server, { node, acknowledge }: ServiceContext): void {
  server.delete(
    '/v1/messages/:id',
    {
      schema: {
        summary: 'Erase the content of a message from this node',
        params: byId,
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const why = justified(request, id);
      await node.erase(id, why);
      return reply.code(204).send(null);
    },
  );
  server.post(
    '/v1/messages/:id/consent',
    {
      schema: {
        summary: 'Consent to a permission or recall, or refuse it',
        params: byId,
        body: z.strictObject({ answer: z.enum(['given', 'refused']) }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await node.consent(request.params.id, request.body.answer);
      return reply.code(204).send(null);
    },
  );
  server.post(
    '/v1/requests/:id/acknowledge',
    {
      schema: {
        summary: 'Somebody takes care of a request or an urgent arrival: the telling ends',
        params: byId,
        body: z.strictObject({ actor: z.string().min(1).max(200) }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await acknowledge(request.params.id, request.body.actor);
      return reply.code(204).send(null);
    },
  );
}
