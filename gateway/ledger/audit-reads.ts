/** Records which entries auditors have read. What cannot be recorded now is kept and tried again. */
import type { AuditRead } from '../../protocol/generated/schema.ts';
import type { Committer } from './committer.ts';

/** Sessions of auditors that wait: more end in no time in which nothing could be recorded. */
const WAITING_MAX = 1_000;

export class AuditReads {
  private readonly committer: Committer;
  private waiting: AuditRead[] = [];

  constructor(committer: Committer) {
    this.committer = committer;
  }

  record(read: AuditRead): void {
    this.committer.enqueue({
      work: [{ command: { kind: 'audit-read', read } }],
      done: ([outcome]) => {
        if (outcome?.kind === 'refused' && this.waiting.length < WAITING_MAX) this.waiting.push(read);
      },
    });
  }

  retry(): void {
    for (const read of this.waiting.splice(0)) this.record(read);
  }
}
