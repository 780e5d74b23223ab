import type { Plane } from '../image.ts';
import { inWasm } from './arena.ts';
import { planeKind } from './plane-kind.ts';

interface ScaleExports {
  clippedRange(at: number, count: number, kind: number, limit: number, range: number): number;
  clipToUnit(at: number, count: number, kind: number, to: number, limit: number, low: number, range: number): void;
}

const STRIP_PIXELS = 32_768;

/** The WebAssembly twin of `clipAndScale` and `minMaxScale`; false, and nothing written, if a value is not finite. */
export function clipAndScaleWasm(plane: Plane, limit: number, out: Float32Array): boolean {
  return inWasm<ScaleExports, boolean>((exports, arena) => {
    const bytes = plane.BYTES_PER_ELEMENT;
    const kind = planeKind(plane);
    const at = arena.put(plane);
    const range = arena.put(Float32Array.of(Infinity, -Infinity));
    if (exports.clippedRange(at, plane.length, kind, limit, range) !== 0) return false;
    const [low, top] = arena.take(Float32Array, range, 2) as unknown as [number, number];
    if (!(top > low)) {
      out.fill(0);
      return true;
    }
    const strip = arena.reserve(4 * STRIP_PIXELS);
    for (let first = 0; first < out.length; first += STRIP_PIXELS) {
      const now = Math.min(STRIP_PIXELS, out.length - first);
      exports.clipToUnit(at + first * bytes, now, kind, strip, limit, low + 0, Math.fround(top - (low + 0)));
      out.set(arena.view(Float32Array, strip, now), first);
    }
    return true;
  });
}
