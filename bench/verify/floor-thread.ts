/** Entry point of a thread of the floor: signature checks and hashes, and nothing else. */
import { parentPort } from 'node:worker_threads';
import { CheckReader, type NumberedKey } from '../../audit/signature-batch.ts';
import { leafHash, nodeHash } from '../../protocol/merkle.ts';

/** A part of the work. Leaves are joined, each as u32be length and bytes. */
export interface Piece {
  readonly keys: readonly NumberedKey[];
  readonly checks: readonly Uint8Array[];
  readonly leaves: Uint8Array;
  /** How many nodes of trees are to be hashed. */
  readonly nodes: number;
}

const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread.');
const reader = new CheckReader();

port.on('message', ({ keys, checks, leaves, nodes }: Piece) => {
  for (const key of keys) reader.learn(key);
  const failed = checks.reduce((sum, batch) => sum + reader.failed(batch).length, 0);
  const view = new DataView(leaves.buffer, leaves.byteOffset, leaves.byteLength);
  let hash: Uint8Array = new Uint8Array(32);
  for (let at = 0; at < leaves.length;) {
    const end = at + 4 + view.getUint32(at);
    hash = leafHash(leaves.subarray(at + 4, end));
    at = end;
  }
  for (let i = 0; i < nodes; i++) hash = nodeHash(hash, hash);
  port.postMessage(failed);
});
