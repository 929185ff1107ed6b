/** The connection to the gateway: a WebSocket over TLS 1.3 with a client certificate, as SPEC.md section 3.1 demands. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { readKeyFile, readText } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { NodeConfig } from '../config.ts';
import { connectionError, refusalError } from './connection-errors.ts';
import { proxyAgent, proxyError } from './proxy.ts';

/** What the session hears of its socket. After `closed` there is nothing more. */
export interface SocketListener {
  opened(): void;
  /** The bytes are the listener's. */
  message(bytes: Uint8Array): void;
  closed(error: LiaisonError): void;
}

export interface FrameSocket {
  /** Sends one binary message. Does nothing when the socket is closing. */
  send(bytes: Uint8Array): void;
  close(status: number): void;
  /** Drops the connection at once. */
  terminate(): void;
}

/** Makes a connection; never throws. */
export type Connect = (listener: SocketListener) => FrameSocket;

export const SUBPROTOCOL = 'liaison.v1';
const HANDSHAKE_TIMEOUT_MS = 5_000;
const REFUSAL_BYTES_MAX = 16 * 1024;
const UNSUPPORTED_DATA = 1003;
/** An answer may be larger than what was asked (SPEC.md section 3.1); only the gateway itself can send it. */
const RECEIVED_BYTES_MAX = 16 * 1024 * 1024;

/** Connects as the configuration says. Certificates are read for each connection, so that renewed ones are used. */
export function connectTo(config: NodeConfig): Connect {
  return (listener) => {
    let isOver = false;
    const over = (error: LiaisonError): void => {
      if (isOver) return;
      isOver = true;
      listener.closed(error);
    };
    let isSecured = false;
    let socket: WebSocket;
    try {
      socket = open(config, () => {
        isSecured = true;
      });
    } catch (error) {
      queueMicrotask(() => over(connectionError(error)));
      return { send: () => undefined, close: () => undefined, terminate: () => undefined };
    }
    let isOpen = false;
    socket.on('open', () => {
      isOpen = true;
      listener.opened();
    });
    socket.on('message', (data, isBinary) => {
      if (isBinary) listener.message(data as Buffer);
      else socket.close(UNSUPPORTED_DATA);
    });
    socket.on('error', (error) => {
      const known = isSecured ? undefined : proxyError(error, config.gateway);
      over(known ?? (isSecured && !isOpen ? handshakeError(error) : connectionError(error)));
    });
    socket.on('close', (status, reason) => over(connectionError(undefined, status, reason.toString('utf8'))));
    socket.on('unexpected-response', (_request, response) => {
      readRefusal(response, (body) => {
        over(refusalError(response.statusCode ?? 0, body));
        socket.terminate();
      });
    });
    return {
      send: (bytes) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
      },
      close: (status) => socket.close(status),
      terminate: () => socket.terminate(),
    };
  };
}

function open(config: NodeConfig, secured: () => void): WebSocket {
  const agent = proxyAgent(config.gateway);
  // Checking the gateway's certificate is Node's default; there is no option here that could turn it off.
  return new WebSocket(config.gateway.url, [SUBPROTOCOL], {
    minVersion: 'TLSv1.3',
    ca: readText(config.gateway.ca),
    cert: readText(config.tls.certificate),
    key: readKeyFile(config.tls.key),
    perMessageDeflate: false,
    maxPayload: RECEIVED_BYTES_MAX,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    followRedirects: false,
    ...(agent && { agent }),
    finishRequest: (request) => {
      request.once('socket', (tls) => tls.once('secureConnect', secured));
      request.end();
    },
  });
}

/**
 * In TLS 1.3 a client has finished its handshake before its certificate is judged. Node's own servers then cut the
 * connection without an alert, so what is seen here is a connection that ends for no reason.
 */
function handshakeError(error: Error): LiaisonError {
  if (!('code' in error) || error.code !== 'ECONNRESET') return connectionError(error);
  const detail =
    'The gateway cut it without an answer, as it does when it does not trust the certificate of this node.';
  return new LiaisonError('TLS_FAILED', detail, { cause: error });
}

/** An answer other than the upgrade has a small JSON body; anything larger is cut. */
function readRefusal(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (): void => done(Buffer.concat(chunks).toString('utf8'));
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= REFUSAL_BYTES_MAX) chunks.push(chunk);
    else response.destroy();
  });
  response.on('close', finish);
  response.on('error', () => undefined);
}
