/** What others may use of the log: formats, tree and proofs. */
export { type Checkpoint, formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from './checkpoint.ts';
export { cosign, verifyCosignature } from './cosignature.ts';
export {
  cosignNote,
  formatNote,
  type NoteSignature,
  openNote,
  type OpenedNote,
  type ParsedNote,
  parseNote,
  signNote,
  type VerifiedSignature,
} from './note.ts';
export { ProofTable, resolvePath } from './proof-table.ts';
export {
  type EntrySubject,
  type ExpectedSubject,
  formatReceipt,
  parseReceipt,
  type Receipt,
  subjectOf,
  type VerifiedReceipt,
  verifyReceipt,
} from './receipt.ts';
export {
  decodeEntryBundle,
  encodeEntryBundle,
  fullTiles,
  parseTilePath,
  partialWidth,
  TILE_BYTES,
  TILE_WIDTH,
  type TileAddress,
  tilePath,
  tilesOf,
} from './tiles.ts';
export { formatTlogProof, parseTlogProof, type TlogProof } from './tlog-proof.ts';
export { type Tile, type TileReader, TileTree } from './tree.ts';
export {
  createSigner,
  createVerifier,
  formatVerifierKey,
  isKeyName,
  KEY_TYPE,
  type KeyType,
  parseVerifierKey,
  type Signer,
  type Verifier,
} from './verifier-key.ts';
export {
  type Cosigned,
  type CosignatureReport,
  examineCosignatures,
  namesLog,
  parseWitnessPolicy,
  type PolicyWitness,
  satisfies,
  type WitnessPolicy,
} from './witness-policy.ts';
