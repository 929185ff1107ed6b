/** Handover statements on their way to the gateway: signed once, repeated with the same bytes until they are answered. */
import { signBatch } from '../protocol/batch.ts';
import { decode, encode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { HandoverOutcome, HandoverStatementSchema, type HandoverResult } from '../protocol/generated/schema.ts';
import { equalBytes, type Mailbox, messageIdOf } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { Identity } from './receive.ts';
import { codeName, type NodeRuntime, report } from './runtime.ts';
import { remoteError } from './session/connection-errors.ts';
import type { Link } from './session/link.ts';
import type { HandoverBatch } from './store/handover-store.ts';

/** What is said about one delivery. */
export interface Verdict {
  readonly mailbox: Mailbox;
  readonly number: number;
  readonly identity: Identity;
  /** Why it failed for good; absent when it is durable here. */
  readonly failure?: LiaisonError | undefined;
}

const PAGE = 16;
const RETRY_MS = 30_000;
/** Another key may sign the same statement. */
const KEY_CODES: ReadonlySet<string> = new Set(['KEY_UNKNOWN', 'KEY_REVOKED']);

export class Handovers {
  private readonly runtime: NodeRuntime;
  private link: Link | undefined;
  private readonly underWay = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private exchanging = 0;

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  get isBusy(): boolean {
    return this.exchanging > 0;
  }

  begin(link: Link): void {
    this.link = link;
    this.underWay.clear();
    this.resume();
  }

  end(): void {
    this.link = undefined;
    this.underWay.clear();
    clearTimeout(this.timer);
  }

  /**
   * Signs statements about 1 to 1024 deliveries under one signature and stores them. Must run within
   * `NodeDatabase.write`, together with what they state.
   * @returns the batch, to be sent once that transaction is durable
   */
  sign(verdicts: readonly Verdict[]): number {
    const { keys, handovers, now, random } = this.runtime;
    const items = verdicts.map(({ mailbox, number, identity, failure }) => ({
      mailbox,
      number,
      statement: encode(HandoverStatementSchema, {
        blind: random(LIMITS.blindBytes),
        messageId: identity.messageId,
        sender: identity.sender,
        recipient: mailbox,
        number,
        headerDigest: identity.headerDigest,
        outcome: failure ? HandoverOutcome.FAILED : HandoverOutcome.HANDED_OVER,
        reason: failure?.number ?? 0,
        atMs: now(),
      }),
    }));
    const leaves = items.map(({ statement }) => statement);
    return handovers.add(signBatch('handover', keys.signingKey, leaves).signature, items);
  }

  /** Sends a stored batch, if there is a session and it is not under way. */
  send(batch: number): void {
    const { link } = this;
    if (link?.isOpen !== true || this.underWay.has(batch)) return;
    this.underWay.add(batch);
    this.exchanging++;
    this.exchange(link, batch)
      .catch((error: unknown) => report(this.runtime, error))
      .finally(() => {
        this.exchanging--;
        if (this.link === link) this.underWay.delete(batch);
      });
  }

  /** Sends everything that has no answer yet. */
  private resume(): void {
    clearTimeout(this.timer);
    let after = 0;
    for (;;) {
      const open = this.runtime.handovers.open(after, PAGE);
      for (const batch of open) this.send(batch);
      const last = open.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  private async exchange(link: Link, number: number): Promise<void> {
    const batch = await this.load(number);
    if (!batch) return;
    const statements = batch.items.map((item) => item.statement);
    const result = await link.handover(statements, batch.signature);
    if (result.items.length !== batch.items.length) {
      this.runtime.fault(new LiaisonError('MALFORMED', 'HandoverResult has another number of items than Handover.'));
      return;
    }
    await this.answered(batch, result);
  }

  /** A batch from the database; signed anew when the node has got another signing key since. */
  private async load(number: number): Promise<HandoverBatch | undefined> {
    const { handovers, keys, db } = this.runtime;
    const batch = handovers.batch(number);
    if (!batch || equalBytes(batch.signature.keyId, keys.signingKeyId)) return batch;
    const leaves = batch.items.map(({ statement }) => statement);
    const { signature } = signBatch('handover', keys.signingKey, leaves);
    await db.write(() => handovers.setSignature(number, signature));
    return { ...batch, signature };
  }

  private async answered(batch: HandoverBatch, result: HandoverResult): Promise<void> {
    const { handovers, db } = this.runtime;
    const isOpen = result.items.some(({ code, retry }) => code !== 0 && (retry || KEY_CODES.has(codeName(code))));
    await db.write(() => {
      for (const [i, item] of batch.items.entries()) {
        const answer = result.items[i];
        if (answer) handovers.setAnswer(item, answer.index, answer.code);
      }
      if (!isOpen) handovers.close(batch.batch);
    });
    for (const [i, { statement, mailbox }] of batch.items.entries()) {
      const answer = result.items[i];
      if (!answer || answer.code === 0 || answer.retry) continue;
      const { messageId } = decode(HandoverStatementSchema, statement, 'signed');
      const error = remoteError(answer.code, answer.text);
      report(this.runtime, error, { mailbox, messageId: messageIdOf(messageId) });
    }
    // What another key must sign waits for the next session.
    if (!result.items.some(({ code, retry }) => code !== 0 && retry) || !this.link) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.resume(), RETRY_MS);
  }
}
