import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAuthority,
  createRevocationList,
  issueCertificate,
  WARNING,
  type Authority,
  type KeyAndCertificate,
} from '../../certs-dev/authority.ts';
import { parseCertificates, parseRevocationList, verifyCertificateChain } from '../../protocol/certificates.ts';
import { parseAgencyId } from '../../protocol/ids.ts';
import { hasOpenssl } from '../support/openssl.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.UTC(2031, 4, 6, 7, 8, 9);
const agency = parseAgencyId('xa.customs');

describe('development authority', () => {
  let authority: Authority & KeyAndCertificate;
  beforeAll(async () => {
    authority = await createAuthority({ days: 30, clock: () => nowMs });
  });

  const list = (serials: readonly string[], fromMs = nowMs): Buffer =>
    Buffer.from(createRevocationList(authority, serials, new Date(fromMs), new Date(fromMs + DAY_MS)));
  const verify = (issued: KeyAndCertificate, use: 'tls-client' | 'tls-server' | 'signing', revoked: string[] = []) =>
    verifyCertificateChain({
      chain: parseCertificates(issued.certificatePem).map(({ raw }) => raw),
      anchors: parseCertificates(authority.certificatePem),
      lists: [parseRevocationList(list(revoked))],
      requireRevocationLists: true,
      use,
      nowMs,
    });

  it('issues certificates for each use that pass the verifier, and no other use', async () => {
    const hosts = ['localhost', '127.0.0.1', '::1'];
    const server = await issueCertificate(authority, { kind: 'tls-server', hosts });
    expect(verify(server, 'tls-server').agency).toBeUndefined();
    expect(() => verify(server, 'signing')).toThrow(expect.objectContaining({ code: 'CERTIFICATE_USAGE' }));
    const certificate = new X509Certificate(server.certificatePem);
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(certificate.subject).toContain(WARNING);

    const client = await issueCertificate(authority, { kind: 'tls-client', agency });
    expect(verify(client, 'tls-client')).toMatchObject({ agency, serial: client.serial });
    const signing = await issueCertificate(authority, { kind: 'signing', agency });
    expect(verify(signing, 'signing')).toMatchObject({ agency, serial: signing.serial });
    expect(() => verify(signing, 'tls-client')).toThrow(expect.objectContaining({ code: 'CERTIFICATE_USAGE' }));
    expect(() => verify(signing, 'signing', [signing.serial])).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_REVOKED' }),
    );
  });

  it('certifies P-256 keys as well, and names every key by the SHA-1 of its bits', async () => {
    for (const keyType of ['p256', 'rsa'] as const) {
      const issued = await issueCertificate(authority, { kind: 'signing', agency }, { keyType });
      expect(verify(issued, 'signing')).toMatchObject({ agency });
      const certificate = new X509Certificate(issued.certificatePem);
      expect(certificate.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
      const { publicKey } = certificate;
      expect(publicKey.asymmetricKeyType).toBe(keyType === 'rsa' ? 'rsa' : 'ec');
      const der = publicKey.export({ type: 'spki', format: 'der' });
      // The key's bits are what an AlgorithmIdentifier and the head of a BIT STRING precede.
      const bits = keyType === 'rsa' ? publicKey.export({ type: 'pkcs1', format: 'der' }) : der.subarray(-65);
      const identifier = createHash('sha1').update(bits).digest();
      expect(certificate.raw.includes(Buffer.concat([Buffer.of(0x04, 20), identifier]))).toBe(true);
    }
  });

  it('goes by its clock, and nothing outlives it', async () => {
    const client = await issueCertificate(authority, { kind: 'tls-client', agency }, { days: 365 });
    const { notBeforeMs, notAfterMs } = verify(client, 'tls-client');
    expect(notBeforeMs).toBeLessThan(nowMs);
    expect(notAfterMs).toBe(nowMs + 30 * DAY_MS);
  });

  it('writes serial numbers that begin with a high bit, and times after 2049', () => {
    const { serials, thisUpdateMs, nextUpdateMs } = parseRevocationList(
      list(['FF01', '7F', 'FF01'], Date.UTC(2050, 0)),
    );
    expect(serials).toEqual(new Set(['FF01', '7F']));
    expect([thisUpdateMs, nextUpdateMs]).toEqual([Date.UTC(2050, 0), Date.UTC(2050, 0, 2)]);
  });

  describe.skipIf(!hasOpenssl)('seen by openssl', () => {
    let dir: string;
    beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'liaison-authority-'))));
    afterAll(() => rmSync(dir, { recursive: true }));
    const file = (name: string, text: string | Buffer): string => {
      writeFileSync(join(dir, name), text);
      return join(dir, name);
    };
    const openssl = (...args: string[]): string =>
      execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

    it('the list verifies and revokes', async () => {
      const client = await issueCertificate(authority, { kind: 'tls-client', agency });
      const root = file('root.pem', authority.certificatePem);
      const leaf = file('leaf.pem', client.certificatePem);
      for (const serials of [[], [client.serial, 'FF01']]) {
        const path = file('list.pem', list(serials));
        openssl('crl', '-in', path, '-verify', '-CAfile', root, '-noout');
        const check = (): string =>
          openssl(
            ...['verify', '-attime', String(nowMs / 1000 + 1), '-x509_strict', '-purpose', 'sslclient'],
            ...['-crl_check', '-CRLfile', path, '-CAfile', root, leaf],
          );
        if (serials.length === 0) expect(check()).toContain('OK');
        else expect(check).toThrow('certificate revoked');
      }
    });
  });
});
