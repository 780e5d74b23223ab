import type { Plane } from '../image.ts';
import type { PatchPlaces } from '../patches.ts';
import { inWasm, type Arena } from './arena.ts';
import { planeKind } from './plane-kind.ts';
import { groupByRows } from './row-groups.ts';

export interface PatchesExports {
  cutPatches(
    plane: number,
    width: number,
    kind: number,
    sources: number,
    count: number,
    size: number,
    fill: number,
    masks: number,
    to: number,
  ): void;
}

type Constructor<T extends Plane> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => T;

/** Patches that are cut before they are copied out. */
const PATCH_BYTES = 2 ** 19;
/** Bytes behind a band that vector loads may reach. */
const SLACK = 16;

/**
 * Writes every cell's raw patch of every plane to `out`, times its mask if there are any. The planes are passed through in bands of rows:
 * only what some window needs is copied.
 *
 * @param sources as `patchSources` gives them; `masks` size² float32 per cell.
 */
export function cutPatchesWasm(
  planes: readonly Plane[],
  _height: number,
  width: number,
  sources: Int32Array,
  size: number,
  fill: number,
  masks: Float32Array | null,
  out: Float32Array,
  { perCell, perChannel }: PatchPlaces,
): void {
  if (planes.length === 0 || sources.length === 0) return;
  const widest = Math.max(...planes.map((plane) => plane.BYTES_PER_ELEMENT));
  const step = 2 * size + 1;
  const area = size * size;
  inWasm<PatchesExports, void>((exports, arena) => {
    const atOnce = Math.max(1, Math.floor(PATCH_BYTES / (4 * area)));
    for (const { cells, first, end } of groupByRows(sources, size, widest * width)) {
      const { top } = arena;
      const sourcesAt = putParts(arena, Int32Array, sources, cells, step);
      const masksAt = masks === null ? 0 : putParts(arena, Float32Array, masks, cells, area);
      const band = arena.reserve(widest * (end - first) * width + SLACK);
      const patches = arena.reserve(4 * area * Math.min(atOnce, cells.length));
      const views = cells.slice(0, atOnce).map((_, i) => arena.view(Float32Array, patches + 4 * area * i, area));
      planes.forEach((plane, c) => {
        const rows = plane.subarray(first * width, end * width);
        arena.view(plane.constructor as Constructor<Plane>, band, rows.length).set(rows);
        const kind = planeKind(plane);
        const origin = (band - first * width * plane.BYTES_PER_ELEMENT) >>> 0;
        for (let k = 0; k < cells.length; k += atOnce) {
          const count = Math.min(atOnce, cells.length - k);
          const mask = masks === null ? 0 : masksAt + 4 * area * k;
          const from = sourcesAt + 4 * step * k;
          exports.cutPatches(origin, width, kind, from, count, size, fill, mask, patches);
          for (let i = 0; i < count; i++) out.set(views[i]!, cells[k + i]! * perCell + c * perChannel);
        }
      });
      arena.release(top);
    }
  });
}

/** Copies the stretches of `values` that belong to `cells` in, one behind the other. */
function putParts<T extends Int32Array | Float32Array>(
  arena: Arena,
  type: Constructor<T>,
  values: T,
  cells: readonly number[],
  each: number,
): number {
  const at = arena.reserve(4 * each * cells.length);
  const view = arena.view(type, at, each * cells.length);
  cells.forEach((n, i) => view.set(values.subarray(n * each, (n + 1) * each), i * each));
  return at;
}
