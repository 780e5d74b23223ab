import { testContext, testStep } from '../../core/testing.ts';
import type { Labels, Table } from '../../kernels/image.ts';
import { segmentationQc } from '../../plugins/segmentation-qc/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof segmentationQc.params.parse>[0];

const warned: string[] = [];
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_: object, text: string) => void warned.push(text),
};
beforeEach(() => void (warned.length = 0));

const judge = (cells: Labels, nuclei?: Labels, params: Params = {}): Table => {
  const parsed = segmentationQc.params.parse(params);
  return (segmentationQc.run({ cells, nuclei }, parsed, testContext({ log })) as { table: Table }).table;
};
const row = ({ columns }: Table): Record<string, unknown> =>
  Object.fromEntries(columns.map(({ name, values }) => [name, values[0]]));

const draw = (mpp: number, ...rows: string[]): Labels => ({
  ...{ height: rows.length, width: rows[0]!.length, mpp },
  data: Int32Array.from(rows.join(''), (c) => (c === '.' ? 0 : Number(c))),
});

/** 5 × 10 pixels of 20 µm: 0.02 mm². Areas of 2, 4, 6 and 3 pixels. */
const cells = draw(20, '..........', '.11.2222..', '.333......', '.333..444.', '..........');
const nuclei = draw(20, '.......55.', '.1..2.6...', '....7.....', '......88..', '..........');
const blank = draw(20, '....', '....');
const tissue = drawTissue(64, 80);

testStep(segmentationQc, [
  { name: 'cells and nuclei', inputs: { cells, nuclei }, params: { warn: { cells: { max: 2 } } } },
  { name: 'cells alone', inputs: { cells, nuclei: undefined } },
  { name: 'nothing found', inputs: { cells: blank, nuclei: blank } },
]);
testGolden(segmentationQc, [
  {
    name: 'tissue',
    inputs: { cells: tissue.cells, nuclei: tissue.nuclei },
    params: { warn: { covered: { max: 0.5 } } },
  },
]);

test('the figures are what can be counted by hand', () => {
  const table = judge(cells, nuclei, { straightRunUm: 40 });
  expect(table.rows).toBe(1);
  expect(row(table)).toEqual({
    cells: 4,
    density_per_mm2: expect.closeTo(200, 9) as number,
    area_q1_um2: 2.75 * 400,
    area_median_um2: 3.5 * 400,
    area_q3_um2: 4.5 * 400,
    covered: 0.3,
    // Sides of 4 and 3 pixels, two each; outlines of 6, 10, 10 and 8 edges.
    straight_edges: (8 + 6 + 6) / 34,
    // 5 and 7 lie outside, 2 and 6 in one cell, none in cell 3.
    nuclei: 6,
    nuclei_per_cell: 1,
    without_nucleus: 0.25,
    warnings: 0,
    warning: '',
  });
  expect(Object.fromEntries(table.columns.map(({ name, unit }) => [name, unit]))).toMatchObject({
    cells: null,
    density_per_mm2: '1/mm2',
    area_median_um2: 'um2',
  });
});

test('without nuclei their figures are NaN, without cells all that is taken per cell', () => {
  expect(row(judge(cells))).toMatchObject({ cells: 4, nuclei: NaN, nuclei_per_cell: NaN, without_nucleus: NaN });
  expect(row(judge(blank, blank))).toMatchObject({
    ...{ cells: 0, density_per_mm2: 0, covered: 0, nuclei: 0 },
    ...{ area_median_um2: NaN, straight_edges: NaN, nuclei_per_cell: NaN, without_nucleus: NaN },
  });
});

test('a broken warning limit is told in the table and the log; limits themselves are within', () => {
  const warn = {
    cells: { min: 5 },
    covered: { min: 0.1, max: 0.25 },
    without_nucleus: { max: 0.25 },
    nuclei: { min: 6 },
  };
  const found = row(judge(cells, nuclei, { warn }));
  const wanted = ['cells is 4, wanted at least 5', 'covered is 0.3, wanted 0.1 to 0.25'];
  expect(found).toMatchObject({ warnings: 2, warning: wanted.join('; ') });
  expect(warned).toEqual(wanted);
});

test('a figure that cannot be told breaks any limit on it', () => {
  const { warning } = row(judge(blank, blank, { warn: { area_median_um2: { min: 20 } } }));
  expect(warning).toBe('area_median_um2 cannot be told of a field of view without cells, wanted at least 20');
});

test('a blocking limit fails the field of view, naming every figure with what was found and wanted', () => {
  const block = { cells: { min: 10 }, covered: { max: 0.2 }, nuclei: { min: 1 } };
  expect(() => judge(cells, nuclei, { block, warn: { cells: { min: 5 } } })).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      message:
        'the segmentation is not fit for use: cells is 4, wanted at least 10; covered is 0.3, wanted at most 0.2. Look at this ' +
        'field of view, and mend the segmentation or the limits under block',
      fields: {
        port: 'cells',
        figures: [
          { figure: 'cells', found: 4, wanted: 'at least 10' },
          { figure: 'covered', found: 0.3, wanted: 'at most 0.2' },
        ],
      },
    }) as Error,
  );
});

describe('bad input', () => {
  test('limits on nuclei that are not wired', () => {
    expect(() =>
      judge(cells, undefined, { warn: { nuclei: { min: 1 } }, block: { without_nucleus: { max: 1 } } }),
    ).toThrow('limits are set for nuclei, without_nucleus, but no nuclei are wired; wire nuclei or remove the limits');
  });
  test('nuclei on another grid', () => {
    expect(() => judge(cells, blank)).toThrow(
      'nuclei are 2×4 pixels at 20 µm, cells are 5×10 pixels at 20 µm; bring both onto one grid with a regrid step',
    );
  });
  test('limits that are none', () => {
    const issues = (given: unknown): unknown[] =>
      (segmentationQc.params.safeParse(given).error?.issues ?? []).map(({ path, message }) => [
        path.join('.'),
        message,
      ]);
    expect(issues({ warn: { cells: {} } })).toEqual([['warn.cells', 'give min, max or both']]);
    expect(issues({ block: { cells: { min: 5, max: 4 } } })).toEqual([['block.cells', 'min is above max']]);
    expect(issues({ warn: { cell: { min: 5 } } })).toHaveLength(1);
  });
});
