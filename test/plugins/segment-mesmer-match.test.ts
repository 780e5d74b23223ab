import { testContext } from '../../core/testing.ts';
import type { Labels, Table } from '../../kernels/image.ts';
import { matchByArk } from '../../plugins/segment-mesmer/match.ts';
import { filterLabels } from '../../plugins/filter-labels/index.ts';
import { quantify } from '../../plugins/quantify/index.ts';
import { segmentMesmer } from '../../plugins/segment-mesmer/index.ts';
import { drawBlobs } from '../support/drawn-blobs.ts';
import { mesmerRecord, openModel } from '../support/onnx-models.ts';

const net = (await openModel(mesmerRecord('mesmer-tiny'))).handle;
const countOf = (labels: Labels): number => new Set(labels.data).size - 1;

describe('nuclei matched to cells', () => {
  const grid = { height: 2, width: 8 };
  const cells = Int32Array.of(1, 1, 1, 0, 2, 2, 3, 3, 1, 1, 1, 0, 2, 2, 3, 3);
  const nuclei = Int32Array.of(0, 4, 4, 9, 0, 7, 7, 0, 0, 4, 4, 0, 0, 7, 0, 0);

  test("have their cell's id; one without a cell has a higher one", () => {
    const matched = matchByArk(cells, nuclei, grid, 'ark');
    // 7 shares two pixels with cell 2 and one with cell 3; 9 lies in no cell.
    expect([...matched.nuclei]).toEqual([0, 1, 1, 4, 0, 2, 2, 0, 0, 1, 1, 0, 0, 2, 0, 0]);
    expect(matched.matches.columns.map(({ name, values }) => [name, ...(values as Int32Array)])).toEqual([
      ['nucleus_id', 1, 2, 4],
      ['cell_id', 1, 2, 0],
      ['shared_px', 4, 2, 0],
    ]);
  });

  test('lose what lies outside their cell with clip, and are still listed', () => {
    const clipped = matchByArk(cells, nuclei, grid, 'clip');
    expect([...clipped.nuclei]).toEqual([0, 1, 1, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0, 2, 0, 0]);
    expect(clipped.matches).toEqual(matchByArk(cells, nuclei, grid, 'ark').matches);
  });

  test('with clip are what quantify and filter-labels take', async () => {
    const image = drawBlobs(262, 330);
    const ctx = testContext({ models: { net } });
    const params = segmentMesmer.params.parse({ match: 'clip' });
    const { cells, nuclei } = (await segmentMesmer.run({ image }, params, ctx)) as { cells: Labels; nuclei: Labels };
    const { table } = await quantify.run({ image, cells, nuclei }, quantify.params.parse({}), ctx);
    const areas = table.columns.find(({ name }) => name === 'nucleus_area_px')!.values as Int32Array;
    expect(areas.length).toBe(countOf(cells));
    const inside = nuclei.data.filter((id) => id > 0).length;
    expect([...areas].reduce((sum, area) => sum + area, 0)).toBe(inside);
    expect(inside).toBeGreaterThan(0);
    await filterLabels.run({ cells, nuclei }, filterLabels.params.parse({}), ctx);
  });

  test('reach the ports with match: ark', async () => {
    const image = drawBlobs(262, 330);
    const params = segmentMesmer.params.parse({ match: 'ark' });
    const found = (await segmentMesmer.run({ image }, params, testContext({ models: { net } }))) as {
      cells: Labels;
      nuclei: Labels;
      matches: Table;
    };
    const [ids, of, shared] = found.matches.columns.map(({ values }) => values as Int32Array);
    expect(ids!.length).toBe(countOf(found.nuclei));
    const pixels = new Map<number, number>();
    found.nuclei.data.forEach((id, i) => {
      if (id > 0 && found.cells.data[i] === id) pixels.set(id, (pixels.get(id) ?? 0) + 1);
    });
    expect(of!.filter((cell) => cell > 0).length).toBeGreaterThan(100);
    for (const [row, id] of ids!.entries()) {
      if (of![row] === 0) expect(id).toBeGreaterThan(countOf(found.cells));
      else expect([id, shared![row]]).toEqual([of![row], pixels.get(id)]);
    }
  });
});
