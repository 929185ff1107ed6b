/**
 * Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log in a note signed by the log's key. Checkpoints of
 * this protocol have no extension lines.
 */
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes, fromBase64, toBase64 } from '../protocol/ids.ts';
import { EMPTY_ROOT, HASH_BYTES } from '../protocol/merkle.ts';
import { openNote, signNote } from './note.ts';
import { isKeyName, KEY_TYPE, type Signer, type Verifier } from './verifier-key.ts';

export interface Checkpoint {
  /** Name of the log; also the name of its key. */
  readonly origin: string;
  /** Number of entries, at most 2^53 − 1. */
  readonly size: number;
  /** RFC 6962 root of the tree of that size, 32 bytes. */
  readonly root: Uint8Array;
}

const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** A decimal without leading zeros and at most 2^53 − 1, or `undefined`. */
export function parseDecimal(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  // Sixteen digits are below 2^54, where every rounding of a number above 2^53 − 1 stays above it.
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The text that is signed: three lines. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads the three lines; says nothing about who signed them.
 * @throws LiaisonError CHECKPOINT_INVALID when the form is wrong, the size is above 2^53 − 1, or an empty tree has
 *   another root than the empty tree's
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, rest, ...more] = text.split('\n');
  if (origin === undefined || sizeText === undefined || rootText === undefined || rest !== '' || more.length > 0) {
    throw invalid('A checkpoint has exactly three lines.');
  }
  if (!isKeyName(origin)) throw invalid('The origin is empty or has a space, a control character or a plus.');
  const size = parseDecimal(sizeText);
  if (size === undefined) throw invalid('The size is not a decimal without leading zeros and at most 2^53 − 1.');
  const root = fromBase64(rootText);
  if (root?.length !== HASH_BYTES) throw invalid('The root is not the base64 of 32 bytes.');
  if (size === 0 && !equalBytes(root, EMPTY_ROOT)) throw invalid('The root of an empty log is SHA-256 of nothing.');
  return { origin, size, root };
}

/**
 * Signs a checkpoint as its log.
 * @returns the note's bytes
 * @throws LiaisonError CHECKPOINT_INVALID when the origin is not the signer's name or the checkpoint breaks a rule
 */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer<typeof KEY_TYPE.ED25519>): Uint8Array {
  if (checkpoint.origin !== signer.name) throw invalid('The origin is not the name of the key.');
  const text = formatCheckpoint(checkpoint);
  // What is signed is held to the rules of what is read.
  parseCheckpoint(text);
  return signNote(text, [signer]);
}

/**
 * Verifies that the log itself signed the checkpoint. Cosignatures are ignored; `openNote` with the witnesses' keys
 * verifies those.
 * @throws LiaisonError CHECKPOINT_INVALID when the note or checkpoint is malformed, the key is not a log's (type 1), its
 *   signature is missing or wrong, or the origin is not the key's name
 */
export function verifyCheckpoint(note: Uint8Array, logVerifier: Verifier): Checkpoint {
  if (logVerifier.type !== KEY_TYPE.ED25519) throw invalid(`${logVerifier.name} is a witness's key, not a log's.`);
  const checkpoint = parseCheckpoint(openNote(note, [logVerifier]).text);
  if (checkpoint.origin !== logVerifier.name) throw invalid('The checkpoint is of another log than the key.');
  return checkpoint;
}

const invalid = (detail: string): LiaisonError => new LiaisonError('CHECKPOINT_INVALID', detail);
