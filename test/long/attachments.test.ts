/** One GiB from node to node, each in a process of its own, over a line that breaks three times each way. */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { MemoryWatch } from '../../bench/load/attachment-node.ts';
import { AttachmentProcess } from '../support/attachment-process.ts';
import { nodeConfig } from '../support/nodes.ts';
import { World, type Agency } from '../support/world.ts';

const MiB = 1024 * 1024;
const FILE_BYTES = Number(process.env['LIAISON_ATTACHMENT_MIB'] ?? '1024') * MiB;
const RESIDENT_BYTES_MAX = 200e6;

async function makeFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const stream = createWriteStream(path);
  const piece = Buffer.alloc(MiB);
  for (let done = 0; done < FILE_BYTES; done += MiB) {
    randomFillSync(piece);
    hash.update(piece);
    if (!stream.write(Buffer.from(piece))) await new Promise((resolve) => stream.once('drain', resolve));
  }
  stream.end();
  await finished(stream);
  return hash.digest('hex');
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: MiB })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

test('a GiB crosses with three forced disconnections each way, in bounded memory (domain: systems/siena-size)', async () => {
  const world = new World();
  try {
    await world.start();
    const [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
    // The first start after a change compiles everything, which takes memory; later ones do not.
    await world.stop();
    await world.start();
    const path = join(world.dir, 'file');
    const saveTo = join(world.dir, 'saved');
    const digest = await makeFile(path);
    const cutsAtBytes = [0.2, 0.5, 0.8].map((part) => Math.round(part * FILE_BYTES));
    const receiver = new AttachmentProcess({ config: nodeConfig(world, police), cutsAtBytes, saveTo });
    await receiver.next('ready');
    const send = { to: police.mailbox, path };
    const sender = new AttachmentProcess({ config: nodeConfig(world, customs), cutsAtBytes, send });
    const ready = await sender.next('ready');
    const gateway = new MemoryWatch(world.pid);
    const idle = { sender: ready.idleBytes, gateway: gateway.idle };
    const [accepted, saved] = await Promise.all([sender.next('accepted'), receiver.next('saved')]);
    expect([accepted.cuts, saved.cuts]).toEqual([3, 3]);
    expect(await digestOf(saveTo)).toBe(digest);
    const peaks = { sender: accepted.peakBytes, receiver: saved.peakBytes, gateway: gateway.peak };
    const at = ({ atMs }: { atMs: number }): number => Math.round(atMs - ready.atMs);
    const times = { sealed: at(await sender.next('sealed')), accepted: at(accepted), saved: at(saved) };
    process.stderr.write(`${JSON.stringify({ bytes: FILE_BYTES, idle, peaks, times })}\n`);
    for (const bytes of Object.values(peaks)) expect(bytes).toBeLessThan(RESIDENT_BYTES_MAX);
  } finally {
    await world.close();
  }
}, 1_800_000);
