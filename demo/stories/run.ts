/** Sets the stage for a story: all partners, their agreement and clearances; then plays it. */
import type { AgencyName } from '../cast.ts';
import type { Stage } from '../stage.ts';
import type { Timeline } from '../timeline.ts';
import { Scene, type Story } from './scene.ts';

/** Who may get more than the basic level. */
const CLEARED: readonly AgencyName[] = ['xa.customs', 'xb.police', 'wco.secretariat', 'interpol'];

export async function playStory(story: Story, number: number, stage: Stage, timeline: Timeline): Promise<void> {
  timeline.chapter(`Story ${number}: ${story.title}`);
  await stage.makeCertificates();
  await stage.makeGateway();
  await stage.enrol((agency, _, code) => timeline.event(agency, `told: ${code}`, 'no'));
  timeline.event('operator', `${stage.partners.length} partners are enrolled`, 'ok');
  await stage.agree();
  for (const agency of CLEARED) await stage.operator('agency', 'set', agency, '--clearance', 'eu-restricted');
  timeline.event('operator', 'one agreement among all of them; four are cleared for EU_RESTRICTED', 'ok');
  await Promise.all(story.cast.map((name) => stage.agency(name).start()));
  timeline.event('nodes', `${story.cast.join(', ')} are connected`, 'ok');
  await story.play(new Scene(stage, timeline));
}
