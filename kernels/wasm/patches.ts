import type { Plane } from '../image.ts';
import type { PatchPlaces } from '../patches.ts';
import { inWasm, type Arena } from './arena.ts';
import type { ScaleExports } from './clip-and-scale.ts';
import { planeKind } from './plane-kind.ts';

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

/** Rows of a plane that are copied in at a time; a group of cells whose windows need more than this is a single one's. */
const BAND_BYTES = 2 ** 21;
/** Patches that are cut before they are copied out. */
const PATCH_BYTES = 2 ** 19;
/** Planes of float32, as `planeKind` numbers them. */
const FLOATS = 6;
/** Bytes behind a band that vector loads may reach. */
const SLACK = 16;

/** A plane's values v become (min(v, high) − low) / range in float32 before they are cut. */
export interface PlaneScale {
  readonly high: number;
  readonly low: number;
  readonly range: number;
}

/** Cells whose windows need rows first..end-1 between them. */
interface Group {
  readonly cells: readonly number[];
  readonly first: number;
  readonly end: number;
}

/**
 * Writes every cell's raw patch of every plane to `out`, times its mask if there are any. The planes are passed through in bands of rows:
 * only what some window needs is copied.
 *
 * @param sources as `patchSources` gives them; `masks` size² float32 per cell.
 * @param scales one for each plane, or null to leave values as they are.
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
  scales: readonly PlaneScale[] | null = null,
): void {
  if (planes.length === 0 || sources.length === 0) return;
  const widest = Math.max(...planes.map((plane) => plane.BYTES_PER_ELEMENT));
  const step = 2 * size + 1;
  const area = size * size;
  inWasm<PatchesExports & ScaleExports, void>((exports, arena) => {
    const atOnce = Math.max(1, Math.floor(PATCH_BYTES / (4 * area)));
    for (const { cells, first, end } of groupByRows(sources, size, widest * width)) {
      const { top } = arena;
      const sourcesAt = putParts(arena, Int32Array, sources, cells, step);
      const masksAt = masks === null ? 0 : putParts(arena, Float32Array, masks, cells, area);
      const band = arena.reserve(widest * (end - first) * width + SLACK);
      const scaled = scales === null ? band : arena.reserve(4 * (end - first) * width + SLACK);
      const patches = arena.reserve(4 * area * Math.min(atOnce, cells.length));
      const views = cells.slice(0, atOnce).map((_, i) => arena.view(Float32Array, patches + 4 * area * i, area));
      planes.forEach((plane, c) => {
        const rows = plane.subarray(first * width, end * width);
        arena.view(plane.constructor as Constructor<Plane>, band, rows.length).set(rows);
        const scale = scales?.[c];
        const [kind, bytes] = scale === undefined ? [planeKind(plane), plane.BYTES_PER_ELEMENT] : [FLOATS, 4];
        if (scale !== undefined) {
          const { high, low, range } = scale;
          exports.clipToUnit(band, rows.length, planeKind(plane), scaled, high, low, range);
        }
        const origin = (scaled - first * width * bytes) >>> 0;
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

/** Sorts the cells by their first row and joins neighbours as long as their rows fit a band. */
function groupByRows(sources: Int32Array, size: number, rowBytes: number): Group[] {
  const step = 2 * size + 1;
  const count = sources.length / step;
  const first = new Int32Array(count);
  const end = new Int32Array(count);
  for (let n = 0; n < count; n++) {
    let [low, high] = [0x7fffffff, -1];
    for (let i = n * step + 1; i < n * step + 1 + size; i++) {
      if (sources[i]! < 0) continue;
      low = Math.min(low, sources[i]!);
      high = Math.max(high, sources[i]!);
    }
    // A window beyond the image needs no rows.
    first[n] = high < 0 ? 0 : low;
    end[n] = high + 1;
  }
  const order = Array.from(first.keys()).sort((a, b) => first[a]! - first[b]! || a - b);
  const groups: { cells: number[]; first: number; end: number }[] = [];
  for (const n of order) {
    const last = groups.at(-1);
    const joined = Math.max(last?.end ?? 0, end[n]!);
    if (last !== undefined && (joined - last.first) * rowBytes <= BAND_BYTES) {
      last.cells.push(n);
      last.end = joined;
    } else groups.push({ cells: [n], first: first[n]!, end: end[n]! });
  }
  return groups;
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
