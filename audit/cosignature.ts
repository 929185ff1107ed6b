/**
 * Timestamped cosignatures, version 1 (C2SP tlog-cosignature): a witness states that, at a time, the checkpoint was the
 * newest it had seen of this log and consistent with all it had seen before. What is signed does not name the witness,
 * so each witness needs a key of its own.
 */
import { sign, verify } from 'node:crypto';
import { utf8 } from '../protocol/ids.ts';
import { type KEY_TYPE, type Signer, type Verifier } from './verifier-key.ts';

type Witness = typeof KEY_TYPE.COSIGNATURE;

const TIME_BYTES = 8;
const ED25519_SIGNATURE_BYTES = 64;

/**
 * Signs the text of a note. Before it signs, a witness must have checked and stored the checkpoint.
 * @param timeSeconds POSIX seconds, a whole number from 0 to 2^53 − 1
 * @returns u64be(time) ‖ Ed25519 signature, 72 bytes
 */
export function cosign(text: string, signer: Signer<Witness>, timeSeconds: number): Uint8Array {
  const blob = new Uint8Array(TIME_BYTES + ED25519_SIGNATURE_BYTES);
  new DataView(blob.buffer).setBigUint64(0, BigInt(timeSeconds));
  blob.set(sign(null, signedBytes(text, timeSeconds), signer.privateKey), TIME_BYTES);
  return blob;
}

/**
 * Checks a cosignature over the text of a note.
 * @returns the time stated in it, in POSIX seconds, or `undefined` when it does not verify
 */
export function verifyCosignature(text: string, blob: Uint8Array, verifier: Verifier): number | undefined {
  if (blob.length !== TIME_BYTES + ED25519_SIGNATURE_BYTES) return undefined;
  const timeSeconds = Number(new DataView(blob.buffer, blob.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(timeSeconds)) return undefined;
  const isValid = verify(null, signedBytes(text, timeSeconds), verifier.key, blob.subarray(TIME_BYTES));
  return isValid ? timeSeconds : undefined;
}

const signedBytes = (text: string, timeSeconds: number): Uint8Array =>
  utf8(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
