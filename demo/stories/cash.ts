/** Story 4: bulk cash, a clearance that does not reach, and a correction. */
import type { SendRequest } from '../../node/index.ts';
import { mailboxOf, type AgencyName } from '../cast.ts';
import { evaluation, require, type Scene, type Story } from './scene.ts';

const SENDER = 'xa.customs';
const CLEARED = 'interpol';
const NOT_CLEARED = 'xd.customs';

export const cash: Story = {
  title: 'Bulk cash: clearance and correction',
  cast: [SENDER, CLEARED, NOT_CLEARED],
  async play(scene) {
    const { timeline, stage } = scene;
    timeline.chapter('EUR 412,000 in a spare wheel');
    const whole = finding(scene, 'EUR 412,000 in the spare wheel of a van; the driver and the firm are known.');
    await scene.refused(SENDER, `EU_RESTRICTED to ${NOT_CLEARED}, cleared for BPL`, 'CLEARANCE_TOO_LOW', {
      ...whole,
      to: [mailboxOf(CLEARED), mailboxOf(NOT_CLEARED)],
      classification: 'EU_RESTRICTED',
    });
    const restricted = await scene.post(SENDER, 'EU_RESTRICTED to who is cleared for it', {
      ...whole,
      to: [mailboxOf(CLEARED)],
      classification: 'EU_RESTRICTED',
    });
    await scene.has(CLEARED, restricted);
    const both: AgencyName[] = [CLEARED, NOT_CLEARED];
    const id = await scene.post(SENDER, 'a sanitised version to both', {
      ...finding(scene, 'EUR 412,000 in cash, found in a vehicle.'),
      to: both.map(mailboxOf),
    });
    for (const name of both) await scene.has(name, id);

    timeline.chapter('It was 421,000');
    const replacement = await scene.post(SENDER, 'a corrected version', {
      ...finding(scene, 'EUR 421,000 in cash, found in a vehicle.'),
      to: both.map(mailboxOf),
    });
    const correction = await scene.post(SENDER, 'a correction to everybody who has the old one', {
      to: [],
      toHolders: true,
      inReplyTo: id,
      body: {
        language: 'en',
        correction: { targetMessage: id, reason: 'Counted again: EUR 421,000.', replacement },
      },
    });
    for (const name of both) {
      await scene.has(name, correction);
      await scene.eventually(
        () => stage.agency(name).call<string>('status', id),
        (status) => status === 'CORRECTED',
        `At ${name} the old version does not show CORRECTED.`,
      );
      timeline.event(name, 'the old version shows CORRECTED', 'ok');
    }
    require((await stage.agency(SENDER).call<string>('status', id)) === 'CORRECTED', 'At the sender it does not.');
    await scene.eventually(
      () => scene.evidence(SENDER, correction),
      ({ compliance }) => compliance.length === both.length,
      'Compliance receipts are missing.',
    );
    timeline.event(SENDER, 'compliance receipts 2 of 2', 'ok');
  },
};

const finding = ({ stage }: Scene, text: string): Pick<SendRequest, 'body' | 'handling' | 'containsPersonalData'> => ({
  handling: ['H1'],
  containsPersonalData: false,
  body: {
    language: 'en',
    caseNumber: 'XA-2026-1190',
    spontaneousInformation: {
      crimeArea: 'MONEY_LAUNDERING_TF',
      subject: 'Bulk cash at the border',
      text,
      evaluation: evaluation('portalder', stage.now()),
    },
  },
});
