/** NATS: a private nats-server with JetStream in files, over TLS 1.3, one stream for the run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { type Running, type System } from '../../load/types.ts';
import { diskBytes, findProgram, freePorts, libraryVersion, makeTlsFiles, program, Server } from '../servers.ts';
import { type TlsFiles } from '../servers.ts';
import { open, type Settings, STREAM } from './client.ts';

const GUARANTEES =
  'A confirm (PubAck) means that the message was written to the file of the stream, not that it is on disk: this server ' +
  'synchronises every two minutes, so a power cut may lose what was confirmed since; a crash of the server alone does not. ' +
  'Nobody signs it, and an acknowledgement of a consumer is not confirmed.';

export const nats: System = {
  name: 'NATS JetStream',
  unavailable: () =>
    Promise.resolve(findProgram('nats-server') ? undefined : 'NATS is not installed: run bench/setup.sh'),
  start,
};

async function start(dir: string): Promise<Running> {
  const data = join(dir, 'data');
  const [port] = (await freePorts(1)) as [number];
  await mkdir(data);
  const tls = await makeTlsFiles(dir);
  const file = join(dir, 'nats.conf');
  await writeFile(file, configuration(port, data, tls));
  const server = new Server(program('nats-server'), ['--config', file], join(dir, 'output'));
  try {
    await server.accepts(port);
    const settings: Settings = { port, authority: tls.authority };
    return {
      version: `nats-server ${await addStream(settings)}, @nats-io/jetstream ${libraryVersion('@nats-io/jetstream')}`,
      guarantees: GUARANTEES,
      client: new URL('client.ts', import.meta.url).href,
      settings,
      pids: () => server.pids(),
      diskBytes: () => diskBytes(data),
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The server takes TLS 1.2 too and this version has no setting against it; the clients insist on 1.3. */
const configuration = (port: number, data: string, tls: TlsFiles): string => `
listen: "127.0.0.1:${port}"
server_name: "bench"
tls { cert_file: "${tls.certificate}", key_file: "${tls.key}" }
jetstream { store_dir: "${data}" }
max_pending: 256MB
`;

/** Makes the stream of the run and says which version made it. */
async function addStream(settings: Settings): Promise<string> {
  const connection = await open(settings);
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: STREAM,
    subjects: [`${STREAM}.>`],
    storage: StorageType.File,
    // The default, and the fastest: messages stay when they are acknowledged. As in a queue they would go with Workqueue.
    retention: RetentionPolicy.Limits,
    num_replicas: 1,
  });
  const version = connection.info?.version ?? 'of unknown version';
  await connection.close();
  return version;
}
