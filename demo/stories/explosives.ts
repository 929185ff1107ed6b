/** Story 5: explosive components, a link that drops, and an auditor who finds an edited row. */
import { randomBytes } from 'node:crypto';
import { cpSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { mailboxOf, type AgencyName } from '../cast.ts';
import { require, type Scene, type Story } from './scene.ts';

const SENDER = 'xd.customs';
const READERS = ['xb.customs', 'un.unoct', 'interpol'] as const satisfies readonly AgencyName[];
const DROPS = 3;
const FILE_BYTES = 24 * 1024 * 1024;

export const explosives: Story = {
  title: 'Explosive components at a fragile border',
  cast: [SENDER, ...READERS],
  async play(scene) {
    await alert(scene);
    await audit(scene);
  },
};

async function alert(scene: Scene): Promise<void> {
  const { timeline, stage } = scene;
  timeline.chapter('An alert with a survey of the depot');
  const path = stage.path('survey.bin');
  writeFileSync(path, randomBytes(FILE_BYTES));
  const drops = await stage.fragileLink(SENDER, DROPS, FILE_BYTES / (DROPS + 1));
  const id = await scene.post(SENDER, `alert to three, with ${FILE_BYTES / 1024 / 1024} MiB beside it`, {
    to: READERS.map(mailboxOf),
    urgency: 'URGENT',
    handling: ['H0'],
    purpose: 'IMMEDIATE_THREAT',
    containsPersonalData: false,
    attachments: [{ path, name: 'survey.bin', mediaType: 'application/octet-stream' }],
    body: {
      language: 'en',
      alert: {
        kind: 'DIFFUSION',
        subject: '1,200 detonators (HS 3603) and 4.5 t of ammonium nitrate (HS 3102)',
        threat: 'Taken from a depot near Dunefield; they may cross the border within hours.',
        actionRequested: 'Stop and search lorries of the firm named in the survey.',
        validUntil: new Date(stage.now() + 7 * 86_400_000).toISOString(),
      },
    },
  });
  require(drops.count === DROPS, `The link dropped ${drops.count} times.`);
  timeline.event(SENDER, `the link dropped ${drops.count} times on the way; the upload went on each time`, 'ok');
  for (const name of READERS) {
    const message = await scene.has(name, id, 'has the alert and the survey');
    require(message.attachments[0]?.sizeBytes === FILE_BYTES, 'The survey is not whole.');
  }
  await scene.agency(SENDER).wait(id, 'handed-over');
  timeline.event(SENDER, 'holds three handovers', 'ok');
}

async function audit({ timeline, stage }: Scene): Promise<void> {
  timeline.chapter('The auditor');
  await Promise.all(stage.agencies.map((agency) => agency.stop()));
  await stage.stopGateway('SIGTERM');
  const right = await stage.audit();
  require(right.status === 0, `The audit found something:\n${right.stdout}`);
  timeline.event('auditor', 'replays the log: every entry verified', 'ok');
  const copy = stage.path('edited');
  cpSync(stage.path('gateway'), copy, { recursive: true });
  const database = new DatabaseSync(`${copy}/ledger.db`);
  database.exec(
    'UPDATE messages SET senderId = senderId + 1 WHERE entryIndex = (SELECT MIN(entryIndex) FROM messages)',
  );
  database.close();
  const edited = await stage.audit(copy);
  require(edited.status === 1, 'The edited row was not found.');
  const finding = edited.stdout.split('\n').find((line) => line.includes('messages')) ?? '';
  timeline.event('auditor', `a copy with one edited row: ${finding.trim()}`, 'no');
}
