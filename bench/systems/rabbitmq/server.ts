/** RabbitMQ: a private node of one, AMQP 0-9-1 over TLS 1.3, a durable quorum queue for each mailbox. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Running, type System } from '../../load/types.ts';
import {
  diskBytes,
  findProgram,
  freePorts,
  libraryVersion,
  makeTlsFiles,
  program,
  Server,
  type TlsFiles,
} from '../servers.ts';
import { open, type Settings } from './client.ts';

/** Debian's wrapper in /usr/sbin insists on the user of the system's own broker; this is the script behind it. */
const SCRIPTS = ['/usr/lib/rabbitmq/bin'];

const GUARANTEES =
  'A confirm means that the message stands in the Raft log of this one node and that the log was synchronised to disk ' +
  '(fdatasync, many messages at once). Nobody signs it, and that a consumer acknowledged is told to nobody.';

export const rabbitmq: System = {
  name: 'RabbitMQ quorum',
  unavailable: () =>
    Promise.resolve(
      findProgram('rabbitmq-server', SCRIPTS) && findProgram('epmd')
        ? undefined
        : 'RabbitMQ is not installed: run bench/setup.sh',
    ),
  start,
};

async function start(dir: string): Promise<Running> {
  const data = join(dir, 'data');
  const [port, epmdPort, distPort] = (await freePorts(3)) as [number, number, number];
  await mkdir(data);
  const tls = await makeTlsFiles(dir);
  await writeFile(join(dir, 'rabbitmq.conf'), configuration(port, tls));
  await writeFile(join(dir, 'enabled_plugins'), '[].\n');

  const env = environment(dir, data, epmdPort, distPort);
  // The node would start a port mapper of its own and leave it behind.
  const mapper = new Server(program('epmd'), ['-address', '127.0.0.1', '-port', `${epmdPort}`], join(dir, 'epmd'), env);
  await mapper.accepts(epmdPort);
  const broker = new Server(program('rabbitmq-server', SCRIPTS), [], join(dir, 'output'), env);
  const stop = async (): Promise<void> => {
    await broker.stop();
    await mapper.stop();
  };
  try {
    await broker.accepts(port);
    const settings: Settings = { port, authority: tls.authority };
    return {
      version: `RabbitMQ ${await serverVersion(settings)}, amqplib ${libraryVersion('amqplib')}`,
      guarantees: GUARANTEES,
      client: new URL('client.ts', import.meta.url).href,
      settings,
      pids: () => [...broker.pids(), ...mapper.pids()],
      diskBytes: () => diskBytes(data),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const configuration = (port: number, tls: TlsFiles): string => `
listeners.tcp = none
listeners.ssl.1 = 127.0.0.1:${port}
ssl_options.cacertfile = ${tls.authority}
ssl_options.certfile = ${tls.certificate}
ssl_options.keyfile = ${tls.key}
ssl_options.versions.1 = tlsv1.3
ssl_options.verify = verify_none
tcp_listen_options.nodelay = true
log.file.level = warning
`;

/** Nothing of the machine's own broker is read or written: names, ports, folders and the cookie in HOME are of this run. */
function environment(dir: string, data: string, epmdPort: number, distPort: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: dir,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: `${epmdPort}`,
    RABBITMQ_NODENAME: 'bench@localhost',
    RABBITMQ_DIST_PORT: `${distPort}`,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: join(dir, 'none'),
    RABBITMQ_CONFIG_FILE: join(dir, 'rabbitmq'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dir, 'none.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dir, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: dir,
    RABBITMQ_PID_FILE: join(dir, 'pid'),
    RABBITMQ_GENERATED_CONFIG_DIR: dir,
    // The script then becomes the node instead of waiting for it.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

async function serverVersion(settings: Settings): Promise<string> {
  const connection = await open(settings);
  const { version } = connection.connection.serverProperties;
  await connection.close();
  return version;
}
