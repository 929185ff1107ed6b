/** Makes the proof about one message from a log: what the gateway's data or a bundle says about it. */
import { X509Certificate } from 'node:crypto';
import { snapshotChanges } from '../../ledger/shards.ts';
import { keyThumbprint } from '../../protocol/algorithms.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import {
  ActSchema,
  CertificateChainSchema,
  type Enrol,
  type Entry,
  EntrySchema,
  type Snapshot,
} from '../../protocol/generated/schema.ts';
import { equalBytes, type Mailbox, type MessageId, messageIdBytes, parseMailbox, toHex } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts';
import { parseNote } from '../note.ts';
import { formatReceipt, subjectOf } from '../receipt.ts';
import type { AuditSource, ShardSource } from '../source.ts';
import { decodeEntryBundle, partialWidth } from '../tiles.ts';
import { TileTree } from '../tree.ts';
import type { Chain, MessageProof } from './message-proof.ts';
import { signaturesIn } from './signatures.ts';

export interface Wanted {
  readonly messageId: MessageId;
  /** Needed when several senders have used the id. */
  readonly sender?: Mailbox;
}

interface Found {
  readonly sender: string;
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly entry: Entry;
}

/** What a pass over one shard has found. */
interface ScannedShard {
  readonly source: ShardSource;
  readonly found: Found[];
  /** The newest stored checkpoint; entries behind it are signed by nothing. */
  note: Uint8Array;
  checkpoint: Checkpoint | undefined;
  lastKind: string;
}

/**
 * Reads a log from front to back and takes out what is about one message.
 * @throws LiaisonError MESSAGE_NOT_FOUND; USAGE when several senders have used the id and none is named; DATA_DAMAGED when the
 *   log's tree cannot be read; what the source throws
 */
export function collectProof(source: AuditSource, wanted: Wanted): MessageProof {
  source.checkFormat();
  const collector = new Collector(wanted);
  const shards = source.shards().map((shard) => collector.scan(shard));
  source.assertUnchanged();
  const sender = senderOf(shards, wanted);
  const kept = shards.map((shard) => shard.found.filter((found) => found.sender === sender));
  const last = kept.findLastIndex((found) => found.length > 0);
  const receipts = shards.flatMap((shard, i) => receiptsOf(shard, kept[i] ?? []));
  const links = shards.slice(0, last).flatMap((shard) => receiptsOf(shard, [closingOf(shard)]));
  const keys = new Set(kept.flat().flatMap(({ entry }) => signaturesIn(entry).map(({ keyId }) => toHex(keyId))));
  const chains = [...keys].map((key) => collector.chains.get(key)).filter((chain) => chain !== undefined);
  return { messageId: wanted.messageId, sender, receipts, links, chains };
}

class Collector {
  /** Of all signing keys that were registered, by key id. */
  readonly chains = new Map<string, Chain>();
  private readonly messageId: Uint8Array;

  constructor(wanted: Wanted) {
    this.messageId = messageIdBytes(wanted.messageId);
  }

  scan(source: ShardSource): ScannedShard {
    const shard: ScannedShard = { source, found: [], note: new Uint8Array(0), checkpoint: undefined, lastKind: '' };
    for (const { firstIndex, entries, checkpoint } of source.batches()) {
      if (!entries) throw damaged(`The entries from ${firstIndex} on cannot be read.`);
      for (const [i, bytes] of decodeEntryBundle(entries).entries()) this.entry(shard, firstIndex + i, bytes);
      if (checkpoint.length > 0) shard.note = checkpoint;
    }
    shard.checkpoint = parseCheckpoint(parseNote(shard.note).text);
    return shard;
  }

  private entry(shard: ScannedShard, index: number, bytes: Uint8Array): void {
    const entry = decode(EntrySchema, bytes, 'signed');
    shard.lastKind = entry.event.kind;
    const sender = this.senderOf(entry, bytes);
    if (sender === undefined) return;
    shard.found.push({ sender, index, bytes: Uint8Array.from(bytes), entry });
  }

  /** The sender of the message, if the entry is about one with the wanted id. */
  private senderOf(entry: Entry, bytes: Uint8Array): string | undefined {
    const { event } = entry;
    if (event.kind === 'operatorAct') return this.actAbout(event.value.act.leaf);
    if (event.kind === 'snapshot') this.registerRows(event.value);
    // It names other messages too, by numbers that only the log itself explains.
    if (event.kind === 'contentErasure') return undefined;
    // The id stands in all of them as it is: most entries need no closer look.
    if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(this.messageId)) return undefined;
    const subject = subjectOf(entry);
    return subject && equalBytes(subject.messageId, this.messageId) ? subject.sender : undefined;
  }

  private actAbout(leaf: Uint8Array): string | undefined {
    const { act } = decode(ActSchema, leaf, 'signed');
    if (act.kind === 'enrol') this.register(act.value);
    if (act.kind !== 'hold' && act.kind !== 'releaseHold') return undefined;
    return equalBytes(act.value.messageId, this.messageId) ? act.value.sender : undefined;
  }

  /** Of agencies that were enrolled in a shard that is not here. */
  private registerRows(snapshot: Snapshot): void {
    if (snapshot.table !== 'keys') return;
    for (const change of snapshotChanges(snapshot)) {
      if (change.kind !== 'put' || change.table !== 'keys') continue;
      const { keyId, chain } = change.row;
      this.chains.set(toHex(keyId), decode(CertificateChainSchema, chain, 'signed').certificates);
    }
  }

  private register({ signing }: Enrol): void {
    for (const { certificates } of signing) {
      const key = toHex(keyThumbprint(new X509Certificate(certificates[0] ?? new Uint8Array(0)).publicKey));
      this.chains.set(key, certificates);
    }
  }
}

function senderOf(shards: readonly ScannedShard[], { messageId, sender }: Wanted): Mailbox {
  const senders = [...new Set(shards.flatMap(({ found }) => found.map((each) => each.sender)))].sort();
  const [first, second] = senders.filter((each) => sender === undefined || each === sender);
  if (first === undefined) {
    const others = senders.length > 0 ? ` It was sent by ${senders.join(', ')}.` : '';
    throw new LiaisonError('MESSAGE_NOT_FOUND', `The log has no entry about ${messageId}.${others}`);
  }
  if (second === undefined) return parseMailbox(first);
  throw new LiaisonError('USAGE', `Several senders have used this id: ${senders.join(', ')}. Name one with --sender.`);
}

function closingOf({ source, checkpoint, lastKind }: ScannedShard): Found {
  const index = (checkpoint?.size ?? 0) - 1;
  const bytes = source.entryBytes(index);
  if (!bytes || lastKind !== 'shardClose')
    throw damaged(`The shard ${checkpoint?.origin ?? ''} does not end with its close.`);
  return { sender: '', index, bytes, entry: decode(EntrySchema, bytes, 'signed') };
}

/** Receipts under the newest checkpoint that witnesses have cosigned, if it covers all these entries; else under the newest. */
function receiptsOf({ source, note, checkpoint }: ScannedShard, found: readonly Found[]): string[] {
  const signed = found.filter(({ index }) => checkpoint && index < checkpoint.size);
  if (!checkpoint || signed.length === 0) return [];
  const cosigned = cosignedFor(source, checkpoint, signed);
  const tree = cosigned?.tree ?? treeOf(source, checkpoint.size);
  if (!cosigned && !equalBytes(tree.root(), checkpoint.root))
    throw damaged('The tree differs from the newest checkpoint.');
  return signed.map(({ index, bytes }) =>
    formatReceipt({ entry: bytes, index, path: tree.inclusionPath(index), checkpoint: cosigned?.note ?? note }),
  );
}

/** Whether a stored checkpoint with cosignatures is good, the audit says; one that does not fit is left alone here. */
function cosignedFor(
  source: ShardSource,
  newest: Checkpoint,
  found: readonly Found[],
): { note: Uint8Array; tree: TileTree } | undefined {
  const note = source.cosigned();
  if (!note) return undefined;
  try {
    const { origin, size, root } = parseCheckpoint(parseNote(note).text);
    if (origin !== newest.origin || size > newest.size || found.some(({ index }) => index >= size)) return undefined;
    const tree = treeOf(source, size);
    return equalBytes(tree.root(), root) ? { note, tree } : undefined;
  } catch (error) {
    if (error instanceof LiaisonError) return undefined;
    throw error;
  }
}

function treeOf(source: ShardSource, size: number): TileTree {
  const width = partialWidth(size, 0);
  const tail = Array.from({ length: width }, (_, i) => leafHash(entryBytes(source, size - width + i)));
  return TileTree.restore(size, tail, (level, number) => {
    const tile = source.tile(level, number);
    if (tile) return tile;
    throw damaged(`Tile ${level}/${number} is missing.`);
  });
}

function entryBytes(source: ShardSource, index: number): Uint8Array {
  const bytes = source.entryBytes(index);
  if (bytes) return bytes;
  throw damaged(`Entry ${index} is missing.`);
}

const damaged = (what: string): LiaisonError =>
  new LiaisonError('DATA_DAMAGED', `${what} Verify the data: ./liaison audit verify.`);
