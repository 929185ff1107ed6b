/** The gateway as monitoring sees it. */
import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRevocationList } from '../support/openssl.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { World, type Agency } from '../support/world.ts';

const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

let world: World;
let customs: Agency;
let police: Agency;
let list = '';

beforeAll(async () => {
  world = new World({
    settings: { health: { host: '127.0.0.1', port: 0 } },
    revocationList: (authority) => (list = makeRevocationList(authority)),
  });
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterAll(() => world.close());

function get(path: string, method = 'GET'): Promise<Response> {
  const port = /"healthPort":(\d+)/.exec(world.output.slice(world.output.lastIndexOf('"msg":"starting"')))?.[1];
  return fetch(`http://127.0.0.1:${port ?? 'unknown'}${path}`, { method });
}

/** Each line must be a comment or a sample. */
async function metrics(): Promise<Map<string, number>> {
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const samples = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    if (line === '' || /^# (HELP|TYPE) [a-z0-9_]+ /.test(line)) continue;
    const sample = /^([a-z0-9_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})?) (-?[0-9.e+-]+|NaN|[+-]Inf)$/i.exec(line);
    expect(sample, line).not.toBeNull();
    samples.set(sample![1]!, Number(sample![2]));
  }
  return samples;
}

test('alive and ready; asking adds nothing to the log', async () => {
  const { treeSize } = await world.control.status({ digest: false });
  expect((await get('/healthz')).status).toBe(200);
  for (let i = 0; i < 20; i++) {
    const response = await get('/readyz');
    expect([response.status, await response.json()]).toEqual([200, { ready: true }]);
  }
  expect((await world.control.status({ digest: false })).treeSize).toBe(treeSize);
});

test('answers questions only', async () => {
  expect((await get('/readyz', 'POST')).status).toBe(405);
  expect((await get('/status')).status).toBe(404);
});

test('a message moves the figures', async () => {
  const sender = await RawNode.open(world, customs);
  const recipient = await RawNode.open(world, police);
  const sealed = envelopes(customs, [police], [{ text: 'One.' }, { text: 'Two.' }]);
  await sender.submit(sealed);
  await sender.submit(sealed);
  await expect.poll(async () => (await metrics()).get('liaison_deliveries_outstanding'), { timeout: 5000 }).toBe(2);
  expect((await metrics()).get('liaison_deliveries_oldest_seconds')).toBeGreaterThan(0);
  recipient.ready();
  const { deliveries } = await recipient.next('deliver');
  await recipient.handover(deliveries);
  await expect.poll(async () => (await metrics()).get('liaison_deliveries_outstanding'), { timeout: 5000 }).toBe(0);
  const after = await metrics();
  const { treeSize } = await world.control.status({ digest: false });
  expect(after.get('liaison_messages_accepted_total')).toBe(2);
  expect(after.get('liaison_messages_repeated_total')).toBe(2);
  expect(after.get('liaison_handovers_total{outcome="handed_over"}')).toBe(2);
  expect(after.get('liaison_messages_accepted_bytes_total')).toBeGreaterThan(500);
  expect(after.get('liaison_verify_seconds_count')).toBe(2);
  expect(after.get('liaison_commit_seconds_bucket{le="+Inf"}')).toBe(2);
  expect(after.get('liaison_log_entries')).toBe(treeSize);
  expect(after.get('liaison_sessions_open')).toBe(2);
  expect(after.get('liaison_deliveries_oldest_seconds')).toBe(0);
  for (const name of ['liaison_database_bytes', 'liaison_wal_bytes', 'process_resident_memory_bytes']) {
    expect(after.get(name), name).toBeGreaterThan(0);
  }
  expect(after.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  expect(after.has('nodejs_heap_size_used_bytes')).toBe(true);
  sender.close();
  recipient.close();
});

test('a refused connection is counted by its code', async () => {
  const stranger = world.makeAgency('xz.stranger');
  await expect(RawNode.connect(world, stranger)).rejects.toThrow(/NOT_ENROLLED/);
  expect((await metrics()).get('liaison_refused_total{stage="session",code="NOT_ENROLLED"}')).toBe(1);
});

test('a revocation list that has run out makes it not ready until it is renewed', async () => {
  const ready = async (): Promise<unknown> => (await get('/readyz')).json();
  const now = Date.now();
  copyFileSync(
    makeRevocationList(world.authority, { thisUpdateMs: now - 7_200_000, nextUpdateMs: now - 3_600_000 }),
    list,
  );
  await expect.poll(ready, { timeout: 5000 }).toMatchObject({ ready: false, code: 'REVOCATION_LIST_INVALID' });
  copyFileSync(makeRevocationList(world.authority), list);
  await expect.poll(ready, { timeout: 5000 }).toEqual({ ready: true });
});

test('while it stops it is alive and not ready', async () => {
  const session = await RawNode.open(world, customs);
  // It does not answer the farewell, so the gateway has to wait for it.
  session.socket.pause();
  const stopped = world.stop();
  await expect
    .poll(async () => (await get('/readyz')).json(), { timeout: 3000, interval: 20 })
    .toMatchObject({ ready: false, code: 'SHUTTING_DOWN' });
  expect((await get('/healthz')).status).toBe(200);
  session.socket.terminate();
  expect(await stopped).toBe(0);
  await world.start();
});

test('stops at once although somebody keeps a connection open', async () => {
  await get('/healthz');
  expect(await world.stop()).toBe(0);
  await world.start();
  expect((await get('/readyz')).status).toBe(200);
});

describe.skipIf(!hasFaketime)(`clock (${hasFaketime ? 'faketime' : 'skipped: faketime is not installed'})`, () => {
  test('a clock that nobody vouches for makes it not ready, but alive', async () => {
    await world.stop();
    await world.start({ prefix: ['faketime', '-f', '+3h'], environment: { DONT_FAKE_MONOTONIC: '1' } });
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, code: 'CLOCK_FAULT' });
    expect((await get('/healthz')).status).toBe(200);
    await world.control.act(world.operatorKey, { kind: 'confirmClock', value: { atMs: Date.now() + 3 * 3_600_000 } });
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 5000 }).toBe(200);
  });
});
