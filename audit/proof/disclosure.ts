/**
 * Disclosures (SPEC.md section 7.8): the content of one message, with what proves it. The header that the sender signed holds
 * the digest of the padded plaintext, so whoever has both sees what was sent; no key is needed and none is in the file, except
 * those of attachments, which stand in the body.
 */
import { z } from 'zod';
import { CHAIN_CERTIFICATES_MAX } from '../../protocol/certificates.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { padmeLength, PADDING_PREFIX_BYTES } from '../../protocol/envelope/padding.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type SignedLeaf, SignedLeafSchema } from '../../protocol/generated/schema.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { base64, bytesOf, formatFile, parseFile, textOf } from './json-file.ts';
import type { Chain } from './message-proof.ts';

export const DISCLOSURE_FORMAT = 'liaison-disclosure';
const VERSION = 1;
const CERTIFICATE_BYTES_MAX = 8192;
const RECEIPT_CHARACTERS_MAX = 400_000;
const SIGNED_BYTES_MAX = 64_000;
const PADDED_BYTES_MAX = padmeLength(LIMITS.bodyBytesMax + PADDING_PREFIX_BYTES);

export interface Disclosure {
  /** The header with the sender's signature. */
  readonly signed: SignedLeaf;
  /** What `body_digest` is taken of: 32 random bytes, length, body, zeros. */
  readonly padded: Uint8Array;
  /** Of the sender's signing key. */
  readonly chain: Chain;
  /** Receipt of the acceptance; a recipient has none. */
  readonly acceptance: string | undefined;
}

const fileSchema = z.strictObject({
  format: z.literal(DISCLOSURE_FORMAT),
  version: z.literal(VERSION),
  signed: base64(SIGNED_BYTES_MAX),
  padded: base64(PADDED_BYTES_MAX),
  chain: z.array(base64(CERTIFICATE_BYTES_MAX)).min(1).max(CHAIN_CERTIFICATES_MAX),
  acceptance: z.string().max(RECEIPT_CHARACTERS_MAX).nullable(),
});

/** Writes what {@link parseDisclosure} reads. */
export function formatDisclosure({ signed, padded, chain, acceptance }: Disclosure): string {
  const file: z.output<typeof fileSchema> = {
    format: DISCLOSURE_FORMAT,
    version: VERSION,
    signed: textOf(encode(SignedLeafSchema, signed)),
    padded: textOf(padded),
    chain: chain.map(textOf),
    acceptance: acceptance ?? null,
  };
  return formatFile(file);
}

/**
 * Takes a disclosure apart without verifying anything.
 * @throws LiaisonError FILE_INVALID when the form is wrong; DATA_VERSION for a newer version
 */
export function parseDisclosure(text: string): Disclosure {
  const file = parseFile(text, { format: DISCLOSURE_FORMAT, version: VERSION }, fileSchema);
  return {
    signed: leafOf(bytesOf(file.signed)),
    padded: bytesOf(file.padded),
    chain: file.chain.map(bytesOf),
    acceptance: file.acceptance ?? undefined,
  };
}

function leafOf(bytes: Uint8Array): SignedLeaf {
  try {
    return decode(SignedLeafSchema, bytes, 'signed');
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', 'Not a liaison-disclosure file: signed is no signed header.', { cause });
  }
}
