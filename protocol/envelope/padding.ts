/**
 * The padded plaintext (SPEC.md section 5.3): 32 random bytes ‖ u32be(body length) ‖ body ‖ zeros.
 *
 * The random bytes keep `body_digest` from being guessed by whoever can guess the body. The zeros hide the body's exact
 * length: the total is rounded up by Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
 * Communication with PURBs", PoPETs 2019(4), section 4), which lets a length tell O(log log length) bits and costs at most
 * 12 %, less for longer bodies.
 */
import { LiaisonError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Random bytes and length before the body. */
export const PADDING_PREFIX_BYTES = LIMITS.bodyBlindBytes + 4;

/**
 * Padmé: a length is rounded up until its binary form has as many significant bits after the first as it takes to write
 * the exponent. With E = ⌊log2 length⌋ and S = ⌊log2 E⌋ + 1, the last E − S bits become zero.
 * @param length whole bytes, from 2 to 2^31 − 1
 */
export function padmeLength(length: number): number {
  const exponent = floorLog2(length);
  const unit = 2 ** Math.max(0, exponent - floorLog2(exponent) - 1);
  return Math.ceil(length / unit) * unit;
}

const floorLog2 = (value: number): number => 31 - Math.clz32(value);

/**
 * @param blind 32 random bytes, used for this body alone
 * @throws LiaisonError BODY_INVALID when the encoded body is larger than `bodyBytesMax`
 */
export function padBody(body: Uint8Array, blind: Uint8Array): Uint8Array {
  if (body.length > LIMITS.bodyBytesMax) throw tooLarge(body.length);
  if (blind.length !== LIMITS.bodyBlindBytes) throw new RangeError(`a blind has ${LIMITS.bodyBlindBytes} bytes`);
  const padded = new Uint8Array(padmeLength(PADDING_PREFIX_BYTES + body.length));
  padded.set(blind);
  new DataView(padded.buffer).setUint32(LIMITS.bodyBlindBytes, body.length);
  padded.set(body, PADDING_PREFIX_BYTES);
  return padded;
}

/**
 * The encoded body, as a view of `padded`. Exactly what {@link padBody} writes is accepted.
 * @throws LiaisonError BODY_INVALID
 */
export function unpadBody(padded: Uint8Array): Uint8Array {
  if (padded.length < PADDING_PREFIX_BYTES) throw invalid('shorter than its prefix');
  const length = new DataView(padded.buffer, padded.byteOffset, padded.length).getUint32(LIMITS.bodyBlindBytes);
  if (length > LIMITS.bodyBytesMax) throw tooLarge(length);
  const end = PADDING_PREFIX_BYTES + length;
  if (padded.length !== padmeLength(end)) throw invalid('not padded to the length that its body calls for');
  if (padded.subarray(end).some((byte) => byte !== 0)) throw invalid('padded with other bytes than zeros');
  return padded.subarray(PADDING_PREFIX_BYTES, end);
}

const invalid = (rule: string): LiaisonError => new LiaisonError('BODY_INVALID', `The padded plaintext is ${rule}.`);
const tooLarge = (length: number): LiaisonError =>
  new LiaisonError('BODY_INVALID', `The body has ${length} bytes; at most ${LIMITS.bodyBytesMax} are allowed.`);
