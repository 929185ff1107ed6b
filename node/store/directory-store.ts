/** Directory records that were found trustworthy, with the highest versions seen. */
import { decode, encode } from '../../protocol/codec.ts';
import { type DirectoryRecord, DirectoryRecordSchema } from '../../protocol/generated/schema.ts';
import type { Mailbox } from '../../protocol/ids.ts';
import type { NodeDatabase } from './database.ts';

export interface PinnedRecord {
  readonly record: DirectoryRecord;
  readonly statementVersion: number;
  /** POSIX milliseconds, own clock. */
  readonly fetchedMs: number;
}

export class DirectoryStore {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(db: NodeDatabase) {
    this.statements = prepare(db);
  }

  get(mailbox: Mailbox): PinnedRecord | undefined {
    const row = this.statements.get.get(mailbox);
    if (!row) return undefined;
    return {
      record: decode(DirectoryRecordSchema, row['record'] as Uint8Array, 'open'),
      statementVersion: row['statement_version'] as number,
      fetchedMs: row['fetched_ms'] as number,
    };
  }

  /** Must run within `NodeDatabase.write`. */
  put({ record, statementVersion, fetchedMs }: PinnedRecord): void {
    const bytes = encode(DirectoryRecordSchema, record);
    this.statements.put.run(record.mailbox, bytes, record.version, statementVersion, fetchedMs);
  }
}

function prepare(db: NodeDatabase) {
  return {
    get: db.prepare('SELECT record, statement_version, fetched_ms FROM directory WHERE mailbox = ?'),
    put: db.prepare(
      `INSERT OR REPLACE INTO directory (mailbox, record, version, statement_version, fetched_ms)
       VALUES (?, ?, ?, ?, ?)`,
    ),
  };
}
