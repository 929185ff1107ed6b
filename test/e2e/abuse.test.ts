/** Attacks that once worked, each named by what it did. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encode } from '../../protocol/codec.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { FrameSchema } from '../../protocol/generated/schema.ts';
import { issue, makeRevocationList, type OpensslKeyType } from '../support/openssl.ts';
import { envelopes, RawNode } from '../support/raw-node.ts';
import { bulk } from '../support/bulk.ts';
import { World, type Agency } from '../support/world.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const hasFaketime = spawnSync('faketime', ['--version']).status === 0;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

let world: World;
let customs: Agency;
let police: Agency;
let list = '';

beforeEach(async () => {
  world = new World({ revocationList: (authority) => (list = makeRevocationList(authority)) });
  await world.start();
  [customs, police] = (await world.enrolled('xa.customs', 'xb.police')) as [Agency, Agency];
});
afterEach(() => world.close());

describe('strangers at the door', () => {
  test('no kind of certified key ends the gateway', async () => {
    const types: OpensslKeyType[] = ['rsa-pss', 'p521', 'secp256k1', 'rsa2048'];
    for (const type of types) {
      const tls = issue(world.authority, { kind: 'tls-client', agency: 'xy.stranger', type });
      await expect(RawNode.connect(world, { ...customs, tls })).rejects.toThrow();
    }
    const node = await RawNode.open(world, customs);
    node.close();
  });

  test('refused connections do not stay', async () => {
    // What the enrolment's connections have left is closed a moment later.
    let before = openFiles(world.pid);
    for (let last = -1; before !== last;) {
      last = before;
      await pause(200);
      before = openFiles(world.pid);
    }
    const sockets = await Promise.all(Array.from({ length: 40 }, () => anonymous(world)));
    expect(openFiles(world.pid)).toBeGreaterThanOrEqual(before + 40);
    for (const socket of sockets) {
      socket.write(
        'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: liaison.v1\r\n\r\n',
      );
    }
    for (let tries = 0; openFiles(world.pid) > before + 5 && tries < 100; tries++) await pause(100);
    expect(openFiles(world.pid)).toBeLessThanOrEqual(before + 5);
    for (const socket of sockets) socket.destroy();
  });
});

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** A TLS connection without a client certificate that never closes by itself. */
async function anonymous(of: World): Promise<TLSSocket> {
  const halfOpen: object = { allowHalfOpen: true };
  const socket = tlsConnect({ port: of.port, host: '127.0.0.1', servername: 'localhost', ca: of.ca, ...halfOpen });
  socket.on('error', () => undefined).resume();
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  return socket;
}

describe('sessions that only take', () => {
  test('answers that nobody reads do not fill the memory', async () => {
    const node = await RawNode.open(world, customs);
    const before = residentMb(world.pid);
    node.socket.pause();
    const ping = encode(FrameSchema, { frame: { kind: 'ping', value: { nonce: 1 } } });
    for (let round = 0; round < 60; round++) {
      for (let i = 0; i < 10_000; i++) node.socket.send(ping);
      await pause(20);
    }
    expect(residentMb(world.pid) - before).toBeLessThan(300);
    const other = await RawNode.open(world, police);
    other.close();
    node.socket.terminate();
  });
});

describe('expiry', () => {
  test('many messages with one expiry do not stop that of others', async () => {
    const sender = await RawNode.open(world, customs);
    const expiresAtMs = Date.now() + 4_000;
    const drafts = Array.from({ length: 520 }, () => ({ routing: { expiresAtMs } }));
    await sender.submit(envelopes(customs, [police], drafts));
    await sender.submit(envelopes(customs, [police], [{ routing: { expiresAtMs: expiresAtMs + 500 } }]));
    const deadline = Date.now() + 20_000;
    let { outstandingDeliveries } = await world.control.status({ digest: false });
    while (outstandingDeliveries > 0 && Date.now() < deadline) {
      await pause(300);
      ({ outstandingDeliveries } = await world.control.status({ digest: false }));
    }
    expect(outstandingDeliveries).toBe(0);
    sender.close();
  });
});

describe('revocation', () => {
  test('a list that names a key ends it even when the list has run out, and admits nobody until it is renewed', async () => {
    const session = await RawNode.open(world, customs);
    const now = Date.now();
    const stale = makeRevocationList(world.authority, {
      serials: [customs.tls.serial],
      thisUpdateMs: now - 7_200_000,
      nextUpdateMs: now - 3_600_000,
    });
    copyFileSync(stale, list);
    expect((await session.next('goAway', 5_000)).code).toBe(ERRORS.CERTIFICATE_REVOKED.number);
    await expect(RawNode.connect(world, police)).rejects.toThrow(/503 .*REVOCATION_LIST_INVALID/);
    copyFileSync(makeRevocationList(world.authority, { serials: [customs.tls.serial] }), list);
    await pause(1_500);
    (await RawNode.open(world, police)).close();
    await expect(RawNode.connect(world, customs)).rejects.toThrow(/CERTIFICATE_REVOKED/);
  });
});

describe.skipIf(!hasFaketime)(`clock (${hasFaketime ? 'faketime' : 'skipped: faketime is not installed'})`, () => {
  test('a clock that was a year ahead for a while leaves no trace in the log', async () => {
    await world.stop();
    await world.start({ prefix: ['faketime', '-f', '+365d'], environment: { DONT_FAKE_MONOTONIC: '1' } });
    await expect(RawNode.open(world, customs)).rejects.toThrow();
    const confirm = world.control.act(world.operatorKey, { kind: 'confirmClock', value: { atMs: Date.now() } });
    await expect(confirm).rejects.toMatchObject({ code: 'ACT_INVALID' });
    await world.stop();
    await world.start();
    const { lastEntryAtMs, clockFault } = await world.control.status({ digest: false });
    expect(clockFault).toBe('');
    expect(lastEntryAtMs).toBeLessThanOrEqual(Date.now());
  });
});

describe.skipIf(!hasStrace)(`shutdown (${hasStrace ? 'strace' : 'skipped: strace is not installed'})`, () => {
  test('an fsync error while stopping is not called a good end', async () => {
    await world.stop();
    // The failing sync takes a second, so that the signal comes while it is under way.
    const fault = 'inject=fsync,fdatasync:error=EIO:delay_enter=1000000:when=8+';
    await world.start({
      prefix: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', fault],
    });
    const sender = await RawNode.open(world, customs);
    for (let request = 1; ; request++) {
      sender.send({ kind: 'submit', value: { request, envelopes: envelopes(customs, [police]) } });
      if (!(await sender.next('submitResult', 500).catch(() => undefined))) break;
    }
    expect(await world.stop('SIGTERM')).toBeGreaterThan(0);
    expect(world.output).toContain('STORAGE_FAILED');
  });

  test('SIGTERM under load: what was accepted is answered, the close says so, status 0', async () => {
    const sender = await RawNode.open(world, customs);
    const make = bulk(customs, [police], 'z'.repeat(20_000));
    for (let i = 1; i <= 12; i++) sender.send({ kind: 'submit', value: { request: i, envelopes: make(10) } });
    await pause(30);
    expect(await world.stop('SIGTERM')).toBe(0);
    expect((await sender.untilClosed()).code).toBe(1001);
    expect(sender.frames.some((frame) => frame.kind === 'goAway')).toBe(true);
    const answered = sender.frames.filter((frame) => frame.kind === 'submitResult').length;
    await world.start();
    const { treeSize } = await world.control.status({ digest: false });
    expect(answered).toBeGreaterThan(0);
    // Entry 0, two enrolments, the session's two, and ten acceptances for each answer: nothing accepted is unanswered.
    expect(treeSize).toBe(5 + 10 * answered);
  });
});
