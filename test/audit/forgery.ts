/**
 * A dishonest gateway: writes a ledger in which tree, checkpoints and rows follow from whatever the entries say, so that
 * only the rules about entries can find what is wrong with them.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { tileKey } from '../../audit/data-format.ts';
import { decodeEntryBundle, encodeEntryBundle, signCheckpoint, TileTree } from '../../audit/index.ts';
import { openDatabase } from '../../gateway/ledger/database.ts';
import { apply } from '../../ledger/apply.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { type Entry, EntrySchema } from '../../protocol/generated/schema.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { directory, signer, type TestMessage } from './log-builder.ts';

type Event = Entry['event'];
interface Contents {
  readonly content: Uint8Array;
  readonly wrappedKeys: Uint8Array;
}

export class Forgery {
  readonly entries: Uint8Array[];
  private contents: Map<number, Contents>;

  /** Begins with what a ledger holds. */
  constructor(from: string) {
    const db = new DatabaseSync(from, { readOnly: true });
    const rows = db.prepare('SELECT entries FROM log ORDER BY firstIndex').all();
    this.entries = rows.flatMap((row) => decodeEntryBundle(row['entries'] as Uint8Array));
    const contents = db.prepare('SELECT * FROM contents').all();
    this.contents = new Map(contents.map((row) => [row['entryIndex'] as number, row as unknown as Contents]));
    db.close();
  }

  entry(index: number): Entry {
    return decode(EntrySchema, this.entries[index]!, 'signed');
  }

  replace(index: number, change: (entry: Entry) => Partial<Entry>): void {
    const entry = this.entry(index);
    this.entries[index] = encode(EntrySchema, { ...entry, ...change(entry) });
  }

  /** Adds an entry one second after the last, and the content that its message would have. Returns its index. */
  append(event: Event, message?: TestMessage, atMs = this.nextMs): number {
    const bytes = encode(EntrySchema, { blind: new Uint8Array(randomBytes(16)), atMs, event });
    const index = this.entries.push(bytes) - 1;
    if (message) this.contents.set(index, { content: message.content, wrappedKeys: packed(message.wrappedKeys) });
    return index;
  }

  /** Leaves an entry out; what follows moves up. */
  remove(index: number): void {
    this.entries.splice(index, 1);
    this.contents = new Map([...this.contents].map(([at, row]) => [at > index ? at - 1 : at, row]));
  }

  get nextMs(): number {
    return this.entry(this.entries.length - 1).atMs + 1000;
  }

  /** Writes the ledger and returns its path. */
  write(): string {
    const path = join(directory, `${randomBytes(6).toString('hex')}.db`);
    const locked = openDatabase(path, { create: true });
    const { db } = locked;
    db.exec('BEGIN');
    this.writeLog(db);
    this.writeRows(db);
    db.exec('COMMIT');
    locked.close();
    return path;
  }

  private writeLog(db: DatabaseSync): void {
    const tree = new TileTree(() => new Uint8Array(0));
    for (let first = 0; first < this.entries.length; first += 50) {
      const batch = this.entries.slice(first, first + 50);
      for (const { level, number, hashes } of tree.append(batch.map(leafHash))) {
        db.prepare('INSERT INTO tiles VALUES (?, ?)').run(tileKey(level, number), hashes);
      }
      const note = signCheckpoint({ origin: signer.name, size: tree.size, root: tree.root() }, signer);
      db.prepare('INSERT INTO log VALUES (?, ?, ?, ?)').run(first, batch.length, encodeEntryBundle(batch), note);
    }
  }

  private writeRows(db: DatabaseSync): void {
    const store = new SqliteStore(db);
    for (const [index, bytes] of this.entries.entries()) {
      try {
        store.write(apply(store, index, decode(EntrySchema, bytes, 'signed')));
      } catch {
        // what cannot be folded changes no row
      }
    }
    store.flush();
    store.settle();
    for (const { entryIndex, outstanding } of store.scan('messages')) {
      const row = this.contents.get(entryIndex);
      if (outstanding === 0 || !row) continue;
      db.prepare('INSERT INTO contents VALUES (?, ?, ?)').run(entryIndex, row.content, row.wrappedKeys);
    }
  }
}

const packed = (keys: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(keys.flatMap((key) => [Uint8Array.of(key.length >> 8, key.length & 0xff), key]));
