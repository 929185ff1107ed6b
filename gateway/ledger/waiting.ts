/** Sessions that have credit and nothing to get: what comes for them goes out with the commit that makes it durable. */
import type { LedgerRequest } from '../pipeline.ts';

type Fetch = LedgerRequest & { kind: 'fetch' };

export class Waiting {
  private readonly byMailbox = new Map<string, Fetch>();
  private readonly bySession = new Map<number, Fetch>();

  /**
   * Keeps a request until there is something in one of its mailboxes. A newer session, which has the higher number, takes
   * a mailbox over; one that is on its way out never takes it back.
   */
  add(fetch: Fetch): void {
    this.bySession.set(fetch.session, fetch);
    for (const { mailbox } of fetch.mailboxes) {
      const other = this.byMailbox.get(mailbox);
      if (!other || other.session <= fetch.session) this.byMailbox.set(mailbox, fetch);
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
  }

  private remove(fetch: Fetch): void {
    this.bySession.delete(fetch.session);
    for (const { mailbox } of fetch.mailboxes) {
      if (this.byMailbox.get(mailbox) === fetch) this.byMailbox.delete(mailbox);
    }
  }
}
