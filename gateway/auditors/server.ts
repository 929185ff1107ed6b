/**
 * The log over HTTPS, for auditors (SPEC.md section 7.9). Whole parts are read and answered, one after the other, so a slow
 * reader holds its own answer and nothing else; what is beyond the limits is refused with a code that says so.
 */
import { constants } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parsePartPath, type ShardPart, SHARDS_FILE, shardsText } from '../../audit/bundle/format.ts';
import type { LedgerReader, ReadShard } from '../../audit/ledger-reader.ts';
import { TILE_WIDTH } from '../../audit/tiles.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { toHex, utf8 } from '../../protocol/ids.ts';
import { Arrivals } from '../session/arrivals.ts';
import { type Auditor, type AuditorAccess, named } from './access.ts';
import type { AuditSessions } from './sessions.ts';

const HANDSHAKE_MS = 5_000;
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const IDLE_MS = 30_000;
/** From the request to the end of the answer. */
const ANSWER_MS = 120_000;
const HEADER_BYTES = 8_192;
const CONNECTIONS_MAX = 1_024;
/** Nobody has been admitted on them yet. Fewer than the connections, so that strangers leave room for auditors. */
const ARRIVALS_MAX = 512;
const PER_AUDITOR_MAX = 32;
/** Bodies that clients have not read yet. */
const BYTES_UNDER_WAY_MAX = 64 * 1024 * 1024;

export interface AuditorServerOptions {
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  /** Authorities whose client certificates are accepted, PEM. */
  readonly authorities: readonly string[];
  readonly access: AuditorAccess;
  readonly sessions: AuditSessions;
  readonly log: Pick<LedgerReader, 'shards' | 'part'>;
  readonly now: () => number;
  readonly refused: (error: LiaisonError) => void;
}

interface Body {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** It will never be another. */
  readonly isFinal: boolean;
}

const SHARD_PATH = /^\/shards\/(0|[1-9][0-9]{0,2})\/([^?#]+)$/;

export class AuditorServer {
  private readonly options: AuditorServerOptions;
  private readonly server: Server;
  private readonly arrivals = new Arrivals(ARRIVALS_MAX);
  /** Requests under way of each key. */
  private readonly underWay = new Map<string, number>();
  private bytesUnderWay = 0;
  /** Connections with a request under way. */
  private readonly busy = new WeakSet<Socket>();

  constructor(options: AuditorServerOptions) {
    this.options = options;
    const { certificate, key, authorities } = options;
    this.server = createServer({
      minVersion: 'TLSv1.3',
      cert: Buffer.from(certificate),
      key: Buffer.from(key),
      ca: [...authorities],
      requestCert: true,
      // As at the door for nodes: whoever is refused is told why, and nothing else.
      rejectUnauthorized: false,
      // No session is resumed: it would come without the certificates above the client's, which are judged too.
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: HANDSHAKE_MS,
      maxHeaderSize: HEADER_BYTES,
      connectionsCheckingInterval: 1_000,
    });
    this.server.headersTimeout = HEADERS_MS;
    this.server.requestTimeout = REQUEST_MS;
    this.server.keepAliveTimeout = IDLE_MS;
    this.server.timeout = IDLE_MS;
    this.server.maxConnections = CONNECTIONS_MAX;
    this.server.on('connection', (socket: Socket) => this.arrivals.add(socket));
    this.server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
      options.refused(new LiaisonError('TLS_FAILED', error.code ?? error.message, { cause: error }));
    });
    this.server.on('clientError', (_, socket) => socket.destroy());
    this.server.on('request', (request, response) => this.respond(request, response));
  }

  /** @throws LiaisonError PORT_IN_USE, CONFIG_INVALID */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'PORT_IN_USE' : 'CONFIG_INVALID';
        reject(new LiaisonError(code, `auditors: ${host}:${port} (${error.code ?? error.message}).`, { cause: error }));
      });
      this.server.listen(port, host, resolve);
    });
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.server.closeAllConnections();
    this.arrivals.destroyAll();
    await closed;
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    // Nobody sends anything along with these requests; what comes all the same is not kept.
    request.resume();
    const { socket } = request;
    // One after the other: an answer that waits behind another is not told when its connection ends, and would count on.
    if (this.busy.has(socket)) {
      socket.destroy();
      return;
    }
    this.busy.add(socket);
    response.once('close', () => this.busy.delete(socket));
    try {
      if (!(request.socket instanceof TLSSocket)) throw new LiaisonError('TLS_FAILED');
      const auditor = this.options.access.admit(request.socket, this.options.now());
      this.arrivals.admitted(request.socket);
      this.hold(auditor, response);
      this.options.sessions.request(auditor.name, auditor.tlsKeyId, this.options.now());
      this.answer(auditor, request, response);
    } catch (error) {
      this.refuse(response, named(error));
    }
  }

  /** Counts the request as under way until its answer has been read, which must not take for ever. */
  private hold(auditor: Auditor, response: ServerResponse): void {
    const id = toHex(auditor.tlsKeyId);
    const count = this.underWay.get(id) ?? 0;
    if (count >= PER_AUDITOR_MAX) throw new LiaisonError('OVERLOADED', `${PER_AUDITOR_MAX} requests are under way.`);
    this.underWay.set(id, count + 1);
    const timer = setTimeout(() => response.socket?.destroy(), ANSWER_MS);
    response.once('close', () => {
      clearTimeout(timer);
      const left = (this.underWay.get(id) ?? 1) - 1;
      if (left > 0) this.underWay.set(id, left);
      else this.underWay.delete(id);
    });
  }

  private answer(auditor: Auditor, request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD', 'content-length': 0 }).end();
      return;
    }
    if (this.bytesUnderWay > BYTES_UNDER_WAY_MAX)
      throw new LiaisonError('OVERLOADED', 'Too much has not been read yet.');
    const body = this.bodyOf(auditor, method, url);
    if (!body) {
      response.writeHead(404, { 'content-length': 0, 'cache-control': 'no-store' }).end();
      return;
    }
    const { bytes, type, isFinal } = body;
    response.writeHead(200, {
      'content-type': type,
      'content-length': bytes.length,
      'cache-control': isFinal ? 'private, max-age=31536000, immutable' : 'no-store',
    });
    if (method === 'HEAD') {
      response.end();
      return;
    }
    this.bytesUnderWay += bytes.length;
    response.once('close', () => (this.bytesUnderWay -= bytes.length));
    response.end(bytes);
  }

  private bodyOf(auditor: Auditor, method: string, url: string): Body | undefined {
    const { log } = this.options;
    if (url === `/${SHARDS_FILE}`) return { bytes: utf8(shardsText(log.shards())), type: JSON_TYPE, isFinal: false };
    const [, ordinal, path = ''] = SHARD_PATH.exec(url) ?? [];
    const part = ordinal === undefined ? undefined : parsePartPath(path);
    const shard = part && log.shards().find((item) => item.shard === Number(ordinal));
    const bytes = shard && log.part(shard, part);
    if (!bytes) return undefined;
    if (method === 'GET') this.noteEntries(auditor, shard, part);
    const isFinal = part.kind === 'tile' && part.address.width === TILE_WIDTH;
    return { bytes, type: typeOf(part), isFinal };
  }

  private noteEntries({ tlsKeyId }: Auditor, { origin }: ReadShard, part: ShardPart): void {
    if (part.kind !== 'tile' || part.address.level !== 'entries') return;
    const { number, width } = part.address;
    this.options.sessions.read(tlsKeyId, origin, number * TILE_WIDTH, number * TILE_WIDTH + width);
  }

  private refuse(response: ServerResponse, error: LiaisonError): void {
    this.options.refused(error);
    const { code, number, message: text, retry } = error;
    const body = JSON.stringify({ code, number, text, retry });
    const status = code === 'OVERLOADED' ? 503 : code === 'INTERNAL' || code === 'DATA_DAMAGED' ? 500 : 403;
    response.writeHead(status, {
      'content-type': JSON_TYPE,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(status === 503 ? { 'retry-after': '1' } : { connection: 'close' }),
    });
    response.end(body);
  }
}

const JSON_TYPE = 'application/json';

function typeOf({ kind }: ShardPart): string {
  if (kind === 'keys') return JSON_TYPE;
  return kind === 'checkpoint' || kind === 'cosigned' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}
