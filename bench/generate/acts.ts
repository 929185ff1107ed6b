/** The operator's work, and what agencies change about themselves, at fixed parts of the period. */
import { ERRORS } from '../../protocol/errors.ts';
import type { Enrol } from '../../protocol/generated/schema.ts';
import {
  type CastAgency,
  type CastMailbox,
  type Places,
  renewSigning,
  revokeOnList,
  type SigningKey,
  unitsEnrol,
} from './cast.ts';
import type { LogWriter } from './log-writer.ts';
import type { Presence } from './presence.ts';
import type { Random } from './random.ts';
import type { Traffic } from './traffic.ts';

/** Agencies with which a gateway is tried out. */
export const PILOTS = 3;
/** Each part below has an agency of its own. */
export const AGENCIES_MIN = 6;

export interface ActsOptions {
  readonly places: Places;
  readonly cast: readonly CastAgency[];
  readonly writer: LogWriter;
  readonly traffic: Traffic;
  readonly presence: Presence;
  readonly random: Random;
  /** Days that a new certificate is good for. */
  readonly certificateDays: number;
}

/** There are {@link AGENCIES_MIN} at least. */
type Cast = readonly [CastAgency, CastAgency, CastAgency, CastAgency, CastAgency, ...CastAgency[]];

interface Step {
  /** From 0, the begin of the period, to 1, its end. */
  readonly at: number;
  readonly run: () => void | Promise<void>;
}

export class Acts {
  private readonly options: ActsOptions;
  private readonly steps: Step[];
  private retired: { key: SigningKey; file: string } | undefined;

  constructor(options: ActsOptions) {
    this.options = options;
    const [first, second, third, fourth, fifth] = options.cast as Cast;
    const last = options.cast.at(-1) as CastAgency;
    this.steps = [
      { at: 0, run: () => this.open() },
      { at: 0.1, run: () => this.addUnit(second) },
      { at: 0.2, run: () => this.enrol(last) },
      { at: 0.3, run: () => this.renewEncryption(first) },
      { at: 0.35, run: () => this.suspend(fourth) },
      { at: 0.4, run: () => this.release(fourth) },
      { at: 0.45, run: () => this.renewSigning(third) },
      { at: 0.5, run: () => this.revoke(third) },
      { at: 0.55, run: () => this.renewSigning(second) },
      { at: 0.6, run: () => this.revokeByList(second) },
      { at: 0.7, run: () => this.suspend(fifth) },
      { at: 0.75, run: () => this.release(fifth) },
      { at: 0.9, run: () => this.confirmClock() },
    ];
  }

  /** Enrols the agencies with which the gateway is tried out, and waits for no part. */
  pilot(): void {
    for (const agency of this.options.cast.slice(0, PILOTS)) this.enrol(agency);
  }

  /** Carries out what is due, each step a second after the one before: key statements have their time for a version. */
  async until(part: number): Promise<void> {
    const { writer } = this.options;
    while ((this.steps[0]?.at ?? Infinity) <= part) {
      writer.advance(writer.nowMs + 1000);
      await this.steps.shift()?.run();
    }
  }

  private open(): void {
    this.confirmClock();
    for (const agency of this.options.cast.slice(PILOTS, -1)) this.enrol(agency);
  }

  private confirmClock(): void {
    const { writer } = this.options;
    writer.act({ kind: 'confirmClock', value: { atMs: writer.nowMs } });
  }

  /** Everything in its enrolment file; of the second agency all but the last unit, which comes later. */
  private enrol(agency: CastAgency): void {
    const { cast, writer } = this.options;
    const units = agency === cast[1] ? agency.mailboxes.slice(0, -1) : agency.mailboxes;
    const { enrol } = agency;
    const value: Enrol = {
      ...enrol,
      units: enrol.units.slice(0, units.length),
      keyStatements: enrol.keyStatements.slice(0, units.length),
    };
    writer.act({ kind: 'enrol', value });
    for (const mailbox of units) mailbox.isEnrolled = true;
  }

  private addUnit(agency: CastAgency): void {
    const mailbox = agency.mailboxes.at(-1) as CastMailbox;
    this.publish(agency, [mailbox]);
    mailbox.isEnrolled = true;
  }

  private renewEncryption(agency: CastAgency): void {
    const mailbox = agency.mailboxes[0] as CastMailbox;
    mailbox.key = mailbox.nextKey;
    this.publish(agency, [mailbox]);
  }

  private publish(agency: CastAgency, mailboxes: readonly CastMailbox[]): void {
    const { writer, random } = this.options;
    writer.act({ kind: 'enrol', value: unitsEnrol(agency, mailboxes, writer.nowMs, random) });
  }

  private async renewSigning(agency: CastAgency): Promise<void> {
    const { places, writer, random, certificateDays: days } = this.options;
    const { enrol, before, beforeFile } = await renewSigning(places, agency, { nowMs: writer.nowMs, days }, random);
    this.retired = { key: before, file: beforeFile };
    writer.act({ kind: 'enrol', value: enrol });
  }

  private revoke(agency: CastAgency): void {
    const { writer, traffic } = this.options;
    const { key } = this.retired as { key: SigningKey };
    writer.act({ kind: 'revoke', value: { keyId: key.keyId } });
    traffic.refused(agency.mailboxes[0] as CastMailbox, traffic.someone(agency), key);
  }

  private revokeByList({ agency }: CastAgency): void {
    const { places, writer } = this.options;
    const { key, file } = this.retired as { key: SigningKey; file: string };
    const list = revokeOnList(places, agency, file, writer.nowMs);
    writer.revocationLists = [list];
    writer.command({ kind: 'revoke-listed', keyId: key.keyId, listDigest: list.digest });
  }

  /** Ends the agency's session; what it sends, or is sent, meanwhile is refused. */
  private suspend(agency: CastAgency): void {
    const { writer, traffic, presence } = this.options;
    writer.act({ kind: 'suspend', value: { agency: agency.agency } });
    agency.isSuspended = true;
    writer.commit(presence.close(agency, ERRORS.AGENCY_SUSPENDED.number));
    const mailbox = agency.mailboxes[0] as CastMailbox;
    traffic.refused(mailbox, traffic.someone(agency));
    traffic.refused(traffic.someone(agency), mailbox);
  }

  private release(agency: CastAgency): void {
    this.options.writer.act({ kind: 'release', value: { agency: agency.agency } });
    agency.isSuspended = false;
  }
}
