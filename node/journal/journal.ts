/**
 * The node's own log: who did what to which message, as leaves of a Merkle tree with signed checkpoints, in the formats of
 * the gateway's log. What happens in a transaction of the database is noted in that transaction; all that one transaction
 * notes costs one signature.
 */
import { signCheckpoint, verifyCheckpoint } from '../../audit/checkpoint.ts';
import { partialWidth } from '../../audit/tiles.ts';
import { TileTree } from '../../audit/tree.ts';
import { formatVerifierKey } from '../../audit/verifier-key.ts';
import { encode } from '../../protocol/codec.ts';
import type { RandomBytes } from '../../protocol/envelope/key-wrap.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { type NodeAct, type NodeEntry, NodeEntrySchema } from '../../protocol/generated/schema.ts';
import { type AgencyId, equalBytes, type MessageId, messageIdBytes } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { leafHash } from '../../protocol/merkle.ts';
import type { Companion, NodeDatabase } from '../store/database.ts';
import { type ActFacts, ACTS, type JournalAct, type JournalRecord, recordOf } from './entries.ts';
import { type JournalSigner, openJournalKey } from './journal-key.ts';
import { JournalStore } from './journal-store.ts';

export interface JournalOptions {
  readonly db: NodeDatabase;
  readonly dataDir: string;
  readonly agency: AgencyId;
  /** POSIX milliseconds. */
  readonly now: () => number;
  readonly random: RandomBytes;
}

/** What is listed. */
export interface JournalFilter {
  readonly messageId?: MessageId;
  /** At most so many, the newest first. */
  readonly limit?: number;
}

/** An entry that has no place in the tree before its transaction ends. */
interface Note {
  readonly entry: Uint8Array;
  index: number;
}

/** Acts of a person, which need a name and a reason. */
const PERSONAL: ReadonlySet<JournalAct> = new Set(['message.consulted', 'message.exported', 'message.erased']);
const LIST_MAX = 1000;

export class Journal implements Companion {
  private readonly options: JournalOptions;
  private readonly store: JournalStore;
  private readonly signer: JournalSigner;
  private tree: TileTree;
  private notes: Note[] = [];
  /** A transaction was rolled back after the tree had grown. */
  private isAhead = false;

  /**
   * Opens the log in the node's database; makes its key when it is new.
   * @throws LiaisonError DATA_DAMAGED when tree and newest checkpoint differ; as `openJournalKey`
   */
  constructor(options: JournalOptions) {
    this.options = options;
    this.store = new JournalStore(options.db);
    const newest = this.store.newestCheckpoint();
    this.signer = openJournalKey(options.dataDir, options.agency, newest === undefined && this.store.count() === 0);
    this.tree = this.restore();
    options.db.accompany(this);
  }

  /** `name+key id+base64`: what the log's checkpoints are verified with. */
  get verifierKey(): string {
    return formatVerifierKey(this.signer);
  }

  /** Number of entries. */
  get size(): number {
    return this.tree.size;
  }

  /** The newest signed checkpoint, a C2SP note. */
  get checkpoint(): Uint8Array {
    return this.store.newestCheckpoint()?.note ?? this.sign();
  }

  /**
   * Writes an act down; resolves with its position when it is durable. Calls of one turn of the event loop share one
   * transaction.
   * @throws LiaisonError JUSTIFICATION_MISSING when a person consults, exports or erases and says not who and why;
   *   LIMIT_EXCEEDED when a text is too long; STORAGE_FULL, STORAGE_FAILED
   */
  async record(act: JournalAct, facts: ActFacts = {}): Promise<number> {
    const note = await this.options.db.write(() => this.note(act, facts));
    return note.index;
  }

  /**
   * Notes an act that the transaction under way carries out: it is durable when that is. Must run within
   * `NodeDatabase.write`.
   * @throws LiaisonError JUSTIFICATION_MISSING, LIMIT_EXCEEDED
   */
  note(act: JournalAct, facts: ActFacts = {}): Readonly<Note> {
    const { messageId, actor = '', justification = '' } = facts;
    if (PERSONAL.has(act) && (actor.trim() === '' || justification.trim() === '')) {
      throw new LiaisonError('JUSTIFICATION_MISSING', `${act} of ${messageId ?? 'a message'}.`);
    }
    return this.add(act, facts);
  }

  /** Notes that a rule has content erased: nobody does it, and the rule is the reason. Must run within `NodeDatabase.write`. */
  noteErasureByRule(messageId: MessageId, rule: string): void {
    this.add('message.erased', { messageId, detail: rule });
  }

  private add(act: JournalAct, facts: ActFacts): Note {
    const { now, random } = this.options;
    const { messageId, actor = '', justification = '', detail = '' } = facts;
    const entry = encoded({
      blind: random(LIMITS.blindBytes),
      atMs: now(),
      act: ACTS.get(act) as NodeAct,
      messageId: messageId === undefined ? new Uint8Array(0) : messageIdBytes(messageId),
      ...{ actor, justification, detail },
    });
    const note = { entry, index: -1 };
    this.notes.push(note);
    return note;
  }

  /** Entries, the newest first; 1,000 unless told. */
  list({ messageId, limit = LIST_MAX }: JournalFilter = {}): JournalRecord[] {
    return listJournal(this.store, { limit, ...(messageId !== undefined && { messageId }) });
  }

  get pending(): number {
    return this.notes.length;
  }

  forget(count: number): void {
    this.notes.length = Math.min(this.notes.length, count);
  }

  flush(): void {
    if (this.notes.length === 0) return;
    if (this.isAhead) this.tree = this.restore();
    this.isAhead = true;
    const leaves = this.notes.map(({ entry }) => leafHash(entry));
    for (const [i, note] of this.notes.entries()) {
      note.index = this.tree.size + i;
      this.store.add({ index: note.index, entry: note.entry, leaf: leaves[i] as Uint8Array });
    }
    for (const tile of this.tree.append(leaves)) this.store.addTile(tile);
    this.tree.stored();
    this.store.addCheckpoint({ size: this.tree.size, note: this.sign() });
  }

  committed(): void {
    this.notes = [];
    this.isAhead = false;
  }

  rolledBack(): void {
    this.notes = [];
  }

  private sign(): Uint8Array {
    return signCheckpoint({ origin: this.signer.name, size: this.tree.size, root: this.tree.root() }, this.signer);
  }

  /** The tree as the database has it, compared with what was signed last. */
  private restore(): TileTree {
    const newest = this.store.newestCheckpoint();
    const size = newest?.size ?? 0;
    const tail = [...this.store.rows(size - partialWidth(size, 0))];
    const read = (level: number, number: number): Uint8Array => this.store.tile(level, number) ?? new Uint8Array(0);
    const leaves = tail.map(({ entry }) => leafHash(entry));
    const tree = TileTree.restore(size, leaves, read);
    if (newest && !isSigned(newest.note, tree, this.signer)) {
      throw new LiaisonError('DATA_DAMAGED', "The node's own log differs from its newest checkpoint.");
    }
    return tree;
  }
}

/** Entries, the newest first. Entries that cannot be read are for `verifyJournal` to name. */
export function listJournal(store: JournalStore, filter: JournalFilter & { readonly limit: number }): JournalRecord[] {
  const found: JournalRecord[] = [];
  for (const row of store.newest()) {
    if (found.length >= filter.limit) break;
    const record = recordOf(row);
    if (filter.messageId === undefined || record.messageId === filter.messageId) found.push(record);
  }
  return found;
}

function isSigned(note: Uint8Array, tree: TileTree, signer: JournalSigner): boolean {
  try {
    const checkpoint = verifyCheckpoint(note, signer);
    return checkpoint.size === tree.size && equalBytes(checkpoint.root, tree.root());
  } catch {
    return false;
  }
}

function encoded(entry: NodeEntry): Uint8Array {
  try {
    return encode(NodeEntrySchema, entry);
  } catch (error) {
    if (!(error instanceof LiaisonError)) throw error;
    throw new LiaisonError('LIMIT_EXCEEDED', `The node's own log: ${error.detail}`, { cause: error });
  }
}
