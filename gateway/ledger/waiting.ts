/** Sessions that have credit and nothing to get: what comes for them goes out with the commit that makes it durable. */
import type { LedgerRequest } from '../pipeline.ts';

type Fetch = LedgerRequest & { kind: 'fetch' };

export class Waiting {
  private readonly byMailbox = new Map<string, Fetch>();
  private readonly bySession = new Map<number, Fetch>();
  /** When each session was opened: whoever opened last serves the mailbox. */
  private readonly opened = new Map<number, number>();
  private nextOpening = 1;

  /** Called for each session, in the order in which they open. */
  open(session: number): void {
    this.opened.set(session, this.nextOpening++);
  }

  /**
   * Keeps a request until there is something in one of its mailboxes. The session that opened later takes a mailbox over;
   * one that is on its way out never takes it back, and one that is gone is not heard.
   */
  add(fetch: Fetch): void {
    const opening = this.opened.get(fetch.session);
    if (opening === undefined) return;
    this.bySession.set(fetch.session, fetch);
    for (const { mailbox } of fetch.mailboxes) {
      const other = this.byMailbox.get(mailbox);
      if (!other || (this.opened.get(other.session) ?? 0) <= opening) this.byMailbox.set(mailbox, fetch);
    }
  }

  /** Takes the request that waits for this mailbox, for all its mailboxes. */
  take(mailbox: string): Fetch | undefined {
    const fetch = this.byMailbox.get(mailbox);
    if (fetch) this.remove(fetch);
    return fetch;
  }

  /** The session has ended. */
  drop(session: number): void {
    const fetch = this.bySession.get(session);
    if (fetch) this.remove(fetch);
    this.opened.delete(session);
  }

  private remove(fetch: Fetch): void {
    this.bySession.delete(fetch.session);
    for (const { mailbox } of fetch.mailboxes) {
      if (this.byMailbox.get(mailbox) === fetch) this.byMailbox.delete(mailbox);
    }
  }
}
