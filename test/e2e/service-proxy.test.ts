/** A node that reaches the gateway through an HTTP proxy: TLS from end to end, and the proxy's refusals in words. */
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AgencyNode } from '../../node/index.ts';
import type { LiaisonError } from '../../protocol/errors.ts';
import { nodeConfig, openNode, report, take } from '../support/nodes.ts';
import { type Agency, World } from '../support/world.ts';

const USER = 'xa:a word with spaces & ünlaut';

/** The smallest proxy there is. What passes through it is kept, to look at. */
class Proxy {
  readonly server: Server;
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  passed = Buffer.alloc(0);
  answer = 200;

  constructor() {
    this.server = createServer().on('connect', (request: IncomingMessage, client: Socket) =>
      this.connected(request, client),
    );
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private connected({ url = '', headers }: IncomingMessage, client: Socket): void {
    this.asked.push(url);
    this.authorizations.push(headers['proxy-authorization']);
    client.on('error', () => undefined);
    if (this.answer !== 200) {
      client.end(`HTTP/1.1 ${this.answer} No\r\n\r\n`);
      return;
    }
    const [host, port] = url.split(':');
    const gateway = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.on('data', (chunk: Buffer) => (this.passed = Buffer.concat([this.passed, chunk])));
      client.pipe(gateway).pipe(client);
    });
    gateway.on('error', () => client.destroy());
    client.on('close', () => gateway.destroy());
  }
}

const world = new World();
const proxy = new Proxy();
let url: string;
let customs: Agency;
let police: Agency;

beforeAll(async () => {
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  url = await proxy.listen();
});
afterAll(async () => {
  proxy.server.close();
  await world.close();
});

function throughProxy(name: string, options: { proxy?: string; mode?: number } = {}): Promise<AgencyNode> {
  const config = nodeConfig(world, customs, name);
  const proxyCredentials = join(world.dir, 'proxy-credentials');
  writeFileSync(proxyCredentials, `${USER}\n`);
  chmodSync(proxyCredentials, options.mode ?? 0o600);
  const gateway = { ...config.gateway, proxy: options.proxy ?? url, proxyCredentials };
  return AgencyNode.open({ ...config, gateway }, { logger: pino({ level: 'silent' }) });
}

test('messages pass, the proxy sees a name and encrypted bytes', async () => {
  proxy.answer = 200;
  await using sender = await throughProxy('through');
  await using recipient = await openNode(world, police);
  const id = await sender.send(report(police, 'CANARY-IN-THE-TUNNEL'));
  await sender.waitFor(id, 'handed-over');
  expect((await take(recipient, 1)).map((message) => message.id)).toEqual([id]);
  expect(proxy.asked[0]).toBe(`localhost:${world.port}`);
  expect(proxy.authorizations[0]).toBe(`Basic ${Buffer.from(USER).toString('base64')}`);
  expect(proxy.passed.length).toBeGreaterThan(1_000);
  // The first byte is a TLS handshake record, and neither names nor content can be read.
  expect(proxy.passed[0]).toBe(22);
  for (const text of ['CANARY', 'xb.police', 'Upgrade']) expect(proxy.passed.includes(text)).toBe(false);
});

describe('when it does not pass, the node says', () => {
  const firstError = async (name: string, options: Parameters<typeof throughProxy>[1] = {}): Promise<LiaisonError> => {
    await using node = await throughProxy(name, options);
    const [{ error }] = (await once(node, 'disconnected')) as [{ error: LiaisonError }];
    return error;
  };

  test('that the proxy asks for a password', async () => {
    proxy.answer = 407;
    expect(await firstError('password')).toMatchObject({
      code: 'UNAVAILABLE',
      retry: true,
      detail: expect.stringMatching(/user name and a password \(407\): compare gateway\.proxyCredentials/) as string,
    });
  });

  test('that the proxy refused', async () => {
    proxy.answer = 403;
    const error = await firstError('refused');
    expect(error).toMatchObject({ code: 'UNAVAILABLE', detail: expect.stringContaining('status 403') as string });
    // What stands in logs must not hold the password.
    expect(error.message).not.toContain('spaces');
  });

  test('that the proxy is not there', async () => {
    expect(await firstError('absent', { proxy: 'http://127.0.0.1:1' })).toMatchObject({
      code: 'UNAVAILABLE',
      detail: 'The proxy http://127.0.0.1:1 cannot be reached (ECONNREFUSED).',
    });
  });

  test('that others can read the password', async () => {
    expect(await firstError('exposed', { mode: 0o644 })).toMatchObject({ code: 'KEY_FILE_EXPOSED' });
  });
});
