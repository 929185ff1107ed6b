/** Starts bench/load/attachment-node.ts and reads what it tells. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AttachmentJob, AttachmentNews } from '../../bench/load/attachment-node.ts';
import { ROOT } from './world.ts';

export class AttachmentProcess {
  readonly child: ChildProcess;
  readonly news: AttachmentNews[] = [];
  private waiting: (() => void)[] = [];
  private output = '';

  constructor(job: AttachmentJob) {
    const script = join(ROOT, 'bench/load/attachment-node.ts');
    const words = ['--expose-gc', '--disable-warning=ExperimentalWarning', script, JSON.stringify(job)];
    const child = spawn(process.execPath, words, {
      // As ./liaison does.
      env: {
        ...process.env,
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/liaison'),
        MALLOC_ARENA_MAX: '2',
        MALLOC_MMAP_THRESHOLD_: '131072',
        MALLOC_TRIM_THRESHOLD_: '131072',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const look = (): void => this.waiting.splice(0).forEach((wake) => wake());
    createInterface(child.stdout).on('line', (line) => {
      this.news.push(JSON.parse(line) as AttachmentNews);
      look();
    });
    child.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.on('exit', look);
  }

  /** @throws Error when the process ends without it */
  async next(event: AttachmentNews['event']): Promise<AttachmentNews> {
    for (;;) {
      const found = this.news.find((item) => item.event === event);
      if (found) return found;
      if (this.child.exitCode !== null) throw new Error(`It ended without ${event}: ${this.output}`);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}
