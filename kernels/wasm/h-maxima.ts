import type { Offsets } from '../reconstruct.ts';
import { inWasm, type Arena } from './arena.ts';

export interface HMaximaExports {
  planeExtremes(at: number, pixels: number, to: number): number;
  findCandidates(at: number, state: number, height: number, width: number, rule: number): void;
  settleCandidates(
    at: number,
    state: number,
    height: number,
    width: number,
    rule: number,
    queue: number,
    budget: number,
  ): number;
  reconstructMaxima(
    at: number,
    to: number,
    height: number,
    width: number,
    rule: number,
    grown: number,
    queue: number,
  ): void;
}

/** Height, resolution and footprint of one call; numbers are float32 values. */
export interface HMaximaRule {
  readonly h: number;
  readonly resolution: number;
  readonly offsets: Offsets;
}

/** All floods together may visit this many pixels per pixel of the plane before the reconstruction takes over. */
const VISITS = 8;
const HEAD_BYTES = 32;

/** The WebAssembly twin of `hMaxima`; false, and nothing written, if the plane has values that are not finite. */
export function hMaximaWasm(
  plane: Float32Array,
  height: number,
  width: number,
  rule: HMaximaRule,
  out: Uint8Array,
): boolean {
  return inWasm<HMaximaExports, boolean>((exports, arena) => {
    const at = arena.put(plane);
    const to = arena.reserve(plane.length);
    const finite = hMaximaInWasm(exports, arena, at, to, height, width, rule);
    if (finite) out.set(arena.view(Uint8Array, to, plane.length));
    return finite;
  });
}

/**
 * Marks the maxima of the float32 plane at `at` in the uint8 plane at `to`.
 *
 * @returns false, and nothing marked, if the plane has values that are not finite.
 */
export function hMaximaInWasm(
  exports: HMaximaExports,
  arena: Arena,
  at: number,
  to: number,
  height: number,
  width: number,
  rule: HMaximaRule,
): boolean {
  const { top } = arena;
  const extremes = arena.reserve(8);
  const odd = exports.planeExtremes(at, height * width, extremes) !== 0;
  const [low, high] = arena.view(Float32Array, extremes, 2) as unknown as [number, number];
  const finite = !odd && high < Infinity && low > -Infinity;
  if (!finite || height * width === 0 || rule.h > Math.fround(high - low)) {
    if (finite) arena.view(Uint8Array, to, height * width).fill(0);
    arena.release(top);
    return finite || height * width === 0;
  }
  const shared = putRule(arena, width, rule);
  const queue = arena.reserve(4 * height * width);
  exports.findCandidates(at, to, height, width, shared);
  if (exports.settleCandidates(at, to, height, width, shared, queue, VISITS * height * width) === 0) {
    exports.reconstructMaxima(at, to, height, width, shared, arena.reserve(4 * height * width), queue);
  }
  arena.release(top);
  return true;
}

function putRule(arena: Arena, width: number, { h, resolution, offsets }: HMaximaRule): number {
  const bytes = HEAD_BYTES + 16 * offsets.length;
  const at = arena.reserve(bytes);
  const floats = arena.view(Float32Array, at, bytes / 4);
  const ints = arena.view(Int32Array, at, bytes / 4);
  const radius = Math.max(...offsets.map(([dy]) => dy));
  floats.set([h, resolution, -Infinity]);
  ints.set([radius, offsets.length], 3);
  offsets.forEach(([dy, dx], k) => ints.set([dy, dx, dy * width + dx, 0], (HEAD_BYTES + 16 * k) / 4));
  return at;
}
