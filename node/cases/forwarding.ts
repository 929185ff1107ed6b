/** Passing on what others have sent: the originator decides, and the node refuses what the gateway would refuse. */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { HandlingCode, type Routing, RoutingSchema } from '../../protocol/generated/schema.ts';
import { agencyOf, equalBytes, type Mailbox, messageIdOf } from '../../protocol/ids.ts';
import type { NodeRuntime } from '../runtime.ts';
import type { CaseRow, CaseStore } from '../store/case-store.ts';
import { nameOf } from './names.ts';
import { handlingOf } from './status.ts';

type Known = Pick<NodeRuntime, 'caseStore' | 'now'>;

/** Codes that nobody but the originator takes away. */
const RESTRICTING: ReadonlySet<HandlingCode> = new Set<HandlingCode>([
  HandlingCode.H1,
  HandlingCode.H2,
  HandlingCode.H3,
]);

/**
 * Holds a message to the marking of what it is derived from, as far as that is known here. What a third party has passed on
 * itself is judged by the gateway, which knows who set the code.
 * @throws LiaisonError MARKING_LOWERED; PERMISSION_MISSING when H2 material would reach a mailbox that its originator has
 *   not permitted
 */
export function requirePermission({ caseStore, now }: Known, routing: Routing): void {
  const own = agencyOf(routing.sender as Mailbox);
  for (const origin of routing.derivedFrom) {
    const original = received(caseStore, origin);
    if (!original || agencyOf(original.sender) === own) continue;
    requireMarking(caseStore, original, routing);
    if (!isH2(caseStore, original) || routingOf(original).derivedFrom.length > 0) continue;
    const granted = [origin, ...routing.derivedFrom]
      .flatMap((target) => grantedBy(caseStore, target, original.sender, now()))
      .filter(({ id }) => routing.permissionIds.some((permission) => equalBytes(permission, id)));
    const permitted = new Set([...holders(caseStore, original), ...granted.flatMap(({ recipients }) => recipients)]);
    for (const { mailbox } of routing.recipients) {
      const agency = agencyOf(mailbox as Mailbox);
      if (agency === own || agency === agencyOf(original.sender) || permitted.has(mailbox)) continue;
      throw new LiaisonError('PERMISSION_MISSING', `${messageIdOf(origin)} may not be passed on to ${mailbox}.`);
    }
  }
}

function requireMarking(store: CaseStore, original: CaseRow, routing: Routing): void {
  const name = messageIdOf(original.id);
  if (routing.classification < routingOf(original).classification) {
    throw new LiaisonError('MARKING_LOWERED', `${name} has a higher classification.`);
  }
  const lost = handlingOf(original, store.repliesTo(original.id)).filter(
    (code) => RESTRICTING.has(code) && !routing.handling.includes(code),
  );
  if (lost.length === 0) return;
  const codes = lost.map((code) => nameOf(HandlingCode, code)).join(', ');
  throw new LiaisonError('MARKING_LOWERED', `${name} carries ${codes}.`);
}

const isH2 = (store: CaseStore, original: CaseRow): boolean =>
  handlingOf(original, store.repliesTo(original.id)).includes(HandlingCode.H2);

/** Mailboxes that have it already: those it was sent to, and those to which this agency has passed it on. */
function holders(store: CaseStore, original: CaseRow): string[] {
  const passedOn = store.derivedFrom(original.id).filter(({ state }) => state === 'accepted');
  return [original, ...passedOn].flatMap((row) => routingOf(row).recipients.map(({ mailbox }) => mailbox));
}

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
