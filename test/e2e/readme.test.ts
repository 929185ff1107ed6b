/**
 * README's section "By hand" is run as it is written: every block of commands, in order, in an empty directory. Only the port
 * is another, because somebody may be trying the README on this machine.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIAISON, ROOT } from '../support/world.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const section = readme.slice(readme.indexOf('## By hand'), readme.indexOf('### In a container'));
const blocks = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

test('the commands by hand work as written', async () => {
  expect(blocks).toHaveLength(6);
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'liaison-readme-'));
  symlinkSync(LIAISON, join(dir, 'liaison'));
  const run = (script: string): string => {
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', script.replaceAll('7443', String(port))], {
      cwd: dir,
      encoding: 'utf8',
    });
    expect({ script, status, stderr: status === 0 ? '' : stderr }).toEqual({ script, status: 0, stderr: '' });
    return stdout;
  };
  const serve = /^\.\/liaison gateway serve [^#]*/m.exec(blocks[1] ?? '')?.[0] ?? '';
  run(blocks[0] ?? '');
  run((blocks[1] ?? '').replace(/^\.\/liaison gateway serve.*$/m, ''));
  const gateway = spawn('sh', ['-c', `exec ${serve}`], {
    cwd: dir,
    env: { ...process.env, LIAISON_GATEWAY_LISTEN_PORT: String(port) },
    stdio: 'ignore',
  });
  try {
    await listening(port);
    run(blocks[2] ?? '');
    run(blocks[3] ?? '');
    const output = run(blocks[4] ?? '');
    expect(output).toContain('Container ZZZU 123456-4');
    expect(output).toMatch(/is accepted/);
    gateway.kill('SIGINT');
    await once(gateway, 'exit');
    expect(gateway.exitCode).toBe(0);
    expect(run(blocks[5] ?? '')).toContain('VERIFIED');
  } finally {
    gateway.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Waits until something listens on a port of this machine. */
async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on ${port}`);
}
