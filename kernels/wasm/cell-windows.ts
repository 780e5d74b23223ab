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
  findBox(own: number, size: number, to: number): void;
  scaleOwn(
    plane: number,
    width: number,
    kind: number,
    size: number,
    cells: number,
    count: number,
    past: number,
    limit: number,
    low: number,
    range: number,
  ): void;
}

/** Numbers per cell: its box in the window (row, column, rows, vectors), its window's row and column, and two addresses. */
const FACTS = 8;

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
  readonly #places: { sample: number; context: number; cells: number };

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
      cells: arena.reserve(4 * FACTS * count),
    };
    this.#room = reserveContextRoom(arena, size, width);
    this.sample = arena.view(Float32Array, this.#places.sample, count * channels * area);
    this.context = arena.view(Float32Array, this.#places.context, 3 * count * area);
  }

  /** Whether there can be windows of this size: they are worked on by vectors of four. */
  static takes(size: number): boolean {
    return size % 4 === 0;
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
      const rows = this.#find(work, cells, group);
      for (const [c, channel] of channels.entries()) {
        this.#scale(planes[c]!, { ...channel, high: channel.high ?? 0 }, c, group.cells.length, rows);
      }
    }
  }

  /** Writes the contexts of a group and finds its own pixels. @returns the rows they lie in. */
  #find(work: ContextWork, cells: PatchCells, group: RowGroup): Rows {
    const { channels, size } = this.#shape;
    const places = this.#places;
    const area = size * size;
    const facts = this.#arena.view(Int32Array, places.cells, FACTS * group.cells.length);
    const rows = { first: Infinity, end: 0 };
    const at = (n: number): number => places.context + 12 * n * area;
    let entry = 0;
    contextsOfGroup(this.#exports, this.#arena, work, group, at, (n) => {
      const [y, x] = [cells.y[n]!, cells.x[n]!];
      this.#exports.findBox(at(n), size, places.cells + 4 * entry);
      facts.set([y, x, places.sample + 4 * n * channels * area, at(n)], entry + 4);
      const [top, height] = [y + facts[entry]!, facts[entry + 2]!];
      entry += FACTS;
      if (height === 0) return;
      rows.first = Math.min(rows.first, top);
      rows.end = Math.max(rows.end, top + height);
    });
    return rows.end === 0 ? { first: 0, end: 0 } : rows;
  }

  #scale(plane: Plane, { high, low, range }: PlaneScale, c: number, count: number, { first, end }: Rows): void {
    const { size, width } = this.#shape;
    const rows = plane.subarray(first * width, end * width);
    const { band } = this.#room;
    this.#arena.view(plane.constructor as Constructor<Plane>, band, rows.length).set(rows);
    const origin = (band - first * width * plane.BYTES_PER_ELEMENT) >>> 0;
    const { cells } = this.#places;
    const past = 4 * c * size * size;
    this.#exports.scaleOwn(origin, width, planeKind(plane), size, cells, count, past, high, low, range);
  }
}
