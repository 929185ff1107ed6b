/** Ends the keys of which a certificate stands on a revocation list. */
import type { Command } from '../../ledger/decide.ts';
import { parseRevocationList } from '../../protocol/revocation.ts';
import type { Committer } from './committer.ts';
import type { Directory } from './directory.ts';
import type { Outcome } from './engine.ts';

export class Revocations {
  private readonly directory: Directory;
  private readonly committer: Committer;
  private readonly ended: (commands: readonly Command[], outcomes: readonly Outcome[]) => void;
  private isDue = false;

  /** @param ended is told what was recorded */
  constructor(directory: Directory, committer: Committer, ended: Revocations['ended']) {
    this.directory = directory;
    this.committer = committer;
    this.ended = ended;
  }

  /** New lists; their signatures are checked where they are used. */
  setLists(lists: readonly Uint8Array[]): void {
    this.committer.lists = lists.map((list) => parseRevocationList(list));
    this.revokeListed();
  }

  /** Tries again what could not be recorded. */
  retry(): void {
    if (this.isDue) this.revokeListed();
  }

  private revokeListed(): void {
    const commands = this.directory
      .listed(this.committer.lists)
      .map(({ keyId, listDigest }): Command => ({ kind: 'revoke-listed', keyId, listDigest }));
    this.isDue = commands.length > 0;
    if (commands.length === 0) return;
    const done = (outcomes: Outcome[]): void => {
      this.isDue = outcomes.some((outcome) => outcome.kind === 'refused');
      this.ended(commands, outcomes);
    };
    this.committer.enqueue({ work: commands.map((command) => ({ command })), done });
  }
}
