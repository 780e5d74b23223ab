import type { Plane } from '../image.ts';
import { inWasm, type Arena } from './arena.ts';
import { eachStrip } from './order-statistics.ts';
import { planeKind } from './plane-kind.ts';

export interface ScaleExports {
  clippedRange(at: number, count: number, kind: number, limit: number, range: number): number;
  clipToUnit(at: number, count: number, kind: number, to: number, limit: number, low: number, range: number): void;
}

const STRIP_PIXELS = 32_768;

/** The WebAssembly twin of `clipAndScale` and `minMaxScale`; false, and nothing written, if a value is not finite. */
export function clipAndScaleWasm(plane: Plane, limit: number, out: Float32Array): boolean {
  return inWasm<ScaleExports, boolean>((exports, arena) => {
    const kind = planeKind(plane);
    const at = arena.put(plane);
    const range = arena.put(Float32Array.of(Infinity, -Infinity));
    if (exports.clippedRange(at, plane.length, kind, limit, range) !== 0) return false;
    const [low, top] = arena.take(Float32Array, range, 2) as unknown as [number, number];
    if (!(top > low)) {
      out.fill(0);
      return true;
    }
    scaleInWasm(exports, arena, at, plane, { limit, low, top }, out);
    return true;
  });
}

/** The least and greatest value as float32, null if one is not finite; from Infinity to -Infinity for a plane without values. */
export function extremesWasm(plane: Plane): [number, number] | null {
  return inWasm<ScaleExports, [number, number] | null>((exports, arena) => {
    const kind = planeKind(plane);
    const found = arena.reserve(8);
    let range: [number, number] | null = [Infinity, -Infinity];
    eachStrip(arena, plane, (at, length) => {
      if (exports.clippedRange(at, length, kind, Infinity, found) !== 0) range = null;
      const [low, top] = arena.view(Float32Array, found, 2) as unknown as [number, number];
      // Adding 0 makes 0 of -0.
      if (range !== null) range = [Math.min(range[0], low + 0), Math.max(range[1], top + 0)];
    });
    return range;
  });
}

/** Clips the plane that lies at `at` and maps `low`..`top` to 0..1, a stretch at a time. */
export function scaleInWasm(
  exports: ScaleExports,
  arena: Arena,
  at: number,
  plane: Plane,
  { limit, low, top }: { limit: number; low: number; top: number },
  out: Float32Array,
): void {
  const kind = planeKind(plane);
  const bytes = plane.BYTES_PER_ELEMENT;
  const strip = arena.reserve(4 * STRIP_PIXELS);
  // Adding 0 makes 0 of -0.
  const range = Math.fround(top - (low + 0));
  for (let first = 0; first < out.length; first += STRIP_PIXELS) {
    const now = Math.min(STRIP_PIXELS, out.length - first);
    exports.clipToUnit(at + first * bytes, now, kind, strip, limit, low + 0, range);
    out.set(arena.view(Float32Array, strip, now), first);
  }
  arena.release(strip);
}
