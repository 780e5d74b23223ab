import { distanceTransform } from '../../kernels/edt.ts';
import { expandLabels } from '../../kernels/expand.ts';
import { gaussian } from '../../kernels/gaussian.ts';
import { otsu } from '../../kernels/otsu.ts';
import { watershed } from '../../kernels/watershed.ts';
import { fillPockets } from './fill-pockets.ts';

export interface GrowthOptions {
  readonly maxExpansionPx: number;
  readonly minExpansionPx: number;
  readonly membraneSmoothingPx: number;
  readonly tissueSmoothingPx: number;
  readonly membraneWeight: number;
  readonly minMembrane: number;
  /** Gaps of fewer pixels within a cell's reach are filled. */
  readonly minAreaPx: number;
}

/**
 * Grows nuclei (labels of a (Y, X) plane) to cells of the same ids. With a membrane signal the nuclei flood a landscape of membrane
 * and distance, so that borders settle on the membranes between cells; without one they expand to the nearest-nucleus borders.
 */
export function growCells(
  nuclei: Int32Array,
  membrane: Float32Array | null,
  height: number,
  width: number,
  options: GrowthOptions,
): Int32Array {
  if (membrane === null) return expandLabels(nuclei, height, width, options.maxExpansionPx);
  if (!nuclei.some((id) => id !== 0)) return new Int32Array(nuclei.length);
  // What the landscape is made of goes out of reach before the flood starts, which needs its memory.
  const { landscape, mask } = shapeLand(nuclei, membrane, height, width, options);
  return watershed(landscape, nuclei, height, width, { mask });
}

/** What cells are flooded over, and how far. */
function shapeLand(
  nuclei: Int32Array,
  membrane: Float32Array,
  height: number,
  width: number,
  options: GrowthOptions,
): { landscape: Float32Array; mask: Uint8Array } {
  const { maxExpansionPx, minExpansionPx, membraneWeight } = options;
  const outside = Uint8Array.from(nuclei, (id) => (id === 0 ? 1 : 0));
  const distance = distanceTransform(outside, height, width);
  const tissue = gaussian(membrane, height, width, options.tissueSmoothingPx);
  const dimmest = options.minMembrane * otsu(tissue);
  const reach = new Uint8Array(nuclei.length);
  // The smoothed membrane becomes the landscape where it lies.
  const landscape = gaussian(membrane, height, width, options.membraneSmoothingPx);
  for (let i = 0; i < reach.length; i++) {
    const away = distance[i]!;
    reach[i] = away <= minExpansionPx || (away <= maxExpansionPx && tissue[i]! > dimmest) ? 1 : 0;
    const rise = maxExpansionPx > 0 ? away / maxExpansionPx : 0;
    landscape[i] = nuclei[i] === 0 ? membraneWeight * landscape[i]! + (1 - membraneWeight) * rise : -1;
  }
  return { landscape, mask: fillPockets(reach, height, width, options.minAreaPx) };
}
