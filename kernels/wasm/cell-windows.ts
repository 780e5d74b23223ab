import type { Patches, Plane } from '../image.ts';
import { patchSources, type PatchCells } from '../patch-sources.ts';
import { Arena } from './arena.ts';
import {
  contextsOfGroup,
  reserveContextRoom,
  type ContextExports,
  type ContextRoom,
  type ContextWork,
} from './cell-contexts.ts';
import type { PlaneScale } from './cell-patches.ts';
import { planeKind } from './plane-kind.ts';
import { groupByRows, type RowGroup } from './row-groups.ts';

interface OwnExports extends ContextExports {
  listOwn(own: number, width: number, sources: number, size: number, to: number): number;
  scaleOwn(
    plane: number,
    kind: number,
    stretches: number,
    cells: number,
    count: number,
    bytes: number,
    past: number,
    limit: number,
    low: number,
    range: number,
  ): void;
}

/** Bytes of a stretch: its first pixel's index in the plane and in the window, and how many pixels. */
const STRETCH = 12;

/** From the first row to before the end. */
interface Rows {
  readonly first: number;
  readonly end: number;
}

type Constructor<T extends Plane> = new (buffer: ArrayBuffer, byteOffset: number, length: number) => T;

/** How many cells, channels, pixels along a window's side, and columns of the image. */
interface WindowsShape {
  readonly count: number;
  readonly channels: number;
  readonly size: number;
  readonly width: number;
}

/** Room for batches of windows within WebAssembly memory of its own, so that they are filled in place. */
export class CellWindows {
  /** (N, C, size, size); a view that is good for as long as this object, since its memory never grows again. */
  readonly sample: Float32Array;
  /** (N, 3, size, size). */
  readonly context: Float32Array;
  readonly #exports: OwnExports;
  readonly #arena = new Arena();
  readonly #room: ContextRoom;
  readonly #places: { sample: number; context: number; stretches: number; cells: number };

  readonly #shape: WindowsShape;

  /** @throws RangeError when WebAssembly cannot address that much. */
  constructor(shape: WindowsShape) {
    this.#shape = shape;
    const { count, channels, size, width } = shape;
    const arena = this.#arena;
    const area = size * size;
    this.#exports = arena.exports as unknown as OwnExports;
    this.#places = {
      sample: arena.reserve(4 * count * channels * area),
      context: arena.reserve(12 * count * area),
      // At most every second pixel of a row starts a stretch, of three numbers.
      stretches: arena.reserve(STRETCH * count * size * Math.ceil(size / 2)),
      cells: arena.reserve(8 * count),
    };
    this.#room = reserveContextRoom(arena, size, width);
    this.sample = arena.view(Float32Array, this.#places.sample, count * channels * area);
    this.context = arena.view(Float32Array, this.#places.context, 3 * count * area);
  }

  /** Whether windows of this shape fit. */
  fits({ count, channels, size, width }: WindowsShape): boolean {
    const own = this.#shape;
    return count <= own.count && channels === own.channels && size === own.size && width === own.width;
  }

  /** Fills `sample` and `context` with the first cells of a batch; the rest stays. */
  cut({ planes, labels, height, width, channels }: Patches, cells: PatchCells): void {
    const { size } = this.#shape;
    const sources = patchSources(cells, height, width, size, 'constant');
    const work = { labels, width, ids: cells.ids, size, sources, room: this.#room };
    for (const group of groupByRows(sources, size, 4 * width)) {
      const rows = this.#list(work, group);
      for (const [c, channel] of channels.entries()) {
        this.#scale(planes[c]!, { ...channel, high: channel.high ?? 0 }, c, group.cells.length, rows);
      }
    }
  }

  /** Writes the contexts of a group and lists its own pixels. @returns the rows they lie in. */
  #list(work: ContextWork, group: RowGroup): Rows {
    const { count, channels, size } = this.#shape;
    const { context, sample, stretches, cells } = this.#places;
    const area = size * size;
    const table = this.#arena.view(Int32Array, cells, 2 * group.cells.length);
    const listed = this.#arena.view(Int32Array, stretches, (STRETCH / 4) * count * size * Math.ceil(size / 2));
    let [entry, end] = [0, 0];
    const rows = { first: Infinity, end: 0 };
    const at = (n: number): number => context + 12 * n * area;
    contextsOfGroup(this.#exports, this.#arena, work, group, at, (n) => {
      const start = end;
      const to = stretches + 4 * start;
      const number = this.#exports.listOwn(at(n), work.width, this.#room.sources, size, to);
      end += (STRETCH / 4) * number;
      table[entry++] = number;
      table[entry++] = sample + 4 * n * channels * area;
      if (number === 0) return;
      rows.first = Math.min(rows.first, Math.floor(listed[start]! / work.width));
      rows.end = Math.max(rows.end, Math.floor(listed[end - STRETCH / 4]! / work.width) + 1);
    });
    return rows.end === 0 ? { first: 0, end: 0 } : rows;
  }

  #scale(plane: Plane, { high, low, range }: PlaneScale, c: number, count: number, { first, end }: Rows): void {
    const { size, width } = this.#shape;
    const rows = plane.subarray(first * width, end * width);
    const { band } = this.#room;
    this.#arena.view(plane.constructor as Constructor<Plane>, band, rows.length).set(rows);
    const origin = (band - first * width * plane.BYTES_PER_ELEMENT) >>> 0;
    const bytes = 4 * size * size;
    const { stretches, cells } = this.#places;
    this.#exports.scaleOwn(origin, planeKind(plane), stretches, cells, count, bytes, c * bytes, high, low, range);
  }
}
