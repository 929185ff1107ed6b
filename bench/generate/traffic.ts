/** Submissions: who sends, in which bursts, and what of it the gateway must refuse. */
import type { Work } from '../../gateway/ledger/engine.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Routing } from '../../protocol/generated/schema.ts';
import type { Mailbox } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { CastAgency, CastMailbox, SigningKey } from './cast.ts';
import type { Deliveries } from './deliveries.ts';
import type { LogWriter } from './log-writer.ts';
import { type Burst, burstSize, DAY_MS, type MessageMaker, recipientCount } from './messages.ts';
import { type Random, Ranked } from './random.ts';
import { submissionWork, type UnsignedMessage } from './work.ts';

const HOUR_MS = 3_600_000;
/** How unequal agencies are: the exponent of Zipf's law. */
const INEQUALITY = 0.9;
const FAULT_SHARE = 0.003;
const DOOMED_SHARE = 0.002;

interface SentBurst {
  readonly sender: CastMailbox;
  readonly items: readonly Item[];
}

/** A message of a burst: what is expected of it, and what is to be done then. */
interface Item {
  readonly message: UnsignedMessage;
  readonly recipients: readonly CastMailbox[];
  readonly fate: 'taken' | 'doomed' | 'waits' | 'refused';
}

type Fault = (sender: CastMailbox, recipients: readonly CastMailbox[], nowMs: number) => Partial<Routing> | undefined;

export interface TrafficOptions {
  readonly cast: readonly CastAgency[];
  readonly writer: LogWriter;
  readonly maker: MessageMaker;
  readonly deliveries: Deliveries;
  readonly random: Random;
  readonly burst: Burst;
  /** Share of the messages that are signed one by one. */
  readonly single: number;
  /** Nothing is left to expire after this time. */
  readonly untilMs: number;
}

export class Traffic {
  /** Messages accepted so far. */
  accepted = 0;
  private planned = 0;
  private alone = 0;
  private readonly options: TrafficOptions;
  private readonly everybody: readonly CastMailbox[];
  private readonly ranked: Ranked<CastMailbox>;
  /** The newest message of each mailbox: its id is then used again, by mistake. */
  private readonly newest = new Map<Mailbox, { messageId: Uint8Array; atMs: number }>();

  constructor(options: TrafficOptions) {
    this.options = options;
    this.everybody = options.cast.flatMap(({ mailboxes }) => mailboxes);
    this.ranked = new Ranked(this.everybody, INEQUALITY);
  }

  /**
   * Commits bursts until `messages` more are accepted.
   * @param lifetimeMs from creation to expiry; without it, some of the usual ones
   */
  round(messages: number, lifetimeMs?: number): void {
    const { maker, random, writer } = this.options;
    const { nowMs } = writer;
    const bursts: SentBurst[] = [];
    for (let planned = 0; planned < messages;) {
      const size = this.nextSize(messages - planned);
      const sender = this.someone();
      const items: Item[] = [];
      for (let i = 0; i < size; i++) {
        const recipients = this.recipientsFor(sender);
        if (random.chance(FAULT_SHARE)) {
          const change = random.pick(this.faults)(sender, recipients, nowMs);
          if (change)
            items.push({ message: maker.make({ sender, recipients, nowMs, change }), recipients, fate: 'refused' });
        }
        const doom = random.chance(DOOMED_SHARE) ? this.doom(nowMs) : undefined;
        const change = doom ?? (lifetimeMs && { createdAtMs: nowMs, expiresAtMs: nowMs + lifetimeMs });
        const message = maker.make({ sender, recipients, nowMs, ...(change && { change }) });
        items.push({ message, recipients, fate: doom ? 'doomed' : 'taken' });
      }
      planned += size;
      bursts.push({ sender, items });
    }
    this.commit(bursts);
  }

  /** Commits bursts to one recipient each, in turn, who does not take what it gets for as long as is possible. */
  backlog(messages: number, recipients: readonly CastMailbox[], isOpenable: boolean): void {
    const { maker, random, writer } = this.options;
    const { nowMs } = writer;
    const change = { createdAtMs: nowMs, expiresAtMs: nowMs + LIMITS.lifetimeMsMax };
    const bursts: SentBurst[] = [];
    for (let planned = 0; planned < messages;) {
      const size = this.nextSize(messages - planned);
      const sender = this.someone();
      const items: Item[] = [];
      while (items.length < size) {
        const to = [random.pick(recipients)];
        const draft = { sender, recipients: to, nowMs, change };
        const message = isOpenable ? maker.seal(draft) : maker.make(draft);
        items.push({ message, recipients: to, fate: 'waits' });
      }
      planned += size;
      bursts.push({ sender, items });
    }
    this.commit(bursts);
  }

  /** Messages under the next signature, at most so many. */
  private nextSize(max: number): number {
    const { burst, single, random } = this.options;
    const isAlone = this.alone < single * (this.planned + 1);
    const size = isAlone ? 1 : Math.min(burstSize(burst, random), max, LIMITS.submitMessagesMax);
    this.planned += size;
    if (isAlone) this.alone++;
    return size;
  }

  /** A message that must be refused, with an entry. */
  refused(sender: CastMailbox, recipient: CastMailbox, signing?: SigningKey): void {
    const { maker, writer } = this.options;
    const recipients = [recipient];
    const message = maker.make({ sender, recipients, nowMs: writer.nowMs, ...(signing && { signing }) });
    const key = (signing ?? sender.owner.signing).key;
    this.commitSigned([{ message, recipients, fate: 'refused' }], submissionWork(sender.owner.agency, key, [message]));
  }

  /** Somebody else than this agency, who can send and receive. */
  someone(other?: CastAgency): CastMailbox {
    for (;;) {
      const mailbox = this.ranked.draw(this.options.random);
      if (isAvailable(mailbox) && mailbox.owner !== other) return mailbox;
    }
  }

  private recipientsFor(sender: CastMailbox): CastMailbox[] {
    const wanted = recipientCount(this.options.random);
    if (wanted === 1) return [this.someone(sender.owner)];
    const others = this.everybody.filter((mailbox) => isAvailable(mailbox) && mailbox.owner !== sender.owner);
    const chosen = new Set<CastMailbox>();
    while (chosen.size < Math.min(wanted, others.length)) chosen.add(this.options.random.pick(others));
    return [...chosen];
  }

  private commit(bursts: readonly SentBurst[]): void {
    const work = bursts.flatMap(({ sender, items }) =>
      submissionWork(
        sender.owner.agency,
        sender.owner.signing.key,
        items.map(({ message }) => message),
      ),
    );
    this.commitSigned(
      bursts.flatMap(({ items }) => items),
      work,
    );
  }

  private commitSigned(items: readonly Item[], work: readonly Work[]): void {
    const { writer, deliveries } = this.options;
    writer.commit(work).forEach((outcome, i) => {
      const { message, recipients, fate } = items[i] as Item;
      if (fate === 'refused') {
        if (outcome.kind !== 'refused') throw new LiaisonError('INTERNAL', 'A faulty message was not refused.');
        return;
      }
      if (outcome.kind === 'refused') throw outcome.error;
      if (outcome.kind === 'repeat') throw new LiaisonError('INTERNAL', 'An id came twice: take another seed.');
      deliveries.accepted(message, recipients, outcome.indices[0] as number, fate);
      this.accepted++;
      this.newest.set(message.parsed.sender, { messageId: message.parsed.routing.messageId, atMs: writer.nowMs });
    });
  }

  /** A short life, if it ends while somebody is there to say so. */
  private doom(nowMs: number): Partial<Routing> | undefined {
    const expiresAtMs = nowMs + this.options.random.between(1, 12) * HOUR_MS;
    return expiresAtMs < this.options.untilMs ? { createdAtMs: nowMs, expiresAtMs } : undefined;
  }

  private readonly faults: readonly Fault[] = [
    (_, __, nowMs) => ({ createdAtMs: nowMs - 2 * DAY_MS, expiresAtMs: nowMs - HOUR_MS }),
    (_, __, nowMs) => ({ createdAtMs: nowMs, expiresAtMs: nowMs + LIMITS.lifetimeMsMax + 1 }),
    (_, __, nowMs) => ({ createdAtMs: nowMs + 2 * LIMITS.createdAheadMsMax, expiresAtMs: nowMs + DAY_MS }),
    (_, recipients) => ({
      recipients: recipients.map(({ key }, i) => ({ mailbox: `zz.nobody/desk${i + 1}`, keyId: key.keyId })),
    }),
    (_, recipients) => ({
      recipients: recipients.map(({ mailbox }) => ({ mailbox, keyId: this.options.random.bytes(32) })),
    }),
    ({ mailbox }, _, nowMs) => {
      const known = this.newest.get(mailbox);
      // Later than that it may be forgotten, and then its id is as good as any.
      return known && nowMs - known.atMs < LIMITS.purgeAfterExpiryMs ? { messageId: known.messageId } : undefined;
    },
  ];
}

const isAvailable = ({ isEnrolled, owner }: CastMailbox): boolean => isEnrolled && !owner.isSuspended;
