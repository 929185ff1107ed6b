/** The door: TLS 1.3 with client certificates, hard time-outs, and no WebSocket for anyone who is not admitted. */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { WebSocketServer, type WebSocket } from 'ws';
import { LiaisonError } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Admission } from './access.ts';
import { Arrivals } from './arrivals.ts';

export const SUBPROTOCOL = 'liaison.v1';

const HANDSHAKE_MS = 5_000;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const HEADER_BYTES = 8_192;
const REFUSAL_MS = 1_000;
const FRAGMENTS_MAX = 256;

export interface ListenerOptions {
  certificate: Buffer;
  key: Buffer;
  /** Authorities whose client certificates are accepted, PEM. */
  authorities: readonly string[];
  /** Decides about a client. Throws LiaisonError to refuse; it must refuse every socket that is not `authorized`. */
  admit: (socket: TLSSocket) => Admission;
  connected: (socket: WebSocket, admission: Admission) => void;
  refused: (error: LiaisonError) => void;
}

export interface Listener {
  listen(host: string, port: number): Promise<number>;
  /** Takes no new connections; those that are open go on. */
  stopAccepting(): void;
  /** Cuts what is still open. */
  close(): Promise<void>;
}

export function createListener(options: ListenerOptions): Listener {
  const server = createServer({
    minVersion: 'TLSv1.3',
    cert: options.certificate,
    key: options.key,
    ca: [...options.authorities],
    requestCert: true,
    // A client whose chain does not verify gets an answer that says so, and nothing else: `admit` refuses it before the
    // upgrade. Cutting the connection without a word is the commonest riddle for those who set up a node.
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MS,
    maxHeaderSize: HEADER_BYTES,
    connectionsCheckingInterval: 1_000,
  });
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = 1_000;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.frameBytesMax,
    maxFragments: FRAGMENTS_MAX,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  const arrivals = new Arrivals();
  server.on('connection', (socket: Socket) => arrivals.add(socket));
  server.on('upgrade', (request, socket, head) => {
    if (upgrade(options, sockets, request, socket, head)) arrivals.admitted(request.socket);
  });
  server.on('request', (_, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
    options.refused(new LiaisonError('TLS_FAILED', error.code ?? error.message, { cause: error }));
  });
  // Errors of single connections end that connection and nothing else.
  server.on('clientError', (_, socket) => socket.destroy());
  return controls(server, arrivals);
}

function upgrade(
  options: ListenerOptions,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  socket.on('error', () => socket.destroy());
  let admission: Admission;
  try {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim());
    if (!offered.includes(SUBPROTOCOL)) throw new LiaisonError('VERSION_UNSUPPORTED', `Offer ${SUBPROTOCOL}.`);
    if (!(request.socket instanceof TLSSocket)) throw new LiaisonError('TLS_FAILED');
    admission = options.admit(request.socket);
  } catch (error) {
    // Whatever a stranger's certificate makes fail costs the stranger's connection.
    const named = error instanceof LiaisonError ? error : new LiaisonError('INTERNAL', String(error), { cause: error });
    options.refused(named);
    refuse(socket, named);
    return false;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) => options.connected(webSocket, admission));
  return true;
}

function refuse(socket: Duplex & { destroySoon?: () => void }, error: LiaisonError): void {
  const status = error.retry ? '503 Service Unavailable' : '403 Forbidden';
  const { code, number, message: text, retry } = error;
  const body = JSON.stringify({ code, number, text, retry });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  // After an upgrade request no time-out of the HTTP server applies any more.
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MS);
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`, () => socket.destroySoon?.());
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
}

function controls(server: Server, arrivals: Arrivals): Listener {
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          const code = error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'CONFIG_INVALID';
          reject(new LiaisonError(code, `${host}:${port} (${error.code ?? error.message}).`, { cause: error }));
        });
        server.listen(port, host, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    stopAccepting: () => void server.close(),
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // The server knows nothing of connections that have become WebSockets.
      arrivals.destroyAll();
      await closed;
    },
  };
}
