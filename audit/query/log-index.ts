/**
 * An index of a log: which entries are about which message, thread, mailbox and agency. It is only a way to find entries. It is
 * bound to the log by origin, key, size and root; it is extended when the log has grown and made again when it does not fit; and
 * answers are made from the entries, which are read from the log again.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { LiaisonError } from '../../protocol/errors.ts';
import { equalBytes, type MessageId, messageIdBytes } from '../../protocol/ids.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { partialWidth, TILE_WIDTH } from '../tiles.ts';
import { TileTree } from '../tree.ts';
import { type IndexPlace, isDamage, named, openIndexFile, removeIndexFile } from './index-file.ts';
import { Indexer, type Relation } from './indexer.ts';
import type { LogReader, NumberedShard } from './log-reader.ts';

/** A message that was accepted, by the number of its acceptance. */
export interface FoundMessage {
  readonly number: number;
  readonly messageId: Uint8Array;
  /** Mailbox. */
  readonly sender: string;
  /** Number of the Purge entry that made the gateway forget it; 0 for none. */
  readonly forgottenBy: number;
}

/** A submission that was refused with an entry. */
export interface FoundRejection {
  readonly number: number;
  readonly sender: string;
  readonly code: number;
}

/** A message that refers to another one's id. */
export interface Reference {
  readonly number: number;
  readonly relation: Relation;
  /** Whether the ledger looked at it: messages of schema version 1 refer to others without effect. */
  readonly isJudged: boolean;
}

export interface IndexOptions {
  readonly place: IndexPlace;
  /** Entries that have been indexed, of those that have to be. */
  readonly onProgress?: (entries: number, of: number) => void;
}

/** Entries between two commits of an index that is being made: whoever is interrupted goes on from there. */
const COMMIT_ENTRIES = 20_000;
const PROGRESS_ENTRIES = 256;

export class LogIndex {
  private readonly file: string;
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  private constructor(file: string, db: DatabaseSync) {
    this.file = file;
    this.db = db;
  }

  /**
   * Opens the index of a log, and makes or extends it first as far as that is needed: one pass over the entries that are not in
   * it, in bounded memory.
   * @throws LiaisonError FILE_INVALID, FILE_UNREADABLE, DATA_LOCKED (another process writes it); DATA_DAMAGED when entries of
   *   the log are missing
   */
  static open(log: LogReader, options: IndexOptions): LogIndex {
    const { place } = options;
    for (let attempt = 0; ; attempt++) {
      const db = openIndexFile(place);
      try {
        if (!fits(db, log)) throw new StaleIndex();
        extend(db, log, options);
        return new LogIndex(place.file, db);
      } catch (error) {
        db.close();
        if (attempt > 0 || !(error instanceof StaleIndex || isDamage(error))) throw named(place.file, error);
        removeIndexFile(place.file);
      }
    }
  }

  /** What is wrong with the file is its own: the next `open` makes it again. */
  discard(): void {
    this.close();
    removeIndexFile(this.file);
  }

  close(): void {
    this.db.close();
  }

  /** Messages with this id, in the order of the log; an id is its sender's own, so several senders can use one. */
  findMessage(id: MessageId | Uint8Array, sender?: string): FoundMessage[] {
    const bytes = typeof id === 'string' ? messageIdBytes(id) : id;
    const all = this.all<FoundMessage>(`${MESSAGES} WHERE messageId = ? ORDER BY number`, bytes);
    return sender === undefined ? all : all.filter((message) => message.sender === sender);
  }

  message(number: number): FoundMessage | undefined {
    return this.all<FoundMessage>(`${MESSAGES} WHERE number = ?`, number)[0];
  }

  /** Numbers of the entries about a message after its acceptance, ascending. */
  entriesAbout(message: number, through: number): number[] {
    const sql = 'SELECT entry FROM about WHERE message = ? AND entry <= ? ORDER BY entry';
    return this.all<{ entry: number }>(sql, message, through).map(({ entry }) => entry);
  }

  /** Refused submissions with this message id. */
  rejections(messageId: Uint8Array, through: number): FoundRejection[] {
    return this.all(
      `SELECT number, name AS sender, code FROM rejections JOIN names ON id = sender
       WHERE messageId = ? AND number <= ? ORDER BY number`,
      messageId,
      through,
    );
  }

  /** Messages that refer to this id, in the order of the log. */
  referencesTo(messageId: Uint8Array, through: number): Reference[] {
    const rows = this.all<{ number: number; relation: Relation; judged: number }>(
      'SELECT message AS number, relation, judged FROM refers WHERE target = ? AND message <= ? ORDER BY message, relation',
      messageId,
      through,
    );
    return rows.map(({ number, relation, judged }) => ({ number, relation, isJudged: judged !== 0 }));
  }

  /** Entries that every fold needs: openings of shards, acts, revocations and changes of groups. */
  general(through: number): number[] {
    const sql = 'SELECT number FROM general WHERE number <= ? ORDER BY number';
    return this.all<{ number: number }>(sql, through).map(({ number }) => number);
  }

  /** Entries that could not be read. */
  unreadable(through: number): number {
    return (
      this.all<{ count: number }>('SELECT count(*) AS count FROM unreadable WHERE number <= ?', through)[0]?.count ?? 0
    );
  }

  /** Rows of a query over the tables of index-file.ts. */
  all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    let statement = this.statements.get(sql);
    try {
      if (!statement) this.statements.set(sql, (statement = this.db.prepare(sql)));
      return statement.all(...values) as T[];
    } catch (error) {
      throw isDamage(error) ? new StaleIndex(error) : named(this.file, error);
    }
  }
}

const MESSAGES = 'SELECT number, messageId, name AS sender, forgottenBy FROM messages JOIN names ON id = sender';

/** The index does not belong to the log, or is damaged: it has to be made again. */
export class StaleIndex extends LiaisonError {
  constructor(cause?: unknown) {
    super('DATA_DAMAGED', 'The index does not fit the log, and has to be made again.', { cause });
  }
}

interface IndexedShard {
  readonly firstNumber: number;
  readonly origin: string;
  readonly verifierKey: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const indexedShards = (db: DatabaseSync): IndexedShard[] =>
  db.prepare('SELECT * FROM shards ORDER BY firstNumber').all() as unknown as IndexedShard[];

/** Whether the index is of the beginning of this log: the same shards, and at its size the same root. */
function fits(db: DatabaseSync, log: LogReader): boolean {
  const known = indexedShards(db);
  return known.every((indexed, i) => {
    const shard = log.shards[i];
    if (!shard || shard.firstNumber !== indexed.firstNumber || indexed.size > shard.size) return false;
    if (shard.origin !== indexed.origin || shard.verifierKey !== indexed.verifierKey) return false;
    if (i < known.length - 1 && indexed.size < shard.size) return false;
    const root = treeAt(shard, indexed.size)?.root();
    return root !== undefined && equalBytes(root, indexed.root);
  });
}

/** The tree of a shard's first entries, from its tiles; `undefined` when these do not make one. */
function treeAt({ source }: NumberedShard, size: number): TileTree | undefined {
  const tail: Uint8Array[] = [];
  for (let index = size - partialWidth(size, 0); index < size; index++) {
    const bytes = source.entryBytes(index);
    if (!bytes) return undefined;
    tail.push(leafHash(bytes));
  }
  try {
    return TileTree.restore(size, tail, (level, number) => source.tile(level, number) ?? new Uint8Array(0));
  } catch (error) {
    if (error instanceof LiaisonError && error.code === 'DATA_DAMAGED') return undefined;
    throw error;
  }
}

function extend(db: DatabaseSync, log: LogReader, { onProgress }: IndexOptions): void {
  const known = indexedShards(db);
  const sizeOf = (shard: NumberedShard): number =>
    known.find(({ firstNumber }) => firstNumber === shard.firstNumber)?.size ?? 0;
  const total = log.shards.reduce((sum, shard) => sum + shard.size - sizeOf(shard), 0);
  let done = 0;
  for (const shard of log.shards) {
    const start = sizeOf(shard);
    if (start === shard.size) continue;
    indexShard(db, shard, { start, isOldest: shard === log.oldest }, () => {
      done += 1;
      if (done % PROGRESS_ENTRIES === 0) onProgress?.(done, total);
    });
  }
}

function indexShard(
  db: DatabaseSync,
  shard: NumberedShard,
  { start, isOldest }: { start: number; isOldest: boolean },
  onEntry: () => void,
): void {
  const { source, firstNumber, origin, verifierKey, size } = shard;
  const tree = treeAt(shard, start);
  if (!tree) throw new StaleIndex();
  const indexer = new Indexer(db, isOldest);
  const mark = db.prepare('INSERT OR REPLACE INTO shards VALUES (?, ?, ?, ?, ?)');
  for (let from = start; from < size;) {
    const end = Math.min(from + COMMIT_ENTRIES, size);
    db.exec('BEGIN IMMEDIATE');
    try {
      for (let index = from; index < end; index++) {
        const bytes = source.entryBytes(index);
        if (!bytes) throw new LiaisonError('DATA_DAMAGED', `Entry ${index} of ${origin} is missing.`);
        tree.append([leafHash(bytes)]);
        if (index % TILE_WIDTH === 0) tree.stored();
        indexer.add(firstNumber + index, bytes);
        onEntry();
      }
      mark.run(firstNumber, origin, verifierKey, end, tree.root());
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    from = end;
  }
}
