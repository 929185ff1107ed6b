/** Revocation lists in files: read at the start and again when they change. A list that cannot be read is said aloud. */
import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { readBytes } from '../cli/config-file.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { parseRevocationList, type RevocationList } from '../protocol/revocation.ts';

const POLL_MS = 1_000;

export class RevocationFiles {
  private readonly paths: readonly string[];
  private readonly log: Logger;
  private readonly changed: (lists: Uint8Array[]) => void;
  private readonly known = new Map<string, { stamp: string; list: RevocationList }>();
  private timer: NodeJS.Timeout | undefined;

  /** @param changed gets all lists, DER, after each change; their signatures are checked where they are used */
  constructor(paths: readonly string[], log: Logger, changed: (lists: Uint8Array[]) => void) {
    this.paths = paths;
    this.log = log;
    this.changed = changed;
  }

  /** @throws LiaisonError FILE_UNREADABLE, REVOCATION_LIST_INVALID: a start without its lists is refused */
  start(): void {
    for (const path of this.paths) this.known.set(path, { stamp: '', list: parseRevocationList(readBytes(path)) });
    this.publish();
    if (this.paths.length > 0) this.timer = setInterval(() => void this.poll(), POLL_MS);
  }

  /**
   * New sessions are refused while a list has run out: a certificate may have been revoked without our knowing.
   * @throws LiaisonError REVOCATION_LIST_INVALID
   */
  requireCurrent(nowMs: number): void {
    for (const [path, { list }] of this.known) {
      if (nowMs > list.nextUpdateMs) throw new LiaisonError('REVOCATION_LIST_INVALID', `${path} has run out.`);
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    let changed = false;
    for (const path of this.paths) changed = (await this.reread(path)) || changed;
    if (changed) this.publish();
  }

  private async reread(path: string): Promise<boolean> {
    const before = this.known.get(path);
    try {
      const { mtimeMs, size } = await stat(path);
      const stamp = `${mtimeMs} ${size}`;
      if (before?.stamp === stamp) return false;
      const list = parseRevocationList(readBytes(path));
      this.known.set(path, { stamp, list });
      return before === undefined || Buffer.compare(before.list.digest, list.digest) !== 0;
    } catch (error) {
      // The list in hand stays until it runs out by its own nextUpdate.
      const reason = error instanceof LiaisonError ? error.message : String(error);
      this.log.error({ path, reason }, 'revocation list cannot be read');
      return false;
    }
  }

  private publish(): void {
    if (this.known.size > 0) this.changed([...this.known.values()].map(({ list }) => list.der));
  }
}
