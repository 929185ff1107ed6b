import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { initDirectory, issueFurther, revokeCertificate } from '../../certs-dev/directory.ts';
import { agencyOfCertificate } from '../../protocol/certificates.ts';
import { parseAgencyId } from '../../protocol/ids.ts';
import { parseRevocationList } from '../../protocol/revocation.ts';

const root = mkdtempSync(join(tmpdir(), 'liaison-certs-'));
afterAll(() => rmSync(root, { recursive: true }));

it('adds a further certificate for an agency, once, that can be revoked', async () => {
  const agency = parseAgencyId('xa.customs');
  const common = { dir: join(root, 'certs'), days: 30, clock: Date.now, keyType: 'p256' } as const;
  await initDirectory({ ...common, agencies: [agency], hosts: ['localhost'] });
  const more = { ...common, agency, kind: 'signing', name: 'signing-2' } as const;
  expect(await issueFurther(more)).toEqual(['xa.customs/signing-2.pem', 'xa.customs/signing-2.key']);
  await expect(issueFurther(more)).rejects.toThrow(expect.objectContaining({ code: 'FILE_EXISTS' }));

  const file = join(common.dir, 'xa.customs/signing-2.pem');
  expect(statSync(file.replace('.pem', '.key')).mode & 0o777).toBe(0o600);
  const certificate = new X509Certificate(readFileSync(file));
  expect(agencyOfCertificate(certificate)).toBe(agency);
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  revokeCertificate(common.dir, file, Date.now);
  const { serials } = parseRevocationList(readFileSync(join(common.dir, 'ca/root.crl.pem')));
  expect([...serials]).toEqual([certificate.serialNumber]);
});
