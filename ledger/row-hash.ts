/** What the state digest (rows.ts) hashes, in large pieces: a call for each value takes longer than the hash. */
import { createHash } from 'node:crypto';
import type { ColumnType, TableName, Value } from './rows.ts';

const HASH_BUFFER_BYTES = 64 * 1024;

/** Rows as the state digest sees them: per value one type byte, then u64be, or u32be length and bytes. */
export class RowHash {
  private readonly hash = createHash('sha256');
  private readonly buffer = Buffer.alloc(HASH_BUFFER_BYTES);
  private at = 0;

  name(table: TableName): void {
    this.bytes(Buffer.from(`${table}\0`));
  }

  row(types: readonly ColumnType[], values: readonly Value[]): void {
    for (let i = 0; i < types.length; i++) {
      const value = values[i] as Value;
      if (types[i] === 'INTEGER') {
        this.room(9);
        this.buffer[this.at] = 0x49;
        const high = Math.floor((value as number) / 2 ** 32);
        this.buffer.writeUInt32BE(high, this.at + 1);
        this.buffer.writeUInt32BE((value as number) - high * 2 ** 32, this.at + 5);
        this.at += 9;
      } else {
        const data = typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
        this.room(5);
        this.buffer[this.at] = types[i] === 'TEXT' ? 0x54 : 0x42;
        this.buffer.writeUInt32BE(data.length, this.at + 1);
        this.at += 5;
        this.bytes(data);
      }
    }
  }

  digest(): Uint8Array {
    this.room(HASH_BUFFER_BYTES);
    return new Uint8Array(this.hash.digest());
  }

  private bytes(data: Uint8Array): void {
    if (data.length > HASH_BUFFER_BYTES) {
      this.room(HASH_BUFFER_BYTES);
      this.hash.update(data);
      return;
    }
    this.room(data.length);
    this.buffer.set(data, this.at);
    this.at += data.length;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= HASH_BUFFER_BYTES) return;
    this.hash.update(this.buffer.subarray(0, this.at));
    this.at = 0;
  }
}
