import { describe, expect, it } from 'vitest';
import { median, percentile, ratios, spread } from '../../bench/load/statistics.ts';

describe('statistics', () => {
  it('takes percentiles by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(hundred, 99)).toBe(99);
    expect(percentile(hundred, 100)).toBe(100);
    expect(percentile(hundred, 50)).toBe(50);
    expect(percentile([3, 1, 2], 99)).toBe(3);
    expect(percentile([7], 0)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });

  it('takes the middle value, or the mean of the middle two', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([10, 9])).toBe(9.5);
    expect(median([])).toBeNaN();
    expect(median(Float64Array.of(100, 20, 3))).toBe(20);
  });

  it('leaves the values as they were', () => {
    const values = [3, 1, 2];
    median(values);
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });

  it('gives median and extremes', () => {
    expect(spread([10, 30, 20])).toEqual({ median: 20, min: 10, max: 30 });
    expect(spread([])).toEqual({ median: NaN, min: NaN, max: NaN });
  });

  it('divides within a repetition only', () => {
    expect(ratios([10, 20, 30], [5, 40])).toEqual([2, 0.5]);
    expect(ratios([1], [0])).toEqual([]);
    expect(ratios([NaN, 4], [1, 2])).toEqual([2]);
  });
});
