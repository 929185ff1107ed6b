/**
 * Signed notes (C2SP signed-note): a text that ends in a newline, an empty line, and one line for each signature. Here
 * every note is a checkpoint, so a bad note is CHECKPOINT_INVALID.
 */
import { sign, verify } from 'node:crypto';
import { LiaisonError } from '../protocol/errors.ts';
import { equalBytes, fromBase64, toBase64, utf8 } from '../protocol/ids.ts';
import { cosign, verifyCosignature } from './cosignature.ts';
import { isKeyName, KEY_ID_BYTES, KEY_TYPE, type Signer, type Verifier } from './verifier-key.ts';

/** A signature line. Name and key id are what it claims; nothing is verified. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** What follows the key id. */
  readonly signature: Uint8Array;
}

/** A note as read, nothing verified. */
export interface ParsedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface VerifiedSignature extends NoteSignature {
  readonly verifier: Verifier;
  /** POSIX seconds, in a cosignature. */
  readonly timeSeconds?: number;
}

/** A note on which at least one known key has verified and none has failed. */
export interface OpenedNote {
  readonly text: string;
  /** One for each key, so that counting them counts keys. */
  readonly verified: readonly VerifiedSignature[];
  /** Signatures of keys that are not known here. They mean nothing. */
  readonly unverified: readonly NoteSignature[];
}

/** More than 16, which every reader must accept; few enough that a hostile note costs little. */
export const NOTE_SIGNATURES_MAX = 100;
/** Room for that many post-quantum signatures. */
export const NOTE_BYTES_MAX = 512 * 1024;

const SIGNATURE_LINE = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/u;
const CONTROL_CHARACTER = /[\u0000-\u0009\u000b-\u001f]/u;

/**
 * Takes a note apart without verifying anything; the text must not be relied on.
 * @throws LiaisonError CHECKPOINT_INVALID when the form is wrong
 */
export function parseNote(note: Uint8Array): ParsedNote {
  if (note.length > NOTE_BYTES_MAX) throw invalid(`The note is longer than ${NOTE_BYTES_MAX} bytes.`);
  const whole = decodeUtf8(note);
  if (CONTROL_CHARACTER.test(whole)) throw invalid('The note has a control character.');
  const gap = whole.lastIndexOf('\n\n');
  if (gap < 0 || !whole.endsWith('\n')) throw invalid('The note has no signature lines after an empty line.');
  const lines = whole.slice(gap + 2, -1).split('\n');
  if (lines.length > NOTE_SIGNATURES_MAX) throw invalid(`The note has more than ${NOTE_SIGNATURES_MAX} signatures.`);
  return { text: whole.slice(0, gap + 1), signatures: lines.map(parseSignatureLine) };
}

/** Writes what {@link parseNote} reads, into a buffer of its own. The text must end in a newline. */
export function formatNote({ text, signatures }: ParsedNote): Uint8Array {
  return utf8(`${text}\n${signatures.map(formatSignatureLine).join('')}`).slice();
}

/** Signs a text, which must end in a newline, as a log does. */
export function signNote(text: string, signers: readonly Signer<typeof KEY_TYPE.ED25519>[]): Uint8Array {
  const signatures = signers.map(({ name, keyId, privateKey }) => {
    return { name, keyId, signature: new Uint8Array(sign(null, utf8(text), privateKey)) };
  });
  return formatNote({ text, signatures });
}

/**
 * Adds a witness's cosignature to a note; the rest stays byte for byte.
 * @param timeSeconds POSIX seconds, a whole number from 0 to 2^53 − 1
 * @throws LiaisonError CHECKPOINT_INVALID when the note's form is wrong
 */
export function cosignNote(
  note: Uint8Array,
  signer: Signer<typeof KEY_TYPE.COSIGNATURE>,
  timeSeconds: number,
): Uint8Array {
  const { text } = parseNote(note);
  const signature = cosign(text, signer, timeSeconds);
  const line = utf8(formatSignatureLine({ name: signer.name, keyId: signer.keyId, signature }));
  return new Uint8Array(Buffer.concat([note, line]));
}

/**
 * Verifies a note. Signatures of unknown keys are ignored; one that claims a known key (same name and key id) and fails
 * rejects the note.
 * @throws LiaisonError CHECKPOINT_INVALID when the form is wrong, a known key fails or no known key has signed
 */
export function openNote(note: Uint8Array, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const verified: VerifiedSignature[] = [];
  const unverified: NoteSignature[] = [];
  for (const claim of signatures) {
    const verifier = verifiers.find(({ name, keyId }) => name === claim.name && equalBytes(keyId, claim.keyId));
    if (!verifier) {
      unverified.push(claim);
      continue;
    }
    const signature = verifySignature(text, claim, verifier);
    if (!verified.some((other) => other.verifier === verifier)) verified.push(signature);
  }
  if (verified.length === 0) throw invalid('No known key has signed the note.');
  return { text, verified, unverified };
}

function verifySignature(text: string, claim: NoteSignature, verifier: Verifier): VerifiedSignature {
  if (verifier.type === KEY_TYPE.COSIGNATURE) {
    const timeSeconds = verifyCosignature(text, claim.signature, verifier);
    if (timeSeconds !== undefined) return { ...claim, verifier, timeSeconds };
  } else if (verify(null, utf8(text), verifier.key, claim.signature)) {
    return { ...claim, verifier };
  }
  throw invalid(`The signature of ${verifier.name} does not verify.`);
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || !isKeyName(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES) {
    throw invalid('A signature line of the note is malformed.');
  }
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

const formatSignatureLine = ({ name, keyId, signature }: NoteSignature): string =>
  `\u2014 ${name} ${toBase64(Buffer.concat([keyId, signature]))}\n`;

function decodeUtf8(bytes: Uint8Array): string {
  try {
    // A byte order mark is kept, so that it is seen and not silently dropped from what was signed.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('The note is not UTF-8.');
  }
}

const invalid = (detail: string): LiaisonError => new LiaisonError('CHECKPOINT_INVALID', detail);
