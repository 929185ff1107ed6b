/** The same promise as the applications see it: each message comes out of the inbox once, whatever is killed on the way. */
import { afterAll, expect, test } from 'vitest';
import { openNode, report } from '../support/nodes.ts';
import { World, type Agency } from '../support/world.ts';

const KILLS = Number(process.env['LIAISON_KILLS'] ?? 20);
const world = new World();
afterAll(() => world.close());

test(
  `nodes exchange messages while the gateway is killed ${KILLS} times`,
  async () => {
    await world.start();
    const [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
    const sender = await openNode(world, customs);
    let recipient = await openNode(world, police);
    const got: string[] = [];
    const reading = new AbortController();
    const read = async (): Promise<void> => {
      for await (const message of recipient.inbox({ signal: reading.signal })) {
        got.push(message.id);
        await message.done();
      }
    };
    let reader = read();
    const sent: string[] = [];
    for (let round = 0; round < KILLS; round++) {
      sent.push(...(await sender.sendMany(Array.from({ length: 20 }, () => report(police)))));
      await new Promise((resolve) => setTimeout(resolve, 40 + ((round * 61) % 300)));
      await world.stop('SIGKILL');
      if (round % 5 === 4) {
        // The recipient's node stops too; what it had not finished comes again.
        await recipient.close();
        await reader;
        recipient = await openNode(world, police);
        reader = read();
      }
      await world.start();
    }
    await Promise.all(sent.map((id) => sender.waitFor(id, 'handed-over', { timeoutMs: 60_000 })));
    for (let tries = 0; got.length < sent.length && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    reading.abort();
    await reader;
    expect(got.length).toBe(sent.length);
    expect(new Set(got)).toEqual(new Set(sent));
    await sender.close();
    await recipient.close();
  },
  60_000 + KILLS * 6_000,
);
