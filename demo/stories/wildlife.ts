/** Story 3: pangolin scales, and an originator who decides where the information goes. */
import type { SendRequest } from '../../node/index.ts';
import { mailboxOf } from '../cast.ts';
import { evaluation, require, type Scene, type Story } from './scene.ts';

const ORIGINATOR = 'xc.customs';
const SECRETARIAT = 'wco.secretariat';
const POLICE = 'interpol';

export const wildlife: Story = {
  title: 'Wildlife: the originator keeps control',
  cast: [ORIGINATOR, SECRETARIAT, POLICE],
  async play(scene) {
    const { timeline } = scene;
    timeline.chapter('Not to be passed on without permission');
    const id = await scene.post(ORIGINATOR, '212 kg of pangolin scales, marked H2', {
      to: [mailboxOf(SECRETARIAT)],
      handling: ['H2'],
      containsPersonalData: false,
      body: { language: 'en', spontaneousInformation: scales(scene) },
    });
    await scene.has(SECRETARIAT, id);
    await scene.refused(SECRETARIAT, 'passes it on to police', 'PERMISSION_MISSING', forward(scene, id, []));

    timeline.chapter('Asked and granted');
    const asked = await scene.post(SECRETARIAT, 'asks for permission', {
      to: [mailboxOf(ORIGINATOR)],
      inReplyTo: id,
      body: {
        language: 'en',
        permissionRequest: { targetMessage: id, newRecipients: [mailboxOf(POLICE)], purpose: 'An arrest is near.' },
      },
    });
    await scene.has(ORIGINATOR, asked);
    await scene.agency(ORIGINATOR).call('consent', asked, 'given');
    const granted = await scene.post(ORIGINATOR, 'grants it', {
      to: [mailboxOf(SECRETARIAT)],
      inReplyTo: asked,
      body: {
        language: 'en',
        permissionDecision: { targetMessage: id, newRecipients: [mailboxOf(POLICE)], granted: true },
      },
    });
    await scene.has(SECRETARIAT, granted);
    const passed = await scene.post(SECRETARIAT, 'passes it on', forward(scene, id, [granted]));
    await scene.has(POLICE, passed);
    const seen = await scene.eventually(
      () => scene.evidence(ORIGINATOR, id),
      ({ disclosures }) => disclosures.length === 1,
      'The originator does not see the disclosure.',
    );
    timeline.event(ORIGINATOR, `sees the disclosure to ${seen.disclosures[0]?.to.join(', ') ?? ''}, proven`, 'ok');

    timeline.chapter('Recalled');
    const recall = await scene.post(ORIGINATOR, 'recalls it from everybody who has it', {
      to: [],
      toHolders: true,
      inReplyTo: id,
      body: { language: 'en', recall: { targetMessage: id, reason: 'The source is in danger.' } },
    });
    for (const name of [SECRETARIAT, POLICE] as const) await scene.has(name, recall, 'has the recall');
    await scene.eventually(
      () => scene.evidence(ORIGINATOR, recall),
      ({ compliance }) => compliance.length === 2,
      'Compliance receipts are missing.',
    );
    for (const name of [ORIGINATOR, SECRETARIAT] as const) {
      const status = await scene.agency(name).call<string>('status', id);
      require(status === 'RECALLED', `At ${name} it is ${status}.`);
    }
    timeline.event(ORIGINATOR, 'compliance receipts 2 of 2; it shows RECALLED here and at the secretariat', 'ok');
  },
};

const scales = ({ stage }: Scene): object => ({
  crimeArea: 'ENVIRONMENT',
  subject: '212 kg of pangolin scales (HS 0507)',
  text: 'In sacks declared as dried fish, consigned by way of XB.',
  evaluation: evaluation('cedarbay', stage.now()),
});

const forward = (scene: Scene, id: string, permissionIds: string[]): SendRequest => ({
  to: [mailboxOf(POLICE)],
  derivedFrom: [id],
  permissionIds,
  handling: ['H2'],
  containsPersonalData: false,
  body: { language: 'en', spontaneousInformation: scales(scene) },
});
