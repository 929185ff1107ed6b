/** certificates.json: chains and revocation lists, each with the code of the first check that fails. */
import type { ErrorCode } from '../../protocol/errors.ts';
import { certificateOf, type CertificateRequest, type ListRequest, revocationListOf } from './der.ts';
import { ed25519Key } from './keys.ts';
import { anchor, DAY_MS, NOW_MS, ROOT, VALID } from './world.ts';

const AGENCY = 'xa.customs';
const BETWEEN = { name: 'Vectors intermediate', key: ed25519Key(11) };

const leaf = (change: Partial<CertificateRequest> = {}): Uint8Array =>
  certificateOf({
    ...{ serial: 70, subject: AGENCY, key: ed25519Key(70), issuer: ROOT, uris: [`liaison://${AGENCY}`], ...VALID },
    ...change,
  });
const between = (change: Partial<CertificateRequest> = {}): Uint8Array =>
  certificateOf({
    ...{ serial: 71, subject: BETWEEN.name, key: BETWEEN.key, issuer: ROOT, authority: true, ...VALID },
    ...change,
  });
const list = (change: Partial<ListRequest> = {}): Uint8Array =>
  revocationListOf({
    ...{ issuer: ROOT, thisUpdateMs: NOW_MS - DAY_MS, nextUpdateMs: NOW_MS + DAY_MS, serials: [] },
    ...change,
  });

interface Case {
  readonly chain: Uint8Array[];
  readonly use?: 'signing' | 'tls-client' | 'tls-server';
  readonly agency?: string;
  readonly lists?: Uint8Array[];
  readonly listsRequired?: boolean;
  readonly atMs?: number;
}

const plan = (name: string, item: Case, code?: ErrorCode): object => ({
  ...{ name, use: 'signing', agency: AGENCY, lists: [], listsRequired: false, atMs: NOW_MS },
  ...item,
  ...(code === undefined ? {} : { code }),
});

function chains(): object[] {
  const expired = { notAfterMs: NOW_MS - 1000 };
  const below = leaf({ issuer: BETWEEN });
  const untrusted = { issuer: { name: ROOT.name, key: ed25519Key(96) } };
  const versionless = Uint8Array.from([...leaf(), 0]);
  return [
    plan('a leaf of the anchor', { chain: [leaf()] }),
    plan('with the anchor', { chain: [leaf(), anchor] }),
    plan('with an authority between', { chain: [below, between()] }),
    plan('a TLS client', { chain: [leaf({ purpose: 'tls-client' })], use: 'tls-client' }),
    plan('an empty chain', { chain: [] }, 'CERTIFICATE_INVALID'),
    plan('seven certificates', { chain: Array.from({ length: 7 }, () => leaf()) }, 'CERTIFICATE_INVALID'),
    plan('a byte after the certificate', { chain: [versionless] }, 'CERTIFICATE_INVALID'),
    plan('an authority missing', { chain: [below] }, 'CERTIFICATE_UNTRUSTED'),
    plan("a signature by another key of the anchor's name", { chain: [leaf(untrusted)] }, 'CERTIFICATE_UNTRUSTED'),
    plan('the same, expired', { chain: [leaf({ ...untrusted, ...expired })] }, 'CERTIFICATE_UNTRUSTED'),
    plan('expired', { chain: [leaf(expired)] }, 'CERTIFICATE_EXPIRED'),
    plan('not valid yet', { chain: [leaf({ notBeforeMs: NOW_MS + 1000 })] }, 'CERTIFICATE_EXPIRED'),
    plan('an expired authority', { chain: [below, between(expired)] }, 'CERTIFICATE_EXPIRED'),
    plan(
      'expired, and an unknown critical extension',
      { chain: [leaf({ ...expired, unknownCritical: true })] },
      'CERTIFICATE_EXPIRED',
    ),
    plan('an unknown critical extension', { chain: [leaf({ unknownCritical: true })] }, 'CERTIFICATE_INVALID'),
    plan('an authority as a leaf', { chain: [leaf({ authority: true })] }, 'CERTIFICATE_INVALID'),
    plan('a leaf as an authority', { chain: [below, between({ authority: false })] }, 'CERTIFICATE_INVALID'),
    plan('another key usage', { chain: [leaf({ usage: 'encipherment' })] }, 'CERTIFICATE_USAGE'),
    plan('a TLS client for signing', { chain: [leaf({ purpose: 'tls-client' })] }, 'CERTIFICATE_USAGE'),
    plan('a signer for TLS', { chain: [leaf()], use: 'tls-client' }, 'CERTIFICATE_USAGE'),
    plan(
      'a TLS server for TLS clients',
      { chain: [leaf({ purpose: 'tls-server' })], use: 'tls-client' },
      'CERTIFICATE_USAGE',
    ),
    plan(
      'another key usage, and no agency',
      { chain: [leaf({ usage: 'encipherment', uris: [] })] },
      'CERTIFICATE_USAGE',
    ),
    plan('no agency', { chain: [leaf({ uris: [] })] }, 'CERTIFICATE_INVALID'),
    plan(
      'two agencies',
      { chain: [leaf({ uris: ['liaison://xa.customs', 'liaison://xb.police'] })] },
      'CERTIFICATE_INVALID',
    ),
    plan('an agency with a path', { chain: [leaf({ uris: ['liaison://xa.customs/desk'] })] }, 'CERTIFICATE_INVALID'),
    plan('another agency', { chain: [leaf({ uris: ['liaison://xb.police'] })] }, 'AGENCY_MISMATCH'),
    plan(
      'another agency, and revoked',
      { chain: [leaf({ uris: ['liaison://xb.police'] })], lists: [list({ serials: [70] })] },
      'AGENCY_MISMATCH',
    ),
  ];
}

function revocations(): object[] {
  const chain = [leaf()];
  const below = [leaf({ issuer: BETWEEN }), between()];
  const newer = { thisUpdateMs: NOW_MS - 1000 };
  const ofOther = { issuer: { name: ROOT.name, key: ed25519Key(96) } };
  const ofBetween = list({ issuer: BETWEEN });
  const required = { listsRequired: true };
  const revoked = list({ serials: [70] });
  return [
    plan('a list without it', { chain, lists: [list({ serials: [1, 2] })], ...required }),
    plan('a list that names it', { chain, lists: [revoked] }, 'CERTIFICATE_REVOKED'),
    plan('a newer list without it', { chain, lists: [revoked, list(newer)] }),
    plan(
      'a newer list that names it',
      { chain, lists: [list(), list({ ...newer, serials: [70] })] },
      'CERTIFICATE_REVOKED',
    ),
    plan('no list, and none required', { chain }),
    plan('no list, and one required', { chain, ...required }, 'REVOCATION_LIST_INVALID'),
    plan(
      'a list past its nextUpdate',
      { chain, lists: [list({ nextUpdateMs: NOW_MS - 1000 })] },
      'REVOCATION_LIST_INVALID',
    ),
    plan('a list of the future', { chain, lists: [list({ thisUpdateMs: NOW_MS + 1000 })] }, 'REVOCATION_LIST_INVALID'),
    plan(
      'a list past its nextUpdate that names it',
      { chain, lists: [list({ nextUpdateMs: NOW_MS - 1000, serials: [70] })] },
      'REVOCATION_LIST_INVALID',
    ),
    plan('a list signed by another key', { chain, lists: [list(ofOther)] }, 'REVOCATION_LIST_INVALID'),
    plan('the same beside a good one', { chain, lists: [list(ofOther), list()] }),
    plan('lists of both authorities', { chain: below, lists: [list(), ofBetween], ...required }),
    plan(
      'a list of the lower authority missing',
      { chain: below, lists: [list()], ...required },
      'REVOCATION_LIST_INVALID',
    ),
    plan(
      'the lower authority revoked',
      { chain: below, lists: [list({ serials: [71] }), ofBetween] },
      'CERTIFICATE_REVOKED',
    ),
  ];
}

export const certificatesFile = (): object => ({
  about:
    'Certificate chains, DER, leaf first (SPEC.md section 8), to be verified for a use and an agency at a time, with ' +
    'revocation lists. Without a code the chain is good.',
  anchors: [anchor],
  cases: [...chains(), ...revocations()],
});
