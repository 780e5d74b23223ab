import type { Plane } from '../image.ts';
import { inWasm } from './arena.ts';
import { planeKind } from './plane-kind.ts';
import { inStrips } from './strips.ts';

export interface DownsampleExports {
  /** `above` and `below`: addresses of the two source rows (one twice at an odd edge); `width`: source pixels. */
  halveRowMeans(above: number, below: number, to: number, width: number, kind: number): void;
  halveRowFirst(from: number, to: number, width: number, bytes: number): void;
}

/** Fills `half` with the means of 2×2 blocks of the plane or with their first pixels: the twin of `halveArea` and `halveNearest`. */
export function halveWasm<T extends Plane>(
  plane: T,
  height: number,
  width: number,
  half: { readonly data: T; readonly height: number; readonly width: number },
  rule: 'mean' | 'first',
): void {
  if (plane.length === 0) return;
  const bytes = plane.BYTES_PER_ELEMENT;
  const kind = planeKind(plane);
  const window = (from: number, to: number): [number, number] => [2 * from, Math.min(height, 2 * to)];
  const strips = { plane, width, out: half.data, outHeight: half.height, outWidth: half.width, window };
  inWasm<DownsampleExports, void>((exports, arena) => {
    inStrips(arena, strips, ({ source, from, to, target }) => {
      for (let y = from; y < to; y++) {
        const above = source + 2 * (y - from) * width * bytes;
        const below = 2 * y + 1 < height ? above + width * bytes : above;
        const row = target + (y - from) * half.width * bytes;
        if (rule === 'mean') exports.halveRowMeans(above, below, row, width, kind);
        else exports.halveRowFirst(above, row, width, bytes);
      }
    });
  });
}
