/** The shards of the log that this node has followed. Writing must run within `NodeDatabase.write`. */
import type { NodeDatabase } from './database.ts';

/** Made when it is not there: a database from before shards has none. */
export const SHARD_TABLE = `
CREATE TABLE IF NOT EXISTS log_shards (
  first_number INTEGER PRIMARY KEY, -- number of its entry 0
  verifier_key TEXT NOT NULL UNIQUE,
  final_checkpoint BLOB             -- signed note; NULL while the shard is the newest
) STRICT;
`;

export interface ShardRow {
  readonly firstNumber: number;
  readonly verifierKey: string;
  readonly finalCheckpoint: Uint8Array | undefined;
}

export class ShardStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  /** Oldest first. */
  all(): ShardRow[] {
    return this.statements.all.all().map((row) => ({
      firstNumber: row['first_number'] as number,
      verifierKey: row['verifier_key'] as string,
      finalCheckpoint: (row['final_checkpoint'] ?? undefined) as Uint8Array | undefined,
    }));
  }

  put({ firstNumber, verifierKey, finalCheckpoint }: ShardRow): void {
    this.statements.put.run(firstNumber, verifierKey, finalCheckpoint ?? null);
  }
}

function prepare(db: NodeDatabase) {
  return {
    all: db.prepare('SELECT * FROM log_shards ORDER BY first_number'),
    put: db.prepare(
      `INSERT INTO log_shards (first_number, verifier_key, final_checkpoint) VALUES (?, ?, ?)
       ON CONFLICT (first_number) DO UPDATE SET final_checkpoint = excluded.final_checkpoint`,
    ),
  };
}
