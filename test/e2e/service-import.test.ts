/** `node import seizures` as it is typed: a dry run, a file with bad rows, and the same file twice. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeConfig, openNode, take } from '../support/nodes.ts';
import { type Agency, LIAISON, World } from '../support/world.ts';

const HEAD =
  'national_ref;seized_at;location;location_country;location_type;direction;commodity;hs;description;quantity;unit;transport_mode;container';
const GOOD = `${HEAD}
XA-2026-1;2026-05-04T10:00:00+02:00;Port Alder;XA;seaport;import;medical;3004;ivermectin tablets;48000;pieces;sea;ZZZU1234564
XA-2026-1;;;;;;medical;3004;powder;12.5;kg;;
XA-2026-2;2026-05-05T10:00:00Z;Port Alder;XA;seaport;import;tobacco;2402;cigarettes;1000;pieces;;
`;

describe('import', () => {
  const world = new World();
  let customs: Agency;
  let police: Agency;
  let config: string;

  beforeAll(async () => {
    await world.start();
    [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
    config = join(world.dir, 'import.yaml');
    writeFileSync(config, stringify(nodeConfig(world, customs, 'import')));
  });
  afterAll(() => world.close());

  const run = (text: string, ...flags: string[]): { status: number | null; stdout: string; stderr: string } => {
    const file = join(world.dir, 'reports.csv');
    writeFileSync(file, text);
    const words = ['node', 'import', 'seizures', file, '--to', police.mailbox, '--config', config, ...flags];
    return spawnSync(LIAISON, words, { encoding: 'utf8' });
  };

  test('a dry run names every bad row and sends nothing; so does a run without --skip-bad', () => {
    const text = `${GOOD}XA-2026-3;tomorrow;Port Alder;XA;seaport;import;tobacco;2402;cigars;1;kg;sea;ZZZU1234565\n`;
    for (const flags of [['--dry-run'], []]) {
      const { status, stdout } = run(text, ...flags);
      expect(stdout).toMatch(/^5 +seized_at +is not /m);
      expect(stdout).toContain('4 rows, 2 good reports, 1 bad rows. Nothing was sent');
      expect(status).toBe(1);
    }
    expect(JSON.parse(run(GOOD, '--dry-run', '--json').stdout)).toMatchObject({ reports: 2, bad: [], sent: [] });
  });

  test('the good reports go out once, however often the file is imported', async () => {
    const text = `${GOOD}XA-2026-3;tomorrow;Port Alder;XA;seaport;import;tobacco;2402;cigars;1;kg;;\n`;
    const first = JSON.parse(run(text, '--skip-bad', '--json').stdout) as { sent: { id: string }[] };
    expect(first.sent).toHaveLength(2);
    const again = JSON.parse(run(text, '--skip-bad', '--json').stdout) as { sent: { id: string }[] };
    expect(again.sent).toEqual(first.sent);
    await using recipient = await openNode(world, police);
    // What is still in the outbox leaves with the next session.
    await using sender = await openNode(world, customs, { name: 'import' });
    const received = await take(recipient, 3, 5_000);
    expect(received.map(({ id }) => id).toSorted()).toEqual(first.sent.map(({ id }) => id).toSorted());
    expect(sender.isConnected).toBe(true);
    expect(received.map(({ body }) => (body.content.value as { goods: unknown[] }).goods.length).toSorted()).toEqual([
      1, 2,
    ]);
  });

  test('--group sends to the members of the group', async () => {
    const members = [customs.mailbox, police.mailbox];
    const sender = await openNode(world, customs, { name: 'import' });
    const { groupId } = await sender.putGroup({ name: 'STOP', members });
    await sender.close();
    const file = join(world.dir, 'group.csv');
    writeFileSync(file, GOOD);
    const words = ['node', 'import', 'seizures', file, '--group', groupId, '--config', config, '--json'];
    const { sent } = JSON.parse(spawnSync(LIAISON, words, { encoding: 'utf8' }).stdout) as { sent: { id: string }[] };
    expect(sent).toHaveLength(2);
    await using again = await openNode(world, customs, { name: 'import' });
    for (const { id } of sent) {
      const { recipients } = await again.waitFor(id, 'accepted', { timeoutMs: 20_000 });
      expect(recipients.map(({ recipient }) => recipient)).toEqual([police.mailbox]);
    }
  });

  test('wrong use is told', () => {
    const { status, stderr } = run('national_ref;oops\n');
    expect([status, stderr]).toEqual([2, expect.stringContaining('unknown columns: oops')]);
  });
});
