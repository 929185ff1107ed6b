/** Shards and holds as an operator meets them: commands, a gateway killed while it closes, and the audit of it all. */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogReport } from '../../audit/verify-log.ts';
import { messageIdOf } from '../../protocol/ids.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { LIAISON, World, type Agency } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(() => world.close());

const liaison = async (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  try {
    return { code: 0, ...(await promisify(execFile)(LIAISON, words)) };
  } catch (error) {
    return error as never;
  }
};
const gateway = (...words: string[]) => liaison('gateway', ...words, '--config', world.config);

async function audit(...words: string[]): Promise<LogReport & { code: number }> {
  const anchors = ['--anchors', world.authority.certificatePath];
  const { code, stdout } = await liaison('audit', 'verify', world.data, ...anchors, ...words, '--json');
  return { ...(JSON.parse(stdout) as LogReport), code };
}

test('hold, close, kill, drop: what is said and what the audit finds', async () => {
  const node = await RawNode.open(world, customs);
  const { outcomes } = await node.submit(envelopes(customs, [police], [{ text: 'One.' }]));
  const id = messageIdOf(outcomes[0]!.messageId);

  expect((await gateway('holds')).stdout).toMatch(/No message is held/);
  const sender = ['--sender', 'xa.customs/desk'];
  expect((await gateway('hold', id, ...sender, '--reference', 'Court 5/31')).stdout).toMatch(/^The message is held/);
  expect((await gateway('holds')).stdout).toMatch(new RegExp(`${id} .*xa.customs/desk .*Court 5/31`));
  expect(await gateway('hold', id, ...sender, '--reference', 'x')).toMatchObject({ code: 1 });

  expect((await gateway('shard', 'close', '--next', 'gateway.test/log/b')).stdout).toMatch(
    /next is gateway.test\/log\/b/,
  );
  expect((await gateway('shard', 'drop', 'gateway.test/log')).stderr).toMatch(/must be kept until/);
  const listed = (await gateway('shard', 'list')).stdout;
  expect(listed).toMatch(/gateway.test\/log .*closed/);
  expect(listed).toMatch(/gateway.test\/log\/b .*open/);

  // Killed at some moment of the close: afterwards it has either happened or not.
  const closing = gateway('shard', 'close', '--next', 'gateway.test/log/c');
  await new Promise((resolve) => setTimeout(resolve, 400));
  await world.stop('SIGKILL');
  await closing;
  await world.start();
  expect((await gateway('release-hold', id, ...sender)).stdout).toMatch(/^The hold is released/);
  await world.stop();

  const report = await audit('--log-key', world.verifierKey);
  expect([report.findings, report.code]).toEqual([[], 0]);
  expect(report.shards.map((shard) => shard.origin)).toContain('gateway.test/log/b');

  const key = join(world.data, `log-${report.shards.length}.key`);
  rmSync(key);
  await expect(world.start()).rejects.toThrow(/is missing: the key that the log/);
  writeFileSync(key, '');
}, 60_000);
