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
  const { maxExpansionPx, minExpansionPx, membraneWeight } = options;
  if (membrane === null) return expandLabels(nuclei, height, width, maxExpansionPx);
  if (!nuclei.some((id) => id !== 0)) return new Int32Array(nuclei.length);
  const outside = Uint8Array.from(nuclei, (id) => (id === 0 ? 1 : 0));
  const distance = distanceTransform(outside, height, width);
  const edge = gaussian(membrane, height, width, options.membraneSmoothingPx);
  const tissue = gaussian(membrane, height, width, options.tissueSmoothingPx);
  const dimmest = options.minMembrane * otsu(tissue);
  const reach = new Uint8Array(nuclei.length);
  const landscape = new Float32Array(nuclei.length);
  for (let i = 0; i < reach.length; i++) {
    const away = distance[i]!;
    reach[i] = away <= minExpansionPx || (away <= maxExpansionPx && tissue[i]! > dimmest) ? 1 : 0;
    const rise = maxExpansionPx > 0 ? away / maxExpansionPx : 0;
    landscape[i] = nuclei[i] === 0 ? membraneWeight * edge[i]! + (1 - membraneWeight) * rise : -1;
  }
  const mask = fillPockets(reach, height, width, options.minAreaPx);
  return watershed(landscape, nuclei, height, width, { mask });
}
