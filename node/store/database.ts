/**
 * The node's database file and its group commit. One process at a time: the lock is exclusive for as long as the database
 * is open.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LiaisonError } from '../../protocol/errors.ts';
import { ATTACHMENT_TABLES } from './attachment-store.ts';
import { CASE_TABLES } from './case-tables.ts';
import { SHARD_TABLE } from './shard-store.ts';

const VERSION = 3;

const TABLES = `
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  burst INTEGER,                    -- messages of one call, sealed under one signature
  routing BLOB NOT NULL,            -- as composed; as sealed once there is an envelope
  body BLOB NOT NULL,               -- plain: the sender cannot open what it has sealed
  header_digest BLOB,
  envelope BLOB,                    -- exactly the bytes that are submitted, every time
  state INTEGER NOT NULL,           -- 1 composed, 2 sealed, 3 accepted, 4 refused
  open_recipients INTEGER NOT NULL, -- without terminal evidence
  expires_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,          -- not tried before
  attempts INTEGER NOT NULL,
  reseals INTEGER NOT NULL,
  code INTEGER,                     -- of the refusal, or of what it waits for
  text TEXT
) STRICT;
CREATE INDEX outbox_work ON outbox (state, seq) WHERE state IN (1, 2);
CREATE INDEX outbox_open ON outbox (seq) WHERE state = 3 AND open_recipients > 0;
CREATE TABLE evidence (
  entry_index INTEGER PRIMARY KEY,  -- number of the entry, over all shards
  message_id BLOB NOT NULL,
  event TEXT NOT NULL,
  recipient TEXT,                   -- of a handover or failure
  at_ms INTEGER NOT NULL,
  code INTEGER NOT NULL,
  late INTEGER NOT NULL,
  entry BLOB NOT NULL,
  path BLOB NOT NULL,               -- hashes, 32 bytes each
  checkpoint_size INTEGER NOT NULL  -- entries of all shards up to the end of the checkpoint that proves it
) STRICT;
CREATE INDEX evidence_message ON evidence (message_id);
CREATE TABLE checkpoints (
  size INTEGER PRIMARY KEY,         -- entries of all shards up to its end
  root BLOB NOT NULL,
  note BLOB NOT NULL
) STRICT;
CREATE TABLE trusted_checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), note BLOB NOT NULL) STRICT;
CREATE TABLE inbox (
  seq INTEGER PRIMARY KEY,
  mailbox TEXT NOT NULL,
  number INTEGER NOT NULL,
  sender TEXT,
  id BLOB,                          -- NULL when the header cannot be read or the message came before
  header_digest BLOB,
  state INTEGER NOT NULL,           -- 1 held, 2 new, 3 done, 4 failed, 5 ended, 6 fetching
  envelope BLOB,                    -- as received
  accepted_ms INTEGER NOT NULL,
  accepted_index INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  code INTEGER NOT NULL,
  UNIQUE (mailbox, number),
  UNIQUE (mailbox, sender, id)
) STRICT;
CREATE INDEX inbox_work ON inbox (state, seq) WHERE state IN (1, 2);
CREATE INDEX inbox_id ON inbox (id);
CREATE TABLE cursors (mailbox TEXT PRIMARY KEY, next_number INTEGER NOT NULL) STRICT;
CREATE TABLE handover_batches (batch INTEGER PRIMARY KEY, signature BLOB NOT NULL, open INTEGER NOT NULL) STRICT;
CREATE INDEX handover_batches_open ON handover_batches (batch) WHERE open = 1;
CREATE TABLE handovers (
  mailbox TEXT NOT NULL,
  number INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  position INTEGER NOT NULL,
  statement BLOB NOT NULL,          -- as signed
  log_index INTEGER,
  code INTEGER NOT NULL,
  PRIMARY KEY (mailbox, number)
) STRICT;
CREATE INDEX handovers_batch ON handovers (batch, position);
CREATE TABLE directory (
  mailbox TEXT PRIMARY KEY,
  record BLOB NOT NULL,
  version INTEGER NOT NULL,
  statement_version INTEGER NOT NULL,
  fetched_ms INTEGER NOT NULL
) STRICT;
`;

/** What later versions have added; files of earlier ones get it when they are opened. */
const ADDITIONS = `
CREATE TABLE IF NOT EXISTS disclosures (
  entry_index INTEGER NOT NULL,
  root BLOB NOT NULL,               -- own message whose content was passed on
  message_id BLOB NOT NULL,         -- of the message that passed it on
  PRIMARY KEY (root, entry_index)
) STRICT;
CREATE INDEX IF NOT EXISTS disclosures_message ON disclosures (message_id);
CREATE TABLE IF NOT EXISTS blinds (seq INTEGER PRIMARY KEY, blind BLOB NOT NULL) STRICT; -- random bytes before a sent body
${CASE_TABLES}
${SHARD_TABLE}
PRAGMA user_version = ${VERSION};
`;

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;
/** These say that the file or the disk failed, whatever the statement was. */
const STORAGE_ERRORS: ReadonlySet<number | undefined> = new Set([
  SQLITE_IOERR,
  SQLITE_CORRUPT,
  SQLITE_FULL,
  SQLITE_NOTADB,
]);

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Collects notes while jobs run, and writes them at the end of the transaction: all of them or, with the jobs, none. */
export interface Companion {
  /** Number of notes that are not written yet. */
  readonly pending: number;
  /** Drops all notes but the first `count`: the job that made them was undone. */
  forget(count: number): void;
  /** Writes what is pending, within the transaction. */
  flush(): void;
  committed(): void;
  rolledBack(): void;
}

export class NodeDatabase {
  private companion: Companion | undefined;
  private readonly db: DatabaseSync;
  private readonly onFailure: (error: LiaisonError) => void;
  private jobs: Job[] = [];
  private afterwards: (() => void)[] = [];
  private failure: LiaisonError | undefined;
  private idle: Promise<void> = Promise.resolve();

  private constructor(db: DatabaseSync, onFailure: (error: LiaisonError) => void) {
    this.db = db;
    this.onFailure = onFailure;
  }

  /**
   * Opens or makes `node.db` in the directory, which is made readable by its owner alone.
   * @param onFailure called once when data could not be made durable; nothing is written from then on
   * @throws LiaisonError DATA_LOCKED, DATA_VERSION, DATA_DAMAGED, STORAGE_FAILED
   */
  static open(dir: string, onFailure: (error: LiaisonError) => void): NodeDatabase {
    const file = join(dir, 'node.db');
    let db: DatabaseSync | undefined;
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      db = new DatabaseSync(file, { timeout: 0 });
      // Before the first write: SQLite gives the write-ahead log the mode of the database.
      chmodSync(file, 0o600);
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      // The first write takes the lock and keeps it.
      db.exec('BEGIN IMMEDIATE');
      const version = numberOf(db.prepare('PRAGMA user_version').get());
      if (version === 0) db.exec(TABLES);
      else if (version > VERSION) throw new LiaisonError('DATA_VERSION', `${file} has version ${version}.`);
      db.exec(ADDITIONS);
      db.exec(ATTACHMENT_TABLES);
      // What is stored has still to be indexed, which needs the keys: whoever has them looks for the mark.
      if (version === 1) db.exec('INSERT INTO case_backlog (one) VALUES (1)');
      db.exec('COMMIT');
      // SQLite ignores a PRAGMA that it cannot follow, so what holds is read back.
      if (numberOf(db.prepare('PRAGMA synchronous').get()) !== 2) {
        throw new LiaisonError('STORAGE_FAILED', `${file}: synchronous is not FULL.`);
      }
      return new NodeDatabase(db, onFailure);
    } catch (error) {
      db?.close();
      throw openError(error, file);
    }
  }

  /** Has notes written with every transaction. There is one companion. */
  accompany(companion: Companion): void {
    this.companion = companion;
  }

  prepare(sql: string): StatementSync {
    return this.db.prepare(sql);
  }

  /**
   * Runs `work` in a transaction and resolves when it is durable. Everything asked for in the same turn of the event loop
   * shares one transaction and one disk sync, in the order of the calls; work that throws is undone alone.
   * @throws LiaisonError STORAGE_FULL (nothing of the group was written), STORAGE_FAILED, or what `work` throws
   */
  write<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.jobs.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.jobs.length > 1) return;
      this.idle = new Promise((settled) => {
        setImmediate(() => {
          this.commit();
          settled();
        });
      });
    });
  }

  /** What `work` deletes is overwritten with zeros. Must run within {@link write}. */
  overwrite(work: () => void): void {
    this.db.exec('PRAGMA secure_delete = ON');
    try {
      work();
    } finally {
      this.db.exec('PRAGMA secure_delete = OFF');
    }
  }

  /** Runs `work`, which must not throw, when the transaction under way is durable. Must run within {@link write}. */
  whenDurable(work: () => void): void {
    this.afterwards.push(work);
  }

  /** Waits for what was asked for, then closes. */
  async close(): Promise<void> {
    while (this.jobs.length > 0) await this.idle;
    this.failure ??= new LiaisonError('UNAVAILABLE', 'The node is closed.');
    this.db.close();
  }

  private commit(): void {
    const jobs = this.jobs;
    this.jobs = [];
    let outcomes: Outcome[];
    try {
      this.db.exec('BEGIN IMMEDIATE');
      outcomes = jobs.map((job) => this.run(job.work));
      this.companion?.flush();
      this.db.exec('COMMIT');
      this.companion?.committed();
    } catch (cause) {
      const error = this.failed(cause);
      this.companion?.rolledBack();
      this.afterwards = [];
      for (const job of jobs) job.reject(error);
      return;
    }
    const afterwards = this.afterwards;
    this.afterwards = [];
    for (const work of afterwards) work();
    for (const [i, job] of jobs.entries()) {
      const outcome = outcomes[i] as Outcome;
      if ('error' in outcome) job.reject(outcome.error);
      else job.resolve(outcome.value);
    }
  }

  private run(work: () => unknown): Outcome {
    const pending = this.companion?.pending ?? 0;
    const afterwards = this.afterwards.length;
    this.db.exec('SAVEPOINT job');
    try {
      const value = work();
      this.db.exec('RELEASE job');
      return { value };
    } catch (error) {
      if (STORAGE_ERRORS.has(resultCodeOf(error))) throw error;
      this.db.exec('ROLLBACK TO job; RELEASE job');
      this.companion?.forget(pending);
      this.afterwards.length = afterwards;
      return { error };
    }
  }

  private failed(cause: unknown): LiaisonError {
    if (this.db.isTransaction) {
      try {
        this.db.exec('ROLLBACK');
      } catch {
        // The first error says more.
      }
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    if (resultCodeOf(cause) === SQLITE_FULL) return new LiaisonError('STORAGE_FULL', "The node's own disk.", { cause });
    // After a failed sync the file's state is unknown: SQLite would go on, which could acknowledge what is not there.
    this.failure = new LiaisonError('STORAGE_FAILED', `The node's own database: ${why}.`, { cause });
    this.onFailure(this.failure);
    return this.failure;
  }
}

export function openError(error: unknown, file: string): unknown {
  if (error instanceof LiaisonError) return error;
  const why = error instanceof Error ? error.message : String(error);
  switch (resultCodeOf(error)) {
    case SQLITE_BUSY:
      return new LiaisonError('DATA_LOCKED', file, { cause: error });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new LiaisonError('DATA_DAMAGED', `${file}: ${why}.`, { cause: error });
    default:
      return new LiaisonError('STORAGE_FAILED', `${file}: ${why}.`, { cause: error });
  }
}

/** SQLite's primary result code (the extended ones have it in their lowest byte). */
export function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}

const numberOf = (row: Record<string, unknown> | undefined): number => Number(Object.values(row ?? {})[0]);
