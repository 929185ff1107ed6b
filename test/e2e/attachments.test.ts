/** Attachments from node to node through a gateway in a process of its own. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgencyNode } from '../../node/index.ts';
import { openNode, report, take } from '../support/nodes.ts';
import { World, type Agency } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;
let coast: Agency;
const open: AgencyNode[] = [];
const node = async (agency: Agency, name: string): Promise<AgencyNode> => {
  const made = await openNode(world, agency, { name });
  open.push(made);
  return made;
};

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police, coast] = (await world.enrolled('xa.customs', 'xb.police', 'xd.coastguard')) as [
    Agency,
    Agency,
    Agency,
  ];
});
afterAll(async () => {
  await Promise.all(open.map((item) => item.close()));
  await world.close();
});

function file(name: string, bytes: Buffer): string {
  const path = join(world.dir, name);
  writeFileSync(path, bytes);
  return path;
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const stored = (): string[] => readdirSync(join(world.data, 'blobs'));
const spool = (agency: Agency, name: string): string[] =>
  readdirSync(join(world.dir, `${agency.agency}-${name}`, 'data', 'spool'));

async function until(isReached: () => boolean, maxMs = 10_000): Promise<void> {
  const endMs = performance.now() + maxMs;
  while (!isReached() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isReached()).toBe(true);
}

describe('attachments', () => {
  test('travel encrypted to every recipient, are stored once and deleted with the last handover (domain: systems/siena-size)', async () => {
    const a = await node(customs, 'a1');
    const b = await node(police, 'b1');
    const contents = [randomBytes(3_000_000), Buffer.alloc(0), Buffer.from('A manifest.')];
    const attachments = contents.map((bytes, i) => ({ path: file(`one-${i}.bin`, bytes), name: `manifest ${i}.txt` }));
    const id = await a.send({ ...report(police), to: [police.mailbox, coast.mailbox], attachments });
    await a.waitFor(id, 'accepted', { timeoutMs: 20_000 });
    const [message] = await take(b, 1);
    expect(
      message!.attachments.map(({ name, sizeBytes, state, mediaType }) => [name, sizeBytes, state, mediaType]),
    ).toEqual(contents.map((bytes, i) => [`manifest ${i}.txt`, bytes.length, 'here', 'text/plain']));
    for (const [i, bytes] of contents.entries()) {
      const out = join(world.dir, `out-${i}`);
      await b.saveAttachment(id, i, out);
      expect(sha256(readFileSync(out))).toBe(sha256(bytes));
    }
    await expect(b.saveAttachment(id, 0, join(world.dir, 'out-0'))).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await expect(b.saveAttachment(id, 3, join(world.dir, 'out-3'))).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    // One file each, in ciphertext, although one recipient has still to come.
    expect(stored()).toHaveLength(3);
    for (const name of stored())
      expect(readFileSync(join(world.data, 'blobs', name)).includes('A manifest.')).toBe(false);
    await until(() => spool(customs, 'a1').length === 0);
    const c = await node(coast, 'c1');
    await take(c, 1);
    await c.saveAttachment(id, 0, join(world.dir, 'out-c'));
    expect(sha256(readFileSync(join(world.dir, 'out-c')))).toBe(sha256(contents[0]!));
    await until(() => stored().length === 0);
    await b.eraseAttachments(id);
    expect(spool(police, 'b1')).toEqual([]);
    await expect(b.saveAttachment(id, 0, join(world.dir, 'out-9'))).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    await Promise.all([a.close(), b.close(), c.close()]);
  });
});
