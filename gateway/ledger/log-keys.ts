/** The keys that the shards of the log are signed with: one for each, in files that only the gateway's user may read. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSigner, KEY_TYPE, type Signer } from '../../audit/verifier-key.ts';
import { readKeyFile } from '../../cli/config-file.ts';
import { LiaisonError } from '../../protocol/errors.ts';

export type LogSigner = Signer<typeof KEY_TYPE.ED25519>;

export interface LogKeys {
  /**
   * The key of a shard; shards count from 0.
   * @throws LiaisonError FILE_UNREADABLE, KEY_FILE_EXPOSED, FILE_INVALID
   */
  of(ordinal: number, origin: string): LogSigner;
  /**
   * Makes the key of a shard that is about to begin. When it returns, the key is durable, and `of` finds it.
   * @throws LiaisonError STORAGE_FULL, STORAGE_FAILED, and as `of`
   */
  make(ordinal: number, origin: string): LogSigner;
}

/** For a log that is never closed. */
export const onlyKey = (signer: LogSigner): LogKeys => ({
  of: () => signer,
  make: () => {
    throw new LiaisonError('INTERNAL', 'No key can be made here.');
  },
});

/** The first key where the configuration says; those of later shards beside it: `log-2.key`, `log-3.key` and so on. */
export class LogKeyFiles implements LogKeys {
  private readonly first: string;
  private readonly origin: string;

  /** @param origin of the first shard, as the configuration says */
  constructor(first: string, origin: string) {
    this.first = first;
    this.origin = origin;
  }

  of(ordinal: number, origin: string): LogSigner {
    const file = this.fileOf(ordinal);
    if (!existsSync(file)) {
      throw new LiaisonError('FILE_UNREADABLE', `${file} is missing: the key that the log ${origin} is signed with.`);
    }
    const pem = readKeyFile(file);
    try {
      return createSigner(ordinal === 0 ? this.origin : origin, KEY_TYPE.ED25519, createPrivateKey(pem));
    } catch (cause) {
      throw new LiaisonError('FILE_INVALID', `${file}: expected an Ed25519 private key in PEM form.`, { cause });
    }
  }

  /** A file that an attempt has left that was not committed is used: nothing that the key signed was ever released. */
  make(ordinal: number, origin: string): LogSigner {
    const file = this.fileOf(ordinal);
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ed25519', {
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      });
      writeDurably(file, privateKey);
    }
    return this.of(ordinal, origin);
  }

  private fileOf(ordinal: number): string {
    return ordinal === 0 ? this.first : join(dirname(this.first), `log-${ordinal + 1}.key`);
  }
}

/** Whole under its name, or not there. */
function writeDurably(file: string, text: string): void {
  const partial = `${file}.new`;
  try {
    syncing(partial, 'w', (fd) => writeSync(fd, text));
    renameSync(partial, file);
    syncing(dirname(file), 'r', () => undefined);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new LiaisonError(code === 'ENOSPC' ? 'STORAGE_FULL' : 'STORAGE_FAILED', `${file}: ${code}.`, { cause });
  }
}

function syncing(path: string, flags: string, work: (fd: number) => void): void {
  const fd = openSync(path, flags, 0o600);
  try {
    work(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
