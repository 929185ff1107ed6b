/**
 * A gateway's log, read while the gateway runs: parts of shards as a bundle has them (audit/bundle/format.ts). The log is
 * append-only, so no long transaction is needed: sizes and checkpoints are read first, in one short transaction, and then
 * only what lies below them. Every statement ends before the next one, so that the writer can always reset its WAL.
 *
 * A stopped gateway's database is opened as audit/ledger-file.ts does it, which leaves no trace beside it.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { KeyRow } from '../ledger/rows.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { utf8 } from '../protocol/ids.ts';
import { HASH_BYTES, leafHash } from '../protocol/merkle.ts';
import { CHECKPOINTS_WIDTH, joinNotes, SHARDS_MAX, type ShardEntry, type ShardPart } from './bundle/format.ts';
import { keysBefore, keysText, type ListedKey, listedKey } from './bundle/keys.ts';
import { rootOf, splitHashes } from './bundle/roots.ts';
import { DATA_FORMAT, tileKey } from './data-format.ts';
import { attempt, databaseFile, isRunning, openStopped, stampOf } from './ledger-database.ts';
import { decodeEntryBundle, fullTiles, TILE_WIDTH } from './tiles.ts';

/** One shard as it stood when it was asked for. */
export interface ReadShard extends ShardEntry {
  /** The newest checkpoint, a signed note of that size. */
  readonly checkpoint: Uint8Array;
}

const ROWS_AT_ONCE = 256;
const ROOTS_MAX = 65_536;
const EMPTY = new Uint8Array(0);

const QUERIES = {
  last: 'SELECT firstIndex + count AS "end", checkpoint FROM log ORDER BY firstIndex DESC LIMIT 1',
  at: 'SELECT firstIndex, count, entries FROM log WHERE firstIndex <= ? ORDER BY firstIndex DESC LIMIT 1',
  after: `SELECT firstIndex, count, entries FROM log WHERE firstIndex > ? AND firstIndex < ? ORDER BY firstIndex LIMIT ${TILE_WIDTH}`,
  notes: `SELECT firstIndex, count, checkpoint FROM log WHERE firstIndex >= ? AND firstIndex < ? ORDER BY firstIndex LIMIT ${ROWS_AT_ONCE}`,
  tile: 'SELECT hashes FROM tiles WHERE key = ?',
  keys: `SELECT keyId, agency, usage, chain, notAfterMs, registeredIndex, revokedIndex FROM keys WHERE keyId > ? ORDER BY keyId LIMIT ${ROWS_AT_ONCE}`,
} as const;

/** Methods throw LiaisonError DATA_DAMAGED, and FILE_UNREADABLE for I/O errors. */
export class LedgerReader {
  readonly path: string;
  private readonly db: DatabaseSync;
  /** Of the files, when no gateway ran on them. */
  private readonly stamp: string | undefined;
  private readonly tables: ReadonlySet<string>;
  private readonly sql: Readonly<Record<keyof typeof QUERIES, StatementSync>>;
  /** Roots of full tiles: partial tiles above are made of them, and asked for again and again. */
  private readonly roots = new Map<number, Uint8Array>();
  /** Of the keys, by thumbprint: as many as the log has registered. */
  private readonly jwks = new Map<string, string>();

  /**
   * @param path the data directory, or the database in it
   * @throws LiaisonError FILE_UNREADABLE, DATA_DAMAGED, DATA_VERSION
   */
  constructor(path: string) {
    this.path = databaseFile(path);
    const runs = isRunning(this.path);
    this.stamp = runs ? undefined : stampOf(this.path);
    this.db = runs ? attempt(() => new DatabaseSync(this.path, { readOnly: true })) : openStopped(this.path);
    try {
      this.tables = attempt(() => this.check());
      const prepare = (name: keyof typeof QUERIES): StatementSync => attempt(() => this.db.prepare(QUERIES[name]));
      this.sql = {
        last: prepare('last'),
        at: prepare('at'),
        after: prepare('after'),
        notes: prepare('notes'),
        tile: prepare('tile'),
        keys: prepare('keys'),
      };
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  private check(): ReadonlySet<string> {
    this.db.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA busy_timeout = 5000');
    const rows = this.db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const tables = new Set(rows.map(({ name }) => String(name)));
    const missing = ['format', 'log', 'tiles', 'facts', 'keys'].filter((name) => !tables.has(name));
    if (missing.length > 0) throw damaged(`Tables are missing: ${missing.join(', ')}.`);
    const version = this.db.prepare('SELECT version FROM format').get()?.['version'];
    if (version === DATA_FORMAT) return tables;
    throw new LiaisonError('DATA_VERSION', `It has format ${String(version)}; this program reads ${DATA_FORMAT}.`);
  }

  /** Every shard whose entries are here, oldest first, each with its newest checkpoint. */
  shards(): ReadShard[] {
    return attempt(() => {
      this.db.exec('BEGIN');
      try {
        const closed = this.closedShards();
        const last = this.sql.last.get();
        if (!last) throw damaged('The log is empty.');
        const firstNumber = this.fact('first-number')?.number ?? 0;
        const current = {
          shard: closed.length,
          origin: this.fact('origin')?.text ?? '',
          verifierKey: this.fact('verifier-key')?.text ?? '',
          firstNumber,
          size: integer(last['end']) - firstNumber,
          checkpoint: bytesOf(last['checkpoint']),
        };
        return [...closed.filter(({ droppedIndex }) => droppedIndex === 0), current];
      } finally {
        this.db.exec('COMMIT');
      }
    });
  }

  private closedShards(): (ReadShard & { readonly droppedIndex: number })[] {
    if (!this.tables.has('shards')) return [];
    const query = `SELECT firstNumber, origin, verifierKey, size, checkpoint, droppedIndex FROM shards
      ORDER BY firstNumber LIMIT ${SHARDS_MAX}`;
    return this.db
      .prepare(query)
      .all()
      .map((row, shard) => ({
        shard,
        origin: String(row['origin']),
        verifierKey: String(row['verifierKey']),
        firstNumber: integer(row['firstNumber']),
        size: integer(row['size']),
        checkpoint: bytesOf(row['checkpoint']),
        droppedIndex: integer(row['droppedIndex']),
      }));
  }

  private fact(name: string): { text: string; number: number } | undefined {
    return this.db.prepare('SELECT text, number FROM facts WHERE name = ?').get(name) as
      { text: string; number: number } | undefined;
  }

  /**
   * A part of a shard as a bundle has it, or `undefined` when it does not have it: nothing that goes beyond the size of
   * the shard is given out. At most a few hundred rows are read.
   */
  part(shard: ReadShard, part: ShardPart): Uint8Array | undefined {
    switch (part.kind) {
      case 'checkpoint':
        return shard.checkpoint;
      case 'cosigned':
        return this.cosigned(shard);
      case 'keys':
        return utf8(keysText(keysBefore(this.keys(), shard.firstNumber + shard.size)));
      case 'checkpoints':
        return this.checkpoints(shard, part.number);
      case 'tile': {
        const { level, number, width } = part.address;
        const has = Math.floor(shard.size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
        if (number * TILE_WIDTH + width > has) return undefined;
        return level === 'entries' ? this.entries(shard, number, width) : this.tile(shard, level, number, width);
      }
    }
  }

  /** The first `width` entries of a bundle, as they are stored. */
  private entries(shard: ReadShard, number: number, width: number): Uint8Array | undefined {
    const start = shard.firstNumber + number * TILE_WIDTH;
    const end = start + width;
    const parts: Uint8Array[] = [];
    let at = start;
    for (const { first, count, entries } of this.rowsOf(start, end)) {
      if (first > at || first + count <= at) return undefined;
      parts.push(sliceOfBundle(entries, at - first, Math.min(end, first + count) - first, first));
      at = Math.min(end, first + count);
    }
    return at === end ? new Uint8Array(Buffer.concat(parts)) : undefined;
  }

  private rowsOf(start: number, end: number): { first: number; count: number; entries: Uint8Array }[] {
    return attempt(() => {
      const first = this.sql.at.get(start);
      if (!first) return [];
      return [first, ...this.sql.after.all(integer(first['firstIndex']), end)].map((row) => ({
        first: integer(row['firstIndex']),
        count: integer(row['count']),
        entries: bytesOf(row['entries']),
      }));
    });
  }

  private tile(shard: ReadShard, level: number, number: number, width: number): Uint8Array | undefined {
    if (number < fullTiles(shard.size, level)) {
      const stored = this.storedTile(shard, level, number);
      return stored && (width === TILE_WIDTH ? stored : stored.subarray(0, width * HASH_BYTES));
    }
    if (level === 0) {
      const bundle = this.entries(shard, number, width);
      return bundle && new Uint8Array(Buffer.concat(decodeEntryBundle(bundle).map(leafHash)));
    }
    const hashes: Uint8Array[] = [];
    for (let i = 0; i < width; i++) {
      const root = this.tileRoot(shard, level - 1, number * TILE_WIDTH + i);
      if (!root) return undefined;
      hashes.push(root);
    }
    return new Uint8Array(Buffer.concat(hashes));
  }

  private storedTile(shard: ReadShard, level: number, number: number): Uint8Array | undefined {
    const key = tileKey(level, number, shard.shard);
    const row = attempt(() => this.sql.tile.get(key));
    if (!row) return undefined;
    const hashes = bytesOf(row['hashes']);
    if (hashes.length !== TILE_WIDTH * HASH_BYTES) throw damaged(`Tile ${level}/${number} has ${hashes.length} bytes.`);
    return hashes;
  }

  private tileRoot(shard: ReadShard, level: number, number: number): Uint8Array | undefined {
    const key = tileKey(level, number, shard.shard);
    const known = this.roots.get(key);
    if (known) return known;
    const tile = this.storedTile(shard, level, number);
    if (!tile) return undefined;
    const root = rootOf(splitHashes(tile));
    this.roots.set(key, root);
    if (this.roots.size > ROOTS_MAX) this.roots.delete(this.roots.keys().next().value as number);
    return root;
  }

  /** A row has at most 256 entries, so one that ends behind the first size of the file begins at most 256 before it. */
  private checkpoints(shard: ReadShard, number: number): Uint8Array | undefined {
    const after = number * CHECKPOINTS_WIDTH;
    if (after >= shard.size) return undefined;
    const through = Math.min(after + CHECKPOINTS_WIDTH, shard.size);
    const notes: Uint8Array[] = [];
    let from = shard.firstNumber + Math.max(0, after - TILE_WIDTH);
    for (;;) {
      const rows = attempt(() => this.sql.notes.all(from, shard.firstNumber + through));
      for (const row of rows) {
        const size = integer(row['firstIndex']) + integer(row['count']) - shard.firstNumber;
        const note = bytesOf(row['checkpoint']);
        if (note.length > 0 && size > after && size <= through) notes.push(note);
      }
      if (rows.length < ROWS_AT_ONCE) return joinNotes(notes);
      from = integer(rows.at(-1)?.['firstIndex']) + 1;
    }
  }

  private keys(): ListedKey[] {
    const keys: ListedKey[] = [];
    for (let after: Uint8Array = EMPTY; ;) {
      const rows = attempt(() => this.sql.keys.all(after)) as unknown as KeyRow[];
      keys.push(...rows.map((row) => listedKey(row, this.jwks)));
      if (rows.length < ROWS_AT_ONCE) return keys;
      after = rows.at(-1)?.keyId ?? EMPTY;
    }
  }

  private cosigned({ origin }: ReadShard): Uint8Array | undefined {
    if (!this.tables.has('cosigned')) return undefined;
    const row = attempt(() => this.db.prepare('SELECT note FROM cosigned WHERE origin = ?').get(origin));
    return row && bytesOf(row['note']);
  }

  /**
   * For a database that no gateway had open: nothing else than what it was is known to have been read.
   * @throws LiaisonError DATA_LOCKED when it was changed meanwhile
   */
  assertUnchanged(): void {
    if (this.stamp === undefined || stampOf(this.path) === this.stamp) return;
    throw new LiaisonError('DATA_LOCKED', `${this.path} was changed while it was read: a gateway was started on it.`);
  }

  close(): void {
    this.db.close();
  }
}

/** The bytes of entries [from, to) of an entry bundle. */
function sliceOfBundle(bundle: Uint8Array, from: number, to: number, first: number): Uint8Array {
  let start = 0;
  let at = 0;
  for (let i = 0; i < to; i++) {
    if (i === from) start = at;
    if (at + 2 > bundle.length) throw damaged(`The row of entry ${first} has fewer entries than it states.`);
    at += 2 + ((bundle[at] as number) << 8) + (bundle[at + 1] as number);
  }
  if (at > bundle.length) throw damaged(`The row of entry ${first} ends within an entry.`);
  return bundle.subarray(start, at);
}

function integer(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw damaged('A row of the log has a value of another type.');
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw damaged('A row of the log has a value of another type.');
}

const damaged = (detail: string): LiaisonError => new LiaisonError('DATA_DAMAGED', detail);
