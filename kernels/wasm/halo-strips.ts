import type { Plane } from '../image.ts';
import type { Arena } from './arena.ts';

type Constructor<T extends Plane> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => T;

/** A strip's rows without its halo fill this much, so that it is still in the cache when it is copied out. */
const STRIP_BYTES = 2 ** 18;
/** A strip is at least this many times as high as the halo on one side, which is computed twice. */
const LEAST_SHARE = 12;

export interface HaloStrips<T extends Plane> {
  readonly plane: Plane;
  readonly out: T;
  readonly height: number;
  readonly width: number;
  /** How many rows above and below a pixel its result depends on. */
  readonly halo: number;
}

/**
 * Passes a plane through WebAssembly memory in strips of rows, each with the `halo` rows above and below, and fills `out`.
 *
 * @param process gets the address and the number of a strip's rows, halo included; answers the address of as many rows of the result. It
 *   may reserve memory, which is given back after each strip.
 * @returns `out`.
 */
export function inHaloStrips<T extends Plane>(
  arena: Arena,
  { plane, out, height, width, halo }: HaloStrips<T>,
  process: (at: number, rows: number) => number,
): T {
  if (plane.length === 0) return out;
  const type = plane.constructor as Constructor<Plane>;
  const outType = out.constructor as Constructor<T>;
  const rowBytes = width * plane.BYTES_PER_ELEMENT;
  const outRowBytes = width * out.BYTES_PER_ELEMENT;
  const step = Math.min(height, Math.max(1, Math.floor(STRIP_BYTES / rowBytes), LEAST_SHARE * halo));
  const { top } = arena;
  const at = arena.reserve(Math.min(height, step + 2 * halo) * rowBytes);
  const base = arena.top;
  for (let from = 0; from < height; from += step) {
    const to = Math.min(height, from + step);
    const low = Math.max(0, from - halo);
    const high = Math.min(height, to + halo);
    arena.view(type, at, (high - low) * width).set(plane.subarray(low * width, high * width));
    const result = process(at, high - low) + (from - low) * outRowBytes;
    out.set(arena.view(outType, result, (to - from) * width), from * width);
    arena.release(base);
  }
  arena.release(top);
  return out;
}
