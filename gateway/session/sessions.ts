/** All sessions: who serves which mailbox, take-over, and the regular look at each of them. */
import { LiaisonError, type ErrorCode } from '../../protocol/errors.ts';
import type { AgencyId } from '../../protocol/ids.ts';
import type { ProtocolVersion } from '../../protocol/versions.ts';
import type { AccessList } from './access.ts';
import type { Session } from './session.ts';

const HELLO_MS = 5_000;
const PING_AFTER_MS = 15_000;
const SILENT_MS_MAX = 45_000;
const STALLED_MS_MAX = 30_000;
const OPENINGS_BURST = 200;
const OPENINGS_PER_SECOND = 2;

export class Sessions {
  private readonly all = new Map<number, Session>();
  private readonly byMailbox = new Map<string, Session>();
  private readonly byAgency = new Map<AgencyId, Set<Session>>();
  private readonly max: number;
  private readonly perAgencyMax: number;
  private readonly openings = new Map<AgencyId, { tokens: number; atMs: number }>();
  private nonce = 0;

  constructor(limits: { max: number; perAgencyMax: number }) {
    this.max = limits.max;
    this.perAgencyMax = limits.perAgencyMax;
  }

  get size(): number {
    return this.all.size;
  }

  /** @throws LiaisonError SESSION_LIMIT */
  requireRoom(agency: AgencyId, nowMs: number): void {
    if (this.all.size >= this.max) throw new LiaisonError('SESSION_LIMIT', `The gateway holds at most ${this.max}.`);
    if ((this.byAgency.get(agency)?.size ?? 0) >= this.perAgencyMax) {
      throw new LiaisonError('SESSION_LIMIT', `At most ${this.perAgencyMax} are allowed.`);
    }
    // Each session is two entries in the log: nobody may grow it by connecting again and again.
    const before = this.openings.get(agency) ?? { tokens: OPENINGS_BURST, atMs: nowMs };
    const refill = (Math.max(0, nowMs - before.atMs) / 1000) * OPENINGS_PER_SECOND;
    const tokens = Math.min(OPENINGS_BURST, before.tokens + refill);
    if (tokens < 1) throw new LiaisonError('SESSION_LIMIT', 'It connects too often.');
    this.openings.set(agency, { tokens: tokens - 1, atMs: nowMs });
  }

  add(session: Session): void {
    this.all.set(session.number, session);
    const peers = this.byAgency.get(session.agency) ?? new Set();
    this.byAgency.set(session.agency, peers.add(session));
  }

  /** The session is open: older ones that serve the same mailboxes go. */
  opened(session: Session): void {
    for (const mailbox of session.mailboxes) {
      const older = this.byMailbox.get(mailbox);
      this.byMailbox.set(mailbox, session);
      if (older && older !== session) older.end('TAKEN_OVER');
    }
  }

  remove(session: Session): void {
    this.all.delete(session.number);
    const peers = this.byAgency.get(session.agency);
    peers?.delete(session);
    if (peers?.size === 0) this.byAgency.delete(session.agency);
    for (const mailbox of session.mailboxes) {
      if (this.byMailbox.get(mailbox) === session) this.byMailbox.delete(mailbox);
    }
  }

  get(number: number): Session | undefined {
    return this.all.get(number);
  }

  /** Any open session of the agency that speaks this version or a newer one. */
  ofAgency(agency: AgencyId, version: ProtocolVersion = 1): Session | undefined {
    for (const session of this.byAgency.get(agency) ?? []) {
      if (session.isOpen && session.agreed.version >= version) return session;
    }
    return undefined;
  }

  list(): { number: number; agency: string; node: string; mailboxes: string[] }[] {
    return [...this.all.values()]
      .filter((session) => session.isOpen)
      .map(({ number, agency, node, mailboxes }) => ({ number, agency, node, mailboxes }));
  }

  endAll(code: ErrorCode): void {
    for (const session of [...this.all.values()]) session.end(code);
  }

  /** The log goes on in another shard: nodes that come back are led to it. */
  moveOn(origin: string): void {
    const away = { detail: `The log goes on as ${origin}.`, retryAfterMs: 0 };
    for (const session of [...this.all.values()]) session.end('SHUTTING_DOWN', away);
  }

  /** Ends sessions whose key or agency is no longer in good standing. */
  review(access: AccessList, nowMs: number): void {
    for (const session of [...this.all.values()]) {
      const code = access.objection(session.tlsKeyId, nowMs);
      if (code) session.end(code);
    }
  }

  /** Finds the silent and the stalled; called every few seconds. */
  sweep(nowMs: number): void {
    this.nonce++;
    for (const session of [...this.all.values()]) {
      const silentMs = nowMs - session.lastHeardMs;
      const { stalledSinceMs } = session.outbound;
      if (session.isAwaitingHello && silentMs > HELLO_MS) session.fail('HELLO_TIMEOUT');
      else if (silentMs > SILENT_MS_MAX) session.fail('PING_TIMEOUT');
      else if (stalledSinceMs !== 0 && nowMs - stalledSinceMs > STALLED_MS_MAX) session.fail('SLOW_CONSUMER');
      else if (silentMs > PING_AFTER_MS && session.isOpen) session.ping(this.nonce);
    }
  }
}
