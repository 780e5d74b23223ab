import { plotFigures } from '../../../activities/publish/plots/figures.ts';
import { readPlot } from '../../../activities/publish/plots/plot-data.ts';
import type { Plot, PlotData } from '../../../activities/publish/plots/plot-data.ts';
import { briefly, colourOf, percent, shorten } from '../../../activities/publish/plots/svg-parts.ts';
import type { Column, Json, Table } from '../../../kernels/image.ts';

const column = (name: string, values: Column['values'], unit: string | null = null): Column => ({
  ...{ name, values, unit, measure: null },
});
const tableOf = (
  plot: Json | undefined,
  rows: string[],
  columns: Record<string, number[]>,
  more: Partial<Table> = {},
): Table => ({
  rows: rows.length,
  columns: [
    column('type', rows),
    ...Object.entries(columns).map(([name, values]) => column(name, Float64Array.from(values), 'counts')),
  ],
  ...(plot !== undefined && { reports: { plot } }),
  ...more,
});
const BARS = { kind: 'stacked-bars', title: 'Types', labels: 'type', values: 'cells:' };
const HEAT = { ...BARS, kind: 'heatmap', scale: 'z-score' };
const CONFUSION = { ...BARS, kind: 'confusion', figures: [{ label: 'accuracy', value: 0.75 }] };

const read = (table: Table): PlotData => {
  const plot = readPlot('t', table);
  if (plot === null || 'problem' in plot) throw new Error(JSON.stringify(plot));
  return plot;
};
const draw = (...plots: (Plot | null)[]): string => plotFigures(plots.filter((plot) => plot !== null))!.markup;
/** Elements of one name: attributes, and the text in it without tags. */
const elements = (markup: string, name: string): { attributes: Record<string, string>; text: string }[] =>
  [...markup.matchAll(new RegExp(`<${name}\\b([^>]*?)(?:/>|>(.*?)</${name}\\s*>)`, 'gs'))].map(
    ([, attributes, text]) => ({
      attributes: Object.fromEntries(
        [...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
      ),
      text: (text ?? '')
        .replace(/<title>.*?<\/title\s*>/gs, '')
        .replace(/<[^>]*>/g, '')
        .trim(),
    }),
  );
const titles = (markup: string): string[] => elements(markup, 'title').map(({ text }) => text);

describe('what is drawn', () => {
  test('a table without a plot is none; columns are those that begin with the given text', () => {
    expect(readPlot('t', tableOf(undefined, ['a'], { 'cells:x': [1] }))).toBeNull();
    const table = tableOf(
      BARS,
      ['a', 'b'],
      { cells: [9, 9], 'cells:x': [1, NaN], 'cells:y': [3, 4] },
      { colours: { type: { a: '#102030' } } },
    );
    expect(read(table)).toEqual({
      ...{ name: 't', kind: 'stacked-bars', title: 'Types', rows: ['a', 'b'], columns: ['x', 'y'] },
      ...{
        values: [
          [1, 3],
          [null, 4],
        ],
        totals: [4, 4],
        colours: { a: '#102030' },
        unit: 'counts',
        scale: 'none',
      },
      ...{ figures: [], of: { rows: 2, columns: 2 } },
    });
  });

  test('large tables are cut: the first 60 columns, and rows beyond the limit are told as others', () => {
    const names = Array.from({ length: 70 }, (_, i) => `t${i}`);
    const columns = Object.fromEntries(Array.from({ length: 61 }, (_, i) => [`cells:f${i}`, names.map(() => i + 1)]));
    const plot = read(tableOf(BARS, names, columns));
    expect(plot.columns).toHaveLength(60);
    expect([plot.rows.length, plot.rows.at(-1), plot.of]).toEqual([64, '7 others', { rows: 70, columns: 61 }]);
    expect([plot.values[0]![1], plot.values[63]![1]]).toEqual([2, 14]);
    // All columns count in the bar of all, also the one that is not drawn.
    expect([plot.totals[0], plot.totals[63]]).toEqual([(61 * 62) / 2, (7 * 61 * 62) / 2]);
    expect(draw(plot)).toContain('the first 60 of 61 bars and 64 colours for 70 rows');
    expect(
      read(tableOf(HEAT, Array.from({ length: 130 }, String), { 'cells:x': Array<number>(130).fill(1) })).rows,
    ).toHaveLength(120);
  });

  test.each<[string, Json, string]>([
    ['of another kind', { ...BARS, kind: 'pie' }, 'reports.plot is not a plot: kind: '],
    ['without a title', { ...BARS, title: '' }, 'reports.plot is not a plot: title: '],
    ['that is text', 'bars', 'reports.plot is not a plot: it: '],
    [
      'of rows that have no names',
      { ...BARS, labels: 'cells:x' },
      `the plot's rows are named by "cells:x", which is no column of text`,
    ],
    ['of no columns', { ...BARS, values: 'n:' }, 'no column of numbers begins with "n:"'],
  ])('a plot %s is told, not drawn', (_, plot, problem) => {
    const found = readPlot('t', tableOf(plot, ['a'], { 'cells:x': [1] })) as { problem: string };
    expect(found.problem).toContain(problem);
    expect(draw(found as Plot)).toMatch(/Not drawn: .*<a href="t.csv">t.csv<\/a>/s);
  });
});

describe('stacked bars', () => {
  const plot = read(tableOf(BARS, ['a', 'Unknown'], { 'cells:x': [1, 3], 'cells:y': [0, 0], 'cells:z': [2, 0] }));

  test('segments are shares of their bar, side by side, in one colour per row', () => {
    const parts = elements(draw(plot), 'rect').map(({ attributes }) => attributes);
    // Bars of all (3 : 3), x (1 : 3) and z (1 : 0); y is empty.
    const widths = parts.map(({ width }) => Number(width));
    const whole = widths[4]!;
    expect(widths.map((width) => width / whole)).toEqual(
      [0.5, 0.5, 0.25, 0.75, 1].map((share) => expect.closeTo(share, 4) as number),
    );
    expect(Number(parts[3]!['x'])).toBeCloseTo(Number(parts[2]!['x']) + widths[2]!, 1);
    expect(parts.map(({ fill }) => fill)).toEqual(['#4269d0', '#c8c8c8', '#4269d0', '#c8c8c8', '#4269d0']);
    expect(titles(draw(plot))).toContain('x: Unknown, 3 (75.0 %)');
    expect(elements(draw(plot), 'text').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['x', 'none', 'z', '6', '4', '2', '0']),
    );
  });

  test('the key names every colour with its share of all', () => {
    expect(draw(plot).replace(/\s+/g, ' ')).toContain('</i>a 50.0 %</span');
  });
});

test('a heatmap by z-score: blue below, red above, full at two deviations, empty without a number', () => {
  const plot = read(tableOf(HEAT, ['CD3', 'flat'], { 'cells:a': [1, 5], 'cells:b': [3, 5], 'cells:c': [NaN, 5] }));
  const cells = elements(draw(plot).split('class="drawing"')[1]!, 'rect').map(({ attributes }) => [
    attributes['class'],
    attributes['fill-opacity'],
  ]);
  // Mean 2, deviation 1 (of the population): ∓1 is half of two.
  expect(cells).toEqual([
    ['low', '0.500'],
    ['high', '0.500'],
    ['none', undefined],
    ...Array<string[]>(3).fill(['high', '0.000']),
  ]);
  expect(titles(draw(plot))).toEqual(expect.arrayContaining(['CD3, a: 1 counts, z -1.00', 'CD3, c: none']));
});

test('a heatmap of numbers as they are goes from nothing to the greatest', () => {
  const plot = read(tableOf({ ...HEAT, scale: 'none' }, ['CD3'], { 'cells:a': [1], 'cells:b': [4] }));
  const cells = elements(draw(plot).split('class="drawing"')[1]!, 'rect').map(
    ({ attributes }) => attributes['fill-opacity'],
  );
  expect(cells).toEqual(['0.250', '1.000']);
});

test('a confusion matrix: shares of the row, counts, the diagonal outlined, recall at the right, no row for what is not given', () => {
  const plot = read(
    tableOf(CONFUSION, ['T', 'B', 'none'], {
      'cells:T': [3, 0, 0],
      'cells:B': [1, 0, 0],
      'cells:none': [0, 12_345, 0],
    }),
  );
  const markup = draw(plot);
  const shares = elements(markup, 'rect').filter(({ attributes }) => attributes['class'] === 'share');
  expect(shares.map(({ attributes }) => attributes['fill-opacity'])).toEqual([
    '0.750',
    '0.250',
    '0.000',
    '0.000',
    '0.000',
    '1.000',
  ]);
  expect(
    elements(markup, 'rect')
      .map(({ attributes }) => attributes['class'] === 'back right')
      .filter(Boolean),
  ).toHaveLength(2);
  const texts = elements(markup, 'text').map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['3', '1', '12k', '75.0 %', '0.0 %']));
  expect(titles(markup)).toContain('B found as none: 12,345 (100.0 %)');
  expect(markup.replace(/\s+/g, ' ')).toContain('<b>0.75</b> accuracy');
});

test('text from tables is escaped, and colours that are none are not used', () => {
  const evil = '<script>x</script>"';
  const plot = read(
    tableOf({ ...BARS, title: evil }, [evil], { [`cells:${evil}`]: [1] }, { colours: { type: { [evil]: 'red;x:y' } } }),
  );
  for (const kind of ['stacked-bars', 'heatmap', 'confusion'] as const) {
    const markup = draw({ ...plot, kind, name: `../${evil}` });
    expect(markup).not.toContain('<script');
    expect(markup).not.toContain('red;');
    expect(markup).toContain('&lt;script&gt;');
    expect(markup).toContain('href="../%3Cscript%3E');
  }
});

test('a table without rows is told to be empty', () => {
  for (const plot of [BARS, HEAT, CONFUSION]) {
    expect(draw(read(tableOf(plot, [], { 'cells:x': [] })))).toContain('There is nothing to draw.');
  }
});

test('numbers and names are told briefly', () => {
  expect([0, 9_999, 10_000, 123_456, 999_499, 1_500_000].map(briefly)).toEqual([
    '0',
    '9999',
    '10k',
    '123k',
    '999k',
    '2M',
  ]);
  expect([0, 0.0004, 0.1234, 1].map(percent)).toEqual(['0.0 %', '< 0.1 %', '12.3 %', '100.0 %']);
  expect([shorten('abcdef', 6), shorten('abcdefg', 6), shorten('ääääää', 3)]).toEqual(['abcdef', 'abcde…', 'ää…']);
  expect([colourOf('a', 0, { a: '#010203' }), colourOf('a', 24, {}), colourOf('constructor', 1, {})]).toEqual([
    '#010203',
    '#4269d0',
    '#efb118',
  ]);
});
