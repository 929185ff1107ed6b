/** How messages stand, wherever the node shows them: status, origins, compliance. Reads only. */
import { decode } from '../../protocol/codec.ts';
import { MessageType, type Routing, RoutingSchema } from '../../protocol/generated/schema.ts';
import { type Mailbox, messageIdOf } from '../../protocol/ids.ts';
import { reportEvidence } from '../evidence-report.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { OutboxRow } from '../store/outbox-store.ts';
import type { MessageEvidence, OriginStatus } from '../types.ts';
import type { DocumentStatus } from './types.ts';

export interface Standing {
  readonly status: DocumentStatus;
  readonly origins: OriginStatus[];
}

/** Of a message that is not in the index, because it was never good, nothing is known. */
export function standingOf(runtime: NodeRuntime, routing: Routing | undefined): Standing {
  if (!routing) return { status: 'CURRENT', origins: [] };
  const rows = runtime.caseStore.byId(routing.messageId);
  const row = rows.find(({ sender }) => sender === routing.sender);
  const status = row ? runtime.cases.shownStatus(row) : 'CURRENT';
  return { status, origins: originsOf(runtime, routing) };
}

export function originsOf({ caseStore, cases }: NodeRuntime, { derivedFrom }: Routing): OriginStatus[] {
  return derivedFrom.map((id) => {
    const [row] = caseStore.byId(id);
    return { id: messageIdOf(id), status: row && cases.shownStatus(row) };
  });
}

export function indexedRouting({ caseStore }: NodeRuntime, id: Uint8Array, sender: Mailbox): Routing | undefined {
  const row = caseStore.byId(id).find((each) => each.sender === sender);
  return row && decode(RoutingSchema, row.routing, 'signed');
}

export function evidenceOf(runtime: NodeRuntime, row: OutboxRow): MessageEvidence {
  const { status } = standingOf(runtime, decode(RoutingSchema, row.routing, 'signed'));
  const reported = reportEvidence(row, runtime.evidence.about(row.id));
  return { ...reported, status, compliance: complianceWith(runtime, row.id) };
}

function complianceWith({ caseStore }: NodeRuntime, id: Uint8Array): MessageEvidence['compliance'] {
  return caseStore
    .repliesTo(id)
    .filter(({ type, direction }) => type === MessageType.COMPLIANCE_RECEIPT && direction === 'received')
    .map(({ sender, atMs }) => ({ recipient: sender, at: atMs }));
}
