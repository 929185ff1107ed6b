/** What a node reads from files when it starts: its keys and certificates, and whom it trusts. */
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseVerifierKey, type Verifier } from '../audit/verifier-key.ts';
import { readBytes, readKeyFile, readText, unreadable } from '../cli/config-file.ts';
import { algorithmOfKey, keyThumbprint } from '../protocol/algorithms.ts';
import { agencyOfCertificate, parseCertificates } from '../protocol/certificates.ts';
import { encryptionKeyOf } from '../protocol/envelope/encryption-keys.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes, type AgencyId, type KeyId, keyIdOf } from '../protocol/ids.ts';
import { parseRevocationList, type RevocationList } from '../protocol/revocation.ts';
import type { NodeConfig } from './config.ts';

export interface NodeKeys {
  readonly signingKey: KeyObject;
  /** Thumbprint of the signing key, 32 bytes. */
  readonly signingKeyId: Uint8Array;
  readonly decryptionKeys: ReadonlyMap<KeyId, KeyObject>;
}

/** Whom this node trusts, from its own files and never from the gateway. */
export interface Trust {
  readonly anchors: readonly X509Certificate[];
  /** The lists as they lie in the directory at this moment; `undefined` when none are configured. */
  readonly lists: () => readonly RevocationList[] | undefined;
  readonly logVerifier: Verifier;
}

/**
 * Reads a private key that only its owner can read.
 * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID
 */
export function readPrivateKey(path: string): KeyObject {
  const pem = readKeyFile(path);
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `${path}: expected a private key as PKCS#8 PEM.`, { cause });
  }
}

/**
 * Certificates of a PEM file, leaf first.
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID
 */
export function readCertificates(path: string): X509Certificate[] {
  const pem = readText(path);
  try {
    return parseCertificates(pem);
  } catch (error) {
    throw withFile(error, path);
  }
}

/**
 * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID; CONFIG_INVALID when key and certificate do not
 *   belong together; AGENCY_MISMATCH or CERTIFICATE_INVALID when a certificate does not name this agency;
 *   ALGORITHM_REFUSED
 */
export function loadKeys(config: NodeConfig): NodeKeys {
  checkCredential('tls', config.tls, config.agencyId);
  const signingKey = checkCredential('signing', config.signing, config.agencyId);
  algorithmOfKey(signingKey);
  return {
    signingKey,
    signingKeyId: keyThumbprint(signingKey),
    decryptionKeys: loadDecryptionKeys(config.encryptionKeys),
  };
}

/**
 * The private key of a pair of files that belong together and to this agency.
 * @throws LiaisonError as {@link loadKeys}
 */
export function checkCredential(
  name: string,
  files: { certificate: string; key: string },
  agency: AgencyId,
): KeyObject {
  const key = readPrivateKey(files.key);
  const [leaf] = readCertificates(files.certificate);
  if (!leaf || !equalBytes(keyThumbprint(leaf.publicKey), keyThumbprint(key))) {
    throw new LiaisonError('CONFIG_INVALID', `${name}: the first certificate is not that of the key.`);
  }
  const named = agencyOfCertificate(leaf);
  if (named !== agency)
    throw new LiaisonError('AGENCY_MISMATCH', `${files.certificate} names ${named}, not ${agency}.`);
  return key;
}

function loadDecryptionKeys(dir: string): ReadonlyMap<KeyId, KeyObject> {
  const keys = filesOf(dir, /\.key$/).map((file) => {
    const key = readPrivateKey(file);
    return [keyIdOf(encryptionKeyOf(key).keyId), key] as const;
  });
  if (keys.length === 0) throw new LiaisonError('CONFIG_INVALID', `encryptionKeys: ${dir} holds no file *.key.`);
  return new Map(keys);
}

/** Certificates and lists may lie in one directory. */
const CERTIFICATE_FILE = /(?<!\.crl)\.(pem|crt|cer)$/;
const LIST_FILE = /\.crl(\.pem|\.der)?$/;

/**
 * The certificates of a file, or in a directory's files *.pem, *.crt and *.cer, without *.crl.pem.
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID
 */
export const readAnchors = (path: string): X509Certificate[] =>
  filesOf(path, CERTIFICATE_FILE).flatMap(readCertificates);

/** @throws LiaisonError TRUST_MISSING when there is no anchor; FILE_UNREADABLE, FILE_INVALID, CONFIG_INVALID */
export function loadTrust(config: NodeConfig): Trust {
  const anchors = readAnchors(config.anchors);
  if (anchors.length === 0)
    throw new LiaisonError('TRUST_MISSING', `anchors in node.yaml: ${config.anchors} holds no certificate.`);
  const { revocationLists } = config;
  return {
    anchors,
    lists: revocationLists === undefined ? () => undefined : listReader(revocationLists),
    logVerifier: parseVerifierKey(config.logKey),
  };
}

/**
 * The lists of a file or a directory. They are replaced while the node runs, so it is looked at again, but a file is
 * parsed once.
 */
export function listReader(path: string): () => readonly RevocationList[] {
  const parsed = new Map<string, { modifiedMs: number; list: RevocationList }>();
  return () =>
    filesOf(path, LIST_FILE).map((file) => {
      const modifiedMs = statSync(file).mtimeMs;
      const known = parsed.get(file);
      if (known?.modifiedMs === modifiedMs) return known.list;
      const list = parseRevocationList(readBytes(file));
      parsed.set(file, { modifiedMs, list });
      return list;
    });
}

/** A file by itself, whatever its name, or a directory's files with such names. */
function filesOf(path: string, pattern: RegExp): string[] {
  let names: string[];
  try {
    if (statSync(path).isFile()) return [path];
    names = readdirSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return names
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(path, name));
}

function withFile(error: unknown, path: string): unknown {
  if (!(error instanceof LiaisonError)) return error;
  return new LiaisonError(error.code, `${path}: ${error.detail}`, { cause: error });
}
