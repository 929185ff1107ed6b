/** Figures as text. */
import { spread } from '../load/statistics.ts';

const FIGURES = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** Three significant digits below a thousand, whole numbers above. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 1_000 ? WHOLE.format(value) : FIGURES.format(value);
}

/** `median (min–max)`; the median alone when all values are the same. */
export function spreadText(values: readonly number[], unit = ''): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return '–';
  const { median, min, max } = spread(finite);
  const range = max > min ? ` (${figure(min)}–${figure(max)})` : '';
  return `${figure(median)}${unit}${range}`;
}

/** `1 repetition`, `5 repetitions`. */
export const repeated = (count: number): string => `${count} ${count === 1 ? 'repetition' : 'repetitions'}`;

export const megabytes = (bytes: number): string => `${figure(bytes / 1e6)} MB`;
