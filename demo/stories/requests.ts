/** Story 2: two urgent requests from police to the secretariat, one answered in time, one not. */
import type { SendRequest } from '../../node/index.ts';
import { mailboxOf } from '../cast.ts';
import { evaluation, require, type Scene, type Story } from './scene.ts';

const POLICE = 'xb.police';
const SECRETARIAT = 'wco.secretariat';
const HOUR_MS = 3_600_000;

export const requests: Story = {
  title: 'Police and the secretariat: eight hours',
  cast: [POLICE, SECRETARIAT],
  async play(scene) {
    await answeredInTime(scene);
    await breached(scene);
  },
};

async function answeredInTime(scene: Scene): Promise<void> {
  const { timeline } = scene;
  timeline.chapter('A request, a question, an answer');
  const id = await scene.post(POLICE, 'urgent request, directly accessible: 8 hours', request('Larkspur Freight Ltd'));
  const asked = await scene.has(SECRETARIAT, id);
  await scene.agency(SECRETARIAT).hears(({ event, value }) => event === 'urgent' && value['id'] === id);
  timeline.event(SECRETARIAT, 'its officer on duty is called', 'wait');

  await scene.pass(1, 10);
  const question = await scene.post(SECRETARIAT, 'asks back; the clock stands', {
    to: [mailboxOf(POLICE)],
    inReplyTo: id,
    body: { language: 'en', clarificationRequest: { question: 'Which of the two firms of this name?' } },
  });
  await scene.has(POLICE, question);
  await scene.pass(0, 30);
  const clarification = await scene.post(POLICE, 'clarifies; the clock goes on', {
    to: [mailboxOf(SECRETARIAT)],
    inReplyTo: question,
    body: { language: 'en', clarification: { answer: 'The one at Port Alder, founded last year.' } },
  });
  await scene.has(SECRETARIAT, clarification);
  await scene.pass(4, 40);
  const answer = await scene.post(SECRETARIAT, 'answers 6 h 20 after the request', {
    to: [mailboxOf(POLICE)],
    inReplyTo: id,
    handling: ['H1'],
    body: {
      language: 'en',
      caseNumber: 'XB-2026-0417',
      informationAnswer: {
        outcome: 'FULL',
        text: 'Six consignments since January, two with findings.',
        evaluation: evaluation('enforcement', scene.stage.now()),
      },
    },
  });
  await scene.has(POLICE, answer);
  const thread = await scene.agency(POLICE).call<ThreadView>('thread', asked.threadId);
  const state = thread.requests.find((each) => each.id === id);
  require(state?.state === 'answered' && state.stage !== 'breached', `The request is ${JSON.stringify(state)}.`);
  timeline.event(POLICE, `answered in time; the thread has ${thread.items.length} messages`, 'ok');
  await scene.agency(POLICE).call('closeThread', asked.threadId);
}

async function breached(scene: Scene): Promise<void> {
  const { timeline } = scene;
  timeline.chapter('A request that nobody answers');
  const id = await scene.post(POLICE, 'a second urgent request', request('Tern Line'));
  const asked = await scene.has(SECRETARIAT, id);
  const refusal = await scene
    .agency(POLICE)
    .call('closeThread', asked.threadId)
    .then(() => 'closed')
    .catch((error: unknown) => (error as { code?: string }).code);
  require(refusal === 'THREAD_OPEN', `The thread could be closed: ${String(refusal)}.`);
  timeline.event(POLICE, 'cannot close the thread: THREAD_OPEN', 'no');
  for (const [hours, minutes, stage] of [
    [4, 1, 'half'],
    [2, 24, 'four-fifths'],
    [1, 36, 'breached'],
  ] as const) {
    await scene.pass(hours, minutes);
    const fits = ({ event, value }: { event: string; value: Record<string, unknown> }): boolean =>
      event === 'deadline' && value['requestId'] === id && value['stage'] === stage;
    await scene.agency(SECRETARIAT).hears(fits);
    timeline.event(SECRETARIAT, `is told: ${stage}`, stage === 'breached' ? 'no' : 'wait');
  }
  const evidence = await scene.eventually(
    () => scene.evidence(POLICE, id),
    ({ recipients }) => recipients.some(({ events }) => events.some(({ event }) => event === 'DeadlineEvent')),
    'The breach is not in the log.',
  );
  const entry = evidence.recipients[0]?.events.findLast(({ event }) => event === 'DeadlineEvent')?.index ?? -1;
  timeline.event('gateway', `has recorded the breach as log entry ${entry}`, 'no');
}

interface ThreadView {
  items: { id: string }[];
  requests: { id: string; state: string; stage: string }[];
}

const request = (about: string): SendRequest => ({
  to: [mailboxOf(SECRETARIAT)],
  urgency: 'URGENT',
  availability: 'DIRECT',
  handling: ['H1'],
  purpose: 'INVESTIGATION',
  expiresInMs: 72 * HOUR_MS,
  body: {
    language: 'en',
    caseNumber: 'XB-2026-0417',
    informationRequest: {
      subject: `Consignor history of ${about}`,
      informationSought: `All consignments by ${about} since January, with routes and findings.`,
      purposeAndFacts: 'The firm appears in an investigation of counterfeit medicines.',
      offence: 'Trade in counterfeit medicines',
      crimeArea: 'HEALTH_SAFETY',
      urgencyReason: 'A consignment is expected tonight.',
    },
  },
});
