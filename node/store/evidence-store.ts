/** Evidence about messages, and the checkpoints that prove it. Writing must run within `NodeDatabase.write`. */
import { equalBytes } from '../../protocol/ids.ts';
import { HASH_BYTES } from '../../protocol/merkle.ts';
import type { NodeDatabase } from './database.ts';

/** The kinds of entry that are evidence about a message. */
export type StoredEvent =
  | 'SubmissionAcceptance'
  | 'SubmissionRejection'
  | 'ContentHandover'
  | 'ContentHandoverFailure'
  | 'ContentAccessTracking'
  | 'ConsignmentAcceptance'
  | 'ConsignmentRejection'
  | 'AcceptanceRejectionExpiry'
  | 'DeadlineEvent'
  /** The acceptance of somebody else's message that is derived from an own one. */
  | 'Disclosure';

export interface EvidenceRow {
  /** Of the entry, counted over all shards. */
  readonly number: number;
  readonly messageId: Uint8Array;
  readonly event: StoredEvent;
  /** Whom it is about, when it is about one recipient. */
  readonly recipient: string | undefined;
  readonly atMs: number;
  /** Error number, 0 for none. */
  readonly code: number;
  readonly late: boolean;
  readonly entry: Uint8Array;
  /** Inclusion path in the tree of `checkpoint`. */
  readonly path: readonly Uint8Array[];
  /** Number one behind the last entry that its checkpoint covers. */
  readonly checkpointEnd: number;
}

export interface CheckpointRow {
  readonly root: Uint8Array;
  readonly note: Uint8Array;
}

export class EvidenceStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** Whether exactly this entry is stored. */
  has(number: number, entry: Uint8Array): boolean {
    const row = this.statements.entry.get(number);
    return row !== undefined && equalBytes(row['entry'] as Uint8Array, entry);
  }

  /**
   * @param roots of a disclosure: the own messages that it gives the content of
   * @returns whether it is new
   */
  add(row: EvidenceRow, checkpoint: CheckpointRow, roots: readonly Uint8Array[] = []): boolean {
    const path = Buffer.concat(row.path);
    const { changes } = this.statements.add.run(
      row.number,
      row.messageId,
      row.event,
      row.recipient ?? null,
      row.atMs,
      row.code,
      row.late ? 1 : 0,
      row.entry,
      path,
      row.checkpointEnd,
    );
    if (changes === 0) return false;
    for (const root of roots) this.statements.addDisclosure.run(row.number, root, row.messageId);
    this.statements.addCheckpoint.run(row.checkpointEnd, checkpoint.root, checkpoint.note);
    return true;
  }

  /** Another path for a stored entry; {@link putCheckpoint} gives what it leads to. */
  setProof(number: number, path: readonly Uint8Array[], checkpointEnd: number): void {
    this.statements.setProof.run(Buffer.concat(path), checkpointEnd, number);
  }

  /** In place of one with the same end, which has the same root. */
  putCheckpoint(end: number, { root, note }: CheckpointRow): void {
    this.statements.putCheckpoint.run(end, root, note);
  }

  /** Own messages whose content a message of somebody else is known to give. */
  rootsOf(messageId: Uint8Array): Uint8Array[] {
    return this.statements.rootsOf.all(messageId).map((row) => row['root'] as Uint8Array);
  }

  /** All evidence about a message, disclosures of it included, in the log's order. */
  about(messageId: Uint8Array): EvidenceRow[] {
    return this.statements.about.all(messageId, messageId).map((row) => ({
      number: row['entry_index'] as number,
      messageId: row['message_id'] as Uint8Array,
      event: row['event'] as StoredEvent,
      recipient: (row['recipient'] ?? undefined) as string | undefined,
      atMs: row['at_ms'] as number,
      code: row['code'] as number,
      late: row['late'] === 1,
      entry: row['entry'] as Uint8Array,
      path: splitHashes(row['path'] as Uint8Array),
      checkpointEnd: row['checkpoint_size'] as number,
    }));
  }

  /** How many recipients have evidence that ends their delivery. */
  countEnded(messageId: Uint8Array): number {
    return this.statements.countEnded.get(messageId)?.['n'] as number;
  }

  /** The checkpoint that ends at this number, when it proves something here. */
  checkpoint(end: number): CheckpointRow | undefined {
    return this.statements.checkpoint.get(end) as unknown as CheckpointRow | undefined;
  }

  trusted(): Uint8Array | undefined {
    return this.statements.trusted.get()?.['note'] as Uint8Array | undefined;
  }

  setTrusted(note: Uint8Array): void {
    this.statements.setTrusted.run(note);
  }
}

function prepare(db: NodeDatabase) {
  return {
    add: db.prepare(
      `INSERT OR IGNORE INTO evidence
         (entry_index, message_id, event, recipient, at_ms, code, late, entry, path, checkpoint_size)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addCheckpoint: db.prepare('INSERT OR IGNORE INTO checkpoints (size, root, note) VALUES (?, ?, ?)'),
    putCheckpoint: db.prepare('INSERT OR REPLACE INTO checkpoints (size, root, note) VALUES (?, ?, ?)'),
    setProof: db.prepare('UPDATE evidence SET path = ?, checkpoint_size = ? WHERE entry_index = ?'),
    entry: db.prepare('SELECT entry FROM evidence WHERE entry_index = ?'),
    addDisclosure: db.prepare('INSERT OR IGNORE INTO disclosures (entry_index, root, message_id) VALUES (?, ?, ?)'),
    rootsOf: db.prepare('SELECT DISTINCT root FROM disclosures WHERE message_id = ?'),
    about: db.prepare(
      `SELECT * FROM evidence
       WHERE message_id = ? OR entry_index IN (SELECT entry_index FROM disclosures WHERE root = ?)
       ORDER BY entry_index`,
    ),
    countEnded: db.prepare(
      `SELECT count(DISTINCT recipient) AS n FROM evidence
       WHERE message_id = ? AND event IN ('ContentHandover', 'ContentHandoverFailure') AND late = 0`,
    ),
    checkpoint: db.prepare('SELECT root, note FROM checkpoints WHERE size = ?'),
    trusted: db.prepare('SELECT note FROM trusted_checkpoint'),
    setTrusted: db.prepare('INSERT OR REPLACE INTO trusted_checkpoint (one, note) VALUES (1, ?)'),
  };
}

function splitHashes(path: Uint8Array): Uint8Array[] {
  return Array.from({ length: path.length / HASH_BYTES }, (_, i) =>
    path.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}
