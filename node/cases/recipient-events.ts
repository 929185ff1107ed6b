/** What the node says of messages it has: opened, consent given or refused. Durable, and sent once there is a session. */
import { signBatch } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EventStatementSchema, RecipientEvent } from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, messageIdOf } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type NodeRuntime, report } from '../runtime.ts';
import { remoteError } from '../session/connection-errors.ts';
import type { Link } from '../session/link.ts';
import type { EventAxis } from '../store/event-store.ts';

const RETRY_MS = 30_000;

export class RecipientEvents {
  private readonly runtime: NodeRuntime;
  private link: Link | undefined;
  private sending: Promise<void> | undefined;
  private again = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  get isBusy(): boolean {
    return this.sending !== undefined;
  }

  begin(link: Link): void {
    this.link = link;
    this.send();
  }

  end(): void {
    this.link = undefined;
    clearTimeout(this.timer);
  }

  /**
   * States an event for every copy of a received message, each axis once. Durable when it resolves.
   * @throws LiaisonError MESSAGE_NOT_FOUND
   */
  async state(id: MessageId, event: RecipientEvent): Promise<void> {
    const { inbox, events, db, now, random } = this.runtime;
    const axis: EventAxis = event === RecipientEvent.OPENED ? 'access' : 'consent';
    const copies = inbox.byId(messageIdBytes(id)).filter(({ state }) => state === 'new' || state === 'done');
    if (copies.length === 0) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
    await db.write(() => {
      for (const { mailbox, number, sender, headerDigest } of copies) {
        if (!sender || !headerDigest) continue;
        const statement = encode(EventStatementSchema, {
          blind: random(LIMITS.blindBytes),
          messageId: messageIdBytes(id),
          ...{ sender, recipient: mailbox, number, headerDigest, event },
          atMs: now(),
        });
        events.add(mailbox, number, axis, statement);
      }
    });
    this.send();
  }

  private send(): void {
    const { link } = this;
    this.again = true;
    if (link?.isOpen !== true || link.agreed.version < 2 || this.sending) return;
    clearTimeout(this.timer);
    this.sending = this.exchangeAll(link)
      .catch((error: unknown) => report(this.runtime, error))
      .finally(() => {
        this.sending = undefined;
        if (this.again && this.link !== link) this.send();
      });
  }

  private async exchangeAll(link: Link): Promise<void> {
    while (this.again && this.link === link) {
      this.again = false;
      const open = this.runtime.events.open(LIMITS.batchLeavesMax);
      if (open.length === 0) return;
      const statements = open.map(({ statement }) => statement);
      const { signature } = signBatch('event', this.runtime.keys.signingKey, statements);
      const { items } = await link.events(statements, signature);
      if (items.length !== open.length) {
        this.runtime.fault(new LiaisonError('MALFORMED', 'EventsResult has another number of items than Events.'));
        return;
      }
      await this.runtime.db.write(() => {
        for (const [i, { seq }] of open.entries()) {
          const { code, index, retry } = items[i] as (typeof items)[number];
          if (code === 0 || !retry) this.runtime.events.close(seq, index, code);
        }
      });
      for (const [i, { statement }] of open.entries()) {
        const { code, text, retry } = items[i] as (typeof items)[number];
        if (code === 0 || retry) continue;
        const { messageId } = decode(EventStatementSchema, statement, 'signed');
        report(this.runtime, remoteError(code, text), { messageId: messageIdOf(messageId) });
      }
      if (items.some(({ code, retry }) => code !== 0 && retry)) this.timer = setTimeout(() => this.send(), RETRY_MS);
    }
  }
}
