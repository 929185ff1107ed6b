/**
 * `node bench/verify/floor.ts DATA`: how long the signature checks and hashes of a log take alone, on all cores. The log is read and
 * taken apart before the clock starts, some ten thousand entries at a time. Counted are what no audit can do without:
 *
 * - one check for each signature (of a batch: once), with the audit's own code (audit/signature-batch.ts);
 * - the leaf hash of each entry and of each header and statement that is signed in it;
 * - a node hash for each node of the log's tree, and for each node of signed batches that their paths lead through.
 */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LedgerFile } from '../../audit/ledger-file.ts';
import { CheckWriter, type NumberedKey } from '../../audit/signature-batch.ts';
import { decodeEntryBundle } from '../../audit/tiles.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { type BatchKind } from '../../protocol/batch.ts';
import { decode } from '../../protocol/codec.ts';
import { ActSchema, type BatchSignature, type Entry, EntrySchema, type Path } from '../../protocol/generated/schema.ts';
import { toHex } from '../../protocol/ids.ts';
import { leafHash, PathRoots } from '../../protocol/merkle.ts';
import type { Piece } from './floor-thread.ts';

const PIECE_ENTRIES = 1024;
const PIECES = 64;

interface Signed {
  readonly kind: BatchKind;
  /** What is hashed; absent when the entry has the digest only. */
  readonly leaf?: Uint8Array;
  readonly digest: Uint8Array;
  readonly signature: BatchSignature;
  readonly path: Path;
}

/** What a message or handover entry has signed in it. */
function signedIn({ event }: Entry): Signed | undefined {
  switch (event.kind) {
    case 'submissionAcceptance': {
      const { header, signature, path } = event.value;
      return { kind: 'message', leaf: header, digest: leafHash(header), signature, path };
    }
    case 'submissionRejection': {
      const { headerDigest: digest, signature, path } = event.value;
      return { kind: 'message', digest, signature, path };
    }
    case 'contentHandover':
    case 'contentHandoverFailure': {
      const { statement } = event.value;
      return statement && { kind: 'handover', ...statement, digest: leafHash(statement.leaf) };
    }
    default:
      return undefined;
  }
}

/** Takes a log apart into pieces. */
class Pieces {
  checks = 0;
  leaves = 0;
  nodes = 0;
  private readonly keys = new Map<string, NumberedKey>();
  private readonly batches = new Map<string, { roots: PathRoots; seen: Set<string> }>();

  piece(entries: readonly Uint8Array[]): Piece {
    const writer = new CheckWriter();
    const checks: Uint8Array[] = [];
    const leaves: Uint8Array[] = [];
    let nodes = entries.length;
    for (const bytes of entries) {
      const entry = decode(EntrySchema, bytes, 'signed');
      leaves.push(bytes);
      this.learn(entry);
      const signed = signedIn(entry);
      if (!signed) continue;
      if (signed.leaf) leaves.push(signed.leaf);
      const { root, hashed } = this.rootOf(signed);
      nodes += hashed;
      const key = this.keys.get(toHex(signed.signature.keyId));
      if (!root || !key) continue;
      this.checks++;
      if (writer.add(key.number, signed.kind, signed.signature, root)) continue;
      checks.push(writer.take());
      writer.add(key.number, signed.kind, signed.signature, root);
    }
    checks.push(writer.take());
    this.leaves += leaves.length;
    this.nodes += nodes;
    return { keys: [...this.keys.values()], checks, leaves: joined(leaves), nodes };
  }

  /** The root, unless its signature has been counted, and how many nodes had to be hashed for it. */
  private rootOf({ digest, signature, path }: Signed): { root: Uint8Array | undefined; hashed: number } {
    if (signature.size === 1) return { root: digest, hashed: 0 };
    const name = toHex(signature.signature);
    const known = this.batches.get(name) ?? { roots: new PathRoots(), seen: new Set<string>() };
    this.batches.set(name, known);
    if (this.batches.size > 64) this.batches.delete(this.batches.keys().next().value as string);
    const before = known.roots.hashed;
    const root = known.roots.root(digest, path.index, signature.size, path.hashes);
    const isNew = root !== undefined && !known.seen.has(toHex(root));
    if (isNew) known.seen.add(toHex(root));
    return { root: isNew ? root : undefined, hashed: known.roots.hashed - before };
  }

  private learn({ event }: Entry): void {
    if (event.kind !== 'operatorAct') return;
    const { act } = decode(ActSchema, event.value.act.leaf, 'signed');
    if (act.kind !== 'enrol') return;
    for (const { certificates } of act.value.signing) this.add(new X509Certificate(certificates[0] ?? '').publicKey);
  }

  private add(key: KeyObject): void {
    const keyId = keyThumbprint(key);
    const name = toHex(keyId);
    if (!this.keys.has(name)) this.keys.set(name, { number: this.keys.size, key, keyId });
  }
}

function joined(leaves: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(leaves.reduce((sum, leaf) => sum + 4 + leaf.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const leaf of leaves) {
    view.setUint32(at, leaf.length);
    bytes.set(leaf, at + 4);
    at += 4 + leaf.length;
  }
  return bytes;
}

/** Has the threads do the pieces, each the next one when it is ready; returns how many checks failed. */
async function work(threads: readonly Worker[], pieces: readonly Piece[]): Promise<number> {
  const left = [...pieces];
  const runs = threads.map(async (thread) => {
    let failed = 0;
    for (let piece = left.shift(); piece; piece = left.shift()) {
      const done = new Promise<number>((resolve) => thread.once('message', resolve));
      thread.postMessage(piece);
      failed += await done;
    }
    return failed;
  });
  return (await Promise.all(runs)).reduce((sum, count) => sum + count, 0);
}

async function main(path: string): Promise<void> {
  const source = new LedgerFile(path);
  source.checkFormat();
  const count = availableParallelism();
  const threads = Array.from({ length: count }, () => new Worker(new URL('./floor-thread.ts', import.meta.url)));
  const parts = new Pieces();
  await work(
    threads,
    threads.map(() => parts.piece([])),
  );
  let entries: Uint8Array[] = [];
  let pieces: Piece[] = [];
  const total = { entries: 0, failed: 0, seconds: 0, cpuSeconds: 0 };
  const run = async (): Promise<void> => {
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    total.failed += await work(threads, pieces);
    total.seconds += (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    total.cpuSeconds += (user + system) / 1e6;
    pieces = [];
  };
  const [shard] = source.shards();
  for (const batch of shard?.batches() ?? []) {
    entries.push(...decodeEntryBundle(batch.entries ?? new Uint8Array(0)));
    if (entries.length < PIECE_ENTRIES) continue;
    total.entries += entries.length;
    pieces.push(parts.piece(entries));
    entries = [];
    if (pieces.length === PIECES) await run();
  }
  total.entries += entries.length;
  pieces.push(parts.piece(entries));
  await run();
  await Promise.all(threads.map((thread) => thread.terminate()));
  source.close();
  const { checks, leaves, nodes } = parts;
  process.stdout.write(`${JSON.stringify({ ...total, threads: count, checks, leaves, nodes })}\n`);
}

await main(process.argv[2] ?? '');
