/** Attachments from node to node through a gateway in a process of its own. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgencyNode, AttachmentNotice } from '../../node/index.ts';
import type { NodeOverrides } from '../../node/agency-node.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { fromHex } from '../../protocol/ids.ts';
import { cutting } from '../support/cutting.ts';
import { nodeConfig, openNode, report, take } from '../support/nodes.ts';
import { RawNode } from '../support/raw-node.ts';
import { LIAISON, World, type Agency } from '../support/world.ts';
import { jpeg, PLACE } from '../node/attachments/photo.ts';

let world: World;
let customs: Agency;
let police: Agency;
let coast: Agency;
const open: AgencyNode[] = [];
const node = async (agency: Agency, name: string, overrides: NodeOverrides = {}): Promise<AgencyNode> => {
  const made = await openNode(world, agency, { name, overrides });
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
    await b.eraseAttachments(id, { actor: 'J. Doe', justification: 'no longer needed' });
    expect(spool(police, 'b1')).toEqual([]);
    await expect(b.saveAttachment(id, 0, join(world.dir, 'out-9'))).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    });
    await Promise.all([a.close(), b.close(), c.close()]);
  });

  test('go on where they were when the connection is cut, in both directions', async () => {
    const bytes = randomBytes(12_000_000);
    const up = cutting(nodeConfig(world, customs, 'a2'), [2_000_000, 5_000_000, 9_000_000]);
    const down = cutting(nodeConfig(world, police, 'b2'), [2_000_000, 5_000_000, 9_000_000]);
    const a = await node(customs, 'a2', { connect: up.connect });
    const sent: AttachmentNotice[] = [];
    a.on('attachment', (notice) => sent.push(notice));
    const id = await a.send({ ...report(police), attachments: [{ path: file('two.bin', bytes) }] });
    await a.waitFor(id, 'accepted', { timeoutMs: 30_000 });
    expect(up.cuts()).toBe(3);
    expect(sent.at(-1)).toMatchObject({ messageId: id, direction: 'up', totalBytes: 12_002_944 });
    // No state says less than one before: nothing that was durable was sent again.
    expect(sent.map(({ doneBytes }) => doneBytes)).toEqual(
      sent.map(({ doneBytes }) => doneBytes).sort((x, y) => x - y),
    );
    const b = await node(police, 'b2', { connect: down.connect });
    const other = await a.send(report(police, 'It does not wait.'));
    const order = (await take(b, 2, 30_000)).map((message) => message.id);
    expect(down.cuts()).toBe(3);
    // What has no attachments goes on meanwhile.
    expect(order).toEqual([other, id]);
    await b.saveAttachment(id, 0, join(world.dir, 'two.out'));
    expect(sha256(readFileSync(join(world.dir, 'two.out')))).toBe(sha256(bytes));
    await a.waitFor(id, 'handed-over', { timeoutMs: 10_000 });
    await Promise.all([a.close(), b.close()]);
  });

  test('survive a kill of the gateway and of the nodes in the middle', async () => {
    const bytes = randomBytes(24_000_000);
    const a = await node(customs, 'a3');
    const half = (which: AgencyNode, id?: string): Promise<void> =>
      new Promise((resolve) => {
        which.on('attachment', ({ doneBytes, totalBytes, messageId }) => {
          if ((id === undefined || messageId === id) && doneBytes > totalBytes / 3) resolve();
        });
      });
    const reached = half(a);
    const id = await a.send({ ...report(police), attachments: [{ path: file('three.bin', bytes) }] });
    await reached;
    await world.stop('SIGKILL');
    await a.close();
    expect(stored().some((name) => name.endsWith('.part'))).toBe(true);
    await world.start();
    const again = await node(customs, 'a3');
    await again.waitFor(id, 'accepted', { timeoutMs: 30_000 });
    const b = await node(police, 'b3');
    await half(b, id);
    await world.stop('SIGKILL');
    await b.close();
    await world.start();
    const third = await node(police, 'b3');
    const [message] = await take(third, 1, 30_000);
    expect(message!.id).toBe(id);
    await third.saveAttachment(id, 0, join(world.dir, 'three.out'));
    expect(sha256(readFileSync(join(world.dir, 'three.out')))).toBe(sha256(bytes));
    await Promise.all([again.close(), third.close()]);
  });

  test('are kept from whom no waiting message refers to them, and from uploads of others', async () => {
    const a = await node(customs, 'a4');
    const id = await a.send({ ...report(police), attachments: [{ path: file('four.bin', randomBytes(50_000)) }] });
    await a.waitFor(id, 'accepted', { timeoutMs: 10_000 });
    const [sent] = a.find(id);
    const digest = fromHex(sent!.attachments[0]!.digest);
    const stranger = await RawNode.open(world, coast, { versions: [2], capabilities: ['attachments.v1'] });
    stranger.send({ kind: 'blobGet', value: { request: 5, digest, offsetBytes: 0, bytes: 1000 } });
    expect(await stranger.next('error')).toMatchObject({ request: 5, code: ERRORS.MESSAGE_UNKNOWN.number });
    // Who names a digest has to send all of it, whether it is here or not.
    stranger.send({ kind: 'blobPut', value: { request: 6, digest, sizeBytes: 50_016 } });
    expect(await stranger.next('blobState')).toMatchObject({ request: 6, storedBytes: 0, complete: false });
    stranger.send({ kind: 'blobChunk', value: { digest, offsetBytes: 0, data: randomBytes(50_016) } });
    expect(await stranger.next('error')).toMatchObject({ request: 6, code: ERRORS.ATTACHMENT_INVALID.number });
    const recipient = await RawNode.open(world, police, { versions: [2], capabilities: ['attachments.v1'] });
    recipient.send({ kind: 'blobGet', value: { request: 7, digest, offsetBytes: 50_000, bytes: 1000 } });
    const piece = await recipient.next('blobChunk');
    expect([piece.offsetBytes, piece.data.length]).toEqual([50_000, 16]);
    stranger.socket.close();
    recipient.socket.close();
    await a.close();
  });

  test('need the capability, and keep to the window', async () => {
    const old = await RawNode.open(world, coast, { versions: [1] });
    old.send({ kind: 'blobPut', value: { request: 1, digest: randomBytes(32), sizeBytes: 100 } });
    expect(await old.next('error')).toMatchObject({ code: ERRORS.FRAME_UNEXPECTED.number });
    const greedy = await RawNode.open(world, coast, { versions: [2], capabilities: ['attachments.v1'] });
    const digest = new Uint8Array(randomBytes(32));
    greedy.send({ kind: 'blobPut', value: { request: 1, digest, sizeBytes: 100_000_000 } });
    await greedy.next('blobState');
    greedy.send({ kind: 'blobChunk', value: { digest, offsetBytes: 5, data: new Uint8Array(100) } });
    expect(await greedy.next('error')).toMatchObject({ code: ERRORS.MALFORMED.number });
  });

  test('are sent and saved from the command line', () => {
    const config = (agency: Agency): string => {
      const path = join(world.dir, `${agency.agency}.yaml`);
      writeFileSync(path, JSON.stringify(nodeConfig(world, agency, 'cli')));
      return path;
    };
    const run = (...words: string[]): unknown =>
      JSON.parse(execFileSync(LIAISON, ['node', ...words, '--json'], { encoding: 'utf8', timeout: 60_000 }));
    const attach = [file('list.txt', Buffer.from('Twelve crates.')), file('photo.jpg', jpeg())];
    const to = ['--to', police.mailbox, '--text', 'See the files.', '--crime-area', 'revenue'];
    const sent = run('send', ...to, '--attach', ...attach, '--config', config(customs)) as { id: string };
    const listed = run('inbox', '--done', '--config', config(police)) as {
      id: string;
      attachments: { name: string; digest: string }[];
    }[];
    const found = listed.find(({ id }) => id === sent.id);
    expect(found?.attachments.map(({ name }) => name)).toEqual(['list.txt', 'photo.jpg']);
    // The keys of attachments are shown to nobody.
    expect(JSON.stringify(listed)).not.toContain('noncePrefix');
    const out = join(world.dir, 'saved');
    const save = [
      'save',
      sent.id,
      '--out',
      out,
      '--config',
      config(police),
      '--actor',
      'A. Officer',
      '--justification',
      'A test',
    ];
    expect(run(...save)).toEqual([join(out, 'list.txt'), join(out, 'photo.jpg')]);
    expect(readFileSync(join(out, 'list.txt'), 'utf8')).toBe('Twelve crates.');
    expect(readFileSync(join(out, 'photo.jpg')).includes(PLACE)).toBe(false);
    expect(run(...save)).toEqual([join(out, 'list (2).txt'), join(out, 'photo (2).jpg')]);
    for (const { digest } of found!.attachments) expect(spool(police, 'cli')).toContain(digest);
    const why = ['--actor', 'A. Officer', '--justification', 'The case is closed'];
    expect(run('erase', sent.id, '--config', config(police), ...why)).toEqual({ id: sent.id, erased: true });
    for (const { digest } of found!.attachments) expect(spool(police, 'cli')).not.toContain(digest);
    const acts = run('journal', 'list', '--message', sent.id, '--config', config(police)) as object[];
    const reason = { actor: 'A. Officer', justification: 'The case is closed' };
    expect(acts.find((record) => 'act' in record && record.act === 'message.erased')).toMatchObject(reason);
  });

  test('of a message that is erased or recalled go with it, also when they are still on their way', async () => {
    const reason = { actor: 'A. Officer', justification: 'A test' };
    const [a, b] = [await node(customs, 'a7'), await node(police, 'b7')];
    const path = file('seven.bin', randomBytes(12_000_000));
    const early = new Promise<void>((resolve, reject) => {
      b.once('attachment', ({ messageId }) => void b.erase(messageId, reason).then(resolve, reject));
    });
    const id = await a.send({ ...report(police), attachments: [{ path }] });
    await a.waitFor(id, 'handed-over', { timeoutMs: 30_000 });
    await early;
    await until(() => spool(police, 'b7').length === 0);
    expect(b.find(id)).toMatchObject([{ state: 'done', body: undefined }]);

    const small = file('eight.bin', randomBytes(1_000));
    const recalled = await a.send({ ...report(police), attachments: [{ path: small }] });
    await a.waitFor(recalled, 'handed-over', { timeoutMs: 20_000 });
    expect(spool(police, 'b7')).toHaveLength(1);
    const body = { language: 'en', recall: { targetMessage: recalled, reason: 'Sent in error.' } };
    await a.send({ toHolders: true, body });
    await until(() => spool(police, 'b7').length === 0);
    expect(b.find(recalled)).toMatchObject([{ status: 'RECALLED', attachments: [] }]);
    await Promise.all([a.close(), b.close()]);
  });

  test('of an agency that has used its room wait, and the sender sees why', async () => {
    const small = new World({ settings: { attachments: { bytesPerAgencyMax: 300_000 } } });
    try {
      await small.start();
      const [from, to] = (await small.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
      const a = await openNode(small, from);
      open.push(a);
      const path = join(small.dir, 'quota.bin');
      writeFileSync(path, randomBytes(200_000));
      const first = await a.send({ ...report(to), attachments: [{ path }] });
      await a.waitFor(first, 'accepted', { timeoutMs: 10_000 });
      const second = await a.send({ ...report(to), attachments: [{ path }] });
      await until(() => a.evidence(second).obstacle?.code === 'QUOTA_EXCEEDED');
      const b = await openNode(small, to);
      open.push(b);
      await take(b, 1);
      // There is room again as soon as the recipient has the first.
      await a.waitFor(second, 'accepted', { timeoutMs: 20_000 });
      await Promise.all([a.close(), b.close()]);
    } finally {
      await small.close();
    }
  });
});
