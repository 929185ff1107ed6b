/** Random choices that a seed repeats. */

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 up to, not including, `end` (mulberry32). */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  of<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to choose from');
    return list[this.below(list.length)] as T;
  }

  /** Bytes with one change: never the same bytes. */
  changed(bytes: Uint8Array): Uint8Array {
    const at = this.below(bytes.length);
    const copy = Buffer.from(bytes);
    switch (this.below(4)) {
      case 0:
        return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1)]);
      case 1:
        return Buffer.concat([copy.subarray(0, at), Buffer.of(this.below(256)), copy.subarray(at)]);
      case 2:
        return copy.subarray(0, at);
      default:
        return this.flipped(bytes);
    }
  }

  /** One bit of the bytes, which keep their length. */
  flipped(bytes: Uint8Array): Uint8Array {
    const copy = Uint8Array.from(bytes);
    const at = this.below(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << this.below(8));
    return copy;
  }
}
