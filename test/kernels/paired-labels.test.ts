import fc from 'fast-check';
import { renumberPaired, replaceIds, strayNuclei } from '../../kernels/paired-labels.ts';

describe('renumberPaired', () => {
  test('cells are 1..n in order, nuclei go with them, nuclei of no cell follow', () => {
    const cells = Int32Array.of(0, 5, 5, 90000, 90000, 0, 7, 0);
    const nuclei = Int32Array.of(0, 0, 5, 90000, 0, 3, 0, 8);
    expect(renumberPaired(cells, nuclei)).toEqual({
      cells: Int32Array.of(0, 1, 1, 3, 3, 0, 2, 0),
      nuclei: Int32Array.of(0, 0, 1, 3, 0, 4, 0, 5),
      count: 3,
    });
    expect([...cells]).toEqual([0, 5, 5, 90000, 90000, 0, 7, 0]);
  });

  test('is one-to-one, and keeps the order of the cells', () => {
    const ids = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ids, (pairs) => {
        const [cells, nuclei] = [0, 1].map((k) => Int32Array.from(pairs, (pair) => pair[k]!)) as [
          Int32Array,
          Int32Array,
        ];
        const out = renumberPaired(cells, nuclei);
        const map = new Map<number, number>();
        cells.forEach((id, i) => map.set(id, out.cells[i]!));
        expect([...new Set(out.cells)].filter((id) => id > 0)).toHaveLength(out.count);
        expect(Math.max(0, ...out.cells)).toBe(out.count);
        for (const [a, b] of map) for (const [c, d] of map) expect(a < c).toBe(b < d);
        nuclei.forEach((id, i) => {
          if (map.has(id) && id > 0) expect(out.nuclei[i]).toBe(map.get(id));
          else if (id > 0) expect(out.nuclei[i]).toBeGreaterThan(out.count);
          else expect(out.nuclei[i]).toBe(0);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('refuses lengths that differ and negative ids', () => {
    expect(() => renumberPaired(Int32Array.of(1), Int32Array.of(1, 2))).toThrow(
      'renumberPaired: cells have 1 pixels, nuclei 2; bring both to one grid first',
    );
    expect(() => renumberPaired(Int32Array.of(-1), Int32Array.of(0))).toThrow(/index 0 is -1/);
    expect(() => renumberPaired(Int32Array.of(0), Int32Array.of(-2))).toThrow(/index 0 is -2/);
  });
});

test('replaceIds gives 0 for ids it is not told of', () => {
  expect([...replaceIds(Int32Array.of(3, 3, 0, 4, 3), new Map([[3, 9]]))]).toEqual([9, 9, 0, 0, 9]);
  expect([...replaceIds(Int32Array.of(0, 2), new Map([[0, 5]]))]).toEqual([0, 0]);
});

test('strayNuclei counts nuclear pixels in a cell of another id', () => {
  expect(strayNuclei(Int32Array.of(0, 1, 1, 2), Int32Array.of(9, 1, 2, 3))).toEqual({ pixels: 2, first: 2 });
  expect(strayNuclei(Int32Array.of(0, 1), Int32Array.of(4, 0))).toEqual({ pixels: 0, first: -1 });
  expect(() => strayNuclei(Int32Array.of(1), Int32Array.of())).toThrow('strayNuclei: cells have 1 pixels, nuclei 0');
});
