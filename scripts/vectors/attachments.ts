/** attachments-2.json: ciphertexts of attachments (SPEC.md section 5.7). */
import { AttachmentSealer, CHUNK_BYTES, sealedLength } from '../../protocol/envelope/attachments.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { seededRandom } from '../../test/protocol/support.ts';

/** Too long to be written out: byte i of the file is i mod 251. */
export const plainOf = (sizeBytes: number): Uint8Array => Uint8Array.from({ length: sizeBytes }, (_, i) => i % 251);

const SIZES = [0, 1, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7];

export function attachmentVectors(): object {
  const chance = seededRandom('attachments');
  const cases = SIZES.map((sizeBytes) => {
    const key = chance(32);
    const noncePrefix = chance(7);
    const plain = plainOf(sizeBytes);
    const sealer = new AttachmentSealer({ key, noncePrefix });
    const ciphertext = new Uint8Array(Buffer.concat([sealer.update(plain), sealer.final()]));
    return {
      ...{ sizeBytes, key, noncePrefix, plainDigest: sha256(plain) },
      ...{ sealedBytes: sealedLength(sizeBytes), digest: sha256(ciphertext) },
      first: ciphertext.slice(0, 48),
      last: ciphertext.slice(-48),
    };
  });
  return {
    about:
      'Ciphertexts of files of which byte i is i mod 251. `first` and `last` are the first and last 48 bytes of the ' +
      'ciphertext, or all of it. The keys are public and must protect nothing.',
    chunkBytes: CHUNK_BYTES,
    cases,
  };
}
