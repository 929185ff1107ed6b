/** examples/python against real services and a real gateway. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Serving, SERVICE, TOKEN } from '../support/serve.ts';
import { type Agency, ROOT, World } from '../support/world.ts';

const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;
const run = promisify(execFile);

describe.skipIf(!hasPython)(
  `the Python example (${hasPython ? 'python3' : 'skipped: python3 >= 3.9 is not installed'})`,
  () => {
    let world: World;
    let sender: Serving;
    let recipient: Serving;
    let police: Agency;

    beforeAll(async () => {
      world = new World();
      await world.start();
      const [customs, other] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
      police = other;
      sender = new Serving(world, customs, { service: SERVICE });
      recipient = new Serving(world, police, { service: SERVICE });
      await Promise.all([sender.start(), recipient.start()]);
    });
    afterAll(async () => {
      await Promise.all([sender.stop(), recipient.stop()]);
      await world.close();
    });

    const python = async (serving: Serving, token: string, ...words: string[]): Promise<Record<string, unknown>> => {
      const env = { ...process.env, LIAISON_URL: serving.url, LIAISON_TOKEN: token, PYTHONDONTWRITEBYTECODE: '1' };
      const options = { env, cwd: join(ROOT, 'examples/python'), timeout: 60_000 };
      const { stdout } = await run('python3', ['example.py', ...words], options);
      return JSON.parse(stdout) as Record<string, unknown>;
    };

    test('sends once, receives, marks as done, follows events and fetches the receipt', async () => {
      const [sent, received] = await Promise.all([
        python(sender, TOKEN, 'send', police.mailbox, 'case-17'),
        python(recipient, TOKEN, 'receive'),
      ]);
      expect(received).toMatchObject({
        id: sent['id'],
        from: 'xa.customs/desk',
        body: { spontaneousInformation: { text: expect.stringContaining('Łukasz & Søn') as string } },
      });
      expect(sent['receipt']).toContain('c2sp.org/tlog-proof@v1');
      expect(await recipient.json('GET', '/v1/inbox')).toEqual({ messages: [] });
    });

    test('says in words what is wrong', async () => {
      await expect(python(sender, 'x'.repeat(40), 'receive')).rejects.toThrow(/TOKEN_INVALID: .* Make one: /);
    });
  },
);
