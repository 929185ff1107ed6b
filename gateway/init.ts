/** Makes a new gateway: log key, operator key, configuration, and the ledger with entry 0. */
import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject, type X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { createSigner, formatVerifierKey, KEY_TYPE } from '../audit/verifier-key.ts';
import { readBytes, readKeyFile } from '../cli/config-file.ts';
import { entryOf } from '../ledger/decide.ts';
import { FIRST_SHARD, LOG_VERSION } from '../ledger/shards.ts';
import { canonicalJwk, keyThumbprint } from '../protocol/algorithms.ts';
import { parseCertificates } from '../protocol/certificates.ts';
import { encode } from '../protocol/codec.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { type Entry, EntrySchema, Exchange } from '../protocol/generated/schema.ts';
import { LIMITS } from '../protocol/limits.ts';
import { parseRevocationList } from '../protocol/revocation.ts';
import { originSchema } from './config.ts';
import { LedgerEngine } from './ledger/engine.ts';

export interface InitOptions {
  /** New or empty directory. */
  data: string;
  origin: string;
  /** Files with the certificates of the authorities trusted for agencies. */
  anchors: readonly string[];
  certificate: string;
  key: string;
  host: string;
  port: number;
  revocationLists: readonly string[];
  /** Everybody may write to everybody. Otherwise nobody may write to another agency unless an agreement permits it. */
  openExchange: boolean;
  nowMs: number;
}

export interface InitResult {
  config: string;
  operatorKey: string;
  verifierKey: string;
}

/**
 * Writes gateway.yaml, log.key, operator.key (both readable by the owner only), log.pub and ledger.db, in a directory that
 * is closed to others. When it returns, entry 0 is durable. Everything given is checked as `serve` will check it before
 * anything is written.
 * @throws LiaisonError CONFIG_INVALID, TRUST_MISSING, FILE_EXISTS, FILE_UNREADABLE, FILE_INVALID, KEY_FILE_EXPOSED,
 *   REVOCATION_LIST_INVALID, and those of the ledger
 */
export function initGateway(options: InitOptions): InitResult {
  const anchors = checkedAnchors(options);
  const data = resolve(options.data);
  const logKey = newKey();
  const operatorKey = newKey();
  const signer = createSigner(options.origin, KEY_TYPE.ED25519, createPrivateKey(logKey));
  const verifierKey = formatVerifierKey(signer);
  const first = firstEntry(options, verifierKey, createPrivateKey(operatorKey), anchors);

  makeDirectory(data);
  const write = (name: string, text: string): void =>
    writeFileSync(join(data, name), text, { mode: 0o600, flag: 'wx' });
  write('log.key', logKey);
  write('operator.key', operatorKey);
  // For everybody.
  writeFileSync(join(data, 'log.pub'), `${verifierKey}\n`);
  LedgerEngine.create(join(data, 'ledger.db'), signer, first);
  write('gateway.yaml', configText(options, data));
  return { config: join(data, 'gateway.yaml'), operatorKey: join(data, 'operator.key'), verifierKey };
}

/**
 * Reads the certificate chain and the private key that nodes see.
 * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID; CONFIG_INVALID when they do not belong together
 */
export function readTlsFiles(tls: { certificate: string; key: string }): { certificate: Buffer; key: Buffer } {
  const certificate = readBytes(tls.certificate);
  const key = readKeyFile(tls.key);
  // As text: TLS takes no DER.
  const [leaf] = named(tls.certificate, () => parseCertificates(certificate.toString('utf8')));
  if (leaf?.checkPrivateKey(privateKeyOf(tls.key, key)) !== true) {
    throw new LiaisonError('CONFIG_INVALID', 'tls: the first certificate is not that of the key.');
  }
  return { certificate, key };
}

function privateKeyOf(file: string, pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `${file}: expected a private key in PEM form.`, { cause });
  }
}

/** Everything that is given, except the directory. */
function checkedAnchors(options: InitOptions): X509Certificate[] {
  const origin = originSchema.safeParse(options.origin);
  if (!origin.success) {
    throw new LiaisonError(
      'CONFIG_INVALID',
      `origin: ${origin.error.issues.map(({ message }) => message).join('; ')}.`,
    );
  }
  readTlsFiles(options);
  for (const file of options.revocationLists) named(file, () => parseRevocationList(readBytes(file)));
  const anchors = options.anchors.flatMap((file) => named(file, () => parseCertificates(readBytes(file))));
  if (anchors.length === 0) throw new LiaisonError('TRUST_MISSING', 'Name at least one anchor certificate.');
  return anchors;
}

function firstEntry(
  { origin, nowMs, openExchange }: InitOptions,
  verifierKey: string,
  operatorKey: KeyObject,
  anchors: readonly X509Certificate[],
): Entry {
  const first = entryOf(
    { nowMs, random: (bytes) => new Uint8Array(randomBytes(bytes)) },
    {
      kind: 'shardOpen',
      value: {
        origin,
        verifierKey,
        operators: [{ keyId: keyThumbprint(operatorKey), jwk: canonicalJwk(operatorKey) }],
        anchors: anchors.map(({ raw }) => new Uint8Array(raw)),
        ...FIRST_SHARD,
        logVersion: LOG_VERSION,
        exchange: openExchange ? Exchange.UNSPECIFIED : Exchange.BY_AGREEMENT,
      },
    },
  );
  requireRoom(first);
  return first;
}

/** One entry of the log has to hold the anchors. */
function requireRoom(first: Entry): void {
  let why = `more than ${LIMITS.entryBytesMax} bytes`;
  try {
    if (encode(EntrySchema, first).length <= LIMITS.entryBytesMax) return;
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    why = error.detail;
  }
  throw new LiaisonError('FILE_INVALID', `The anchors do not fit into entry 0: ${why}`);
}

/** @throws LiaisonError FILE_EXISTS, FILE_UNREADABLE */
function makeDirectory(data: string): void {
  try {
    const found = statSync(data, { throwIfNoEntry: false });
    if (found && !found.isDirectory()) throw new LiaisonError('FILE_EXISTS', `${data} is not a directory.`);
    if (found && readdirSync(data).length > 0) throw new LiaisonError('FILE_EXISTS', `${data} is not empty.`);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    chmodSync(data, 0o700);
  } catch (error) {
    if (error instanceof LiaisonError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const detail = `${data}: expected a directory, new or empty, of the user who runs this (${why}).`;
    throw new LiaisonError('FILE_UNREADABLE', detail, { cause: error });
  }
}

/** Says which file an error is about. */
function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LiaisonError) || error.code === 'FILE_UNREADABLE') throw error;
    throw new LiaisonError(error.code, `${file}: ${error.detail}`, { cause: error });
  }
}

const newKey = (): string =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

function configText(options: InitOptions, data: string): string {
  const from = (file: string): string => relative(data, resolve(file));
  return stringify({
    origin: options.origin,
    data: '.',
    listen: { host: options.host, port: options.port },
    tls: { certificate: from(options.certificate), key: from(options.key) },
    logKey: 'log.key',
    shards: { yearly: true },
    revocationLists: options.revocationLists.map(from),
    requireRevocationLists: options.revocationLists.length > 0,
  });
}
