import { matchNuclei } from '../../kernels/match-nuclei.ts';
import { differing, goldens } from '../support/goldens.ts';

describe('matchNuclei', () => {
  test('equals the rule applied cell by cell with numpy, with and without splitting', () => {
    const cases = goldens<{ splitAbove: number; minSize: number }>('match-nuclei');
    for (const golden of cases) {
      const cells = golden.get('cells', Int32Array);
      const nuclei = golden.get('nuclei', Int32Array);
      const match = matchNuclei(cells, nuclei, ...golden.size('cells'), golden.params);
      const rows = [...match.cells, ...match.nucleus, ...match.shared];
      expect([golden.name, differing(rows, golden.get('matched', Int32Array))]).toEqual([golden.name, 0]);
      expect([golden.name, differing(match.nuclei, golden.get('expected', Int32Array))]).toEqual([golden.name, 0]);
      expect(differing(nuclei, golden.get('nuclei', Int32Array))).toBe(0);
    }
    expect(cases.length).toBeGreaterThan(20);
  });

  test('of nuclei that share as many pixels the smallest id is taken; a cell may have none', () => {
    const match = matchNuclei(Int32Array.of(4, 4, 9, 0), Int32Array.of(8, 3, 0, 5), 1, 4);
    expect(match).toEqual({
      cells: Int32Array.of(4, 9),
      nucleus: Int32Array.of(3, 0),
      shared: Int32Array.of(1, 0),
      nuclei: Int32Array.of(8, 3, 0, 5),
    });
  });

  test('refuses wrong sizes, negative ids and options', () => {
    const plane = Int32Array.of(1, 2);
    expect(() => matchNuclei(plane, Int32Array.of(1), 1, 2)).toThrow('matchNuclei: nuclei: has 1 values');
    expect(() => matchNuclei(plane, Int32Array.of(0, -1), 1, 2)).toThrow('the nucleus at index 1 is -1');
    expect(() => matchNuclei(Int32Array.of(-2, 1), plane, 1, 2)).toThrow('the cell at index 0 is -2');
    expect(() => matchNuclei(plane, plane, 1, 2, { minSize: NaN })).toThrow('matchNuclei: minSize is NaN');
  });
});
