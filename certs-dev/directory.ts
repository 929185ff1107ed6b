/**
 * The files of a development authority. `authority.json` is the index: what was issued, what is revoked.
 *
 * ```
 * DIR/README                 DIR/authority.json
 * DIR/ca/root.pem            root.key  root.crl.pem
 * DIR/gateway/tls.pem        tls.key
 * DIR/<agency>/tls.pem       tls.key  signing.pem  signing.key
 * DIR/auditors/<name>/tls.pem  tls.key
 * ```
 */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseCertificates } from '../protocol/certificates.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type AgencyId } from '../protocol/ids.ts';
import {
  BACKDATED_MS,
  createAuthority,
  createRevocationList,
  issueCertificate,
  WARNING,
  type Authority,
  type CertificateRequest,
  type KeyType,
} from './authority.ts';

const INDEX = 'authority.json';
const ROOT = 'ca/root.pem';
const ROOT_KEY = 'ca/root.key';
const LIST = 'ca/root.crl.pem';

const indexSchema = z.strictObject({
  warning: z.literal(WARNING),
  issued: z.array(z.strictObject({ serial: z.string(), file: z.string() })),
  revoked: z.array(z.string()),
});
type Index = z.infer<typeof indexSchema>;

const README = `${WARNING}

These keys and certificates were made by "liaison certs-dev". The authority's key lies here unprotected: whoever reads
this directory can pass for any agency. Use it for development, demonstrations and tests only, and certificates of a real
authority for everything else.
`;

export interface InitOptions {
  readonly dir: string;
  readonly agencies: readonly AgencyId[];
  /** Names and addresses of the gateway. */
  readonly hosts: readonly string[];
  readonly days: number;
  readonly clock: () => number;
  /** Of all keys but the authority's own; RSA-3072 unless told. */
  readonly keyType?: KeyType;
}

/**
 * Makes an authority with a current, empty revocation list, the gateway's certificate and two for each agency. All is
 * made before anything is written.
 * @returns the paths written, relative to `dir`
 * @throws LiaisonError FILE_EXISTS when `dir` exists and is not empty
 */
export async function initDirectory(options: InitOptions): Promise<readonly string[]> {
  const { dir, agencies, hosts, days, clock, keyType } = options;
  refuseNonEmpty(dir);
  const authority = await createAuthority({ days, clock });
  const requests: Requested[] = [['gateway/tls', { kind: 'tls-server', hosts }], ...agencies.flatMap(requestsOf)];
  const { entries, files: issued } = await issueAll(authority, requests, { days, keyType });
  const index: Index = { warning: WARNING, issued: entries, revoked: [] };
  const files: NewFile[] = [
    ['README', README],
    [INDEX, indexText(index)],
    [ROOT, authority.certificatePem],
    [ROOT_KEY, authority.keyPem],
    [LIST, currentList(authority, [])],
    ...issued,
  ];
  return writeNew(dir, files);
}

/** Where the certificates of auditors lie. No agency has this name. */
export const AUDITORS = 'auditors';

/**
 * Adds two certificates for one more agency. They end with the authority at the latest.
 * @returns the paths written, relative to `dir`
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID; FILE_EXISTS when the agency has a directory that is not empty
 */
export function issueForAgency({ agency, ...options }: IssueOptions & { readonly agency: AgencyId }) {
  return issueInto(agency, requestsOf(agency), options);
}

/**
 * Adds a certificate with which an auditor may read the log.
 * @returns the paths written, relative to `dir`
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID; FILE_EXISTS when there is one for this name
 */
export function issueForAuditor({ auditor, ...options }: IssueOptions & { readonly auditor: string }) {
  const path = `${AUDITORS}/${auditor}`;
  return issueInto(path, [[`${path}/tls`, { kind: 'auditor', auditor }]], options);
}

type IssueOptions = Omit<InitOptions, 'agencies' | 'hosts'>;

async function issueInto(path: string, requests: readonly Requested[], options: IssueOptions) {
  const { dir, days, clock, keyType } = options;
  const index = readIndex(dir);
  refuseNonEmpty(join(dir, path));
  const { entries, files } = await issueAll(authorityOf(dir, clock), requests, { days, keyType });
  // The index goes first: what it does not have cannot be revoked.
  replaceFile(join(dir, INDEX), indexText({ ...index, issued: [...index.issued, ...entries] }));
  return writeNew(dir, files);
}

/**
 * Adds one more certificate, with a key of its own, for an agency that may have some: `name` is that of its files, for
 * instance `signing-2`.
 * @returns the paths written, relative to `dir`
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID; FILE_EXISTS when there is a certificate of this name
 */
export async function issueFurther(
  options: IssueOptions & {
    readonly agency: AgencyId;
    readonly kind: 'tls-client' | 'signing';
    readonly name: string;
  },
): Promise<readonly string[]> {
  const { dir, agency, kind, name, days, clock, keyType } = options;
  const path = `${agency}/${name}`;
  const index = readIndex(dir);
  if (index.issued.some(({ file }) => file === `${path}.pem`)) throw new LiaisonError('FILE_EXISTS', `${path}.pem`);
  const { entries, files } = await issueAll(authorityOf(dir, clock), [[path, { kind, agency }]], { days, keyType });
  replaceFile(join(dir, INDEX), indexText({ ...index, issued: [...index.issued, ...entries] }));
  return writeNew(dir, files);
}

type Requested = readonly [path: string, request: CertificateRequest];
type NewFile = readonly [path: string, text: string];

const requestsOf = (agency: AgencyId): Requested[] => [
  [`${agency}/tls`, { kind: 'tls-client', agency }],
  [`${agency}/signing`, { kind: 'signing', agency }],
];

async function issueAll(
  authority: Authority,
  requests: readonly Requested[],
  { days, keyType = 'rsa' }: { days: number; keyType: KeyType | undefined },
) {
  const issued = await Promise.all(
    requests.map(async ([path, request]) => ({
      path,
      ...(await issueCertificate(authority, request, { days, keyType })),
    })),
  );
  const files = issued.flatMap(({ path, certificatePem, keyPem }): NewFile[] => [
    [`${path}.pem`, certificatePem],
    [`${path}.key`, keyPem],
  ]);
  return { files, entries: issued.map(({ path, serial }) => ({ serial, file: `${path}.pem` })) };
}

function writeNew(dir: string, files: readonly NewFile[]): readonly string[] {
  for (const [path, text] of files) {
    mkdirSync(join(dir, dirname(path)), { recursive: true });
    writeFileSync(join(dir, path), text, { flag: 'wx', mode: path.endsWith('.key') ? 0o600 : 0o644 });
  }
  return files.map(([path]) => path);
}

/**
 * Adds the certificate in `file` to the revocation list and signs the list anew; repeating it renews the list.
 * @returns the serial number
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID, CERTIFICATE_UNTRUSTED when another authority issued it
 */
export function revokeCertificate(dir: string, file: string, clock: () => number): string {
  const index = readIndex(dir);
  const authority = authorityOf(dir, clock);
  const [certificate] = parseCertificates(readText(file));
  const serial = certificate?.serialNumber ?? '';
  const isOurs = certificate?.verify(new X509Certificate(authority.certificatePem).publicKey) === true;
  if (!isOurs || !index.issued.some((entry) => entry.serial === serial)) {
    throw new LiaisonError('CERTIFICATE_UNTRUSTED', `${file} was not issued by the authority in ${dir}.`);
  }
  const revoked = [...new Set([...index.revoked, serial])];
  // The index goes first: a list that lacks a serial is mended by repeating the command, an index that lacks it is not.
  replaceFile(join(dir, INDEX), indexText({ ...index, revoked }));
  replaceFile(join(dir, LIST), currentList(authority, revoked));
  return serial;
}

const authorityOf = (dir: string, clock: () => number): Authority => ({
  certificatePem: readText(join(dir, ROOT)),
  keyPem: readText(join(dir, ROOT_KEY)),
  clock,
});

/** A list that is current for as long as the authority: nobody renews it every week in development. */
function currentList(authority: Authority, serials: readonly string[]): string {
  const nextUpdate = new X509Certificate(authority.certificatePem).validToDate;
  return createRevocationList(authority, serials, new Date(authority.clock() - BACKDATED_MS), nextUpdate);
}

const indexText = (index: Index): string => `${JSON.stringify(index, undefined, 2)}\n`;

function refuseNonEmpty(dir: string): void {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new LiaisonError('FILE_EXISTS', `${dir} is not a directory that can be used.`, { cause: error });
  }
  if (names.length > 0) throw new LiaisonError('FILE_EXISTS', `${dir} is not empty.`);
}

function readIndex(dir: string): Index {
  const path = join(dir, INDEX);
  try {
    return indexSchema.parse(JSON.parse(readText(path)));
  } catch (error) {
    if (error instanceof LiaisonError) throw error;
    throw new LiaisonError('FILE_INVALID', `${path} is not the index of a development authority.`, { cause: error });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new LiaisonError('FILE_UNREADABLE', path, { cause: error });
  }
}

/** A reader sees the old file or the new one. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
