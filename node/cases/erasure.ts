/** Removing content from the node's stores. Header facts, receipts and status stay. */
import { type DropRuntime, dropAttachments } from '../attachments/drop.ts';
import { messageIdOf } from '../../protocol/ids.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow } from '../store/case-store.ts';

export type ErasureRuntime = DropRuntime & Pick<NodeRuntime, 'inbox' | 'outbox' | 'opened' | 'caseStore' | 'journal'>;

/**
 * Erases envelope, plain copy and attachments of one message. What has not been accepted yet goes once it is, attachments
 * that are on their way go once they are here. Must run within `NodeDatabase.write`; the bytes are overwritten on the disk,
 * and gone from the write-ahead log with its next checkpoint.
 */
export function eraseContent(runtime: ErasureRuntime, row: CaseRow): void {
  const { db, outbox, caseStore } = runtime;
  db.overwrite(() => {
    if (row.direction === 'received') eraseReceived(runtime, row);
    else if (row.state !== 'pending') outbox.erase(row.id);
    caseStore.setErased(row.seq);
  });
}

/** As {@link eraseContent}, by a rule instead of a person; the node's own log says which. */
export function eraseByRule(runtime: ErasureRuntime, row: CaseRow, rule: string): void {
  runtime.journal.noteErasureByRule(messageIdOf(row.id), rule);
  eraseContent(runtime, row);
}

function eraseReceived(runtime: ErasureRuntime, { id, sender }: CaseRow): void {
  for (const copy of runtime.inbox.byId(id).filter((each) => each.sender === sender)) {
    if (copy.headerDigest) runtime.opened.take(copy.headerDigest);
    runtime.inbox.erase(copy.seq);
    if (copy.state !== 'fetching') dropAttachments(runtime, copy);
  }
}
