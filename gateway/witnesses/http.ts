/** One witness as the gateway reaches it (C2SP tlog-witness): two requests, bounded in time and size. */
import { createHash } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parseDecimal } from '../../audit/checkpoint.ts';
import { toBase64 } from '../../protocol/ids.ts';

export type WitnessAnswer =
  /** Signature lines, not verified. */
  | { readonly kind: 'cosigned'; readonly lines: Uint8Array }
  /** It has signed a checkpoint of another size than was assumed. */
  | { readonly kind: 'size'; readonly size: number }
  /** 422: for the witness our log is another one. */
  | { readonly kind: 'contradicted'; readonly text: string };

export type FailureReason = 'unreachable' | 'timeout' | 'refused' | 'invalid' | 'contradicted';

/** No usable answer. */
export class WitnessFailure extends Error {
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const ANSWER_BYTES_MAX = 64 * 1024;

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

export class WitnessHttp {
  private readonly url: string;
  private readonly timeoutMs: number;
  private readonly agent: HttpAgent;

  /** @param ca certificates of authorities, PEM; the system's when there are none */
  constructor(url: string, options: { readonly timeoutMs: number; readonly ca?: readonly string[] | undefined }) {
    this.url = url;
    this.timeoutMs = options.timeoutMs;
    const keep = { keepAlive: true, maxSockets: 2 };
    this.agent = url.startsWith('https:')
      ? new HttpsAgent({ ...keep, ...(options.ca && { ca: [...options.ca] }) })
      : new HttpAgent(keep);
  }

  /**
   * Asks for a cosignature.
   * @param oldSize size of the checkpoint that the witness is taken to have signed last
   * @throws WitnessFailure
   */
  async add(oldSize: number, proof: readonly Uint8Array[], note: Uint8Array): Promise<WitnessAnswer> {
    const head = [`old ${oldSize}`, ...proof.map(toBase64)].map((line) => `${line}\n`).join('');
    const { status, body } = await this.call(
      'POST',
      '/add-checkpoint',
      Buffer.concat([Buffer.from(`${head}\n`), note]),
    );
    if (status === 200) return { kind: 'cosigned', lines: new Uint8Array(body) };
    const text = body.toString('utf8').trim().slice(0, 200);
    if (status === 422) return { kind: 'contradicted', text };
    const size = status === 409 ? parseDecimal(text) : undefined;
    if (size !== undefined) return { kind: 'size', size };
    throw new WitnessFailure('refused', `It answers ${status}: ${text}`);
  }

  /**
   * The newest checkpoint that the witness has signed of this log, as it shows it; nothing is verified.
   * @returns `undefined` when it shows none
   * @throws WitnessFailure
   */
  async checkpoint(origin: string): Promise<Uint8Array | undefined> {
    const hash = createHash('sha256').update(origin).digest('hex');
    const { status, body } = await this.call('GET', `/${hash}/checkpoint`);
    if (status === 200) return new Uint8Array(body);
    if (status === 404) return undefined;
    throw new WitnessFailure('refused', `It answers ${status}.`);
  }

  close(): void {
    this.agent.destroy();
  }

  private call(method: string, path: string, body?: Buffer): Promise<Reply> {
    const signal = AbortSignal.timeout(this.timeoutMs);
    const send = this.url.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise<Reply>((resolve, reject) => {
      const failed = (error: Error & { code?: string }): void => {
        const why = signal.aborted ? `no answer within ${this.timeoutMs} ms` : (error.code ?? error.message);
        reject(new WitnessFailure(signal.aborted ? 'timeout' : 'unreachable', `${this.url}: ${why}.`));
      };
      const headers = body ? { 'content-length': body.length, 'content-type': 'text/plain' } : {};
      const outgoing = send(`${this.url}${path}`, { method, agent: this.agent, signal, headers }, (response) => {
        readBody(response).then((read) => {
          if (read) return resolve({ status: response.statusCode ?? 0, body: read });
          outgoing.destroy();
          reject(new WitnessFailure('invalid', `${this.url}: the answer is longer than ${ANSWER_BYTES_MAX} bytes.`));
        }, failed);
      });
      outgoing.on('error', failed);
      outgoing.end(body);
    });
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > ANSWER_BYTES_MAX) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
