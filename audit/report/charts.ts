/**
 * Charts as SVG, drawn by Apache ECharts without a browser. Colours are the page's own variables, so that a chart follows the
 * page into the dark and onto paper. Nothing in a chart comes from the log but figures and days.
 */
import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, Html } from './html.ts';
import { DAY_MS, type DayFigures, type Statistics } from './statistics.ts';

echarts.use([BarChart, GridComponent, LegendComponent, SVGRenderer]);

/** Drawn twice, for wide pages and for telephones: text in a picture must not shrink with it. */
const SIZES = [
  { name: 'wide', width: 880, height: 280 },
  { name: 'narrow', width: 340, height: 240 },
] as const;

interface Series {
  readonly name: string;
  readonly color: string;
  readonly values: readonly number[];
}

interface Chart {
  /** For who does not see it. */
  readonly label: string;
  readonly categories: readonly string[];
  readonly series: readonly Series[];
  /** Bars lie, with room for long names. */
  readonly isLying?: boolean;
}

const INK = 'var(--ink)';
const FAINT = 'var(--line)';
const FONT = 'system-ui, sans-serif';

function draw(chart: Chart, { width, height }: { width: number; height: number }): string {
  const { categories, series, isLying = false } = chart;
  const lyingHeight = 60 + 26 * categories.length;
  const instance = echarts.init(null, null, {
    ...{ renderer: 'svg', ssr: true, width },
    height: isLying ? lyingHeight : height,
  });
  const text = { color: INK, fontFamily: FONT, fontSize: 12 };
  const names = {
    ...{ type: 'category', data: [...categories], axisTick: { show: false } },
    ...{ axisLabel: { ...text, hideOverlap: true }, axisLine: { lineStyle: { color: FAINT } } },
    ...(isLying && { inverse: true }),
  };
  const values = {
    ...{ type: 'value', minInterval: 1, splitNumber: width < 500 ? 3 : 5 },
    ...{ axisLabel: text, splitLine: { lineStyle: { color: FAINT } } },
  };
  instance.setOption({
    animation: false,
    ...{
      textStyle: text,
      grid: {
        left: 8,
        right: 20,
        top: series.length > 1 ? 36 : 12,
        bottom: 8,
        outerBoundsMode: 'same',
        outerBoundsContain: 'axisLabel',
      },
    },
    ...(series.length > 1 && {
      legend: {
        top: 0,
        left: 0,
        textStyle: text,
        itemWidth: 12,
        itemHeight: 12,
        itemGap: 24,
        icon: 'rect',
        inactiveColor: FAINT,
      },
    }),
    xAxis: isLying ? values : names,
    yAxis: isLying ? names : values,
    series: series.map(({ name, color, values: data }) => ({
      ...{ type: 'bar', stack: 'all', name, data: [...data], itemStyle: { color }, barCategoryGap: '20%' },
      ...{ barMaxWidth: 40, emphasis: { disabled: true } },
    })),
  });
  const svg = instance.renderToSVGString();
  instance.dispose();
  return bare(svg);
}

/**
 * Without what a page under a strict policy does not take, and a printed page has no use for: style sheets for the pointer,
 * notes for scripts, and styles in attributes, whose properties SVG has as attributes of their own.
 */
const bare = (svg: string): string =>
  svg
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ (?:class|ecmeta_\w+|xmlns:xlink|pointer-events)="[^"]*"/g, '')
    .replaceAll(/ style="([^"]*)"/g, (_, list: string) =>
      list
        .split(';')
        .map((pair) => /^\s*([a-z-]+)\s*:\s*(.+)$/.exec(pair))
        .map((found) => (found ? ` ${found[1] ?? ''}="${found[2] ?? ''}"` : ''))
        .join(''),
    );

function figure(chart: Chart, caption: string): Html {
  const pictures = SIZES.map(
    (size) =>
      html`<div class="${size.name}" role="img" aria-label="${chart.label}">${new Html(draw(chart, size))}</div>`,
  );
  return html`<figure>
    ${pictures}
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** Bars in one chart of days; what has more is drawn by the week or by longer. */
const BARS_MAX = 62;

/** Deliveries by the day of acceptance and by how they ended. */
export function daysChart({ days }: Statistics): Html {
  const known = [...days].filter(([day]) => day >= 0);
  const first = known[0]?.[0] ?? 0;
  const last = known.at(-1)?.[0] ?? 0;
  const width = Math.max(1, Math.ceil((last - first + 1) / BARS_MAX));
  const count = Math.ceil((last - first + 1) / width);
  const bars = Array.from({ length: count }, (): DayFigures => ({ handedOver: 0, failed: 0, waiting: 0, refused: 0 }));
  for (const [day, figures] of known) {
    const bar = bars[Math.floor((day - first) / width)];
    if (bar) for (const name of ['handedOver', 'failed', 'waiting', 'refused'] as const) bar[name] += figures[name];
  }
  const caption = `Deliveries by the day of acceptance (UTC) and by how they stand at the end of the log, and refused submissions.${
    width > 1 ? ` Each bar is ${width} days.` : ''
  }`;
  const series: Series[] = [
    { name: 'handed over', color: 'var(--good)', values: bars.map((bar) => bar.handedOver) },
    { name: 'waiting', color: 'var(--wait)', values: bars.map((bar) => bar.waiting) },
    { name: 'failed', color: 'var(--bad)', values: bars.map((bar) => bar.failed) },
    { name: 'refused', color: 'var(--odd)', values: bars.map((bar) => bar.refused) },
  ];
  const categories = bars.map((_, i) => dayText(first + i * width));
  return figure({ label: 'Deliveries a day by outcome', categories, series }, caption);
}

const LAST_DAY = 100_000_000;
const dayText = (day: number): string =>
  day > LAST_DAY ? `day ${day}` : new Date(day * DAY_MS).toISOString().slice(0, 10).replace(/^\+0*/, '');

const CLASSES = ['< 1 s', '< 10 s', '< 1 min', '< 10 min', '< 1 h', '< 6 h', '< 1 day', '< 7 days', 'longer'];

/** How long deliveries took. */
export function latencyChart({ latency }: Statistics): Html {
  const caption = "Time from acceptance to the handover's entry, by the gateway's clock: number of deliveries.";
  const series = [{ name: 'deliveries', color: 'var(--good)', values: latency }];
  return figure({ label: 'Time from acceptance to handover', categories: CLASSES, series }, caption);
}

const CODES_MAX = 12;

/** Refusals by code. */
export function refusalsChart({ refusals }: Statistics): Html {
  const sorted = [...refusals].sort(([, a], [, b]) => b.logged + b.counted - a.logged - a.counted).slice(0, CODES_MAX);
  const caption = 'Refused submissions with an entry of their own, and requests that summaries only count.';
  const series: Series[] = [
    { name: 'with an entry', color: 'var(--odd)', values: sorted.map(([, { logged }]) => logged) },
    { name: 'counted', color: 'var(--wait)', values: sorted.map(([, { counted }]) => counted) },
  ];
  const categories = sorted.map(([code]) => code);
  return figure({ label: 'Refusals by code', categories, series, isLying: true }, caption);
}
