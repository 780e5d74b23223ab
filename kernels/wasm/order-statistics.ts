import type { Plane } from '../image.ts';
import type { HighCounts } from '../order-statistics.ts';
import { inWasm, type Arena } from './arena.ts';

export interface OrderExports {
  countBytes(at: number, count: number, flip: number, tables: number): void;
  countWords(at: number, count: number, flip: number, tables: number): void;
  splitWords(at: number, count: number, flip: number, low: number, high: number, table: number, found: number): void;
  addTables(tables: number, entries: number, number: number): void;
  countHighHalves(at: number, count: number, kind: number, tables: number, zeros: number): number;
  countLowHalves(at: number, count: number, kind: number, high: number, table: number): void;
}

const STRIP_BYTES = 131_072;
/** Tables that take turns, so that equal neighbours do not wait for each other. */
const TABLES = 2;
const ENTRIES = 65_536;

/** The histogram of an 8- or 16-bit plane; entry i counts the value i - offset. */
export function countNarrowWasm(values: Plane, offset: number): Uint32Array {
  return inWasm<OrderExports, Uint32Array>((exports, arena) => {
    const entries = 1 << (8 * values.BYTES_PER_ELEMENT);
    const tables = arena.zeros(4 * entries * TABLES);
    const count = entries === ENTRIES ? exports.countWords : exports.countBytes;
    eachStrip(arena, values, (at, length) => count(at, length, offset, tables));
    exports.addTables(tables, entries, TABLES);
    return arena.take(Uint32Array, tables, entries);
  });
}

export function countHighWasm(values: Plane): HighCounts {
  return inWasm<OrderExports, HighCounts>((exports, arena) => {
    const tables = arena.zeros(4 * ENTRIES * TABLES);
    const zeros = arena.zeros(4);
    let odd = false;
    eachStrip(arena, values, (at, length) => {
      odd = exports.countHighHalves(at, length, kindOf(values), tables, zeros) !== 0 || odd;
    });
    exports.addTables(tables, ENTRIES, TABLES);
    const fault = odd ? values.findIndex((value) => value !== value) : -1;
    return {
      counts: arena.take(Uint32Array, tables, ENTRIES),
      zeros: arena.view(Uint32Array, zeros, 1)[0]!,
      fault,
    };
  });
}

export function countLowWasm(values: Plane, high: number): Uint32Array {
  return inWasm<OrderExports, Uint32Array>((exports, arena) => {
    const table = arena.zeros(4 * ENTRIES);
    eachStrip(arena, values, (at, length) => exports.countLowHalves(at, length, kindOf(values), high, table));
    return arena.take(Uint32Array, table, ENTRIES);
  });
}

/** 0 for uint32, 1 for int32, 2 for float32. */
function kindOf(values: Plane): number {
  return values instanceof Uint32Array ? 0 : values instanceof Int32Array ? 1 : 2;
}

/** Passes the values through a strip that stays in the cache. `take` must not reserve memory. */
export function eachStrip(arena: Arena, values: Plane, take: (at: number, length: number) => void): void {
  const pixels = Math.min(values.length, STRIP_BYTES / values.BYTES_PER_ELEMENT);
  const strip = arena.reserve(pixels * values.BYTES_PER_ELEMENT + 16);
  type Constructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => Plane;
  const view = arena.view(values.constructor as Constructor, strip, pixels);
  for (let first = 0; first < values.length; first += pixels) {
    const part = values.subarray(first, first + pixels);
    view.set(part);
    take(strip, part.length);
  }
}
