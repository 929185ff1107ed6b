/** What the servers of other makers have in common: programs to find, start, watch and end, and certificates to give them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, openSync, closeSync, readFileSync, readdirSync } from 'node:fs';
import { readdir, lstat, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority, issueCertificate } from '../../certs-dev/authority.ts';

const STOP_MS = 10_000;
const START_MS = 60_000;

/** Where this program lies, or undefined. Debian keeps servers in /usr/sbin, which is not on everybody's path. */
export function findProgram(name: string, folders: readonly string[] = ['/usr/sbin']): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, ...path].map((folder) => join(folder, name)).find(isExecutable);
}

/** Like {@link findProgram}, for a server that {@link System.unavailable} has found already. */
export function program(name: string, folders?: readonly string[]): string {
  const found = findProgram(name, folders);
  if (found === undefined) throw new Error(`${name} is not installed: run bench/setup.sh`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A program that was started here. What it says goes to `log`. It ends with this process at the latest. */
export class Server {
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #kill = (): void => this.#signal('SIGKILL');

  constructor(command: string, args: readonly string[], log: string, env: NodeJS.ProcessEnv = process.env) {
    this.#log = log;
    const output = openSync(log, 'a');
    this.#child = spawn(command, args, { env, stdio: ['ignore', output, output] });
    closeSync(output);
    // That it does not run is told by whoever waits for it.
    this.#child.on('error', () => undefined);
    process.once('exit', this.#kill);
  }

  get isRunning(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** It and everything that it started. */
  pids(): number[] {
    return this.#child.pid !== undefined && this.isRunning ? withDescendants(this.#child.pid) : [];
  }

  /** Resolves when something accepts connections on this port of the loopback interface. */
  async accepts(port: number): Promise<void> {
    const end = performance.now() + START_MS;
    while (!(await isListening(port))) {
      if (!this.isRunning || performance.now() > end) {
        const said = await readFile(this.#log, 'utf8');
        await this.stop();
        throw new Error(`${this.#child.spawnfile} did not start: ${said.slice(-2000)}`);
      }
      await sleep(50);
    }
  }

  /** Asks it to end, and ends what is still there after ten seconds. */
  async stop(): Promise<void> {
    const pids = this.pids();
    this.#signal('SIGTERM');
    const end = performance.now() + STOP_MS;
    while (pids.some(isAlive) && performance.now() < end) await sleep(20);
    for (const pid of pids.filter(isAlive)) kill(pid, 'SIGKILL');
    if (this.isRunning) await once(this.#child, 'exit');
    process.off('exit', this.#kill);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(signal);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this moment.
  }
}

/** State and parent from /proc/PID/stat, whose second field is a name in brackets that may hold anything. */
function processState(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** A zombie is dead already: nobody has taken note of it yet. */
function isAlive(pid: number): boolean {
  const state = processState(pid)?.state;
  return state !== undefined && state !== 'Z';
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = processState(Number(name))?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** So many ports of the loopback interface that nothing listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** What the files below this folder take on disk; what goes meanwhile counts nothing. */
export async function diskBytes(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return diskBytes(path);
    const stat = await lstat(path).catch(() => undefined);
    return (stat?.blocks ?? 0) * 512;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Files of PEM. */
export interface TlsFiles {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** A certificate for `localhost` and its address, and the authority that vouches for it, made for one run. */
export async function makeTlsFiles(dir: string): Promise<TlsFiles> {
  const authority = await createAuthority();
  const server = await issueCertificate(authority, { kind: 'tls-server', hosts: ['localhost', '127.0.0.1'] });
  const files = { authority: join(dir, 'ca.pem'), certificate: join(dir, 'server.pem'), key: join(dir, 'server.key') };
  await writeFile(files.authority, authority.certificatePem);
  await writeFile(files.certificate, server.certificatePem);
  await writeFile(files.key, server.keyPem, { mode: 0o600 });
  return files;
}

/** The version of an installed package of npm. */
export function libraryVersion(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
