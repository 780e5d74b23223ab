import { inWasm, type Arena } from './arena.ts';

export interface DilateSquareExports {
  dilateRows(from: number, to: number, width: number, first: number, last: number): void;
  dilateAlongRow(row: number, line: number, width: number, radius: number): void;
}

/** The WebAssembly twin of `dilateSquare`, after its checks. */
export function dilateSquareWasm(
  plane: Float32Array,
  height: number,
  width: number,
  radius: number,
  out: Float32Array,
): void {
  inWasm<DilateSquareExports, void>((exports, arena) => {
    const at = arena.put(plane);
    dilateSquareInWasm(exports, arena, at, height, width, radius);
    out.set(arena.view(Float32Array, at, plane.length));
  });
}

/** Dilates the float32 plane at `at` where it lies. */
export function dilateSquareInWasm(
  exports: DilateSquareExports,
  arena: Arena,
  at: number,
  height: number,
  width: number,
  radius: number,
): void {
  const { top } = arena;
  const row = 4 * width;
  const columns = arena.reserve(row * height);
  const line = arena.reserve(row + 8 * radius + 16);
  for (let y = 0; y < height; y++) {
    const [first, last] = [Math.max(0, y - radius), Math.min(height - 1, y + radius)];
    exports.dilateRows(at, columns + y * row, width, first, last);
    exports.dilateAlongRow(columns + y * row, line, width, radius);
  }
  arena.view(Float32Array, at, height * width).set(arena.view(Float32Array, columns, height * width));
  arena.release(top);
}
