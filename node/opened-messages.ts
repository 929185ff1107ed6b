/**
 * What was opened to judge it, until the application reads it: opening is a quarter of what receiving costs. In memory only;
 * what is not here any more is opened again from the database.
 */
import type { OpenedMessage } from '../protocol/envelope/open.ts';
import { toHex } from '../protocol/ids.ts';

/** What the application gets of it. */
export type Content = Pick<OpenedMessage, 'routing' | 'body'>;

const MESSAGES_MAX = 512;
const BYTES_MAX = 8 * 1024 * 1024;

export class OpenedMessages {
  /** By header digest, which binds the content; the oldest first. */
  private readonly kept = new Map<string, Content & { readonly bytes: number }>();
  private bytes = 0;

  /** Makes room by forgetting the oldest. The routing must not be a view of anything larger. */
  put(headerDigest: Uint8Array, { routing, body, padded }: OpenedMessage): void {
    this.take(headerDigest);
    this.kept.set(toHex(headerDigest), { routing, body, bytes: padded.length });
    this.bytes += padded.length;
    for (const name of this.kept.keys()) {
      if (this.kept.size <= MESSAGES_MAX && this.bytes <= BYTES_MAX) return;
      this.remove(name);
    }
  }

  /** Gives it once: what an application does to it must not show in another offer. */
  take(headerDigest: Uint8Array): Content | undefined {
    return this.remove(toHex(headerDigest));
  }

  private remove(name: string): Content | undefined {
    const found = this.kept.get(name);
    if (!found) return undefined;
    this.kept.delete(name);
    this.bytes -= found.bytes;
    return found;
  }
}
