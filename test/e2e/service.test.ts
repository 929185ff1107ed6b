/** The local service as a case-management system uses it: a real gateway, two nodes as services, HTTP between. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { report } from '../support/nodes.ts';
import { Serving, SERVICE, WHY } from '../support/serve.ts';
import { type Agency, World } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;
let sender: Serving;
let recipient: Serving;

beforeAll(async () => {
  world = new World();
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  sender = new Serving(world, customs, { service: SERVICE });
  recipient = new Serving(world, police, { service: SERVICE });
  await Promise.all([sender.start(), recipient.start()]);
});
afterAll(async () => {
  await Promise.all([sender.stop(), recipient.stop()]);
  await world.close();
});

interface Inbox {
  messages: { id: string; attempt: number; header: { from: string; type: string }; body: Record<string, unknown> }[];
}

const inbox = (wait = 10): Promise<Inbox> => recipient.json<Inbox>('GET', `/v1/inbox?wait=${wait}`);

describe('a message', () => {
  test('goes out, comes in, is done, and is proven', async () => {
    const sent = await sender.call('POST', '/v1/messages', { body: report(police, 'Grüße aus Łódź') });
    expect(sent.status).toBe(201);
    const { id } = (await sent.json()) as { id: string };
    const { messages } = await inbox();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      id,
      header: { from: customs.mailbox, type: 'SPONTANEOUS_INFORMATION' },
      body: { spontaneousInformation: { text: 'Grüße aus Łódź' } },
    });
    // Until it is done it comes again.
    expect((await inbox()).messages[0]).toMatchObject({ id, attempt: 2 });
    expect((await recipient.call('POST', `/v1/inbox/${id}/done`)).status).toBe(204);
    expect((await recipient.call('POST', `/v1/inbox/${id}/done`)).status).toBe(204);
    expect((await inbox(0)).messages).toEqual([]);

    await expect
      .poll(() => sender.json('GET', `/v1/messages/${id}`))
      .toMatchObject({
        id,
        copies: [{ direction: 'sent', state: 'accepted', recipients: [{ state: 'ContentHandover' }] }],
      });
    const receipts = await sender.json<{ kind: string }[]>('GET', `/v1/messages/${id}/receipts`, { headers: WHY });
    expect(receipts.map(({ kind }) => kind)).toEqual(['acceptance', 'handover']);
    const receipt = await sender.call('GET', `/v1/messages/${id}/receipts/handover`, { headers: WHY });
    expect(await receipt.text()).toContain('c2sp.org/tlog-proof@v1');
    const content = await recipient.json('GET', `/v1/messages/${id}/content`, { headers: WHY });
    expect(content).toMatchObject({ id, direction: 'received', header: { from: customs.mailbox } });
  });

  test('leaves once, however often it is posted, also after a kill', async () => {
    const body = report(police, 'once');
    const headers = { 'idempotency-key': 'case-17/report-1' };
    const { id } = await sender.json<{ id: string }>('POST', '/v1/messages', { body, headers });
    await sender.stop('SIGKILL');
    await sender.start();
    const again = await sender.call('POST', '/v1/messages', { body, headers });
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual({ id, repeated: true });
    const other = await sender.call('POST', '/v1/messages', { body: report(police, 'another'), headers });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'ID_REUSED' });
    const { messages } = await inbox();
    expect(messages.map((message) => message.id)).toEqual([id]);
    await recipient.json('POST', `/v1/inbox/${id}/done`);
  });

  test('that is wrong is refused by field and rule, and its key stays free', async () => {
    const headers = { 'idempotency-key': 'wrong-then-right' };
    const good = report(police);
    const wrong = { ...good, body: { language: 'en', spontaneousInformation: { subject: 'x' } } };
    const refused = await sender.call('POST', '/v1/messages', { body: wrong, headers });
    expect(refused.status).toBe(422);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({
      code: 'BODY_INVALID',
      text: expect.stringContaining('spontaneousInformation.') as string,
      remedy: expect.any(String) as string,
      retry: false,
    });
    const unknown = await sender.call('POST', '/v1/messages', { body: { ...good, urgencyy: 'URGENT' } });
    expect(await unknown.json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    const { id } = await sender.json<{ id: string }>('POST', '/v1/messages', { body: good, headers });
    expect((await inbox()).messages.map((message) => message.id)).toEqual([id]);
    await recipient.json('POST', `/v1/inbox/${id}/done`);
  });
});

describe('who asks', () => {
  test('needs a token', async () => {
    for (const authorization of ['', 'Bearer wrong', 'Basic dGVzdHM6eA==']) {
      const response = await sender.call('GET', '/v1/inbox', { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'TOKEN_INVALID', retry: false });
    }
    expect((await fetch(`${sender.url}/v1/healthz`)).status).toBe(200);
  });

  test('states who and why before content leaves', async () => {
    const { id } = await sender.json<{ id: string }>('POST', '/v1/messages', { body: report(police) });
    const paths = [
      `/v1/messages/${id}/content`,
      `/v1/messages/${id}/receipts`,
      `/v1/messages/${id}/receipts/acceptance`,
    ];
    const calls = [...paths, `/v1/messages/${id}/attachments/0`, '/v1/threads', `/v1/threads/${'0'.repeat(32)}`];
    for (const path of calls) {
      const response = await sender.call('GET', path, { headers: { 'liaison-actor': 'x' } });
      expect([path, response.status, ((await response.json()) as { code: string }).code]).toEqual([
        path,
        400,
        'JUSTIFICATION_MISSING',
      ]);
    }
    expect((await sender.call('DELETE', `/v1/messages/${id}`)).status).toBe(400);
    await recipient.json('POST', `/v1/inbox/${(await inbox()).messages[0]!.id}/done`);
  });
});

test('an upload is kept under the digest of its bytes, and no larger than allowed', async () => {
  const bytes = Buffer.alloc(3_000_000, 7);
  const upload = await sender.json('POST', '/v1/attachments', { body: bytes });
  expect(upload).toMatchObject({
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    upload: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  });
});

test('events come as they happen, and again to who comes back', async () => {
  const first = await listen();
  const { id } = await sender.json<{ id: string }>('POST', '/v1/messages', { body: report(police) });
  const accepted = await first.until((event) => event.name === 'accepted' && event.data.includes(id));
  await first.until((event) => event.name === 'evidence' && event.data.includes('ContentHandover'));
  first.close();
  const second = await listen(accepted.id);
  await second.until((event) => event.name === 'evidence' && event.data.includes('ContentHandover'));
  second.close();
  const third = await listen('an-older-run-1');
  await third.until((event) => event.name === 'reset');
  third.close();
  await recipient.json('POST', `/v1/inbox/${id}/done`);
});

test('the description is OpenAPI 3.1, names every route, and what it describes holds', async () => {
  const response = await fetch(`${sender.url}/openapi.json`);
  const document = (await response.json()) as { openapi: string; paths: Record<string, object> };
  expect(document.openapi).toBe('3.1.0');
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.toSorted()).toEqual([
    'DELETE /v1/messages/{id}',
    'GET /v1/events',
    'GET /v1/healthz',
    'GET /v1/inbox',
    'GET /v1/messages/{id}',
    'GET /v1/messages/{id}/attachments/{n}',
    'GET /v1/messages/{id}/content',
    'GET /v1/messages/{id}/receipts',
    'GET /v1/messages/{id}/receipts/{kind}',
    'GET /v1/threads',
    'GET /v1/threads/{id}',
    'POST /v1/attachments',
    'POST /v1/inbox/{id}/done',
    'POST /v1/messages',
    'POST /v1/messages/{id}/consent',
    'POST /v1/requests/{id}/acknowledge',
    'POST /v1/threads/{id}/close',
  ]);
});

test('without the gateway the service answers, and healthz says why', async () => {
  await world.stop('SIGKILL');
  await expect.poll(async () => (await fetch(`${sender.url}/v1/healthz`)).status, { timeout: 10_000 }).toBe(503);
  expect(await (await fetch(`${sender.url}/v1/healthz`)).json()).toMatchObject({ code: 'UNAVAILABLE' });
  const { id } = await sender.json<{ id: string }>('POST', '/v1/messages', { body: report(police) });
  await world.start();
  expect((await inbox(60)).messages.map((message) => message.id)).toEqual([id]);
  await recipient.json('POST', `/v1/inbox/${id}/done`);
});

interface Heard {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/** A listener of the sender's events. */
async function listen(
  lastId?: string,
): Promise<{ until: (wanted: (event: Heard) => boolean) => Promise<Heard>; close: () => void }> {
  const end = new AbortController();
  const response = await fetch(`${sender.url}/v1/events`, {
    headers: {
      authorization: 'Bearer a-token-for-tests-0123456789abcdef',
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    },
    signal: AbortSignal.any([end.signal, AbortSignal.timeout(20_000)]),
  });
  expect(response.status).toBe(200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (wanted: (event: Heard) => boolean): Promise<Heard> => {
    for (;;) {
      for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
        const block = text.slice(0, at);
        text = text.slice(at + 2);
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
        const event = { id: field('id'), name: field('event'), data: field('data') };
        if (wanted(event)) return event;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream has ended');
      text += value;
    }
  };
  return { until, close: () => end.abort() };
}
