import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { PlotData } from './plot-data.ts';
import { briefly, percent, shorten, slantedLabels, slantedSize, tell, WIDTH, widthOf } from './svg-parts.ts';

const [ROW, LABEL, RECALL] = [26, 22, 76];

/** Types that are given as rows, columns as found; a cell's shade is its share of the row, its number the count; the share of the diagonal at the right. */
export function confusion(plot: PlotData): Html {
  const sums = plot.values.map((row) => row.reduce<number>((sum, value) => sum + (value ?? 0), 0));
  const given = sums.flatMap((sum, r) => (sum > 0 ? [r] : []));
  const labels = [...plot.columns.map((label) => shorten(label, LABEL)), 'recall'];
  const { height: top, overhang } = slantedSize(labels);
  const left = 12 + Math.max(widthOf('given ↓'), ...plot.rows.map((label) => widthOf(shorten(label, LABEL))));
  const room = (WIDTH - left - Math.max(RECALL, overhang)) / plot.columns.length;
  const step = Math.floor(Math.min(56, Math.max(24, room)));
  const right = left + step * plot.columns.length;
  const [width, height] = [right + Math.max(RECALL, overhang), top + ROW * given.length + 4];
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${plot.title}"
  >
    <text class="faint" x="${left - 8}" y="${top - 8}" text-anchor="end">given ↓</text>
    ${slantedLabels(plot.columns, LABEL, left, step, top - 6)}
    <text class="faint" x="${right + 10}" y="${top - 8}">recall</text>
    ${given.map((r, place) => {
      const [label, y, sum] = [plot.rows[r]!, top + place * ROW, sums[r]!];
      const own = plot.columns.indexOf(label);
      const recall = own < 0 ? '–' : percent((plot.values[r]![own] ?? 0) / sum);
      const cells = plot.columns.map((column, c) => {
        const count = plot.values[r]![c] ?? 0;
        return cell(count, sum, { x: left + c * step, y, step, right: c === own }, `${label} found as ${column}`);
      });
      return html`<text x="${left - 8}" y="${y + ROW / 2 + 4}" text-anchor="end"
          >${shorten(label, LABEL)}<title>${`${label}: ${tell(sum)} given`}</title></text
        >
        ${cells}<text class="faint" x="${right + 10}" y="${y + ROW / 2 + 4}">${recall}</text>`;
    })}
  </svg>`;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly step: number;
  /** Whether the cell is on the diagonal. */
  readonly right: boolean;
}

function cell(count: number, sum: number, { x, y, step, right }: Place, what: string): Html {
  const share = sum === 0 ? 0 : count / sum;
  const title = html`<title>${`${what}: ${tell(count)} (${percent(share)})`}</title>`;
  const box = html`x="${x}" y="${y}" width="${step - 2}" height="${ROW - 2}" rx="2"`;
  const text = briefly(count);
  const number =
    count === 0 || widthOf(text) > step
      ? html``
      : html`<text
          class="${share > 0.75 ? 'on' : ''}"
          x="${x + step / 2 - 1}"
          y="${y + ROW / 2 + 3}"
          text-anchor="middle"
          >${text}</text
        >`;
  return html`<g
    >${title}<rect class="${right ? 'back right' : 'back'}" ${box} /><rect
      class="share"
      fill-opacity="${share.toFixed(3)}"
      ${box}
    />${number}</g
  >`;
}
