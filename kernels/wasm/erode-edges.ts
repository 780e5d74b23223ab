import { inWasm, type Arena } from './arena.ts';

export interface ErodeEdgesExports {
  erodeEdgeLayer(labels: number, height: number, width: number, rows: number): void;
}

/** The WebAssembly twin of `erodeEdges`, after its checks. */
export function erodeEdgesWasm(
  labels: Int32Array,
  height: number,
  width: number,
  layers: number,
  out: Int32Array,
): void {
  inWasm<ErodeEdgesExports, void>((exports, arena) => {
    const at = arena.put(labels);
    erodeEdgesInWasm(exports, arena, at, height, width, layers);
    out.set(arena.view(Int32Array, at, labels.length));
  });
}

/** Takes layers off the objects of the int32 plane at `labels`, where it lies. */
export function erodeEdgesInWasm(
  exports: ErodeEdgesExports,
  arena: Arena,
  labels: number,
  height: number,
  width: number,
  layers: number,
): void {
  // Three rows as they were, each with a pixel more on either side.
  const rows = arena.reserve(12 * (width + 2));
  for (let layer = 0; layer < layers; layer++) exports.erodeEdgeLayer(labels, height, width, rows);
  arena.release(rows);
}
