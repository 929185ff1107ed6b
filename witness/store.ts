/**
 * What a witness must not forget: which logs it knows, and the newest checkpoint it has signed of each. One SQLite file with
 * synchronous=FULL. A transaction holds the check and the write, so a signature never exists that a later check does not know.
 */
import { DatabaseSync } from 'node:sqlite';
import { formatVerifierKey, KEY_TYPE, parseVerifierKey, type Verifier } from '../audit/verifier-key.ts';
import { type ErrorCode, LiaisonError } from '../protocol/errors.ts';
import { equalBytes } from '../protocol/ids.ts';

export interface SignedCheckpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The log's signature and the witness's. */
  readonly note: Uint8Array;
}

/** A signed checkpoint that contradicts the one before it. Both notes together prove it to anybody. */
export interface Contradiction {
  readonly origin: string;
  readonly atMs: number;
  readonly signed: Uint8Array;
  readonly refused: Uint8Array;
}

const VERSION = 1;
/** Of one log; the first are the ones that count. */
const CONTRADICTIONS_MAX = 100;
const BUSY_MS = 5_000;

const TABLES = `
  CREATE TABLE logs (origin TEXT PRIMARY KEY, verifierKey TEXT NOT NULL);
  CREATE TABLE checkpoints (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL);
  CREATE TABLE contradictions (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, atMs INTEGER NOT NULL, signed BLOB NOT NULL, refused BLOB NOT NULL);
  PRAGMA user_version = ${VERSION};
`;

export class WitnessStore {
  private readonly db: DatabaseSync;

  /**
   * Opens the file, or with `create` makes it.
   * @throws LiaisonError FILE_UNREADABLE, DATA_VERSION, STORAGE_FAILED
   */
  constructor(path: string, options: { readonly create: boolean }) {
    this.db = attempt(() => {
      const db = new DatabaseSync(path, { timeout: BUSY_MS });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      if (options.create) db.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`);
      return db;
    });
    const [mode, version] = ['synchronous', 'user_version'].map((name) => this.pragma(name));
    if (mode === 2 && version === VERSION) return;
    this.close();
    if (mode !== 2) throw new LiaisonError('STORAGE_FAILED', `SQLite has synchronous=${String(mode)}, not 2.`);
    throw new LiaisonError('DATA_VERSION', `${path} has format ${String(version)}; this program reads ${VERSION}.`);
  }

  private pragma(name: string): unknown {
    return attempt(() => Object.values(this.db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  }

  /**
   * From now on checkpoints of this log are signed. The same key again changes nothing.
   * @throws LiaisonError CONFIG_INVALID when the key is not a log's, or its origin has another key
   */
  addLog(key: Verifier): void {
    if (key.type !== KEY_TYPE.ED25519) throw invalid(`${key.name} is the key of a witness, not of a log.`);
    this.atomically(() => {
      const known = this.log(key.name);
      if (known && equalBytes(known.publicKey, key.publicKey)) return;
      if (known) throw invalid(`${key.name} is known with another key. A log that has a new key has a new origin.`);
      this.db.prepare('INSERT INTO logs VALUES (?, ?)').run(key.name, formatVerifierKey(key));
    });
  }

  /** The key of the log with this origin. */
  log(origin: string): Verifier | undefined {
    const row = attempt(() => this.db.prepare('SELECT verifierKey FROM logs WHERE origin = ?').get(origin));
    return row && parseVerifierKey(row['verifierKey'] as string);
  }

  logs(): Verifier[] {
    const rows = attempt(() => this.db.prepare('SELECT verifierKey FROM logs ORDER BY origin').all());
    return rows.map((row) => parseVerifierKey(row['verifierKey'] as string));
  }

  /** The newest signed checkpoint of this log. */
  signed(origin: string): SignedCheckpoint | undefined {
    const query = 'SELECT size, root, note FROM checkpoints WHERE origin = ?';
    return attempt(() => this.db.prepare(query).get(origin)) as unknown as SignedCheckpoint | undefined;
  }

  /** Within {@link atomically}. */
  setSigned(origin: string, { size, root, note }: SignedCheckpoint): void {
    this.db.prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)').run(origin, size, root, note);
  }

  /** Within {@link atomically}. Keeps a hundred of each log. */
  addContradiction({ origin, atMs, signed, refused }: Contradiction): void {
    const kept = this.db.prepare('SELECT count(*) AS n FROM contradictions WHERE origin = ?').get(origin);
    if ((kept?.['n'] as number) >= CONTRADICTIONS_MAX) return;
    const query = 'INSERT INTO contradictions (origin, atMs, signed, refused) VALUES (?, ?, ?, ?)';
    this.db.prepare(query).run(origin, atMs, signed, refused);
  }

  contradictions(): Contradiction[] {
    const query = 'SELECT origin, atMs, signed, refused FROM contradictions ORDER BY id';
    return attempt(() => this.db.prepare(query).all()) as unknown as Contradiction[];
  }

  /**
   * Runs a body that reads and writes; nobody else writes meanwhile, in this process or another. When it returns, what was
   * written is durable.
   * @throws LiaisonError STORAGE_FULL, STORAGE_FAILED; then nothing was written
   */
  atomically<T>(body: () => T): T {
    return attempt(() => {
      this.db.exec('BEGIN IMMEDIATE');
      try {
        const result = body();
        this.db.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.db.isTransaction) this.db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  close(): void {
    this.db.close();
  }
}

/** SQLite's SQLITE_FULL and SQLITE_CANTOPEN; after anything else it is unknown what can be written. */
const CODES: ReadonlyMap<number, ErrorCode> = new Map([
  [13, 'STORAGE_FULL'],
  [14, 'FILE_UNREADABLE'],
]);

function attempt<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    const code = (error as { errcode?: number }).errcode;
    if (error instanceof LiaisonError || code === undefined) throw error;
    const detail = `The witness's database: ${(error as Error).message}.`;
    throw new LiaisonError(CODES.get(code & 0xff) ?? 'STORAGE_FAILED', detail, { cause: error });
  }
}

const invalid = (detail: string): LiaisonError => new LiaisonError('CONFIG_INVALID', detail);
