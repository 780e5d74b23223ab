import type { Plane } from '../image.ts';
import { inWasm } from './arena.ts';
import { inStrips } from './strips.ts';

export interface NearestExports {
  pickBlocks(
    rows: number,
    count: number,
    to: number,
    rowBytes: number,
    starts: number,
    masks: number,
    blocks: number,
    windows: number,
  ): void;
  pickPixels(
    rows: number,
    count: number,
    to: number,
    rowBytes: number,
    columns: number,
    width: number,
    pixelBytes: number,
  ): void;
}

const BLOCK = 16;

/** The WebAssembly twin of `resizeNearest`: fills `out` with the pixels at the ascending `rows` and `columns` of `plane`. */
export function resizeNearestWasm<T extends Plane>(
  plane: T,
  width: number,
  rows: Int32Array,
  columns: Int32Array,
  out: T,
): void {
  const bytes = plane.BYTES_PER_ELEMENT;
  const rowBytes = bytes * columns.length;
  inWasm<NearestExports, void>((exports, arena) => {
    const picks = bytePicks(columns, bytes);
    const windows = windowsOf(picks);
    const blocks = Math.ceil(rowBytes / BLOCK);
    let pick: (addresses: number, count: number, to: number) => void;
    if (windows <= 2) {
      const { starts, masks } = swizzles(picks, windows);
      const [startsAt, masksAt] = [arena.put(starts), arena.put(masks)];
      pick = (addresses, count, to) => {
        exports.pickBlocks(addresses, count, to, rowBytes, startsAt, masksAt, blocks, windows);
      };
    } else {
      const columnsAt = arena.put(Uint32Array.from(columns, (column) => column * bytes));
      pick = (addresses, count, to) => {
        exports.pickPixels(addresses, count, to, rowBytes, columnsAt, columns.length, bytes);
      };
    }
    const addresses = new Uint32Array(rows.length);
    const addressesAt = arena.reserve(addresses.byteLength);
    const window = (from: number, to: number): [number, number] => [rows[from]!, rows[to - 1]! + 1];
    inStrips(arena, { plane, width, out, outHeight: rows.length, outWidth: columns.length, window }, (strip) => {
      const { source, first, from, to, target } = strip;
      const view = arena.view(Uint32Array, addressesAt, to - from);
      for (let y = from; y < to; y++) view[y - from] = source + (rows[y]! - first) * width * bytes;
      pick(addressesAt, to - from, target);
    });
  });
}

/** Per byte of an output row, the byte of the source row that it is. */
function bytePicks(columns: Int32Array, bytes: number): Uint32Array {
  const picks = new Uint32Array(columns.length * bytes);
  for (let i = 0; i < picks.length; i++) picks[i] = columns[Math.floor(i / bytes)]! * bytes + (i % bytes);
  return picks;
}

/** How many windows of 16 bytes the widest block is read from. */
function windowsOf(picks: Uint32Array): number {
  let widest = 0;
  for (let i = 0; i < picks.length; i += BLOCK) {
    widest = Math.max(widest, picks[Math.min(picks.length, i + BLOCK) - 1]! + 1 - picks[i]!);
  }
  return Math.ceil(widest / BLOCK);
}

/** A byte's place in its window is its mask entry there; 255 makes a byte 0. */
function swizzles(picks: Uint32Array, windows: number): { starts: Uint32Array; masks: Uint8Array } {
  const blocks = Math.ceil(picks.length / BLOCK);
  const starts = new Uint32Array(blocks);
  const masks = new Uint8Array(blocks * windows * BLOCK).fill(255);
  for (let i = 0; i < picks.length; i++) {
    const block = Math.floor(i / BLOCK);
    if (i % BLOCK === 0) starts[block] = picks[i]!;
    const offset = picks[i]! - starts[block]!;
    masks[(block * windows + (offset >> 4)) * BLOCK + (i % BLOCK)] = offset & 15;
  }
  return { starts, masks };
}
