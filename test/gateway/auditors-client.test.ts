/** The thread that serves auditors, as the gateway has it. */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { createServer } from 'node:net';
import { connect } from 'node:tls';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditorsClient } from '../../gateway/auditors/client.ts';
import type { GatewayConfig } from '../../gateway/config.ts';
import type { AuditRead } from '../../protocol/generated/schema.ts';
import { addTicks, newLog } from '../audit/bundle-support.ts';
import { type LogBuilder, removeDirectory, root, rootCertificate, signer } from '../audit/log-builder.ts';
import { issue, makeAuthority, type OpensslCertificate } from '../support/openssl.ts';

let log: LogBuilder & { data: string };
let tls: { certificate: Buffer; key: Buffer };
let auditor: OpensslCertificate;
const reads: AuditRead[] = [];
const restarts: string[] = [];

beforeAll(() => {
  log = newLog();
  addTicks(log, 300);
  const server = issue(root, { kind: 'tls-server', hosts: ['localhost'] });
  tls = { certificate: readFileSync(server.chainPath), key: readFileSync(server.keyPath) };
  auditor = issue(root, { kind: 'tls-client', uris: ['liaison-role:auditor/supervisor'] });
});
afterAll(() => {
  log.close();
  removeDirectory();
});

function make(port = 0): AuditorsClient {
  const auditors = { host: '127.0.0.1', port, silenceSeconds: 60 };
  const config = { database: `${log.data}/ledger.db`, requireRevocationLists: false, auditors };
  return new AuditorsClient(config as GatewayConfig, {
    read: (read) => reads.push(read),
    refused: () => undefined,
    restarted: (why) => restarts.push(why),
  });
}

function statusOf(port: number, path: string): Promise<number> {
  const files = { ca: readFileSync(root.certificatePath), cert: readFileSync(auditor.chainPath) };
  const agent = new Agent({ ...files, key: readFileSync(auditor.keyPath) });
  return new Promise((resolve, reject) => {
    get({ agent, host: 'localhost', port, path }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
  });
}

test('is off unless configured', async () => {
  const client = new AuditorsClient({} as GatewayConfig, {} as never);
  expect(await client.listen([], tls)).toBeUndefined();
  client.setLists([]);
  await client.close();
});

test('tells of open sessions when it is closed', async () => {
  const client = make();
  const port = (await client.listen([rootCertificate], tls))!;
  expect(await statusOf(port, '/shards/0/tile/entries/000')).toBe(200);
  expect(reads).toEqual([]);
  await client.close();
  const ranges = [{ origin: signer.name, firstIndex: 0, endIndex: 256 }];
  expect(reads).toMatchObject([{ auditor: 'supervisor', requests: 1, ranges }]);
});

test('comes back at the same port when its thread has ended', async () => {
  const client = make();
  const port = (await client.listen([rootCertificate], tls))!;
  await (client as unknown as { worker: Worker }).worker.terminate();
  const again = (): Promise<number> => statusOf(port, '/shards.json').catch(() => 0);
  await expect.poll(again, { timeout: 15_000 }).toBe(200);
  expect(restarts).toHaveLength(1);
  await client.close();
});

test('says that its port is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const client = make(port);
  await expect(client.listen([rootCertificate], tls)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await client.abandon();
  other.close();
});

// Guards: a thread that could not listen stayed, and each further attempt left another one.
test('leaves no thread behind when it cannot listen', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const client = make((other.address() as { port: number }).port);
  const listening = client.listen([rootCertificate], tls);
  const { worker } = client as unknown as { worker: Worker };
  const ended = new Promise<string>((resolve) => worker.once('exit', () => resolve('ended')));
  await expect(listening).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  expect(await ended).toBe('ended');
  await client.close();
  other.close();
});

// Guards: answers that waited behind another counted as under way for good when their connection ended.
test('answers one request of a connection at a time, and counts none that is over', async () => {
  const client = make();
  const port = (await client.listen([rootCertificate], tls))!;
  const files = { ca: readFileSync(root.certificatePath), cert: readFileSync(auditor.chainPath) };
  const request = 'GET /shards/0/tile/entries/000 HTTP/1.1\r\nHost: localhost\r\n\r\n';
  for (let i = 0; i < 3; i++) {
    const socket = connect({ ...files, key: readFileSync(auditor.keyPath), host: 'localhost', port });
    socket.on('error', () => undefined);
    socket.write(request.repeat(20));
    await new Promise((resolve) => socket.once('close', resolve).resume());
  }
  expect(await statusOf(port, '/shards.json')).toBe(200);
  await client.close();
});

// Guards: a resumed TLS session has the client's certificate and none of those above it.
test('knows an auditor below another authority again when the TLS session is resumed', async () => {
  const client = make();
  const port = (await client.listen([rootCertificate], tls))!;
  const below = makeAuthority(log.data, { parent: root });
  const made = issue(below, { kind: 'tls-client', uris: ['liaison-role:auditor/below'] });
  const files = { ca: readFileSync(root.certificatePath), cert: readFileSync(made.chainPath) };
  const agent = new Agent({ ...files, key: readFileSync(made.keyPath), maxCachedSessions: 10 });
  for (let i = 0; i < 3; i++) {
    const status = await new Promise((resolve, reject) => {
      get({ agent, host: 'localhost', port, path: '/shards.json' }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      }).once('error', reject);
    });
    expect(status, `connection ${i}`).toBe(200);
  }
  agent.destroy();
  await client.close();
});
