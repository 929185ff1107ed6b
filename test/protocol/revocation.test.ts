import { type X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  parseCertificates,
  parseRevocationList,
  verifyCertificateChain,
  type CertificateUse,
  type ChainOptions,
  type RevocationList,
  type VerifiedCertificate,
} from '../../protocol/certificates.ts';
import { parseAgencyId } from '../../protocol/ids.ts';
import { refusalOf } from '../support/refusal.ts';
import {
  hasOpenssl,
  issue,
  makeAuthority,
  makeRevocationList,
  type IssueOptions,
  type OpensslAuthority,
  type OpensslCertificate,
} from '../support/openssl.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now() + 60_000;
const agency = parseAgencyId('xa.customs');
const read = (path: string): X509Certificate[] => parseCertificates(readFileSync(path));
const readList = (path: string): RevocationList => parseRevocationList(readFileSync(path));

describe.skipIf(!hasOpenssl)('revocation lists made by openssl', () => {
  let dir: string;
  let root: OpensslAuthority;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'liaison-revocation-'));
    root = makeAuthority(dir);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const verify = (
    leaf: OpensslCertificate,
    use: CertificateUse,
    options: Partial<ChainOptions> & { anchor?: OpensslAuthority } = {},
  ): VerifiedCertificate => {
    const { anchor = root, ...rest } = options;
    const chain = read(leaf.chainPath).map(({ raw }) => new Uint8Array(raw));
    return verifyCertificateChain({ chain, anchors: read(anchor.certificatePath), use, nowMs, ...rest });
  };
  const client = (options: Partial<IssueOptions> = {}, authority = root): OpensslCertificate =>
    issue(authority, { kind: 'tls-client', agency, ...options });
  const authorityUnder = (parent: OpensslAuthority, options: Parameters<typeof makeAuthority>[1] = {}) =>
    makeAuthority(dir, { parent, ...options });

  it('refuses a revoked leaf and a revoked intermediate', () => {
    const middle = authorityUnder(root);
    const leaf = client({}, middle);
    const rootList = readList(makeRevocationList(root));
    const middleList = readList(makeRevocationList(middle, { serials: ['01', leaf.serial] }));
    expect(middleList.serials).toEqual(new Set(['01', leaf.serial]));
    verify(client({}, middle), 'tls-client', { lists: [rootList, middleList] });
    expect(refusalOf(() => verify(leaf, 'tls-client', { lists: [rootList, middleList] }))).toBe('CERTIFICATE_REVOKED');
    const lists = [readList(makeRevocationList(root, { serials: [middle.serial] }))];
    expect(refusalOf(() => verify(leaf, 'tls-client', { lists }))).toBe('CERTIFICATE_REVOKED');
  });

  it('fails closed on a list that is expired, not valid yet or signed by another key', () => {
    const leaf = client();
    const current = readList(makeRevocationList(root));
    const future = readList(makeRevocationList(root, { thisUpdateMs: nowMs + DAY_MS }));
    const forged = readList(makeRevocationList(makeAuthority(dir)));
    const refused = (...lists: RevocationList[]) => refusalOf(() => verify(leaf, 'tls-client', { lists }));
    expect(refusalOf(() => verify(leaf, 'tls-client', { lists: [current], nowMs: nowMs + 8 * DAY_MS }))).toBe(
      'REVOCATION_LIST_INVALID',
    );
    expect(refused(future)).toBe('REVOCATION_LIST_INVALID');
    expect(refused(forged)).toBe('REVOCATION_LIST_INVALID');
    expect(verify(leaf, 'tls-client', { lists: [forged, current] }).agency).toBe(agency);
  });

  it('goes by the newest list of an authority', () => {
    const leaf = client();
    const old = readList(makeRevocationList(root, { thisUpdateMs: nowMs - 2 * DAY_MS, nextUpdateMs: nowMs - DAY_MS }));
    const current = readList(makeRevocationList(root, { serials: [leaf.serial] }));
    for (const lists of [
      [old, current],
      [current, old],
    ]) {
      expect(refusalOf(() => verify(leaf, 'tls-client', { lists }))).toBe('CERTIFICATE_REVOKED');
    }
  });

  it('wants a list of every authority when lists are required', () => {
    const middle = authorityUnder(root);
    const leaf = client({}, middle);
    const required = { requireRevocationLists: true };
    const lists = [readList(makeRevocationList(root))];
    verify(leaf, 'tls-client', { lists });
    expect(refusalOf(() => verify(leaf, 'tls-client', { lists, ...required }))).toBe('REVOCATION_LIST_INVALID');
    expect(refusalOf(() => verify(leaf, 'tls-client', required))).toBe('REVOCATION_LIST_INVALID');
    lists.push(readList(makeRevocationList(middle)));
    verify(leaf, 'tls-client', { lists, ...required });
  });

  it('refuses lists of an authority that may not sign them, and partial lists', () => {
    const middle = authorityUnder(root, { extensions: { keyUsage: 'critical,keyCertSign' } });
    const lists = [readList(makeRevocationList(middle))];
    expect(refusalOf(() => verify(client({}, middle), 'tls-client', { lists }))).toBe('REVOCATION_LIST_INVALID');
    const partial = makeRevocationList(root, { extensions: { '2.5.29.28': 'critical,DER:30038101ff' } });
    expect(refusalOf(() => readList(partial))).toBe('REVOCATION_LIST_INVALID');
  });

  it('refuses files that are not exactly one list', () => {
    const pem = readFileSync(makeRevocationList(root));
    expect(parseRevocationList(parseRevocationList(pem).der)).toEqual(parseRevocationList(pem));
    const certificate = readFileSync(root.certificatePath);
    for (const file of [Buffer.concat([pem, pem]), certificate, read(root.certificatePath)[0]!.raw, Buffer.of()]) {
      expect(refusalOf(() => parseRevocationList(file))).toBe('REVOCATION_LIST_INVALID');
    }
  });

  it('never yields a list other than the one that was signed', () => {
    const leaf = client();
    const { der } = readList(makeRevocationList(root, { serials: ['0A', 'FF01'] }));
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = new Uint8Array(der);
        damaged[at] = (damaged[at] as number) ^ flip;
        const required = { requireRevocationLists: true };
        const code = refusalOf(() =>
          verify(leaf, 'tls-client', { lists: [parseRevocationList(damaged)], ...required }),
        );
        expect(code).toBe('REVOCATION_LIST_INVALID');
      }),
      { numRuns: 1000 },
    );
  });
});
