/** A node with a clock of the test's, a gateway of version 2, and three agencies. */
import type { AgencyNode, JournalRecord, StatusNotice } from '../../node/index.ts';
import type { MessageType, Routing } from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, newMessageId } from '../../protocol/ids.ts';
import { CaseGateway } from './cases-support.ts';
import * as world from './world.ts';

const { makeAgency, makeConfig, makeGateway, openNode, recordOf } = world;
export const guard = makeAgency('xc.guard', 'desk');
/** What a test has opened and closes after itself. */
export const nodes: AgencyNode[] = [];

export const start = async (config = makeConfig(), given?: CaseGateway) => {
  const gateway = given ?? new CaseGateway(makeGateway());
  gateway.gateway.directory.set(guard.mailbox, recordOf(guard));
  const clock = { now: Date.now() };
  gateway.gateway.log.now = () => clock.now;
  const { node, alarms } = await openNode(gateway.gateway, config, { now: () => clock.now });
  nodes.push(node);
  const statuses: StatusNotice[] = [];
  node.on('status', (notice) => statuses.push(notice));
  return { node, gateway, alarms, config, clock, statuses };
};
export type Running = Awaited<ReturnType<typeof start>>;
const numbers = new Map<CaseGateway, number>();
export const deliver = ({ gateway, clock }: Running, options: Parameters<typeof world.sealed>[0]): MessageId => {
  const id = newMessageId(clock.now, world.random(10));
  const number = (numbers.get(gateway) ?? 0) + 1;
  numbers.set(gateway, number);
  const envelope = world.sealed({ ...options, id: messageIdBytes(id) });
  gateway.gateway.deliver(world.delivery(envelope, number, { acceptedAtMs: clock.now }));
  return id;
};
export const receive = async (running: Running, options: Parameters<typeof world.sealed>[0]): Promise<MessageId> => {
  const received = new Promise((resolve) => running.node.once('received', resolve));
  const id = deliver(running, options);
  await received;
  return id;
};
export const about = (type: MessageType, id: MessageId, more: Partial<Routing> = {}): Partial<Routing> => ({
  ...{ type, schemaVersion: 2, inReplyTo: messageIdBytes(id) },
  ...more,
});
export const submitted = (running: Running, type: MessageType): Routing[] =>
  running.gateway.submitted.filter((routing) => routing.type === type);
/** What the node's own log says of the erasure of a message. */
export const erasures = (node: AgencyNode, messageId: MessageId): JournalRecord[] =>
  node.journal.list({ messageId }).filter(({ act }) => act === 'message.erased');
