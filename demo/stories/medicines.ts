/** Story 1: fake medicines, reported to the members of an operation. */
import { writeFileSync } from 'node:fs';
import { mailboxOf, type AgencyName } from '../cast.ts';
import { photoWithPlace } from './photo.ts';
import { require, type Scene, type Story } from './scene.ts';

const MEMBERS = [
  'xa.customs',
  'xb.customs',
  'xc.customs',
  'xd.customs',
  'wco.secretariat',
  'interpol',
  'un.unodc',
  'eu.frontex',
] as const satisfies readonly AgencyName[];
const READERS = MEMBERS.filter((name) => name !== 'xa.customs');

export const medicines: Story = {
  title: 'Fake medicines, an operation of eight',
  cast: [...MEMBERS, 'xb.police'],
  async play(scene) {
    const { timeline } = scene;
    timeline.chapter('The secretariat opens the operation');
    const group = await scene.agency('wco.secretariat').call<{ groupId: string }>('putGroup', {
      name: 'TERN',
      members: MEMBERS.map(mailboxOf),
      classificationMax: 'BPL',
      nominalAllowed: false,
    });
    timeline.event(
      'wco.secretariat',
      `group TERN, ${MEMBERS.length} members, an entry that its owner has signed`,
      'ok',
    );

    timeline.chapter('Port Alder reports');
    await scene.agency('xb.customs').stop();
    timeline.event('xb.customs', 'is offline', 'wait');
    const id = await scene.post('xa.customs', '48,000 ivermectin tablets, three photos', {
      group: group.groupId,
      handling: ['H0'],
      purpose: 'DETECTION',
      containsPersonalData: false,
      body: { language: 'en', seizureReport: report(scene) },
      attachments: photos(scene),
    });
    for (const name of READERS.filter((reader) => reader !== 'xb.customs')) await scene.has(name, id);
    const waiting = await scene.eventually(
      async () => (await scene.evidence('xa.customs', id)).recipients.filter(({ notified }) => notified),
      (recipients) => recipients.length === 1,
      'Not all but one have it.',
    );
    require(waiting[0]?.recipient === mailboxOf('xb.customs'), 'Another copy waits than that for xb.customs.');
    timeline.event('gateway', 'the copy for xb.customs waits (ConsignmentNotification)', 'wait');

    await scene.agency('xb.customs').start();
    const late = await scene.has('xb.customs', id, 'is back and has it');
    require(late.attachments.length === 3, 'The photos are missing.');
    await scene.agency('xa.customs').wait(id, 'handed-over');
    const copies = scene.agency('xb.customs').received.filter((message) => message.id === id);
    require(copies.length === 1, `It came ${copies.length} times.`);
    timeline.event('xa.customs', 'holds seven handovers; nobody has it twice', 'ok');

    timeline.chapter('Who is not a member');
    const [stray = ''] = await scene.agency('xb.police').send({
      group: group.groupId,
      containsPersonalData: false,
      body: { language: 'en', operationNotice: { operationId: 'TERN', phase: 'ACTIVE', tasking: 'May we join?' } },
    });
    const code = await scene.agency('xb.police').obstacle(stray);
    require(code === 'GROUP_UNKNOWN', `A stranger is told ${code}.`);
    timeline.event('xb.police', `writes to the operation: ${code}; who its members are is not told`, 'no');
    require(scene.agency('xb.police').received.length === 0, 'A stranger has received something.');
    timeline.event('xb.police', 'has seen nothing of it', 'ok');
  },
};

const report = ({ stage }: Scene): object => ({
  nationalRef: 'XA-2026-1183',
  form: 'LONG',
  seizedAt: new Date(stage.now() - 7_200_000).toISOString(),
  location: { name: 'Port Alder', country: 'XA' },
  locationType: 'SEAPORT',
  direction: 'IMPORT',
  conveyance: { mode: 'SEA', id: 'TS 118W', carrier: 'Tern Line', container: 'ZZZU1234564' },
  route: { departure: 'XD', transit: ['XB'], destination: 'XA' },
  detectionMethod: 'RISK_PROFILE',
  concealment: 'Behind cartons of ceramic tiles.',
  goods: [
    {
      commodity: 'MEDICAL',
      hs: '3004',
      description: 'Ivermectin tablets, counterfeit',
      quantity: '48000',
      unit: 'pieces',
    },
  ],
});

function photos({ stage }: Scene): { path: string; mediaType: string }[] {
  return ['container', 'cartons', 'tablets'].map((what) => {
    const path = stage.path(`${what}.jpg`);
    writeFileSync(path, photoWithPlace(what));
    return { path, mediaType: 'image/jpeg' };
  });
}
