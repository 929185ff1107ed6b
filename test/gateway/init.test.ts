/** `gateway init`: it refuses what `serve` would refuse before it writes anything, and what it writes is closed to others. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadGatewayConfig } from '../../gateway/config.ts';
import { ControlServer } from '../../gateway/control/server.ts';
import { initGateway, type InitOptions, readTlsFiles } from '../../gateway/init.ts';
import { openDatabase } from '../../gateway/ledger/database.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { hasOpenssl, issue, makeAuthority } from '../support/openssl.ts';

const dir = mkdtempSync(join(tmpdir(), 'liaison-gateway-init-'));
afterAll(() => rmSync(dir, { recursive: true }));
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function refusalOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LiaisonError) return `${error.code} ${error.detail}`;
    throw error;
  }
  return '';
}

describe.skipIf(!hasOpenssl)('gateway init', () => {
  if (!hasOpenssl) return;
  const authority = makeAuthority(dir);
  const [tls, other] = ['localhost', 'other.example'].map((host) => {
    const { chainPath, keyPath } = issue(authority, { kind: 'tls-server', hosts: [host] });
    chmodSync(keyPath, 0o600);
    return { certificate: chainPath, key: keyPath };
  }) as [Record<'certificate' | 'key', string>, Record<'certificate' | 'key', string>];
  const written = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const options: InitOptions = {
    data: join(dir, 'refused'),
    origin: 'gateway.example/log',
    anchors: [authority.certificatePath],
    ...tls,
    host: '127.0.0.1',
    port: 0,
    revocationLists: [],
    openExchange: false,
    nowMs: Date.now(),
  };
  const file = written('file', 'text');

  test.each<[string, Partial<InitOptions>, string]>([
    ['a space in the origin', { origin: 'gate way' }, 'CONFIG_INVALID origin: expected a name'],
    ['capitals in the origin', { origin: 'Gateway.Example/Log' }, 'CONFIG_INVALID origin'],
    ['a slash at its end', { origin: 'gateway.example/log/' }, 'CONFIG_INVALID origin'],
    ['an origin that is too long', { origin: 'a'.repeat(129) }, 'CONFIG_INVALID origin'],
    ['the key of another certificate', { key: other.key }, 'CONFIG_INVALID tls'],
    ['a key file without a key', { key: file }, `FILE_INVALID ${file}`],
    ['a certificate file without one', { certificate: file }, `FILE_INVALID ${file}`],
    ['an anchor file without one', { anchors: [file] }, `FILE_INVALID ${file}`],
    ['a revocation list that is none', { revocationLists: [file] }, `REVOCATION_LIST_INVALID ${file}`],
    ['too many anchors', { anchors: Array<string>(200).fill(authority.certificatePath) }, 'FILE_INVALID The anchors'],
    ['a file in the place of the directory', { data: file }, 'FILE_EXISTS'],
    ['a directory under a file', { data: join(file, 'data') }, 'FILE_UNREADABLE'],
    ['a directory that is not empty', { data: dir }, 'FILE_EXISTS'],
  ])('refuses %s and leaves nothing behind', (_, changed, refusal) => {
    expect(refusalOf(() => initGateway({ ...options, ...changed }))).toContain(refusal);
    expect(existsSync(options.data)).toBe(false);
  });

  test('what passes can be loaded, and nobody else can read it, also in a directory that was open', () => {
    const data = join(dir, 'open');
    mkdirSync(data);
    chmodSync(data, 0o755);
    const { config } = initGateway({ ...options, data });
    expect(loadGatewayConfig(config, {})).toMatchObject({ origin: options.origin, data });
    expect(readTlsFiles(loadGatewayConfig(config, {}).tls).key).toEqual(readFileSync(options.key));
    expect(modeOf(data)).toBe('700');
    for (const name of ['ledger.db', 'log.key', 'operator.key', 'gateway.yaml']) {
      expect([name, modeOf(join(data, name))]).toEqual([name, '600']);
    }
  });

  test('a database that was open to others is closed when it is opened, with its write-ahead log', () => {
    const data = join(dir, 'old');
    initGateway({ ...options, data });
    const path = join(data, 'ledger.db');
    const crashed = join(dir, 'crashed.db');
    chmodSync(path, 0o644);
    const locked = openDatabase(path, { create: false });
    try {
      locked.db.exec('BEGIN IMMEDIATE; DELETE FROM tiles; COMMIT');
      expect([modeOf(path), modeOf(`${path}-wal`)]).toEqual(['600', '600']);
      for (const end of ['', '-wal']) {
        copyFileSync(path + end, crashed + end);
        chmodSync(crashed + end, 0o644);
      }
    } finally {
      locked.close();
    }
    const again = openDatabase(crashed, { create: false });
    try {
      expect([modeOf(crashed), modeOf(`${crashed}-wal`)]).toEqual(['600', '600']);
    } finally {
      again.close();
    }
  });
});

test('the control socket is closed to others from its first moment', async () => {
  const path = join(dir, 'control.sock');
  const mask = process.umask(0o022);
  const listening = ControlServer.listen(path, {
    status: () => Promise.reject(new Error('not asked')),
    act: () => Promise.reject(new Error('not asked')),
    sessions: () => [],
    rules: () => Promise.reject(new Error('not asked')),
    explain: () => Promise.reject(new Error('not asked')),
  });
  expect(modeOf(path)).toBe('600');
  expect(process.umask(mask)).toBe(0o022);
  await (await listening).close();
});
