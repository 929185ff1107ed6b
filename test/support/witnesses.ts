/** Witnesses in processes of their own, for end-to-end tests. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIAISON } from './world.ts';

export class WitnessProcess {
  readonly name: string;
  readonly data: string;
  readonly verifierKey: string;
  port = 0;
  process: ChildProcess | undefined;

  constructor(dir: string, name: string) {
    this.name = name;
    this.data = join(dir, `witness-${name}`);
    const made = run('init', '--data', this.data, '--name', `${name}.test/witness`, '--json');
    this.verifierKey = (JSON.parse(made) as { verifierKey: string }).verifierKey;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  addLog(verifierKey: string): void {
    run('add-log', verifierKey, '--data', this.data);
  }

  status(): { logs: { origin: string; size: number }[]; contradictions: unknown[] } {
    return JSON.parse(run('status', '--data', this.data, '--json')) as ReturnType<WitnessProcess['status']>;
  }

  /** Keeps the port over restarts. */
  async start(): Promise<void> {
    const words = ['witness', 'serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`];
    const child = spawn(LIAISON, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.process = child;
    this.port = await new Promise<number>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const port = /"port":(\d+).*"msg":"ready"/.exec(output)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      child.once('exit', (code) => reject(new Error(`The witness ended with ${code}: ${output}`)));
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** A policy for these witnesses; returns its file. */
export function writePolicy(dir: string, threshold: number, witnesses: readonly WitnessProcess[]): string {
  const file = join(dir, 'policy.txt');
  const lines = witnesses.map(({ name, verifierKey, url }) => `witness ${name} ${verifierKey} ${url}`);
  const names = witnesses.map(({ name }) => name).join(' ');
  writeFileSync(file, [...lines, `group all-of-us ${threshold} ${names}`, 'quorum all-of-us', ''].join('\n'));
  return file;
}

const run = (...words: string[]): string => execFileSync(LIAISON, ['witness', ...words], { encoding: 'utf8' });
