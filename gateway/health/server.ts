/** The listener for those who watch the gateway: plain HTTP, nothing but questions, and no fact about any message. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Fault, LedgerFigures } from '../pipeline.ts';
import { type MainFigures, Metrics } from './metrics.ts';
import { Readiness } from './readiness.ts';

/** What the listener asks. */
export interface HealthSources {
  /** Why the gateway takes no new work, as far as the main thread knows. */
  readonly objection: () => Fault | undefined;
  /** Why the ledger could record nothing now: tried out. */
  readonly probe: () => Promise<Fault | undefined>;
  readonly main: () => MainFigures;
  /** `undefined` until the ledger has told its figures for the first time. */
  readonly ledger: () => LedgerFigures | undefined;
}

/**
 * Opens the listener, if the configuration has one.
 * @throws LiaisonError PORT_IN_USE, CONFIG_INVALID
 */
export async function listenForHealth(
  { health, database }: { health?: { host: string; port: number } | undefined; database: string },
  { objection, probe, main, ledger }: HealthSources,
): Promise<HealthServer | undefined> {
  if (!health) return undefined;
  const readiness = new Readiness(probe);
  const metrics = new Metrics(database);
  return HealthServer.listen(health.host, health.port, {
    ready: async () => objection() ?? (await readiness.check()) ?? objection(),
    metrics: async () => ({ type: metrics.type, text: await metrics.text(main(), ledger(), Date.now()) }),
  });
}

export interface HealthHandlers {
  /** Why the gateway is not ready, if it is not. */
  ready: () => Promise<Fault | undefined>;
  metrics: () => Promise<{ type: string; text: string }>;
}

const CONNECTIONS_MAX = 64;
const HEADER_BYTES = 8_192;
const REQUEST_MS = 5_000;

export class HealthServer {
  readonly port: number;
  private readonly server: Server;

  /** @throws LiaisonError PORT_IN_USE, CONFIG_INVALID */
  static async listen(host: string, port: number, handlers: HealthHandlers): Promise<HealthServer> {
    const server = createServer(
      { maxHeaderSize: HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
      (request, response) => void respond(handlers, request, response),
    );
    server.maxConnections = CONNECTIONS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'CONFIG_INVALID';
        reject(new LiaisonError(code, `health: ${host}:${port} (${error.code ?? error.message}).`, { cause: error }));
      });
      server.listen(port, host, resolve);
    });
    return new HealthServer(server, port);
  }

  private constructor(server: Server, port: number) {
    this.server = server;
    const address = server.address();
    this.port = typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    await closed;
  }
}

async function respond(handlers: HealthHandlers, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type, body } = await answer(handlers, request);
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

interface Answer {
  status: number;
  type: string;
  body: string;
}
const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});

async function answer(handlers: HealthHandlers, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, {});
  try {
    switch (request.url?.split('?', 1)[0]) {
      case '/healthz':
        return json(200, { alive: true });
      case '/readyz': {
        const fault = await handlers.ready();
        return fault ? json(503, { ready: false, ...fault }) : json(200, { ready: true });
      }
      case '/metrics': {
        const { type, text } = await handlers.metrics();
        return { status: 200, type, body: text };
      }
      default:
        return json(404, {});
    }
  } catch (error) {
    const { code, detail } = error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error));
    return json(500, { code, detail });
  }
}
