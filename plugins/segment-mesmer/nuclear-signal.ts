import { gaussian, percentile } from '../../kernels/index.ts';
import type { Plane } from '../../kernels/image.ts';
import { isSparse } from './ions.ts';
import { keepIds } from './nucleated.ts';
import type { Options } from './params.ts';
import type { Grid } from './prepare.ts';

/** σ of the Gaussian over the nuclear channel before its peaks are read, in µm: less than a nucleus, more than the gaps between ions. */
const SIGMA_UM = 1;

/** Percentile of the nuclear channel that stands for none. */
const NOTHING = 1;

/**
 * The share of the typical nuclear signal that cells must reach; with `auto` the profile's, where the membrane channel is sparse: such a
 * channel shows no outline by which a cell could be known whose nucleus is elsewhere.
 */
export function leastSignal(
  membrane: Plane | null,
  grid: Grid,
  given: Options['minNuclearSignal'],
  ofProfile: number,
): number {
  if (given !== 'auto') return given;
  return ofProfile > 0 && membrane !== null && isSparse(membrane, grid) ? ofProfile : 0;
}

/**
 * The cells (height, width) that somewhere hold at least `share` (0–1) of the typical nuclear signal, numbered anew in their old order. What a
 * cell holds is the highest value within it of the nuclear channel as recorded, smoothed by 1 µm and less the channel's 1st percentile;
 * typical is what the cells reach that make up the upper half of all cells' area. A nucleus that the section only
 * touched, or that lies out of focus, has less.
 */
export function keepSignal(
  cells: Int32Array,
  nuclear: Plane,
  { height, width, mpp }: Grid & { readonly mpp: number },
  share: number,
): Int32Array {
  if (share === 0) return cells;
  const smooth = gaussian(nuclear, height, width, SIGMA_UM / mpp);
  const found = new Map<number, { peak: number; area: number }>();
  for (let i = 0; i < cells.length; i++) {
    const id = cells[i]!;
    if (id === 0) continue;
    const cell = found.get(id);
    if (cell === undefined) found.set(id, { peak: smooth[i]!, area: 1 });
    else {
      cell.area++;
      if (smooth[i]! > cell.peak) cell.peak = smooth[i]!;
    }
  }
  const nothing = percentile(nuclear, NOTHING) ?? 0;
  const least = nothing + share * (typicalPeak([...found.values()]) - nothing);
  return keepIds(
    cells,
    [...found.keys()].filter((id) => !(found.get(id)!.peak < least)),
  );
}

/** The peak that cells of half of the area reach: small cells, of which there may be many pieces, say little. */
function typicalPeak(cells: { readonly peak: number; readonly area: number }[]): number {
  const half = cells.reduce((sum, { area }) => sum + area, 0) / 2;
  let above = 0;
  for (const { peak, area } of cells.sort((a, b) => b.peak - a.peak)) {
    above += area;
    if (above >= half) return peak;
  }
  return 0;
}
