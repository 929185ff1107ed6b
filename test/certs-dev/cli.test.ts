import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { certsDevCommand } from '../../certs-dev/cli.ts';
import {
  type CertificateUse,
  parseCertificates,
  parseRevocationList,
  verifyCertificateChain,
} from '../../protocol/certificates.ts';
import { LiaisonError } from '../../protocol/errors.ts';

describe('certs-dev', () => {
  let base: string;
  let dir: string;
  let facts: { files: string[] };
  const output = { out: '', err: '' };

  const capture = (): void => {
    Object.assign(output, { out: '', err: '' });
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output.out += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((output.err += String(text)), true));
  };
  const run = async (...args: string[]): Promise<void> => {
    capture();
    const command = certsDevCommand();
    for (const each of [command, ...command.commands]) each.exitOverride();
    await command.parseAsync(args, { from: 'user' });
  };
  const codeOf = async (...args: string[]): Promise<string> => {
    try {
      await run(...args);
    } catch (error) {
      if (error instanceof LiaisonError) return error.code;
      throw error;
    }
    return 'done';
  };

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'liaison-certs-dev-'));
    dir = join(base, 'certs');
    await run('init', '--out', dir, '--agencies', 'xa.customs,xb.police', '--hosts', 'localhost,127.0.0.1', '--json');
    facts = JSON.parse(output.out) as typeof facts;
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => rmSync(base, { recursive: true }));

  const read = (path: string): string => readFileSync(join(dir, path), 'utf8');
  const verify = (path: string, use: CertificateUse) =>
    verifyCertificateChain({
      chain: parseCertificates(read(path)).map(({ raw }) => raw),
      anchors: parseCertificates(read('ca/root.pem')),
      lists: [parseRevocationList(readFileSync(join(dir, 'ca/root.crl.pem')))],
      requireRevocationLists: true,
      use,
      nowMs: Date.now(),
    });

  it('writes an authority, the gateway and two certificates for each agency', () => {
    const agencies = ['xa.customs', 'xb.police'];
    const expected = ['README', 'authority.json', 'ca/root.crl.pem', 'ca/root.key', 'ca/root.pem'];
    for (const name of ['gateway/tls', ...agencies.flatMap((agency) => [`${agency}/tls`, `${agency}/signing`])]) {
      expected.push(`${name}.key`, `${name}.pem`);
      const key = createPrivateKey(read(`${name}.key`));
      expect(new X509Certificate(read(`${name}.pem`)).checkPrivateKey(key)).toBe(true);
    }
    expect(facts.files.toSorted()).toEqual(expected.toSorted());
    expect(verify('gateway/tls.pem', 'tls-server').agency).toBeUndefined();
    for (const agency of agencies) {
      expect(verify(`${agency}/tls.pem`, 'tls-client').agency).toBe(agency);
      expect(verify(`${agency}/signing.pem`, 'signing').agency).toBe(agency);
    }
  });

  it('keeps keys from others and says what it is', () => {
    for (const file of facts.files.filter((name) => name.endsWith('.key'))) {
      expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
      expect(read(file)).toContain('BEGIN PRIVATE KEY');
    }
    expect(read('README')).toContain('never for production');
  });

  it('does not write into a directory that holds something', async () => {
    expect(await codeOf('init', '--out', dir, '--agencies', 'xa.customs')).toBe('FILE_EXISTS');
    expect(output.err).toContain('never for production');
    expect(await codeOf('init', '--out', join(dir, 'README'), '--agencies', 'xa.customs')).toBe('FILE_EXISTS');
  });

  it.each([
    ['--agencies', 'XA.customs'],
    ['--agencies', '../xa'],
    ['--agencies', 'xa.customs,'],
    ['--agencies', 'gateway'],
    ['--hosts', 'a b'],
    ['--hosts', '*.example'],
    ['--hosts', '127.0.0.300'],
    ['--hosts', 'x'.repeat(64)],
    ['--days', '0'],
    ['--days', '1e2'],
  ])('refuses %s %s', async (option, value) => {
    const agencies = option === '--agencies' ? [] : ['--agencies', 'xa.customs'];
    expect(await codeOf('init', '--out', join(base, 'new'), ...agencies, option, value)).toBe('USAGE');
  });

  it('revokes, keeps earlier revocations, and may be repeated', async () => {
    const code = (path: string, use: 'tls-client' | 'signing'): string => {
      try {
        verify(path, use);
      } catch (error) {
        if (error instanceof LiaisonError) return error.code;
      }
      return 'accepted';
    };
    const revoke = (file: string) => codeOf('revoke', '--dir', dir, '--certificate', join(dir, file), '--json');
    expect(await revoke('xb.police/signing.pem')).toBe('done');
    expect(await revoke('xb.police/tls.pem')).toBe('done');
    expect(await revoke('xb.police/tls.pem')).toBe('done');
    expect(JSON.parse(output.out)).toMatchObject({
      serial: new X509Certificate(read('xb.police/tls.pem')).serialNumber,
    });
    expect(code('xb.police/signing.pem', 'signing')).toBe('CERTIFICATE_REVOKED');
    expect(code('xb.police/tls.pem', 'tls-client')).toBe('CERTIFICATE_REVOKED');
    expect(code('xa.customs/tls.pem', 'tls-client')).toBe('accepted');
    expect((JSON.parse(read('authority.json')) as { revoked: string[] }).revoked).toHaveLength(2);
  });

  it('revokes only what this authority issued', async () => {
    const other = join(base, 'other.pem');
    writeFileSync(other, read('ca/root.pem'));
    const revoke = (certificate: string, from = dir) => codeOf('revoke', '--dir', from, '--certificate', certificate);
    expect(await revoke(other)).toBe('CERTIFICATE_UNTRUSTED');
    expect(await revoke(join(dir, 'README'))).toBe('FILE_INVALID');
    expect(await revoke(join(base, 'missing.pem'))).toBe('FILE_UNREADABLE');
    expect(await revoke(other, base)).toBe('FILE_UNREADABLE');
  });

  it('issues certificates for one more agency, which verify, and refuses one that has some', async () => {
    await run('issue', '--dir', dir, '--agency', 'xe.later');
    const chain = parseCertificates(readFileSync(join(dir, 'xe.later/tls.pem'))).map(({ raw }) => new Uint8Array(raw));
    const anchors = parseCertificates(readFileSync(join(dir, 'ca/root.pem')));
    expect(verifyCertificateChain({ chain, anchors, use: 'tls-client', nowMs: Date.now() }).agency).toBe('xe.later');
    await expect(run('issue', '--dir', dir, '--agency', 'xe.later')).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });

  it('issues a certificate for an auditor, which says so and nothing else', async () => {
    await run('issue', '--dir', dir, '--auditor', 'supervisor.one', '--json');
    expect(JSON.parse(output.out)).toMatchObject({
      auditor: 'supervisor.one',
      files: ['auditors/supervisor.one/tls.pem', 'auditors/supervisor.one/tls.key'],
    });
    expect(verify('auditors/supervisor.one/tls.pem', 'auditor')).toMatchObject({ auditor: 'supervisor.one' });
    expect(await codeOf('issue', '--dir', dir, '--auditor', 'supervisor.one')).toBe('FILE_EXISTS');
    for (const name of ['../x', '..', 'X', '', 'a'.repeat(65)]) {
      expect(await codeOf('issue', '--dir', dir, '--auditor', name)).toBe('USAGE');
    }
    expect(await codeOf('issue', '--dir', dir)).toBe('USAGE');
    expect(await codeOf('issue', '--dir', dir, '--auditor', 'x', '--agency', 'xf.both')).toBe('USAGE');
    expect(await codeOf('issue', '--dir', dir, '--agency', 'auditors')).toBe('USAGE');
  });

  it.each(['init', 'issue', 'revoke'])('%s has help with an example', async (name) => {
    await expect(run(name, '--help')).rejects.toMatchObject({ exitCode: 0 });
    expect(output.out).toContain(`Example:\n  ./liaison certs-dev ${name} `);
  });
});
