/**
 * JetStream's clients: publications whose acknowledgements come to an inbox of the sender, which costs half of what the
 * library's own `publish` costs with its promise and timer for each message; and a durable pull consumer.
 */
import { AckPolicy, jetstream, jetstreamManager, type PubAck } from '@nats-io/jetstream';
import { connect, createInbox, type NatsConnection } from '@nats-io/transport-node';
import type { Client, RecipientEvents, RecipientLink, RecipientOptions } from '../../load/types.ts';
import type { SenderEvents, SenderLink, SenderOptions } from '../../load/types.ts';
import { bodies, indexOf } from '../bodies.ts';

export interface Settings {
  readonly port: number;
  /** File of the certificate that the server's is checked with. */
  readonly authority: string;
}

export const STREAM = 'mailbox';

/** How many messages a recipient asks for at once; it asks again when half of them have come. */
const PULL = 2_000;

/** Opens a connection with TLS 1.3. */
export function open(settings: Settings): Promise<NatsConnection> {
  // The library hands all of this to node:tls, though its type names less.
  const tls = { caFile: settings.authority, minVersion: 'TLSv1.3' };
  return connect({ servers: `127.0.0.1:${settings.port}`, tls, reconnect: false, noEcho: true, noAsyncTraces: true });
}

/** Tells when a connection ends by itself. */
function watch(connection: NatsConnection, failed: (error: Error) => void): void {
  void connection.closed().then((error) => {
    if (error) failed(error);
  });
}

const subjectOf = (to: number): string => `${STREAM}.${to}`;

async function connectSender(settings: unknown, options: SenderOptions, events: SenderEvents): Promise<SenderLink> {
  const connection = await open(settings as Settings);
  watch(connection, events.failed);
  const inbox = createInbox();
  connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) return events.failed(error);
      const answer = message.json<Partial<PubAck> & { error?: { description: string } }>();
      if (answer.stream === undefined) {
        return events.failed(new Error(answer.error?.description ?? 'the server did not store a message'));
      }
      events.confirmed(Number(message.subject.slice(inbox.length + 1)), 1);
    },
  });
  await connection.flush();
  const subject = subjectOf(options.to);
  const body = bodies(options.bodyBytes);
  return {
    proves: false,
    send(first, count) {
      for (let index = first; index < first + count; index++) {
        // Without an id of the message: nothing is looked for among duplicates.
        connection.publish(subject, body(index), { reply: `${inbox}.${index}` });
      }
    },
    close: () => connection.drain(),
  };
}

async function connectRecipient(
  settings: unknown,
  { to }: RecipientOptions,
  events: RecipientEvents,
): Promise<RecipientLink> {
  const connection = await open(settings as Settings);
  watch(connection, events.failed);
  const name = `recipient-${to}`;
  const manager = await jetstreamManager(connection);
  await manager.consumers.add(STREAM, {
    durable_name: name,
    filter_subject: subjectOf(to),
    ack_policy: AckPolicy.Explicit,
    max_ack_pending: -1,
  });
  const consumer = await jetstream(connection).consumers.get(STREAM, name);
  const messages = await consumer.consume({
    max_messages: PULL,
    callback: (message) => {
      events.delivered(indexOf(message.data));
      message.ack();
      // Its arrival is not confirmed: it counts when it is sent.
      events.acknowledged(1);
    },
  });
  return {
    close: async () => {
      await messages.close();
      await connection.drain();
    },
  };
}

const client: Client = { connectSender, connectRecipient };
export default client;
