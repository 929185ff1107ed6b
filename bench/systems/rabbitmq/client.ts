/** RabbitMQ's clients: publisher confirms without waiting, acknowledgements of many at once. */
import { readFileSync } from 'node:fs';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import type { Client, RecipientEvents, RecipientLink, RecipientOptions } from '../../load/types.ts';
import type { SenderEvents, SenderLink, SenderOptions } from '../../load/types.ts';
import { bodies, indexOf } from '../bodies.ts';

export interface Settings {
  readonly port: number;
  /** File of the certificate that the server's is checked with. */
  readonly authority: string;
}

/** How many messages the broker sends ahead of their acknowledgement. */
const PREFETCH = 2_000;
/** Opens a connection with TLS 1.3. */
export async function open(settings: Settings): Promise<ChannelModel> {
  const { port, authority } = settings;
  return connect(
    { protocol: 'amqps', hostname: '127.0.0.1', port, username: 'guest', password: 'guest', heartbeat: 0 },
    { ca: [readFileSync(authority)], minVersion: 'TLSv1.3', noDelay: true },
  );
}

const queueOf = (to: number): string => `mailbox-${to}`;

async function declare(channel: Channel, to: number): Promise<void> {
  await channel.assertQueue(queueOf(to), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
}

async function connectSender(settings: unknown, options: SenderOptions, events: SenderEvents): Promise<SenderLink> {
  const connection = await open(settings as Settings);
  const channel = await connection.createConfirmChannel();
  connection.on('error', events.failed);
  channel.on('error', events.failed);
  channel.on('return', () => events.failed(new Error('the broker returned a message: no queue takes it')));
  await declare(channel, options.to);
  const queue = queueOf(options.to);
  const body = bodies(options.bodyBytes);
  const publishing = { persistent: true, mandatory: true };
  return {
    proves: false,
    send(first, count) {
      for (let index = first; index < first + count; index++) {
        channel.sendToQueue(queue, body(index), publishing, (error: unknown) => {
          if (error) events.failed(error instanceof Error ? error : new Error('the broker refused a message'));
          else events.confirmed(index, 1);
        });
      }
    },
    close: () => connection.close(),
  };
}

async function connectRecipient(
  settings: unknown,
  { to }: RecipientOptions,
  events: RecipientEvents,
): Promise<RecipientLink> {
  const connection = await open(settings as Settings);
  const channel = await connection.createChannel();
  connection.on('error', events.failed);
  channel.on('error', events.failed);
  await declare(channel, to);
  await channel.prefetch(PREFETCH);

  let unacknowledged = 0;
  /** AMQP does not confirm an acknowledgement: it counts when it is sent. */
  const acknowledge = (): void => {
    if (unacknowledged === 0) return;
    channel.ackAll();
    events.acknowledged(unacknowledged);
    unacknowledged = 0;
  };
  await channel.consume(queueOf(to), (message) => {
    if (message === null) return events.failed(new Error('the broker cancelled the consumer'));
    events.delivered(indexOf(message.content));
    // Once for everything that this turn of the event loop brings.
    if (unacknowledged++ === 0) setImmediate(acknowledge);
  });
  return {
    close: async () => {
      acknowledge();
      await connection.close();
    },
  };
}

const client: Client = { connectSender, connectRecipient };
export default client;
