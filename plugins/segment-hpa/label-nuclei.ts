import { label } from '../../kernels/label.ts';
import { fillSmallMaskHoles, removeSmall, removeSmallMaskObjects } from '../../kernels/morphology.ts';
import { watershed } from '../../kernels/watershed.ts';
import { above, type HpaMaps, type LabelRules } from './maps.ts';
import { splitLabels } from './split-labels.ts';

/** Nuclei 1..n in raster order, kept apart by a line one pixel wide: seeds away from borders flood the nucleus mask. */
export function labelNuclei(maps: HpaMaps, rules: LabelRules): Int32Array {
  const { height, width, nucleus } = maps;
  const likely = above(nucleus, rules.seedProbability);
  const clear = clearOfBorders(maps, rules);
  const seeds = likely.map((value, i) => value & clear[i]!);
  const markers = label(removeSmallMaskObjects(seeds, height, width, rules.minSeedPx), height, width, 4).labels;
  const filled = fillSmallMaskHoles(above(nucleus, rules.nucleusProbability), height, width, rules.maxNucleusHolePx);
  const mask = removeSmallMaskObjects(filled, height, width, rules.minNucleusPartPx);
  const parts = watershed(mask, markers, height, width, { mask, line: true });
  return splitLabels(removeSmall(parts, rules.minNucleusPx), height, width);
}

/**
 * 1 where the border probabilities of nuclei and cells sum to less than the limit. The published code adds bytes, so that a sum of 256
 * counts as 0 and the surest borders are taken for clear; `compat` does the same.
 */
function clearOfBorders({ nucleusBorder, cellBorder }: HpaMaps, { mode, seedBorderLimit }: LabelRules): Uint8Array {
  const largest = mode === 'compat' ? 255 : 510;
  return nucleusBorder.map((value, i) => {
    const sum = value + cellBorder[i]!;
    return (sum > largest ? sum - 256 : sum) / 255 < seedBorderLimit ? 1 : 0;
  });
}
