/** A dishonest gateway with several shards: trees, checkpoints and rows follow from whatever the entries say. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { signCheckpoint } from '../../audit/checkpoint.ts';
import { tileKey } from '../../audit/data-format.ts';
import { decodeEntryBundle, encodeEntryBundle } from '../../audit/tiles.ts';
import { TileTree } from '../../audit/tree.ts';
import { openDatabase } from '../../gateway/ledger/database.ts';
import type { LogSigner } from '../../gateway/ledger/engine.ts';
import { apply } from '../../ledger/apply.ts';
import { SqliteStore } from '../../ledger/store/sqlite.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { type Entry, EntrySchema } from '../../protocol/generated/schema.ts';
import { leafHash } from '../../protocol/merkle.ts';
import { directory, shardSigner, signer } from './log-builder.ts';

type Event = Entry['event'];

export class ShardForgery {
  /** Entries of each shard. */
  readonly shards: Uint8Array[][] = [];
  /** Who signs the checkpoints of each. */
  readonly signers: LogSigner[] = [];

  constructor(from: string) {
    const db = new DatabaseSync(from, { readOnly: true });
    for (const row of db.prepare('SELECT entries FROM log ORDER BY firstIndex').all()) {
      for (const bytes of decodeEntryBundle(row['entries'] as Uint8Array)) {
        const { event } = decode(EntrySchema, bytes, 'signed');
        if (event.kind === 'shardOpen') {
          this.signers.push(this.shards.length === 0 ? signer : shardSigner(event.value.origin));
          this.shards.push([]);
        }
        this.shards.at(-1)!.push(bytes);
      }
    }
    db.close();
  }

  entry(shard: number, index: number): Entry {
    return decode(EntrySchema, this.shards[shard]!.at(index)!, 'signed');
  }

  /** Changes the value of an event of this kind; `index` may count from the end. */
  change<K extends Event['kind']>(
    shard: number,
    index: number,
    kind: K,
    value: Partial<Extract<Event, { kind: K }>['value']>,
  ): void {
    const entry = this.entry(shard, index);
    if (entry.event.kind !== kind) throw new Error(`entry ${index} is a ${entry.event.kind}`);
    const event = { kind, value: { ...entry.event.value, ...value } } as Event;
    const entries = this.shards[shard]!;
    entries[index < 0 ? entries.length + index : index] = encode(EntrySchema, { ...entry, event });
  }

  /** Has each entry 0 say of the shard before it what is so now. */
  relink(): void {
    let firstNumber = 0;
    for (let i = 1; i < this.shards.length; i++) {
      firstNumber += this.shards[i - 1]!.length;
      this.change(i, 0, 'shardOpen', { previousCheckpoint: this.note(i - 1, this.shards[i - 1]!), firstNumber });
    }
  }

  private note(shard: number, entries: readonly Uint8Array[]): Uint8Array {
    const tree = new TileTree(() => new Uint8Array(0));
    tree.append(entries.map(leafHash));
    const key = this.signers[shard]!;
    return signCheckpoint({ origin: key.name, size: tree.size, root: tree.root() }, key);
  }

  /** Writes the ledger and returns its path. */
  write(): string {
    const path = join(directory, `${randomBytes(6).toString('hex')}.db`);
    const { db, close } = openDatabase(path, { create: true });
    db.exec('BEGIN');
    const store = new SqliteStore(db);
    let number = 0;
    for (const [ordinal, entries] of this.shards.entries()) {
      const tree = new TileTree(() => new Uint8Array(0));
      for (const { level, number: tile, hashes } of tree.append(entries.map(leafHash))) {
        db.prepare('INSERT INTO tiles VALUES (?, ?)').run(tileKey(level, tile, ordinal), hashes);
      }
      const first = number;
      for (const bytes of entries) {
        try {
          store.write(apply(store, number, decode(EntrySchema, bytes, 'signed')));
        } catch {
          // what cannot be folded changes no row
        }
        number++;
      }
      for (let at = 0; at < entries.length; at += 200) {
        const part = entries.slice(at, at + 200);
        const note = this.note(ordinal, entries.slice(0, at + part.length));
        db.prepare('INSERT INTO log VALUES (?, ?, ?, ?)').run(first + at, part.length, encodeEntryBundle(part), note);
      }
    }
    store.flush();
    db.exec('COMMIT');
    close();
    return path;
  }
}
