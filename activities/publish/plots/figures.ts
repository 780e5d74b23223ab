import { html, relativeHref } from '../html.ts';
import type { Html } from '../html.ts';
import { confusion } from './confusion.ts';
import { heatmap, heatmapKey } from './heatmap.ts';
import type { Plot, PlotData } from './plot-data.ts';
import { stackedBars } from './stacked-bars.ts';
import { colourOf, percent, tell } from './svg-parts.ts';

const KINDS: Readonly<
  Record<PlotData['kind'], { draw: (plot: PlotData) => Html; key: (plot: PlotData) => Html | null }>
> = {
  'stacked-bars': { draw: stackedBars, key: barsKey },
  heatmap: { draw: heatmap, key: heatmapKey },
  confusion: { draw: confusion, key: confusionKey },
};

/** The plots of the cohort's tables, each a figure with its title, key, drawing and a link to its numbers; null when there are none. */
export function plotFigures(plots: readonly Plot[]): Html | null {
  if (plots.length === 0) return null;
  return html`<h2 id="plots">Cohort</h2>
    ${plots.map(figure)}`;
}

function figure(plot: Plot): Html {
  const link = html`<a href="${relativeHref(`${plot.name}.csv`)}">${plot.name}.csv</a>`;
  if ('problem' in plot) {
    return html`<figure class="plot">
      <figcaption><b>${plot.name}</b><span class="problem">Not drawn: ${plot.problem}.</span> ${link}</figcaption>
    </figure>`;
  }
  const { draw, key } = KINDS[plot.kind];
  const empty = plot.rows.length === 0 || plot.columns.length === 0;
  const figures = plot.figures.map(
    ({ label, value }) => html`<span><b>${value === null ? '–' : tell(value)}</b> ${label}</span>`,
  );
  return html`<figure class="plot">
    <figcaption>
      <b>${plot.title}</b>
      <span class="faint">${cut(plot)}All numbers: ${link}</span>
      ${figures.length === 0 ? null : html`<span class="figures">${figures}</span>`}
    </figcaption>
    ${
      empty
        ? html`<p class="faint">There is nothing to draw.</p>`
        : html`${key(plot)}
            <div class="drawing">${draw(plot)}</div>`
    }
  </figure>`;
}

/** What is left out, in words. */
function cut({ kind, rows, columns, of }: PlotData): string {
  const [row, column] = kind === 'stacked-bars' ? ['colours', 'bars'] : ['rows', 'columns'];
  const parts = [
    ...(columns.length < of.columns ? [`the first ${columns.length} of ${tell(of.columns)} ${column}`] : []),
    ...(rows.length < of.rows ? [`${rows.length} ${row} for ${tell(of.rows)} rows`] : []),
  ];
  return parts.length === 0 ? '' : `Shown are ${parts.join(' and ')}. `;
}

function barsKey({ rows, totals, colours }: PlotData): Html {
  const all = totals.reduce((sum, total) => sum + total, 0);
  return html`<p class="legend">
    ${rows.map((name, row) => {
      const colour = colourOf(name, row, colours);
      return html`<span
        ><i style="background: ${colour}; border-color: ${colour}"></i>${name}
        ${all > 0 ? percent(totals[row]! / all) : null}</span
      >`;
    })}
  </p>`;
}

function confusionKey(): Html {
  return html`<p class="legend">
    <span>Numbers are cells; the shade is the share of the row; outlined cells are right.</span>
  </p>`;
}
