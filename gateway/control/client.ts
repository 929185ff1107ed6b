/** The command line's side of the control socket: asks, and signs acts with an operator's key. */
import { randomBytes, type KeyObject } from 'node:crypto';
import { request } from 'node:http';
import { signLeaf } from '../../protocol/batch.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { encode } from '../../protocol/codec.ts';
import { ERRORS, LiaisonError, type ErrorCode } from '../../protocol/errors.ts';
import { ActSchema, SignedLeafSchema, type Act } from '../../protocol/generated/schema.ts';
import { toBase64, toBase64Url } from '../../protocol/ids.ts';
import type { Explanation } from '../../ledger/policy/judge.ts';
import type { Hypothetical, LedgerStatus, RulesView } from '../pipeline.ts';
import type { WitnessFigures } from '../witnesses/witnesses.ts';
import { inHex, type InHex } from './rules.ts';

export type StatusAnswer = Omit<LedgerStatus, 'checkpoint'> & {
  checkpoint: string;
  sessions: { agency: string; node: string; mailboxes: string[] }[];
  /** Absent without witnesses in the configuration. */
  witnesses?: WitnessFigures;
};

/** The rules with ids in hexadecimal. */
export type RulesAnswer = InHex<RulesView>;

export class ControlClient {
  private readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** @throws LiaisonError GATEWAY_NOT_RUNNING */
  status(options: { digest: boolean }): Promise<StatusAnswer> {
    return this.call('GET', `/status${options.digest ? '?digest=1' : ''}`) as Promise<StatusAnswer>;
  }

  /**
   * Signs an act as this operator, with the number that is next for the key, and has it recorded.
   * @returns the log index
   * @throws LiaisonError GATEWAY_NOT_RUNNING, OPERATOR_UNKNOWN, and what the ledger refuses acts with
   */
  async act(operatorKey: KeyObject, content: Act['act']): Promise<number> {
    const status = await this.status({ digest: false });
    const keyId = toBase64Url(keyThumbprint(operatorKey));
    const operator = status.operators.find((item) => item.keyId === keyId);
    if (!operator) throw new LiaisonError('OPERATOR_UNKNOWN', `Key id ${keyId}.`);
    const leaf = encode(ActSchema, {
      blind: new Uint8Array(randomBytes(16)),
      origin: status.origin,
      number: operator.nextNumber,
      createdAtMs: Date.now(),
      act: content,
    });
    const signed = encode(SignedLeafSchema, signLeaf('act', operatorKey, leaf));
    const answer = (await this.call('POST', '/act', { signed: toBase64(signed) })) as { index: number };
    return answer.index;
  }

  /**
   * What operators and owners have laid down.
   * @throws LiaisonError GATEWAY_NOT_RUNNING
   */
  rules(): Promise<RulesAnswer> {
    return this.call('GET', '/rules') as Promise<RulesAnswer>;
  }

  /**
   * What the running gateway would say of a message.
   * @throws LiaisonError GATEWAY_NOT_RUNNING, HEADER_INVALID
   */
  explain(message: Hypothetical): Promise<Explanation> {
    return this.call('POST', '/explain', inHex(message)) as Promise<Explanation>;
  }

  private call(method: string, path: string, body?: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // A connection of its own: one that is kept may be closed by the gateway in the moment it is used again.
      const outgoing = request({ socketPath: this.socketPath, method, path, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { code?: string; detail?: string };
          if (response.statusCode === 200) resolve(answer);
          else reject(new LiaisonError(isErrorCode(answer.code) ? answer.code : 'INTERNAL', answer.detail ?? ''));
        });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
        reject(absent ? new LiaisonError('GATEWAY_NOT_RUNNING') : new LiaisonError('UNAVAILABLE', error.message));
      });
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

const isErrorCode = (code: string | undefined): code is ErrorCode => code !== undefined && code in ERRORS;
