import { greyClose } from '../../kernels/grey-morphology.ts';
import { label } from '../../kernels/label.ts';
import { removeSmall } from '../../kernels/morphology.ts';
import { otsu } from '../../kernels/otsu.ts';
import { relabelSequential } from '../../kernels/relabel.ts';
import { watershed } from '../../kernels/watershed.ts';
import { labelNuclei } from './label-nuclei.ts';
import { above, type HpaMaps, type LabelRules } from './maps.ts';
import { partCells } from './part-cells.ts';

export interface LabelledCells {
  /** int32 (Y, X), ids 1..count in raster order. */
  readonly cells: Int32Array;
  /** Each nucleus has its cell's id. */
  readonly nuclei: Int32Array;
  readonly count: number;
}

/**
 * Cells and nuclei from the two nets' maps: a function of its arguments and nothing else. Follows `label_cell` of
 * CellProfiling/HPA-Cell-Segmentation 7b6dbc6 with the watershed of scikit-image 0.26; README.md says how the modes differ. Every nucleus
 * lies in a cell; a cell may have several, and none where its nucleus fell below `minNucleusPx` within the cell.
 */
export function labelCells(maps: HpaMaps, rules: LabelRules): LabelledCells {
  const { height, width } = maps;
  const nuclei = labelNuclei(maps, rules);
  const border = above(maps.cellBorder, rules.borderProbability);
  const landscape = maps.cell.map((value) => 255 - value);
  const flooded = floodCells(maps, landscape, nuclei, border, rules);
  const closed = greyClose(removeSmall(flooded, rules.minCellPx), height, width, rules.closingRadiusPx, {
    shape: 'disk',
  });
  const first = partCells(closed, height, width, rules.mode).labels;
  // Cells grow over the borders between them, but not into what has a border and no nucleus.
  const reach = border.map((value, i) => (value === 1 || first[i] !== 0 ? 1 : 0));
  const grown = watershed(landscape, first, height, width, { mask: reach });
  const parted = label(partCells(grown, height, width, rules.mode).labels, height, width, 8).labels;
  const { labels: cells, count } = relabelSequential(removeSmall(parted, rules.minCellPx));
  return { cells, nuclei: nucleiWithin(cells, nuclei, height, width, rules.minNucleusPx), count };
}

/** The nuclei flood the cell probability from its top down, over the pixels that are likely to be cell. */
function floodCells(
  { height, width, cell }: HpaMaps,
  landscape: Uint8Array,
  nuclei: Int32Array,
  border: Uint8Array,
  { minCellProbability, cellOtsuShare, excludeBorders }: LabelRules,
): Int32Array {
  const probability = new Float32Array(cell.length);
  for (let i = 0; i < probability.length; i++) probability[i] = cell[i]! / 255;
  const split = otsu(probability);
  const mask = above(cell, Math.max(minCellProbability, cellOtsuShare * split));
  if (excludeBorders) for (let i = 0; i < mask.length; i++) if (border[i] === 1) mask[i] = 0;
  return watershed(landscape, nuclei, height, width, { mask });
}

function nucleiWithin(
  cells: Int32Array,
  nuclei: Int32Array,
  height: number,
  width: number,
  minNucleusPx: number,
): Int32Array {
  const inside = nuclei.map((id, i) => (id !== 0 && cells[i] !== 0 ? 1 : 0));
  const large = removeSmall(label(inside, height, width, 8).labels, minNucleusPx);
  return large.map((id, i) => (id === 0 ? 0 : cells[i]!));
}
