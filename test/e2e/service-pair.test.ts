/** Two nodes of one agency: the newer one does the work, the older one stops and says so. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNode, report } from '../support/nodes.ts';
import { Serving, SERVICE } from '../support/serve.ts';
import { type Agency, World } from '../support/world.ts';

const world = new World();
let customs: Agency;
let police: Agency;

beforeAll(async () => {
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(() => world.close());

interface Inbox {
  messages: { id: string }[];
}

test('the second takes over, the first ends with status 3, and the first can come back', async () => {
  await using other = await openNode(world, customs);
  const first = new Serving(world, police, { service: SERVICE }, 'first');
  const second = new Serving(world, police, { service: SERVICE }, 'second');
  await first.start();
  const before = await other.send(report(police, 'before'));
  await other.waitFor(before, 'handed-over');
  await second.start();
  expect(await first.ended()).toBe(3);
  expect(first.errors).toContain('TAKEN_OVER');
  await expect.poll(async () => (await fetch(`${second.url}/v1/healthz`)).status).toBe(200);
  const after = await other.send(report(police, 'after'));
  const { messages } = await second.json<Inbox>('GET', '/v1/inbox?wait=20');
  // What the first had taken over is in the first one's data, and nowhere else.
  expect(messages.map(({ id }) => id)).toEqual([after]);
  await first.start();
  expect(await second.ended()).toBe(3);
  const left = await first.json<Inbox>('GET', '/v1/inbox?wait=20');
  expect(left.messages.map(({ id }) => id)).toEqual([before]);
  await first.stop();
});

test('one data directory serves one process: the second does not start', async () => {
  const active = new Serving(world, police, { service: SERVICE }, 'shared');
  const passive = new Serving(world, police, { service: SERVICE }, 'shared');
  await active.start();
  await expect(passive.start()).rejects.toThrow(/DATA_LOCKED/);
  // The active one dies; the passive one goes on with the same data.
  await active.stop('SIGKILL');
  await passive.start();
  await expect.poll(async () => (await fetch(`${passive.url}/v1/healthz`)).status).toBe(200);
  expect(await passive.stop()).toBe(0);
});
