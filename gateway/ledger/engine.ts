/**
 * The embedded engine: one SQLite file, one writer. A batch of commands is one transaction: entries, tree, checkpoint,
 * rows and contents become durable together or not at all.
 */
import { existsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { signCheckpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import type { TileTree } from '../../audit/tree.ts';
import { createVerifier, formatVerifierKey, KEY_TYPE, type Verifier } from '../../audit/verifier-key.ts';
import { apply, type Known } from '../../ledger/apply.ts';
import { decide, entryOf, type Command, type Decision, type DecisionContext } from '../../ledger/decide.ts';
import { needsContent } from '../../ledger/holds.ts';
import type { ShardRow } from '../../ledger/rows-2.ts';
import { LOG_VERSION } from '../../ledger/shards.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { decode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema, type Entry } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { ClosedShards, type EntryProof } from './closed-shards.ts';
import { type Content, Contents } from './contents.ts';
import { type LockedDatabase, openDatabase, storageError } from './database.ts';
import { erasureEntries } from './erasures.ts';
import { type LogKeys, type LogSigner, onlyKey } from './log-keys.ts';
import { encodeEntry, LogStore, type ShardPlace, stored } from './log-store.ts';
import { openingEntries } from './next-shard.ts';

export type { Content, EntryProof, LogSigner };

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

const NO_NOTE = new Uint8Array(0);
/** Entries of a new shard that are written together; each has up to 60,000 bytes. */
const OPENING_ENTRIES = 32;

export class LedgerEngine {
  readonly store: SqliteStore;
  private readonly log: LogStore;
  private readonly db: DatabaseSync;
  private readonly closeDatabase: () => void;
  private readonly keys: LogKeys;
  /** Of the newest shard. */
  private signer: LogSigner | undefined;
  private readonly closed: ClosedShards;
  /** Messages whose content the open transaction no longer needs. */
  private readonly erased: number[] = [];
  /** Ciphertexts that commits have released; whoever takes them empties the list. */
  readonly erasedBlobs: Uint8Array[] = [];
  /** As entry 0 of the newest shard says. */
  private logVersion = 0;
  /** The newest checkpoint of the newest shard that a quorum of witnesses has signed, if it is known. */
  cosigned: { readonly note: Uint8Array; readonly size: number } | undefined;
  private readonly contents: Contents;
  private readonly sql: Readonly<Record<'probe' | 'setProbe', StatementSync>>;

  /**
   * Makes the database with entry 0.
   * @throws LiaisonError FILE_EXISTS, and as {@link openDatabase}
   */
  static create(path: string, signer: LogSigner, first: Entry): void {
    if (existsSync(path)) throw new LiaisonError('FILE_EXISTS', path);
    const engine = new LedgerEngine(openDatabase(path, { create: true }), onlyKey(signer));
    try {
      engine.transaction(() => {
        const pending: Uint8Array[] = [];
        engine.signer = signer;
        engine.applyEntry(first, pending);
        engine.record(pending, [], []);
      });
    } finally {
      engine.close();
    }
  }

  /**
   * Opens the database and proves that the stored tree is the one that its newest checkpoint signs.
   * @param keys of all shards; a single key for a log that is not to be closed
   * @throws LiaisonError as {@link openDatabase} and {@link LogKeys.of}; DATA_DAMAGED when tree and checkpoint disagree;
   *   CHECKPOINT_INVALID when the checkpoint is not signed by this key; DATA_VERSION for a log of a later version
   */
  static open(path: string, keys: LogKeys | LogSigner): LedgerEngine {
    const ring = 'make' in keys ? keys : onlyKey(keys);
    const engine = new LedgerEngine(openDatabase(path, { create: false }), ring);
    try {
      engine.restore();
      return engine;
    } catch (error) {
      engine.close();
      throw error instanceof LiaisonError ? error : storageError(error);
    }
  }

  private constructor({ db, close }: LockedDatabase, keys: LogKeys) {
    this.db = db;
    this.closeDatabase = close;
    this.keys = keys;
    this.store = new SqliteStore(db);
    this.log = new LogStore(db);
    this.contents = new Contents(db);
    this.closed = new ClosedShards(this.store, this.log);
    this.sql = {
      probe: db.prepare('SELECT nonce, note FROM probe WHERE id = 1'),
      setProbe: db.prepare('INSERT OR REPLACE INTO probe (id, nonce, note) VALUES (1, ?, ?)'),
    };
  }

  /** The tree of the newest shard. */
  get tree(): TileTree {
    return this.log.tree;
  }

  /** The newest checkpoint, as a signed note. Released only after the commit that stored it. */
  get checkpoint(): Uint8Array {
    return this.log.checkpoint;
  }

  /** Number of entry 0 of the newest shard. */
  get firstNumber(): number {
    return this.log.place.firstNumber;
  }

  /** Oldest first. */
  get closedShards(): ShardRow[] {
    return this.closed.rows;
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
      const released = this.erasedBlobs.length;
      const outcomes = work.map((item) => this.carryOut(item, decide(this.store, item.command, context), pending));
      if (this.logVersion > 0) {
        const blobs = this.erasedBlobs.slice(released);
        for (const entry of erasureEntries(this.store, this.erased, blobs, context)) this.applyEntry(entry, pending);
      }
      const nextOrigin = this.store.get('facts', 'next-origin')?.text;
      const next = nextOrigin === undefined ? undefined : this.endShard(nextOrigin, context, pending);
      this.record(pending, work, outcomes);
      if (next) this.beginShard(next, context);
      return outcomes;
    });
  }

  /**
   * Closes the shard and begins the next, in one transaction, without an act. Durable when it returns.
   * @throws LiaisonError as {@link commit}
   */
  closeShard(nextOrigin: string, context: DecisionContext): void {
    this.transaction(() => {
      const pending: Uint8Array[] = [];
      const next = this.endShard(nextOrigin, context, pending);
      this.record(pending, [], []);
      this.beginShard(next, context);
    });
  }

  /** The last entry of the shard. */
  private endShard(nextOrigin: string, context: DecisionContext, pending: Uint8Array[]): LogSigner {
    const next = this.keys.make(this.log.place.ordinal + 1, nextOrigin);
    const value = { nextOrigin, nextVerifierKey: formatVerifierKey(next) };
    this.applyEntry(entryOf(context, { kind: 'shardClose', value }), pending);
    return next;
  }

  /** The first entries of the next shard. */
  private beginShard(next: LogSigner, context: DecisionContext): void {
    const { signer, checkpoint, firstNumber } = this;
    const { nextNumber } = this.log;
    const closed = { firstNumber, signer: signer as LogSigner, checkpoint, nextNumber };
    this.log.begin();
    this.signer = next;
    this.logVersion = LOG_VERSION;
    let pending: Uint8Array[] = [];
    for (const entry of openingEntries(this.store, closed, next, context)) {
      if (pending.length === OPENING_ENTRIES) {
        this.log.append(pending);
        pending = [];
      }
      this.applyEntry(entry, pending, { carried: true });
    }
    this.log.append(pending, () => this.sign());
    this.store.flush();
  }

  /**
   * Does all that recording an entry takes, without one: signs the current checkpoint, verifies it, commits it with the
   * nonce into a row of its own and reads both back. The file does not grow, and the log is untouched.
   * @param nonce makes the row differ from the last one: SQLite writes nothing when nothing changes
   * @throws LiaisonError as {@link commit}; DATA_DAMAGED when something else is read than was written
   */
  probe(nonce: Uint8Array): void {
    const note = this.sign();
    verifyCheckpoint(note, this.verifier());
    this.transaction(() => this.sql.setProbe.run(nonce, note));
    const row = this.sql.probe.get() as { nonce: Uint8Array; note: Uint8Array } | undefined;
    if (!row || !equalBytes(row.nonce, nonce) || !equalBytes(row.note, note)) {
      throw new LiaisonError('DATA_DAMAGED', 'What was written was not read again.');
    }
  }

  /** The checkpoint of the tree as it stands. */
  private sign(): Uint8Array {
    const signer = this.signer as LogSigner;
    const { tree } = this;
    return signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root() }, signer);
  }

  private transaction<T>(body: () => T): T {
    const next = this.log.nextNumber;
    try {
      this.db.exec('BEGIN IMMEDIATE');
      const result = body();
      this.db.exec('COMMIT');
      this.store.settle();
      this.tree.stored();
      return result;
    } catch (error) {
      const named = error instanceof LiaisonError ? error : storageError(error);
      if (named.code === 'STORAGE_FULL') this.rollback(next);
      throw named;
    }
  }

  private rollback(next: number): void {
    if (this.db.isTransaction) this.db.exec('ROLLBACK');
    this.store.discard();
    this.erased.length = this.erasedBlobs.length = 0;
    this.contents.discard();
    if (this.log.nextNumber === next || next === 0) return;
    this.restoreLog();
    this.logVersion = this.readLogVersion();
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
    const index = this.log.nextNumber + pending.length;
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
    this.log.append(pending, () => this.sign());
    this.contents.erase(this.erased.splice(0));
    work.forEach((item, i) => {
      const outcome = outcomes[i];
      const index = outcome?.kind === 'logged' ? outcome.indices[0] : undefined;
      // In the same batch everybody may have said already that they have it: then nothing would erase it.
      const message = index === undefined ? undefined : this.store.get('messages', index);
      if (item.content && message && needsContent(this.store, message)) {
        this.contents.add(message.entryIndex, item.content);
      }
    });
    this.store.flush();
  }

  /**
   * The bytes of the entry with this number, exactly as they were logged.
   * @throws LiaisonError DATA_DAMAGED
   */
  entryBytes(number: number): Uint8Array {
    return this.log.entryBytes(number);
  }

  /** @throws LiaisonError DATA_DAMAGED */
  entry(number: number): Entry {
    const bytes = this.entryBytes(number);
    return stored(number, () => decode(EntrySchema, bytes, 'signed'));
  }

  /**
   * Proves that the entry with this number is in the log.
   * @param size of the checkpoint that it is proven by, when its shard is the newest
   * @throws LiaisonError ENTRY_DROPPED when its shard was dropped; DATA_DAMAGED
   */
  prove(number: number, size = this.tree.size): EntryProof {
    if (number < this.firstNumber) return this.closed.prove(number);
    const index = number - this.firstNumber;
    return { index, path: this.tree.inclusionPath(index, size), checkpoint: NO_NOTE };
  }

  /**
   * The tree of a closed shard.
   * @throws LiaisonError ENTRY_DROPPED when the shard was dropped; DATA_DAMAGED
   */
  treeOf(shard: ShardRow): TileTree {
    return this.closed.treeOf(shard);
  }

  /** Whether the entry with this number was deleted with its shard. */
  isDropped(number: number): boolean {
    return number < this.firstNumber && (this.closed.shardOf(number)?.droppedIndex ?? 0) !== 0;
  }

  /** The content kept for the message accepted by this entry. */
  content(number: number): Content | undefined {
    return this.contents.get(number);
  }

  /** For reads that the rows' interface does not offer. */
  prepare(sql: string): StatementSync {
    return this.db.prepare(sql);
  }

  close(): void {
    this.closeDatabase();
  }

  private verifier(): Verifier {
    const { name, publicKey } = this.signer as LogSigner;
    return createVerifier(name, KEY_TYPE.ED25519, publicKey);
  }

  private newestPlace(): ShardPlace {
    const firstNumber = this.store.get('facts', 'first-number')?.number ?? 0;
    return { ordinal: firstNumber === 0 ? 0 : [...this.store.scan('shards')].length, firstNumber };
  }

  private restoreLog(): void {
    const place = this.newestPlace();
    this.signer = this.keys.of(place.ordinal, this.store.get('facts', 'origin')?.text ?? '');
    this.log.restore(place);
  }

  private restore(): void {
    this.restoreLog();
    const signed = verifyCheckpoint(this.checkpoint, this.verifier());
    if (signed.size !== this.tree.size || !equalBytes(signed.root, this.tree.root())) {
      throw new LiaisonError('DATA_DAMAGED', 'The newest checkpoint does not sign the stored entries.');
    }
    const stated = this.store.get('facts', 'verifier-key')?.text;
    if (stated !== formatVerifierKey(this.signer as LogSigner))
      throw new LiaisonError('DATA_DAMAGED', 'The log has another key.');
    this.logVersion = this.readLogVersion();
  }

  private readLogVersion(): number {
    const { event } = this.entry(this.firstNumber);
    if (event.kind !== 'shardOpen') throw new LiaisonError('DATA_DAMAGED', 'The newest shard does not open a log.');
    const { logVersion } = event.value;
    if (logVersion <= LOG_VERSION) return logVersion;
    throw new LiaisonError('DATA_VERSION', `Its log has version ${logVersion}; this program writes ${LOG_VERSION}.`);
  }
}

function knownOf(command: Command): Known {
  if (command.kind === 'submit') return { parsed: command.parsed };
  return command.kind === 'handover' ? { statement: command.statement } : {};
}
