import type { Plane } from '../image.ts';
import { inWasm } from './arena.ts';
import { planeKind } from './plane-kind.ts';
import { inStrips } from './strips.ts';

export interface MeanBlocksExports {
  meanBlockRow(
    from: number,
    to: number,
    rowBytes: number,
    width: number,
    factorY: number,
    factorX: number,
    kind: number,
  ): void;
}

/** OpenCV's means of whole blocks, `factorY` × `factorX` pixels each: the WebAssembly twin of the fast path of `resizeArea`. */
export function meanBlocksWasm<T extends Plane>(
  plane: T,
  width: number,
  factorY: number,
  factorX: number,
  out: T,
  outHeight: number,
  outWidth: number,
): void {
  const kind = planeKind(plane);
  const rowBytes = width * plane.BYTES_PER_ELEMENT;
  inWasm<MeanBlocksExports, void>((exports, arena) => {
    const window = (from: number, to: number): [number, number] => [from * factorY, to * factorY];
    inStrips(arena, { plane, width, out, outHeight, outWidth, window }, ({ source, from, to, target }) => {
      for (let y = 0; y < to - from; y++) {
        const row = target + y * outWidth * out.BYTES_PER_ELEMENT;
        exports.meanBlockRow(source + y * factorY * rowBytes, row, rowBytes, outWidth, factorY, factorX, kind);
      }
    });
  });
}
