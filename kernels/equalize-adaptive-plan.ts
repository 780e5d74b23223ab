import { mirror } from './border.ts';
import { BINS, LEVELS } from './clip-histogram.ts';

/** What a call has worked out before its pixels: see the fields. */
export interface EqualizePlan {
  readonly height: number;
  readonly width: number;
  readonly y: BlockAxis;
  readonly x: BlockAxis;
  /** The most pixels that a bin of a block may hold. */
  readonly limit: number;
}

/** One axis, cut into `blocks` blocks of `side` pixels; beyond the image it is mirrored. */
export interface BlockAxis {
  readonly side: number;
  readonly blocks: number;
  /** Per place in the blocks, the pixel of the image that lies there. */
  readonly source: Int32Array;
}

/** Cuts `n` pixels into blocks. */
export function blockAxis(n: number, side: number): BlockAxis {
  const blocks = Math.ceil(n / side);
  return { side, blocks, source: Int32Array.from({ length: blocks * side }, (_, i) => mirror(i, n)) };
}

/** The bin of every 16-bit value, for a plane whose 16-bit values span `low`..`high`. */
export function binTable(low: number, high: number): Uint8Array {
  const table = new Uint8Array(65_536);
  const width = 1 + Math.floor(LEVELS / BINS);
  for (let u = low; u <= high; u++) {
    const grey = high > low ? roundHalfEven(((u - low) / (high - low)) * (LEVELS - 1)) : u < LEVELS ? u : LEVELS - 1;
    table[u] = grey / width;
  }
  return table;
}

/** What a value in -1..1 is as 16 bits. */
export function to16Bits(value: number): number {
  return value > 0 ? roundHalfEven(Math.fround(value * 65_535)) : 0;
}

/** For 0..65535. */
function roundHalfEven(value: number): number {
  const below = value | 0;
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && (below & 1) === 1) ? below + 1 : below;
}
