/**
 * The embedded engine: one SQLite file, one writer. A batch of commands is one transaction: entries, tree, checkpoint,
 * rows and contents become durable together or not at all.
 */
import { existsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { signCheckpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import { packKeys, tileKey, unpackKeys } from '../../audit/data-format.ts';
import { decodeEntryBundle, encodeEntryBundle, TILE_WIDTH } from '../../audit/tiles.ts';
import { TileTree, type Tile } from '../../audit/tree.ts';
import { createVerifier, formatVerifierKey, KEY_TYPE, type Signer, type Verifier } from '../../audit/verifier-key.ts';
import { apply, type Known } from '../../ledger/apply.ts';
import { decide, type Command, type Decision, type DecisionContext } from '../../ledger/decide.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema, type Entry } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { type LockedDatabase, openDatabase, storageError } from './database.ts';
import { RecentContents } from './recent-contents.ts';

export type LogSigner = Signer<typeof KEY_TYPE.ED25519>;

/** What to keep of a message until everybody has it. */
export interface Content {
  content: Uint8Array;
  wrappedKeys: readonly Uint8Array[];
}

export interface Work {
  command: Command;
  /** Stored with the acceptance that the command leads to. */
  content?: Content;
  /** Whether a refusal may be logged: the agency has not used up its share. Called only for refusals with an entry. */
  mayLog?: () => boolean;
}

export type Outcome =
  | { kind: 'logged'; indices: number[] }
  | { kind: 'repeat'; index: number }
  | { kind: 'refused'; error: LiaisonError; index?: number };

interface LogRow {
  firstIndex: number;
  entries: Uint8Array[];
}

const ROW_BYTES_MAX = 128 * 1024;
/** Rows kept in memory: what has just been logged is what is delivered and proven next. */
const CACHED_ROWS = 48;

export class LedgerEngine {
  readonly store: SqliteStore;
  tree: TileTree;
  /** The newest checkpoint, as a signed note. Released only after the commit that stored it. */
  checkpoint: Uint8Array = new Uint8Array(0);
  private readonly db: DatabaseSync;
  private readonly closeDatabase: () => void;
  private readonly signer: LogSigner;
  private readonly recent = new Map<number, LogRow>();
  private lastRow: LogRow | undefined;
  /** Messages whose content the open transaction no longer needs. */
  private readonly erased: number[] = [];
  /** Ciphertexts that commits have released; whoever takes them empties the list. */
  readonly erasedBlobs: Uint8Array[] = [];
  private readonly recentContents = new RecentContents();
  private readonly sql: Readonly<
    Record<
      'addRow' | 'addTile' | 'addContent' | 'erase' | 'tile' | 'row' | 'content' | 'probe' | 'setProbe',
      StatementSync
    >
  >;

  /**
   * Makes the database with entry 0.
   * @throws LiaisonError FILE_EXISTS, and as {@link openDatabase}
   */
  static create(path: string, signer: LogSigner, first: Entry): void {
    if (existsSync(path)) throw new LiaisonError('FILE_EXISTS', path);
    const engine = new LedgerEngine(openDatabase(path, { create: true }), signer);
    try {
      engine.transaction(() => {
        const pending: Uint8Array[] = [];
        engine.applyEntry(first, pending);
        engine.record(pending, [], []);
      });
    } finally {
      engine.close();
    }
  }

  /**
   * Opens the database and proves that the stored tree is the one that its newest checkpoint signs.
   * @throws LiaisonError as {@link openDatabase}; DATA_DAMAGED when tree and checkpoint disagree; CHECKPOINT_INVALID
   *   when the checkpoint is not signed by this key
   */
  static open(path: string, signer: LogSigner): LedgerEngine {
    const engine = new LedgerEngine(openDatabase(path, { create: false }), signer);
    try {
      engine.restore();
      return engine;
    } catch (error) {
      engine.close();
      throw error instanceof LiaisonError ? error : storageError(error);
    }
  }

  private constructor({ db, close }: LockedDatabase, signer: LogSigner) {
    this.db = db;
    this.closeDatabase = close;
    this.signer = signer;
    this.store = new SqliteStore(db);
    this.tree = new TileTree(this.readTile);
    this.sql = {
      addRow: db.prepare('INSERT INTO log (firstIndex, count, entries, checkpoint) VALUES (?, ?, ?, ?)'),
      addTile: db.prepare('INSERT INTO tiles (key, hashes) VALUES (?, ?)'),
      addContent: db.prepare('INSERT INTO contents (entryIndex, content, wrappedKeys) VALUES (?, ?, ?)'),
      erase: db.prepare('DELETE FROM contents WHERE entryIndex BETWEEN ? AND ?'),
      tile: db.prepare('SELECT hashes FROM tiles WHERE key = ?'),
      row: db.prepare('SELECT firstIndex, entries FROM log WHERE firstIndex <= ? ORDER BY firstIndex DESC LIMIT 1'),
      probe: db.prepare('SELECT nonce, note FROM probe WHERE id = 1'),
      setProbe: db.prepare('INSERT OR REPLACE INTO probe (id, nonce, note) VALUES (1, ?, ?)'),
      content: db.prepare('SELECT content, wrappedKeys FROM contents WHERE entryIndex = ?'),
    };
  }

  /**
   * Decides and records a batch in one transaction. When it returns, everything recorded is durable and `checkpoint`
   * covers it; outcomes are in the order of the work.
   * @throws LiaisonError STORAGE_FULL when nothing of the batch was recorded and a later try may succeed; any other
   *   error when it is unknown what is durable: the process must end without answering
   */
  commit(work: readonly Work[], context: DecisionContext): Outcome[] {
    return this.transaction(() => {
      const pending: Uint8Array[] = [];
      const outcomes = work.map((item) => this.carryOut(item, decide(this.store, item.command, context), pending));
      this.record(pending, work, outcomes);
      return outcomes;
    });
  }

  /**
   * Does all that recording an entry takes, without one: signs the current checkpoint, verifies it, commits it with the
   * nonce into a row of its own and reads both back. The file does not grow, and the log is untouched.
   * @param nonce makes the row differ from the last one: SQLite writes nothing when nothing changes
   * @throws LiaisonError as {@link commit}; DATA_DAMAGED when something else is read than was written
   */
  probe(nonce: Uint8Array): void {
    const note = signCheckpoint(
      { origin: this.signer.name, size: this.tree.size, root: this.tree.root() },
      this.signer,
    );
    verifyCheckpoint(note, this.verifier());
    this.transaction(() => this.sql.setProbe.run(nonce, note));
    const row = this.sql.probe.get() as { nonce: Uint8Array; note: Uint8Array } | undefined;
    if (!row || !equalBytes(row.nonce, nonce) || !equalBytes(row.note, note)) {
      throw new LiaisonError('DATA_DAMAGED', 'What was written was not read again.');
    }
  }

  private transaction<T>(body: () => T): T {
    const size = this.tree.size;
    try {
      this.db.exec('BEGIN IMMEDIATE');
      const result = body();
      this.db.exec('COMMIT');
      this.store.settle();
      this.tree.stored();
      return result;
    } catch (error) {
      const named = error instanceof LiaisonError ? error : storageError(error);
      if (named.code === 'STORAGE_FULL') this.rollback(size);
      throw named;
    }
  }

  private rollback(size: number): void {
    if (this.db.isTransaction) this.db.exec('ROLLBACK');
    this.store.discard();
    this.recent.clear();
    this.lastRow = undefined;
    this.erased.length = this.erasedBlobs.length = 0;
    this.recentContents.clear();
    if (this.tree.size !== size) this.tree = this.restoreTree(size);
    this.checkpoint = this.readCheckpoint();
  }

  /** Applies a decision's entries to the rows, so that the next decision of the batch sees them. */
  private carryOut(work: Work, decision: Decision, pending: Uint8Array[]): Outcome {
    if (decision.kind === 'repeat') return decision;
    try {
      if (decision.kind === 'entries') {
        const known = knownOf(work.command);
        return { kind: 'logged', indices: decision.entries.map((entry) => this.applyEntry(entry, pending, known)) };
      }
      const { error, entry } = decision;
      if (!entry || work.mayLog?.() === false) return { kind: 'refused', error };
      return { kind: 'refused', error, index: this.applyEntry(entry, pending) };
    } catch (error) {
      // An entry that is too large is the fault of whoever asked for it; nothing of it has been applied.
      if (error instanceof LiaisonError && error.code === 'LIMIT_EXCEEDED') return { kind: 'refused', error };
      throw error;
    }
  }

  private applyEntry(entry: Entry, pending: Uint8Array[], known: Known = {}): number {
    const index = this.tree.size + pending.length;
    const bytes = encodeEntry(entry);
    const changes = apply(this.store, index, entry, known);
    this.store.write(changes);
    for (const change of changes) {
      if (change.kind === 'erase-content') this.erased.push(change.index);
      else if (change.kind === 'erase-blob') this.erasedBlobs.push(change.digest);
    }
    pending.push(bytes);
    return index;
  }

  /** Writes entries, tiles, checkpoint, contents and rows into the open transaction. */
  private record(pending: readonly Uint8Array[], work: readonly Work[], outcomes: readonly Outcome[]): void {
    if (pending.length === 0) return;
    const first = this.tree.size;
    for (const tile of this.tree.append(pending.map(leafHash))) this.storeTile(tile);
    this.checkpoint = signCheckpoint(
      { origin: this.signer.name, size: this.tree.size, root: this.tree.root() },
      this.signer,
    );
    this.storeEntries(first, pending);
    this.eraseContents();
    work.forEach((item, i) => {
      const outcome = outcomes[i];
      const index = outcome?.kind === 'logged' ? outcome.indices[0] : undefined;
      // In the same batch everybody may have said already that they have it: then nothing would erase it.
      if (item.content && index !== undefined && this.isAwaited(index)) {
        this.sql.addContent.run(index, item.content.content, packKeys(item.content.wrappedKeys));
        this.recentContents.add(index, item.content);
      }
    });
    this.store.flush();
  }

  /** What is handed over together was mostly accepted together: neighbours go in one statement. */
  private eraseContents(): void {
    const indices = this.erased.splice(0).sort((a, b) => a - b);
    for (let at = 0; at < indices.length;) {
      const first = indices[at++] as number;
      let last = first;
      while (indices[at] === last + 1) last = indices[at++] as number;
      this.sql.erase.run(first, last);
    }
    for (const index of indices) this.recentContents.delete(index);
  }

  private isAwaited(index: number): boolean {
    return (this.store.get('messages', index)?.outstanding ?? 0) > 0;
  }

  private storeTile(tile: Tile): void {
    this.sql.addTile.run(tileKey(tile.level, tile.number), tile.hashes);
  }

  private storeEntries(first: number, encoded: readonly Uint8Array[]): void {
    let start = 0;
    while (start < encoded.length) {
      let end = start;
      for (let bytes = 0; end < encoded.length && end - start < TILE_WIDTH; end++) {
        bytes += (encoded[end] as Uint8Array).length;
        if (end > start && bytes > ROW_BYTES_MAX) break;
      }
      const entries = encoded.slice(start, end);
      const checkpoint = end === encoded.length ? this.checkpoint : new Uint8Array(0);
      const bundle = encodeEntryBundle(entries);
      this.sql.addRow.run(first + start, entries.length, bundle, checkpoint);
      // Views of one piece of memory: the collector has far less to look after than with a buffer for each entry.
      this.remember({ firstIndex: first + start, entries: decodeEntryBundle(bundle) });
      start = end;
    }
  }

  /**
   * The bytes of an entry exactly as they were logged.
   * @throws LiaisonError DATA_DAMAGED
   */
  entryBytes(index: number): Uint8Array {
    const row = this.rowOf(index);
    const bytes = row.entries[index - row.firstIndex];
    if (!bytes) throw new LiaisonError('DATA_DAMAGED', `Entry ${index} is missing.`);
    return bytes;
  }

  /** @throws LiaisonError DATA_DAMAGED */
  entry(index: number): Entry {
    const bytes = this.entryBytes(index);
    return stored(index, () => decode(EntrySchema, bytes, 'signed'));
  }

  /** The content kept for the message accepted at this index. */
  content(index: number): Content | undefined {
    const recent = this.recentContents.get(index);
    if (recent) return recent;
    const row = this.sql.content.get(index) as { content: Uint8Array; wrappedKeys: Uint8Array } | undefined;
    return row && { content: row.content, wrappedKeys: unpackKeys(row.wrappedKeys) ?? [] };
  }

  /** For reads that the rows' interface does not offer. */
  prepare(sql: string): StatementSync {
    return this.db.prepare(sql);
  }

  close(): void {
    this.closeDatabase();
  }

  private verifier(): Verifier {
    return createVerifier(this.signer.name, KEY_TYPE.ED25519, this.signer.publicKey);
  }

  private restore(): void {
    const last = this.db.prepare('SELECT firstIndex + count AS size FROM log ORDER BY firstIndex DESC LIMIT 1').get();
    if (!last) throw new LiaisonError('DATA_DAMAGED', 'The log is empty.');
    this.tree = this.restoreTree(last['size'] as number);
    this.checkpoint = this.readCheckpoint();
    const signed = verifyCheckpoint(this.checkpoint, this.verifier());
    if (signed.size !== this.tree.size || !equalBytes(signed.root, this.tree.root())) {
      throw new LiaisonError('DATA_DAMAGED', 'The newest checkpoint does not sign the stored entries.');
    }
    const stated = this.store.get('facts', 'verifier-key')?.text;
    if (stated !== formatVerifierKey(this.signer)) throw new LiaisonError('DATA_DAMAGED', 'The log has another key.');
  }

  private restoreTree(size: number): TileTree {
    const tail: Uint8Array[] = [];
    for (let index = size - (size % TILE_WIDTH); index < size; index++) tail.push(leafHash(this.entryBytes(index)));
    return TileTree.restore(size, tail, this.readTile);
  }

  private readCheckpoint(): Uint8Array {
    const row = this.db.prepare('SELECT checkpoint FROM log ORDER BY firstIndex DESC LIMIT 1').get();
    return (row?.['checkpoint'] as Uint8Array | undefined) ?? new Uint8Array(0);
  }

  private readonly readTile = (level: number, number: number): Uint8Array => {
    const row = this.sql.tile.get(tileKey(level, number)) as { hashes: Uint8Array } | undefined;
    if (!row) throw new LiaisonError('DATA_DAMAGED', `Tile ${level}/${number} is missing.`);
    return row.hashes;
  };

  /** Entries are asked for one after the other: mostly in the row of the last one. */
  private rowOf(index: number): LogRow {
    if (this.lastRow && contains(this.lastRow, index)) return this.lastRow;
    for (const row of this.recent.values()) if (contains(row, index)) return (this.lastRow = row);
    return (this.lastRow = this.loadRow(index));
  }

  private loadRow(index: number): LogRow {
    const row = this.sql.row.get(index) as { firstIndex: number; entries: Uint8Array } | undefined;
    if (!row) throw new LiaisonError('DATA_DAMAGED', `Entry ${index} is missing.`);
    const entries = stored(index, () => decodeEntryBundle(row.entries));
    const loaded = { firstIndex: row.firstIndex, entries };
    this.remember(loaded);
    return loaded;
  }

  private remember(row: LogRow): void {
    this.recent.set(row.firstIndex, row);
    if (this.recent.size > CACHED_ROWS) this.recent.delete(this.recent.keys().next().value as number);
  }
}

const contains = ({ firstIndex, entries }: LogRow, index: number): boolean =>
  index >= firstIndex && index < firstIndex + entries.length;

function knownOf(command: Command): Known {
  if (command.kind === 'submit') return { parsed: command.parsed };
  return command.kind === 'handover' ? { statement: command.statement } : {};
}

/** What is stored was well-formed when it was: that it no longer is must not look like a mistake of whoever asks. */
function stored<T>(index: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new LiaisonError('DATA_DAMAGED', `Entry ${index} cannot be read.`, { cause: error });
  }
}

function encodeEntry(entry: Entry): Uint8Array {
  const bytes = encode(EntrySchema, entry);
  if (bytes.length > LIMITS.entryBytesMax) {
    throw new LiaisonError(
      'LIMIT_EXCEEDED',
      `An entry would have ${bytes.length} bytes; ${LIMITS.entryBytesMax} are allowed.`,
    );
  }
  return bytes;
}
