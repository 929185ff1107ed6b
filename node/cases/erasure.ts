/** Removing content from the node's stores. Header facts, receipts and status stay. */
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow } from '../store/case-store.ts';

export type ErasureRuntime = Pick<NodeRuntime, 'db' | 'inbox' | 'outbox' | 'opened' | 'caseStore' | 'erasing'>;

/**
 * Erases envelope and plain copy of one message. What has not been accepted yet goes once it is. Must run within
 * `NodeDatabase.write`; the bytes are overwritten on the disk, and gone from the write-ahead log with its next checkpoint.
 */
export function eraseContent({ db, inbox, outbox, opened, caseStore, erasing }: ErasureRuntime, row: CaseRow): void {
  db.overwrite(() => {
    if (row.direction === 'sent') {
      if (row.state !== 'pending') outbox.erase(row.id);
    } else {
      for (const { seq, sender, headerDigest } of inbox.byId(row.id)) {
        if (sender !== row.sender) continue;
        if (headerDigest) opened.take(headerDigest);
        inbox.erase(seq);
      }
    }
    caseStore.setErased(row.seq);
  });
  for (const erase of erasing) erase(row.id);
}
