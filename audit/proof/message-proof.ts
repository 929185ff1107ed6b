/**
 * Proofs about one message (SPEC.md section 7.7): all that the log says about it, as receipts, and the certificates of those
 * who signed in them. Whoever has the log's key and the authorities' certificates checks it offline.
 */
import { z } from 'zod';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { CHAIN_CERTIFICATES_MAX, parseCertificates } from '../../protocol/certificates.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes, type Mailbox, type MessageId, parseMailbox, parseMessageId, toHex } from '../../protocol/ids.ts';
import { base64, bytesOf, formatFile, parseFile, textOf } from './json-file.ts';

export const PROOF_FORMAT = 'liaison-proof';
const VERSION = 1;
const RECEIPT_CHARACTERS_MAX = 400_000;
const CERTIFICATE_BYTES_MAX = 8192;

/** Certificates in DER, leaf first. */
export type Chain = readonly Uint8Array[];

export interface MessageProof {
  readonly messageId: MessageId;
  readonly sender: Mailbox;
  /** Of the entries about the message, in the order of the log. */
  readonly receipts: readonly string[];
  /** Of the ShardClose entries that lead from the first shard to the last of those in `receipts`, oldest first. */
  readonly links: readonly string[];
  /** Of the keys that signed in the entries. */
  readonly chains: readonly Chain[];
}

const chainSchema = z.array(base64(CERTIFICATE_BYTES_MAX)).min(1).max(CHAIN_CERTIFICATES_MAX);
const receiptSchema = z.string().max(RECEIPT_CHARACTERS_MAX);
const fileSchema = z.strictObject({
  format: z.literal(PROOF_FORMAT),
  version: z.literal(VERSION),
  message: z.strictObject({ id: z.string(), sender: z.string() }),
  receipts: z.array(receiptSchema).min(1).max(4096),
  links: z.array(receiptSchema).max(1024),
  chains: z.array(chainSchema).max(1024),
});

/** Thumbprint of the key in a chain's first certificate, hexadecimal. @throws LiaisonError FILE_INVALID */
export function keyOfChain([leaf]: Chain): string {
  const [certificate] = leaf ? parseCertificates(leaf) : [];
  if (!leaf || !certificate || !equalBytes(certificate.raw, leaf)) {
    throw new LiaisonError('FILE_INVALID', 'A chain does not begin with a certificate in DER.');
  }
  try {
    return toHex(keyThumbprint(certificate.publicKey));
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', 'A chain begins with a certificate whose key cannot be used.', { cause });
  }
}

/** Writes what {@link parseMessageProof} reads. Chains are put in the order of their keys, each key once. */
export function formatMessageProof(proof: MessageProof): string {
  const chains = new Map(proof.chains.map((chain) => [keyOfChain(chain), chain.map(textOf)]));
  const file: z.output<typeof fileSchema> = {
    format: PROOF_FORMAT,
    version: VERSION,
    message: { id: proof.messageId, sender: proof.sender },
    receipts: [...proof.receipts],
    links: [...proof.links],
    chains: [...chains].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, chain]) => chain),
  };
  return formatFile(file);
}

/**
 * Takes a proof apart without verifying anything.
 * @throws LiaisonError FILE_INVALID when the form or the order is wrong; DATA_VERSION for a newer version
 */
export function parseMessageProof(text: string): MessageProof {
  const { message, receipts, links, chains } = parseFile(text, { format: PROOF_FORMAT, version: VERSION }, fileSchema);
  const proof: MessageProof = {
    messageId: named('message.id', () => parseMessageId(message.id)),
    sender: named('message.sender', () => parseMailbox(message.sender)),
    receipts,
    links,
    chains: chains.map((chain) => chain.map(bytesOf)),
  };
  if (formatMessageProof(proof) === text) return proof;
  throw new LiaisonError('FILE_INVALID', 'Not a liaison-proof file: its chains are not in the order of their keys.');
}

function named<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new LiaisonError('FILE_INVALID', `Not a liaison-proof file: ${where} is not one.`, { cause });
  }
}
