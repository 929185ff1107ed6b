import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import {
  agencyOfCertificate,
  parseCertificates,
  parseRevocationList,
  verifyCertificateChain,
  type CertificateUse,
  type ChainOptions,
  type RevocationList,
  type VerifiedCertificate,
} from '../../protocol/certificates.ts';
import { SignatureAlgorithm } from '../../protocol/generated/schema.ts';
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
  type OpensslKeyType,
} from '../support/openssl.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now() + 60_000;
const agency = parseAgencyId('xa.customs');
const read = (path: string): X509Certificate[] => parseCertificates(readFileSync(path));
const readList = (path: string): RevocationList => parseRevocationList(readFileSync(path));

describe.skipIf(!hasOpenssl)('certificates made by openssl', () => {
  let dir: string;
  let root: OpensslAuthority;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'liaison-certificates-'));
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

  describe('accepted', () => {
    const types: readonly (readonly [OpensslKeyType, SignatureAlgorithm])[] = [
      ['rsa3072', SignatureAlgorithm.PS256],
      ['p256', SignatureAlgorithm.ES256],
      ['p384', SignatureAlgorithm.ES384],
      ['ed25519', SignatureAlgorithm.ED25519],
    ];
    test.each(types)('%s root, intermediate and leaf, with lists of both authorities', (type, algorithm) => {
      const anchor = makeAuthority(dir, { type });
      const middle = authorityUnder(anchor, { type, pathLength: 0 });
      const lists = [readList(makeRevocationList(anchor)), readList(makeRevocationList(middle))];
      for (const kind of ['tls-client', 'signing'] as const) {
        const leaf = issue(middle, { kind, agency, type });
        const verified = verify(leaf, kind, { anchor, agency, lists, requireRevocationLists: true });
        const [certificate] = read(leaf.certificatePath);
        expect(verified).toMatchObject({ agency, algorithm, serial: certificate!.serialNumber });
        expect(verified.keyId).toEqual(keyThumbprint(certificate!.publicKey));
        expect(verified.notAfterMs).toBe(Date.parse(certificate!.validTo));
        expect(verified.notBeforeMs).toBe(Date.parse(certificate!.validFrom));
      }
    });

    it('a server certificate without agency, and with the one asked for', () => {
      const plain = issue(root, { kind: 'tls-server', hosts: ['localhost', '127.0.0.1'] });
      expect(verify(plain, 'tls-server').agency).toBeUndefined();
      expect(refusalOf(() => verify(plain, 'tls-server', { agency }))).toBe('CERTIFICATE_INVALID');
      const named = issue(root, { kind: 'tls-server', agency, hosts: ['localhost'] });
      expect(verify(named, 'tls-server', { agency }).agency).toBe(agency);
    });

    it('an RSASSA-PSS signature with a salt as long as its hash', () => {
      const anchor = makeAuthority(dir, { type: 'rsa3072' });
      const signatureOptions = ['rsa_padding_mode:pss', 'rsa_pss_saltlen:32'];
      expect(verify(client({ signatureOptions }, anchor), 'tls-client', { anchor }).agency).toBe(agency);
      const short = client({ signatureOptions: ['rsa_padding_mode:pss', 'rsa_pss_saltlen:20'] }, anchor);
      expect(refusalOf(() => verify(short, 'tls-client', { anchor }))).toBe('ALGORITHM_REFUSED');
    });

    it('a chain that includes its anchor, and one whose intermediate is the anchor', () => {
      const middle = authorityUnder(root);
      const leaf = client({}, middle);
      const chain = [leaf, middle, root].map(({ certificatePath }) => read(certificatePath)[0]!.raw);
      expect(verify(leaf, 'tls-client', { chain }).agency).toBe(agency);
      expect(verify(leaf, 'tls-client', { chain, anchor: middle }).agency).toBe(agency);
      expect(verify(leaf, 'tls-client', { chain: chain.slice(0, 1), anchor: middle }).agency).toBe(agency);
    });

    it('an anchor that was renewed with its key, beside its predecessor', () => {
      const renewed = makeAuthority(dir, { keyPath: root.keyPath, days: 60 });
      const anchors = [root, renewed].flatMap(({ certificatePath }) => read(certificatePath));
      const [leaf, laterMs] = [client({ days: 60 }), nowMs + 40 * DAY_MS];
      expect(verify(leaf, 'tls-client', { anchors, nowMs: laterMs }).agency).toBe(agency);
      expect(refusalOf(() => verify(leaf, 'tls-client', { nowMs: laterMs }))).toBe('CERTIFICATE_EXPIRED');
    });

    it('both ends of the period', () => {
      const leaf = client({ days: 1 });
      const { notBeforeMs, notAfterMs } = verify(leaf, 'tls-client');
      for (const edgeMs of [notBeforeMs, notAfterMs]) verify(leaf, 'tls-client', { nowMs: edgeMs });
      for (const outsideMs of [notBeforeMs - 1, notAfterMs + 1]) {
        expect(refusalOf(() => verify(leaf, 'tls-client', { nowMs: outsideMs }))).toBe('CERTIFICATE_EXPIRED');
      }
    });
  });

  test('an anchor that states no key usage may issue; an intermediate may not', () => {
    const plain = makeAuthority(dir, { name: 'Plain root', extensions: { keyUsage: undefined } });
    expect(verify(client({}, plain), 'tls-client', { anchor: plain }).agency).toBe(agency);
    const below = authorityUnder(plain, { extensions: { keyUsage: undefined } });
    expect(refusalOf(() => verify(client({}, below), 'tls-client', { anchor: plain }))).toBe('CERTIFICATE_USAGE');
  });

  describe('refused: the path', () => {
    it('an expired authority', () => {
      const middle = authorityUnder(root, { days: 1 });
      const leaf = client({ days: 30 }, middle);
      expect(refusalOf(() => verify(leaf, 'tls-client', { nowMs: nowMs + 2 * DAY_MS }))).toBe('CERTIFICATE_EXPIRED');
    });

    it('another anchor, also one with the name of the right one', () => {
      const leaf = client();
      for (const anchor of [makeAuthority(dir, { name: 'Other' }), makeAuthority(dir)]) {
        expect(refusalOf(() => verify(leaf, 'tls-client', { anchor }))).toBe('CERTIFICATE_UNTRUSTED');
      }
      expect(refusalOf(() => verify(leaf, 'tls-client', { anchors: [] }))).toBe('CERTIFICATE_UNTRUSTED');
    });

    it('a missing intermediate, and one that did not issue', () => {
      const leaf = client({}, authorityUnder(root));
      const [first] = read(leaf.certificatePath);
      const [other] = read(authorityUnder(root).certificatePath);
      for (const chain of [[first!.raw], [first!.raw, other!.raw]]) {
        expect(refusalOf(() => verify(leaf, 'tls-client', { chain }))).toBe('CERTIFICATE_UNTRUSTED');
      }
    });

    it('a leaf used as an authority', () => {
      const leaf = client();
      const below = issue({ ...root, ...leaf, isRoot: false }, { kind: 'tls-client', agency: 'xb.police' });
      expect(refusalOf(() => verify(below, 'tls-client'))).toBe('CERTIFICATE_INVALID');
    });

    it('an authority used as a leaf, be it an anchor', () => {
      const extensions = { extendedKeyUsage: 'clientAuth', keyUsage: 'digitalSignature,keyCertSign' };
      const middle = authorityUnder(root, { extensions });
      expect(refusalOf(() => verify(middle, 'tls-client'))).toBe('CERTIFICATE_INVALID');
      expect(refusalOf(() => verify(root, 'signing'))).toBe('CERTIFICATE_INVALID');
      const pinned = { ...makeAuthority(dir, { extensions: { basicConstraints: undefined } }) };
      expect(refusalOf(() => verify(pinned, 'signing', { anchor: pinned }))).toBe('CERTIFICATE_INVALID');
    });

    it('a path length exceeded', () => {
      const top = authorityUnder(root, { pathLength: 0 });
      verify(client({}, top), 'tls-client');
      const leaf = client({}, authorityUnder(top));
      expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('CERTIFICATE_INVALID');
    });

    it('an authority without keyCertSign or without key usage', () => {
      for (const keyUsage of ['critical,digitalSignature,cRLSign', undefined]) {
        const leaf = client({}, authorityUnder(root, { extensions: { keyUsage } }));
        expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('CERTIFICATE_USAGE');
      }
    });

    it('an authority limited to another purpose', () => {
      const middle = authorityUnder(root, { extensions: { extendedKeyUsage: 'serverAuth' } });
      expect(refusalOf(() => verify(client({}, middle), 'tls-client'))).toBe('CERTIFICATE_USAGE');
      expect(verify(issue(middle, { kind: 'tls-server', hosts: ['localhost'] }), 'tls-server').agency).toBeUndefined();
    });

    it('too long a chain, an empty one, and one that is not DER', () => {
      const leaf = client();
      const [certificate] = read(leaf.certificatePath);
      const pem = readFileSync(leaf.certificatePath);
      const trailing = Buffer.concat([certificate!.raw, Buffer.of(0)]);
      for (const chain of [Array<Uint8Array>(7).fill(certificate!.raw), [], [pem], [trailing], [new Uint8Array(9)]]) {
        expect(refusalOf(() => verify(leaf, 'tls-client', { chain }))).toBe('CERTIFICATE_INVALID');
      }
    });
  });

  describe('refused: algorithms', () => {
    test.each<OpensslKeyType>(['rsa2048', 'rsaExponent3', 'rsa-pss', 'secp256k1', 'p521'])(
      'a leaf with a key of type %s',
      (type) => {
        expect(refusalOf(() => verify(client({ type }), 'tls-client'))).toBe('ALGORITHM_REFUSED');
      },
    );

    test.each<OpensslKeyType>(['rsa2048', 'p521'])('an authority with a key of type %s', (type) => {
      const leaf = client({}, authorityUnder(root, { type }));
      expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('ALGORITHM_REFUSED');
    });

    it('SHA-1 signatures', () => {
      expect(refusalOf(() => verify(client({ digest: 'sha1' }), 'tls-client'))).toBe('ALGORITHM_REFUSED');
      const leaf = client({}, authorityUnder(root, { digest: 'sha1' }));
      expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('ALGORITHM_REFUSED');
    });
  });

  describe('refused: use and agency', () => {
    it.each<[string, IssueOptions['kind'], CertificateUse]>([
      ['a client certificate for a server', 'tls-client', 'tls-server'],
      ['a client certificate for signing', 'tls-client', 'signing'],
      ['a server certificate for a client', 'tls-server', 'tls-client'],
      ['a server certificate for signing', 'tls-server', 'signing'],
      ['a signing certificate for a client', 'signing', 'tls-client'],
      ['a signing certificate for a server', 'signing', 'tls-server'],
    ])('%s', (_, kind, use) => {
      expect(refusalOf(() => verify(issue(root, { kind, agency }), use))).toBe('CERTIFICATE_USAGE');
    });

    it('purposes of a signing certificate', () => {
      const signing = (extendedKeyUsage: string): VerifiedCertificate =>
        verify(issue(root, { kind: 'signing', agency, extensions: { extendedKeyUsage } }), 'signing');
      for (const purpose of ['1.3.6.1.5.5.7.3.36', 'emailProtection', 'anyExtendedKeyUsage']) signing(purpose);
      for (const purpose of ['OCSPSigning', 'emailProtection,clientAuth']) {
        expect(refusalOf(() => signing(purpose))).toBe('CERTIFICATE_USAGE');
      }
    });

    it('a key usage without digitalSignature', () => {
      for (const keyUsage of ['critical,keyEncipherment', undefined]) {
        expect(refusalOf(() => verify(client({ extensions: { keyUsage } }), 'tls-client'))).toBe('CERTIFICATE_USAGE');
      }
    });

    it.each<[string, string | undefined, string?]>([
      ['no names', undefined],
      ['no URI', 'DNS:xa.customs'],
      ['two agencies', 'URI:liaison://xa.customs,URI:liaison://xb.police'],
      ['a second URI of another scheme', 'URI:liaison://xa.customs,URI:https://xa.example'],
      ['another scheme', 'URI:https://xa.customs'],
      ['a malformed agency', 'URI:liaison://XA.customs'],
      ['a path after the agency', 'URI:liaison://xa.customs/portalder'],
      ['a URI written into a DNS name', '@names', '[names]\nDNS.1="x, URI:liaison://xa.customs"'],
      ['a URI written into an e-mail name', '@names', '[names]\nemail.1="liaison://xa.customs"'],
    ])('%s', (_, subjectAltName, sections = '') => {
      const leaf = client({ extensions: { subjectAltName }, sections });
      expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('CERTIFICATE_INVALID');
      expect(refusalOf(() => agencyOfCertificate(read(leaf.certificatePath)[0]!))).toBe('CERTIFICATE_INVALID');
    });

    it('another agency, while other forms of names do not matter', () => {
      const leaf = client({
        extensions: { subjectAltName: 'DNS:a.example,URI:liaison://xa.customs,IP:::1,RID:1.2.3' },
      });
      expect(verify(leaf, 'tls-client', { agency }).agency).toBe(agency);
      expect(refusalOf(() => verify(leaf, 'tls-client', { agency: parseAgencyId('xb.police') }))).toBe(
        'AGENCY_MISMATCH',
      );
    });

    it('critical extensions that nobody here understands, and name constraints in any case', () => {
      const leaf = client({ extensions: { '1.2.3.4': 'critical,ASN1:UTF8String:x' } });
      expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('CERTIFICATE_INVALID');
      verify(client({ extensions: { '1.2.3.4': 'ASN1:UTF8String:x' } }), 'tls-client');
      const middle = authorityUnder(root, { extensions: { nameConstraints: 'permitted;URI:xb.police' } });
      expect(refusalOf(() => verify(client({}, middle), 'tls-client'))).toBe('CERTIFICATE_INVALID');
    });

    it('an empty subject does not get in the way of a refusal', () => {
      const leaf = client({ subject: '/', extensions: { subjectAltName: undefined } });
      expect(() => verify(leaf, 'tls-client')).toThrow(`"serial ${leaf.serial}" does not have exactly one URI`);
    });

    it('says which certificate and which rule, on one line', () => {
      const leaf = client({ extensions: { subjectAltName: undefined } });
      expect(() => verify(leaf, 'tls-client')).toThrow(
        '"O=Liaison tests, CN=xa.customs tls-client" does not have exactly one URI, liaison://AGENCY.',
      );
    });
  });

  describe('auditors', () => {
    const auditor = (...uris: string[]): OpensslCertificate => issue(root, { kind: 'tls-client', uris });

    it('are named by their role', () => {
      for (const name of ['supervisor', 'x', 'a.b-2', 'a'.repeat(64)]) {
        const verified = verify(auditor(`liaison-role:auditor/${name}`), 'auditor');
        expect(verified).toMatchObject({ auditor: name, agency: undefined });
      }
    });

    it.each<[string, string[]]>([
      ['no role', []],
      ['an agency', ['liaison://xa.customs']],
      ['a role and an agency', ['liaison-role:auditor/x', 'liaison://xa.customs']],
      ['two roles', ['liaison-role:auditor/x', 'liaison-role:auditor/y']],
      ['another role', ['liaison-role:operator/x']],
      ['no name', ['liaison-role:auditor/']],
      ['capitals', ['liaison-role:auditor/X']],
      ['a path', ['liaison-role:auditor/../x']],
      ['dots alone', ['liaison-role:auditor/..']],
      ['too long a name', [`liaison-role:auditor/${'a'.repeat(65)}`]],
    ])('%s is not enough', (_, uris) => {
      expect(refusalOf(() => verify(auditor(...uris), 'auditor'))).toBe('ROLE_MISSING');
    });

    it('are no agencies and no servers', () => {
      const leaf = auditor('liaison-role:auditor/x');
      expect(refusalOf(() => verify(leaf, 'tls-client'))).toBe('CERTIFICATE_INVALID');
      const server = issue(root, { kind: 'tls-server', uris: ['liaison-role:auditor/x'] });
      expect(refusalOf(() => verify(server, 'auditor'))).toBe('CERTIFICATE_USAGE');
    });
  });

  describe('damaged input', () => {
    it('never yields a certificate other than the one that was signed', () => {
      const leaf = client();
      const { raw } = read(leaf.certificatePath)[0]!;
      fc.assert(
        fc.property(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const damaged = new Uint8Array(raw);
          damaged[at] = (damaged[at] as number) ^ flip;
          refusalOf(() => verify(leaf, 'tls-client', { chain: [damaged] }));
        }),
        { numRuns: 1000 },
      );
    });

    it('is refused with a code, whatever it is', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          const wrapped = Uint8Array.of(0x30, 0x82, bytes.length >> 8, bytes.length & 0xff, ...bytes);
          for (const input of [bytes, wrapped]) {
            expect(refusalOf(() => parseRevocationList(input))).toBe('REVOCATION_LIST_INVALID');
            expect(refusalOf(() => parseCertificates(input))).toBe('FILE_INVALID');
          }
        }),
        { numRuns: 1000 },
      );
    });

    it('refuses certificate files with damaged or other blocks', () => {
      const pem = readFileSync(root.certificatePath, 'utf8');
      expect(parseCertificates(`Subject: root\n${pem}\n${pem}`)).toHaveLength(2);
      expect(parseCertificates(new X509Certificate(pem).raw)).toHaveLength(1);
      const key = readFileSync(root.keyPath, 'utf8');
      const cut = pem.replace('-----END', '----END');
      for (const file of [
        '',
        'text',
        pem + key,
        pem + cut,
        cut + pem,
        pem.replace('MI', 'M!'),
        pem.replace('MI', 'AA'),
      ]) {
        expect(refusalOf(() => parseCertificates(file))).toBe('FILE_INVALID');
      }
    });
  });
});
