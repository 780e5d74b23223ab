import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Column, Image, Labels } from '../../kernels/image.ts';
import { quantify } from '../../plugins/quantify/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof quantify.params.parse>[0];

const { image, cells, nuclei } = drawTissue(60, 70);
const measure = (input: Image, labels: Labels, inner?: Labels, params: Params = {}): CellTable => {
  const parsed = quantify.params.parse(params);
  return (quantify.run({ image: input, cells: labels, nuclei: inner }, parsed, testContext()) as { table: CellTable })
    .table;
};
const column = ({ columns }: CellTable, name: string): Column => {
  const found = columns.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no column ${name} among ${columns.map((one) => one.name).join(', ')}`);
  return found;
};
const values = (table: CellTable, name: string): unknown[] => Array.from<unknown>(column(table, name).values);

/** Two cells of 2×3 pixels, ids 5 and 9; only cell 5 has a nucleus. */
const tiny: { image: Image; cells: Labels; nuclei: Labels } = {
  image: {
    height: 3,
    width: 4,
    mpp: 0.5,
    intensity: 'counts',
    channels: [{ name: 'CD3', role: null }],
    planes: [Uint16Array.of(1, 2, 3, 100, 4, 5, 6, 100, 10, 20, 60, 200)],
  },
  cells: { height: 3, width: 4, mpp: 0.5, data: Int32Array.of(5, 5, 5, 0, 5, 5, 5, 0, 9, 9, 9, 0) },
  nuclei: { height: 3, width: 4, mpp: 0.5, data: Int32Array.of(0, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 7) },
};

testStep(quantify, [
  { name: 'cells only', inputs: { image, cells, nuclei: undefined } },
  { name: 'cells and nuclei', inputs: { image, cells, nuclei }, params: { background: 'percentile' } },
]);
testGolden(quantify, [
  { name: 'cells only, no shape', inputs: { image, cells }, params: { shape: false, statistics: ['mean'] } },
  { name: 'cells and nuclei', inputs: { image, cells, nuclei }, params: { background: 'percentile', percent: 25 } },
]);

test('intensities of cell, nucleus and cytoplasm', () => {
  const table = measure(tiny.image, tiny.cells, tiny.nuclei);
  expect(values(table, 'cell_id')).toEqual([5, 9]);
  expect(values(table, 'cell:mean:CD3')).toEqual([3.5, 30]);
  expect(values(table, 'cell:median:CD3')).toEqual([3.5, 20]);
  expect(values(table, 'cell:sum:CD3')).toEqual([21, 90]);
  expect(values(table, 'nucleus:mean:CD3')).toEqual([2.5, NaN]);
  expect(values(table, 'nucleus:sum:CD3')).toEqual([5, NaN]);
  expect(values(table, 'cytoplasm:mean:CD3')).toEqual([4, 30]);
  expect(values(table, 'nucleus_area_px')).toEqual([2, 0]);
  expect(values(table, 'nucleus_area_um2')).toEqual([0.5, 0]);
  expect(column(table, 'nucleus:sum:CD3')).toMatchObject({
    unit: 'counts',
    measure: { compartment: 'nucleus', statistic: 'sum', channel: 'CD3' },
  });
});

test('position and shape in pixels and µm', () => {
  const table = measure(tiny.image, tiny.cells);
  expect(values(table, 'area_px')).toEqual([6, 3]);
  expect(values(table, 'area_um2')).toEqual([1.5, 0.75]);
  expect(values(table, 'centroid_y_px')).toEqual([0.5, 2]);
  expect(values(table, 'centroid_x_px')).toEqual([1, 1]);
  expect(values(table, 'centroid_y_um')).toEqual([0.25, 1]);
  expect(values(table, 'major_axis_um')[1]).toBeCloseTo(2 * Math.sqrt(2 / 3), 14);
  expect(values(table, 'touches_border')).toEqual([1, 1]);
  expect(table.columns.map(({ name }) => name)).toEqual(
    (
      'cell_id area_px area_um2 centroid_y_px centroid_x_px centroid_y_um centroid_x_um major_axis_px major_axis_um ' +
      'minor_axis_px minor_axis_um perimeter_px perimeter_um eccentricity orientation solidity extent euler_number ' +
      'touches_border cell:mean:CD3 cell:median:CD3 cell:sum:CD3'
    ).split(' '),
  );
  const bare = measure(tiny.image, tiny.cells, undefined, { shape: false, statistics: ['sum'] });
  expect(bare.columns.map(({ name }) => name).slice(6)).toEqual(['centroid_x_um', 'cell:sum:CD3']);
});

test('a background is taken off mean, median and area times from the sum, below 0 if need be', () => {
  const table = measure(tiny.image, tiny.cells, tiny.nuclei, { background: 'percentile' });
  // Outside the cells lie 100, 100 and 200: a median of 100.
  expect(values(table, 'cell:mean:CD3')).toEqual([-96.5, -70]);
  expect(values(table, 'cell:median:CD3')).toEqual([-96.5, -80]);
  expect(values(table, 'cell:sum:CD3')).toEqual([-579, -210]);
  expect(values(table, 'nucleus:sum:CD3')).toEqual([-195, NaN]);
});

test('labels without objects give no rows and every column', () => {
  const blank: Labels = { ...cells, data: new Int32Array(cells.data.length) };
  const table = measure(image, blank, blank, { background: 'percentile' });
  expect(table.rows).toBe(0);
  expect(table.columns.map(({ name }) => name)).toEqual(measure(image, cells, nuclei).columns.map(({ name }) => name));
  expect(table.columns.every((one) => one.values.length === 0)).toBe(true);
});

test('a mean times its area is the sum, in every compartment, and nucleus and cytoplasm make the cell', () => {
  const table = measure(image, cells, nuclei);
  const [area, inner] = [values(table, 'area_px') as number[], values(table, 'nucleus_area_px') as number[]];
  for (const { name } of image.channels) {
    const [cell, nucleus, cytoplasm] = ['cell', 'nucleus', 'cytoplasm'].map(
      (part) => values(table, `${part}:sum:${name}`) as number[],
    );
    const mean = values(table, `nucleus:mean:${name}`) as number[];
    expect(cell!.length).toBeGreaterThan(5);
    cell!.forEach((sum, row) => {
      expect(nucleus![row]! + cytoplasm![row]!).toBe(sum);
      expect(mean[row]! * inner[row]!).toBeCloseTo(nucleus![row]!, 6);
      expect(area[row]!).toBeGreaterThan(inner[row]!);
    });
  }
});

describe('bad input', () => {
  test('a normalised image', () => {
    expect(() => measure({ ...tiny.image, intensity: 'unit' }, tiny.cells)).toThrow(
      'image is normalised (intensity "unit"), wanted intensities as recorded ("counts"), or fields of view could not be ' +
        'compared; wire image to the source or to resample',
    );
  });
  test('sizes that differ, all at once', () => {
    expect(() => measure(image, tiny.cells, tiny.nuclei)).toThrow(
      'cells are 3×4 pixels at 0.5 µm, the image is 60×70 pixels at 0.5 µm; nuclei are 3×4 pixels at 0.5 µm, the image is ' +
        "60×70 pixels at 0.5 µm; bring labels onto the image's grid with a regrid step",
    );
    expect(() => measure(image, { ...cells, mpp: 0.6 })).toThrow(/cells are 60×70 pixels at 0.6 µm/);
  });
  test('nuclei numbered otherwise than the cells', () => {
    const other = { ...tiny.nuclei, data: tiny.nuclei.data.map((id) => (id === 5 ? 2 : id)) };
    expect(() => measure(tiny.image, tiny.cells, other)).toThrow(
      '2 pixels of nuclei lie in a cell of another id, the first at y 0, x 1 (nucleus 2, cell 5); wire cells and nuclei from ' +
        'one step that numbers them alike, or leave nuclei unwired',
    );
  });
  test('no pixel for a background', () => {
    const full = { ...tiny.cells, data: new Int32Array(12).fill(1) };
    expect(() => measure(tiny.image, full, undefined, { background: 'percentile' })).toThrow(
      'cells cover every pixel, so there is no background to measure; set background: none',
    );
  });
  test('a statistic twice, or an unknown one', () => {
    expect(() => quantify.params.parse({ statistics: ['mean', 'mean'] })).toThrow(/each statistic once/);
    expect(() => quantify.params.parse({ statistics: ['mode'] })).toThrow(/mean/);
  });
});
