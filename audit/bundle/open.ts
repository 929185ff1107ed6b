/** Tells apart what an auditor may point at. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { LiaisonError } from '../../protocol/errors.ts';
import { DATABASE_FILE } from '../data-format.ts';
import { LedgerFile } from '../ledger-file.ts';
import type { AuditSource } from '../source.ts';
import type { Verifier } from '../verifier-key.ts';
import { BUNDLE_FILE } from './format.ts';
import { BundleSource } from './source.ts';

/**
 * Opens the data directory of a stopped gateway, the database in it, or a bundle.
 * @param logKey of the first shard: a bundle of another log is refused when its format is checked
 * @throws LiaisonError FILE_UNREADABLE; FILE_INVALID for a directory that is neither; DATA_LOCKED
 */
export function openAuditSource(path: string, logKey?: Verifier): AuditSource {
  const has = (name: string): boolean => statSync(join(path, name), { throwIfNoEntry: false }) !== undefined;
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory() || has(DATABASE_FILE)) return new LedgerFile(path);
  if (has(BUNDLE_FILE)) return new BundleSource(path, logKey);
  throw new LiaisonError(
    'FILE_INVALID',
    `${path} is neither a data directory, which has ${DATABASE_FILE}, nor a bundle, which has ${BUNDLE_FILE}.`,
  );
}
