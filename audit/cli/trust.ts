/** What the auditor brings along: keys, authorities and checkpoints from outside the data. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readBytes, readText } from '../../cli/config-file.ts';
import { parseCertificates } from '../../protocol/certificates.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { parseReceipt } from '../receipt.ts';
import { type OutsideCheckpoint } from '../verify-log.ts';
import { KEY_TYPE, parseVerifierKey, type Verifier } from '../verifier-key.ts';
import { parseWitnessPolicy, type WitnessPolicy } from '../witness-policy.ts';

/**
 * A log's key, as text or in a file such as log.pub.
 * @throws LiaisonError CONFIG_INVALID, FILE_UNREADABLE
 */
export function readLogKey(keyOrFile: string): Verifier {
  const isFile = existsSync(keyOrFile);
  if (!isFile && !keyOrFile.includes('+')) {
    throw new LiaisonError(
      'FILE_UNREADABLE',
      `${keyOrFile} is neither a file nor a verifier key (name+key id+base64).`,
    );
  }
  const verifier = parseVerifierKey((isFile ? readText(keyOrFile) : keyOrFile).trim());
  if (verifier.type === KEY_TYPE.ED25519) return verifier;
  throw new LiaisonError('CONFIG_INVALID', `${verifier.name} is a witness's key, not a log's.`);
}

/**
 * Certificates (DER) of a file, or of all files in a directory that hold certificates and nothing else: authorities
 * keep lists and keys beside them.
 * @throws LiaisonError FILE_UNREADABLE; FILE_INVALID when there is none
 */
export function readAnchors(path: string): Uint8Array[] {
  const read = (file: string): Uint8Array[] => parseCertificates(readBytes(file)).map(({ raw }) => new Uint8Array(raw));
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return read(path);
  const found = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) => {
      try {
        return read(join(path, name));
      } catch (error) {
        if (error instanceof LiaisonError && error.code === 'FILE_INVALID') return [];
        throw error;
      }
    });
  if (found.length > 0) return found;
  throw new LiaisonError('FILE_INVALID', `${path} has no file with certificates.`);
}

/**
 * A signed note, or a receipt, which has one in it.
 * @throws LiaisonError FILE_UNREADABLE, FILE_INVALID
 */
export function readCheckpoint(file: string): OutsideCheckpoint {
  const bytes = readBytes(file);
  const text = bytes.toString('utf8');
  const note = isReceipt(text) ? parseReceipt(text).checkpoint : new Uint8Array(bytes);
  return { name: file, note };
}

/**
 * Which witnesses have to cosign, in the text format of C2SP tlog-policy.
 * @throws LiaisonError FILE_UNREADABLE; CONFIG_INVALID naming the line
 */
export const readWitnessPolicy = (file: string): WitnessPolicy => parseWitnessPolicy(readBytes(file), file);

export const isReceipt = (text: string): boolean => text.startsWith('liaison-receipt@v1\n');
