/** Deleting the attachments of a received message. */
import { report, type NodeRuntime } from '../runtime.ts';
import type { InboxRow } from '../store/inbox-store.ts';
import { diskError } from './spool.ts';

export type DropRuntime = Pick<NodeRuntime, 'attachments' | 'db' | 'spool' | 'fault' | 'logger' | 'notify'>;

/**
 * Forgets them, and deletes what no other message needs once that is durable; what a crash leaves goes at the next start.
 * Must run within `NodeDatabase.write`.
 */
export function dropAttachments(runtime: DropRuntime, { mailbox, number }: Pick<InboxRow, 'mailbox' | 'number'>): void {
  const { attachments, db, spool } = runtime;
  const digests = attachments.dropDownloads(mailbox, number);
  if (digests.length === 0) return;
  db.whenDurable(() => {
    try {
      for (const digest of digests.filter((each) => !attachments.isKnown(each, 'down'))) {
        spool.remove(spool.path(digest));
        spool.remove(spool.partPath(digest));
      }
    } catch (error) {
      report(runtime, diskError(error));
    }
  });
}
