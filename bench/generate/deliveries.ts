/** What recipients do with what they get: hand it over in signed batches, refuse it, or let it expire. */
import type { Work } from '../../gateway/ledger/engine.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { HandoverOutcome, type HandoverStatement } from '../../protocol/generated/schema.ts';
import type { CastAgency, CastMailbox } from './cast.ts';
import type { Random } from './random.ts';
import { handoverWork, type UnsignedMessage } from './work.ts';

/** No more than what a statement needs: there may be many. */
interface Delivery {
  readonly messageId: Uint8Array;
  readonly sender: string;
  readonly recipient: string;
  readonly number: number;
  readonly headerDigest: Uint8Array;
  readonly mayFail: boolean;
}

interface Doomed {
  readonly entryIndex: number;
  readonly expiresAtMs: number;
  readonly owner: CastAgency;
  readonly delivery: Delivery;
}

const HANDOVERS_PER_SIGNATURE = 500;
const FAILED_SHARE = 0.003;
const LATE_SHARE = 0.4;
const REASONS = [
  ERRORS.CANNOT_DECRYPT.number,
  ERRORS.BODY_DIGEST_MISMATCH.number,
  ERRORS.BODY_INVALID.number,
  ERRORS.SIGNATURE_INVALID.number,
];

export class Deliveries {
  private readonly random: Random;
  private readonly single: number;
  private readonly pending = new Map<CastAgency, Delivery[]>();
  private doomed: Doomed[] = [];

  /** @param single share of the handovers that are signed one by one */
  constructor(random: Random, single: number) {
    this.random = random;
    this.single = single;
  }

  /**
   * Takes note of an accepted message, whose recipients get their next numbers.
   * @param fate `taken`: everybody hands it over; `doomed`: the last recipient does not before it expires; `waits`:
   *   nobody does
   */
  accepted(
    message: UnsignedMessage,
    recipients: readonly CastMailbox[],
    entryIndex: number,
    fate: 'taken' | 'doomed' | 'waits',
  ): void {
    const { routing, digest: headerDigest, sender } = message.parsed;
    const { messageId, expiresAtMs } = routing;
    recipients.forEach(({ mailbox, owner }, i) => {
      const number = (recipients[i] as CastMailbox).nextNumber++;
      if (fate === 'waits') return;
      const delivery = { messageId, sender, recipient: mailbox, number, headerDigest, mayFail: true };
      if (fate === 'doomed' && i === recipients.length - 1) {
        this.doomed.push({ entryIndex, expiresAtMs, owner, delivery });
      } else {
        this.add(owner, delivery);
      }
    });
  }

  /** Messages whose time is over. Some of their recipients say later that they have them after all. */
  expire(nowMs: number): Work[] {
    const due = this.doomed.filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
    if (due.length === 0) return [];
    this.doomed = this.doomed.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    for (const { owner, delivery } of due) {
      if (this.random.chance(LATE_SHARE)) this.add(owner, { ...delivery, mayFail: false });
    }
    return due.map(({ entryIndex }) => ({ command: { kind: 'expire', entryIndex } }));
  }

  /** What the agencies that `isPresent` names have got and not yet signed for. */
  handOver(isPresent: (agency: CastAgency) => boolean, nowMs: number): Work[] {
    const work: Work[] = [];
    for (const [agency, deliveries] of this.pending) {
      if (!isPresent(agency)) continue;
      this.pending.delete(agency);
      const alone = Math.ceil(deliveries.length * this.single);
      for (let at = 0, end = 0; at < deliveries.length; at = end) {
        end = at < alone ? at + 1 : at + HANDOVERS_PER_SIGNATURE;
        const statements = deliveries.slice(at, end).map((delivery) => this.statement(delivery, nowMs));
        work.push(...handoverWork(agency.agency, agency.signing.key, statements));
      }
    }
    return work;
  }

  private add(owner: CastAgency, delivery: Delivery): void {
    const list = this.pending.get(owner);
    if (list) list.push(delivery);
    else this.pending.set(owner, [delivery]);
  }

  private statement({ mayFail, ...delivery }: Delivery, atMs: number): HandoverStatement {
    const { random } = this;
    const failed = mayFail && random.chance(FAILED_SHARE);
    return {
      blind: random.bytes(16),
      ...delivery,
      outcome: failed ? HandoverOutcome.FAILED : HandoverOutcome.HANDED_OVER,
      reason: failed ? random.pick(REASONS) : 0,
      atMs,
    };
  }
}
