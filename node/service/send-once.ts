/**
 * Sending under a key: however often the same request comes, also after a crash, one message leaves. The message's id is
 * durable under the key before the message is; whoever repeats the key gets the same id, and what is in the outbox under
 * it is not added again.
 */
import { createHash } from 'node:crypto';
import { equalBytes, newMessageId } from '../../protocol/ids.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { SendRequest } from '../types.ts';
import type { ServiceNode } from './ports.ts';
import type { ServiceStore } from './store.ts';

export interface SendOnceContext {
  readonly node: Pick<ServiceNode, 'send' | 'evidence'>;
  readonly store: Pick<ServiceStore, 'claimSend' | 'releaseSend'>;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface SentOnce {
  readonly id: string;
  /** It had been sent before. */
  readonly repeated: boolean;
}

export class SendOnce {
  private readonly context: SendOnceContext;
  /** The same key twice at a time: the second waits. */
  private readonly running = new Map<string, Promise<unknown>>();

  constructor(context: SendOnceContext) {
    this.context = context;
  }

  /**
   * @param key for 90 days, it stands for this request
   * @throws LiaisonError ID_REUSED when the key stands for another request; what `AgencyNode.send` throws
   */
  async send(key: string, request: SendRequest): Promise<SentOnce> {
    for (let other = this.running.get(key); other; other = this.running.get(key)) await other.catch(() => undefined);
    const mine = this.attempt(key, request).finally(() => this.running.delete(key));
    this.running.set(key, mine);
    return mine;
  }

  private async attempt(key: string, request: SendRequest): Promise<SentOnce> {
    const { node, store, now, random } = this.context;
    const digest = new Uint8Array(createHash('sha256').update(JSON.stringify(request)).digest());
    const id = request.id ?? newMessageId(now(), random(10));
    const claim = store.claimSend(key, { id, digest }, now());
    if (!equalBytes(claim.digest, digest)) throw reused();
    const idKey = request.id === undefined ? key : idKeyOf(request.id);
    // A given id stands for one request under every key: otherwise another one would count as sent.
    if (idKey !== key && !equalBytes(store.claimSend(idKey, claim, now()).digest, digest)) {
      store.releaseSend(key);
      throw reused();
    }
    if (isInOutbox(node, claim.id)) return { id: claim.id, repeated: true };
    try {
      await node.send({ ...request, id: claim.id });
    } catch (error) {
      // What time does not mend was wrong with the request.
      if (error instanceof LiaisonError && !error.retry)
        for (const one of new Set([key, idKey])) store.releaseSend(one);
      throw error;
    }
    return { id: claim.id, repeated: false };
  }
}

/** The key of a request that has an id and no key of its own. */
export const idKeyOf = (id: string): string => `id:${id}`;

const reused = (): LiaisonError =>
  new LiaisonError('ID_REUSED', 'The Idempotency-Key or id stands for another request.');

/** Whether a message of this id is durable in the node's outbox. @throws LiaisonError HEADER_INVALID */
export function isInOutbox(node: Pick<ServiceNode, 'evidence'>, id: string): boolean {
  try {
    node.evidence(id);
    return true;
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'MESSAGE_NOT_FOUND') return false;
    throw error;
  }
}
