/** The key that signs the node's own log. It is made when the log is, and says nothing to anybody but this agency. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createSigner, KEY_TYPE, type Signer } from '../../audit/verifier-key.ts';
import { readKeyFile } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import type { AgencyId } from '../../protocol/ids.ts';

export type JournalSigner = Signer<typeof KEY_TYPE.ED25519>;

const FILE = 'journal.key';

/** The log's name: other nodes of the agency have the same, with other keys. */
const originOf = (agency: AgencyId): string => `${agency}/journal`;

/**
 * Reads the key in a node's data directory.
 * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID
 */
export function readJournalKey(dataDir: string, agency: AgencyId): JournalSigner {
  const path = join(dataDir, FILE);
  const pem = readKeyFile(path);
  try {
    return createSigner(originOf(agency), KEY_TYPE.ED25519, createPrivateKey(pem));
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `${path}: expected an Ed25519 private key as PKCS#8 PEM.`, { cause });
  }
}

/**
 * Reads the key, or makes it durable beside a log that is still empty.
 * @throws LiaisonError as {@link readJournalKey}; DATA_DAMAGED when the key of a log with entries is gone
 */
export function openJournalKey(dataDir: string, agency: AgencyId, isEmpty: boolean): JournalSigner {
  const path = join(dataDir, FILE);
  if (!existsSync(path)) {
    if (!isEmpty) throw new LiaisonError('DATA_DAMAGED', `${path}, which signed this node's log, is missing.`);
    makeKey(path, dataDir);
  }
  return readJournalKey(dataDir, agency);
}

function makeKey(path: string, dataDir: string): void {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  // Half a key under its name would keep the node from ever starting.
  const temporary = `${path}.tmp`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, pem);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const directory = openSync(dataDir, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
