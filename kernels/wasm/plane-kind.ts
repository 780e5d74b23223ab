import type { Plane } from '../image.ts';

const KINDS: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  [Uint8Array, 0],
  [Int8Array, 1],
  [Uint16Array, 2],
  [Int16Array, 3],
  [Uint32Array, 4],
  [Int32Array, 5],
  [Float32Array, 6],
]);

/** The number by which the WebAssembly functions for all plane types know a plane's type (see assembly/plane-kind.ts). */
export function planeKind(plane: Plane): number {
  return KINDS.get(plane.constructor)!;
}
