/**
 * The embedded engine: one SQLite file, one writer. A batch of commands is one transaction: entries, tree, checkpoint,
 * rows and contents become durable together or not at all.
 */
import { existsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { signCheckpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import { packKeys, unpackKeys } from '../../audit/data-format.ts';
import type { TileTree } from '../../audit/tree.ts';
import { createVerifier, formatVerifierKey, KEY_TYPE, type Signer, type Verifier } from '../../audit/verifier-key.ts';
import { apply, type Known } from '../../ledger/apply.ts';
import { decide, type Command, type Decision, type DecisionContext } from '../../ledger/decide.ts';
import { needsContent } from '../../ledger/holds.ts';
import type { ShardRow } from '../../ledger/rows-2.ts';
import { LOG_VERSION } from '../../ledger/shards.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { EntrySchema, type Entry } from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { type LockedDatabase, openDatabase, storageError } from './database.ts';
import { erasureEntries } from './erasures.ts';
import { LogStore, type ShardPlace, stored } from './log-store.ts';
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

/** That an entry is in the log. */
export interface EntryProof {
  /** Place in the tree of its shard. */
  index: number;
  path: Uint8Array[];
  /** The final checkpoint of its shard; empty while that is the newest: then any newer checkpoint serves. */
  checkpoint: Uint8Array;
}

const NO_NOTE = new Uint8Array(0);
/** Trees of closed shards that are kept in memory. */
const CLOSED_TREES_MAX = 4;

export class LedgerEngine {
  readonly store: SqliteStore;
  private readonly log: LogStore;
  private readonly db: DatabaseSync;
  private readonly closeDatabase: () => void;
  private readonly signer: LogSigner;
  private readonly closedTrees = new Map<number, TileTree>();
  /** Messages whose content the open transaction no longer needs. */
  private readonly erased: number[] = [];
  /** Ciphertexts that commits have released; whoever takes them empties the list. */
  readonly erasedBlobs: Uint8Array[] = [];
  /** As entry 0 of the newest shard says. */
  private logVersion = 0;
  /** The newest checkpoint of the newest shard that a quorum of witnesses has signed, if it is known. */
  cosigned: { readonly note: Uint8Array; readonly size: number } | undefined;
  private readonly recentContents = new RecentContents();
  private readonly sql: Readonly<Record<'addContent' | 'erase' | 'content' | 'probe' | 'setProbe', StatementSync>>;

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
    this.log = new LogStore(db);
    this.sql = {
      addContent: db.prepare('INSERT INTO contents (entryIndex, content, wrappedKeys) VALUES (?, ?, ?)'),
      erase: db.prepare('DELETE FROM contents WHERE entryIndex BETWEEN ? AND ?'),
      probe: db.prepare('SELECT nonce, note FROM probe WHERE id = 1'),
      setProbe: db.prepare('INSERT OR REPLACE INTO probe (id, nonce, note) VALUES (1, ?, ?)'),
      content: db.prepare('SELECT content, wrappedKeys FROM contents WHERE entryIndex = ?'),
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
    return this.firstNumber === 0 ? [] : [...this.store.scan('shards')];
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
    const { signer, tree } = this;
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
    this.recentContents.clear();
    if (this.log.nextNumber !== next && next > 0) this.log.restore(this.newestPlace());
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
    this.eraseContents();
    work.forEach((item, i) => {
      const outcome = outcomes[i];
      const index = outcome?.kind === 'logged' ? outcome.indices[0] : undefined;
      // In the same batch everybody may have said already that they have it: then nothing would erase it.
      if (item.content && index !== undefined && this.isNeeded(index)) {
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

  private isNeeded(number: number): boolean {
    const message = this.store.get('messages', number);
    return message !== undefined && needsContent(this.store, message);
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
    if (number >= this.firstNumber) {
      const index = number - this.firstNumber;
      return { index, path: this.tree.inclusionPath(index, size), checkpoint: NO_NOTE };
    }
    const shard = this.closedShards.findLast(({ firstNumber }) => firstNumber <= number);
    if (!shard) throw new LiaisonError('DATA_DAMAGED', `Entry ${number} is in no shard.`);
    const index = number - shard.firstNumber;
    return { index, path: this.treeOf(shard).inclusionPath(index), checkpoint: shard.checkpoint };
  }

  /**
   * The tree of a closed shard.
   * @throws LiaisonError ENTRY_DROPPED when the shard was dropped; DATA_DAMAGED
   */
  treeOf(shard: ShardRow): TileTree {
    const { firstNumber, origin, size, droppedIndex } = shard;
    if (droppedIndex !== 0) {
      throw new LiaisonError('ENTRY_DROPPED', `The shard ${origin} was dropped by entry ${droppedIndex}.`);
    }
    let tree = this.closedTrees.get(firstNumber);
    if (!tree) {
      const ordinal = this.closedShards.findIndex((other) => other.firstNumber === firstNumber);
      tree = this.log.treeOf({ ordinal, firstNumber }, size);
      this.closedTrees.set(firstNumber, tree);
      for (const oldest of this.closedTrees.keys()) {
        if (this.closedTrees.size <= CLOSED_TREES_MAX) break;
        this.closedTrees.delete(oldest);
      }
    }
    return tree;
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

  private newestPlace(): ShardPlace {
    const firstNumber = this.store.get('facts', 'first-number')?.number ?? 0;
    return { ordinal: firstNumber === 0 ? 0 : [...this.store.scan('shards')].length, firstNumber };
  }

  private restore(): void {
    this.log.restore(this.newestPlace());
    const signed = verifyCheckpoint(this.checkpoint, this.verifier());
    if (signed.size !== this.tree.size || !equalBytes(signed.root, this.tree.root())) {
      throw new LiaisonError('DATA_DAMAGED', 'The newest checkpoint does not sign the stored entries.');
    }
    const stated = this.store.get('facts', 'verifier-key')?.text;
    if (stated !== formatVerifierKey(this.signer)) throw new LiaisonError('DATA_DAMAGED', 'The log has another key.');
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
