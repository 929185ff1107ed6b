/**
 * Rows of the node's own log: entries with their leaf hashes, full tiles, and a signed checkpoint for each transaction that
 * added entries. Writing must run within `NodeDatabase.write`.
 */
import type { Tile } from '../../audit/tree.ts';
import type { NodeDatabase } from '../store/database.ts';

const TABLES = [
  'CREATE TABLE IF NOT EXISTS journal (idx INTEGER PRIMARY KEY, entry BLOB NOT NULL, leaf BLOB NOT NULL) STRICT',
  `CREATE TABLE IF NOT EXISTS journal_tiles (level INTEGER NOT NULL, number INTEGER NOT NULL, hashes BLOB NOT NULL,
     PRIMARY KEY (level, number)) STRICT`,
  'CREATE TABLE IF NOT EXISTS journal_checkpoints (size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT',
];

export interface JournalRow {
  readonly index: number;
  /** Encoded NodeEntry. */
  readonly entry: Uint8Array;
  readonly leaf: Uint8Array;
}

/** A checkpoint as stored. */
export interface CheckpointRow {
  readonly size: number;
  readonly note: Uint8Array;
}

export class JournalStore {
  private readonly statements: ReturnType<typeof prepare>;

  /** Makes the tables when they are not there. */
  constructor(db: NodeDatabase) {
    for (const table of TABLES) db.prepare(table).run();
    this.statements = prepare(db);
  }

  add({ index, entry, leaf }: JournalRow): void {
    this.statements.add.run(index, entry, leaf);
  }

  addTile({ level, number, hashes }: Tile): void {
    this.statements.addTile.run(level, number, hashes);
  }

  addCheckpoint({ size, note }: CheckpointRow): void {
    this.statements.addCheckpoint.run(size, note);
  }

  /** Entries in order, from `first` on. */
  *rows(first = 0): Generator<JournalRow> {
    for (const row of this.statements.rows.iterate(first)) {
      yield { index: row['idx'] as number, entry: row['entry'] as Uint8Array, leaf: row['leaf'] as Uint8Array };
    }
  }

  /** Entries, the newest first. */
  *newest(): Generator<JournalRow> {
    for (const row of this.statements.newest.iterate()) {
      yield { index: row['idx'] as number, entry: row['entry'] as Uint8Array, leaf: row['leaf'] as Uint8Array };
    }
  }

  /** Number of entries. */
  count(): number {
    return this.statements.count.get()?.['n'] as number;
  }

  tile(level: number, number: number): Uint8Array | undefined {
    return this.statements.tile.get(level, number)?.['hashes'] as Uint8Array | undefined;
  }

  /** Number of tiles. */
  tiles(): number {
    return this.statements.tiles.get()?.['n'] as number;
  }

  /** The checkpoints, the smallest first. */
  *checkpoints(): Generator<CheckpointRow> {
    for (const row of this.statements.checkpoints.iterate()) yield checkpointOf(row);
  }

  newestCheckpoint(): CheckpointRow | undefined {
    const row = this.statements.newestCheckpoint.get();
    return row && checkpointOf(row);
  }
}

function prepare(db: NodeDatabase) {
  return {
    add: db.prepare('INSERT INTO journal (idx, entry, leaf) VALUES (?, ?, ?)'),
    addTile: db.prepare('INSERT INTO journal_tiles (level, number, hashes) VALUES (?, ?, ?)'),
    addCheckpoint: db.prepare('INSERT INTO journal_checkpoints (size, note) VALUES (?, ?)'),
    rows: db.prepare('SELECT * FROM journal WHERE idx >= ? ORDER BY idx'),
    newest: db.prepare('SELECT * FROM journal ORDER BY idx DESC'),
    count: db.prepare('SELECT count(*) AS n FROM journal'),
    tile: db.prepare('SELECT hashes FROM journal_tiles WHERE level = ? AND number = ?'),
    tiles: db.prepare('SELECT count(*) AS n FROM journal_tiles'),
    checkpoints: db.prepare('SELECT * FROM journal_checkpoints ORDER BY size'),
    newestCheckpoint: db.prepare('SELECT * FROM journal_checkpoints ORDER BY size DESC LIMIT 1'),
  };
}

const checkpointOf = (row: Record<string, unknown>): CheckpointRow => ({
  size: row['size'] as number,
  note: row['note'] as Uint8Array,
});
