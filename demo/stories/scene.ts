/** What every story has: the partners, the gateway, and the few things that they do with them. */
import type { MessageEvidence, SendRequest } from '../../node/index.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { Agency } from '../agency.ts';
import type { Received } from '../agency-process.ts';
import type { AgencyName } from '../cast.ts';
import type { Stage } from '../stage.ts';
import type { Timeline } from '../timeline.ts';

/** One of the stories. */
export interface Story {
  readonly title: string;
  /** Whose nodes run. */
  readonly cast: readonly AgencyName[];
  readonly play: (scene: Scene) => Promise<void>;
}

export class Scene {
  readonly stage: Stage;
  readonly timeline: Timeline;

  constructor(stage: Stage, timeline: Timeline) {
    this.stage = stage;
    this.timeline = timeline;
  }

  agency(name: AgencyName): Agency {
    return this.stage.agency(name);
  }

  /** Sends and waits for the acceptance. */
  async post(from: AgencyName, what: string, request: SendRequest): Promise<string> {
    const agency = this.agency(from);
    const [id = ''] = await agency.send(request);
    const { recipients } = await agency.wait(id, 'accepted');
    const entry = recipients[0]?.events.find(({ event }) => event === 'SubmissionAcceptance')?.index ?? -1;
    this.timeline.event(from, `${what}: accepted as log entry ${entry}`, 'ok');
    return id;
  }

  /** Sends what must be refused. */
  async refused(from: AgencyName, what: string, code: string, request: SendRequest): Promise<void> {
    const agency = this.agency(from);
    const [id = ''] = await agency.send(request);
    const found = await agency.obstacle(id);
    this.timeline.event(from, `${what}: ${found}`, 'no');
    require(found === code, `${what} was to be refused with ${code}, not ${found}.`);
    const evidence = await this.evidence(from, id);
    require(evidence.recipients.some(({ events }) =>
      events.some(({ event }) => event === 'SubmissionRejection'),
    ), `The refusal of ${what} is not proven.`);
  }

  /** Waits until an agency's application has a message. */
  async has(name: AgencyName, id: string, what = 'has it'): Promise<Received> {
    const message = await this.agency(name).receives((received) => received.id === id);
    this.timeline.event(name, what);
    return message;
  }

  evidence(name: AgencyName, id: string): Promise<MessageEvidence> {
    return this.agency(name).evidence(id);
  }

  /** Asks again until an answer fits: evidence comes by itself, but not at once. */
  async eventually<T>(ask: () => Promise<T>, fits: (value: T) => boolean, what: string): Promise<T> {
    for (let tries = 0; tries < 150; tries++) {
      const value = await ask();
      if (fits(value)) return value;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new LiaisonError('WAIT_TIMEOUT', what);
  }

  /** Lets time pass for everybody. */
  async pass(hours: number, minutes = 0): Promise<void> {
    await this.stage.pass((hours * 60 + minutes) * 60_000);
    this.timeline.event('clock', `${hours} h ${String(minutes).padStart(2, '0')} later`, 'wait');
  }
}

/** A story that does not come out as told has failed. */
export function require(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new LiaisonError('INTERNAL', otherwise);
}

export const evaluation = (unit: string, assessedAtMs: number): object => ({
  sourceCode: 'B',
  infoCode: '2',
  assessedByUnit: unit,
  assessedAtMs,
});
