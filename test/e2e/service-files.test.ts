/** Files through service and drop folders, over a real gateway. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { report } from '../support/nodes.ts';
import { Serving, SERVICE, WHY } from '../support/serve.ts';
import { type Agency, World } from '../support/world.ts';

const world = new World();
afterAll(() => world.close());

test('an uploaded file arrives, a dropped one is downloaded', async () => {
  await world.start();
  const [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  const dir = join(world.dir, 'drop');
  mkdirSync(join(dir, 'outbox'), { recursive: true });
  const api = new Serving(world, customs, { service: SERVICE });
  const drop = new Serving(world, police, { service: SERVICE, drop: { dir, settleMs: 50 } });
  await Promise.all([api.start(), drop.start()]);
  const bytes = Buffer.alloc(3_000_000, 'liaison ');
  const { upload } = await api.json<{ upload: string }>('POST', '/v1/attachments', { body: bytes });
  const attachments = [{ upload, name: 'log.bin', mediaType: 'application/octet-stream' }];
  const { id } = await api.json<{ id: string }>('POST', '/v1/messages', { body: { ...report(police), attachments } });
  await expect.poll(() => readdirSync(join(dir, 'inbox')), { timeout: 20_000 }).toContain(`${id}.json`);
  const json = JSON.parse(readFileSync(join(dir, 'inbox', `${id}.json`), 'utf8')) as {
    attachments: { file: string }[];
  };
  expect(readFileSync(join(dir, 'inbox', json.attachments[0]!.file)).equals(bytes)).toBe(true);

  writeFileSync(join(dir, 'outbox', 'answer.bin'), bytes);
  const answer = { ...report(customs), attachments: [{ file: 'answer.bin', mediaType: 'application/octet-stream' }] };
  writeFileSync(join(dir, 'outbox', 'answer.json'), JSON.stringify(answer));
  const { messages } = await api.json<{ messages: { id: string }[] }>('GET', '/v1/inbox?wait=30');
  const response = await api.call('GET', `/v1/messages/${messages[0]!.id}/attachments/0`, { headers: WHY });
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  expect([await api.stop(), await drop.stop()]).toEqual([0, 0]);
});
