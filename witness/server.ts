/** The witness's HTTP service: two paths, small bodies, short times. Whoever asks is judged by what the log has signed. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Logger } from 'pino';
import { LiaisonError } from '../protocol/errors.ts';
import { REQUEST_BYTES_MAX } from './request.ts';
import type { Witness } from './witness.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** PEM. Without it the service is plain HTTP: what it says is signed, but a proxy with TLS belongs before it. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}

const CONNECTIONS_MAX = 256;
const HEADER_BYTES = 8_192;
const REQUEST_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
const CHECKPOINT_PATH = /^\/([0-9a-f]{64})\/checkpoint$/;

export class WitnessServer {
  readonly port: number;
  /** Settles when nothing more can be made durable. */
  readonly failed: Promise<LiaisonError>;
  private readonly server: Server;
  private readonly witness: Witness;
  private readonly log: Logger;
  private fail: (error: LiaisonError) => void = () => undefined;

  /** @throws LiaisonError PORT_IN_USE, CONFIG_INVALID */
  static async listen(witness: Witness, { host, port, tls }: ListenOptions, log: Logger): Promise<WitnessServer> {
    const limits = { maxHeaderSize: HEADER_BYTES, headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS };
    const settings = { ...limits, keepAliveTimeout: KEEP_ALIVE_MS, connectionsCheckingInterval: 1_000 };
    const server = tls ? createTls(tls, settings) : createServer(settings);
    server.maxConnections = CONNECTIONS_MAX;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'CONFIG_INVALID';
        reject(new LiaisonError(code, `--listen ${host}:${port} (${error.code ?? error.message}).`, { cause: error }));
      });
      server.listen(port, host, resolve);
    });
    return new WitnessServer(witness, server, log);
  }

  private constructor(witness: Witness, server: Server, log: Logger) {
    this.witness = witness;
    this.server = server;
    this.log = log;
    this.failed = new Promise((resolve) => (this.fail = resolve));
    const address = server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
    server.on('request', (request, response) => void this.respond(request, response));
  }

  /** Ends the listener and every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    await closed;
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, body, type } = await this.answer(request);
      response.writeHead(status, {
        'content-type': type,
        'cache-control': 'no-store',
        // The rest of a body that is too long is not read.
        ...(request.complete ? {} : { connection: 'close' }),
      });
      response.end(body);
    } catch (error) {
      // Whoever hangs up in the middle is no failure of ours.
      if (request.destroyed && !(error instanceof LiaisonError)) return;
      const named =
        error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error), { cause: error });
      this.log.error({ code: named.code }, named.message);
      response.writeHead(500, { 'content-type': PLAIN }).end(`${named.code}\n`);
      if (named.code !== 'STORAGE_FULL') this.fail(named);
    }
  }

  private async answer(request: IncomingMessage): Promise<Reply> {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path === '/add-checkpoint') {
      return request.method === 'POST' ? this.add(request) : reply(405, 'Expected POST.\n');
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, 'Expected GET.\n');
    const hash = CHECKPOINT_PATH.exec(path)?.[1];
    const note = hash === undefined ? undefined : this.witness.checkpoint(hash);
    return note ? reply(200, note) : reply(404, 'There is nothing here.\n');
  }

  private async add(request: IncomingMessage): Promise<Reply> {
    const body = await readBody(request);
    if (!body) return reply(400, `The request is longer than ${REQUEST_BYTES_MAX} bytes.\n`);
    const answer = this.witness.addCheckpoint(body);
    if (answer.status === 422) this.log.warn({ answer: answer.body.trimEnd() }, 'refused to sign');
    else this.log.debug({ status: answer.status }, 'add-checkpoint');
    return answer;
  }
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}
const PLAIN = 'text/plain; charset=utf-8';
const reply = (status: number, body: string | Uint8Array): Reply => ({ status, type: PLAIN, body });

function createTls(tls: { cert: Buffer; key: Buffer }, settings: object): Server {
  try {
    return createTlsServer({ ...settings, ...tls, minVersion: 'TLSv1.2' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LiaisonError('CONFIG_INVALID', `--tls-certificate and --tls-key: ${why}.`, { cause: error });
  }
}

/** The body, or `undefined` when it is too long: the rest is not read. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > REQUEST_BYTES_MAX) return undefined;
    pieces.push(piece);
  }
  return new Uint8Array(Buffer.concat(pieces));
}
