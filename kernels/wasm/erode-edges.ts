import { inWasm, type Arena } from './arena.ts';
import { inHaloStrips } from './halo-strips.ts';

export interface ErodeEdgesExports {
  erodeLabels(labels: number, height: number, width: number, corners: number, ring: number): void;
}

/** The WebAssembly twin of `erodeEdges`, after its checks. */
export function erodeEdgesWasm(
  labels: Int32Array,
  height: number,
  width: number,
  layers: number,
  connectivity: 4 | 8,
): Int32Array {
  const strips = { plane: labels, out: new Int32Array(labels.length), height, width, halo: layers };
  return inWasm<ErodeEdgesExports, Int32Array>((exports, arena) =>
    inHaloStrips(arena, strips, (at, rows) => {
      erodeEdgesInWasm(exports, arena, at, rows, width, layers, connectivity);
      return at;
    }),
  );
}

/** Takes `layers` layers off the objects of the int32 labels at `labels`, where they lie. */
export function erodeEdgesInWasm(
  exports: ErodeEdgesExports,
  arena: Arena,
  labels: number,
  height: number,
  width: number,
  layers: number,
  connectivity: 4 | 8 = 4,
): void {
  if (height === 0 || width === 0) return;
  const { top } = arena;
  const ring = arena.reserve(12 * width + 128);
  for (let layer = 0; layer < layers; layer++) {
    exports.erodeLabels(labels, height, width, connectivity === 8 ? 1 : 0, ring);
  }
  arena.release(top);
}
