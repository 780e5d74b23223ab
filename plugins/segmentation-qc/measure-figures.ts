import type { Labels } from '../../kernels/image.ts';
import { matchNuclei } from '../../kernels/match-nuclei.ts';
import { percentiles } from '../../kernels/percentile.ts';
import { measureRegions } from '../../kernels/regions.ts';
import { measureStraightEdges } from '../../kernels/straight-edges.ts';
import type { Figure } from './params.ts';

/** Every figure of one field of view, in the order of the table's columns. NaN where there is nothing to take it from. */
export type Figures = Readonly<Record<Figure, number>>;

/** The figures that need nuclei. */
export const NUCLEAR: readonly Figure[] = ['nuclei', 'nuclei_per_cell', 'without_nucleus'];

const sum = (values: Int32Array): number => values.reduce((total, value) => total + value, 0);

/**
 * Counts and measures. Quartiles are those of numpy's linear rule. A nucleus lies in the cell that holds most of its pixels (of several the one
 * with the smallest id), whatever the ids; nuclei outside of all cells count as nuclei only.
 */
export function measureFigures(cells: Labels, nuclei: Labels | undefined, straightRunUm: number): Figures {
  const { data, height, width, mpp } = cells;
  const { area } = measureRegions(data, height, width, { properties: ['area'] });
  const { outline, straight } = measureStraightEdges(data, height, width, straightRunUm / mpp);
  const [count, pixels, edges] = [area.length, height * width, sum(outline)];
  const [q1 = NaN, median = NaN, q3 = NaN] = percentiles(area, [25, 50, 75]) ?? [];
  return {
    cells: count,
    density_per_mm2: count / (pixels * (mpp / 1000) ** 2),
    area_q1_um2: q1 * mpp ** 2,
    area_median_um2: median * mpp ** 2,
    area_q3_um2: q3 * mpp ** 2,
    covered: sum(area) / pixels,
    straight_edges: edges === 0 ? NaN : sum(straight) / edges,
    ...nuclearFigures(cells, nuclei, count),
  };
}

function nuclearFigures(
  { data, height, width }: Labels,
  nuclei: Labels | undefined,
  count: number,
): Pick<Figures, 'nuclei' | 'nuclei_per_cell' | 'without_nucleus'> {
  if (nuclei === undefined) return { nuclei: NaN, nuclei_per_cell: NaN, without_nucleus: NaN };
  // Asked the other way round, the kernel names the cell of every nucleus.
  const { cells: ids, nucleus: cellOf } = matchNuclei(nuclei.data, data, height, width);
  const inCells = cellOf.filter((cell) => cell !== 0);
  return {
    nuclei: ids.length,
    nuclei_per_cell: count === 0 ? NaN : inCells.length / count,
    without_nucleus: count === 0 ? NaN : 1 - new Set(inCells).size / count,
  };
}
