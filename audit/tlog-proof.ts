/**
 * Proofs as text (C2SP tlog-proof): an inclusion path and the checkpoint it leads to. A proof carries everything but the
 * entry and the log's key, so it can be verified offline for ever.
 */
import { LiaisonError } from '../protocol/errors.ts';
import { fromBase64, toBase64, utf8 } from '../protocol/ids.ts';
import { HASH_BYTES } from '../protocol/merkle.ts';
import { parseDecimal } from './checkpoint.ts';
import { NOTE_BYTES_MAX } from './note.ts';

export interface TlogProof {
  /** Position of the entry in the log, from 0, at most 2^53 − 1. */
  readonly index: number;
  /** Inclusion path (RFC 9162 section 2.1.3.1), leaf sibling first. */
  readonly path: readonly Uint8Array[];
  /** The signed note, byte for byte as it was received. */
  readonly checkpoint: Uint8Array;
  /** Whatever somebody put there: nothing authenticates it. */
  readonly extra?: Uint8Array;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** Path of a tree of 2^63 leaves. */
const PATH_HASHES_MAX = 63;
const PROOF_CHARACTERS_MAX = 2 * NOTE_BYTES_MAX;

/** Writes what {@link parseTlogProof} reads. */
export function formatTlogProof({ index, path, checkpoint, extra }: TlogProof): string {
  const lines = [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...path.map(toBase64),
  ];
  return `${lines.join('\n')}\n\n${new TextDecoder('utf-8', { ignoreBOM: true }).decode(checkpoint)}`;
}

/**
 * Takes a proof apart without verifying anything; the checkpoint is not looked into.
 * @throws LiaisonError FILE_INVALID when the form is wrong
 */
export function parseTlogProof(text: string): TlogProof {
  // A lone surrogate has no bytes in UTF-8: the checkpoint could not be given back as it stood.
  if (text.length > PROOF_CHARACTERS_MAX || !text.isWellFormed()) throw invalid('it is too long or not Unicode text');
  const gap = text.indexOf('\n\n');
  if (gap < 0) throw invalid('no empty line comes before the checkpoint');
  const [first, ...lines] = text.slice(0, gap).split('\n');
  if (first !== FIRST_LINE) throw invalid(`the first line is not ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift() as string) : undefined;
  const indexLine = lines.shift();
  const index = indexLine?.startsWith('index ') ? parseDecimal(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw invalid('the index line is missing or not a decimal of at most 2^53 − 1');
  if (lines.length > PATH_HASHES_MAX) throw invalid(`it has more than ${PATH_HASHES_MAX} hashes`);
  const proof = { index, path: lines.map(parseHash), checkpoint: utf8(text.slice(gap + 2)) };
  return extra === undefined ? proof : { ...proof, extra };
}

function parseExtra(line: string): Uint8Array {
  const extra = fromBase64(line.slice('extra '.length));
  if (!extra) throw invalid('the extra line is not base64');
  return extra;
}

function parseHash(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash?.length !== HASH_BYTES) throw invalid('a line of the path is not the base64 of 32 bytes');
  return hash;
}

const invalid = (rule: string): LiaisonError => new LiaisonError('FILE_INVALID', `Not a ${FIRST_LINE} proof: ${rule}.`);
