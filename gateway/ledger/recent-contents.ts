/** Contents that were stored a moment ago and are delivered next: most of them need not be read from the database. */
import type { Content } from './contents.ts';

const BYTES_MAX = 4 * 1024 * 1024;
/** What an array of bytes takes beside its bytes: a sender may make contents and keys as small as it likes. */
const OVERHEAD_BYTES = 256;

export class RecentContents {
  /** Oldest first. */
  private readonly contents = new Map<number, { content: Content; bytes: number }>();
  private bytes = 0;

  /** Keeps a copy: the original is a view of a frame that may hold much more. */
  add(index: number, { content, wrappedKeys }: Content): void {
    const copy = { content: content.slice(), wrappedKeys: wrappedKeys.map((key) => key.slice()) };
    const bytes = [content, ...wrappedKeys].reduce((sum, part) => sum + part.length + OVERHEAD_BYTES, 0);
    this.contents.set(index, { content: copy, bytes });
    this.bytes += bytes;
    for (const oldest of this.contents.keys()) {
      if (this.bytes <= BYTES_MAX) break;
      this.delete(oldest);
    }
  }

  get(index: number): Content | undefined {
    return this.contents.get(index)?.content;
  }

  delete(index: number): void {
    this.bytes -= this.contents.get(index)?.bytes ?? 0;
    this.contents.delete(index);
  }

  clear(): void {
    this.contents.clear();
    this.bytes = 0;
  }
}
