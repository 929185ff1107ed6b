/**
 * What the local service must remember through a crash: which message each request or file became, which files were
 * handed out, and who was told of what. A database of its own beside `node.db`; every call is durable when it returns.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LiaisonError } from '../../protocol/errors.ts';
import { openError } from '../store/database.ts';

const VERSION = 1;
const TABLES = `
CREATE TABLE sends (key TEXT PRIMARY KEY, digest BLOB NOT NULL, id TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE drops (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,               -- of the file, without .json
  digest BLOB NOT NULL,             -- of the file
  state INTEGER NOT NULL            -- 1 claimed: the file may lie in outbox/; 2 moved to sent/, and not judged yet
) STRICT;
CREATE UNIQUE INDEX drops_claimed ON drops (name) WHERE state = 1;
CREATE TABLE arrivals (file TEXT PRIMARY KEY) STRICT;
CREATE TABLE notices (
  subject TEXT NOT NULL,            -- message id
  target TEXT NOT NULL,             -- webhook or command
  rank INTEGER NOT NULL,            -- a later stage takes the place of an earlier one
  notice TEXT NOT NULL,             -- JSON
  told INTEGER NOT NULL,
  failures INTEGER NOT NULL,        -- since it was last told
  due_ms INTEGER NOT NULL,
  PRIMARY KEY (subject, target)
) STRICT;
CREATE TABLE acknowledged (subject TEXT PRIMARY KEY, actor TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
PRAGMA user_version = ${VERSION};
`;

/** A repeated request after this long is a new one. */
export const SENDS_KEPT_MS = 90 * 24 * 3600 * 1000;

export interface Claim {
  readonly id: string;
  readonly digest: Uint8Array;
}

export interface Drop extends Claim {
  readonly name: string;
  readonly state: 'claimed' | 'sent';
}

export interface NewNotice {
  readonly subject: string;
  readonly target: string;
  /** Of the stage: the highest counts. */
  readonly rank: number;
  /** JSON. */
  readonly notice: string;
}

export interface DueNotice extends NewNotice {
  readonly told: number;
  /** Since it was last told. */
  readonly failures: number;
}

export class ServiceStore {
  private readonly db: DatabaseSync;
  private readonly file: string;
  private readonly statements = new Map<string, StatementSync>();

  /** @throws LiaisonError DATA_LOCKED, DATA_VERSION, DATA_DAMAGED, STORAGE_FAILED */
  constructor(dataDir: string) {
    this.file = join(dataDir, 'service.db');
    let db: DatabaseSync | undefined;
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      db = new DatabaseSync(this.file, { timeout: 0 });
      chmodSync(this.file, 0o600);
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      db.exec('BEGIN IMMEDIATE');
      const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
      if (version === 0) db.exec(TABLES);
      else if (version !== VERSION) throw new LiaisonError('DATA_VERSION', `${this.file} has version ${version}.`);
      db.exec('COMMIT');
    } catch (error) {
      db?.close();
      throw openError(error, this.file);
    }
    this.db = db;
  }

  close(): void {
    this.db.close();
  }

  /** What a key stands for; `made` is kept for it when it is new. */
  claimSend(key: string, made: Claim, nowMs: number): Claim {
    this.run('DELETE FROM sends WHERE at_ms < ?', nowMs - SENDS_KEPT_MS);
    this.run(
      'INSERT OR IGNORE INTO sends (key, digest, id, at_ms) VALUES (?, ?, ?, ?)',
      key,
      made.digest,
      made.id,
      nowMs,
    );
    return this.get('SELECT id, digest FROM sends WHERE key = ?', key) as unknown as Claim;
  }

  /** The request was wrong: a corrected one may have the same key. */
  releaseSend(key: string): void {
    this.run('DELETE FROM sends WHERE key = ?', key);
  }

  addDrop({ id, name, digest }: Omit<Drop, 'state'>): void {
    this.run('INSERT INTO drops (id, name, digest, state) VALUES (?, ?, ?, 1)', id, name, digest);
  }

  claimedDrop(name: string): Drop | undefined {
    const row = this.get('SELECT id, name, digest FROM drops WHERE name = ? AND state = 1', name);
    return row && ({ ...row, state: 'claimed' } as unknown as Drop);
  }

  /** @param id all of them unless told */
  drops(id?: string): Drop[] {
    const rows = this.all('SELECT id, name, digest, state FROM drops WHERE ?1 IS NULL OR id = ?1', id ?? null);
    return rows.map((row) => ({ ...row, state: row['state'] === 1 ? 'claimed' : 'sent' }) as unknown as Drop);
  }

  setDropSent(id: string): void {
    this.run('UPDATE drops SET state = 2 WHERE id = ?', id);
  }

  removeDrop(id: string): void {
    this.run('DELETE FROM drops WHERE id = ?', id);
  }

  /** The temporary file of an arrival is complete and synced. */
  addArrival(file: string): void {
    this.run('INSERT OR IGNORE INTO arrivals (file) VALUES (?)', file);
  }

  /** @param file all of them unless told */
  arrivals(file?: string): string[] {
    const rows = this.all('SELECT file FROM arrivals WHERE ?1 IS NULL OR file = ?1', file ?? null);
    return rows.map((row) => row['file'] as string);
  }

  removeArrival(file: string): void {
    this.run('DELETE FROM arrivals WHERE file = ?', file);
  }

  /** Does nothing when this stage or a later one was noticed before, or the subject is acknowledged. */
  addNotice({ subject, target, rank, notice }: NewNotice, nowMs: number): void {
    this.run(
      `INSERT INTO notices (subject, target, rank, notice, told, failures, due_ms)
       SELECT ?1, ?2, ?3, ?4, 0, 0, ?5 WHERE NOT EXISTS (SELECT 1 FROM acknowledged WHERE subject = ?1)
       ON CONFLICT DO UPDATE SET rank = ?3, notice = ?4, told = 0, failures = 0, due_ms = ?5 WHERE rank < ?3`,
      ...[subject, target, rank, notice, nowMs],
    );
  }

  /** What must be told now: unacknowledged, the oldest first. */
  dueNotices(nowMs: number, limit: number): DueNotice[] {
    return this.all(
      `SELECT subject, target, rank, notice, told, failures FROM notices
       WHERE due_ms <= ? AND subject NOT IN (SELECT subject FROM acknowledged) ORDER BY due_ms LIMIT ?`,
      ...[nowMs, limit],
    ) as unknown as DueNotice[];
  }

  /** @param succeeded whether the receiver got it */
  setTold({ subject, target, rank }: NewNotice, succeeded: boolean, dueMs: number): void {
    const change = succeeded ? 'told = told + 1, failures = 0' : 'failures = failures + 1';
    this.run(
      `UPDATE notices SET ${change}, due_ms = ? WHERE subject = ? AND target = ? AND rank = ?`,
      ...[dueMs, subject, target, rank],
    );
  }

  acknowledge(subject: string, actor: string, nowMs: number): void {
    this.run('INSERT OR IGNORE INTO acknowledged (subject, actor, at_ms) VALUES (?, ?, ?)', subject, actor, nowMs);
  }

  private run(sql: string, ...values: (string | number | null | Uint8Array)[]): void {
    this.guarded(() => this.statement(sql).run(...values));
  }

  private get(sql: string, ...values: (string | number | null)[]): Record<string, unknown> | undefined {
    return this.guarded(() => this.statement(sql).get(...values));
  }

  private all(sql: string, ...values: (string | number | null)[]): Record<string, unknown>[] {
    return this.guarded(() => this.statement(sql).all(...values));
  }

  private statement(sql: string): StatementSync {
    const known = this.statements.get(sql) ?? this.db.prepare(sql);
    this.statements.set(sql, known);
    return known;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw openError(error, this.file);
    }
  }
}
