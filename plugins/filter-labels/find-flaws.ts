import type { Labels } from '../../kernels/image.ts';
import { measureRegions } from '../../kernels/regions.ts';
import { measureStraightEdges } from '../../kernels/straight-edges.ts';
import type { FilterOptions } from './params.ts';

/** What speaks against a cell. */
export const FLAWS = ['small', 'large', 'border', 'straight_edge'] as const;
export type Flaw = (typeof FLAWS)[number];

/** One entry per cell, ascending by id. */
export interface CellFlaws {
  readonly ids: Int32Array;
  readonly areaUm2: Float64Array;
  /** Part of the outline within the image that is straight, 0–1; 0 where the whole outline is the image's border. */
  readonly straightShare: Float64Array;
  /** 1 where the flaw is there, else 0. */
  readonly flaws: Readonly<Record<Flaw, Int32Array>>;
}

/** Judges every cell by itself; what is done about it is decided elsewhere. */
export function findFlaws({ data, height, width, mpp }: Labels, options: FilterOptions): CellFlaws {
  const { ids, area, boxes } = measureRegions(data, height, width, { properties: ['area', 'boxes'] });
  const { outline, straight } = measureStraightEdges(data, height, width, options.straightRunUm / mpp);
  const areaUm2 = Float64Array.from(area, (pixels) => pixels * mpp ** 2);
  const straightShare = Float64Array.from(straight, (edges, k) => (edges === 0 ? 0 : edges / outline[k]!));
  const where = (holds: (k: number) => boolean): Int32Array => Int32Array.from(ids, (_, k) => Number(holds(k)));
  return {
    ids,
    areaUm2,
    straightShare,
    flaws: {
      small: where((k) => areaUm2[k]! < options.minAreaUm2),
      large: where((k) => options.maxAreaUm2 !== null && areaUm2[k]! > options.maxAreaUm2),
      border: where((k) => {
        const { y0, x0, y1, x1 } = boxes[k]!;
        return y0 === 0 || x0 === 0 || y1 === height || x1 === width;
      }),
      straight_edge: where((k) => straightShare[k]! > options.maxStraightShare),
    },
  };
}
