/** What the gateway's data directory holds, for the gateway that writes it and the auditor who reads it. */

/** The database's name in the data directory. */
export const DATABASE_FILE = 'ledger.db';

/** Held by the one gateway that runs on a database. Beside it, because auditors read the database while it runs. */
export const lockFileOf = (database: string): string => `${database}.lock`;

/** Raised with every change of the tables; a database of another format is refused. */
export const DATA_FORMAT = 2;

const TILES_PER_LEVEL = 2 ** 48;
const TILES_PER_SHARD = 2 ** 32;

/** Key of a full tile in the table `tiles`. `shard` counts from 0, in the order of the log. */
export const tileKey = (level: number, number: number, shard = 0): number =>
  level * TILES_PER_LEVEL + shard * TILES_PER_SHARD + number;

/** The tile that {@link tileKey} gave this key to. */
export const tileOfKey = (key: number): { level: number; shard: number; number: number } => ({
  level: Math.floor(key / TILES_PER_LEVEL),
  shard: Math.floor((key % TILES_PER_LEVEL) / TILES_PER_SHARD),
  number: key % TILES_PER_SHARD,
});

/** Levels of a tree of at most 2^53 entries. */
export const TILE_LEVELS = 7;

/** The column `contents.wrappedKeys`: each key as u16be length and bytes, in the recipients' order. */
export function packKeys(keys: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(keys.reduce((sum, key) => sum + 2 + key.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const key of keys) {
    view.setUint16(at, key.length);
    bytes.set(key, at + 2);
    at += 2 + key.length;
  }
  return bytes;
}

/** Splits the column `contents.wrappedKeys`: each key as u16be length and bytes. `undefined` when it ends within a key. */
export function unpackKeys(bytes: Uint8Array): Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const keys: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + 2;
    const end = start > bytes.length ? Infinity : start + view.getUint16(at);
    if (end > bytes.length) return undefined;
    keys.push(bytes.subarray(start, end));
    at = end;
  }
  return keys;
}
