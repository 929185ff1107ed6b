/** Whether a file has come to rest: its size, time and identity were the same for a while. */
import { lstatSync } from 'node:fs';

interface Seen {
  readonly mark: string;
  readonly sinceMs: number;
}

export class Settled {
  private readonly settleMs: number;
  private readonly now: () => number;
  private readonly seen = new Map<string, Seen>();

  /** @param now POSIX milliseconds */
  constructor(settleMs: number, now: () => number) {
    this.settleMs = settleMs;
    this.now = now;
  }

  /** @param times how many times as long as usual; looks at the file, so it must be asked again and again */
  has(path: string, times = 1): boolean {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) {
      this.seen.delete(path);
      return false;
    }
    const mark = `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    const before = this.seen.get(path);
    if (before?.mark !== mark) this.seen.set(path, { mark, sinceMs: this.now() });
    return before?.mark === mark && this.now() - before.sinceMs >= this.settleMs * times;
  }

  forget(path: string): void {
    this.seen.delete(path);
  }

  /** Forgets JSON files that are gone; attachments are few and go with them. */
  keepOnly(paths: readonly string[]): void {
    const kept = new Set(paths);
    for (const path of this.seen.keys()) if (path.endsWith('.json') && !kept.has(path)) this.seen.delete(path);
  }
}
