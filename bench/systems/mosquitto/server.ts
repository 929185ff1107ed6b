/** Mosquitto: a private broker, MQTT over TLS 1.3, with its database in a file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Running, type System } from '../../load/types.ts';
import { diskBytes, findProgram, freePorts, libraryVersion, makeTlsFiles, program, Server } from '../servers.ts';
import { type TlsFiles } from '../servers.ts';
import { serverVersion, type Settings } from './client.ts';

const GUARANTEES =
  'A confirm (PUBACK of QoS 1) means that the broker holds the message in memory. It writes its database to disk every 30 ' +
  'minutes and at its end only (autosave_interval 1800, the default), so even a crash of the broker alone loses what was ' +
  'confirmed since. Nobody signs it, and an acknowledgement of a recipient is not confirmed.';

export const mosquitto: System = {
  name: 'Mosquitto QoS 1',
  unavailable: () =>
    Promise.resolve(findProgram('mosquitto') ? undefined : 'Mosquitto is not installed: run bench/setup.sh'),
  start,
};

async function start(dir: string): Promise<Running> {
  const data = join(dir, 'data');
  const [port] = (await freePorts(1)) as [number];
  await mkdir(data);
  const tls = await makeTlsFiles(dir);
  const file = join(dir, 'mosquitto.conf');
  await writeFile(file, configuration(port, data, tls));
  const server = new Server(program('mosquitto'), ['-c', file], join(dir, 'output'));
  try {
    await server.accepts(port);
    const settings: Settings = { port, authority: tls.authority };
    return {
      version: `${await serverVersion(settings)}, mqtt ${libraryVersion('mqtt')}`,
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

/** Zero means without limit: nothing is held back, and nothing is dropped. */
const configuration = (port: number, data: string, tls: TlsFiles): string => `
listener ${port} 127.0.0.1
cafile ${tls.authority}
certfile ${tls.certificate}
keyfile ${tls.key}
tls_version tlsv1.3
allow_anonymous true
user ${userInfo().username}
persistence true
persistence_location ${data}/
autosave_interval 1800
max_inflight_messages 0
max_queued_messages 0
set_tcp_nodelay true
log_dest stdout
log_type error
log_type warning
`;
