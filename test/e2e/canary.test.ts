/**
 * No plaintext is ever in the gateway: canaries in bodies are searched for in its files, its output and a heap snapshot,
 * as UTF-8, base64 (at all three alignments) and UTF-16. A control canary in a cleartext header field must be found by the
 * same search in each of these places, or the search would prove nothing.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseMailbox } from '../../protocol/ids.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { World } from '../support/world.ts';

const world = new World({ settings: { logLevel: 'debug' } });
afterAll(() => world.close());

/** Every form in which a text may lie somewhere. Base64 of a text inside other bytes has one of three alignments. */
function forms(text: string): Buffer[] {
  const raw = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), raw]).toString('base64');
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
  return [raw, Buffer.from(text, 'utf16le'), ...base64.map((form) => Buffer.from(form))];
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

test('canaries of bodies are nowhere in the gateway, the control canary is (domain: systems/siena-no-access)', async () => {
  // --heapsnapshot-signal writes a snapshot of each thread's heap when the signal comes.
  const snapshots = join(world.dir, 'snapshots');
  await world.start({
    environment: { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${snapshots}` },
    prefix: ['sh', '-c', `mkdir -p ${snapshots} && exec "$@"`, 'sh'],
  });
  const control = `control-${randomBytes(6).toString('hex')}`;
  // All canaries begin alike: one search finds any of them.
  const canary = `CANARY${randomBytes(9).toString('hex')}`;
  const texts = Array.from({ length: 200 }, () => `${canary}${randomBytes(8).toString('hex')}`.repeat(20));
  const customs = { ...world.makeAgency('xa.customs', control), mailbox: parseMailbox(`xa.customs/${control}`) };
  const police = world.makeAgency('xb.police');
  await world.enrol(customs, police);
  const sender = await RawNode.open(world, customs);
  const recipient = await RawNode.open(world, police);
  await sender.submit(
    envelopes(
      customs,
      [police],
      texts.map((text) => ({ text })),
    ),
  );
  recipient.ready(100);
  const { deliveries } = await recipient.next('deliver');
  await recipient.handover(deliveries.slice(0, 50));
  process.kill(world.pid, 'SIGUSR2');
  const snapshotDone = async (): Promise<string[]> => {
    for (let i = 0; i < 200; i++) {
      const found = filesBelow(snapshots);
      // A snapshot is one JSON object; it is complete when it is closed.
      if (
        found.length > 0 &&
        found.every((path) => readFileSync(path).subarray(-3).toString().trimEnd().endsWith('}'))
      ) {
        return found;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('no heap snapshot');
  };
  const heap = (await snapshotDone()).map((path) => readFileSync(path));
  const memory = readMemory(world.pid);
  const files = filesBelow(world.data).map((path) => readFileSync(path));
  const places = { heap, memory, files, output: [Buffer.from(world.output)] };
  const has = (buffers: Buffer[], text: string): boolean =>
    forms(text).some((form) => buffers.some((buffer) => buffer.includes(form)));
  // The header's sender stands in stored entries, in the memory of the process and, as a session's mailbox, on the heap.
  expect(has(places.files, control)).toBe(true);
  expect(has(places.memory, control)).toBe(true);
  expect(has(places.heap, control)).toBe(true);
  expect(has(places.output, 'xa.customs')).toBe(true);
  for (const [place, buffers] of Object.entries(places)) {
    expect([place, has(buffers, canary)]).toEqual([place, false]);
  }
  sender.close();
  recipient.close();
}, 120_000);

/** All readable and writable memory of the process: what a heap snapshot leaves out (buffers) is here. */
function readMemory(pid: number): Buffer[] {
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const { openSync, readSync, closeSync } = process.getBuiltinModule('node:fs');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const buffers: Buffer[] = [];
  for (const line of maps) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (!range) continue;
    const [start, end] = [Number.parseInt(range[1] ?? '', 16), Number.parseInt(range[2] ?? '', 16)];
    if (end - start > 2 ** 30) continue;
    const buffer = Buffer.alloc(end - start);
    try {
      readSync(memory, buffer, 0, buffer.length, start);
      buffers.push(buffer);
    } catch {
      // Reserved but not mapped: there is nothing to read.
    }
  }
  closeSync(memory);
  return buffers;
}
