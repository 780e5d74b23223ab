import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { PlotData } from './plot-data.ts';
import { shorten, slantedLabels, slantedSize, tell, WIDTH, widthOf } from './svg-parts.ts';

const [ROW, LABEL, CLIP] = [22, 24, 2];

/**
 * A cell per row and column. By z-score: each row's distance from its mean over the columns in standard deviations (of the population), blue
 * below and red above, at full strength from ±2. As they are: one hue, from 0 (or the least, where that is negative) to the greatest. Empty
 * where there is no number.
 */
export function heatmap(plot: PlotData): Html {
  const byScore = plot.scale === 'z-score';
  const drawn = byScore ? plot.values.map(zScores) : plot.values;
  const numbers = plot.values.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
  const labels = plot.columns.map((label) => shorten(label, LABEL));
  const { height: top, overhang } = slantedSize(labels);
  const left = 12 + Math.max(...plot.rows.map((label) => widthOf(shorten(label, LABEL))));
  const step = Math.floor(Math.min(56, Math.max(22, (WIDTH - left - overhang) / plot.columns.length)));
  const width = Math.ceil(left + step * plot.columns.length + overhang);
  const height = top + ROW * plot.rows.length + 4;
  const fill = (value: number): Html => {
    const share = byScore ? Math.min(1, Math.abs(value) / CLIP) : (value - low) / (high - low || 1);
    return html`class="${byScore && value < 0 ? 'low' : 'high'}" fill-opacity="${share.toFixed(3)}"`;
  };
  const cell = (row: number, column: number): Html => {
    const [value, shade] = [plot.values[row]![column]!, drawn[row]![column]!];
    const box = html`x="${left + column * step}" y="${top + row * ROW}" width="${step - 1}" height="${ROW - 1}"`;
    const told =
      value === null
        ? 'none'
        : `${tell(value)}${plot.unit === null ? '' : ` ${plot.unit}`}${byScore ? score(shade) : ''}`;
    const title = html`<title>${`${plot.rows[row]!}, ${plot.columns[column]!}: ${told}`}</title>`;
    return shade === null
      ? html`<rect class="none" ${box}>${title}</rect>`
      : html`<rect ${fill(shade)} ${box}>${title}</rect>`;
  };
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="${plot.title}"
  >
    ${slantedLabels(plot.columns, LABEL, left, step, top - 6)}
    ${plot.rows.map((label, row) => {
      const y = top + row * ROW + ROW / 2 + 4;
      return html`<text x="${left - 8}" y="${y}" text-anchor="end"
          >${shorten(label, LABEL)}<title>${label}</title></text
        >
        ${plot.columns.map((_, column) => cell(row, column))}`;
    })}
  </svg>`;
}

const score = (shade: number | null): string => (shade === null ? '' : `, z ${shade.toFixed(2)}`);

/** What the shades mean, as a strip with its ends told. */
export function heatmapKey({ scale, values, unit }: PlotData): Html {
  const byScore = scale === 'z-score';
  const numbers = values.flat().filter((value) => value !== null);
  const [low, high] = byScore ? [-CLIP, CLIP] : [Math.min(0, ...numbers), Math.max(0, ...numbers)];
  const shades = Array.from({ length: 11 }, (_, i) => (byScore ? (i - 5) / 5 : i / 10));
  const ends = byScore ? ['−2', '+2'] : [tell(low), `${tell(high)}${unit === null ? '' : ` ${unit}`}`];
  const text = byScore ? "each row's z-score over the columns" : 'values as they are';
  return html`<p class="legend">
    <span class="key"
      >${ends[0]!}
      <svg viewBox="0 0 154 14" width="154" height="14" aria-hidden="true">
        ${shades.map(
          (shade, i) =>
            html`<rect
              class="${shade < 0 ? 'low' : 'high'}"
              fill-opacity="${Math.abs(shade)}"
              x="${14 * i}"
              width="14"
              height="14"
            />`,
        )}
      </svg>
      ${ends[1]!}</span
    ><span>${text}</span>
  </p>`;
}

/** Nulls stay; a row that does not vary is 0 throughout. */
function zScores(row: readonly (number | null)[]): (number | null)[] {
  const numbers = row.filter((value) => value !== null);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
  return row.map((value) => (value === null ? null : deviation > 0 ? (value - mean) / deviation : 0));
}
