import fc from 'fast-check';
import { testContext, testStep } from '../../core/testing.ts';
import type { CellTable, Labels } from '../../kernels/image.ts';
import { disk } from '../../kernels/morphology.ts';
import { filterLabels } from '../../plugins/filter-labels/index.ts';
import { drawTissue } from '../support/drawn-tissue.ts';
import { testGolden } from '../support/step-golden.ts';

type Params = Parameters<typeof filterLabels.params.parse>[0];
interface Filtered {
  readonly cells: Labels;
  readonly nuclei?: Labels;
  readonly flags: CellTable;
}

const filter = (cells: Labels, params: Params = {}, nuclei?: Labels): Filtered =>
  filterLabels.run({ cells, nuclei }, filterLabels.params.parse(params), testContext()) as Filtered;
const values = ({ columns }: CellTable, name: string): unknown[] =>
  Array.from<unknown>(columns.find((column) => column.name === name)?.values ?? ['absent']);

type Box = readonly [id: number, y0: number, x0: number, height: number, width: number];
function boxes(...drawn: readonly Box[]): Labels {
  const data = new Int32Array(20 * 30);
  for (const [id, y0, x0, height, width] of drawn) {
    for (let y = y0; y < y0 + height; y++) data.fill(id, y * 30 + x0, y * 30 + x0 + width);
  }
  return { height: 20, width: 30, mpp: 0.5, data };
}
const idsOf = ({ data }: Labels): number[] => [...new Set(data)].sort((a, b) => a - b).filter((id) => id > 0);

// Areas of 1, 6, 8 and 25 µm²; 4 touches the border.
const cells = boxes([2, 2, 2, 2, 2], [4, 0, 10, 4, 6], [5, 10, 2, 4, 8], [9, 8, 15, 10, 10]);
const nuclei = boxes([2, 2, 2, 1, 1], [4, 1, 11, 2, 2], [9, 10, 17, 4, 4], [11, 18, 0, 1, 1]);
const tissue = drawTissue(64, 80);

testStep(filterLabels, [
  { name: 'cells and nuclei', inputs: { cells, nuclei }, params: { minAreaUm2: 2, border: 'drop' } },
  { name: 'cells alone', inputs: { cells: tissue.cells, nuclei: undefined } },
]);
testGolden(filterLabels, [
  { name: 'flags', inputs: { cells: tissue.cells, nuclei: tissue.nuclei }, params: { size: 'flag', minAreaUm2: 60 } },
  {
    name: 'drops',
    inputs: { cells: tissue.cells, nuclei: tissue.nuclei },
    params: { minAreaUm2: 20, border: 'drop', renumber: true },
  },
]);

test('by default nothing is dropped: cells at the border and straight ones are flagged', () => {
  const out = filter(cells, { straightRunUm: 4 }, nuclei);
  expect(out.cells).toBe(cells);
  expect(out.nuclei).toBe(nuclei);
  expect(out.flags.columns.map(({ name }) => name)).toEqual(
    'cell_id area_um2 small large border straight_edge straight_share flagged'.split(' '),
  );
  expect(values(out.flags, 'cell_id')).toEqual([2, 4, 5, 9]);
  expect(values(out.flags, 'area_um2')).toEqual([1, 6, 8, 25]);
  expect(values(out.flags, 'small')).toEqual([0, 0, 0, 0]);
  expect(values(out.flags, 'border')).toEqual([0, 1, 0, 0]);
  // Stretches of more than 8 px: none of cell 5, whose longest has 8, and every side of cell 9.
  expect(values(out.flags, 'straight_share')).toEqual([0, 0, 0, 1]);
  expect(values(out.flags, 'straight_edge')).toEqual([0, 0, 0, 1]);
  expect(values(out.flags, 'flagged')).toEqual([0, 1, 0, 1]);
});

test('cells outside the limits are dropped with their nuclei; those on a limit stay', () => {
  const { cells: left, nuclei: inner, flags } = filter(cells, { minAreaUm2: 6, maxAreaUm2: 8 }, nuclei);
  expect(idsOf(left)).toEqual([4, 5]);
  expect(left.data.every((id, i) => id === 0 || id === cells.data[i])).toBe(true);
  expect(idsOf(inner!)).toEqual([4, 11]);
  expect(values(flags, 'cell_id')).toEqual([4, 5]);
});

test('small and large cells can be flagged instead', () => {
  const { cells: left, flags } = filter(cells, { minAreaUm2: 6, maxAreaUm2: 8, size: 'flag' });
  expect(left).toBe(cells);
  expect(values(flags, 'small')).toEqual([1, 0, 0, 0]);
  expect(values(flags, 'large')).toEqual([0, 0, 0, 1]);
});

test('cells at the border, and straight ones, can be dropped', () => {
  const { cells: left } = filter(cells, { border: 'drop', straightEdge: 'drop', straightRunUm: 4 });
  expect(idsOf(left)).toEqual([2, 5]);
  expect(idsOf(filter(cells, { straightEdge: 'drop', straightRunUm: 4, maxStraightShare: 1 }).cells)).toEqual([
    2, 4, 5, 9,
  ]);
});

test('what is to be kept has no column', () => {
  const { cells: left, flags } = filter(cells, { size: 'keep', minAreaUm2: 20, border: 'keep', straightEdge: 'keep' });
  expect(left).toBe(cells);
  expect(flags.columns.map(({ name }) => name)).toEqual(['cell_id', 'area_um2', 'straight_share', 'flagged']);
  expect(values(flags, 'flagged')).toEqual([0, 0, 0, 0]);
});

test('ids become 1..n on request, for nuclei and flags too; nuclei of no cell follow', () => {
  const out = filter(cells, { border: 'drop', renumber: true }, nuclei);
  expect(idsOf(out.cells)).toEqual([1, 2, 3]);
  expect(out.cells.data[8 * 30 + 15]).toBe(3);
  expect(idsOf(out.nuclei!)).toEqual([1, 3, 4]);
  expect(values(out.flags, 'cell_id')).toEqual([1, 2, 3]);
  expect(values(out.flags, 'area_um2')).toEqual([1, 8, 25]);
  expect(idsOf(filter(cells, { border: 'drop', renumber: true }).cells)).toEqual([1, 2, 3]);
});

test('whatever the limits: rows are the cells that stay, as they were, and dropping goes by what flagging says', () => {
  const limits = fc.record({ minAreaUm2: fc.nat(60), border: fc.boolean(), straight: fc.boolean() });
  fc.assert(
    fc.property(limits, ({ minAreaUm2, border, straight }) => {
      const given = { minAreaUm2, straightRunUm: 1.5, maxStraightShare: 0.1 } as const;
      const flagged = filter(tissue.cells, { ...given, size: 'flag' }).flags;
      const left = filter(tissue.cells, {
        ...given,
        border: border ? 'drop' : 'flag',
        straightEdge: straight ? 'drop' : 'keep',
      });
      const holds = (name: string, row: number): boolean => values(flagged, name)[row] === 1;
      const stay = (values(flagged, 'cell_id') as number[]).filter(
        (_, row) =>
          !holds('small', row) && !(border && holds('border', row)) && !(straight && holds('straight_edge', row)),
      );
      expect(values(left.flags, 'cell_id')).toEqual(stay);
      expect(left.cells.data).toEqual(tissue.cells.data.map((id) => (stay.includes(id) ? id : 0)));
    }),
    { numRuns: 40 },
  );
});

test('a round cell is not straight, half of one is', () => {
  const { data, width } = disk(15);
  const plane = (rows: number): Labels => {
    const out = new Int32Array(40 * 40);
    data.forEach((value, i) => {
      if (Math.floor(i / width) >= rows) out[(Math.floor(i / width) + 4) * 40 + (i % width) + 4] = value;
    });
    return { height: 40, width: 40, mpp: 0.5, data: out };
  };
  expect(values(filter(plane(0)).flags, 'straight_share')).toEqual([0]);
  expect(values(filter(plane(15)).flags, 'straight_share')).toEqual([31 / 94]);
  expect(values(filter(plane(15)).flags, 'straight_edge')).toEqual([1]);
});

test('no cells, no rows; a cell that fills the image has no outline to judge', () => {
  const none = filter(boxes(), {}, boxes());
  expect(none.flags.rows).toBe(0);
  expect(none.flags.columns).toHaveLength(8);
  const full = filter(boxes([3, 0, 0, 20, 30]));
  expect([values(full.flags, 'straight_share'), values(full.flags, 'border')]).toEqual([[0], [1]]);
  expect(filter(boxes([3, 0, 0, 20, 30]), { border: 'drop' }).flags.rows).toBe(0);
});

describe('bad input', () => {
  test('nuclei on another grid', () => {
    expect(() => filter(cells, {}, { ...nuclei, mpp: 0.6 })).toThrow(
      'nuclei are 20×30 pixels at 0.6 µm, cells are 20×30 pixels at 0.5 µm; wire both from one step',
    );
    expect(() => filter(cells, {}, tissue.nuclei)).toThrow(/^nuclei are 64×80 pixels/);
  });
  test('nuclei numbered otherwise than the cells', () => {
    expect(() => filter(cells, {}, boxes([7, 2, 2, 1, 2]))).toThrow(
      '2 pixels of nuclei lie in a cell of another id, the first at y 2, x 2 (nucleus 7, cell 2); wire cells and nuclei from ' +
        'one step that numbers them alike, or leave nuclei unwired',
    );
  });
  test('limits the wrong way round', () => {
    expect(() => filterLabels.params.parse({ minAreaUm2: 9, maxAreaUm2: 9 })).toThrow(
      /maxAreaUm2 must be above minAreaUm2/,
    );
    expect(() => filterLabels.params.parse({ border: 'remove' })).toThrow(/drop/);
  });
});
