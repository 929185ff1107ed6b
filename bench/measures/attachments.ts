/**
 * One large file from node to gateway to node, beside a plain HTTPS upload of the same file between processes of the same
 * kind. The upload is what compares: ciphertext in the spool to durable at the gateway, message accepted.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { AttachmentProcess } from '../../test/support/attachment-process.ts';
import { nodeConfig } from '../../test/support/nodes.ts';
import { issue } from '../../test/support/openssl.ts';
import { MemoryWatch } from '../load/attachment-node.ts';
import type { Running } from '../load/types.ts';
import type { Site } from '../systems/liaison/site.ts';
import type { Bench } from './context.ts';
import type { AttachmentsRun, Row } from './results.ts';

const HTTPS = new URL('../load/https-upload.ts', import.meta.url).pathname;
const MiB = 1024 * 1024;
const execute = promisify(execFile);

export async function attachments(bench: Bench): Promise<Row<AttachmentsRun>[]> {
  const site = await bench.site('p256');
  const bytes = bench.options.sizes.attachmentMiB * MiB;
  const file = join(bench.dir, 'attachment');
  await makeFile(file, bytes);
  const line = { key: 'liaison-attachments', name: 'one file', system: site, signing: 'single', unit: 1 } as const;
  const runs: AttachmentsRun[] = [];
  const repetitions = Math.min(bench.options.repetitions, bench.options.sizes.long);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const httpsMs = await httpsUpload(site, bench.dir, file);
    const work = (running: Running): Promise<AttachmentsRun> =>
      crossing(bench, site, running, file, { bytes, httpsMs, name: `files${repetition}` });
    const { result } = await bench.on(line, false, work);
    runs.push(result);
    const text = `HTTPS ${Math.round(httpsMs)} ms, upload ${Math.round(result.uploadMs)} ms`;
    bench.log(`attachments, repetition ${repetition + 1} of ${repetitions}: ${text}`);
  }
  rmSync(file);
  return [{ key: line.key, name: `${bytes / MiB} MiB`, runs }];
}

async function makeFile(path: string, bytes: number): Promise<void> {
  const stream = createWriteStream(path);
  for (let done = 0; done < bytes; done += MiB) {
    if (!stream.write(randomFillSync(Buffer.alloc(MiB)))) await once(stream, 'drain');
  }
  stream.end();
  await finished(stream);
}

async function httpsUpload(site: Site, dir: string, file: string): Promise<number> {
  const { authority } = site.world;
  const [server, client] = [
    issue(authority, { kind: 'tls-server', hosts: ['localhost'] }),
    issue(authority, { kind: 'tls-client', agency: 'xa.bench' }),
  ];
  const target = join(dir, 'uploaded');
  const ca = authority.certificatePath;
  const child = spawn(process.execPath, [HTTPS, 'serve', server.chainPath, server.keyPath, ca, target], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = (await once(createInterface(child.stdout), 'line')) as [string];
    const words = ['put', `https://localhost:${port}/`, client.chainPath, client.keyPath, ca, file];
    const { stdout } = await execute(process.execPath, [HTTPS, ...words]);
    return Number(stdout);
  } finally {
    child.kill('SIGKILL');
    rmSync(target, { force: true });
  }
}

async function crossing(
  bench: Bench,
  site: Site,
  running: Running,
  path: string,
  { bytes, httpsMs, name }: { bytes: number; httpsMs: number; name: string },
): Promise<AttachmentsRun> {
  const [from, to] = site.agencies;
  if (!from || !to) throw new Error('There are two agencies at least.');
  const saveTo = join(bench.dir, `${name}.saved`);
  const send = { to: to.mailbox, path };
  const gateway = new MemoryWatch(running.pids()[0] ?? 0);
  const sender = new AttachmentProcess({ config: nodeConfig(site.world, from, name), cutsAtBytes: [], send });
  const [ready, sealed, accepted] = [
    await sender.next('ready'),
    await sender.next('sealed'),
    await sender.next('accepted'),
  ];
  // Then, and not before: the transfers are measured one after the other, as the HTTPS upload is.
  const receiver = new AttachmentProcess({ config: nodeConfig(site.world, to, name), cutsAtBytes: [], saveTo });
  const began = await receiver.next('ready');
  const [fetched, saved] = [await receiver.next('fetched'), await receiver.next('saved')];
  rmSync(saveTo);
  return {
    ...{ bytes, httpsMs, sealMs: sealed.atMs - ready.atMs, uploadMs: accepted.atMs - sealed.atMs },
    ...{ downloadMs: fetched.atMs - began.atMs, saveMs: saved.atMs - fetched.atMs },
    peakBytes: { sender: accepted.peakBytes, gateway: gateway.peak, recipient: saved.peakBytes },
  };
}
