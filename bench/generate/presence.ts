/** Who is connected: sessions open and close, and now and then an agency stays away. */
import type { Work } from '../../gateway/ledger/engine.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { CastAgency } from './cast.ts';
import type { Random } from './random.ts';

const HOUR_MS = 3_600_000;
const AWAY_HOURS_MAX = 36;
/** For each agency and round. */
const AWAY_SHARE = 0.002;
const RECONNECT_SHARE = 0.008;
/** 0: closed by the node in good order. */
const CLOSE_CODES = [0, 0, 0, ERRORS.PING_TIMEOUT.number, ERRORS.TAKEN_OVER.number, ERRORS.SLOW_CONSUMER.number];

export class Presence {
  private readonly random: Random;
  private readonly sessions = new Map<CastAgency, Uint8Array>();
  private readonly awayUntilMs = new Map<CastAgency, number>();

  constructor(random: Random) {
    this.random = random;
  }

  readonly isPresent = (agency: CastAgency): boolean => this.sessions.has(agency);

  /** Opens sessions of those who should have one, and closes some. */
  round(cast: readonly CastAgency[], nowMs: number): Work[] {
    return cast.flatMap((agency) => {
      if (!this.mayConnect(agency)) return [];
      if (!this.isPresent(agency)) return (this.awayUntilMs.get(agency) ?? 0) <= nowMs ? [this.open(agency)] : [];
      if (this.random.chance(AWAY_SHARE)) {
        this.awayUntilMs.set(agency, nowMs + this.random.between(1, AWAY_HOURS_MAX) * HOUR_MS);
        return this.close(agency, 0);
      }
      if (!this.random.chance(RECONNECT_SHARE)) return [];
      return [...this.close(agency, this.random.pick(CLOSE_CODES)), this.open(agency)];
    });
  }

  /** Everybody who may be there comes back. */
  gather(cast: readonly CastAgency[]): Work[] {
    this.awayUntilMs.clear();
    return cast
      .filter((agency) => this.mayConnect(agency) && !this.isPresent(agency))
      .map((agency) => this.open(agency));
  }

  /** @param code 0, or the error that ends the session */
  close(agency: CastAgency, code: number): Work[] {
    const session = this.sessions.get(agency);
    if (!session) return [];
    this.sessions.delete(agency);
    return [{ command: { kind: 'session-closed', session: { session, code } } }];
  }

  closeAll(code: number): Work[] {
    return [...this.sessions.keys()].flatMap((agency) => this.close(agency, code));
  }

  private mayConnect({ mailboxes, isSuspended }: CastAgency): boolean {
    return !isSuspended && mailboxes.some(({ isEnrolled }) => isEnrolled);
  }

  private open(agency: CastAgency): Work {
    const session = this.random.bytes(16);
    this.sessions.set(agency, session);
    const mailboxes = agency.mailboxes
      .filter(({ isEnrolled }) => isEnrolled)
      .slice(0, LIMITS.mailboxesPerSessionMax)
      .map(({ mailbox }) => mailbox);
    const { agency: name, tlsKeyId } = agency;
    return {
      command: { kind: 'session-opened', session: { session, agency: name, node: 'node', tlsKeyId, mailboxes } },
    };
  }
}
