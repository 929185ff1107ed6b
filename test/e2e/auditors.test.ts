/** Auditors read the log of a running gateway. */
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKeys } from '../../audit/bundle/keys.ts';
import { openAuditSource } from '../../audit/bundle/open.ts';
import { decodeEntryBundle, formatVerifierKey, parseVerifierKey } from '../../audit/index.ts';
import { type LogReport, verifyLog } from '../../audit/verify-log.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { decode } from '../../protocol/codec.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { type AuditRead, EntrySchema } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { otherLog } from '../audit/support.ts';
import {
  issue,
  makeAuthority,
  makeRevocationList,
  type OpensslAuthority,
  type OpensslCertificate,
} from '../support/openssl.ts';
import { filesOf } from '../support/files.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { type Agency, LIAISON, World } from '../support/world.ts';

let world: World;
let customs: Agency;
let police: Agency;
let list = '';
let auditor: OpensslCertificate;

const auditorOf = (name: string, authority: OpensslAuthority = world.authority): OpensslCertificate => {
  const made = issue(authority, { kind: 'tls-client', uris: [`liaison-role:auditor/${name}`] });
  chmodSync(made.keyPath, 0o600);
  return made;
};

beforeAll(async () => {
  world = new World({
    settings: { auditors: { host: '127.0.0.1', port: 0, silenceSeconds: 1 } },
    revocationList: (authority) => (list = makeRevocationList(authority)),
  });
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
  auditor = auditorOf('supervisor');
});
afterAll(() => world.close());

const port = (): number =>
  Number(/"auditorsPort":(\d+)/.exec(world.output.slice(world.output.lastIndexOf('"msg":"starting"')))?.[1]);

interface Answer {
  status: number;
  body: Buffer;
  headers: Record<string, string | string[] | undefined>;
}

function get(path: string, certificate: OpensslCertificate | 'none' = auditor, method = 'GET'): Promise<Answer> {
  const agent = new Agent({
    ca: world.ca,
    ...(certificate !== 'none' && {
      cert: readFileSync(certificate.chainPath),
      key: readFileSync(certificate.keyPath),
    }),
  });
  return new Promise((resolve, reject) => {
    const asked = request({ agent, host: 'localhost', port: port(), path, method }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces), headers: response.headers });
      });
    });
    asked.once('error', reject);
    asked.once('close', () => agent.destroy());
    asked.end();
  });
}

interface Run {
  status: number | null;
  output: string;
}

/** Runs ./liaison audit. `kill` is asked every few milliseconds whether it is time. */
function run(words: string[], kill?: () => boolean): Promise<Run> {
  const child = spawn(LIAISON, ['audit', ...words], { cwd: world.dir });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = kill && setInterval(() => kill() && child.kill('SIGKILL'), 5);
  return new Promise((resolve) =>
    child.once('close', (status) => {
      clearInterval(timer);
      resolve({ status, output });
    }),
  );
}

function fetchInto(out: string, change: Readonly<Record<string, string>> = {}, kill?: () => boolean): Promise<Run> {
  const options = {
    '--certificate': auditor.chainPath,
    '--key': auditor.keyPath,
    '--ca': world.authority.certificatePath,
    '--log-key': world.verifierKey,
    ...change,
  };
  const words = Object.entries(options).flat();
  return run(['fetch', `https://localhost:${port()}`, '--out', join(world.dir, out), ...words], kill);
}

async function verified(path: string): Promise<LogReport> {
  const logVerifier = parseVerifierKey(world.verifierKey);
  const anchors = parseCertificates(world.ca).map(({ raw }) => new Uint8Array(raw));
  const source = openAuditSource(path, logVerifier);
  try {
    return await verifyLog(source, { logVerifier, anchors });
  } finally {
    source.close();
  }
}

async function send(count: number): Promise<void> {
  const node = await RawNode.open(world, customs);
  const sealed = envelopes(
    customs,
    [police],
    Array.from({ length: count }, (_, i) => ({ text: `${i}` })),
  );
  await node.submit(sealed);
  node.socket.close();
}

async function entries(): Promise<{ index: number; read: AuditRead }[]> {
  const { treeSize } = await world.control.status({ digest: false });
  const reads: { index: number; read: AuditRead }[] = [];
  for (let start = 0; start < treeSize; start += 256) {
    const width = Math.min(256, treeSize - start);
    const number = String(start / 256).padStart(3, '0');
    const { body } = await get(`/shards/0/tile/entries/${number}${width < 256 ? `.p/${width}` : ''}`);
    for (const [i, bytes] of decodeEntryBundle(new Uint8Array(body)).entries()) {
      const { event } = decode(EntrySchema, bytes, 'signed');
      if (event.kind === 'auditRead') reads.push({ index: start + i, read: event.value });
    }
  }
  return reads;
}

describe('audit fetch', () => {
  test('mirrors a log while messages flow, and goes on where it was', async () => {
    await send(400);
    expect(await fetchInto('mirror')).toMatchObject({ status: 0 });
    const sending = (async () => {
      for (let i = 0; i < 5; i++) await send(150);
    })();
    for (let i = 0; i < 3; i++) expect(await fetchInto('mirror')).toMatchObject({ status: 0 });
    await sending;
    const { status, output } = await fetchInto('mirror');
    expect(output).toMatch(/gateway.test\/log: ([\d,]+ new|nothing new), [\d,]+ entries/);
    expect(status).toBe(0);
    const report = await verified(join(world.dir, 'mirror'));
    expect(report).toMatchObject({ verdict: 'verified', kind: 'bundle', origin: 'gateway.test/log' });
    expect(report.entriesByKind['submissionAcceptance']).toBe(1150);
  });

  test('that is killed leaves a bundle that is valid, and can be repeated', async () => {
    const out = join(world.dir, 'killed');
    const files = (): number => (existsSync(out) ? readdirSync(out, { recursive: true }).length : 0);
    for (const after of [1, 4, 7, 10]) {
      const before = files();
      await fetchInto('killed', {}, () => files() - before >= after);
      if (existsSync(join(out, 'bundle.json'))) expect(await verified(out)).toMatchObject({ verdict: 'verified' });
      await send(300);
    }
    expect(await fetchInto('killed')).toMatchObject({ status: 0 });
    expect(await verified(out)).toMatchObject({ verdict: 'verified' });
    expect([...filesOf(out).keys()].filter((name) => /\.(next|new)$/.test(name))).toEqual([]);
  });

  test('says what is wrong', async () => {
    const stranger = makeAuthority(world.dir, { name: 'Stranger' });
    const key = (item: OpensslCertificate): Record<string, string> => ({
      '--certificate': item.chainPath,
      '--key': item.keyPath,
    });
    const foreign = auditorOf('supervisor', stranger);
    chmodSync(customs.tls.keyPath, 0o600);
    const cases: [Record<string, string>, number, RegExp][] = [
      [key(customs.tls), 2, /ROLE_MISSING/],
      [key(foreign), 2, /CERTIFICATE_UNTRUSTED/],
      [{ '--ca': stranger.certificatePath }, 2, /TLS_FAILED/],
      [{ '--log-key': formatVerifierKey(otherLog) }, 2, /OTHER_LOG/],
    ];
    for (const [i, [change, status, text]] of cases.entries()) {
      const done = await fetchInto(`wrong-${i}`, change);
      expect(done.output).toMatch(text);
      expect(done.status).toBe(status);
    }
  });
});

describe('who may read', () => {
  test.each<[string, () => OpensslCertificate | 'none', string]>([
    ['nobody', () => 'none', 'CERTIFICATE_UNTRUSTED'],
    ['an agency', () => customs.tls, 'ROLE_MISSING'],
    ['an auditor of another authority', () => auditorOf('x', makeAuthority(world.dir)), 'CERTIFICATE_UNTRUSTED'],
    [
      'another role',
      () => issue(world.authority, { kind: 'tls-client', uris: ['liaison-role:operator/x'] }),
      'ROLE_MISSING',
    ],
    [
      'a malformed name',
      () => issue(world.authority, { kind: 'tls-client', uris: ['liaison-role:auditor/X'] }),
      'ROLE_MISSING',
    ],
    [
      'an auditor that is an agency too',
      () => issue(world.authority, { kind: 'tls-client', uris: ['liaison-role:auditor/x', 'liaison://xa.customs'] }),
      'ROLE_MISSING',
    ],
    [
      'a certificate for servers',
      () => issue(world.authority, { kind: 'tls-server', uris: ['liaison-role:auditor/x'] }),
      'CERTIFICATE_USAGE',
    ],
    [
      'one that has run out',
      () => issue(world.authority, { kind: 'tls-client', uris: ['liaison-role:auditor/x'], days: -1 }),
      'CERTIFICATE_EXPIRED',
    ],
  ])('not %s', async (_, certificate, code) => {
    const { status, body, headers } = await get('/shards.json', certificate());
    expect([status, (JSON.parse(body.toString()) as { code: string }).code]).toEqual([403, code]);
    expect(headers['content-type']).toBe('application/json');
  });

  test('not whose certificate is revoked, from the moment the list says so', async () => {
    const revoked = auditorOf('revoked');
    expect((await get('/shards.json', revoked)).status).toBe(200);
    copyFileSync(makeRevocationList(world.authority, { serials: [revoked.serial] }), list);
    await expect
      .poll(async () => (await get('/shards.json', revoked)).body.toString(), { timeout: 10_000 })
      .toContain('CERTIFICATE_REVOKED');
    expect((await get('/shards.json')).status).toBe(200);
  });

  test('an agency’s door is closed to auditors', async () => {
    await expect(RawNode.connect(world, { ...customs, tls: auditor })).rejects.toThrow('403');
  });
});

describe('what is served', () => {
  test('parts, with their types', async () => {
    const { body, headers } = await get('/shards.json');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(JSON.parse(body.toString())).toMatchObject({
      format: 'liaison-shards',
      version: 1,
      shards: [{ shard: 0, origin: 'gateway.test/log', verifierKey: world.verifierKey, firstNumber: 0 }],
    });
    const checkpoint = await get('/shards/0/checkpoint');
    expect(checkpoint.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(checkpoint.body.toString()).toMatch(/^gateway.test\/log\n\d+\n/);
    const tile = await get('/shards/0/tile/0/000');
    expect(tile.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '8192',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    const head = await get('/shards/0/tile/0/000', auditor, 'HEAD');
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '8192', 0]);
    expect((await get('/shards/0/tile/0/000.p/7')).body).toEqual(tile.body.subarray(0, 7 * 32));
    const keys = parseKeys(new Uint8Array((await get('/shards/0/keys.json')).body), 'keys.json');
    expect(keys.map(({ agency, usage }) => `${agency} ${usage}`).sort()).toEqual([
      'xa.customs signing',
      'xa.customs tls',
      'xb.police signing',
      'xb.police tls',
    ]);
  });

  test.each([
    '/',
    '/shards',
    '/shards.json?x=1',
    '/shards/0/checkpoint/',
    '/shards/00/checkpoint',
    '/shards/1/checkpoint',
    '/shards/0/tile/0/0',
    '/shards/0/tile/00/000',
    '/shards/0/tile/0/000.p/0',
    '/shards/0/tile/0/000.p/256',
    '/shards/0/tile/0/x999/999',
    '/shards/0/tile/6/000',
    '/shards/0/tile/entries/x001/000',
    '/shards/0/tile/0/../../checkpoint',
    '/shards/0/%63heckpoint',
    '/shards/0/../../ledger.db',
    '//shards.json',
    '/shards/0/checkpoints/000.p/1',
    '/shards/0/checkpoints/900',
    '/shards/0/cosigned',
    '/ledger.db',
  ])('nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('nothing but questions', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await get('/shards.json', auditor, method);
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
  });

  test('whoever does not read holds up nobody', async () => {
    const options = { host: 'localhost', port: port(), ca: world.ca };
    const files = { cert: readFileSync(auditor.chainPath), key: readFileSync(auditor.keyPath) };
    const sockets = Array.from({ length: 8 }, () => connect({ ...options, ...files }));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.pause();
      for (let i = 0; i < 20; i++) socket.write('GET /shards/0/tile/entries/000 HTTP/1.1\r\nhost: localhost\r\n\r\n');
    }
    expect((await get('/shards.json', auditorOf('other'))).status).toBe(200);
    await send(10);
    for (const socket of sockets) socket.destroy();
  });
});

describe('what was read is recorded', () => {
  test('one entry for each session, with what it read', async () => {
    const reader = auditorOf('reader.one-2');
    const keyId = keyThumbprint(parseCertificates(readFileSync(reader.certificatePath))[0]!.publicKey);
    const beganMs = Date.now();
    for (const path of ['entries/001', 'entries/000.p/9', '0/000', 'entries/000', 'entries/999']) {
      await get(`/shards/0/tile/${path}`, reader);
    }
    await get('/shards/0/tile/entries/000', reader, 'HEAD');
    const mine = async (): Promise<AuditRead[]> =>
      (await entries()).map(({ read }) => read).filter((read) => read.auditor === 'reader.one-2');
    await expect.poll(mine, { timeout: 10_000, interval: 300 }).toHaveLength(1);
    const [read] = await mine();
    expect(read).toMatchObject({
      requests: 6,
      ranges: [{ origin: 'gateway.test/log', firstIndex: 0, endIndex: 512 }],
    });
    expect(toHex(read!.tlsKeyId)).toBe(toHex(keyId));
    expect(read!.beganAtMs).toBeGreaterThanOrEqual(beganMs);
    expect(read!.beganAtMs).toBeLessThanOrEqual(Date.now());
  });

  test('not who has read no entries', async () => {
    const looker = auditorOf('looker');
    await get('/shards/0/checkpoint', looker);
    await get('/shards/0/tile/0/000', looker);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await entries()).some(({ read }) => read.auditor === 'looker')).toBe(false);
  });
});

test('export, running and stopped, and fetch give the same; a stop records who was reading', async () => {
  const [running, stopped] = [join(world.dir, 'running'), join(world.dir, 'stopped')];
  expect(await run(['export', world.data, '--out', running, '--log-key', world.verifierKey])).toMatchObject({
    status: 0,
  });
  expect(await verified(running)).toMatchObject({ verdict: 'verified' });
  await get('/shards/0/tile/entries/000', auditorOf('last'));
  expect(await world.stop()).toBe(0);
  for (const out of [running, stopped])
    expect(await run(['export', world.data, '--out', out])).toMatchObject({ status: 0 });
  expect(filesOf(running)).toEqual(filesOf(stopped));
  const data = await verified(world.data);
  expect(data.entriesByKind['auditRead']).toBeGreaterThan(1);
  expect(data).toMatchObject({ verdict: 'verified' });
  expect({ ...(await verified(running)), path: '', kind: '' }).toEqual({ ...data, path: '', kind: '' });
  const logged = await run([
    'verify',
    running,
    '--log-key',
    world.verifierKey,
    '--anchors',
    world.authority.certificatePath,
  ]);
  expect(logged).toMatchObject({ status: 0 });
  await world.start();
  expect(await fetchInto('mirror')).toMatchObject({ status: 0 });
  const [mirror, from] = [filesOf(join(world.dir, 'mirror')), filesOf(running)];
  for (const [name, bytes] of from) {
    if (name.endsWith('.json') || name.includes('checkpoint') || name.includes('.p/')) continue;
    expect(mirror.get(name), name).toBe(bytes);
  }
});
