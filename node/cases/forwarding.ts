/** Passing on what others have sent: the originator decides, and the gateway holds the sender to it. */
import { decode } from '../../protocol/codec.ts';
import { type Routing, RoutingSchema } from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox } from '../../protocol/ids.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow, CaseStore } from '../store/case-store.ts';

type Known = Pick<NodeRuntime, 'caseStore' | 'now'>;

/** The decisions of its originator that permit to pass a message on. */
export function knownPermissions({ caseStore, now }: Known, origins: readonly Uint8Array[]): Uint8Array[] {
  return origins.flatMap((origin) => {
    const original = received(caseStore, origin);
    return original ? grantedBy(caseStore, origin, original.sender, now()).map(({ id }) => id) : [];
  });
}

function grantedBy(
  store: CaseStore,
  target: Uint8Array,
  originator: Mailbox,
  nowMs: number,
): { id: Uint8Array; recipients: string[] }[] {
  return store.grantsFor(target).flatMap((row) => {
    const { grant } = routingOf(row);
    const isDecided = row.direction === 'received' && row.state === 'accepted';
    if (!grant || !isDecided || agencyOf(row.sender) !== agencyOf(originator)) return [];
    const isOver = grant.expiresAtMs !== 0 && grant.expiresAtMs <= nowMs;
    return isOver ? [] : [{ id: row.id, recipients: grant.recipients }];
  });
}

const received = (store: CaseStore, id: Uint8Array): CaseRow | undefined =>
  store.byId(id).find(({ direction }) => direction === 'received');

const routingOf = ({ routing }: CaseRow): Routing => decode(RoutingSchema, routing, 'signed');
