/** What is computed from measured figures. Nothing is smoothed and nothing is thrown away. */

/** Of repeated measurements: the middle one and the extremes. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The smallest value that at least `percent` per cent of all values do not exceed (nearest rank); NaN of nothing. */
export function percentile(values: ArrayLike<number>, percent: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const rank = Math.ceil((percent / 100) * sorted.length);
  return sorted[Math.max(rank, 1) - 1] ?? NaN;
}

/** The middle value; of an even number of values the mean of the middle two; NaN of nothing. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const below = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  const above = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  return (below + above) / 2;
}

/** Median and extremes; all NaN of nothing. */
export function spread(values: ArrayLike<number>): Spread {
  const list = Array.from(values);
  if (list.length === 0) return { median: NaN, min: NaN, max: NaN };
  return { median: median(list), min: Math.min(...list), max: Math.max(...list) };
}

/** Ratios of what belongs to the same repetition; a repetition that either side lacks is left out. */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return above.flatMap((value, i) => {
    const other = below[i];
    return other === undefined || other === 0 || Number.isNaN(value / other) ? [] : [value / other];
  });
}
