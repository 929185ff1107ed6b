/** Makes a new gateway: log key, operator key, configuration, and the ledger with entry 0. */
import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { createSigner, formatVerifierKey, KEY_TYPE } from '../audit/verifier-key.ts';
import { readBytes, readKeyFile } from '../cli/config-file.ts';
import { entryOf } from '../ledger/decide.ts';
import { canonicalJwk, keyThumbprint } from '../protocol/algorithms.ts';
import { parseCertificates } from '../protocol/certificates.ts';
import { LiaisonError } from '../protocol/errors.ts';
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
  nowMs: number;
}

export interface InitResult {
  config: string;
  operatorKey: string;
  verifierKey: string;
}

/**
 * Writes gateway.yaml, log.key, operator.key (both readable by the owner only), log.pub and ledger.db. When it returns,
 * entry 0 is durable.
 * @throws LiaisonError FILE_EXISTS, FILE_UNREADABLE, FILE_INVALID, KEY_FILE_EXPOSED, and those of the ledger
 */
export function initGateway(options: InitOptions): InitResult {
  const anchors = options.anchors.flatMap((file) => parseCertificates(readBytes(file)));
  if (anchors.length === 0) throw new LiaisonError('TRUST_MISSING', 'Name at least one anchor certificate.');
  parseCertificates(readBytes(options.certificate));
  readKeyFile(options.key);
  const data = resolve(options.data);
  if (existsSync(data) && readdirSync(data).length > 0) throw new LiaisonError('FILE_EXISTS', `${data} is not empty.`);
  mkdirSync(data, { recursive: true, mode: 0o700 });

  const logKey = newKey(join(data, 'log.key'));
  const operatorKey = newKey(join(data, 'operator.key'));
  const signer = createSigner(options.origin, KEY_TYPE.ED25519, logKey);
  const verifierKey = formatVerifierKey(signer);
  writeFileSync(join(data, 'log.pub'), `${verifierKey}\n`);
  const context = { nowMs: options.nowMs, random: (bytes: number) => new Uint8Array(randomBytes(bytes)) };
  const first = entryOf(context, {
    kind: 'shardOpen',
    value: {
      origin: options.origin,
      verifierKey,
      operators: [{ keyId: keyThumbprint(operatorKey), jwk: canonicalJwk(operatorKey) }],
      anchors: anchors.map((certificate) => new Uint8Array(certificate.raw)),
      previousCheckpoint: new Uint8Array(0),
    },
  });
  LedgerEngine.create(join(data, 'ledger.db'), signer, first);
  const config = join(data, 'gateway.yaml');
  writeFileSync(config, configText(options, data), { mode: 0o600 });
  return { config, operatorKey: join(data, 'operator.key'), verifierKey };
}

function newKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(file, privateKey, { mode: 0o600, flag: 'wx' });
  return createPrivateKey(privateKey);
}

function configText(options: InitOptions, data: string): string {
  const from = (file: string): string => relative(data, resolve(file));
  return stringify({
    origin: options.origin,
    data: '.',
    listen: { host: options.host, port: options.port },
    tls: { certificate: from(options.certificate), key: from(options.key) },
    logKey: 'log.key',
    revocationLists: options.revocationLists.map(from),
    requireRevocationLists: options.revocationLists.length > 0,
  });
}
