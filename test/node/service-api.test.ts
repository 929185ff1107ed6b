/** The HTTP service around a stand-in: what needs parts of the node that this test does not start. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../node/config.ts';
import { Clients, newToken } from '../../node/service/auth.ts';
import { serviceSchema } from '../../node/service/config.ts';
import { LocalService } from '../../node/service/service.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { BODY, fileOf, newId, QUIET, random, removeDirs, StandIn, tempDir } from './service-support.ts';

afterAll(removeDirs);

const { token, tokenSha256 } = newToken(random);
const WHY = { 'liaison-actor': Buffer.from('Søren').toString('latin1'), 'liaison-justification': 'case 17' };

let node: StandIn;
let dataDir: string;
let url: string;
let service: LocalService;

const configOf = (extra: object = {}) =>
  serviceSchema.parse({ port: 0, clients: [{ name: 'cases', tokenSha256 }], ...extra });

async function start(extra: object = {}, drop?: { dir: string; inbox: boolean; settleMs: number }): Promise<string> {
  const config = { service: configOf(extra), dataDir, ...(drop && { drop }) };
  service = new LocalService({ node: node.node, config: config, logger: QUIET, now: Date.now, random });
  return (await service.start()) ?? '';
}

beforeEach(async () => {
  node = new StandIn();
  dataDir = tempDir();
  url = await start({ eventClientsMax: 2, uploadBytesMax: 1_000 });
  return () => service.stop();
});

const call = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}${path}`, {
    method,
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as object) },
  });
const json = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>;
const post = (path: string, body: unknown, headers: object = {}): Promise<Response> =>
  call('POST', path, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('consulting, exporting, erasing', () => {
  const received = (): string =>
    node.arrive([{ name: 'Foto ü.jpg', path: fileOf(tempDir(), 'photo', 'bytes of a photo') }]).id;

  test('content: recorded with who and why, and its sender sees that it was opened', async () => {
    const id = received();
    const content = await json(await call('GET', `/v1/messages/${id}/content`, { headers: WHY }));
    expect(content).toMatchObject({ id, status: 'RESTRICTED', body: BODY, attachments: [{ name: 'Foto ü.jpg' }] });
    const detail = { actor: 'Søren', justification: 'case 17', detail: 'client cases', messageId: id };
    expect(node.recorded).toEqual([{ kind: 'message.consulted', detail }]);
    expect(node.calls).toEqual([`opened ${id}`]);
  });

  test('what cannot be recorded is not shown', async () => {
    const id = received();
    node.journal.record = () => Promise.reject(new LiaisonError('STORAGE_FULL'));
    for (const path of ['content', 'attachments/0']) {
      const response = await call('GET', `/v1/messages/${id}/${path}`, { headers: WHY });
      expect(response.status).toBe(507);
      expect(await response.text()).not.toContain('Monday');
    }
    expect(node.calls).toEqual([]);
  });

  test('an attachment: streamed, recorded, and gone from the disk', async () => {
    const id = received();
    const response = await call('GET', `/v1/messages/${id}/attachments/0`, { headers: WHY });
    expect(await response.text()).toBe('bytes of a photo');
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Foto%20%C3%BC.jpg");
    expect(node.recorded).toMatchObject([{ kind: 'attachment.opened', detail: { messageId: id } }]);
    expect(readdirSync(join(dataDir, 'uploads', 'downloads'))).toEqual([]);
  });

  test('threads', async () => {
    const thread = '0'.repeat(32);
    expect(await json(await call('GET', '/v1/threads?open=true', { headers: WHY }))).toMatchObject({
      threads: [{ threadId: thread, caseNumber: '17' }],
    });
    expect(await json(await call('GET', `/v1/threads/${thread}`, { headers: WHY }))).toMatchObject({ items: [] });
    expect(node.recorded.map(({ kind }) => kind)).toEqual(['message.consulted', 'message.consulted']);
    const closed = await call('POST', `/v1/threads/${thread}/close`);
    expect([closed.status, (await json(closed))['code']]).toEqual([409, 'THREAD_OPEN']);
  });

  test('erasing: who and why go to the node, which records them', async () => {
    const id = received();
    expect((await call('DELETE', `/v1/messages/${id}`, { headers: WHY })).status).toBe(204);
    expect(node.calls).toEqual([`erase ${id} Søren case 17`]);
  });

  test('taking a message out of the inbox is an export by the client', async () => {
    const id = received();
    expect((await call('POST', `/v1/inbox/${id}/done`)).status).toBe(204);
    expect((await call('POST', `/v1/inbox/${id}/done`)).status).toBe(204);
    expect(node.recorded).toMatchObject([{ kind: 'message.exported', detail: { actor: 'cases', messageId: id } }]);
  });
});

test('an id stands for one request, whatever keys it comes with', async () => {
  const id = newId();
  const message = { id, to: ['xb.police/desk'], body: BODY };
  expect((await post('/v1/messages', message, { 'idempotency-key': 'one' })).status).toBe(201);
  expect((await post('/v1/messages', message, { 'idempotency-key': 'two' })).status).toBe(200);
  const other = { ...message, to: ['xc.border/desk'] };
  for (const headers of [{ 'idempotency-key': 'three' }, {}]) {
    const answer = await post('/v1/messages', other, headers);
    expect([answer.status, (await json(answer))['code']]).toEqual([409, 'ID_REUSED']);
  }
  expect([...node.sent.keys()]).toEqual([id]);
});

test('asking the inbox again and again over one connection leaves nothing at it', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const counts: number[] = [];
  service['server']!.server.on('request', ({ socket }) => counts.push(socket.listenerCount('close')));
  for (let i = 0; i < 5; i++) {
    const headers = { authorization: `Bearer ${token}` };
    const asked = httpRequest(`${url}/v1/inbox`, { agent, headers }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
  }
  agent.destroy();
  expect(counts).toHaveLength(5);
  expect(counts.at(-1)).toBe(counts[1]);
});

test('consent and acknowledgement reach the node', async () => {
  const id = newId();
  expect((await post(`/v1/messages/${id}/consent`, { answer: 'given' })).status).toBe(204);
  expect((await post(`/v1/requests/${id}/acknowledge`, { actor: 'duty officer' })).status).toBe(204);
  expect(node.calls).toEqual([`consent ${id} given`, `acknowledge ${id} duty officer`]);
});

describe('uploads', () => {
  const bytes = Buffer.from('a photo');
  const upload = async (): Promise<string> =>
    (await json(await call('POST', '/v1/attachments', { body: bytes })))['upload'] as string;

  test('belong to one message, which gets their bytes, and are gone then', async () => {
    const name = await upload();
    expect(statSync(join(dataDir, 'uploads', name)).mode & 0o777).toBe(0o600);
    const request = { to: ['xb.police/desk'], body: BODY, attachments: [{ upload: name, name: 'p.jpg' }] };
    const sent = await post('/v1/messages', request, { 'idempotency-key': 'one' });
    expect(sent.status).toBe(201);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect([...node.sent.values()][0]?.files).toEqual([{ name: 'p.jpg', sha256 }]);
    expect(existsSync(join(dataDir, 'uploads', name))).toBe(false);
    // The answer was lost: the same request again, although the file is gone.
    expect((await post('/v1/messages', request, { 'idempotency-key': 'one' })).status).toBe(200);
    expect(node.sent.size).toBe(1);
  });

  test('are refused beyond the limit, and leave nothing', async () => {
    const response = await call('POST', '/v1/attachments', { body: Buffer.alloc(1_001) });
    expect([response.status, (await json(response))['code']]).toEqual([413, 'LIMIT_EXCEEDED']);
    expect(readdirSync(join(dataDir, 'uploads'))).toEqual(['downloads']);
  });

  test('lead nowhere else by their name', async () => {
    const attachments = [{ upload: '../../../../etc/passwd' }];
    const response = await post('/v1/messages', { to: ['xb.police/desk'], body: BODY, attachments });
    expect([response.status, (await json(response))['code']]).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('limits', () => {
  test('a body that is too large is cut', async () => {
    const response = await post('/v1/messages', { to: ['x'.repeat(9_000_000)] }).catch(() => undefined);
    if (response) expect(await json(response)).toMatchObject({ status: 413, code: 'LIMIT_EXCEEDED' });
  });

  test('listeners are counted, and a place is free when one leaves', async () => {
    const listen = async (): Promise<{ status: number; end: () => void }> => {
      const end = new AbortController();
      const response = await call('GET', '/v1/events', { signal: end.signal });
      return { status: response.status, end: () => end.abort() };
    };
    const [one, two, three] = [await listen(), await listen(), await listen()];
    expect([one.status, two.status, three.status]).toEqual([200, 200, 503]);
    one.end();
    await expect.poll(async () => (await listen()).status).toBe(200);
  });

  test('a listener that does not read is cut, and the service goes on', async () => {
    const { port } = new URL(url);
    const slow = connect(Number(port), '127.0.0.1');
    slow.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    await once(slow, 'data');
    slow.pause();
    const text = 'x'.repeat(100_000);
    for (let i = 0; i < 200; i++) node.emit('alarm', { text });
    slow.resume();
    await once(slow, 'close');
    expect((await call('GET', '/v1/healthz')).status).toBe(200);
  });

  test('an address that does not exist is a problem too', async () => {
    const response = await call('GET', '/v1/nothing');
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await json(response)).toMatchObject({ status: 404, code: 'REQUEST_INVALID' });
  });
});

test('an answer that breaks its own description is not given', async () => {
  node.receipts = () => [
    { kind: 'acceptance', number: 7, index: 'seven' as never, logKey: '', witnesses: [], text: '' },
  ];
  const response = await call('GET', `/v1/messages/${newId()}/receipts`, { headers: WHY });
  expect([response.status, (await json(response))['code']]).toEqual([500, 'INTERNAL']);
});

test('with a drop folder for received messages the inbox says so', async () => {
  await service.stop();
  url = await start({}, { dir: tempDir(), inbox: true, settleMs: 10 });
  expect(await json(await call('GET', '/v1/inbox'))).toMatchObject({
    code: 'REQUEST_INVALID',
    text: expect.stringContaining('drop folder') as string,
  });
});

describe('where it listens', () => {
  test('a Unix socket is for its owner alone, and replaces one that was left behind', async () => {
    await service.stop();
    const socket = join(tempDir(), 'node.sock');
    const left = createServer().listen(socket);
    await once(left, 'listening');
    await start({ socket });
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const request = httpRequest({ socketPath: socket, path: '/v1/healthz' }).end();
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume: () => void }];
    response.resume();
    expect(response.statusCode).toBe(200);
    left.close();
  });

  test('a Unix socket gets its folder', async () => {
    await service.stop();
    const socket = join(tempDir(), 'run', 'node.sock');
    await start({ socket });
    expect(statSync(socket).isSocket()).toBe(true);
  });

  test.each(['0.0.0.0', '::', '192.0.2.1', 'localhost', '10.0.0.1', '::ffff:10.0.0.1'])('%s is refused', (host) => {
    expect(serviceSchema.safeParse({ host, clients: [{ name: 'a', tokenSha256 }] }).success).toBe(false);
  });

  test('a port that is taken is named', async () => {
    const { port } = new URL(url);
    const other = new LocalService({
      ...{ node: node.node, logger: QUIET, now: Date.now, random },
      config: { service: configOf({ port: Number(port) }), dataDir: tempDir() },
    });
    await expect(other.start()).rejects.toMatchObject({ code: 'PORT_IN_USE', detail: `127.0.0.1:${port}` });
    await other.stop();
  });
});

describe('clients', () => {
  test('are known by token, from the digest or from a file of their own', () => {
    const tokenFile = fileOf(tempDir(), 'token', `${'t'.repeat(40)}\n`);
    writeFileSync(tokenFile, readFileSync(tokenFile), { mode: 0o600 });
    expect(() => new Clients([{ name: 'b', tokenFile: fileOf(tempDir(), 'open', 'x'.repeat(40)) }])).toThrow(
      expect.objectContaining({ code: 'KEY_FILE_EXPOSED' }) as Error,
    );
    const secret = join(tempDir(), 'secret');
    writeFileSync(secret, 't'.repeat(40), { mode: 0o600 });
    const clients = new Clients([
      { name: 'a', tokenSha256 },
      { name: 'b', tokenFile: secret },
    ]);
    expect([clients.nameOf(`Bearer ${token}`), clients.nameOf(`bearer ${'t'.repeat(40)}`)]).toEqual(['a', 'b']);
    expect(() => clients.nameOf(`Bearer ${token}x`)).toThrow(
      expect.objectContaining({ code: 'TOKEN_INVALID' }) as Error,
    );
  });

  test('short tokens, names twice, and digest and file at once are refused', () => {
    const short = join(tempDir(), 'short');
    writeFileSync(short, 'abc', { mode: 0o600 });
    expect(() => new Clients([{ name: 'a', tokenFile: short }])).toThrow(/at least 32/);
    const wrong = [
      [{ name: 'a' }],
      [{ name: 'a', tokenSha256, tokenFile: 'x' }],
      [
        { name: 'a', tokenSha256 },
        { name: 'a', tokenSha256 },
      ],
    ];
    for (const clients of wrong) expect(serviceSchema.safeParse({ clients }).success).toBe(false);
  });
});

test('a wrong key of the service is named by the configuration', () => {
  expect(() => parseConfig({ service: { host: '0.0.0.0', clients: [{ name: 'a', tokenSha256 }] } }, '/')).toThrow(
    /service\.host: expected a loopback address/,
  );
});
