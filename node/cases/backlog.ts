/** Indexes what an older version of the database has stored. Once, in one transaction, before anything else happens. */
import { decode } from '../../protocol/codec.ts';
import { BodySchema, RoutingSchema } from '../../protocol/generated/schema.ts';
import { openStored } from '../inbox-reader.ts';
import type { NodeRuntime } from '../runtime.ts';

const PAGE = 256;

export async function indexBacklog(runtime: NodeRuntime): Promise<void> {
  const { db, caseStore } = runtime;
  if (!caseStore.hasBacklog) return;
  await db.write(() => {
    indexSent(runtime);
    indexReceived(runtime);
    caseStore.clearBacklog();
  });
}

function indexSent({ outbox, evidence, cases }: NodeRuntime): void {
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const rows = outbox.page(before, PAGE);
    const last = rows.at(-1);
    if (!last) return;
    before = last.seq;
    for (const { id, routing, body, state } of rows) {
      const accepted = evidence.about(id).find(({ event }) => event === 'SubmissionAcceptance');
      const stored = { routing: decode(RoutingSchema, routing, 'signed'), body: decode(BodySchema, body, 'open') };
      cases.indexSent(stored, accepted ? 'accepted' : state === 'refused' ? 'refused' : 'pending', accepted?.atMs);
    }
  }
}

function indexReceived({ inbox, cases, keys }: NodeRuntime): void {
  for (const state of ['new', 'done'] as const) {
    for (let after = 0; ;) {
      const rows = inbox.inState(state, after, PAGE);
      const last = rows.at(-1);
      if (!last) break;
      after = last.seq;
      for (const row of rows) {
        try {
          cases.indexReceived(openStored(row, keys), row.acceptedMs);
        } catch {
          // A key has gone since: the message can be listed by nobody.
        }
      }
    }
  }
}
