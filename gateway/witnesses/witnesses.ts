/**
 * The gateway's side of its witnesses: every few seconds the newest released checkpoint goes to each of them with the proof
 * that it extends what that one signed before; what they sign is verified, and kept as soon as the policy's quorum has signed.
 *
 * A witness that contradicts the log is asked for the checkpoint it has signed. Only one that bears this log's own signature
 * proves anything, and then the gateway ends (LOG_FORKED); the mere word of one witness stops nobody's messages.
 */
import type { Logger } from 'pino';
import type { PolicyWitness, WitnessPolicy } from '../../audit/witness-policy.ts';
import { readText } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { LedgerRequest, ReleasedLog, ShownCheckpoint } from '../pipeline.ts';
import { readPolicy, requireForeign, type WitnessSettings } from './config.ts';
import { type FailureReason, WitnessFailure, WitnessHttp } from './http.ts';
import { Round } from './round.ts';

/** What the rounds need of the ledger and of the clocks. */
export interface WitnessPorts {
  readonly releases: () => Promise<ReleasedLog[]>;
  readonly consistency: (origin: string, from: number, to: number) => Promise<Uint8Array[]>;
  readonly request: (request: Extract<LedgerRequest, { kind: 'cosigned' | 'shown' | 'submissions' }>) => void;
  readonly log: Logger;
  /** POSIX milliseconds. */
  readonly now: () => number;
  /** Milliseconds that only run forward. */
  readonly monotonic: () => number;
}

/** How a witness stands, for operators. */
export interface WitnessStatus {
  readonly name: string;
  /** Of the newest checkpoint of the newest shard that it has signed for this gateway since the start; 0 when there is none. */
  readonly size: number;
  /** Entries of the newest shard that it has not signed for. */
  readonly debt: number;
  /** POSIX milliseconds; 0 when it has signed nothing since the start. */
  readonly cosignedAtMs: number;
  /** Why it has not signed the last time; empty when it has. */
  readonly failure: string;
  /** Since the start, by reason. */
  readonly failures: Readonly<Partial<Record<FailureReason, number>>>;
}

export interface WitnessFigures {
  readonly witnesses: readonly WitnessStatus[];
  /** Of the newest checkpoint of the newest shard that a quorum has signed; 0 when there is none. */
  readonly quorumSize: number;
  readonly isAway: boolean;
}

/** A witness that is asked. */
class Asked {
  readonly witness: PolicyWitness;
  readonly http: WitnessHttp;
  /** Size of what it signed last, by origin. */
  readonly sizes = new Map<string, number>();
  readonly failures = new Map<FailureReason, number>();
  isBusy = false;
  /** The checkpoint that it signed last: of which shard, and its size. */
  origin = '';
  size = 0;
  cosignedAtMs = 0;
  failure = '';
  /** What it showed last, so that the ledger is asked about it once. */
  shown = '';

  constructor(witness: PolicyWitness, http: WitnessHttp) {
    this.witness = witness;
    this.http = http;
  }
}

/** A witness states another size at most once in a round, unless somebody else writes to it too. */
const TRIES = 3;
const ORIGINS_MAX = 8;

export class Witnesses {
  private readonly settings: WitnessSettings;
  private readonly policy: WitnessPolicy;
  private readonly ports: WitnessPorts;
  private readonly asked: readonly Asked[];
  private readonly rounds = new Map<string, Round>();
  private newest: ReleasedLog | undefined;
  /** The newest checkpoint that a quorum has signed. */
  private quorum = { origin: '', size: 0 };
  /** By the monotonic clock: the last moment at which nothing was known that a quorum had not signed. */
  private quorumAtMs: number;
  private isAway = false;
  private timer: NodeJS.Timeout | undefined;

  /** @throws LiaisonError FILE_UNREADABLE, CONFIG_INVALID */
  constructor(settings: WitnessSettings, ports: WitnessPorts) {
    this.settings = settings;
    this.ports = ports;
    this.policy = readPolicy(settings);
    const ca = settings.authorities.length > 0 ? settings.authorities.map(readText) : undefined;
    this.asked = this.policy.witnesses.flatMap((witness) => {
      if (witness.url === undefined) return [];
      return [new Asked(witness, new WitnessHttp(witness.url, { timeoutMs: settings.timeoutSeconds * 1000, ca }))];
    });
    this.quorumAtMs = ports.monotonic();
  }

  /** What the witnesses show as the newest checkpoint of a log. Who cannot be reached is said and left out. */
  async shown(origin: string): Promise<ShownCheckpoint[]> {
    const found = await Promise.all(
      this.asked.map(async ({ witness: { name }, http }) => {
        try {
          const note = await http.checkpoint(origin);
          return note ? [{ from: name, note }] : [];
        } catch (error) {
          this.ports.log.warn({ witness: name }, `not asked before the start: ${textOf(error)}`);
          return [];
        }
      }),
    );
    return found.flat();
  }

  /**
   * Begins the rounds.
   * @param verifierKey of the log
   * @throws LiaisonError CONFIG_INVALID when a witness has the log's own key
   */
  start(verifierKey: string): void {
    requireForeign(this.policy, [verifierKey], 'is the key of the log');
    this.quorumAtMs = this.ports.monotonic();
    this.timer = setInterval(() => void this.round(), this.settings.everySeconds * 1000);
    void this.round();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { http } of this.asked) http.close();
  }

  /** @throws LiaisonError WITNESSES_AWAY when new messages are refused for want of witnesses */
  requireQuorum(): void {
    if (this.isAway && this.settings.whenAway === 'refuse') throw new LiaisonError('WITNESSES_AWAY');
  }

  figures(): WitnessFigures {
    const { origin, size } = this.newest ?? { origin: '', size: 0 };
    const witnesses = this.asked.map((one) => {
      const { witness, cosignedAtMs, failure } = one;
      const signed = one.origin === origin ? one.size : 0;
      const failures = Object.fromEntries(one.failures);
      return {
        name: witness.name,
        size: signed,
        debt: Math.max(0, size - signed),
        cosignedAtMs,
        failure,
        failures,
      };
    });
    const quorumSize = this.quorum.origin === origin ? this.quorum.size : 0;
    return { witnesses, quorumSize, isAway: this.isAway };
  }

  /** One round with everybody who is not still busy with an earlier one. Never rejects. */
  async round(): Promise<void> {
    const startedMs = this.ports.monotonic();
    const logs = await this.ports.releases();
    this.newest = logs.at(-1);
    // The end of the shard before comes second: it may be unknown to a witness, and can wait.
    const rounds = logs.map((log) => this.roundOf(log)).reverse();
    for (const round of rounds) this.settle(round, startedMs);
    const idle = this.asked.filter((one) => !one.isBusy);
    await Promise.all(idle.map((one) => this.offer(one, rounds, startedMs)));
    for (const round of rounds) this.keep(round);
    this.review();
  }

  private roundOf(log: ReleasedLog): Round {
    const last = this.rounds.get(log.origin);
    if (last?.log.size === log.size) return last;
    const round = new Round(this.policy, log);
    this.rounds.delete(log.origin);
    this.rounds.set(log.origin, round);
    for (const origin of this.rounds.keys()) if (this.rounds.size > ORIGINS_MAX) this.rounds.delete(origin);
    return round;
  }

  private async offer(one: Asked, rounds: readonly Round[], startedMs: number): Promise<void> {
    one.isBusy = true;
    for (const round of rounds) {
      if (round.has(one.witness)) continue;
      try {
        await this.submit(one, round);
        this.settle(round, startedMs);
      } catch (error) {
        this.failed(one, error);
      }
    }
    one.isBusy = false;
  }

  /** Sends the checkpoint until the witness has signed it. @throws WitnessFailure */
  private async submit(one: Asked, round: Round): Promise<void> {
    const { origin, size, checkpoint } = round.log;
    for (let tries = 0; tries < TRIES; tries++) {
      const from = one.sizes.get(origin) ?? 0;
      if (from > size) return;
      const proof = await this.ports.consistency(origin, from, size);
      const answer = await one.http.add(from, proof, checkpoint);
      if (answer.kind === 'cosigned') {
        this.cosigned(one, round, answer.lines);
        return;
      }
      if (answer.kind === 'contradicted') throw await this.contradicted(one, origin, answer.text);
      // The same again means another root; more than there is, another log or one that was cut off.
      if (answer.size === from || answer.size > (await this.sizeNow(origin))) {
        throw await this.contradicted(one, origin, `it has signed a checkpoint of size ${answer.size}`);
      }
      this.remember(one, origin, answer.size);
    }
    throw new WitnessFailure('refused', 'It states another size each time.');
  }

  private async sizeNow(origin: string): Promise<number> {
    return (await this.ports.releases()).find((log) => log.origin === origin)?.size ?? 0;
  }

  private cosigned(one: Asked, round: Round, lines: Uint8Array): void {
    let isGood = false;
    try {
      isGood = round.add(one.witness, lines);
    } catch (error) {
      if (!(error instanceof LiaisonError)) throw error;
    }
    if (!isGood) throw new WitnessFailure('invalid', 'Its answer has no cosignature that verifies.');
    this.remember(one, round.log.origin, round.log.size);
    if (round.log.origin !== this.newest?.origin) return;
    one.failure = '';
    one.origin = round.log.origin;
    one.size = round.log.size;
    one.cosignedAtMs = this.ports.now();
  }

  private remember(one: Asked, origin: string, size: number): void {
    one.sizes.delete(origin);
    one.sizes.set(origin, size);
    for (const oldest of one.sizes.keys()) if (one.sizes.size > ORIGINS_MAX) one.sizes.delete(oldest);
  }

  /** Has the ledger judge what the witness holds against ours. */
  private async contradicted(one: Asked, origin: string, text: string): Promise<WitnessFailure> {
    const failure = (what: string): WitnessFailure =>
      new WitnessFailure('contradicted', `For this witness the log is another one (${text}); ${what}.`);
    let note: Uint8Array | undefined;
    try {
      note = await one.http.checkpoint(origin);
    } catch (error) {
      if (error instanceof WitnessFailure) return failure('it does not show the checkpoint that it has signed');
      throw error;
    }
    if (!note) return failure('it shows no checkpoint');
    const shown = Buffer.from(note).toString('base64');
    if (shown !== one.shown) this.ports.request({ kind: 'shown', from: one.witness.name, note });
    one.shown = shown;
    return failure('what it shows does not prove that');
  }

  private failed(one: Asked, error: unknown): void {
    const reason = error instanceof WitnessFailure ? error.reason : 'invalid';
    one.failures.set(reason, (one.failures.get(reason) ?? 0) + 1);
    const failure = textOf(error);
    // Once for each reason, not every two seconds.
    if (failure !== one.failure) {
      const level = reason === 'contradicted' ? 'error' : 'warn';
      this.ports.log[level]({ witness: one.witness.name, reason }, `no cosignature: ${failure}`);
    }
    one.failure = failure;
  }

  /** Looks whether a quorum has signed. */
  private settle(round: Round, startedMs: number): void {
    const { origin, size } = round.log;
    if (!round.hasQuorum || origin !== this.newest?.origin) return;
    const isFirst = this.quorum.origin !== origin || this.quorum.size < size;
    if (isFirst) this.quorum = { origin, size };
    this.quorumAtMs = Math.max(this.quorumAtMs, startedMs);
    this.review();
    // The others' signatures are added when all have answered.
    if (isFirst) this.keep(round);
  }

  private keep(round: Round): void {
    const note = round.note();
    if (note) this.ports.request({ kind: 'cosigned', note });
  }

  private review(): void {
    const silentMs = this.ports.monotonic() - this.quorumAtMs;
    const isAway = silentMs > this.settings.refuseAfterSeconds * 1000;
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    const isRefusing = this.settings.whenAway === 'refuse';
    if (isRefusing) this.ports.request({ kind: 'submissions', refused: isAway });
    if (!isAway) this.ports.log.info('a quorum of witnesses signs again');
    else
      this.ports.log.error(
        { code: 'WITNESSES_AWAY' },
        `no quorum of witnesses has signed for ${Math.round(silentMs / 1000)} s${isRefusing ? ': new messages are refused' : ''}`,
      );
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
