/**
 * One agency of the demonstration, in a process of its own: an AgencyNode that takes orders from the demonstration and
 * reports what its application would see. Run with the path of the node's configuration.
 */
import { AgencyNode, type SendRequest, shownBody } from '../node/index.ts';
import { MessageType } from '../protocol/index.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { pino } from 'pino';

export type Order =
  | { order: 'send'; requests: SendRequest[] }
  | { order: 'wait'; id: string; goal: 'accepted' | 'handed-over'; timeoutMs: number }
  | { order: 'receipts'; id: string }
  | { order: 'evidence'; id: string }
  | { order: 'call'; method: CalledMethod; args: unknown[] }
  | { order: 'close' };

/** Methods of the node that take and return plain values. */
export type CalledMethod =
  | 'threads'
  | 'thread'
  | 'closeThread'
  | 'acknowledge'
  | 'status'
  | 'opened'
  | 'consent'
  | 'putGroup'
  | 'operation'
  | 'saveAttachment';

export interface Received {
  kind: 'received';
  id: string;
  from: string;
  type: string;
  inReplyTo: string;
  threadId: string;
  attempt: number;
  body: unknown;
  /** Names of what travelled beside it. */
  attachments: { name: string; sizeBytes: number }[];
}
/** An event of the node that concerns its people. */
export interface Told {
  kind: 'told';
  event: 'deadline' | 'urgent' | 'status';
  value: Record<string, unknown>;
}
export interface Obstacle {
  kind: 'refused';
  id: string;
  code: string;
}
export interface Reply {
  kind: 'reply';
  call: number;
  value?: unknown;
  error?: { code: string; message: string };
}
export type Report = Told | Received | Obstacle | Reply | { kind: 'connected' };

const report = (message: Report): void => void process.send?.(message);

const node = await AgencyNode.open(process.argv[2] ?? '', { logger: pino({ level: 'silent' }) });
node.on('connected', () => report({ kind: 'connected' }));
for (const event of ['deadline', 'urgent', 'status'] as const) {
  node.on(event, (value) => report({ kind: 'told', event, value: { ...value } }));
}
node.on('refused', ({ id, code }) => report({ kind: 'refused', id, code }));

process.on('message', ({ call, ...order }: Order & { call: number }) => {
  carryOut(order)
    .then((value) => report({ kind: 'reply', call, value }))
    .catch((error: unknown) => {
      const code = error instanceof LiaisonError ? error.code : 'INTERNAL';
      report({ kind: 'reply', call, error: { code, message: error instanceof Error ? error.message : String(error) } });
    })
    .finally(() => {
      if (order.order === 'close') process.disconnect?.();
    });
});
process.on('disconnect', () => void node.close().then(() => process.exit()));

async function carryOut(order: Order): Promise<unknown> {
  switch (order.order) {
    case 'send':
      return node.sendMany(order.requests);
    case 'wait':
      return node.waitFor(order.id, order.goal, { timeoutMs: order.timeoutMs });
    case 'receipts':
      return node.receipts(order.id);
    case 'evidence':
      return node.evidence(order.id);
    case 'call':
      return (node[order.method] as (...args: unknown[]) => unknown).apply(node, order.args);
    case 'close':
      return node.close();
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const typeName = (type: number): string =>
  Object.entries(MessageType).find(([, value]) => value === type)?.[0] ?? String(type);

for await (const message of node.inbox()) {
  const { routing } = message;
  report({
    kind: 'received',
    id: message.id,
    from: message.from,
    type: typeName(routing.type),
    inReplyTo: hex(routing.inReplyTo),
    threadId: hex(routing.threadId),
    attempt: message.attempt,
    body: shownBody(message.body),
    attachments: message.attachments.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
  });
  await message.done();
}
