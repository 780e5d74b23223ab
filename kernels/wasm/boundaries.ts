import { inWasm, type Arena } from './arena.ts';
import { inHaloStrips } from './halo-strips.ts';

export interface BoundariesExports {
  markBoundaries(
    labels: number,
    to: number,
    height: number,
    width: number,
    mode: number,
    corners: number,
    background: number,
    ring: number,
  ): void;
}

export interface BoundaryRule {
  readonly mode: 'thick' | 'inner' | 'outer';
  readonly connectivity: 4 | 8;
  readonly background: number;
}

/** The WebAssembly twin of `findBoundaries`, after its checks. */
export function boundariesWasm(labels: Int32Array, height: number, width: number, rule: BoundaryRule): Uint8Array {
  const strips = { plane: labels, out: new Uint8Array(labels.length), height, width, halo: 1 };
  return inWasm<BoundariesExports, Uint8Array>((exports, arena) =>
    inHaloStrips(arena, strips, (at, rows) => {
      const to = arena.reserve(rows * width + 16);
      boundariesInWasm(exports, arena, at, to, rows, width, rule);
      return to;
    }),
  );
}

/** Marks the boundaries of the int32 labels at `labels` in the uint8 plane at `to`, which needs 16 bytes of room behind it. */
export function boundariesInWasm(
  exports: BoundariesExports,
  arena: Arena,
  labels: number,
  to: number,
  height: number,
  width: number,
  { mode, connectivity, background }: BoundaryRule,
): void {
  if (height === 0 || width === 0) return;
  const { top } = arena;
  const ring = arena.reserve(12 * width + 128);
  const number = ['thick', 'inner', 'outer'].indexOf(mode);
  exports.markBoundaries(labels, to, height, width, number, connectivity === 8 ? 1 : 0, background, ring);
  arena.release(top);
}
