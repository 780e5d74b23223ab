import type { Plane } from '../image.ts';
import type { Arena } from './arena.ts';

/** Source and output rows of a strip together: they stay in a core's second-level cache. */
const STRIP_BYTES = 131_072;
/** Room behind a strip for vector loads and stores that go past its last pixel. */
const SLACK = 64;

type Constructor<T extends Plane> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => T;

export interface Strips<T extends Plane> {
  readonly plane: Plane;
  readonly width: number;
  readonly out: T;
  readonly outHeight: number;
  readonly outWidth: number;
  /** The source rows [first, end) that the output rows [from, to) are made of. */
  readonly window: (from: number, to: number) => [first: number, end: number];
}

/** A strip in WebAssembly memory: source rows from `first` at address `source`, output rows `from`…`to` wanted at `target`. */
export interface Strip {
  readonly source: number;
  readonly first: number;
  readonly from: number;
  readonly to: number;
  readonly target: number;
}

/**
 * Passes a plane through WebAssembly memory in strips of a few rows, so that neither the plane nor the result need to fit there and
 * both are read and written once. `make` must not reserve memory.
 */
export function inStrips<T extends Plane>(arena: Arena, strips: Strips<T>, make: (strip: Strip) => void): void {
  const { plane, width, out, outHeight, outWidth, window } = strips;
  const rowBytes = width * plane.BYTES_PER_ELEMENT;
  const outRowBytes = outWidth * out.BYTES_PER_ELEMENT;
  const [first, end] = window(0, outHeight);
  const perRow = outRowBytes + (rowBytes * (end - first)) / outHeight;
  const rows = Math.min(outHeight, Math.max(1, Math.floor(STRIP_BYTES / perRow)));
  let most = 0;
  for (let from = 0; from < outHeight; from += rows) {
    const [low, high] = window(from, Math.min(outHeight, from + rows));
    most = Math.max(most, high - low);
  }
  const { top } = arena;
  const source = arena.reserve(most * rowBytes + SLACK);
  const target = arena.reserve(rows * outRowBytes + SLACK);
  const sourceView = arena.view(plane.constructor as Constructor<Plane>, source, most * width);
  const targetView = arena.view(out.constructor as Constructor<T>, target, rows * outWidth);
  for (let from = 0; from < outHeight; from += rows) {
    const to = Math.min(outHeight, from + rows);
    const [low, high] = window(from, to);
    sourceView.set(plane.subarray(low * width, high * width));
    make({ source, first: low, from, to, target });
    const made = to - from === rows ? targetView : targetView.subarray(0, (to - from) * outWidth);
    out.set(made, from * outWidth);
  }
  arena.release(top);
}
