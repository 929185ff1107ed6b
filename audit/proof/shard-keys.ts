/** The keys that trust in one shard's key leads to: each shard ends with an entry that names the next one's. */
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema } from '../../protocol/generated/schema.ts';
import { verifyInclusion, leafHash } from '../../protocol/merkle.ts';
import { type Checkpoint, parseCheckpoint, verifyCheckpoint } from '../checkpoint.ts';
import type { Findings } from '../findings.ts';
import { parseNote } from '../note.ts';
import { parseReceipt } from '../receipt.ts';
import { KEY_TYPE, parseVerifierKey, type Verifier } from '../verifier-key.ts';

/** A receipt whose path leads to its checkpoint. */
export interface OpenedReceipt {
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly checkpoint: Checkpoint;
  readonly note: Uint8Array;
}

/** What is known of the shards that a file names. */
export class ShardKeys {
  /** Origins in the order of the log, as far as the links say. */
  readonly order: string[] = [];
  private readonly trusted: Verifier | undefined;
  private readonly keys = new Map<string, Verifier>();

  /** @param logVerifier of any shard; keys of later ones follow from links, never those of earlier ones */
  constructor(logVerifier: Verifier | undefined) {
    this.trusted = logVerifier;
    if (logVerifier) this.keys.set(logVerifier.name, logVerifier);
  }

  /** Takes the links in, oldest first. What is wrong with one is a finding, and it leads nowhere. */
  follow(links: readonly string[], findings: Findings): void {
    for (const [i, text] of links.entries()) {
      try {
        this.followOne(text, i + 1);
      } catch (error) {
        if (!(error instanceof LiaisonError)) throw error;
        findings.add('shard-link', error.message);
        return;
      }
    }
  }

  private followOne(text: string, position: number): void {
    const before = this.order.at(-1);
    const { bytes, index, checkpoint } = this.open(text, !this.order.some((origin) => this.keys.has(origin)));
    const { origin, size } = checkpoint;
    const { event } = decode(EntrySchema, bytes, 'signed');
    if (event.kind !== 'shardClose') throw invalid(`link ${position} is an entry of kind ${event.kind}`);
    if (before !== undefined && origin !== before) throw invalid(`link ${position} is of the shard ${origin}`);
    if (index !== size - 1) throw invalid(`link ${position} is not the last entry of its shard`);
    const { nextOrigin, nextVerifierKey } = event.value;
    const next = parseVerifierKey(nextVerifierKey);
    if (next.name !== nextOrigin || next.type !== KEY_TYPE.ED25519)
      throw invalid(`link ${position} names no log's key`);
    if (before === undefined) this.order.push(origin);
    this.order.push(nextOrigin);
    if (this.keys.has(origin) && !this.keys.has(nextOrigin)) this.keys.set(nextOrigin, next);
  }

  /**
   * Opens a receipt with the key of its shard, or without any key if none is trusted.
   * @param mayBeEarlier whether it may be of a shard before the trusted one, whose signature nothing shows
   * @throws LiaisonError FILE_INVALID, CHECKPOINT_INVALID, PROOF_INVALID
   */
  open(text: string, mayBeEarlier = false): OpenedReceipt {
    const { entry: bytes, index, path, checkpoint: note } = parseReceipt(text);
    const checkpoint = this.checkpoint(note, mayBeEarlier);
    if (!verifyInclusion(leafHash(bytes), BigInt(index), BigInt(checkpoint.size), path, checkpoint.root)) {
      throw new LiaisonError('PROOF_INVALID', `Index ${index}, checkpoint of size ${checkpoint.size}.`);
    }
    return { bytes, index, checkpoint, note };
  }

  private checkpoint(note: Uint8Array, mayBeEarlier: boolean): Checkpoint {
    const claimed = parseCheckpoint(parseNote(note).text);
    const key = this.keys.get(claimed.origin);
    if (key) return verifyCheckpoint(note, key);
    if (!this.trusted || mayBeEarlier) return claimed;
    const detail = `It is of ${claimed.origin}; nothing leads there from the key of ${this.trusted.name}.`;
    throw new LiaisonError('CHECKPOINT_INVALID', detail);
  }
}

const invalid = (why: string): LiaisonError => new LiaisonError('FILE_INVALID', `The shards do not follow: ${why}.`);
