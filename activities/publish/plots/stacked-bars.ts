import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { PlotData } from './plot-data.ts';
import { colourOf, percent, shorten, tell, WIDTH, widthOf } from './svg-parts.ts';

const [ROW, BAR, TOP, LABEL] = [24, 16, 24, 26];
const TICKS = [0, 0.25, 0.5, 0.75, 1];

interface Bar {
  readonly label: string;
  readonly values: readonly number[];
}

/** A horizontal bar per column of the table, its rows as shares of the column's sum; above them, where there are several, one of all columns. */
export function stackedBars(plot: PlotData): Html {
  const bars: Bar[] = plot.columns.map((label, c) => ({ label, values: plot.values.map((row) => row[c] ?? 0) }));
  if (plot.of.columns > 1) bars.unshift({ label: 'all', values: plot.totals });
  const left = 12 + Math.max(...bars.map(({ label }) => widthOf(shorten(label, LABEL))));
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const right = 12 + Math.max(...sums.map((sum) => widthOf(tell(sum))), widthOf('100 %') / 2);
  const width = WIDTH - left - right;
  const gap = plot.of.columns > 1 ? 8 : 0;
  const yOf = (i: number): number => TOP + i * ROW + (i > 0 ? gap : 0);
  const height = yOf(bars.length) + 4;
  return html`<svg
    viewBox="0 0 ${WIDTH} ${height}"
    width="${WIDTH}"
    height="${height}"
    role="img"
    aria-label="${plot.title}"
  >
    ${TICKS.map((tick) => {
      const x = (left + tick * width).toFixed(1);
      return html`<line class="grid" x1="${x}" x2="${x}" y1="${TOP - 4}" y2="${height - 4}" />
        <text class="faint" x="${x}" y="${TOP - 10}" text-anchor="middle">${100 * tick} %</text>`;
    })}
    ${bars.map(({ label, values }, i) => bar(label, values, sums[i]!, { plot, left, width, y: yOf(i) }))}
  </svg>`;
}

interface Place {
  readonly plot: PlotData;
  readonly left: number;
  readonly width: number;
  readonly y: number;
}

function bar(label: string, values: readonly number[], sum: number, { plot, left, width, y }: Place): Html {
  let x = left;
  const middle = y + ROW / 2 + 4;
  const segments = values.map((value, row) => {
    if (value <= 0 || sum <= 0) return html``;
    const [start, share, name] = [x, value / sum, plot.rows[row]!];
    x += share * width;
    const size = { width: (share * width).toFixed(2), colour: colourOf(name, row, plot.colours) };
    return html`<rect
      class="part"
      x="${start.toFixed(2)}"
      y="${y + (ROW - BAR) / 2}"
      width="${size.width}"
      height="${BAR}"
      fill="${size.colour}"
      ><title>${`${label}: ${name}, ${tell(value)} (${percent(share)})`}</title></rect
    >`;
  });
  return html`<text x="${left - 8}" y="${middle}" text-anchor="end"
      >${shorten(label, LABEL)}<title>${label}</title></text
    >
    ${sum > 0 ? segments : html`<text class="faint" x="${left + 6}" y="${middle}">none</text>`}
    <text class="faint" x="${left + width + 8}" y="${middle}">${tell(sum)}</text>`;
}
