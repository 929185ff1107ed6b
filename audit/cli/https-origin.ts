/** A log that a gateway serves to auditors (SPEC.md section 7.9). */
import { Agent, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createSecureContext } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, type ErrorCode, LiaisonError } from '../../protocol/errors.ts';
import type { LogOrigin } from '../bundle/mirror.ts';
import {
  LIST_BYTES_MAX,
  parseShards,
  partBytesMax,
  partPath,
  type ShardEntry,
  type ShardPart,
  SHARDS_FILE,
} from '../bundle/format.ts';

const REQUEST_MS = 30_000;
const ATTEMPTS_MAX = 7;
/** Of the first request: whoever has mistyped the address wants to know. */
const FIRST_ATTEMPTS_MAX = 3;
/** Before the second attempt; twice as long before each further one. */
const PAUSE_MS = 250;
const REFUSAL_BYTES_MAX = 4096;

interface Reply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Another attempt may succeed. */
class Passing extends Error {}

export class HttpsOrigin implements LogOrigin {
  private readonly url: URL;
  private readonly agent: Agent;
  private isReached = false;

  /** @throws LiaisonError FILE_INVALID when these are no certificates, or the key is not that of the certificate */
  constructor(url: URL, options: { cert: Uint8Array; key: Uint8Array; ca: Uint8Array; maxSockets: number }) {
    this.url = url;
    const { cert, key, ca, maxSockets } = options;
    const files = { cert: Buffer.from(cert), key: Buffer.from(key), ca: Buffer.from(ca) };
    checkFiles(files);
    this.agent = new Agent({ ...files, maxSockets, keepAlive: true, minVersion: 'TLSv1.3' });
  }

  async shards(): Promise<readonly ShardEntry[]> {
    const body = await this.get(SHARDS_FILE, LIST_BYTES_MAX);
    if (body) return parseShards(body, `${this.url.href} ${SHARDS_FILE}`);
    throw new LiaisonError('FILE_INVALID', `${this.url.href} serves no log: it has no ${SHARDS_FILE}.`);
  }

  part(shard: number, part: ShardPart): Promise<Uint8Array | undefined> {
    return this.get(`shards/${shard}/${partPath(part)}`, partBytesMax(part));
  }

  close(): void {
    this.agent.destroy();
  }

  /** @throws LiaisonError what the gateway refuses with; UNAVAILABLE when it cannot be reached */
  private async get(path: string, bytesMax: number): Promise<Uint8Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { status, body } = await this.attempt(path, bytesMax);
        this.isReached = true;
        if (status === 200) return body;
        if (status === 404) return undefined;
        throw refusal(status, body, path);
      } catch (error) {
        if (!(error instanceof Passing)) throw error;
        if (attempt >= (this.isReached ? ATTEMPTS_MAX : FIRST_ATTEMPTS_MAX)) {
          const what = `${this.url.href}: ${error.message}, ${attempt} times.`;
          throw new LiaisonError('UNAVAILABLE', what, { cause: error });
        }
      }
      await sleep(PAUSE_MS * 2 ** (attempt - 1));
    }
  }

  private attempt(path: string, bytesMax: number): Promise<Reply> {
    const base = this.url.pathname.replace(/\/$/, '');
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          agent: this.agent,
          hostname: this.url.hostname.replace(/^\[|\]$/g, ''),
          port: this.url.port || 443,
          path: `${base}/${path}`,
          timeout: REQUEST_MS,
        },
        (response) => {
          readBody(response, response.statusCode === 200 ? bytesMax : REFUSAL_BYTES_MAX).then(resolve, reject);
        },
      );
      asked.once('timeout', () => asked.destroy(new Error(`no answer within ${REQUEST_MS / 1000} s`)));
      asked.once('error', (error) => reject(failure(error)));
      asked.end();
    });
  }
}

function checkFiles(files: { cert: Buffer; key: Buffer; ca: Buffer }): void {
  try {
    createSecureContext(files);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const what = `Certificate, key and authority must be PEM files, and the key that of the certificate (${text}).`;
    throw new LiaisonError('FILE_INVALID', what, { cause });
  }
}

function readBody(response: IncomingMessage, bytesMax: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    response.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > bytesMax) {
        reject(new LiaisonError('DATA_DAMAGED', `The answer has more than the ${bytesMax} bytes that it can have.`));
        response.destroy();
      } else pieces.push(piece);
    });
    response.once('error', () => reject(new Passing('the answer broke off')));
    response.once('end', () => {
      const status = response.statusCode ?? 0;
      if (status >= 500 || status === 429) reject(new Passing(`the answer has status ${status}`));
      else resolve({ status, body: new Uint8Array(Buffer.concat(pieces)) });
    });
  });
}

/** What cannot be mended by trying again is said at once. */
function failure(error: Error): Error {
  const { code = '' } = error as NodeJS.ErrnoException;
  const isOfTls = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code);
  if (!isOfTls) return new Passing(code === '' ? error.message : code);
  return new LiaisonError('TLS_FAILED', `The gateway's certificate or our own was refused (${code}).`, {
    cause: error,
  });
}

/** The gateway says with a code of the protocol why it refuses. */
function refusal(status: number, body: Uint8Array, path: string): LiaisonError {
  try {
    const { code, text } = JSON.parse(Buffer.from(body).toString('utf8')) as { code: ErrorCode; text: string };
    if (Object.hasOwn(ERRORS, code)) return new LiaisonError(code, `The gateway says: ${text.slice(0, 500)}`);
  } catch {
    // Not a gateway's answer.
  }
  const what = `${path} was answered with status ${status}. Is this where the gateway serves auditors?`;
  return new LiaisonError('FILE_INVALID', what);
}
