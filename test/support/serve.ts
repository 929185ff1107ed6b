/** `node serve` in a process of its own, as the programs of an agency meet it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { NodeConfigInput } from '../../node/config.ts';
import { nodeConfig } from './nodes.ts';
import { type Agency, LIAISON, type World } from './world.ts';

export const TOKEN = 'a-token-for-tests-0123456789abcdef';
export const tokenSha256 = createHash('sha256').update(TOKEN).digest('hex');
export const SERVICE = { port: 0, clients: [{ name: 'tests', tokenSha256 }] };
/** What who consults, exports or erases must state. */
export const WHY = { 'liaison-actor': 'Officer Ødegård', 'liaison-justification': 'case 17' };

export class Serving {
  readonly config: string;
  process: ChildProcess | undefined;
  url = '';
  output = '';
  errors = '';

  constructor(world: World, agency: Agency, extra: Partial<NodeConfigInput>, name = 'serve') {
    this.config = join(world.dir, `${agency.agency}-${name}.yaml`);
    writeFileSync(this.config, stringify({ ...nodeConfig(world, agency, name), ...extra }));
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    // The pinned runtime itself, so that a kill meets the node and not a shell before it.
    const child = spawn(LIAISON, ['node', 'serve', '-c', this.config], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = child;
    this.output = this.errors = '';
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
        const ready = /"pid":\d+(?:,"address":"([^"]+)")?,"msg":"ready"/.exec(this.output);
        if (!ready) return;
        this.url = ready[1] ?? '';
        resolve();
      });
      child.once('exit', (code) => reject(new Error(`node serve ended with ${code}: ${this.output}${this.errors}`)));
    });
  }

  /** @returns the exit status */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.process;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  /** The exit status once it has ended by itself. */
  async ended(): Promise<number | null> {
    const child = this.process!;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  call(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const { body, headers } = options;
    const isRaw = body instanceof Uint8Array;
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...latin1(headers),
      },
      ...(body !== undefined && { body: isRaw ? new Uint8Array(body) : JSON.stringify(body) }),
    });
  }

  async json<T = Record<string, unknown>>(...words: Parameters<Serving['call']>): Promise<T> {
    const response = await this.call(...words);
    const text = await response.text();
    if (!response.ok) throw new Error(`${words[0]} ${words[1]} answered ${response.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }
}

/** Headers are sent as bytes of UTF-8; fetch takes one character for each byte. */
const latin1 = (headers: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]));
