/** What is sent to a witness: `old <size>`, a consistency proof, and the checkpoint (C2SP tlog-witness, add-checkpoint). */
import { parseDecimal } from '../audit/checkpoint.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { fromBase64 } from '../protocol/ids.ts';
import { HASH_BYTES } from '../protocol/merkle.ts';

export interface AddCheckpoint {
  /** What the sender takes for the size of the checkpoint that the witness signed last. */
  readonly oldSize: number;
  /** From the old size to the checkpoint's (RFC 6962 section 2.1.2). */
  readonly proof: readonly Uint8Array[];
  /** The signed note, not looked into. */
  readonly note: Uint8Array;
}

/** Room for 63 hashes and a note with a hundred signatures. */
export const REQUEST_BYTES_MAX = 64 * 1024;
const PROOF_HASHES_MAX = 63;
const GAP = Buffer.from('\n\n');

/**
 * Takes a request apart.
 * @throws LiaisonError MALFORMED naming the rule
 */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const gap = bytes.indexOf(GAP);
  if (gap < 0) throw malformed('no empty line stands before the checkpoint');
  const [first = '', ...lines] = bytes.subarray(0, gap).toString('latin1').split('\n');
  const oldSize = first.startsWith('old ') ? parseDecimal(first.slice('old '.length)) : undefined;
  if (oldSize === undefined) throw malformed('the first line is not "old" and a decimal without leading zeros');
  if (lines.length > PROOF_HASHES_MAX) throw malformed(`the proof has more than ${PROOF_HASHES_MAX} hashes`);
  return { oldSize, proof: lines.map(parseHash), note: new Uint8Array(bytes.subarray(gap + GAP.length)) };
}

function parseHash(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash?.length !== HASH_BYTES) throw malformed('a line of the proof is not the base64 of 32 bytes');
  return hash;
}

const malformed = (rule: string): LiaisonError => new LiaisonError('MALFORMED', `add-checkpoint: ${rule}.`);
