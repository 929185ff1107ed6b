/** gateway.yaml. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type GatewayConfig, loadGatewayConfig } from '../../gateway/config.ts';
import { LiaisonError } from '../../protocol/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'liaison-gateway-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

const SMALLEST = {
  origin: 'gateway.example/log',
  data: 'data',
  listen: { host: '127.0.0.1', port: 7443 },
  tls: { certificate: 'tls/chain.pem', key: '/etc/liaison/tls.key' },
  logKey: '../log.key',
};

function load(config: object = SMALLEST, environment: Record<string, string> = {}): GatewayConfig {
  const path = join(directory, 'sub/gateway.yaml');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  writeFileSync(path, stringify(config));
  return loadGatewayConfig(path, environment);
}
function refusal(config: object, environment: Record<string, string> = {}): string {
  try {
    load(config, environment);
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'CONFIG_INVALID') return error.detail;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('paths are relative to the file; what is left out has its default', () => {
  const { verifyThreads, ...config } = load();
  const sub = join(directory, 'sub');
  expect(config).toEqual({
    origin: 'gateway.example/log',
    data: join(sub, 'data'),
    listen: { host: '127.0.0.1', port: 7443 },
    tls: { certificate: join(sub, 'tls/chain.pem'), key: '/etc/liaison/tls.key' },
    logKey: join(directory, 'log.key'),
    releasedMark: join(sub, 'data/released.checkpoint'),
    revocationLists: [],
    requireRevocationLists: false,
    tickSeconds: 60,
    sessions: { max: 12_000, perAgencyMax: 64 },
    shards: { yearly: false, retentionYears: 10 },
    logLevel: 'info',
    database: join(sub, 'data/ledger.db'),
    controlSocket: join(sub, 'data/control.sock'),
    blobs: join(sub, 'data/blobs'),
    attachments: { bytesPerAgencyMax: 10 * 1024 ** 3 },
  });
  expect(verifyThreads).toBeGreaterThanOrEqual(1);
  const lists = load({ ...SMALLEST, revocationLists: ['a.crl', '/b.crl'] }).revocationLists;
  expect(lists).toEqual([join(sub, 'a.crl'), '/b.crl']);
});

test('health is off unless given', () => {
  expect(load()).not.toHaveProperty('health');
  const health = { host: '127.0.0.1', port: 7444 };
  expect(load({ ...SMALLEST, health }).health).toEqual(health);
});

test('the released mark and the policy of the witnesses are files as well', () => {
  expect(load({ ...SMALLEST, releasedMark: '/mnt/mark' }).releasedMark).toBe('/mnt/mark');
  expect(load({ ...SMALLEST, witnesses: { policy: 'policy.txt', authorities: ['a.pem'] } }).witnesses).toEqual({
    policy: join(directory, 'sub/policy.txt'),
    whenAway: 'continue',
    refuseAfterSeconds: 60,
    everySeconds: 2,
    timeoutSeconds: 5,
    authorities: [join(directory, 'sub/a.pem')],
    own: [],
  });
});

test('auditors are served if they are given a place', () => {
  expect(load()).not.toHaveProperty('auditors');
  const auditors = { host: '127.0.0.1', port: 7445 };
  expect(load({ ...SMALLEST, auditors }).auditors).toEqual({ ...auditors, silenceSeconds: 60 });
  const more = { ...auditors, authorities: ['ca.pem'], silenceSeconds: 5 };
  const authorities = [join(directory, 'sub/ca.pem')];
  expect(load({ ...SMALLEST, auditors: more }).auditors).toEqual({ ...more, authorities });
});

describe('refused, by name', () => {
  const { origin, ...withoutOrigin } = SMALLEST;
  const listen = { host: 'localhost', port: 1 };
  test.each<[string, object]>([
    ['orgin', { ...withoutOrigin, orgin: origin }],
    ['origin', withoutOrigin],
    ['origin', { ...SMALLEST, origin: 'https://gateway.example/log' }],
    ['origin', { ...SMALLEST, origin: 'gateway example' }],
    ['origin', { ...SMALLEST, origin: 'a'.repeat(129) }],
    ['data', { ...SMALLEST, data: '' }],
    ['listen.port', { ...SMALLEST, listen: { ...listen, port: 65_536 } }],
    ['listen.port', { ...SMALLEST, listen: { ...listen, port: '7443' } }],
    ['listen.host', { ...SMALLEST, listen: { ...listen, host: '' } }],
    ['tls.key', { ...SMALLEST, tls: { certificate: 'a' } }],
    ['rejectUnauthorized', { ...SMALLEST, tls: { ...SMALLEST.tls, rejectUnauthorized: false } }],
    ['requireRevocationLists', { ...SMALLEST, requireRevocationLists: 'no' }],
    ['verifyThreads', { ...SMALLEST, verifyThreads: 0 }],
    ['tickSeconds', { ...SMALLEST, tickSeconds: 0.5 }],
    ['sessions.max', { ...SMALLEST, sessions: { max: 0 } }],
    ['witnesses.policy', { ...SMALLEST, witnesses: {} }],
    ['witnesses.whenAway', { ...SMALLEST, witnesses: { policy: 'p', whenAway: 'stop' } }],
    ['logLevel', { ...SMALLEST, logLevel: 'loud' }],
  ])('%s', (named, config) => {
    expect(refusal(config)).toContain(named);
  });
});

describe('the environment', () => {
  test.each<[string, string, object]>([
    ['LIAISON_GATEWAY_ORIGIN', 'other.example', { origin: 'other.example' }],
    ['LIAISON_GATEWAY_LISTEN_PORT', '0', { listen: { host: '127.0.0.1', port: 0 } }],
    ['LIAISON_GATEWAY_LISTEN_HOST', '"::"', { listen: { host: '::', port: 7443 } }],
    ['LIAISON_GATEWAY_LOG_KEY', '/keys/log', { logKey: '/keys/log' }],
    ['LIAISON_GATEWAY_TLS_KEY', '/keys/tls', { tls: { certificate: load().tls.certificate, key: '/keys/tls' } }],
    ['LIAISON_GATEWAY_LOG_LEVEL', 'debug', { logLevel: 'debug' }],
    ['LIAISON_GATEWAY_REQUIRE_REVOCATION_LISTS', 'true', { requireRevocationLists: true }],
    ['LIAISON_GATEWAY_REVOCATION_LISTS', '[/a.crl]', { revocationLists: ['/a.crl'] }],
    ['LIAISON_GATEWAY_SESSIONS_PER_AGENCY_MAX', '2', { sessions: { max: 12_000, perAgencyMax: 2 } }],
  ])('%s=%s', (variable, value, changed) => {
    expect(load(SMALLEST, { [variable]: value })).toEqual({ ...load(), ...changed });
  });

  test('is held to the same rules', () => {
    expect(refusal(SMALLEST, { LIAISON_GATEWAY_LISTEN_PORT: '70000' })).toContain('listen.port');
    expect(refusal(SMALLEST, { LIAISON_GATEWAY_PORT: '1' })).toContain('LIAISON_GATEWAY_PORT');
    // Where files go is worked out, not set.
    expect(refusal(SMALLEST, { LIAISON_GATEWAY_DATABASE: '/tmp/x' })).toContain('LIAISON_GATEWAY_DATABASE');
  });
});
