/**
 * The local HTTP service: for programs on this machine that have a token. Requests and answers are held to the schemas
 * that /openapi.json shows; errors are application/problem+json.
 */
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import swagger from '@fastify/swagger';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { LiaisonError } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { Clients } from './auth.ts';
import type { ServiceConfig } from './config.ts';
import type { Server, ServiceContext } from './context.ts';
import { knownError, PROBLEM_TYPE, problemOf } from './problems.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { healthRoutes } from './routes/health.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { messageRoutes } from './routes/messages.ts';
import { threadRoutes } from './routes/threads.ts';

/** A body in JSON may take more bytes than in its own encoding: every character could be escaped. */
const REQUEST_BYTES_MAX = 6 * LIMITS.bodyBytesMax + 256 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
/** An upload of any size must fit in. */
const REQUEST_TIMEOUT_MS = 3_600_000;
/** Longer than the longest wait for a message. */
const IDLE_TIMEOUT_MS = 90_000;
const CONNECTIONS_MAX = 256;

const DESCRIPTION = `Send and receive messages of this agency through its Liaison node. Times are POSIX milliseconds. Whoever
consults, exports or erases states who and why in the headers Liaison-Actor and Liaison-Justification.`;

/** @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID (of a token's file) */
export async function makeServer(context: ServiceContext, logger: Logger): Promise<Server> {
  const clients = new Clients(context.config.clients);
  const server: Server = fastify({
    bodyLimit: REQUEST_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: true,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: false },
  }).withTypeProvider();
  server.server.maxConnections = CONNECTIONS_MAX;
  server.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  server.decorateRequest('client', '');
  server.addHook('onRequest', (request, _reply, next) => {
    if (request.routeOptions.config.open !== true) request.client = clients.nameOf(request.headers.authorization);
    next();
  });
  server.addHook('onResponse', (request, reply, next) => {
    const { client, method } = request;
    logger.debug({ client, method, route: request.routeOptions.url, status: reply.statusCode }, 'answered');
    next();
  });
  server.setErrorHandler((error, request, reply) => answerError(error, request, reply, logger));
  server.setNotFoundHandler((request, reply) => {
    const error = new LiaisonError('REQUEST_INVALID', `There is no ${request.method} at this address.`);
    return reply
      .code(404)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problemOf(error, 404)));
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Liaison node', description: DESCRIPTION, version: '1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: createJsonSchemaTransform({}),
    transformObject: createJsonSchemaTransformObject({}),
  });
  for (const routes of [healthRoutes, messageRoutes, inboxRoutes, threadRoutes, attachmentRoutes]) {
    await server.register((scope, _options, done) => {
      routes(scope.withTypeProvider(), context);
      done();
    });
  }
  return server;
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  const { error: known, status } = knownError(error);
  const problem = problemOf(known, status);
  const about = { client: request.client, route: request.routeOptions.url, code: known.code, detail: known.detail };
  if (problem.status >= 500) logger.warn({ ...about, cause: (known.cause as Error | undefined)?.stack }, 'failed');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  // As text: what a failing route declares as its answer is not this.
  return reply.code(problem.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);
}

/**
 * Listens where the configuration says, on this machine only. A socket that a killed process left is replaced: the lock
 * on the node's data says that none is running. Its folder is made.
 * @returns the address
 * @throws LiaisonError PORT_IN_USE
 */
export async function listen(server: Server, { host, port, socket }: ServiceConfig): Promise<string> {
  try {
    if (socket === undefined) return await server.listen({ host, port });
    mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
    if (lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === true) rmSync(socket);
    const address = await server.listen({ path: socket });
    chmodSync(socket, 0o600);
    return address;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new LiaisonError('PORT_IN_USE', socket ?? `${host}:${port}`, { cause: error });
    throw error;
  }
}
