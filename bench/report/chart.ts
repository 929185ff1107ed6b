/** Throughput as a chart: horizontal bars of medians, with the range over the repetitions. Reads on light and dark. */
import { spread } from '../load/statistics.ts';
import { values } from './cells.ts';
import type { Report } from './report.ts';
import { figure, repeated } from './text.ts';

const WIDTH = 760;
const LABELS = 310;
const VALUES = 110;
const BAR = 20;
const STEP = 32;
const TOP = 58;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .about { fill: #59636e; font-size: 12px }
  .ours { fill: #1f6feb }
  .other { fill: #8c959f }
  .range { stroke: #1f2328; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .about { fill: #9198a1 }
    .ours { fill: #4493f8 }
    .other { fill: #6e7681 }
    .range { stroke: #e6edf3 }
  }
`;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Messages of 1 KiB a second of every system that was measured. */
export function chartSvg({ measured, startedAt, repetitions, quick }: Report): string {
  const rows = measured.throughput?.find(({ bodyBytes }) => bodyBytes === 1024)?.rows ?? [];
  const bars = rows.map((row) => ({
    // What a confirmation of these means is not what the others mean.
    name: row.key === 'nats' || row.key === 'mosquitto' ? `${row.name} (not synced)` : row.name,
    isOurs: row.key.startsWith('liaison'),
    ...spread(values(row, (run) => run.perSecond).filter(Number.isFinite)),
  }));
  const most = Math.max(1, ...bars.map(({ max }) => max).filter(Number.isFinite));
  const scale = (WIDTH - LABELS - VALUES) / most;
  const height = TOP + bars.length * STEP + 8;
  const about = `${quick ? 'a quick run, not figures to quote: ' : ''}messages/s on one machine, median and range of ${repeated(repetitions)}, ${startedAt.slice(0, 10)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Throughput at 1 KiB">
<style>${STYLE}</style>
<text class="title" x="0" y="18">Throughput at 1 KiB, one sender to one recipient</text>
<text class="about" x="0" y="38">${escape(about)}</text>
${bars.map((bar, i) => drawBar(bar, TOP + i * STEP, scale)).join('\n')}
</svg>
`;
}

interface Bar {
  readonly name: string;
  readonly isOurs: boolean;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

function drawBar({ name, isOurs, median, min, max }: Bar, y: number, scale: number): string {
  const at = (value: number): string => (LABELS + (Number.isFinite(value) ? value : 0) * scale).toFixed(1);
  const width = (Number(at(median)) - LABELS).toFixed(1);
  const middle = y + BAR / 2;
  return [
    `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escape(name)}</text>`,
    `<rect class="${isOurs ? 'ours' : 'other'}" x="${LABELS}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
    `<path class="range" d="M${at(min)} ${middle}H${at(max)}"/>`,
    `<text x="${(Number(at(max)) + 8).toFixed(1)}" y="${middle + 4}">${figure(median)}</text>`,
  ].join('\n');
}
