import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { bulk } from '../support/bulk.ts';
import { RawNode } from '../support/raw-node.ts';
import { World, type Agency } from '../support/world.ts';

const MESSAGES = 100_000;
const world = new World();
afterAll(() => world.close());

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test(`${MESSAGES} waiting messages do not grow the gateway`, async () => {
  await world.start();
  const [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  const idleMb = residentMb(world.pid);
  const sender = await RawNode.open(world, customs);
  const make = bulk(customs, [police], 'x'.repeat(700));
  const startMs = Date.now();
  for (let sent = 0; sent < MESSAGES; sent += 500) {
    const { outcomes } = await sender.submit(make(500));
    expect(outcomes.every(({ outcome }) => outcome.kind === 'accepted')).toBe(true);
  }
  const tookMs = Date.now() - startMs;
  const fullMb = residentMb(world.pid);
  sender.close();
  await world.stop('SIGKILL');
  const restartMs = Date.now();
  await world.start();
  const readyMs = Date.now() - restartMs;
  const recipient = await RawNode.open(world, police);
  recipient.ready(5000, 2 ** 30);
  let got = 0;
  while (got < 5000) got += (await recipient.next('deliver')).deliveries.length;
  const readingMb = residentMb(world.pid);
  const status = await world.control.status({ digest: false });
  expect(status.outstandingDeliveries).toBe(MESSAGES);
  process.stdout.write(
    `idle ${idleMb.toFixed(0)} MB, full ${fullMb.toFixed(0)} MB, after restart and 5,000 deliveries ${readingMb.toFixed(0)} MB; ` +
      `accepted in ${tookMs} ms (sender beside it); ready ${readyMs} ms after start\n`,
  );
  expect(fullMb).toBeLessThan(250);
  expect(readingMb).toBeLessThan(250);
}, 300_000);
