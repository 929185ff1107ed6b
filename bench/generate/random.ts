/** Randomness from a seed: the same seed gives the same choices. Not for keys. */

const U32 = 0x1_0000_0000;

/** sfc32 of PractRand (Chris Doty-Humphrey, public domain): 128 bits of state, fast and good enough for statistics. */
export class Random {
  private a: number;
  private b = 0x9e3779b9;
  private c = 0x243f6a88;
  private counter = 1;

  /** @param seed whole number from 0 to 2^53 − 1 */
  constructor(seed: number) {
    this.a = seed >>> 0;
    this.b ^= Math.floor(seed / U32);
    for (let i = 0; i < 12; i++) this.u32();
  }

  private u32(): number {
    const sum = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    return this.u32() / U32;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** A whole number from `low` to `high`, both included. The greater `skew` is, the more often it is a low one. */
  between(low: number, high: number, skew = 1): number {
    return low + Math.floor((high - low + 1) * this.next() ** skew);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  readonly bytes = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let at = 0, word = 0; at < length; at++, word >>>= 8) {
      if (at % 4 === 0) word = this.u32();
      bytes[at] = word;
    }
    return bytes;
  };
}

/** Draws from a list in which the first is the most frequent: the item of rank r has the weight 1 / r^exponent (Zipf). */
export class Ranked<T> {
  private readonly items: readonly T[];
  private readonly sums: Float64Array;

  constructor(items: readonly T[], exponent: number) {
    this.items = items;
    this.sums = new Float64Array(items.length);
    let sum = 0;
    for (let i = 0; i < items.length; i++) this.sums[i] = sum += 1 / (i + 1) ** exponent;
  }

  draw(random: Random): T {
    const wanted = random.next() * (this.sums.at(-1) ?? 0);
    let low = 0;
    for (let high = this.items.length - 1; low < high;) {
      const middle = (low + high) >> 1;
      if ((this.sums[middle] as number) > wanted) high = middle;
      else low = middle + 1;
    }
    return this.items[low] as T;
  }
}
