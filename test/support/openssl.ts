/**
 * Certificates made by the `openssl` command line, an implementation that shares no code with this project. Everything is
 * synchronous; files go to a directory of the caller's. Tests skip themselves when {@link hasOpenssl} is false.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const KEY_OPTIONS = {
  rsa2048: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsa3072: ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072'],
  rsaExponent3: ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072', '-pkeyopt', 'rsa_keygen_pubexp:3'],
  'rsa-pss': ['RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:3072'],
  p256: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  secp256k1: ['EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
  ed25519: ['ED25519'],
} as const;

export type OpensslKeyType = keyof typeof KEY_OPTIONS;

export interface OpensslCertificate {
  /** PEM with this certificate only. */
  readonly certificatePath: string;
  /** PEM with this certificate and the intermediate authorities above it, without the root. */
  readonly chainPath: string;
  /** PKCS#8 PEM. */
  readonly keyPath: string;
  /** Upper-case hexadecimal. */
  readonly serial: string;
}

export interface OpensslAuthority extends OpensslCertificate {
  readonly dir: string;
  readonly name: string;
  readonly type: OpensslKeyType;
  readonly isRoot: boolean;
}

/** Lines of an OpenSSL extension section by name; `undefined` leaves the extension out. */
type Extensions = Readonly<Record<string, string | undefined>>;

interface CommonOptions {
  readonly type?: OpensslKeyType;
  /** PEM of a key to certify; without it a new one of `type` is made. */
  readonly keyPath?: string;
  readonly days?: number;
  /** Replaces or adds extensions. */
  readonly extensions?: Extensions;
  /** Further sections of the extension file. */
  readonly sections?: string;
  /** Hash of the signature, `sha256` unless told; Ed25519 has none. */
  readonly digest?: string;
  /** `-sigopt` values, for RSASSA-PSS. */
  readonly signatureOptions?: readonly string[];
}

export interface AuthorityOptions extends CommonOptions {
  readonly name?: string;
  /** The authority above; without one a root is made. */
  readonly parent?: OpensslAuthority;
  readonly pathLength?: number;
}

export interface IssueOptions extends CommonOptions {
  readonly kind: 'tls-client' | 'tls-server' | 'signing';
  readonly agency?: string;
  /** Names of the form URI in place of the agency's. */
  readonly uris?: readonly string[];
  readonly hosts?: readonly string[];
  /** Subject as `/O=…/CN=…`. */
  readonly subject?: string;
}

const openssl = (...args: readonly string[]): void => {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const extensionSection = (extensions: Extensions): string =>
  Object.entries(extensions).reduce(
    (text, [name, value]) => (value === undefined ? text : `${text}${name}=${value}\n`),
    '[ext]\n',
  );

const hexSerial = (): string => `5${randomBytes(8).toString('hex').slice(1)}`.toUpperCase();

/** Makes a root, or an intermediate authority under `parent`. Two roots of one name are an impostor and its model. */
export function makeAuthority(dir: string, options: AuthorityOptions = {}): OpensslAuthority {
  const { type = 'p256', parent, pathLength, name = parent ? 'Test intermediate' : 'Test root' } = options;
  const defaults = {
    basicConstraints: `critical,CA:TRUE${pathLength === undefined ? '' : `,pathlen:${pathLength}`}`,
    keyUsage: 'critical,keyCertSign,cRLSign',
    subjectKeyIdentifier: 'hash',
  };
  const made = makeCertificate(dir, `/O=Liaison tests/CN=${name}`, { ...options, type }, defaults, parent);
  return { ...made, dir, name, type, isRoot: parent === undefined };
}

/** Issues a leaf for one use. */
export function issue(authority: OpensslAuthority, options: IssueOptions): OpensslCertificate {
  const { kind, agency, hosts = [], type = 'p256' } = options;
  const { uris = agency === undefined ? [] : [`liaison://${agency}`] } = options;
  const names = [
    ...uris.map((uri) => `URI:${uri}`),
    ...hosts.map((host) => `${/^[\d.]+$|:/.test(host) ? 'IP' : 'DNS'}:${host}`),
  ];
  const defaults = {
    basicConstraints: 'critical,CA:FALSE',
    keyUsage: 'critical,digitalSignature',
    extendedKeyUsage: { 'tls-client': 'clientAuth', 'tls-server': 'serverAuth', signing: undefined }[kind],
    subjectAltName: names.length > 0 ? names.join(',') : undefined,
  };
  const { subject = `/O=Liaison tests/CN=${agency ?? hosts[0] ?? 'nobody'} ${kind}` } = options;
  return makeCertificate(authority.dir, subject, { ...options, type }, defaults, authority);
}

function makeCertificate(
  dir: string,
  subject: string,
  options: CommonOptions & { readonly type: OpensslKeyType },
  defaults: Extensions,
  issuer: OpensslAuthority | undefined,
): OpensslCertificate {
  const { type, days = 30, extensions, sections = '', digest = 'sha256', signatureOptions = [] } = options;
  const serial = hexSerial();
  const path = (suffix: string): string => join(dir, `${serial}.${suffix}`);
  writeFileSync(path('ext'), `${extensionSection({ ...defaults, ...extensions })}${sections}\n`);
  if (options.keyPath === undefined) openssl('genpkey', '-algorithm', ...KEY_OPTIONS[type], '-out', path('key'));
  else copyFileSync(options.keyPath, path('key'));
  openssl('req', '-new', '-key', path('key'), '-subj', subject, '-out', path('csr'));
  const signer = issuer ? ['-CA', issuer.certificatePath, '-CAkey', issuer.keyPath] : ['-signkey', path('key')];
  const hash = (issuer?.type ?? type) === 'ed25519' ? [] : [`-${digest}`];
  const signature = [...hash, ...signatureOptions.flatMap((option) => ['-sigopt', option])];
  const fields = ['-set_serial', `0x${serial}`, '-days', String(days), '-extfile', path('ext'), '-extensions', 'ext'];
  openssl('x509', '-req', '-in', path('csr'), ...signer, ...signature, ...fields, '-out', path('pem'));
  const above = issuer && !issuer.isRoot ? readFileSync(issuer.chainPath, 'utf8') : '';
  writeFileSync(path('chain.pem'), readFileSync(path('pem'), 'utf8') + above);
  return { certificatePath: path('pem'), chainPath: path('chain.pem'), keyPath: path('key'), serial };
}

export interface RevocationOptions {
  /** Serial numbers in hexadecimal. */
  readonly serials?: readonly string[];
  readonly thisUpdateMs?: number;
  readonly nextUpdateMs?: number;
  /** Extensions of the list. */
  readonly extensions?: Extensions;
}

const utcTime = (timeMs: number): string =>
  new Date(timeMs)
    .toISOString()
    .replaceAll(/[-:T]|\.\d+/g, '')
    .slice(2);

/** Makes a revocation list and returns the path of its PEM. Current for a week unless told otherwise. */
export function makeRevocationList(authority: OpensslAuthority, options: RevocationOptions = {}): string {
  const { serials = [], thisUpdateMs = Date.now() - 60_000, nextUpdateMs = Date.now() + 7 * 86_400_000 } = options;
  const id = randomBytes(4).toString('hex');
  const path = (suffix: string): string => join(authority.dir, `list-${id}.${suffix}`);
  const rows = serials.map(
    (serial) => `R\t400101000000Z\t${utcTime(thisUpdateMs)},superseded\t${serial}\tunknown\t/CN=revoked\n`,
  );
  writeFileSync(path('index'), rows.join(''));
  writeFileSync(path('number'), '01\n');
  const section = `[ca]\ndatabase=${path('index')}\ncrlnumber=${path('number')}\ndefault_md=default\n`;
  writeFileSync(path('conf'), section + extensionSection({ authorityKeyIdentifier: 'keyid', ...options.extensions }));
  const signer = ['-cert', authority.certificatePath, '-keyfile', authority.keyPath];
  const times = ['-crl_lastupdate', utcTime(thisUpdateMs), '-crl_nextupdate', utcTime(nextUpdateMs)];
  const config = ['-config', path('conf'), '-name', 'ca', '-crlexts', 'ext'];
  openssl('ca', '-gencrl', ...config, ...signer, ...times, '-out', path('pem'));
  return path('pem');
}
