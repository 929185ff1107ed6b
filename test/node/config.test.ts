/** The node's configuration: what is refused, and that the message names the key. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { AgencyNode, loadConfig } from '../../node/index.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl } from '../support/openssl.ts';
import { logKey } from './fake-gateway.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

const QUIET = { offline: true, logger: pino({ level: 'silent' }) };

const GOOD = {
  agency: 'xa.customs',
  units: ['portalder', 'targeting'],
  gateway: { url: 'wss://gateway.example:7443', ca: 'ca.pem' },
  logKey,
  anchors: 'anchors',
  tls: { certificate: 'tls.pem', key: 'tls.key' },
  signing: { certificate: 'signing.pem', key: 'signing.key' },
  encryptionKeys: 'keys',
  dataDir: 'data',
};

function load(config: unknown, env: NodeJS.ProcessEnv = {}): ReturnType<typeof loadConfig> {
  const path = join(dir, 'node.yaml');
  writeFileSync(path, typeof config === 'string' ? config : stringify(config));
  return loadConfig(path, env);
}

function errorOf(act: () => unknown): LiaisonError {
  try {
    act();
  } catch (error) {
    if (error instanceof LiaisonError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('paths are relative to the file, and units become mailboxes', () => {
  const config = load(GOOD);
  expect(config.mailboxes).toEqual(['xa.customs/portalder', 'xa.customs/targeting']);
  expect(config.tls.key).toBe(join(dir, 'tls.key'));
  expect(config.gateway.ca).toBe(join(dir, 'ca.pem'));
  expect(config.dataDir).toBe(join(dir, 'data'));
  expect(config.logLevel).toBe('info');
});

test('the environment replaces values', () => {
  const config = load(GOOD, {
    LIAISON_NODE_GATEWAY_URL: 'wss://other.example:1',
    LIAISON_NODE_DATA_DIR: 'elsewhere',
    LIAISON_NODE_UNITS: '[desk]',
  });
  expect(config.gateway.url).toBe('wss://other.example:1');
  expect(config.dataDir).toBe(join(dir, 'elsewhere'));
  expect(config.mailboxes).toEqual(['xa.customs/desk']);
});

describe('refused', () => {
  test.each([
    ['an unknown key', { ...GOOD, retries: 3 }, 'retries'],
    ['a missing key', { ...GOOD, logKey: undefined }, 'logKey'],
    ['a gateway without TLS', { ...GOOD, gateway: { ...GOOD.gateway, url: 'ws://gateway.example' } }, 'wss://'],
    [
      'a switch that would trust everybody',
      { ...GOOD, tls: { ...GOOD.tls, rejectUnauthorized: false } },
      'rejectUnauthorized',
    ],
    ['a bad agency', { ...GOOD, agency: 'XA' }, 'agency'],
    ['a bad log key', { ...GOOD, logKey: `${logKey}AA` }, 'logKey'],
    ['no units', { ...GOOD, units: [] }, 'units'],
    ['something else than YAML', 'agency: [', 'node.yaml'],
  ])('%s', (_, config, named) => {
    const error = errorOf(() => load(config));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.detail).toContain(named);
  });

  test('an unknown variable of the environment', () => {
    expect(errorOf(() => load(GOOD, { LIAISON_NODE_RETRIES: '3' })).code).toBe('CONFIG_INVALID');
  });

  test('a missing file', () => {
    expect(errorOf(() => loadConfig(join(dir, 'none.yaml'))).code).toBe('FILE_UNREADABLE');
  });
});

describe.skipIf(!hasOpenssl)('files that the configuration names', async () => {
  if (!hasOpenssl) return;
  const { makeConfig, removeWorld } = await import('./world.ts');
  afterAll(removeWorld);
  const codeOf = async (config: Parameters<typeof AgencyNode.open>[0]): Promise<string> =>
    AgencyNode.open(config, QUIET).then(
      () => '',
      (error: unknown) => (error as LiaisonError).code,
    );

  test('a key that others can read', async () => {
    const config = makeConfig();
    chmodSync(config.signing.key, 0o640);
    expect(await codeOf(config)).toBe('KEY_FILE_EXPOSED');
  });

  test('a key of another certificate', async () => {
    const config = makeConfig();
    expect(await codeOf({ ...config, signing: { ...config.signing, key: config.tls.key } })).toBe('CONFIG_INVALID');
  });

  test('certificates of another agency', async () => {
    expect(await codeOf({ ...makeConfig(), agency: 'xb.police' })).toBe('AGENCY_MISMATCH');
  });

  test('a data directory in use', async () => {
    const config = makeConfig();
    const node = await AgencyNode.open(config, QUIET);
    expect(await codeOf(config)).toBe('DATA_LOCKED');
    await node.close();
    expect(await codeOf(config)).toBe('');
  });
});
