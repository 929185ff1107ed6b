/** What the routes share, and the two questions that many of them ask: who does this, and why. */
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { LiaisonError } from '../../protocol/errors.ts';
import type { ServiceConfig } from './config.ts';
import type { EventFeed } from './events.ts';
import { parseMessageId } from '../../protocol/ids.ts';
import type { ActFacts, Reason } from '../journal/entries.ts';
import type { ServiceNode } from './ports.ts';
import type { SendOnce } from './send-once.ts';
import type { Uploads } from './uploads.ts';

export interface ServiceContext {
  readonly node: ServiceNode;
  readonly config: ServiceConfig;
  readonly sendOnce: SendOnce;
  readonly uploads: Uploads;
  readonly feed: EventFeed;
  /** Whether received messages become files instead. */
  readonly inboxIsDropped: boolean;
  /** Why there is no session with the gateway. */
  readonly obstacle: () => LiaisonError | undefined;
  /** Somebody takes care: the telling about a request or an urgent arrival ends. */
  readonly acknowledge: (requestId: string, actor: string) => Promise<void>;
}

export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the client, once its token was checked. */
    client: string;
  }
  interface FastifyContextConfig {
    /** Answered without a token. */
    open?: boolean;
  }
}

/** Headers are bytes; ours are UTF-8, which the runtime shows as Latin-1. */
function textOf(value: string | string[] | undefined): string {
  const bytes = Buffer.from(Array.isArray(value) ? (value[0] ?? '') : (value ?? ''), 'latin1');
  return bytes.toString('utf8').trim();
}

/**
 * Who does this and why, for the node's log.
 * @throws LiaisonError JUSTIFICATION_MISSING
 */
export function justified(request: FastifyRequest, messageId?: string): Reason & Pick<ActFacts, 'messageId'> {
  const actor = textOf(request.headers['liaison-actor']);
  const justification = textOf(request.headers['liaison-justification']);
  if (actor === '' || justification === '') {
    throw new LiaisonError('JUSTIFICATION_MISSING', 'Send the headers Liaison-Actor and Liaison-Justification.');
  }
  const detail = `client ${request.client}`;
  return { actor, justification, detail, ...(messageId !== undefined && { messageId: parseMessageId(messageId) }) };
}
