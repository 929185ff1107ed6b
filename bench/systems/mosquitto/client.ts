/**
 * MQTT's clients: quality of service 1, publications without waiting, a session that outlives its connection. A recipient
 * must have connected once before anything is sent to it: until then the broker confirms and drops. One connection has at
 * most 65,535 publications without confirmation.
 */
import { readFileSync } from 'node:fs';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { Client, RecipientEvents, RecipientLink, RecipientOptions } from '../../load/types.ts';
import type { SenderEvents, SenderLink, SenderOptions } from '../../load/types.ts';
import { bodies, indexOf } from '../bodies.ts';

export interface Settings {
  readonly port: number;
  /** File of the certificate that the server's is checked with. */
  readonly authority: string;
}

/** Opens a connection with TLS 1.3. */
function open(settings: Settings, options: IClientOptions): Promise<MqttClient> {
  // The library hands this to node:tls, though its type does not name all of it.
  const security = { ca: [readFileSync(settings.authority)], minVersion: 'TLSv1.3' };
  return connectAsync(`mqtts://127.0.0.1:${settings.port}`, {
    ...security,
    ...options,
    // MQTT 3.1.1; version 5 is as fast.
    protocolVersion: 4,
    reconnectPeriod: 0,
    // Otherwise every message that is sent or received moves a timer.
    keepalive: 0,
  });
}

const topicOf = (to: number): string => `mailbox/${to}`;

/** Tells when a connection ends by itself. */
function watch(client: MqttClient, failed: (error: Error) => void): void {
  client.on('error', failed);
  client.on('close', () => {
    if (!client.disconnecting) failed(new Error('the broker closed the connection'));
  });
}

/** What the broker says of itself: `mosquitto version 2.0.11`. */
export async function serverVersion(settings: Settings): Promise<string> {
  const client = await open(settings, { clean: true });
  const version = new Promise<string>((resolve) => {
    client.once('message', (_topic, payload) => resolve(payload.toString()));
  });
  await client.subscribeAsync('$SYS/broker/version');
  const said = await version;
  await client.endAsync();
  return said.replace('mosquitto version', 'Mosquitto');
}

async function connectSender(settings: unknown, options: SenderOptions, events: SenderEvents): Promise<SenderLink> {
  const client = await open(settings as Settings, { clean: true });
  watch(client, events.failed);
  const topic = topicOf(options.to);
  const body = bodies(options.bodyBytes);
  const publishing = { qos: 1 } as const;
  return {
    proves: false,
    send(first, count) {
      for (let index = first; index < first + count; index++) {
        client.publish(topic, body(index), publishing, (error) => {
          if (error) events.failed(error);
          else events.confirmed(index, 1);
        });
      }
    },
    close: () => client.endAsync(),
  };
}

async function connectRecipient(
  settings: unknown,
  { to }: RecipientOptions,
  events: RecipientEvents,
): Promise<RecipientLink> {
  const client = await open(settings as Settings, { clean: false, clientId: `recipient-${to}` });
  watch(client, events.failed);
  // The library acknowledges when this returns; MQTT does not confirm an acknowledgement: it counts when it is sent.
  client.on('message', (_topic, payload) => {
    events.delivered(indexOf(payload));
    events.acknowledged(1);
  });
  await client.subscribeAsync(topicOf(to), { qos: 1 });
  return { close: () => client.endAsync() };
}

const client: Client = { connectSender, connectRecipient };
export default client;
