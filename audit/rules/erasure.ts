/** The rule for ContentErasure entries: they say what followed from the fold, in the same commit, and nothing else. */
import type { Change, State } from '../../ledger/state.ts';
import type { ContentErasure } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import type { Findings } from '../findings.ts';
import type { EntryContext } from './context.ts';

/** More than any commit of a gateway erases. */
const PENDING_MAX = 65_536;

export class ErasureRule {
  private readonly findings: Findings;
  /** What the entries since the last commit have erased and none has named yet. */
  private readonly messages = new Set<number>();
  private readonly blobs = new Map<string, Uint8Array>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  /** Notes what an entry makes the gateway erase. */
  folded(changes: readonly Change[], index: number): void {
    for (const change of changes) {
      if (change.kind === 'erase-content') this.messages.add(change.index);
      else if (change.kind === 'erase-blob') this.blobs.set(toHex(change.digest), change.digest);
    }
    if (this.messages.size + this.blobs.size <= PENDING_MAX) return;
    this.findings.add('erasure', `More than ${PENDING_MAX} contents were erased and no entry names them.`, index);
    this.messages.clear();
    this.blobs.clear();
  }

  check({ findings, index, state }: EntryContext, event: ContentErasure): void {
    if (event.messages.length + event.blobs.length === 0)
      findings.add('erasure', 'It says that something was erased, and names nothing.', index);
    for (const number of event.messages) {
      if (this.messages.delete(number)) continue;
      if (state.get('holds', number)) {
        const what = `It says that the content of entry ${number} was erased, which is held.`;
        findings.add('held-message', what, index);
      } else {
        const what = `It says that the content of entry ${number} was erased; nothing in its commit had it erased.`;
        findings.add('erasure', what, index);
      }
    }
    for (const digest of event.blobs) {
      const name = toHex(digest);
      if (this.blobs.delete(name) && !state.get('blobs', digest)) continue;
      findings.add('erasure', `It says that the ciphertext ${name} was erased, which did not follow.`, index);
    }
  }

  /** @param index of the last entry of a commit */
  commitEnds(index: number, state: State): void {
    const [message] = this.messages;
    if (message !== undefined) {
      const what = `The content of entry ${message} was to be erased, and the commit that ends here does not say so`;
      this.findings.add('erasure', `${what}${this.messages.size > 1 ? ` (${this.messages.size} in all)` : ''}.`, index);
    }
    const blob = [...this.blobs].find(([, digest]) => !state.get('blobs', digest));
    if (blob) {
      const what = `The ciphertext ${blob[0]} was to be erased, and the commit that ends here does not say so.`;
      this.findings.add('erasure', what, index);
    }
    this.messages.clear();
    this.blobs.clear();
  }
}
